"""What the Bot API's refusals call for, whichever SDK reported them.

Source: codes and descriptions as its server words them (tdlib/telegram-bot-api, `Client.cpp`).
Descriptions are matched in lower case, by what they contain.
"""

import json
import re
from http import HTTPStatus
from typing import Any

from core.ports import Fault, SendFailed

# Reasons that callers look at.
MESSAGE_GONE = "message gone"  # cannot be edited any more: say it in a new message
THREAD_GONE = "topic gone"  # the group is there, the topic is deleted or closed
BAD_MARKUP = "markup refused"
NOTHING_TO_DO = "nothing to do"  # already so, or too late to matter
FILE_TOO_BIG = "file too big"
FILE_GONE = "file gone"

_DESCRIPTIONS: tuple[tuple[str, Fault, str | None], ...] = (
    ("message is not modified", Fault.INVALID, NOTHING_TO_DO),
    ("message to delete not found", Fault.INVALID, NOTHING_TO_DO),
    ("query is too old", Fault.INVALID, NOTHING_TO_DO),
    ("query_id_invalid", Fault.INVALID, NOTHING_TO_DO),
    ("message to edit not found", Fault.INVALID, MESSAGE_GONE),
    ("message can't be edited", Fault.INVALID, MESSAGE_GONE),
    ("message_id_invalid", Fault.INVALID, MESSAGE_GONE),
    ("there is no text in the message to edit", Fault.INVALID, MESSAGE_GONE),
    ("message thread not found", Fault.INVALID, THREAD_GONE),
    ("topic_closed", Fault.INVALID, THREAD_GONE),
    ("topic_deleted", Fault.INVALID, THREAD_GONE),
    ("can't parse entities", Fault.INVALID, BAD_MARKUP),
    ("file is too big", Fault.INVALID, FILE_TOO_BIG),
    ("wrong file_id", Fault.INVALID, FILE_GONE),
    ("invalid file_id", Fault.INVALID, FILE_GONE),
    ("file is temporarily unavailable", Fault.RETRY, None),
    ("chat not found", Fault.STOPPED, None),
    ("user not found", Fault.STOPPED, None),
    ("peer_id_invalid", Fault.STOPPED, None),
    ("deactivated", Fault.STOPPED, None),
    ("not enough rights to send", Fault.STOPPED, None),
    ("have no rights to send", Fault.STOPPED, None),
    ("chat_write_forbidden", Fault.STOPPED, None),
)
_STATUSES: dict[int, Fault] = {
    HTTPStatus.UNAUTHORIZED: Fault.CONFIG,
    HTTPStatus.FORBIDDEN: Fault.STOPPED,
    HTTPStatus.NOT_FOUND: Fault.CONFIG,  # what a malformed token gets
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Fault.INVALID,
}
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")


def refusal(status: int, body: str | bytes) -> SendFailed:
    """Judge an answer that is no success by its HTTP status, description and ResponseParameters.

    Whatever its status, an answer that is not the Bot API's came from a proxy: RETRY.
    """
    try:
        answer = json.loads(body)
        description, parameters = str(answer["description"]), answer.get("parameters") or {}
    except (ValueError, TypeError, KeyError):
        return SendFailed(Fault.RETRY, f"the answer ({status}) is not the Bot API's")
    if moved_to := parameters.get("migrate_to_chat_id"):
        return SendFailed(Fault.RETRY, "the group has a new id", moved_to=str(moved_to))
    if status == HTTPStatus.BAD_REQUEST:
        fault, reason = _bad_request(description)
        return SendFailed(fault, reason)
    fault = _STATUSES.get(status, Fault.RETRY)
    return SendFailed(fault, f"{status} {description}", retry_after=parameters.get("retry_after"))


def result(body: str | bytes) -> Any:
    """Give the result in a successful answer; RETRY if it is not the Bot API's."""
    try:
        return json.loads(body)["result"]
    except (ValueError, TypeError, KeyError):
        raise refusal(HTTPStatus.OK, body) from None


def fetch_failure(status: int) -> SendFailed:
    """Judge a file that was not served: there, 404 says nothing about the token."""
    if status == HTTPStatus.NOT_FOUND:
        return SendFailed(Fault.INVALID, FILE_GONE)
    return SendFailed(_STATUSES.get(status, Fault.RETRY), f"{status} file not served")


def network_failure(error: BaseException) -> SendFailed:
    """Judge a call that got no answer. The error's own words may hold the URL, and so the token."""
    return SendFailed(Fault.RETRY, f"no usable answer ({type(error).__name__})")


def check_token(token: str) -> None:
    """Refuse what cannot be a token, without saying it."""
    if not _TOKEN.fullmatch(token):
        raise SendFailed(Fault.CONFIG, "the token does not look like one of BotFather's")


def _bad_request(description: str) -> tuple[Fault, str]:
    words = description.lower()
    for part, fault, reason in _DESCRIPTIONS:
        if part in words:
            return fault, reason or description
    return Fault.INVALID, description
