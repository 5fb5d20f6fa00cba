"""The Telegram gateway: shows a `Message` as HTML with a keyboard, through either SDK."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.telegram.client import Attachment, Button, Post, TelegramClient
from bot.telegram.faults import BAD_MARKUP, THREAD_GONE
from bot.telegram.render import MAX_CAPTION, MAX_TEXT, clip, shorten, split
from bot.texts.catalogue import Catalogue, to_plain
from core.messages import Address, Choice, Message, Text
from core.ports import Capabilities, SendFailed

logger = logging.getLogger(__name__)

Sent = TypeVar("Sent", Post, Attachment)


class TelegramGateway:
    """One bot as a `core.ports.Messenger`.

    `client` is there for what only Telegram has: files, commands, memberships, webhooks.
    """

    capabilities = Capabilities(
        buttons=True, edit=True, delete=True, files_in=True, max_text=MAX_TEXT
    )

    def __init__(self, client: TelegramClient, catalogue: Catalogue) -> None:
        self.client = client
        self._catalogue = catalogue

    async def send(self, address: Address, message: Message, locale: str) -> str:
        """Send a message; return its id.

        A text too long for one message becomes several: the first stands under what it answers,
        the last carries the keyboard and its id is returned. If a topic is gone, the message goes
        to the group itself. Raises `SendFailed`.
        """
        post = self._post(message, locale)
        *parts, last = split(post.text)
        reply_to = post.reply_to
        for part in parts:
            await self._send(address, Post(part, reply_to=reply_to))
            reply_to = None
        return await self._send(address, replace(post, text=last, reply_to=reply_to))

    async def edit(self, address: Address, message_id: str, message: Message, locale: str) -> None:
        """Make a sent message show something else, cut to one message with an ellipsis.

        Raises `SendFailed`, with the reason `MESSAGE_GONE` when it cannot be edited any more.
        """
        post = self._post(message, locale)
        post = replace(post, text=shorten(post.text))
        try:
            await self.client.edit_message(address, message_id, post)
        except SendFailed as failed:
            if failed.reason != BAD_MARKUP:
                raise
            await self.client.edit_message(address, message_id, _unmarked(post))

    async def delete(self, address: Address, message_id: str) -> None:
        """Delete a message; a message that is gone already counts as done."""
        await self.client.delete_message(address, message_id)

    async def download(self, file_id: str, limit: int) -> bytes:
        """Fetch a file that somebody sent; INVALID if it is larger than `limit` bytes, or gone."""
        return await self.client.download(file_id, limit)

    async def send_file(
        self, address: Address, name: str, content: bytes, caption: Sequence[Text], locale: str
    ) -> str:
        """See `Courier.send_file`; if a topic is gone, the file goes to the group itself."""
        attachment = self._attachment(name, content, caption, locale)
        return await _in_topic_or_group(address, self.client.send_document, attachment)

    async def send_photo(
        self, address: Address, name: str, content: bytes, caption: Sequence[Text], locale: str
    ) -> str:
        """See `Courier.send_photo`; if a topic is gone, the picture goes to the group itself."""
        attachment = self._attachment(name, content, caption, locale)
        return await _in_topic_or_group(address, self.client.send_photo, attachment)

    async def show_working(self, address: Address) -> None:
        """Show "is typing" for 5 seconds, or until the next message. Takes 5 seconds at most."""
        await self.client.send_typing(address)

    async def acknowledge(self, press_id: str, notice: str | None, *, alert: bool) -> None:
        """Answer a press; a notice over 200 characters is cut. Takes 5 seconds at most."""
        text = None if notice is None else clip(notice)
        await self.client.answer_callback(press_id, text, alert=alert)

    async def _send(self, address: Address, post: Post) -> str:
        try:
            return await _in_topic_or_group(address, self.client.send_message, post)
        except SendFailed as failed:
            if failed.reason != BAD_MARKUP:
                raise
            return await _in_topic_or_group(address, self.client.send_message, _unmarked(post))

    def _attachment(
        self, name: str, content: bytes, caption: Sequence[Text], locale: str
    ) -> Attachment:
        words = "\n".join(self._catalogue.plain(line, locale) for line in caption)
        return Attachment(content, name, clip(words, MAX_CAPTION))

    def _post(self, message: Message, locale: str) -> Post:
        return Post(
            "\n".join(self._catalogue.html(line, locale) for line in message.lines),
            keyboard=tuple(
                tuple(self._button(choice, locale) for choice in row) for row in message.choices
            ),
            reply_to=message.reply_to,
            prompt=message.prompt,
        )

    def _button(self, choice: Choice, locale: str) -> Button:
        return Button(self._catalogue.plain(choice.label, locale), choice.action, choice.url)


async def _in_topic_or_group(
    address: Address, send: Callable[[Address, Sent], Awaitable[str]], what: Sent
) -> str:
    try:
        return await send(address, what)
    except SendFailed as failed:
        if failed.reason != THREAD_GONE or address.thread is None:
            raise
        logger.warning("topic %s of %s is gone or closed", address.thread, address.lane)
        return await send(replace(address, thread=None), what)


def _unmarked(post: Post) -> Post:
    logger.error("Telegram refused our markup; sent without it")
    return replace(post, text=to_plain(post.text), html=False)
