"""The page's web server, on loopback: its files, the live feed, and what players do.

Other sites open in the same browser cannot use it: requests must name this host (against DNS
rebinding), and whatever changes something must come from the page itself (against posts across
sites). The page may load nothing from elsewhere, nor run anything that stands in its HTML.
"""

import asyncio
import json
import mimetypes
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from sandbox.model import Json
from sandbox.page import view
from sandbox.page.actions import Deed, NotPossible, perform, read_deed
from sandbox.page.feed import Feed
from sandbox.page.scene import Scene
from sandbox.page.switches import Switches

STATIC = Path(__file__).parent / "static"
BODY_LIMIT = 64 * 1024
DOCUMENT_LIMIT = 20 * 1024 * 1024
FILE_NAME_LIMIT = 200
PEOPLE_LIMIT = 300
NAME_LIMIT = 64
PAGE_OF_MESSAGES = 60
FARTHEST = timedelta(days=800)
HEARTBEAT = 15  # seconds
SHOWN_PICTURES = ("image/jpeg", "image/png")  # anything else may hold scripts: it is downloaded
_OWN = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'"
POLICY = f"{_OWN}; frame-ancestors 'none'"
PAPER_POLICY = f"{_OWN}; frame-ancestors 'self'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Page:
    """Serves the page. `show` gives it a scene; until then it says that one is being set."""

    def __init__(self) -> None:
        self._feed = Feed()
        self._scene: Scene | None = None
        self._switches: Switches | None = None
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Address of the page."""
        return f"http://127.0.0.1:{self.port}/"

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1, on a free port unless one is given; `port` says which."""
        app = web.Application(middlewares=[self._guard], client_max_size=DOCUMENT_LIMIT)
        app.add_routes(
            [
                web.get("/", self._index),
                web.get("/live", self._live),
                web.get("/clock", self._clock),
                web.get("/chats/{key}", self._messages),
                web.get("/mails/{number}", self._mail),
                web.get("/mails/{number}/html", self._mail_html),
                web.get("/files/{id}", self._file),
                web.get("/papers/{name}", self._paper),
                web.post("/act", self._act),
                web.post("/documents", self._document),
                web.post("/people", self._add_person),
                web.post("/clock", self._move_clock),
                web.post("/faults", self._fault),
                web.post("/restart", self._restart),
                web.static("/static", STATIC),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """End the live feeds and stop listening."""
        self._feed.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def show(self, scene: Scene | None) -> None:
        """Show another scene, or none while the next is being set."""
        self._scene = scene
        self._switches = None if scene is None else Switches(scene.sandbox)
        self._feed.watch(scene)

    # ── reading ──────────────────────────────────────────────────────────────────────────────────

    async def _index(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "index.html")

    async def _live(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-store",
            }
        )
        await response.prepare(request)
        reader = self._feed.join()
        try:
            while True:
                try:
                    async with asyncio.timeout(HEARTBEAT):
                        text = await reader.events.get()
                except TimeoutError:
                    await response.write(b":\n\n")
                    continue
                if text is None:
                    return response
                await response.write(f"data: {text}\n\n".encode())
        except ConnectionResetError:
            return response
        finally:
            self._feed.leave(reader)

    async def _clock(self, _: web.Request) -> web.StreamResponse:
        return web.json_response(await self._time() if self._scene else {})

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        chat = self._shown.chat(request.match_info["key"])
        if chat is None:
            raise web.HTTPNotFound
        before = _number(request.query.get("before", ""))
        older = (
            one
            for one in reversed(chat.messages.values())
            if not one.deleted and (before is None or one.id < before)
        )
        found = list(islice(older, PAGE_OF_MESSAGES + 1))
        shown = [view.message(one) for one in reversed(found[:PAGE_OF_MESSAGES])]
        return web.json_response({"messages": shown, "more": len(found) > PAGE_OF_MESSAGES})

    async def _mail(self, request: web.Request) -> web.StreamResponse:
        number, mail = self._asked_mail(request)
        return web.json_response(view.mail_whole(number, mail))

    async def _mail_html(self, request: web.Request) -> web.StreamResponse:
        _, mail = self._asked_mail(request)
        return web.Response(
            text=mail.html,
            content_type="text/html",
            headers={"Content-Security-Policy": MAIL_POLICY},
        )

    async def _file(self, request: web.Request) -> web.StreamResponse:
        stored = self._shown.sandbox.world.files.get(request.match_info["id"])
        if stored is None:
            raise web.HTTPNotFound
        if stored.kind == "photo" and stored.mime in SHOWN_PICTURES:
            return web.Response(body=stored.content, content_type=stored.mime)
        return _download(stored.content, stored.name or stored.path.rpartition("/")[2])

    async def _paper(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        content = await asyncio.to_thread(self._shown.program.paper, name)
        if content is None:
            raise web.HTTPNotFound
        if "download" in request.query:
            return _download(content, name)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return web.Response(
            body=content, content_type=kind, headers={"Content-Security-Policy": PAPER_POLICY}
        )

    # ── doing ────────────────────────────────────────────────────────────────────────────────────

    async def _act(self, request: web.Request) -> web.StreamResponse:
        name, deed = read_deed(self._shown, await _json(request))
        return web.json_response(self._done(deed, perform(name, deed)))

    async def _document(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        body = {
            "person": _number(query.get("person", "")),
            "chat": query.get("chat"),
            "do": "types",
        }
        _, deed = read_deed(self._shown, body)
        name, content = query.get("name", ""), await request.read()
        if not content or not 1 <= len(name) <= FILE_NAME_LIMIT:
            raise NotPossible("a document needs a name and something in it")
        deed.person.sends_document(name, content, in_=deed.chat)
        return web.json_response(self._done(deed, {}))

    async def _add_person(self, request: web.Request) -> web.StreamResponse:
        scene, body = self._shown, await _json(request)
        name = str(body.get("name", "")).strip()
        if not 1 <= len(name) <= NAME_LIMIT or len(scene.directors) >= PEOPLE_LIMIT:
            raise NotPossible(f"a name of 1 to {NAME_LIMIT} characters, and not too many people")
        language = "en" if body.get("language") == "en" else "vi"
        person = scene.sandbox.world.person(name, language=language)
        scene.directors.append(person)
        chat = view.conversation(scene.sandbox.world.private(scene.front, person))
        self._feed.tell({"type": "person", "person": view.account(person), "chat": chat})
        return web.json_response({"id": person.id})

    async def _move_clock(self, request: web.Request) -> web.StreamResponse:
        scene, body = self._shown, await _json(request)
        clock = scene.sandbox.clock
        target = await self._target(scene, body)
        if not timedelta() <= target - clock.now() <= FARTHEST:
            raise NotPossible("the clock goes forward only, and not farther than two years")
        clock.set(target)
        await scene.program.clock_moved()
        time = await self._time()
        self._feed.tell({"type": "clock", **time})
        return web.json_response(time)

    async def _target(self, scene: Scene, body: Json) -> datetime:
        if "jump" in body:
            moment = (await scene.program.jumps()).get(str(body["jump"]))
            if moment is None:
                raise NotPossible("there is no such moment ahead")
            return moment
        hours = body.get("hours")
        if type(hours) is int and 0 < hours <= FARTHEST.days * 24:  # True is no number of hours
            return scene.sandbox.clock.now() + timedelta(hours=hours)
        try:
            moment = datetime.fromisoformat(str(body.get("to")))
        except ValueError:
            raise NotPossible("`to` is a moment like 2026-03-02T08:00+07:00") from None
        if moment.tzinfo is None:
            raise NotPossible("a moment needs its time zone")
        return moment

    async def _fault(self, request: web.Request) -> web.StreamResponse:
        body = await _json(request)
        if self._switches is None or body.get("name") not in self._switches.state:
            raise NotPossible("there is no such fault")
        await self._switches.set(body["name"], on=body.get("on") is True)
        self._feed.tell({"type": "faults", "faults": self._switches.state})
        return web.json_response(self._switches.state)

    async def _restart(self, request: web.Request) -> web.StreamResponse:
        body = await _json(request)
        self._shown.program.restart(empty=body.get("empty") is True)
        return web.json_response({})

    # ── shared ───────────────────────────────────────────────────────────────────────────────────

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        host = request.headers.get("Host", "")
        if host not in (f"127.0.0.1:{self.port}", f"localhost:{self.port}"):
            raise web.HTTPForbidden(text="this page is for this machine only")
        if request.method != "GET" and request.headers.get("Origin") != f"http://{host}":
            raise web.HTTPForbidden(text="only the page itself may ask for this")
        try:
            response = await handler(request)
        except NotPossible as refusal:
            response = web.json_response({"error": str(refusal)}, status=400)
        if not response.prepared:
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
        return response

    @property
    def _shown(self) -> Scene:
        if self._scene is None:
            raise web.HTTPServiceUnavailable(text="the scene is being set")
        return self._scene

    async def _time(self) -> Json:
        scene = self._shown
        jumps = await scene.program.jumps()
        state = self._switches.state if self._switches else {}
        return {
            "now": view.millis(scene.sandbox.clock.now()),
            "jumps": {name: view.millis(moment) for name, moment in jumps.items()},
            "faults": state,
        }

    def _done(self, deed: Deed, result: Json) -> Json:
        line = view.conversation(deed.chat)
        self._feed.tell({"type": "chat", "chat": line})
        return result

    def _asked_mail(self, request: web.Request) -> tuple[int, Any]:
        number, mails = _number(request.match_info["number"]), self._shown.sandbox.inbox.mails
        if number is None or number >= len(mails):
            raise web.HTTPNotFound
        return number, mails[number]


async def _json(request: web.Request) -> Json:
    if request.content_type != "application/json":
        raise NotPossible("JSON is wanted")
    raw = await request.read()
    if len(raw) > BODY_LIMIT:
        raise web.HTTPRequestEntityTooLarge(max_size=BODY_LIMIT, actual_size=len(raw))
    try:
        body = json.loads(raw)
    except ValueError:
        raise NotPossible("JSON is wanted") from None
    if not isinstance(body, dict):
        raise NotPossible("an object is wanted")
    return body


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else None


def _download(content: bytes, name: str) -> web.Response:
    return web.Response(
        body=content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"},
    )
