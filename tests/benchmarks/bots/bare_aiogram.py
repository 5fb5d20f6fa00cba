"""A bare aiogram bot: polling, FSM in memory, and with a database one ORM commit for each step.

It keeps no inbox, no outbox and no history, checks nothing and sends no mail. Usage:
python -m tests.benchmarks.bots.bare_aiogram TOKEN API [DATABASE_URL]
"""

import asyncio
import itertools
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Protocol

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import CommandStart, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tests.benchmarks.bots.form import (
    GREETING,
    QUESTIONS,
    RECEIPT_KEYBOARD,
    SUMMARY_KEYBOARD,
    Keyboard,
    Question,
    following,
    receipt,
    summary,
)


class Base(DeclarativeBase):
    """The tables of the bare bot."""


class Registration(Base):
    """One form, from /start to the receipt."""

    __tablename__ = "registration"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(index=True)
    licence: Mapped[str | None]
    facility: Mapped[str | None]
    role: Mapped[str | None]
    person: Mapped[str | None]
    email: Mapped[str | None]
    submitted: Mapped[bool] = mapped_column(default=False)


class Steps(StatesGroup):
    """Which question is open."""

    consent = State()
    licence = State()
    facility = State()
    role = State()
    person = State()
    email = State()
    summary = State()


class Records(Protocol):
    """Where the answers go; one call for each step."""

    async def begin(self, user: int) -> int:
        """Open a form; return its number."""

    async def put(self, number: int, **values: Any) -> None:
        """Keep an answer."""


class InMemory:
    """Nothing beyond what the FSM keeps anyway."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    async def begin(self, user: int) -> int:
        """Open a form; return its number."""
        return next(self._numbers)

    async def put(self, number: int, **values: Any) -> None:
        """Keep nothing."""


class InDatabase:
    """A session, a loaded object and a commit for each step, as the manuals show it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    async def begin(self, user: int) -> int:
        """Open a form; return its number."""
        async with self._sessions() as session:
            form = Registration(user_id=f"tg:{user}", submitted=False)
            session.add(form)
            await session.commit()
            return form.id

    async def put(self, number: int, **values: Any) -> None:
        """Load the form, set what was answered, commit."""
        async with self._sessions() as session:
            form = await session.scalar(select(Registration).where(Registration.id == number))
            for name, value in values.items():
                setattr(form, name, value)
            await session.commit()


def _markup(keyboard: Keyboard) -> InlineKeyboardMarkup:
    rows = [
        [InlineKeyboardButton(text=label, callback_data=data) for label, data in row]
        for row in keyboard
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


async def _acknowledge(query: CallbackQuery) -> None:
    with suppress(TelegramBadRequest):  # too old by now: the person waits for the next question
        await query.answer()


async def _ask(message: Message, question: Question) -> None:
    await message.answer(question.words, reply_markup=_markup(question.keyboard))


def _router(records: Records) -> Router:
    router = Router()

    @router.message(CommandStart())
    async def start(message: Message, state: FSMContext) -> None:
        number = await records.begin(message.chat.id)
        await state.set_state(Steps.consent)
        await state.set_data({"number": number})
        await _ask(message, GREETING)

    @router.callback_query(Steps.consent, F.data == "consent:yes")
    async def consent(query: CallbackQuery, state: FSMContext) -> None:
        assert isinstance(query.message, Message)
        await _acknowledge(query)
        await state.set_state(Steps.licence)
        await _ask(query.message, QUESTIONS[0])

    async def take(message: Message, state: FSMContext, field: str, value: str) -> None:
        answers = await state.update_data({field: value})
        await records.put(answers["number"], **{field: value})
        question = following(field)
        if question is None:
            await state.set_state(Steps.summary)
            await message.answer(summary(answers), reply_markup=_markup(SUMMARY_KEYBOARD))
        else:
            await state.set_state(getattr(Steps, question.field))
            await _ask(message, question)

    def typed(field: str) -> Callable[[Message, FSMContext], Awaitable[None]]:
        async def answer(message: Message, state: FSMContext) -> None:
            await take(message, state, field, (message.text or "").strip())

        return answer

    for field in ("licence", "facility", "person", "email"):
        router.message(StateFilter(getattr(Steps, field)), F.text)(typed(field))

    @router.callback_query(Steps.role, F.data.startswith("role:"))
    async def role(query: CallbackQuery, state: FSMContext) -> None:
        assert isinstance(query.message, Message)
        await _acknowledge(query)
        await take(query.message, state, "role", (query.data or "").partition(":")[2])

    @router.callback_query(Steps.summary, F.data == "submit:yes")
    async def submit(query: CallbackQuery, state: FSMContext) -> None:
        assert isinstance(query.message, Message)
        await _acknowledge(query)
        answers = await state.get_data()
        await records.put(answers["number"], submitted=True)
        await state.clear()
        words = receipt(answers["number"], answers)
        await query.message.answer(words, reply_markup=_markup(RECEIPT_KEYBOARD))

    return router


def _engine(url: str) -> AsyncEngine:
    engine = create_async_engine(url, pool_timeout=600)  # 500 people wait longer than 30 s
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine.sync_engine, "connect")
        def tune(connection: Any, _: object) -> None:
            # Without these, fifty people at once end in "database is locked".
            for pragma in ("journal_mode = WAL", "busy_timeout = 60000", "synchronous = NORMAL"):
                connection.execute(f"PRAGMA {pragma}")

    return engine


async def _main(token: str, api: str, url: str | None) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api), limit=1000)
    bot = Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
    dispatcher = Dispatcher(storage=MemoryStorage())
    if url is None:
        dispatcher.include_router(_router(InMemory()))
        await dispatcher.start_polling(bot)
        return
    engine = _engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    dispatcher.include_router(_router(InDatabase(engine)))
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None))
