"""A server that answers with whatever a test hands it, for what no Bot API server would say."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Stub:
    """`answers` are given in turn, the last one for ever: (status, body), or None to hang up.

    `asked` holds the methods called and their parameters, `peers` the connections they came by.
    """

    url: str = ""
    answers: list[tuple[int, Any] | None] = field(default_factory=list)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    peers: set[Any] = field(default_factory=set)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        method = request.path.rpartition("/")[2]
        is_json = request.content_type == "application/json"
        self.asked.append((method, await request.json() if is_json else {}))
        assert request.transport is not None
        self.peers.add(request.transport.get_extra_info("peername"))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            request.transport.abort()
            return web.Response()
        status, body = answer
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return web.Response(status=status, body=raw, content_type="text/html")


@asynccontextmanager
async def running() -> AsyncIterator[Stub]:
    stub = Stub()
    runner = web.ServerRunner(web.Server(stub.answer, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stub.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield stub
    finally:
        await runner.cleanup()


def ok(result: Any) -> tuple[int, Any]:
    return 200, {"ok": True, "result": result}


def refused(status: int, description: str, **parameters: Any) -> tuple[int, Any]:
    body = {"ok": False, "error_code": status, "description": description}
    return status, {**body, "parameters": parameters} if parameters else body
