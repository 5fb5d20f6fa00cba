"""The digest of a working morning: what it lists, when it comes, and when it does not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.stage import Stage, staging
from core.ports import NewUpdate
from sandbox import Message
from tests.handlers.actors import Player
from tests.handlers.cases import Case, enters_account, hand_in_many, hands_in

FRIDAY = datetime(2026, 3, 6, 2, tzinfo=UTC)


def eight(day: int, month: int = 3) -> datetime:
    """08:00 in Hanoi."""
    return datetime(2026, month, day, 1, tzinfo=UTC)


def digests(stage: Stage) -> list[Message]:
    return [m for m in stage.group.messages if m.from_bot and m.text.startswith("☀️")]


async def test_it_orders_what_waits_by_days_left_with_a_button_to_open_each(desk: Stage) -> None:
    cases: list[Case] = []
    for number, day in enumerate((2, 4, 5, 9)):
        desk.clock.set(datetime(2026, 3, day, 3, tzinfo=UTC))
        owner = desk.sandbox.world.person(f"Chủ {number}")
        cases.append(
            await hands_in(
                desk,
                owner,
                licence=f"03-{number + 1}/ĐKKDD-HNO",
                email=f"c{number}@gmail.com",
                facility=f"Nhà thuốc {number}",
            )
        )
    await desk.moves(eight(16))
    first, second, third, fourth = (case.reference for case in cases)

    assert digests(desk)[-1].text.splitlines() == [
        "☀️ thứ Hai 16/03/2026: 4 đăng ký đang chờ",
        "",
        "Hết hạn hôm nay: 1",
        f"🔴 {first} Nhà thuốc 0 · chờ duyệt · hạn 16/03/2026, hôm nay",
        "",
        "Còn không quá 2 ngày làm việc: 1",
        f"🟠 {second} Nhà thuốc 1 · chờ duyệt · hạn 18/03/2026, còn 2 ngày làm việc",
        "",
        "Đang chờ: 2",
        f"🟢 {third} Nhà thuốc 2 · chờ duyệt · hạn 19/03/2026, còn 3 ngày làm việc",
        f"🟢 {fourth} Nhà thuốc 3 · chờ duyệt · hạn 23/03/2026, còn 5 ngày làm việc",
    ]
    assert digests(desk)[-1].buttons == [first, second, third, fourth]


async def test_a_button_of_the_digest_opens_the_card(desk: Stage, officer: Player) -> None:
    case = await hands_in(desk)
    await desk.moves(eight(3))
    await officer.presses(case.reference, on=digests(desk)[-1])

    assert desk.group.last is case.card


async def test_it_tells_what_expired_since_the_last_one(desk: Stage) -> None:
    case = await hands_in(desk)
    for day in (16, 17, 18):
        await desk.moves(eight(day))

    expired = [d for d in digests(desk) if "Quá hạn từ bản tin trước: 1" in d.text]
    assert [d.date for d in expired] == [eight(17)]
    assert (
        f"{case.reference} Nhà thuốc An Tâm · quá hạn · hạn 16/03/2026, đã qua" in expired[0].text
    )


@pytest.mark.parametrize(
    ("day", "month", "comes"),
    [
        (3, 3, True),  # an ordinary Tuesday
        (7, 3, False),  # a Saturday
        (8, 3, False),  # a Sunday
        (27, 4, False),  # Hung Kings' day, made up on a Monday
        (30, 4, False),  # Liberation Day
    ],
)
async def test_it_comes_on_working_days_only(
    desk: Stage, day: int, month: int, comes: bool
) -> None:
    desk.clock.set(eight(day, month) - timedelta(hours=2))
    await hands_in(desk)
    await desk.moves(eight(day, month))

    assert bool(digests(desk)) is comes


async def test_it_comes_on_a_saturday_that_is_worked(desk: Stage) -> None:
    async with desk.app.store.begin() as tx:
        calendar = await tx.calendar.load()
        assert calendar is not None
        worked = calendar.worked | {datetime(2026, 3, 7, tzinfo=UTC).date()}
        await tx.calendar.replace(type(calendar)(calendar.closed, worked, calendar.known_until), {})
    await hands_in(desk)
    await desk.moves(eight(7))

    assert [d.text.split(":")[0] for d in digests(desk)] == ["☀️ thứ Bảy 07/03/2026"]


async def test_a_second_before_eight_it_is_not_yet_time(desk: Stage) -> None:
    await hands_in(desk)
    await desk.moves(eight(3) - timedelta(seconds=1))
    before = len(digests(desk))
    await desk.moves(timedelta(seconds=1))

    assert len(digests(desk)) == before + 1


async def test_an_empty_morning_is_silent_except_on_monday(folder: Path) -> None:
    async with staging(folder, FRIDAY - timedelta(days=1), own_desk=False) as stage:
        await stage.moves(eight(6))
        assert digests(stage) == []
        await stage.moves(eight(9))

        assert "Không còn việc tồn đọng." in digests(stage)[-1].text


async def test_a_program_that_starts_at_ten_sends_it_then_and_once(desk: Stage) -> None:
    await hands_in(desk)
    await desk.moves(eight(3) + timedelta(hours=2))
    sent = [d for d in digests(desk) if "thứ Ba" in d.text]
    await desk.moves(timedelta(hours=1))

    assert len(sent) == 1
    assert [d for d in digests(desk) if "thứ Ba" in d.text] == sent


async def test_a_program_that_starts_in_the_evening_leaves_it(desk: Stage) -> None:
    await hands_in(desk)
    await desk.moves(eight(3) + timedelta(hours=12))

    assert not [d for d in digests(desk) if "thứ Ba" in d.text]


async def test_more_than_forty_cases_are_counted_and_fit_the_messenger(desk: Stage) -> None:
    await hand_in_many(desk, 45)
    await desk.moves(eight(3))
    parts = desk.group.messages[-6:]
    text = "\n".join(part.text for part in parts)

    assert "45 đăng ký đang chờ" in text
    assert "… và 5 đăng ký nữa, xem /choduyet" in text
    assert all(len(part.text) <= 4096 for part in parts)
    assert len(desk.group.last.buttons) == 40


async def test_the_longest_names_are_split_between_lines(desk: Stage) -> None:
    for number in range(40):
        await hands_in(
            desk,
            desk.sandbox.world.person(f"Chủ {number}"),
            licence=f"03-{number + 1}/ĐKKDD-HNO",
            email=f"c{number}@gmail.com",
            facility=f"{number:03} " + "Ấ" * 196,
            settle=False,
        )
    await desk.settle()
    await desk.moves(eight(3))
    whole = "\n".join(m.text for m in desk.group.messages if m.from_bot and "🟢 26-" in m.text)

    assert all(f"{number:03} Ấ" in whole for number in range(40))


async def test_what_was_given_up_is_told(desk: Stage) -> None:
    async with desk.app.store.begin() as tx:
        update = NewUpdate("public", "990", "public:1", b"{}")
        await tx.inbox.put([update], desk.clock.now())
    await desk.settle()
    for _ in range(6):
        await desk.moves(timedelta(minutes=2))
    await desk.moves(eight(3))

    assert "⛔ Tin nhắn chưa xử lý được: 1" in digests(desk)[-1].text


async def test_an_approved_case_is_listed_until_its_mail_has_left(
    desk: Stage, officer: Player
) -> None:
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)
    await desk.moves(eight(3))
    assert f"{case.reference} Nhà thuốc An Tâm · đã duyệt" in digests(desk)[-1].text
    await enters_account(officer, case)
    await desk.moves(timedelta(minutes=2))
    await desk.moves(eight(9))

    assert case.reference not in digests(desk)[-1].text
