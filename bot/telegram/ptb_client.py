"""The Bot API through python-telegram-bot, as a typed client and parser and nothing more."""

import logging
from collections.abc import Awaitable, Mapping, Sequence
from http import HTTPStatus
from io import BytesIO
from typing import Any, TypeVar

from aiohttp import ClientError, ClientSession, ClientTimeout, FormData, TCPConnector
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

from bot.telegram import faults, reading
from bot.telegram.client import (
    ACK_TIMEOUT,
    CONNECTIONS,
    DEFAULT_API,
    TIMEOUT,
    WEBHOOK_CONNECTIONS,
    Attachment,
    Audience,
    Button,
    Chat,
    Membership,
    Post,
    Self,
    Unreadable,
)
from bot.telegram.updates import ALLOWED_UPDATES
from core.messages import Address
from core.ports import Fault, SendFailed
from handlers.incoming import Incoming

logger = logging.getLogger(__name__)

_Result = TypeVar("_Result")
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_SCOPES: dict[Audience, BotCommandScope] = {
    Audience.EVERYBODY: BotCommandScopeDefault(),
    Audience.PRIVATE: BotCommandScopeAllPrivateChats(),
    Audience.GROUPS: BotCommandScopeAllGroupChats(),
}
_TALKATIVE = "telegram"  # this logger tells the URL with the token, and what is said to people


class _Refused(TelegramError):
    """Carries our judgement of an answer through the SDK, which would blur it.

    Its own exceptions lose the status, and BadRequest is one of its network errors.
    """

    def __init__(self, failed: SendFailed) -> None:
        super().__init__(failed.reason)
        self.failed = failed


class _Request(BaseRequest):
    """The SDK's HTTP over aiohttp: the program's only HTTP client, and three times as fast.

    (The SDK's own one logs every URL, and the token is in it.)
    """

    def __init__(self) -> None:
        self._session: ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return TIMEOUT

    async def initialize(self) -> None:
        """Nothing yet: the connections belong to the loop of the first call."""

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_: Any,
        **timeouts: Any,
    ) -> tuple[int, bytes]:
        if self._session is None:
            self._session = ClientSession(connector=TCPConnector(limit=CONNECTIONS))
        asked = timeouts.get("read_timeout", BaseRequest.DEFAULT_NONE)
        seconds = TIMEOUT if asked is BaseRequest.DEFAULT_NONE else asked
        try:
            async with self._session.request(
                method, url, data=_form(request_data), timeout=ClientTimeout(seconds)
            ) as answer:
                status, body = answer.status, await answer.read()
        except (ClientError, TimeoutError) as error:
            raise _Refused(faults.network_failure(error)) from None
        if status != HTTPStatus.OK:
            fetching = method == "GET"
            raise _Refused(
                faults.fetch_failure(status) if fetching else faults.refusal(status, body)
            )
        return status, body


def _form(data: RequestData | None) -> FormData:
    form = FormData(quote_fields=False)
    for name, value in (data.json_parameters if data else {}).items():
        form.add_field(name, value)
    for name, (filename, content, kind) in ((data.multipart_data if data else None) or {}).items():
        stream = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=kind)
    return form


