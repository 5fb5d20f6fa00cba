"""The page's server by itself: whom it serves, what it refuses, what it promises the browser."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from sandbox import Sandbox, SandboxClock
from sandbox.page import Page, Scene
from tests.sandbox.mails import send_mail

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
MORNING = NOON + timedelta(hours=20)


@dataclass
class FakeProgram:
    """A program that does nothing but remember what it was asked."""

    moved: int = 0
    restarted: list[bool] = field(default_factory=list)

    async def clock_moved(self) -> None:
        self.moved += 1

    async def jumps(self) -> Mapping[str, datetime]:
        return {"morning": MORNING}

    def paper(self, name: str) -> bytes | None:
        return b"<svg/>" if name == "qr.svg" else None

    def restart(self, *, empty: bool) -> None:
        self.restarted.append(empty)


@dataclass
class Desk:
    """A page with its scene, and a browser that knows how to ask."""

    page: Page
    scene: Scene
    program: FakeProgram
    session: aiohttp.ClientSession

    @property
    def chat(self) -> str:
        """Key of the first director's conversation."""
        return f"{self.scene.front.id}:{self.scene.directors[0].id}"

    async def post(
        self, path: str, body: Any, *, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        origin = {"Origin": self.page.url.rstrip("/")}
        async with self.session.post(
            self.page.url + path, json=body, headers=origin if headers is None else headers
        ) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text.startswith("{") else text

    async def acts(self, **deed: Any) -> tuple[int, Any]:
        first = self.scene.directors[0].id
        return await self.post("act", {"person": first, "chat": self.chat, **deed})

    async def get(self, path: str, **headers: str) -> tuple[int, bytes, Mapping[str, str]]:
        async with self.session.get(self.page.url + path, headers=headers) as answer:
            return answer.status, await answer.read(), answer.headers


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    page, program = Page(), FakeProgram()
    async with Sandbox(clock=SandboxClock(NOON, frozen=True), limits=False) as sandbox:
        world = sandbox.world
        front, staff = world.bot("Front"), world.bot("Staff")
        director, officer = world.person("Lan"), world.person("Hồng")
        group = world.group("Tổ", members=[officer], bots=[staff])
        link = "https://t.me/Front?start=abc"
        scene = Scene(sandbox, program, front, staff, group, [director], [officer], link)
        await page.start()
        page.show(scene)
        async with aiohttp.ClientSession() as session:
            yield Desk(page, scene, program, session)
        await page.stop()


async def test_only_requests_that_name_this_machine_are_answered(desk: Desk) -> None:
    assert (await desk.get(""))[0] == 200
    assert (await desk.get("", Host=f"localhost:{desk.page.port}"))[0] == 200
    for host in ("evil.example", f"evil.example:{desk.page.port}", "127.0.0.1:1", "10.0.0.1"):
        assert (await desk.get("", Host=host))[0] == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", None])
async def test_nothing_is_done_for_another_site(desk: Desk, origin: str | None) -> None:
    deed = {"person": desk.scene.directors[0].id, "chat": desk.chat, "do": "types", "text": "a"}
    headers = {} if origin is None else {"Origin": origin}

    assert (await desk.post("act", deed, headers=headers))[0] == 403
    assert (await desk.post("clock", {"hours": 1}, headers=headers))[0] == 403

    assert desk.scene.sandbox.clock.now() == NOON
    assert not desk.scene.sandbox.world.private(desk.scene.front, desk.scene.directors[0]).messages


async def test_every_answer_forbids_foreign_and_inline_content(desk: Desk) -> None:
    for path in ("", "static/main.js", "clock", "papers/qr.svg"):
        _, _, headers = await desk.get(path)
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"


async def test_a_mail_is_shut_in_a_frame_that_may_load_and_run_nothing(desk: Desk) -> None:
    await send_mail(desk.scene.sandbox, "lan@example.com", "<script>x</script><b>Chào</b>")

    status, body, headers = await desk.get("mails/0/html")

    assert status == 200
    assert "<b>Chào</b>" in body.decode()
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox;" in policy
    assert "script-src" not in policy
    assert (await desk.get("mails/1/html"))[0] == 404


async def test_people_type_reply_edit_and_delete(desk: Desk) -> None:
    assert (await desk.acts(do="opens", payload="abc"))[0] == 200
    await desk.acts(do="types", text="xin chào")
    await desk.acts(do="types", text="trả lời", message=1)
    await desk.acts(do="edits", text="đã sửa", message=2)
    await desk.acts(do="deletes", message=3)

    _, body, _ = await desk.get(f"chats/{desk.chat}")
    shown = json.loads(body)["messages"]
    assert [one["text"] for one in shown] == ["/start abc", "đã sửa"]
    assert shown[1]["edited"]


async def test_a_button_is_pressed_only_if_the_message_has_or_had_it(desk: Desk) -> None:
    world, front = desk.scene.sandbox.world, desk.scene.front
    chat = world.private(front, desk.scene.directors[0])
    keyboard = [[{"text": "Đồng ý", "callback_data": "yes"}]]
    message = world.post(chat, front, "?", keyboard=keyboard)

    assert (await desk.acts(do="presses", message=message.id, data="no"))[0] == 400
    status, answer = await desk.acts(do="presses", message=message.id, data="yes")
    assert status == 200
    assert answer["query"] in world.queries
    world.edit(message, text="đổi rồi")

    assert (await desk.acts(do="presses", message=message.id, data="yes"))[0] == 200


@pytest.mark.parametrize(
    "deed",
    [
        {"do": "explodes"},
        {"do": "types"},
        {"do": "types", "text": " "},
        {"do": "types", "text": "a" * 20_001},
        {"do": "types", "text": ["a"]},
        {"do": "types", "text": "a", "message": 99},
        {"do": "types", "text": "a", "person": 1},
        {"do": "types", "text": "a", "person": "1"},
        {"do": "types", "text": "a", "chat": "1:1"},
        {"do": "types", "text": "a", "chat": "group"},
        {"do": "types", "text": "a", "chat": "½:½"},
        {"do": "edits", "text": "a", "message": True},
        {"do": "presses", "message": 1},
    ],
)
async def test_a_deed_that_makes_no_sense_is_refused_and_changes_nothing(
    desk: Desk, deed: dict[str, Any]
) -> None:
    status, answer = await desk.acts(**deed)

    assert status == 400
    assert answer["error"]
    chat = desk.scene.sandbox.world.private(desk.scene.front, desk.scene.directors[0])
    assert not chat.messages


async def test_bodies_that_are_no_json_or_too_long_are_refused(desk: Desk) -> None:
    origin = {"Origin": desk.page.url.rstrip("/")}
    for body, status in ((b"[]", 400), (b"{", 400), (b"\xff", 400), (b" " * 70_000, 413)):
        headers = {**origin, "Content-Type": "application/json"}
        async with desk.session.post(desk.page.url + "act", data=body, headers=headers) as answer:
            assert answer.status == status
    async with desk.session.post(desk.page.url + "act", data={"do": "x"}, headers=origin) as answer:
        assert answer.status == 400


async def test_a_document_is_kept_as_it_is_and_comes_back_as_a_download(desk: Desk) -> None:
    person = desk.scene.directors[0].id
    path = f"documents?person={person}&chat={desk.chat}&name=a%22b%0A.html"
    origin = {"Origin": desk.page.url.rstrip("/")}
    async with desk.session.post(desk.page.url + path, data=b"<script>", headers=origin) as answer:
        assert answer.status == 200
    chat = desk.scene.sandbox.world.private(desk.scene.front, desk.scene.directors[0])
    media = chat.messages[1].media
    assert media is not None

    status, body, headers = await desk.get(f"files/{media.file.id}")

    assert (status, body) == (200, b"<script>")
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''a%22b%0A.html"
    assert (await desk.get("files/none"))[0] == 404


async def test_the_clock_goes_where_it_is_told_but_never_back(desk: Desk) -> None:
    clock = desk.scene.sandbox.clock

    assert (await desk.post("clock", {"hours": 1}))[0] == 200
    assert clock.now() == NOON + timedelta(hours=1)
    assert (await desk.post("clock", {"jump": "morning"}))[0] == 200
    assert clock.now() == MORNING
    assert (await desk.post("clock", {"to": "2026-03-04T08:00+07:00"}))[0] == 200
    assert clock.now() == datetime(2026, 3, 4, 1, tzinfo=UTC)
    assert desk.program.moved == 3

    for body in (
        {"to": "2026-03-04T07:59+07:00"}, {"to": "2026-03-09T08:00"}, {"to": "soon"}, {"hours": 0},
        {"hours": 10**9}, {"hours": True}, {"jump": "past"}, {"to": "9999-12-31T00:00+00:00"}, {},
    ):  # fmt: skip
        assert (await desk.post("clock", body))[0] == 400
    assert desk.program.moved == 3


async def test_faults_are_switched_on_and_leave_nothing_behind_when_off(desk: Desk) -> None:
    sandbox, front = desk.scene.sandbox, desk.scene.front
    url = f"{sandbox.api_url}/bot{front.token}/sendMessage"
    await desk.acts(do="types", text="a")
    message = {"chat_id": desk.scene.directors[0].id, "text": "b"}

    for name, status in (("flood", 429), ("broken", 502)):
        assert (await desk.post("faults", {"name": name, "on": True}))[1][name] is True
        async with desk.session.post(url, json=message) as answer:
            assert answer.status == status
        assert (await desk.post("faults", {"name": name, "on": False}))[1][name] is False
        assert not sandbox.faults
        async with desk.session.post(url, json=message) as answer:
            assert answer.status == 200
    assert (await desk.post("faults", {"name": "gravity", "on": True}))[0] == 400


async def test_a_mail_server_that_is_down_comes_back_at_the_same_port(desk: Desk) -> None:
    sandbox = desk.scene.sandbox
    await desk.post("faults", {"name": "mail", "on": True})
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", sandbox.mail_server.port)
    await desk.post("faults", {"name": "mail", "on": False})

    await send_mail(sandbox, "lan@example.com", "<p>về rồi</p>")

    assert len(sandbox.inbox) == 1


async def test_a_live_feed_begins_with_the_whole_scene_and_tells_what_happens(desk: Desk) -> None:
    async with desk.session.get(desk.page.url + "live") as feed:
        assert feed.headers["Content-Type"].startswith("text/event-stream")
        scene = await next_event(feed)
        await desk.acts(do="types", text="xin chào")
        told = [await next_event(feed) for _ in range(3)]

    assert scene["type"] == "scene"
    assert [one["name"] for one in scene["directors"]] == ["Lan"]
    assert {one["type"] for one in told} == {"message", "trace", "chat"}


async def test_while_no_scene_is_set_the_page_waits_and_nothing_can_be_done(desk: Desk) -> None:
    deed = {"person": desk.scene.directors[0].id, "chat": desk.chat, "do": "types", "text": "a"}
    async with desk.session.get(desk.page.url + "live") as feed:
        await next_event(feed)
        desk.page.show(None)
        assert (await next_event(feed)) == {"type": "scene", "ready": False}

    assert (await desk.get("clock"))[1] == b"{}"
    assert (await desk.post("act", deed))[0] == 503


async def test_a_new_director_gets_a_phone_and_starting_over_is_passed_on(desk: Desk) -> None:
    status, answer = await desk.post("people", {"name": "Phạm Văn Hải", "language": "en"})
    assert status == 200
    added = desk.scene.person(answer["id"])
    assert added is not None
    assert (added.name, added.language) == ("Phạm Văn Hải", "en")
    for name in ("", " ", "a" * 65):
        assert (await desk.post("people", {"name": name}))[0] == 400

    await desk.post("restart", {"empty": True})

    assert desk.program.restarted == [True]


async def next_event(feed: aiohttp.ClientResponse) -> Any:
    async with asyncio.timeout(5):
        async for line in feed.content:
            if line.startswith(b"data: "):
                return json.loads(line[6:])
    raise AssertionError("the feed has ended")
