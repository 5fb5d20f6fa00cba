"""The Bot API through aiogram, as a typed client and parser and nothing more."""

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ChatAction, ParseMode
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError
from aiogram.methods import (
    DeleteWebhook,
    GetFile,
    GetMe,
    Response,
    SendChatAction,
    SendDocument,
    SendPhoto,
    SetMyCommands,
    SetWebhook,
    TelegramMethod,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
    BotCommandScopeUnion,
    BufferedInputFile,
    CallbackQuery,
    Message,
    MessageId,
    TelegramObject,
    User,
)
from aiogram.types import Chat as ShortChat
from aiohttp import ClientError, ClientTimeout
from pydantic import Field, ValidationError

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
Json = dict[str, Any]
_CHUNK = 64 * 1024  # bytes

_NO_PREVIEW = {"is_disabled": True}
_SCOPES: dict[Audience, BotCommandScopeUnion] = {
    Audience.EVERYBODY: BotCommandScopeDefault(),
    Audience.PRIVATE: BotCommandScopeAllPrivateChats(),
    Audience.GROUPS: BotCommandScopeAllGroupChats(),
}
_RETURN_MESSAGE = (SendDocument, SendPhoto)
_JSON = {"Content-Type": "application/json"}
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class _Place(TelegramObject):
    """Somebody's place in a chat.

    The SDK's own types are of the newest Bot API: they refuse an administrator without a right that
    a server of last month does not know, and with that the whole update.
    """

    status: str
    user: User
    can_send_messages: bool = False
    can_delete_messages: bool = False


class _Change(TelegramObject):
    chat: ShortChat
    from_user: User = Field(alias="from")
    new_chat_member: _Place


class _Update(TelegramObject):
    message: Message | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: _Change | None = None


class _GetChat(TelegramMethod[ShortChat]):
    __returning__ = ShortChat
    __api_method__ = "getChat"
    chat_id: str


class _GetChatMember(TelegramMethod[_Place]):
    __returning__ = _Place
    __api_method__ = "getChatMember"
    chat_id: str
    user_id: int


class _Session(AiohttpSession):
    """One keep-alive pool; refusals become `SendFailed`, and sent messages are not read back."""

    async def close(self) -> None:
        # The SDK's own close sleeps a quarter of a second for good measure.
        if self._session is not None:
            await self._session.close()

    async def post_json(self, url: str, parameters: Json, within: float) -> tuple[int, bytes]:
        """Post to the Bot API; return status and body."""
        session = await self.create_session()
        body = _ENCODE(parameters).encode()
        async with session.post(
            url, data=body, headers=_JSON, timeout=ClientTimeout(within)
        ) as answer:
            return answer.status, await answer.read()

    def check_response(
        self, bot: Bot, method: TelegramMethod[Any], status_code: int, content: str
    ) -> Response[Any]:
        if status_code != HTTPStatus.OK:
            raise faults.refusal(status_code, content)
        result = faults.result(content)
        if isinstance(method, _RETURN_MESSAGE):
            # Only the id is of use, and a whole Message is the dearest part of a sending.
            result = MessageId(message_id=result["message_id"])
        elif result is not True:
            return super().check_response(bot, method, status_code, content)
        return Response.model_construct(ok=True, result=result)


