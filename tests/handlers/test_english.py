"""The same conversation in English, chosen by button or by command, remembered for good."""

import re
import unicodedata

import pytest
from sqlalchemy import select

from bot.stage import Stage
from storage.tables import consent_text
from tests.handlers.actors import (
    EMAIL,
    FACILITY,
    LICENCE,
    PERSON,
    Player,
    code_mailed_to,
    newest_registration,
)
from tests.handlers.decisions import refuses

VIETNAMESE = re.compile(r"[ăâđêôơư]", re.IGNORECASE)
OUR_OWN_WORDS = (FACILITY, PERSON, "Sở Y tế Hà Nội", "ĐKKDD", "Dược sỹ", "Tiếng Việt", "Số:")


def is_english(text: str) -> bool:
    for words in (*OUR_OWN_WORDS, "knlt@", "Nhà thuốc An Tâm"):
        text = text.replace(words, "")
    return not VIETNAMESE.search(unicodedata.normalize("NFC", text))


async def test_a_whole_registration_in_english_by_button(stage: Stage, director: Player) -> None:
    await director.opens()
    await director.presses("English")
    director.hears("GCN")
    assert is_english(director.heard), director.heard
    await director.presses("✅ I agree")
    for answer, question in (
        (LICENCE, "Step 2/7"),
        (FACILITY, "Step 3/7"),
        ("Director (owner)", "Step 4/7"),
        (PERSON, "Step 5/7"),
        (EMAIL, "Step 6/7"),
    ):
        await director.says(answer)
        director.hears(question)
        assert is_english(director.heard), director.heard
    await director.says(code_mailed_to(stage, EMAIL))
    director.hears("Step 7/7")
    await director.presses("✅ Send registration")

    director.hears("Registration received", "Monday 16/03/2026")
    assert is_english(director.heard), director.heard
    assert (await newest_registration(director)).locale == "en"


@pytest.mark.parametrize(
    ("agree", "role", "send"), [("yes", "owner", "submit"), ("agree", "pharmacist", "send")]
)
async def test_a_whole_registration_in_english_by_typing(
    stage: Stage, director: Player, agree: str, role: str, send: str
) -> None:
    await director.says("/english")
    for answer in (agree, LICENCE, FACILITY, role, PERSON, EMAIL):
        await director.says(answer)
    await director.says(code_mailed_to(stage, EMAIL))
    await director.says(send)

    director.hears("Registration received")


async def test_changing_the_language_in_the_middle_asks_the_open_question(
    director: Player,
) -> None:
    await director.reaches_email()
    await director.says("/english")
    director.hears("Step 5/7")
    await director.says("/tiengviet")

    director.hears("Bước 5/7")


async def test_the_consent_proves_the_text_in_the_language_that_was_read(
    stage: Stage, director: Player
) -> None:
    await director.opens()
    await director.presses("English")
    director.sees_buttons("Tiếng Việt")
    await director.presses("✅ I agree")

    async with stage.app.store.engines.read() as connection:
        [shown] = (await connection.execute(select(consent_text.c.shown))).scalars()
    assert shown.endswith("Do you agree?")


async def test_results_reach_an_english_reader_in_english(stage: Stage, director: Player) -> None:
    await director.says("/english")
    for answer in ("yes", LICENCE, FACILITY, "director", PERSON, EMAIL):
        await director.says(answer)
    await director.says(code_mailed_to(stage, EMAIL))
    await director.says("send")
    await refuses(stage, await newest_registration(director), reason="Name does not match")

    director.hears("No account could be issued", "Name does not match")
    director.sees_buttons("Register again")


async def test_help_and_status_are_english_too(director: Player) -> None:
    await director.says("/english")
    await director.says("/help")
    assert is_english(director.heard), director.heard
    await director.says("status")

    director.hears("unfinished registration")
