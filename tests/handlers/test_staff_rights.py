"""Who may do what, by role, action and place (rule 7): one generated table, nothing left out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.stage import Stage, staging
from core import actions
from core.actions import Action
from core.charts import Chart
from core.people import RIGHTS, Right, Role
from handlers import desk, router
from sandbox import Bot, Group, Person
from tests.handlers.actors import Player
from tests.handlers.cases import Case, employ, hands_in
from tests.handlers.conftest import MONDAY
from tests.sandbox.pictures import dot

REFUSALS = ("Anh/chị chưa có quyền làm việc này", "Phần này dành cho cán bộ")


@dataclass(frozen=True)
class Deed:
    """Something a person may try: `wire` makes a button's data of a case, `words` are typed."""

    right: Right | None
    wire: Callable[[Case, int], str] | None = None
    words: str = ""
    approved: bool = False


def on_card(verb: str, right: Right, *, approved: bool = False) -> Deed:
    return Deed(right, lambda case, version: actions.card(verb, case.id, version), "", approved)


DEEDS = {
    "c.details": on_card("details", Right.VIEW),
    "c.show": on_card("show", Right.VIEW),
    "c.approve": on_card("approve", Right.DECIDE),
    "c.refuse": on_card("refuse", Right.DECIDE),
    "c.claim": on_card("claim", Right.DECIDE),
    "c.release": on_card("release", Right.DECIDE),
    "c.undo": on_card("undo", Right.DECIDE, approved=True),
    "c.reopen": on_card("reopen", Right.MANAGE, approved=True),
    "c.account": on_card("account", Right.DECIDE, approved=True),
    "c.resend": on_card("resend", Right.DECIDE, approved=True),
    "c.email": on_card("email", Right.DECIDE, approved=True),
    "c.handled": on_card("handled", Right.DECIDE, approved=True),
    "c.bounced": on_card("bounced", Right.DECIDE, approved=True),
    "v": Deed(Right.DECIDE, lambda case, version: str(Action("v", "cancel"))),
    "c.ask": on_card("ask", Right.DECIDE),
    "i": Deed(Right.DECIDE, lambda case, version: "1.i.cancel"),
    "r": Deed(Right.DECIDE, lambda case, version: f"1.r.pick.{case.id:x}.{version:x}.R09"),
    "o": Deed(Right.MANAGE, lambda case, version: str(Action("o", "cancel"))),
    "a": Deed(Right.DECIDE, lambda case, version: str(Action("a", "confirm", ("00",)))),
    "q": Deed(Right.VIEW, lambda case, version: f"1.q.next.all.{case.id:x}"),
    "q open": Deed(Right.VIEW, lambda case, version: "1.q.open"),
    "g": Deed(Right.MANAGE, lambda case, version: str(Action("g", "cancel", ("00",)))),
    "k": Deed(Right.MANAGE, lambda case, version: str(Action("k", "keep"))),
    "b": Deed(Right.DECIDE, lambda case, version: str(Action("b", "release", ("0", "0")))),
    "d": Deed(Right.MANAGE, lambda case, version: "1.d.drop.i.0"),
    "u": Deed(Right.MANAGE, lambda case, version: str(Action("u", "add", ("5999",)))),
    "/choduyet": Deed(Right.VIEW, words="/choduyet"),
    "/queue": Deed(Right.VIEW, words="/queue"),
    "/tim": Deed(Right.VIEW, words="/tim an tam"),
    "/find": Deed(Right.VIEW, words="/find an tam"),
    "/thongke": Deed(Right.VIEW, words="/thongke"),
    "/figures": Deed(Right.VIEW, words="/figures"),
    "/lich": Deed(Right.VIEW, words="/lich"),
    "/calendar": Deed(Right.VIEW, words="/calendar"),
    "/lich edit": Deed(Right.MANAGE, words="/lich nghỉ 05/06/2026"),
    "l": Deed(Right.MANAGE, lambda case, version: str(Action("l", "add"))),
    "/lydo": Deed(Right.VIEW, words="/lydo"),
    "/reasons": Deed(Right.VIEW, words="/reasons"),
    "/lammoi": Deed(Right.DECIDE, words="/lammoi"),
    "/refresh": Deed(Right.DECIDE, words="/refresh"),
    "/suachua": Deed(Right.MANAGE, words="/suachua"),
    "/repair": Deed(Right.MANAGE, words="/repair"),
    "/canbo": Deed(Right.VIEW, words="/canbo"),
    "/staff": Deed(Right.VIEW, words="/staff"),
    "/xuat": Deed(Right.DECIDE, words="/xuat"),
    "/export": Deed(Right.DECIDE, words="/export"),
    "/baocao": Deed(Right.DECIDE, words="/baocao tháng trước"),
    "/report": Deed(Right.DECIDE, words="/report 2025-01"),
    "/canbo add": Deed(Right.MANAGE, words="/canbo 5998 Người Mới người xem"),
    "/canbo remove": Deed(Right.MANAGE, words="/canbo xóa 5997"),
    "/ketnoi": Deed(None, words="/ketnoi SAI"),
    "/bind": Deed(None, words="/bind SAI"),
    "/trogiup": Deed(None, words="/trogiup"),
    "/help": Deed(None, words="/help"),
    "/start": Deed(None, words="/start"),
}
ROLES: dict[str, Role | None] = {**{role.value: role for role in Role}, "nobody": None}
PLACES = ("the staff group", "another group", "in private")