class AiogramClient:
    """A `TelegramClient` over aiogram. `api` is the base URL of the Bot API server."""

    def __init__(self, bot: str, token: str, api: str = DEFAULT_API) -> None:
        faults.check_token(token)
        self.bot = bot
        self.username = ""
        self._session = _Session(
            limit=CONNECTIONS, api=TelegramAPIServer.from_base(api), timeout=TIMEOUT
        )
        self._api = Bot(token, session=self._session)

    # What is said all day goes out as plain JSON. The SDK would check each field and button of ours
    # once more and walk through them in Python, which is dearer than the sending.

    async def send_message(self, to: Address, post: Post) -> str:
        """Send; return the message's id."""
        sent = await self._say(
            "sendMessage",
            chat_id=to.chat,
            message_thread_id=_number(to.thread),
            text=post.text,
            parse_mode=_parse_mode(post),
            link_preview_options=_NO_PREVIEW,
            reply_parameters=_reply(post),
            reply_markup=_markup(post),
        )
        try:
            return str(sent["message_id"])
        except (KeyError, TypeError) as error:
            raise faults.network_failure(error) from None

    async def edit_message(self, to: Address, message_id: str, post: Post) -> None:
        """Replace text and keyboard; nothing to change counts as done."""
        await self._settle(
            "editMessageText",
            chat_id=to.chat,
            message_id=int(message_id),
            text=post.text,
            parse_mode=_parse_mode(post),
            link_preview_options=_NO_PREVIEW,
            reply_markup=_keyboard(post),
        )

    async def delete_message(self, to: Address, message_id: str) -> None:
        """Delete; a message that is gone counts as done."""
        await self._settle("deleteMessage", chat_id=to.chat, message_id=int(message_id))

    async def answer_callback(self, press_id: str, notice: str | None, *, alert: bool) -> None:
        """Answer a press with up to 200 characters; a press too old counts as done."""
        await self._settle(
            "answerCallbackQuery",
            ACK_TIMEOUT,
            callback_query_id=press_id,
            text=notice,
            show_alert=alert,
        )

    async def send_document(self, to: Address, attachment: Attachment) -> str:
        """Send a file; return the message's id."""
        sent = await self._call(
            SendDocument(
                chat_id=to.chat,
                message_thread_id=_number(to.thread),
                document=BufferedInputFile(attachment.content, attachment.name),
                caption=attachment.caption or None,
                parse_mode=None,
            )
        )
        return str(sent.message_id)

    async def send_photo(self, to: Address, attachment: Attachment) -> str:
        """Send a picture; return the message's id."""
        sent = await self._call(
            SendPhoto(
                chat_id=to.chat,
                message_thread_id=_number(to.thread),
                photo=BufferedInputFile(attachment.content, attachment.name),
                caption=attachment.caption or None,
                parse_mode=None,
            )
        )
        return str(sent.message_id)

    async def send_typing(self, to: Address) -> None:
        """Show "is typing" for 5 seconds, or until the next message."""
        typing = SendChatAction(
            chat_id=to.chat, message_thread_id=_number(to.thread), action=ChatAction.TYPING
        )
        await self._call(typing, ACK_TIMEOUT)

    async def download(self, file_id: str, limit: int) -> bytes:
        """Fetch a file that somebody sent; INVALID with `FILE_TOO_BIG` over `limit` bytes."""
        file = await self._call(GetFile(file_id=file_id))
        if file.file_path is None:
            raise SendFailed(Fault.INVALID, faults.FILE_GONE)
        if (file.file_size or 0) > limit:
            raise SendFailed(Fault.INVALID, faults.FILE_TOO_BIG)
        return await self._fetch(file.file_path, limit)

    async def get_me(self) -> Self:
        """Ask who this bot is."""
        me = await self._call(GetMe())
        self.username = me.username or ""
        return Self(me.id, self.username, me.full_name, bool(me.can_read_all_group_messages))

    async def get_chat(self, chat: str) -> Chat:
        """Ask about a chat."""
        found = await self._call(_GetChat(chat_id=chat))
        return Chat(str(found.id), found.type, found.title or "", bool(found.is_forum))

    async def get_chat_member(self, chat: str, user_id: int) -> Membership:
        """Ask about somebody's place in a chat."""
        found = await self._call(_GetChatMember(chat_id=chat, user_id=user_id))
        return reading.read_member(found)

    async def set_commands(
        self, commands: Sequence[tuple[str, str]], audience: Audience, language: str | None = None
    ) -> None:
        """Set the menu of commands, as (name without slash, description)."""
        menu = [BotCommand(command=name, description=words) for name, words in commands]
        await self._call(
            SetMyCommands(commands=menu, scope=_SCOPES[audience], language_code=language)
        )

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have updates pushed to `url` with `secret` in a header."""
        await self._call(
            SetWebhook(
                url=url,
                secret_token=secret,
                max_connections=WEBHOOK_CONNECTIONS,
                allowed_updates=list(ALLOWED_UPDATES),
            )
        )

    async def delete_webhook(self) -> None:
        """Have updates kept for polling; those waiting are not dropped."""
        await self._call(DeleteWebhook())

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    def parse(self, raw: bytes | Mapping[str, Any]) -> Incoming | None:
        """Read an update; None for what is none of our business, `Unreadable` if broken."""
        whole = reading.load(raw)
        try:
            update = _Update.model_validate(reading.slim(whole))
        except ValidationError as error:
            raise Unreadable(f"{error.error_count()} parts are not the Bot API's") from None
        return reading.read(update, whole.get("message", ()), self.bot, self.username)

    async def _fetch(self, path: str, limit: int) -> bytes:
        session = await self._session.create_session()
        url = self._session.api.file_url(self._api.token, path)
        content = bytearray()
        try:
            async with session.get(url, timeout=ClientTimeout(TIMEOUT)) as answer:
                if answer.status != HTTPStatus.OK:
                    raise faults.fetch_failure(answer.status)
                async for chunk in answer.content.iter_chunked(_CHUNK):
                    content += chunk
                    if len(content) > limit:
                        raise SendFailed(Fault.INVALID, faults.FILE_TOO_BIG)
        except (ClientError, TimeoutError) as error:
            raise faults.network_failure(error) from None
        return bytes(content)

    async def _call(self, method: TelegramMethod[_Result], within: float = TIMEOUT) -> _Result:
        try:
            # The SDK declares whole seconds and hands the number to aiohttp, which takes any.
            return await self._api(method, request_timeout=cast("int", within))
        except TelegramNetworkError as error:
            raise faults.network_failure(error.__cause__ or error) from None
        except (ClientError, TimeoutError) as error:
            raise faults.network_failure(error) from None
        except (ClientDecodeError, KeyError, TypeError, ValueError) as error:
            # An answer it cannot take apart.
            raise faults.network_failure(error) from None

    async def _say(self, method: str, within: float = TIMEOUT, **parameters: Any) -> Any:
        url = self._session.api.api_url(token=self._api.token, method=method)
        given = {name: value for name, value in parameters.items() if value is not None}
        try:
            status, body = await self._session.post_json(url, given, within)
        except (ClientError, TimeoutError) as error:
            raise faults.network_failure(error) from None
        if status != HTTPStatus.OK:
            raise faults.refusal(status, body)
        return faults.result(body)

    async def _settle(self, method: str, within: float = TIMEOUT, **parameters: Any) -> None:
        try:
            await self._say(method, within, **parameters)
        except SendFailed as failed:
            if failed.reason != faults.NOTHING_TO_DO:
                raise
            logger.debug("%s had nothing to do", method)


def _number(thread: str | None) -> int | None:
    return None if thread is None else int(thread)


def _parse_mode(post: Post) -> str | None:
    return ParseMode.HTML if post.html else None


def _reply(post: Post) -> Json | None:
    if post.reply_to is None:
        return None
    return {"message_id": int(post.reply_to), "allow_sending_without_reply": True}


def _markup(post: Post) -> Json | None:
    if post.keyboard or not post.prompt:
        return _keyboard(post)
    return {"force_reply": True, "selective": True}


def _keyboard(post: Post) -> Json | None:
    rows = [[_button(button) for button in row] for row in post.keyboard]
    return {"inline_keyboard": rows} if rows else None


def _button(button: Button) -> Json:
    if button.url is not None:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": button.data}
