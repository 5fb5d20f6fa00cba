"""What bad input gets: always an answer, nothing parked, nobody else held up."""

import unicodedata
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.stage import Stage
from core.conversation import Step
from core.ports import SendFailed
from handlers.router import route
from handlers.turn import Turn
from handlers.worker import ATTEMPTS
from tests.handlers.actors import (
    EMAIL,
    FACILITY,
    LICENCE,
    PERSON,
    Player,
    code_mailed_to,
    conversation_of,
    draft_of,
    newest_registration,
    parked,
)
from tests.handlers.conftest import either_sdk

pytestmark = either_sdk

AGREE = "✅ Đồng ý"
EXAMPLES = settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


async def reaches(player: Player, step: Step) -> None:
    """Bring a fresh person to a step, each by the shortest way."""
    answers = {
        Step.CONSENT: [],
        Step.LICENCE: [AGREE],
        Step.LICENCE_CHECK: [AGREE, "03-1234"],
        Step.NAME: [AGREE, LICENCE],
        Step.ROLE: [AGREE, LICENCE, FACILITY],
        Step.PERSON: [AGREE, LICENCE, FACILITY, "gd"],
        Step.EMAIL: [AGREE, LICENCE, FACILITY, "gd", PERSON],
        Step.EMAIL_CHECK: [AGREE, LICENCE, FACILITY, "gd", PERSON, "lan@gmial.com"],
        Step.CODE: [AGREE, LICENCE, FACILITY, "gd", PERSON, EMAIL],
        Step.SUMMARY: [AGREE, LICENCE, FACILITY, "gd", PERSON, EMAIL],
    }[step]
    await player.opens()
    for answer in answers:
        await player.says(answer)
    if step is Step.SUMMARY:
        await player.says(code_mailed_to(player.stage, EMAIL))
    draft = await draft_of(player)
    assert draft is not None
    assert draft.step is step


async def every_answer_was_given(player: Player) -> None:
    assert player.heard, player.transcript
    assert await parked(player.stage) == 0
    async with player.stage.app.store.read() as tx:
        assert await tx.inbox.backlog() == (0, None)


# ── what no step can read ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("step", Step)
async def test_pictures_stickers_and_files_are_declined_and_the_question_stands(
    director: Player, step: Step
) -> None:
    await reaches(director, step)
    question = director.last.text
    for send in (director.sends_sticker, director.sends_photo, director.sends_document):
        await send()
        director.hears("Vui lòng trả lời bằng chữ", question)


async def test_a_picture_before_anything_else_is_greeted(director: Player) -> None:
    await director.sends_photo()

    director.hears("Kính chào quý cơ sở")


@pytest.mark.parametrize("step", Step)
async def test_commands_work_in_every_step(director: Player, step: Step) -> None:
    await reaches(director, step)
    await director.says("/trangthai")
    director.hears("đang đăng ký dở")
    await director.says("/trogiup")
    director.hears("Trợ giúp")
    await director.says("/huy")
    director.hears("Đã hủy")


@pytest.mark.parametrize("step", Step)
async def test_back_works_in_every_step(director: Player, step: Step) -> None:
    await reaches(director, step)
    await director.says("/quaylai")

    await every_answer_was_given(director)


@pytest.mark.parametrize("step", Step)
async def test_nothing_that_is_typed_at_a_choice_is_lost_without_a_word(
    director: Player, step: Step
) -> None:
    await reaches(director, step)
    await director.says("ừ thì")

    await every_answer_was_given(director)


async def test_an_edited_message_changes_no_answer(stage: Stage, director: Player) -> None:
    await director.agrees()
    await director.says(LICENCE)
    said = director.person.types("Nhà thuốc A", in_=stage.bot)
    await stage.settle()
    before = await draft_of(director)
    director.person.edits(said, "Nhà thuốc B")
    await stage.settle()

    assert await draft_of(director) == before
    assert await parked(stage) == 0


# ── buttons ──────────────────────────────────────────────────────────────────────────────────────

