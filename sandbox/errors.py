"""Refusals of the Bot API, with the words and codes Telegram uses."""

from typing import Any


class ApiError(Exception):
    """A request answered `{"ok": false, "error_code": code, "description": description}`.

    `parameters` is the ResponseParameters object (`retry_after` in seconds, `migrate_to_chat_id`).
    """

    def __init__(
        self, code: int, description: str, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(what: str) -> ApiError:
    """Return the 400 that says `what`."""
    return ApiError(400, f"Bad Request: {what}")


def forbidden(what: str) -> ApiError:
    """Return the 403 that says `what`."""
    return ApiError(403, f"Forbidden: {what}")


def too_many(retry_after: int) -> ApiError:
    """Return the 429 that asks to wait `retry_after` seconds."""
    return ApiError(
        429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after}
    )


def migrated(new_chat_id: int) -> ApiError:
    """Return the 400 that a group's old id gets once it has become a supergroup."""
    return ApiError(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": new_chat_id},
    )


class NothingToPress(AssertionError):
    """A person looked for a button that is not on the screen; the message lists what is."""
