"""The figures of an office: how far back each period reaches, and what counts in it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.errors import NotAllowed
from core.messages import Text, text
from core.reasons import Reason
from core.registration import Registration
from core.usecases.expire import expire_due
from core.usecases.figures import Day, Figures, age_labels, count, figures
from tests.core.usecases.office import NOW, POLICY, STRANGER, VIEWER, Office

REASONS = (
    Reason("R01", 1, "Sai số giấy tờ", "Wrong paper"),
    Reason("R02", 2, "Sai tên cơ sở {muc}"),
)


def local(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=POLICY.tz).astimezone(UTC)


async def submits_at(office: Office, *moments: datetime) -> list[Registration]:
    cases = []
    for moment in moments:
        office.clock.moment = moment
        cases.append(await office.submits(f"{moment:%m%d%H%M}"))
    return cases


async def counted(office: Office) -> Figures:
    return await office.does(figures, VIEWER, office.policy, office.now)


async def test_the_week_the_month_and_the_last_twenty_working_days_begin_at_midnight(
    office: Office,
) -> None:
    await submits_at(
        office,
        local(6, 30, 23, 59),
        local(7, 1, 0, 0),
        local(7, 3, 23, 59),
        local(7, 4, 0, 0),
        local(7, 26, 23, 59),
        local(7, 27, 0, 0),
        local(7, 31, 9, 0),  # a Friday
    )

    it = await counted(office)

    assert [(p.since, p.received) for p in (it.week, it.month, it.recent)] == [
        (date(2026, 7, 27), 2),
        (date(2026, 7, 1), 6),
        (date(2026, 7, 4), 4),
    ]
    assert it.days[0] == Day(date(2026, 7, 6), 1, 0)  # with the weekend before it
    assert it.days[-5:] == (
        Day(date(2026, 7, 27), 2, 0),  # with the Sunday's
        *(Day(date(2026, 7, day), 0, 0) for day in (28, 29, 30)),
        Day(date(2026, 7, 31), 1, 0),
    )
    assert len(it.days) == 20


async def test_early_in_a_month_the_last_working_days_reach_back_into_the_one_before(
    office: Office,
) -> None:
    await submits_at(office, local(7, 6, 23, 59), local(7, 7, 0, 0), local(8, 1))

    it = await counted(office)  # on a Saturday

    assert [(p.since, p.received) for p in (it.week, it.month, it.recent)] == [
        (date(2026, 7, 27), 1),
        (date(2026, 8, 1), 1),
        (date(2026, 7, 7), 2),
    ]
    assert it.days[0] == Day(date(2026, 7, 7), 1, 0)
    assert it.days[-1] == Day(date(2026, 8, 3), 1, 0)  # what comes on a Saturday waits for Monday


async def test_decisions_results_and_what_expired_are_counted_where_they_happened(
    office: Office,
) -> None:
    approved, refused, own_words, expired = await submits_at(
        office, NOW, *(NOW + timedelta(minutes=n) for n in (1, 2, 3))
    )
    office.clock.moment = local(3, 6)
    await office.enters(await office.approves(approved))
    await office.refuses(refused, codes=("R02", "R01"))
    await office.refuses(own_words, codes=())
    await office.result_leaves()
    office.clock.moment = expired.reopens_at
    await office.does(expire_due, office.policy, office.now)

    it = await counted(office)

    assert (it.month.received, it.month.approved, it.month.refused, it.month.expired) == (
        4,
        1,
        2,
        1,
    )
    assert (it.month.given, it.month.on_time, it.month.days) == (3, 3, 4)
    assert it.month.reasons == (("R01", 1), ("R02", 1), ("other", 1))
    assert (it.week.received, it.week.refused, it.week.given, it.week.expired) == (0, 0, 0, 1)


async def test_a_result_on_the_due_day_is_on_time_and_one_after_it_is_not(
    office: Office,
) -> None:
    in_time, late = await submits_at(office, NOW, NOW + timedelta(minutes=1))
    office.clock.moment = local(3, 16, 23, 50)
    await office.refuses(in_time)
    await office.result_leaves()
    await office.refuses(late)
    office.clock.moment = local(3, 17, 0, 0)
    await office.result_leaves()

    it = await counted(office)

    assert (it.month.given, it.month.on_time) == (2, 1)


async def test_half_of_the_results_took_at_most_so_many_days(office: Office) -> None:
    cases = await submits_at(office, *(NOW + timedelta(minutes=n) for n in range(4)))
    for case, day in zip(cases, (3, 4, 9, 10), strict=True):
        office.clock.moment = local(3, day)
        await office.refuses(case)
        await office.result_leaves()

    assert (await counted(office)).month.days == 2


async def test_open_cases_wait_by_their_age_whoever_has_approved_them(office: Office) -> None:
    cases = await submits_at(office, *(local(3, day) for day in (2, 6, 10, 13, 16)))
    await office.approves(cases[0])
    await office.refuses(cases[4])

    assert (await counted(office)).waiting == (1, 1, 1, 1)


def test_ages_are_told_as_ranges_of_days() -> None:
    assert age_labels() == (
        text("figures-age", low=0, high=2),
        text("figures-age", low=3, high=5),
        text("figures-age", low=6, high=9),
        text("figures-age-over", low=10),
    )


async def test_places_and_channels_are_counted_the_most_frequent_first(office: Office) -> None:
    for name, place in (("a", "longbien"), ("b", "badinh"), ("c", "longbien"), ("d", None)):
        await office.submits(name, place=place)

    it = await counted(office)

    assert it.month.places == (("longbien", 2), ("", 1), ("badinh", 1))
    assert it.month.channels == (("public", 4),)


async def test_reasons_are_named_as_the_list_words_them(office: Office) -> None:
    async with office.store.begin() as tx:
        for one in REASONS:
            await tx.reasons.add(one)

    assert (await counted(office)).reasons == {
        "other": Text("figures-reason-other"),
        "R01": Text("figures-reason-R01"),
        "R02": text("quote", words="Sai tên cơ sở …"),
    }


async def test_rule_7_all_staff_may_ask_and_nobody_else(office: Office) -> None:
    await counted(office)

    with pytest.raises(NotAllowed):
        await office.does(figures, STRANGER, office.policy, office.now)


async def test_without_a_calendar_there_are_no_figures(office: Office) -> None:
    async with office.store.engines.write() as connection:
        await connection.exec_driver_sql("DELETE FROM calendar")

    with pytest.raises(LookupError, match=r"^the database holds no calendar$"):
        await office.does(count, office.policy, office.now)