def test_no_button_and_no_command_of_the_desk_is_missing_from_the_table() -> None:
    buttons = {f"c.{verb}" for verb in desk.ON_CARD} | (set(router.STAFF_SUBJECTS) - {"c"})
    commands = {f"/{command}" for command in router.STAFF_COMMANDS}

    assert buttons | commands == set(DEEDS) - {
        "/canbo add",
        "/canbo remove",
        "/lich edit",
        "q open",
    }


def may(role: Role | None, deed: Deed, *, closed_to_strangers: bool) -> bool:
    """The table itself."""
    if deed.right is None:
        return role is not None or not closed_to_strangers
    return role is not None and deed.right in RIGHTS[role]


@pytest.mark.parametrize("own_desk", [False, True], ids=["one bot", "a bot for the desk"])
@pytest.mark.parametrize("place", PLACES)
async def test_rule_7_rights_follow_the_staff_list_whatever_the_chat(
    folder: Path, place: str, own_desk: bool
) -> None:
    async with staging(folder, MONDAY, own_desk=own_desk) as stage:
        draw_no_charts(stage)
        people = {name: stage.group.member(f"Người {name}") for name in ROLES}
        elsewhere = stage.sandbox.world.group(
            "Nhóm khác", members=list(people.values()), bots=[stage.desk]
        )
        places: dict[str, Bot | Group] = {
            "the staff group": stage.group,
            "another group": elsewhere,
            "in private": stage.desk,
        }
        # A bot that serves facilities too answers their commands; the desk's own bot asks first.
        closed = place == "in private"
        found, expected = {}, {}
        for name, person in people.items():
            await employ(stage, person, ROLES[name])
            player = Player(stage, person, places[place])
            await player.says("/trogiup")
            for what, deed in DEEDS.items():
                open_command = not own_desk and what in ("/trogiup", "/help", "/start")
                found[name, what] = await allowed(stage, player, deed)
                expected[name, what] = may(
                    ROLES[name], deed, closed_to_strangers=closed and not open_command
                )

    assert found == expected


class NoCharts:
    """Rights need no pictures, and drawing one takes a moment."""

    def draw(self, chart: Chart, locale: str) -> bytes:
        return dot()


def draw_no_charts(stage: Stage) -> None:
    files = stage.app.deliverer.files
    assert files is not None
    files.charts = NoCharts()


_numbers = iter(range(1, 9999))


async def allowed(stage: Stage, player: Player, deed: Deed) -> bool:
    """Try a deed; tell whether it was not turned away for want of a right."""
    number = next(_numbers)
    await employ(stage, _somebody(stage), Role.VIEWER)
    before = len(player.person.popups)
    if deed.wire is None:
        await player.says(deed.words)
        said = player.heard
    else:
        owner = stage.sandbox.world.person(f"Chủ {number}")
        case = await hands_in(
            stage, owner, licence=f"03-{number}/ĐKKDD-HNO", email=f"chu{number}@gmail.com"
        )
        if deed.approved:
            await Player(stage, stage.lead, stage.group).presses("Duyệt", on=case.card)
        await player.taps(deed.wire(case, (await case.stored()).version))
        said = "\n".join(popup.text for popup in player.person.popups[before:])
        if "refuse" in deed.wire(case, 1) or "account" in deed.wire(case, 1):
            await forget_prompt(stage, player)
    return not any(refusal in said for refusal in REFUSALS)


async def forget_prompt(stage: Stage, player: Player) -> None:
    """So that no deed depends on the one before it."""
    if player.place is stage.desk:
        await player.says("/huy")


def _somebody(stage: Stage) -> Person:
    known = stage.sandbox.world.people.get(5997)
    return known or stage.sandbox.world.person("Người thừa", id=5997)
