"""Which earlier registrations may be named as those of the same facility."""

import pytest

from core.usecases import related as module
from core.usecases.related import same_facility
from tests.core.usecases.office import Office


async def test_the_same_licence_or_mailbox_is_the_same_facility_the_newest_first(
    office: Office,
) -> None:
    licence = await office.refuses(await office.submits("a", email="other@example.vn"))
    mailbox = await office.refuses(await office.submits("b", email="lan.a@example.vn"))
    both = await office.refuses(await office.submits("a"))
    case = await office.submits("a", user="tg:6")

    assert await office.does(same_facility, case) == [both, mailbox, licence]


async def test_the_same_sender_is_no_sign_nor_is_what_came_later(office: Office) -> None:
    await office.submits("a")
    case = await office.refuses(await office.submits("b"))
    await office.submits("b")

    assert await office.does(same_facility, case) == []


async def test_a_sender_of_many_facilities_hides_none_of_them(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOKED_AT", 2)
    earlier = await office.refuses(await office.submits("a"))
    for name in "bcd":
        await office.submits(name)
    case = await office.submits("a")

    assert await office.does(same_facility, case) == [earlier]
