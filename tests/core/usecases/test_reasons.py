"""Each change of the list of reasons is a lead's, and in the history with its wordings."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from core.errors import LostRace, NotAllowed
from core.messages import Text, text
from core.people import Actor
from core.reasons import MOST, Reason, in_use
from core.usecases.reasons import (
    add_reason,
    move_reason,
    restore_reason,
    retire_reason,
    reword_reason,
)
from storage.tables import history
from tests.core.usecases.office import LEAD, OFFICER, STRANGER, VIEWER, Office, problem_of

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
    assert detail["code"] == {"added": "R03", "reworded": "R01"}.get(change, "R02")
    if change == "reworded":
        assert (detail["before"], detail["after"]) == (FIRST.vi, "Sai số GCN {so_gcn}")


@pytest.mark.parametrize("by", [OFFICER, VIEWER, STRANGER], ids=lambda by: by.user)
@pytest.mark.parametrize("change", CHANGES)
async def test_rule_7_nobody_but_a_lead_changes_the_list(
    office: Office, change: str, by: Actor
) -> None:
    await start(office, change)
    before = await office.rows(history)
    with pytest.raises(NotAllowed):
        await CHANGES[change](office, by)

    assert await office.rows(history) == before


async def add(office: Office, typed: str) -> Reason:
    return await office.does(add_reason, LEAD, typed, office.now)


async def reword(office: Office, code: str, typed: str) -> Reason:
    return await office.does(reword_reason, LEAD, code, typed, office.now)


async def move(office: Office, code: str, start: int, step: int) -> None:
    await office.does(move_reason, LEAD, code, start, step, office.now)


async def retire(office: Office, code: str) -> Reason:
    return await office.does(retire_reason, LEAD, code, office.now)


async def restore(office: Office, code: str) -> Reason:
    return await office.does(restore_reason, LEAD, code, office.now)


async def listed(office: Office) -> list[Reason]:
    """The reasons that an officer can choose."""
    async with office.store.read() as tx:
        return in_use(await tx.reasons.all())


async def codes(office: Office) -> list[str]:
    return [one.code for one in await listed(office)]


async def starts_with(office: Office, count: int) -> None:
    """Begin with `count` reasons, R01 and on."""
    async with office.store.begin() as tx:
        for n in range(1, count + 1):
            await tx.reasons.add(Reason(f"R{n:02d}", n, f"Lý do số {n}", f"Reason {n}"))


async def test_a_change_says_when_by_whom_and_with_which_wordings(office: Office) -> None:
    await start(office, "added")
    office.waits(hours=1)
    await add(office, "Thiếu {muc} trên GCN")

    row = (await office.rows(history))[-1]
    assert (row["at"], row["by_name"]) == (office.now, LEAD.name)
    assert json.loads(row["detail"]) == {
        "code": "R03",
        "change": "added",
        "after": "Thiếu {muc} trên GCN",
    }
    await retire(office, "R03")
    assert json.loads((await office.rows(history))[-1]["detail"]) == {
        "code": "R03",
        "change": "retired",
    }


async def test_a_code_is_never_used_again(office: Office) -> None:
    await start(office, "added")
    await CHANGES["retired"](office, LEAD)
    added = await CHANGES["added"](office, LEAD)

    assert (added.code, added.position, added.en) == ("R03", 2, None)


async def test_a_new_reason_stands_last_and_takes_the_next_code(office: Office) -> None:
    await starts_with(office, 2)
    async with office.store.begin() as tx:
        await tx.reasons.add(Reason("R009", 7, "Lý do của nơi khác"))
        await tx.reasons.add(Reason("X88", 4, "Lý do của nơi khác nữa"))

    added = await add(office, "Thiếu {muc} trên GCN")

    assert added == Reason("R10", 8, "Thiếu {muc} trên GCN")
    assert await codes(office) == ["R01", "R02", "X88", "R009", "R10"]


async def test_the_first_reason_of_an_empty_list(office: Office) -> None:
    assert await add(office, "Thiếu {muc} trên GCN") == Reason("R01", 1, "Thiếu {muc} trên GCN")


async def test_no_more_reasons_than_fit_one_question(office: Office) -> None:
    await starts_with(office, MOST - 1)
    await add(office, "Lý do cuối cùng")
    full = text("reasons-full", most=MOST)

    assert await problem_of(add(office, "Lý do quá nhiều")) == full
    await retire(office, "R03")
    await add(office, "Lý do thay thế")
    assert await problem_of(restore(office, "R03")) == full
    assert len(await listed(office)) == MOST


async def test_two_reasons_do_not_read_the_same(office: Office) -> None:
    await starts_with(office, 3)
    await retire(office, "R03")

    assert await problem_of(add(office, " LÝ DO số  2")) == Text("reason-known")
    assert await problem_of(reword(office, "R01", "lý do số 2")) == Text("reason-known")
    assert (await reword(office, "R02", "LÝ DO SỐ 2")).vi == "LÝ DO SỐ 2"
    assert (await add(office, "Lý do số 3")).code == "R04"


async def test_what_cannot_be_a_wording_is_not_taken(office: Office) -> None:
    await starts_with(office, 2)

    assert await problem_of(add(office, "ngắn")) == Text("wording-length")
    assert await problem_of(reword(office, "R01", "ngắn")) == Text("wording-length")


async def test_a_reworded_reason_keeps_its_code_and_its_place_for_every_language(
    office: Office,
) -> None:
    await starts_with(office, 3)

    reworded = await reword(office, "R02", " Sai số GCN {so_gcn} ")

    assert reworded == Reason("R02", 2, "Sai số GCN {so_gcn}")
    assert (await listed(office))[1] == reworded
    assert reworded.wording("en") == reworded.wording("vi") == "Sai số GCN {so_gcn}"


async def test_two_leads_who_add_at_once_are_told_apart(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await start(office, "added")
    async with office.store.begin() as tx:

        async def taken(new: Reason) -> bool:
            return False

        monkeypatch.setattr(tx.reasons, "add", taken)
        with pytest.raises(LostRace):
            await add_reason(tx, LEAD, "Thiếu {muc} trên GCN", office.now)

    assert await office.rows(history) == []


@pytest.mark.parametrize(
    ("code", "place", "step", "order"),
    [
        ("R01", 1, 1, "2134"),
        ("R02", 2, -1, "2134"),
        ("R04", 4, -1, "1243"),
        ("R01", 1, 3, "2341"),
        ("R01", 1, -1, "1234"),
        ("R04", 4, 1, "1234"),
        ("R02", 3, -1, "1234"),
        ("R02", 1, 1, "1234"),
        ("R77", 1, 1, "1234"),
    ],
)
async def test_a_reason_moves_from_where_it_stood_or_not_at_all(
    office: Office, code: str, place: int, step: int, order: str
) -> None:
    await starts_with(office, 4)

    await move(office, code, place, step)

    assert await codes(office) == [f"R0{n}" for n in order]
    assert [one.position for one in await listed(office)] == [1, 2, 3, 4]
    recorded = [json.loads(row["detail"]) for row in await office.rows(history)]
    assert recorded == [{"code": code, "change": "moved"}] * (order != "1234")


async def test_a_retired_reason_is_passed_over_when_others_move(office: Office) -> None:
    await starts_with(office, 4)
    await retire(office, "R02")

    await move(office, "R02", 2, 1)
    await move(office, "R03", 2, -1)
    await move(office, "R03", 2, -1)  # the same press once more

    assert await codes(office) == ["R03", "R01", "R04"]


async def test_a_retired_reason_is_kept_and_one_always_stays(office: Office) -> None:
    await starts_with(office, 2)
    office.waits(hours=1)

    retired = await retire(office, "R01")
    at = office.now
    office.waits(hours=1)

    assert retired == Reason("R01", 1, "Lý do số 1", "Reason 1", at)
    assert await retire(office, "R01") == retired
    assert await problem_of(retire(office, "R02")) == Text("reason-last")
    assert await codes(office) == ["R02"]
    assert len(await office.rows(history)) == 1


async def test_a_restored_reason_stands_last_and_is_restored_once(office: Office) -> None:
    await starts_with(office, 3)
    await retire(office, "R01")

    restored = await restore(office, "R01")

    assert restored == Reason("R01", 4, "Lý do số 1", "Reason 1")
    assert await codes(office) == ["R02", "R03", "R01"]
    assert await restore(office, "R01") == restored
    assert await restore(office, "R02") == Reason("R02", 2, "Lý do số 2", "Reason 2")
    assert len(await office.rows(history)) == 2


async def test_an_unknown_code_is_an_old_button(office: Office) -> None:
    await start(office, "retired")

    for attempt in (
        retire(office, "R77"),
        restore(office, "R77"),
        reword(office, "R77", "Thiếu {muc} trên GCN"),
    ):
        assert await problem_of(attempt) == Text("button-old")