HOSTILE = [
    "1.s.role.king",
    "1.s.consent.maybe",
    "1.s.edit.consent",
    "1.s.edit",
    "1.s.code.skip",
    "1.s.summary.submit",
    "1.s",
    "1.s.",
    "1",
    "",
    ".",
    "0.s.consent.yes",
    "2.s.consent.yes",
    "1.m.again.zz",
    "1.m.again",
    "1.m.again.ffffffffffffffffffffff",
    "1.m.again.7fffffffffffffff",
    "1.m.withdraw.-1",
    "1.m.withdraw.1",
    "1.m.withdraw-yes.0",
    "1.m.nothing",
    "1.m",
    "1.x.y.z",
    "1.c.approve.1.1",
    "1.c.approve.zz",
    "1.c.show.ffffffffffffffffffff.1",
    "1.r.confirm.1",
    "1.a.confirm.1",
    "\x00",
    "💊" * 16,
]


@pytest.mark.parametrize("data", HOSTILE)
async def test_hostile_callback_data_gets_an_answer_and_changes_nothing(
    director: Player, data: str
) -> None:
    await reaches(director, Step.ROLE)
    before = await draft_of(director)
    popups = len(director.person.popups)
    await director.taps(data)

    assert director.heard or len(director.person.popups) > popups, director.transcript
    assert await parked(director.stage) == 0
    assert await draft_of(director) == before


OFFERED_AT_ROLE = {
    "1.s.role.director",
    "1.s.role.pharmacist",
    "1.m.back",
    "1.m.cancel",
    "1.m.restart",
    "1.m.language-en",
    "1.m.language-vi",
}
PARTS = st.sampled_from(
    ["1", "0", "s", "m", "c", "r", "a", "role", "edit", "again", "withdraw", "register", "status",
     "code", "skip", "summary", "submit", "director", "-1", "ff", "zz", "", "R01"]
)  # fmt: skip
DATA = st.one_of(
    st.lists(PARTS, min_size=1, max_size=6).map(".".join), st.text(max_size=16)
).filter(lambda data: len(data.encode("utf-8", "ignore")) <= 64 and data not in OFFERED_AT_ROLE)


@EXAMPLES
@given(data=DATA.filter(lambda data: data.isprintable()))
async def test_whatever_a_button_says_there_is_an_answer_and_nothing_changes(
    director: Player, data: str
) -> None:
    if director.person.here is None:
        await reaches(director, Step.ROLE)
    director.stage.clock.shift(timedelta(minutes=1))
    before, popups = await draft_of(director), len(director.person.popups)
    await director.taps(data)

    assert director.heard or len(director.person.popups) > popups, director.transcript
    assert await parked(director.stage) == 0
    assert await draft_of(director) == before


async def test_a_button_of_an_answered_question_shows_the_open_one(director: Player) -> None:
    await director.opens()
    greeting = director.last
    await director.presses(AGREE, on=greeting)
    await director.presses(AGREE, on=greeting)

    director.hears("Nút này thuộc tin nhắn cũ", "Bước 1/7")


async def test_a_button_of_a_cancelled_draft_says_how_things_stand(director: Player) -> None:
    await director.opens()
    greeting = director.last
    await director.says("/huy")
    await director.presses(AGREE, on=greeting)

    director.hears("Nút này thuộc tin nhắn cũ", "Chưa thấy đăng ký nào")


async def test_a_second_tap_on_send_registers_nothing_twice(stage: Stage, director: Player) -> None:
    await director.reaches_summary()
    summary = director.last
    director.person.presses("Gửi đăng ký", on=summary)
    director.person.presses("Gửi đăng ký", on=summary)
    await stage.settle()

    registration = await newest_registration(director)
    director.hears("đang chờ giải quyết", registration.reference)
    async with stage.app.store.read() as tx:
        assert await tx.registrations.count_open() == 1


async def test_rule_10_an_update_handed_over_twice_is_handled_once(
    stage: Stage, director: Player
) -> None:
    await director.agrees()
    stage.sandbox.faults.drop(method="getUpdates", effect=True)
    director.person.types(LICENCE, in_=stage.bot)
    with pytest.raises(SendFailed):
        await stage.pollers[0].poll_once()
    await stage.settle()
    await stage.settle()

    assert director.heard.count("Bước 2/7") == 1


