"""Each change of the list of reasons is a lead's, and in the history with its wordings."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from core.errors import NotAllowed, Problem
from core.people import Actor
from core.reasons import Reason
from core.usecases.reasons import (
    add_reason,
    move_reason,
    restore_reason,
    retire_reason,
    reword_reason,
)
from storage.tables import history
from tests.core.usecases.office import LEAD, OFFICER, STRANGER, VIEWER, Office

FIRST, SECOND = Reason("R01", 1, "Sai số giấy tờ", "Wrong paper"), Reason("R02", 2, "Sai tên cơ sở")

Change = Callable[[Office, Actor], Awaitable[Any]]
CHANGES: dict[str, Change] = {
    "added": lambda office, by: office.does(add_reason, by, "Thiếu {muc} trên GCN", office.now),
    "reworded": lambda office, by: office.does(
        reword_reason, by, "R01", "Sai số GCN {so_gcn}", office.now
    ),
    "moved": lambda office, by: office.does(move_reason, by, "R02", 2, -1, office.now),
    "retired": lambda office, by: office.does(retire_reason, by, "R02", office.now),
    "restored": lambda office, by: office.does(restore_reason, by, "R02", office.now),
}


async def start(office: Office, change: str) -> None:
    async with office.store.begin() as tx:
        for one in await tx.reasons.all():
            raise AssertionError(one)
        for one in (FIRST, SECOND):
            await tx.reasons.add(one)
    if change == "restored":
        await CHANGES["retired"](office, LEAD)


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_recorded_with_who_and_what(office: Office, change: str) -> None:
    await start(office, change)
    await CHANGES[change](office, LEAD)

    row = (await office.rows(history))[-1]
    detail = json.loads(row["detail"])
    assert (row["event"], row["by"], detail["change"]) == ("reasons-changed", LEAD.user, change)
    if change == "reworded":
        assert (detail["before"], detail["after"]) == (FIRST.vi, "Sai số GCN {so_gcn}")


@pytest.mark.parametrize("by", [OFFICER, VIEWER, STRANGER], ids=lambda by: by.name)
@pytest.mark.parametrize("change", CHANGES)
async def test_rule_7_nobody_but_a_lead_changes_the_list(
    office: Office, change: str, by: Actor
) -> None:
    await start(office, change)
    before = await office.rows(history)
    with pytest.raises(NotAllowed):
        await CHANGES[change](office, by)

    assert await office.rows(history) == before


async def test_a_code_is_never_used_again(office: Office) -> None:
    await start(office, "added")
    await CHANGES["retired"](office, LEAD)
    added = await CHANGES["added"](office, LEAD)

    assert (added.code, added.position, added.en) == ("R03", 2, None)


async def test_an_unknown_code_is_an_old_button(office: Office) -> None:
    await start(office, "retired")
    with pytest.raises(Problem) as raised:
        await office.does(retire_reason, LEAD, "R77", office.now)

    assert raised.value.text.key == "button-old"
