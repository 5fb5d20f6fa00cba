"""What staff type is looked up as a reference, as a licence, and only then as words."""

from dataclasses import replace
from typing import Any

import pytest

from core.errors import NotAllowed
from core.people import Actor
from core.registration import Registration
from core.usecases import search as module
from core.usecases.search import Found, find
from tests.core.usecases.office import LEAD, OFFICER, STRANGER, VIEWER, Office


async def submits(office: Office, number: int = 1, **answers: Any) -> Registration:
    """Hand in a registration of licence 03-{number}."""
    licence = {
        "licence_key": f"03-{number}-HNO",
        "licence": f"03-{number:04d}/ĐKKDD-HNO",
        "facility": f"Nhà thuốc Số {number}",
    }
    return await office.submits(f"n{number}", **licence | answers)


async def finds(office: Office, typed: str, by: Actor = VIEWER) -> Found:
    return await office.does(find, by, typed, office.policy)


async def test_a_reference_finds_its_registration_alone(office: Office) -> None:
    case = await submits(office)
    await submits(office, 2, facility=f"Nhà thuốc {case.reference}")

    assert await finds(office, case.reference) == Found((case,))
    assert await finds(office, f"mã {case.reference.lower().replace('-', ' ')}") == Found((case,))


async def test_what_only_looks_like_a_reference_is_looked_up_as_words(office: Office) -> None:
    case = await submits(office, facility="Nhà thuốc 26-CZZZZZ")
    assert case.reference != "26-C22222"

    assert await finds(office, "26 CZZZZZ") == Found((case,))


async def test_a_licence_finds_all_its_registrations_the_newest_first(office: Office) -> None:
    first = await office.refuses(await submits(office, 1234))
    second = await submits(office, 1234)
    await submits(office, 1235, facility="Nhà thuốc 1234")

    assert await finds(office, "số 03 1234 dkkdd hno") == Found((second, first))


async def test_a_licence_with_more_registrations_than_fit_says_so(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SHOWN", 2)
    cases = [await office.refuses(await submits(office, 1234)) for _ in range(2)]
    assert await finds(office, "03-1234/ĐKKDD-HNO") == Found((cases[1], cases[0]))

    newest = await submits(office, 1234)
    assert await finds(office, "03-1234/ĐKKDD-HNO") == Found((newest, cases[1]), more=True)


async def test_a_licence_that_nobody_registered_is_looked_up_as_words(office: Office) -> None:
    case = await submits(office, 1234, facility="Nhà thuốc 03 9999 DKKDD HNO")

    assert await finds(office, "03-9999/ĐKKDD-HNO") == Found((case,))


async def test_a_licence_that_names_no_authority_is_one_of_the_office(office: Office) -> None:
    elsewhere = replace(office.policy, authority=replace(office.policy.authority, code="HCM"))
    case = await office.submits("a", licence_key="03-1234-HCM", licence="x")

    assert await office.does(find, VIEWER, "03-1234/ĐKKDD", elsewhere) == Found((case,))
    assert await finds(office, "03-1234/ĐKKDD") == Found(())


@pytest.mark.parametrize("typed", ["1234", "GCN 1234", "số giấy 01234", "03-1234"])
async def test_a_bare_number_is_that_of_a_licence(office: Office, typed: str) -> None:
    case = await submits(office, 1234)
    await submits(office, 4321)

    assert await finds(office, typed) == Found((case,))


@pytest.mark.parametrize("typed", ["", "  ", "!!!"])
async def test_a_question_without_a_word_finds_nothing(office: Office, typed: str) -> None:
    await submits(office)

    assert await finds(office, typed) == Found(())


async def test_nothing_found_is_nothing(office: Office) -> None:
    await submits(office)

    assert await finds(office, "không có đâu") == Found(())


async def test_the_whole_phrase_in_a_name_comes_first_then_what_is_open_then_the_newest(
    office: Office,
) -> None:
    closed = await office.refuses(await submits(office, 1, facility="Nhà thuốc An Tâm"))
    old = await submits(office, 2, facility="Nhà thuốc AN TÂM")
    asked_of = await submits(office, 3, facility="Quầy 3", person="Vũ An Tâm")
    apart_closed = await office.refuses(await submits(office, 4, facility="Tâm Bình An"))
    apart = await office.approves(await submits(office, 5, facility="Tâm An"))
    apart_new = await submits(office, 6, facility="Tâm Đức An")
    again = await submits(office, 7, facility="Nhà thuốc An Tâm 2")

    found = await finds(office, " an  tam")

    assert found == Found((again, asked_of, old, closed, apart_new, apart, apart_closed))


async def test_of_many_hits_the_best_are_shown_and_that_there_are_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SHOWN", 2)
    closed = await office.refuses(await submits(office, 1))
    first = await submits(office, 2)
    assert await finds(office, "nha thuoc") == Found((first, closed))

    second = await submits(office, 3)
    assert await finds(office, "nha thuoc") == Found((second, first), more=True)


async def test_more_hits_than_are_looked_at_are_more_than_are_shown(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOKED_AT", 2)
    cases = [await submits(office, number) for number in (1, 2, 3)]

    assert await finds(office, "nha thuoc") == Found((cases[2], cases[1]), more=True)


async def test_rule_7_all_staff_may_look_and_nobody_else(office: Office) -> None:
    case = await submits(office)

    for member in (VIEWER, OFFICER, LEAD):
        assert await finds(office, case.reference, member) == Found((case,))
    with pytest.raises(NotAllowed):
        await finds(office, case.reference, STRANGER)