async def test_a_message_sent_twice_with_two_ids_is_an_answer_each(director: Player) -> None:
    await director.agrees()
    await director.says(LICENCE)
    await director.says(LICENCE)

    director.hears("Bước 3/7")
    draft = await draft_of(director)
    assert draft is not None
    assert draft.facility == LICENCE


# ── texts ────────────────────────────────────────────────────────────────────────────────────────

NASTY = [
    "<b>đậm</b> &amp; <script>",
    "_*[`~#",
    "\u202eđảo ngược\u202c nhà",
    unicodedata.normalize("NFD", "Nhà thuốc Đức Hạnh Phước"),
    "Nhà thuốc " + "ả" * 4086,
    "a\x00b\x07c nhà",
    "Z̸̢̛͔̺͎̟̻̝̼a̵̡͓̝̲͚͛l̶̛̮̫̗̗̗̥̓̈́g̷̢̛̫͔̬o̸̳͗̾̄͝",
    '=HYPERLINK("http://example.vn")',
    "💊" * 100,
]


@pytest.mark.parametrize("step", [Step.LICENCE, Step.NAME, Step.PERSON, Step.EMAIL, Step.CODE])
@pytest.mark.parametrize("words", NASTY)
async def test_a_nasty_text_is_answered_in_every_open_question(
    director: Player, step: Step, words: str
) -> None:
    await reaches(director, step)
    await director.says(words)

    await every_answer_was_given(director)


@EXAMPLES
@given(
    name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(
        lambda name: name.strip() and not name.strip().startswith("/")
    )
)
async def test_a_stored_name_is_composed_visible_and_shown_as_it_is(
    director: Player, name: str
) -> None:
    director.stage.clock.shift(timedelta(minutes=1))
    await director.says("/huy")
    await reaches(director, Step.NAME)
    await director.says(name)
    await every_answer_was_given(director)
    draft = await draft_of(director)
    if draft is None or draft.facility is None:
        return
    assert unicodedata.is_normalized("NFC", draft.facility)
    assert not [c for c in draft.facility if unicodedata.category(c) in ("Cc", "Cf")]
    await director.says("/quaylai")

    director.hears(f"Đang ghi: {draft.facility}")


# ── places ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_group_is_the_wrong_place_to_register(stage: Stage, director: Player) -> None:
    group = stage.sandbox.world.group("Hội nhà thuốc", admins=[stage.director], bots=[stage.bot])
    there = director.at(group)
    await there.says("/start@KnltHaNoiBot")

    there.hears("Xin nhắn riêng cho tôi")


async def test_a_group_is_the_wrong_place_for_the_facilities_bot(split_stage: Stage) -> None:
    world, person = split_stage.sandbox.world, split_stage.director
    group = world.group("Hội nhà thuốc", admins=[person], bots=[split_stage.bot])
    there = Player(split_stage, person, group)
    await there.says("/dangky")
    there.hears("Xin nhắn riêng cho tôi")
    await there.says("chào cả nhà")

    there.hears_nothing()


async def test_the_facilities_bot_can_never_decide(split_stage: Stage) -> None:
    stage = split_stage
    director = Player(stage, stage.director, stage.bot)
    registration = await director.registers()
    lead = Player(stage, stage.lead, stage.bot)
    await lead.opens()
    await lead.taps(f"1.c.approve.{registration.id:x}.{registration.version:x}")

    lead.hears("Nút này thuộc tin nhắn cũ")
    assert (await newest_registration(director)).status.value == "pending"


async def test_a_button_of_the_desk_is_never_pressed_by_words(
    desk: Stage, director: Player
) -> None:
    await director.registers()
    lead = Player(desk, desk.lead, desk.desk)
    await lead.says("/choduyet")
    for label in lead.buttons:
        await lead.says(label)
        lead.hears_no("Nút này thuộc tin nhắn cũ")

    assert (await newest_registration(director)).status.value == "pending"


