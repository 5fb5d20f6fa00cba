"""One call of a method, with the checks every method shares: chat access, text, markup, files."""

from dataclasses import dataclass
from typing import Any

from sandbox.api.parameters import Upload
from sandbox.bots import Bot
from sandbox.errors import ApiError, bad_request, forbidden, migrated
from sandbox.markup import parse_html
from sandbox.model import Chat, Json, Message, Status
from sandbox.text import CAPTION_LIMIT, TEXT_LIMIT, clean, units
from sandbox.world import World


@dataclass
class Call:
    """A bot, the world, and the parameters as read."""

    world: World
    bot: Bot
    args: dict[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a parameter, or `default` when it was not given."""
        return self.args.get(name, default)

    def chat(self, name: str = "chat_id", *, acting: bool = True) -> Chat:
        """Return the chat a parameter names, if the bot may see it; `acting` asks for more.

        ApiError: 400 chat not found, 400 with migrate_to_chat_id for a group that moved, 403 when
        the bot is not (any more) in it. In private, 403 when the person never wrote or blocked.
        """
        wanted = self.args[name]
        if isinstance(wanted, int) and wanted > 0:
            return self._private_chat(wanted, acting=acting)
        chat = self.world.chats.get(wanted) if isinstance(wanted, int) else None
        if chat is None:
            raise bad_request("chat not found")
        if chat.upgraded_to is not None and acting:
            raise migrated(chat.upgraded_to.id)
        place = chat.member(self.bot).status
        if not place.inside and (acting or chat.kind == "supergroup"):
            name = "supergroup" if chat.kind == "supergroup" else "group"
            if place is Status.KICKED:
                raise forbidden(f"bot was kicked from the {name} chat")
            raise forbidden(f"bot is not a member of the {name} chat")
        return chat

    def text(self, name: str, *, limit: int = TEXT_LIMIT) -> tuple[str, list[Json]]:
        """Return a text parameter without its markup, and its entities.

        ApiError 400 for markup that can't be parsed and for more than `limit` characters (UTF-16
        units) after parsing.
        """
        raw = self.args.get(name, "")
        entities = self.args.get("caption_entities" if name == "caption" else "entities")
        mode = self.args.get("parse_mode", "")
        if mode and mode.lower() != "html":
            raise bad_request("unsupported parse_mode; the sandbox reads HTML")
        plain, found = parse_html(raw) if mode else (raw, entities or [])
        plain, found = clean(plain, found)
        if units(plain) > limit:
            what = "message caption" if limit == CAPTION_LIMIT else "message"
            raise bad_request(f"{what} is too long")
        return plain, found

    def message(self, chat: Chat, wording: str, name: str = "message_id") -> Message:
        """Return a standing message of a chat; ApiError 400 "`wording` not found"."""
        found = chat.messages.get(self.args[name])
        if found is None or found.deleted:
            raise bad_request(f"{wording} not found")
        return found

    def markup(self) -> tuple[list[list[Json]], Json | None]:
        """Return the inline keyboard of the request, and any other markup."""
        markup = self.args.get("reply_markup")
        if markup is None:
            return [], None
        if "inline_keyboard" in markup:
            return markup["inline_keyboard"], None
        return [], markup

    def upload(self, name: str) -> Upload | str:
        """Return a file parameter: an upload, or the file_id or address in its place."""
        value: Upload | str = self.args[name]
        return value

    def _private_chat(self, person_id: int, *, acting: bool) -> Chat:
        person = self.world.people.get(person_id)
        if person is None:
            if any(bot.id == person_id for bot in self.world.bots.values()):
                raise forbidden("bots can't send messages to bots")
            raise bad_request("chat not found")
        chat = self.world.private(self.bot, person)
        if not chat.may_write:
            raise (
                forbidden("bot can't initiate conversation with a user")
                if acting
                else bad_request("chat not found")
            )
        if chat.blocked and acting:
            raise forbidden("bot was blocked by the user")
        return chat


def required(call: Call, *names: str) -> None:
    """Refuse a call that lacks one of `names`."""
    for name in names:
        if name not in call.args:
            raise ApiError(400, f"Bad Request: {name} is empty")
