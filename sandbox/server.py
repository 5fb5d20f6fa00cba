"""The HTTP face of the world: /bot<token>/<method> and /file/bot<token>/<path> on loopback."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage

from sandbox.api.call import Call
from sandbox.api.parameters import Upload
from sandbox.api.receiving import Polls
from sandbox.api.request import BODY_LIMIT, read_parameters
from sandbox.api.table import GET_UPDATES, METHODS, Method
from sandbox.bots import Bot
from sandbox.clock import stopwatch
from sandbox.errors import ApiError
from sandbox.events import ApiCalled
from sandbox.faults import Fault
from sandbox.webhooks import Webhooks
from sandbox.world import World

_ENCODE: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_BAD_GATEWAY = (
    "<html>\r\n<head><title>{code} {reason}</title></head>\r\n<body>\r\n"
    "<center><h1>{code} {reason}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>"
)
_REASONS = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}
UNAUTHORIZED = ApiError(401, "Unauthorized")


class BotApiServer:
    """Answers Bot API requests for every bot of a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._polls = Polls()
        self._webhooks = Webhooks(world, self._perform_unasked)
        self._runner = web.ServerRunner(
            web.Server(self._serve, access_log=None, request_factory=_request), shutdown_timeout=0.5
        )
        self.port = 0

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1, on a free port unless one is given; `port` says which."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = self._runner.addresses[0][1]
        await self._webhooks.start()

    async def stop(self) -> None:
        """End webhooks and waiting polls, then stop listening."""
        await self._webhooks.stop()
        self._polls.release()
        await self._runner.cleanup()

    async def perform(self, bot: Bot, method: Method, raw: dict[str, Any]) -> Any:
        """Judge and perform one call and return its result; ApiError if refused."""
        call = Call(self._world, bot, method.parameters.read(raw))
        if method is GET_UPDATES:
            return await self._polls.get_updates(call)
        if method.handler is None:
            raise ApiError(404, "Not Found: method not found")
        result = method.handler(call)
        if method.name == "setWebhook" and bot.webhook is not None:
            self._polls.interrupt(bot, "setWebhook request")
            self._webhooks.watch(bot)
        return result

    async def _perform_unasked(self, bot: Bot, method: Method, raw: dict[str, Any]) -> None:
        # A method in a webhook's answer: its result goes nowhere, and so does its refusal.
        began = stopwatch()
        refusal = None
        try:
            await self.perform(bot, method, raw)
        except ApiError as error:
            refusal = error
        self._record(bot, method, raw, refusal, began)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        began = stopwatch()
        head, _, rest = request.path[1:].partition("/")
        if head == "file":
            return self._download(rest)
        bot = self._world.bots.get(head.removeprefix("bot")) if head.startswith("bot") else None
        if bot is None:
            error = UNAUTHORIZED if head.startswith("bot") else ApiError(404, "Not Found")
            return _failure(error)
        method = METHODS.get(rest.lower())
        if method is None:
            return _failure(ApiError(404, "Not Found: method not found"))
        raw: dict[str, Any] = {}
        try:
            raw = await read_parameters(request)
            fault = self._fault(method, raw)
            if fault is not None:
                response = await self._suffer(fault, request, bot, method, raw)
            else:
                response = _success(await self.perform(bot, method, raw))
            self._record(bot, method, raw, _told_by_proxy(fault), began)
        except ApiError as refusal:
            self._record(bot, method, raw, refusal, began)
            return _failure(refusal)
        return response

    def _fault(self, method: Method, raw: dict[str, Any]) -> Fault | None:
        if not self._world.faults:
            return None
        chat_id = str(raw.get("chat_id", "")).strip()
        number = int(chat_id) if chat_id.removeprefix("-").isdecimal() else None
        return self._world.faults.meet(method.name, number)

    async def _suffer(
        self,
        fault: Fault,
        request: web.BaseRequest,
        bot: Bot,
        method: Method,
        raw: dict[str, Any],
    ) -> web.StreamResponse:
        if fault.delay:
            await asyncio.sleep(fault.delay)
        response = _success(await self.perform(bot, method, raw)) if fault.effect else None
        if fault.drop:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if fault.code is None:
            return response or web.Response()
        if fault.html:
            reason = _REASONS.get(fault.code, "Error")
            page = _BAD_GATEWAY.format(code=fault.code, reason=reason)
            return web.Response(status=fault.code, text=page, content_type="text/html")
        parameters = {"retry_after": fault.retry_after} if fault.retry_after is not None else None
        raise ApiError(fault.code, fault.description, parameters)

    def _download(self, rest: str) -> web.Response:
        head, _, path = rest.partition("/")
        if head.removeprefix("bot") not in self._world.bots:
            return _failure(UNAUTHORIZED)
        found = self._world.files.at(path)
        if found is None:
            return _failure(ApiError(404, "Not Found"))
        return web.Response(body=found.content, content_type="application/octet-stream")

    def _record(
        self, bot: Bot, method: Method, raw: dict[str, Any], error: ApiError | None, began: float
    ) -> None:
        shown = {
            name: (value.name, len(value.content)) if isinstance(value, Upload) else value
            for name, value in raw.items()
        }
        wording = None if error is None else f"{error.code} {error.description}"
        call = ApiCalled(bot, method.name, shown, wording, stopwatch() - began)
        bot.calls.append(call)
        self._world.calls.append(call)
        self._world.events.tell(call)


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: asyncio.Task[None],
) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(
        message, payload, protocol, writer, task, loop, client_max_size=BODY_LIMIT
    )


def _success(result: Any) -> web.Response:
    text = _ENCODE({"ok": True, "result": result})
    return web.Response(body=text.encode(), content_type="application/json")


def _told_by_proxy(fault: Fault | None) -> ApiError | None:
    """Return as an error what a proxy's page said in the place of an answer."""
    if fault is None or fault.drop or fault.code is None:
        return None
    return ApiError(fault.code, fault.description)


def _failure(error: ApiError) -> web.Response:
    body: dict[str, Any] = {
        "ok": False,
        "error_code": error.code,
        "description": error.description,
    }
    headers = {}
    if error.parameters:
        body["parameters"] = error.parameters
        if "retry_after" in error.parameters:
            headers["Retry-After"] = str(error.parameters["retry_after"])
    return web.Response(
        status=error.code,
        body=_ENCODE(body).encode(),
        content_type="application/json",
        headers=headers,
    )
