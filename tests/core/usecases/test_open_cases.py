"""All open cases at once, however many there are."""

import pytest

from core.usecases import open_cases as module
from core.usecases.open_cases import open_cases
from tests.core.usecases.office import Office


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
async def test_every_open_case_is_given_once_the_nearest_due_day_first(
    office: Office, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 2)
    refused = await office.refuses(await office.submits("refused"))
    office.waits(days=1)
    later = [await office.submits(f"{n}") for n in range(count)]
    office.waits(days=-1)
    first = await office.approves(await office.submits("first"))

    assert refused.due <= first.due
    assert await office.does(open_cases) == [first, *later]
