"""Reading a request's parameters, whichever of the four ways a client sends them."""

import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, ClientResponse, MultipartReader, web

from sandbox.api.parameters import Upload
from sandbox.errors import ApiError, bad_request

_ATTACHED = "attach://"
BODY_LIMIT = 55 * 1024 * 1024


async def read_parameters(request: web.BaseRequest) -> dict[str, Any]:
    """Return raw parameters by name: query first, then the body's, attached files in place.

    Bodies may be JSON, urlencoded or multipart. ApiError 400 for a body that is none of them, a
    parameter given twice, an attach:// without its file, 413 for more than 55 MB.
    """
    raw: dict[str, Any] = {}
    if request.query_string:
        _add(raw, parse_qsl(request.query_string, keep_blank_values=True))
    kind = request.content_type
    try:
        if kind == "multipart/form-data":
            return _attach(await _parts(await request.multipart(), raw))
        body = await request.read() if request.body_exists else b""
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None
    if kind == "application/json":
        if body:
            _add(raw, _json_object(body).items())
    elif kind == "application/x-www-form-urlencoded":
        _add(raw, parse_qsl(_text(body), keep_blank_values=True))
    elif body:
        raise bad_request(f"unsupported content type {kind}")
    return raw


async def read_reply(answer: ClientResponse) -> dict[str, Any]:
    """Return the raw parameters a webhook's answer holds as JSON or form; {} if it holds none."""
    kind = answer.content_type
    if kind == "multipart/form-data":
        return _attach(await _parts(MultipartReader.from_response(answer), {}))
    body = await answer.read()
    if kind == "application/json" and body.strip():
        return _json_object(body)
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(_text(body), keep_blank_values=True))
    return {}


async def _parts(form: Any, raw: dict[str, Any]) -> dict[str, Any]:
    async for part in form:
        if not isinstance(part, BodyPartReader) or not part.name:
            raise bad_request("a part of the form has no name")
        content = bytes(await part.read())
        value = _text(content) if part.filename is None else Upload(part.filename, content)
        _add(raw, [(part.name, value)])
    return raw


def _attach(raw: dict[str, Any]) -> dict[str, Any]:
    uploads = {name: value for name, value in raw.items() if isinstance(value, Upload)}
    used = set()
    for name, value in raw.items():
        if isinstance(value, str) and value.startswith(_ATTACHED):
            key = value.removeprefix(_ATTACHED)
            if key not in uploads:
                raise bad_request(f'there is no file "{key}" in the request')
            raw[name] = uploads[key]
            used.add(key)
    return {name: value for name, value in raw.items() if name not in used}


def _add(raw: dict[str, Any], pairs: Any) -> None:
    for name, value in pairs:
        if name in raw:
            raise bad_request(f'parameter "{name}" is given twice')
        raw[name] = value


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(found, dict):
        raise bad_request("can't parse JSON object")
    return found


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
