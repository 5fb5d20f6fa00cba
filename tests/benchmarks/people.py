"""People who fill in the form as fast as they are answered, and how long each answer took."""

import asyncio
import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

from sandbox import Bot, Chat, Message, Person, World
from sandbox.events import Event, MessageSent

PATIENCE = 600.0  # seconds for one answer; longer is a fault of the bot or of the benchmark
UPDATES = 8  # of one registration

_numbers = itertools.count(1)


class Crowd:
    """The people of one bot. A registration takes a new person each time."""

    def __init__(self, world: World, bot: Bot) -> None:
        self._world = world
        self._bot = bot
        self._waiting: dict[int, asyncio.Future[Message]] = {}
        self.waits: list[float] = []  # seconds, one for each update
        world.events.subscribe(self._heard)

    async def register(self, count: int, at_once: int) -> None:
        """Have `count` registrations made, `at_once` at any moment."""
        left = itertools.repeat(None, count)

        async def one_after_the_other() -> None:
            for _ in left:
                await self._registers()

        await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))

    async def greet(self) -> None:
        """Have one person open the bot and be greeted."""
        person = self._world.person("Người đầu tiên")
        await self._step(person, lambda: person.opens(self._bot), "Kính chào")

    async def _registers(self) -> None:
        number = next(_numbers)
        person = self._world.person(f"Người {number}")
        steps: list[tuple[Callable[..., Any], str, str]] = [
            (lambda _: person.opens(self._bot), "", "Kính chào"),
            (person.presses, "✅ Đồng ý", "Bước 1/6"),
            (person.types, f"03-{number}/ĐKKDD-HNO", "Bước 2/6"),
            (person.types, f"Nhà thuốc {number}", "Bước 3/6"),
            (person.presses, "Giám đốc (chủ cơ sở)", "Bước 4/6"),
            (person.types, "Nguyễn Thị Lan", "Bước 5/6"),
            (person.types, f"nhathuoc{number}@gmail.com", "Bước 6/6"),
            (person.presses, "✅ Gửi đăng ký", "Đã tiếp nhận"),
        ]
        for act, words, expected in steps:
            await self._step(person, partial(act, words), expected)

    async def _step(self, person: Person, act: Callable[[], Any], expected: str) -> None:
        loop = asyncio.get_running_loop()
        answer = self._waiting[person.id] = loop.create_future()
        began = loop.time()
        act()
        message = await asyncio.wait_for(answer, PATIENCE)
        self.waits.append(loop.time() - began)
        if expected not in message.text:
            raise AssertionError(f"{expected!r} was expected, but it said {message.text!r}")

    def _heard(self, event: Event) -> None:
        if isinstance(event, MessageSent) and event.message.sender is self._bot:
            answer = self._waiting.pop(_whose(event.message.chat), None)
            if answer is not None and not answer.done():
                answer.set_result(event.message)


def _whose(chat: Chat) -> int:
    return chat.id  # a private chat has the id of its person
