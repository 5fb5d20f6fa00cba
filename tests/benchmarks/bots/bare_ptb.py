"""A bare python-telegram-bot: polling, everything in memory. Usage:
python -m tests.benchmarks.bots.bare_ptb TOKEN API
"""

import itertools
import sys
from contextlib import suppress
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import (
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from tests.benchmarks.bots.form import (
    GREETING,
    QUESTIONS,
    RECEIPT_KEYBOARD,
    SUMMARY_KEYBOARD,
    Keyboard,
    following,
    receipt,
    summary,
)

NUMBERS = itertools.count(1)
Context = ContextTypes.DEFAULT_TYPE


async def _say(update: Update, words: str, keyboard: Keyboard) -> None:
    assert update.effective_message is not None
    rows = [
        [InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in keyboard
    ]
    await update.effective_message.reply_text(
        words, parse_mode=ParseMode.HTML, reply_markup=InlineKeyboardMarkup(rows)
    )


def _answers(context: Context) -> dict[str, Any]:
    assert context.user_data is not None
    return context.user_data


async def _start(update: Update, context: Context) -> None:
    _answers(context).update(number=next(NUMBERS), open="consent")
    await _say(update, GREETING.words, GREETING.keyboard)


async def _take(update: Update, context: Context, value: str) -> None:
    answers = _answers(context)
    field = answers["open"]
    answers[field] = value
    question = following(field)
    if question is None:
        answers["open"] = "summary"
        await _say(update, summary(answers), SUMMARY_KEYBOARD)
    else:
        answers["open"] = question.field
        await _say(update, question.words, question.keyboard)


async def _text(update: Update, context: Context) -> None:
    assert update.message is not None
    await _take(update, context, (update.message.text or "").strip())


async def _press(update: Update, context: Context) -> None:
    assert update.callback_query is not None
    with suppress(BadRequest):  # too old by now: the person waits for the next question
        await update.callback_query.answer()
    answers = _answers(context)
    verb, _, value = (update.callback_query.data or "").partition(":")
    if verb == "consent":
        answers["open"] = QUESTIONS[0].field
        await _say(update, QUESTIONS[0].words, QUESTIONS[0].keyboard)
    elif verb == "role":
        await _take(update, context, value)
    else:
        words = receipt(answers["number"], answers)
        answers.clear()
        await _say(update, words, RECEIPT_KEYBOARD)


def _main(token: str, api: str) -> None:
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api}/bot")
        .concurrent_updates(True)  # noqa: FBT003 - the library's own
        .connection_pool_size(256)
        .pool_timeout(120)
        .build()
    )
    application.add_handler(CommandHandler("start", _start))
    application.add_handler(CallbackQueryHandler(_press))
    application.add_handler(MessageHandler(filters.TEXT, _text))
    application.run_polling()


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2])
