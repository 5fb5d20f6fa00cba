"""Handing in a draft: what no conversation leads to, and what only a race or chance brings."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import delete

from bot.stage import Stage
from core.conversation import Conversation
from core.errors import AlreadyDecided, Problem, Taken
from core.registration import Registration
from core.usecases.submit import REFERENCE_TRIES, submit
from core.usecases.withdraw import withdraw
from storage.tables import calendar, calendar_day
from tests.handlers.actors import Player, conversation_of, newest_registration

OTHER_KEY = "03-5678-HNO"


def always_zero(_: int) -> int:
    return 0


async def hands_in(stage: Stage, conversation: Conversation) -> Registration:
    async with stage.app.store.begin() as tx:
        return await submit(tx, conversation, stage.app.policy, always_zero, stage.clock.now())


async def ready(player: Player, **changes: str | None) -> Conversation:
    """A conversation whose draft is complete but for the changes."""
    await player.reaches_summary()
    conversation = await conversation_of(player)
    assert conversation.draft is not None
    return replace(conversation, draft=replace(conversation.draft, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("missing", ["licence_key", "email"])
async def test_an_incomplete_draft_is_a_defect_not_a_registration(
    stage: Stage, director: Player, missing: str
) -> None:
    conversation = await ready(director, **{missing: None})

    with pytest.raises(ValueError, match="not complete"):
        await hands_in(stage, conversation)


async def test_no_draft_at_all_is_a_defect(stage: Stage, director: Player) -> None:
    conversation = replace(await ready(director), draft=None)

    with pytest.raises(ValueError, match="not complete"):
        await hands_in(stage, conversation)


async def test_a_ticket_spent_for_another_licence_is_said_to_be_used(
    stage: Stage, director: Player
) -> None:
    first = await ready(director, ticket="00ff")
    await hands_in(stage, first)
    assert first.draft is not None
    second = replace(
        first,
        draft=replace(first.draft, licence_key=OTHER_KEY, email="mai@example.vn"),
    )

    with pytest.raises(Taken) as used:
        await hands_in(stage, second)
    assert used.value.text.key == "ticket-used"


async def test_a_reference_that_is_taken_is_drawn_again(stage: Stage, director: Player) -> None:
    first = await ready(director)
    taken = await hands_in(stage, first)
    assert first.draft is not None
    second = replace(
        first,
        draft=replace(first.draft, licence_key=OTHER_KEY, email="mai@example.vn"),
    )
    numbers: Iterator[int] = iter([0] * 6 + [1] * 6)

    async with stage.app.store.begin() as tx:
        made = await submit(
            tx, second, stage.app.policy, lambda _: next(numbers), stage.clock.now()
        )
    assert made.reference != taken.reference
    with pytest.raises(RuntimeError, match="no unused reference"):
        await hands_in(
            stage,
            replace(
                first,
                draft=replace(first.draft, licence_key="03-9-HNO", email="hoa@example.vn"),
            ),
        )
    assert REFERENCE_TRIES > 1


async def test_without_a_calendar_there_is_no_due_day_and_no_registration(
    stage: Stage, director: Player
) -> None:
    conversation = await ready(director)
    async with stage.app.store.engines.write() as connection:
        for table in (calendar_day, calendar):
            await connection.execute(delete(table))

    with pytest.raises(LookupError, match="calendar"):
        await hands_in(stage, conversation)


async def test_the_card_hangs_in_the_group_with_the_address_masked(
    stage: Stage, director: Player
) -> None:
    registration = await director.registers()

    card = stage.group.last.text
    assert registration.reference in card
    assert "l***@gmail.com" in card
    assert registration.email not in card


async def test_nobody_withdraws_for_somebody_else(
    stage: Stage, director: Player, neighbour: Player
) -> None:
    registration = await director.registers()

    with pytest.raises(Problem) as unknown:
        async with stage.app.store.begin() as tx:
            await withdraw(tx, neighbour.user, registration.id, stage.app.policy, stage.clock.now())
    assert unknown.value.text.key == "case-unknown"


async def test_withdrawing_loses_against_a_decision_of_the_same_moment(
    stage: Stage, director: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    registration = await director.registers()

    async def too_late(before: Registration, after: Registration) -> bool:
        return False

    async with stage.app.store.begin() as tx:
        monkeypatch.setattr(tx.registrations, "save", too_late)
        with pytest.raises(AlreadyDecided):
            await withdraw(tx, director.user, registration.id, stage.app.policy, stage.clock.now())
    assert (await newest_registration(director)).is_live