async def test_a_bot_blocked_in_the_middle_goes_on_where_it_was(
    stage: Stage, director: Player
) -> None:
    await director.reaches_email()
    director.person.blocks(stage.bot)
    await stage.settle()
    assert not (await conversation_of(director)).reachable
    director.person.unblocks(stage.bot)
    await stage.settle()
    assert (await conversation_of(director)).reachable
    await director.says(EMAIL)

    director.hears("Bước 6/7")


async def test_an_answer_that_meets_a_block_parks_nothing(stage: Stage, director: Player) -> None:
    await director.agrees()
    director.person.types(LICENCE, in_=stage.bot)
    director.person.blocks(stage.bot)
    await stage.settle()
    assert not (await conversation_of(director)).reachable
    assert await parked(stage) == 0
    await director.says(FACILITY)

    director.hears("Bước 3/7")


# ── floods and poison ────────────────────────────────────────────────────────────────────────────


async def test_a_flood_is_told_once_and_slows_down_nobody_else(
    stage: Stage, director: Player, neighbour: Player
) -> None:
    await director.agrees()
    for _ in range(60):
        director.person.types("spam", in_=stage.bot)
    await neighbour.opens()

    neighbour.hears("Kính chào quý cơ sở")
    assert director.transcript.count("thao tác hơi nhanh") == 1


async def test_another_persons_answer_comes_in_the_first_round_of_a_flood(
    stage: Stage, director: Player, neighbour: Player
) -> None:
    for _ in range(60):
        director.person.types("spam", in_=stage.bot)
    neighbour.person.opens(stage.bot)
    await stage.pollers[0].poll_once()
    await stage.app.worker.run_once()
    await stage.app.deliverer.chat_round()

    neighbour.hears("Kính chào quý cơ sở")


async def test_whoever_pauses_after_a_flood_is_answered_again(
    stage: Stage, director: Player
) -> None:
    await director.agrees()
    for _ in range(60):
        director.person.types("spam", in_=stage.bot)
    await stage.settle()
    await stage.moves(timedelta(seconds=10))
    await director.says(LICENCE)

    director.hears("Bước 2/7")


async def test_a_second_flood_is_told_again(stage: Stage, director: Player) -> None:
    await director.agrees()
    for _ in range(2):
        for _ in range(40):
            director.person.types("spam", in_=stage.bot)
        await stage.moves(timedelta(minutes=1))

    assert director.transcript.count("thao tác hơi nhanh") == 2


async def test_a_poisonous_update_is_tried_again_then_parked_with_a_word_and_costs_nobody_else(
    stage: Stage, director: Player, neighbour: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    await director.agrees()
    poison(monkeypatch)
    director.person.types("POISON", in_=stage.bot)
    director.person.types(LICENCE, in_=stage.bot)
    await neighbour.opens()
    neighbour.hears("Kính chào quý cơ sở")
    director.hears_nothing()
    for attempt in range(1, ATTEMPTS):
        assert await parked(stage) == 0
        await stage.moves(timedelta(seconds=2**attempt))

    assert await parked(stage) == 1
    assert "Hệ thống đang gặp sự cố" in director.transcript
    director.hears("Bước 2/7")


async def test_a_newcomer_whose_first_word_is_poison_is_told_too(
    stage: Stage, director: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison(monkeypatch)
    await director.says("POISON")
    await stage.moves(timedelta(seconds=2))
    for attempt in range(2, ATTEMPTS):
        await stage.moves(timedelta(seconds=2**attempt))

    director.hears("Hệ thống đang gặp sự cố")


async def test_an_update_that_succeeds_at_last_is_answered_once(
    stage: Stage, director: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    await director.agrees()
    with monkeypatch.context() as poisoned:
        poison(poisoned, LICENCE)
        await director.says(LICENCE)
        director.hears_nothing()
    await stage.moves(timedelta(seconds=2))

    assert director.heard.count("Bước 2/7") == 1
    assert await parked(stage) == 0


def poison(monkeypatch: pytest.MonkeyPatch, words: str = "POISON") -> None:
    """Make the program stumble over these words, after it has begun to write."""

    async def stumble(turn: Turn) -> None:
        await route(turn)
        if turn.incoming.text == words:
            raise RuntimeError("stumbled")

    monkeypatch.setattr("handlers.worker.route", stumble)
