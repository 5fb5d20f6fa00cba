"""A batch is carried out by what a look at it said, and that may be a moment old."""

from collections.abc import Sequence

import pytest

from core.errors import LostRace
from core.people import Actor
from core.ports import Transaction
from core.usecases import batches as module
from core.usecases.batches import Finding, Found, Line, Run, carry_out
from tests.core.usecases.office import COLLEAGUE, Office


@pytest.mark.parametrize("finding", [Finding.ISSUE, Finding.REFUSE])
async def test_rule_6_a_case_that_a_colleague_wrote_after_the_look_undoes_the_whole_stretch(
    office: Office, monkeypatch: pytest.MonkeyPatch, finding: Finding
) -> None:
    mine = await office.approves(await office.submits("a"))
    theirs = await office.approves_and_enters("b")
    rows = [
        Line(
            n, "1", case.reference, "", "", "", "", "HNO-1", f"login{n}", "Mat-Khau-9", "Lý do khác"
        )
        for n, case in enumerate((mine, theirs), 2)
    ]

    async def as_it_was(tx: Transaction, actor: Actor, lines: Sequence[Line]) -> list[Found]:
        return [Found(line.number, line.reference, finding) for line in lines]

    monkeypatch.setattr(module, "look", as_it_was)
    with pytest.raises(LostRace):
        await office.does(
            carry_out, COLLEAGUE, Run(tuple(rows)), office.vault, office.policy, office.now
        )

    assert await office.case(mine) == mine
    assert await office.case(theirs) == theirs