class PtbClient:
    """A `TelegramClient` over python-telegram-bot. `api` is the base URL of the server."""

    def __init__(self, bot: str, token: str, api: str = DEFAULT_API) -> None:
        faults.check_token(token)
        logging.getLogger(_TALKATIVE).setLevel(logging.WARNING)
        self.bot = bot
        self.username = ""
        self._request = _Request()
        self._api = Bot(
            token,
            base_url=f"{api.rstrip('/')}/bot",
            base_file_url=f"{api.rstrip('/')}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )

    async def send_message(self, to: Address, post: Post) -> str:
        """Send; return the message's id."""
        sent = await _judged(
            self._api.send_message(
                to.chat,
                post.text,
                parse_mode=_parse_mode(post),
                message_thread_id=_number(to.thread),
                link_preview_options=_NO_PREVIEW,
                reply_parameters=_reply(post),
                reply_markup=_markup(post),
            )
        )
        return str(sent.message_id)

    async def edit_message(self, to: Address, message_id: str, post: Post) -> None:
        """Replace text and keyboard; nothing to change counts as done."""
        await _settled(
            self._api.edit_message_text(
                post.text,
                to.chat,
                int(message_id),
                parse_mode=_parse_mode(post),
                link_preview_options=_NO_PREVIEW,
                reply_markup=_keyboard(post),
            )
        )

    async def delete_message(self, to: Address, message_id: str) -> None:
        """Delete; a message that is gone counts as done."""
        await _settled(self._api.delete_message(to.chat, int(message_id)))

    async def answer_callback(self, press_id: str, notice: str | None, *, alert: bool) -> None:
        """Answer a press with up to 200 characters; a press too old counts as done."""
        await _settled(
            self._api.answer_callback_query(press_id, notice, alert, read_timeout=ACK_TIMEOUT)
        )

    async def send_document(self, to: Address, attachment: Attachment) -> str:
        """Send a file; return the message's id."""
        sent = await _judged(
            self._api.send_document(
                to.chat,
                attachment.content,
                caption=attachment.caption or None,
                parse_mode=None,
                filename=attachment.name,
                message_thread_id=_number(to.thread),
            )
        )
        return str(sent.message_id)

    async def send_photo(self, to: Address, attachment: Attachment) -> str:
        """Send a picture; return the message's id."""
        sent = await _judged(
            self._api.send_photo(
                to.chat,
                attachment.content,
                caption=attachment.caption or None,
                parse_mode=None,
                filename=attachment.name,
                message_thread_id=_number(to.thread),
            )
        )
        return str(sent.message_id)

    async def send_typing(self, to: Address) -> None:
        """Show "is typing" for 5 seconds, or until the next message."""
        await _judged(
            self._api.send_chat_action(
                to.chat,
                ChatAction.TYPING,
                message_thread_id=_number(to.thread),
                read_timeout=ACK_TIMEOUT,
            )
        )

    async def download(self, file_id: str, limit: int) -> bytes:
        """Fetch a file that somebody sent; INVALID with `FILE_TOO_BIG` over `limit` bytes."""
        file = await _judged(self._api.get_file(file_id))
        if file.file_path is None:
            raise SendFailed(Fault.INVALID, faults.FILE_GONE)
        if (file.file_size or 0) > limit:
            raise SendFailed(Fault.INVALID, faults.FILE_TOO_BIG)
        content = bytes(await _judged(file.download_as_bytearray()))
        if len(content) > limit:
            raise SendFailed(Fault.INVALID, faults.FILE_TOO_BIG)
        return content

    async def get_me(self) -> Self:
        """Ask who this bot is."""
        me = await _judged(self._api.get_me())
        self.username = me.username or ""
        return Self(me.id, self.username, me.full_name, bool(me.can_read_all_group_messages))

    async def get_chat(self, chat: str) -> Chat:
        """Ask about a chat."""
        found = await _judged(self._api.get_chat(chat))
        return Chat(str(found.id), str(found.type), found.title or "", bool(found.is_forum))

    async def get_chat_member(self, chat: str, user_id: int) -> Membership:
        """Ask about somebody's place in a chat."""
        return reading.read_member(await _judged(self._api.get_chat_member(chat, user_id)))

    async def set_commands(
        self, commands: Sequence[tuple[str, str]], audience: Audience, language: str | None = None
    ) -> None:
        """Set the menu of commands, as (name without slash, description)."""
        menu = [BotCommand(name, words) for name, words in commands]
        await _judged(self._api.set_my_commands(menu, _SCOPES[audience], language))

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have updates pushed to `url` with `secret` in a header."""
        await _judged(
            self._api.set_webhook(
                url,
                secret_token=secret,
                max_connections=WEBHOOK_CONNECTIONS,
                allowed_updates=ALLOWED_UPDATES,
            )
        )

    async def delete_webhook(self) -> None:
        """Have updates kept for polling; those waiting are not dropped."""
        await _judged(self._api.delete_webhook())

    async def close(self) -> None:
        """Close the connections."""
        await self._request.shutdown()

    def parse(self, raw: bytes | Mapping[str, Any]) -> Incoming | None:
        """Read an update; None for what is none of our business, `Unreadable` if broken."""
        whole = reading.load(raw)
        try:
            update = Update.de_json(reading.slim(whole), None)
            return reading.read(update, whole.get("message", ()), self.bot, self.username)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # This SDK checks little, so a missing part is noticed only when it is looked at.
            raise Unreadable("a part is missing or not the Bot API's") from error


async def _judged(call: Awaitable[_Result]) -> _Result:
    try:
        return await call
    except _Refused as refused:
        raise refused.failed from None
    except TelegramError as error:
        raise faults.network_failure(error.__cause__ or error) from None
    except (KeyError, TypeError, ValueError) as error:  # an answer it cannot take apart
        raise faults.network_failure(error) from None


async def _settled(call: Awaitable[object]) -> None:
    try:
        await _judged(call)
    except SendFailed as failed:
        if failed.reason != faults.NOTHING_TO_DO:
            raise
        logger.debug("the call had nothing to do")


def _number(thread: str | None) -> int | None:
    return None if thread is None else int(thread)


def _parse_mode(post: Post) -> str | None:
    return ParseMode.HTML if post.html else None


def _reply(post: Post) -> ReplyParameters | None:
    if post.reply_to is None:
        return None
    return ReplyParameters(int(post.reply_to), allow_sending_without_reply=True)


def _markup(post: Post) -> InlineKeyboardMarkup | ForceReply | None:
    if post.keyboard or not post.prompt:
        return _keyboard(post)
    return ForceReply(selective=True)


def _keyboard(post: Post) -> InlineKeyboardMarkup | None:
    rows = [[_button(button) for button in row] for row in post.keyboard]
    return InlineKeyboardMarkup(rows) if rows else None


def _button(button: Button) -> InlineKeyboardButton:
    if button.url is not None:
        return InlineKeyboardButton(button.label, url=button.url)
    return InlineKeyboardButton(button.label, callback_data=button.data)
