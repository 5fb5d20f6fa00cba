"""One update being handled: what came, who from, and what is said in return."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from core import actions
from core.conversation import Conversation
from core.messages import Address, Choice, Kind, Message, Outgoing, Text
from core.people import Actor
from core.policy import Policy
from core.ports import Transaction, Vault, Wording
from handlers.incoming import Incoming


@dataclass(frozen=True, slots=True)
class Tools:
    """What the conversation needs besides the database; the same for every update.

    `links` gives each bot's public link, by bot name, for pointing people at a private chat.
    `bind_code` is what the operator types after /ketnoi.
    """

    policy: Policy
    wording: Wording
    vault: Vault
    draw: Callable[[int], int]
    bind_code: str = ""
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The answer to a press: no text, a short notice, or an alert that waits to be closed."""

    bot: str
    press_id: str
    notice: Text | None = None
    alert: bool = False
    locale: str = "vi"


@dataclass(slots=True)
class Turn:
    """The handlers' one argument. `conversation` is saved when the turn ends.

    `actor` has no role until the router has asked the staff list. `gap` is how many seconds ago
    the person's last update was.
    """

    tx: Transaction
    tools: Tools
    incoming: Incoming
    conversation: Conversation
    actor: Actor
    row_id: int
    now: datetime
    gap: float = 0.0
    acknowledgement: Acknowledgement | None = None
    _said: int = 0

    @property
    def policy(self) -> Policy:
        """The owner's numbers and names."""
        return self.tools.policy

    async def say(
        self,
        *lines: Text,
        choices: Sequence[Sequence[Choice]] = (),
        reply: bool = False,
        prompt: bool = False,
        context: Mapping[str, Any] | None = None,
        instead: str | None = None,
        case: int | None = None,
    ) -> None:
        """Owe an answer to where the update came from; its choices can be typed, too.

        It takes the place of the message `instead`, where that can still be edited. `case` is the
        registration whose card shall say so if it cannot be delivered.
        """
        menu = [[choice for choice in row if actions.is_menu(choice.action)] for row in choices]
        self.conversation = replace(self.conversation, offered=self.labels(*menu))
        message = Message(
            lines,
            tuple(map(tuple, choices)),
            reply_to=self.incoming.message_id if reply else None,
            prompt=prompt,
        )
        await self.send(self.incoming.address, message, context, instead, case)

    def labels(self, *rows: Sequence[Choice]) -> dict[str, str]:
        """Word the labels of choices as the person sees them, by wire form."""
        say, locale = self.tools.wording.say, self.conversation.locale
        return {choice.action: say(choice.label, locale) for row in rows for choice in row}

    async def send(
        self,
        address: Address,
        message: Message,
        context: Mapping[str, Any] | None = None,
        instead: str | None = None,
        case: int | None = None,
    ) -> None:
        """Owe a message; its key makes it one per update, however often the update is tried."""
        self._said += 1
        await self.tx.outbox.put(
            Outgoing(
                key=f"in:{self.row_id}:{self._said}",
                kind=Kind.SAY,
                address=address,
                locale=self.conversation.locale,
                message=message,
                message_id=instead,
                registration_id=case,
                context=context or {},
            )
        )

    async def delete(self, message_id: str | None) -> None:
        """Owe the deletion of a message here: it holds a secret, or its buttons have served."""
        await self.tx.outbox.put(
            Outgoing(
                key=f"del:{self.row_id}:{message_id}",
                kind=Kind.DELETE,
                address=self.incoming.address,
                message_id=message_id,
            )
        )

    async def tell(self, text: Text, *, alert: bool = True) -> None:
        """Say something short: after a press as a popup, which an `alert` keeps until it is closed.

        Without a press it is a message.
        """
        press = self.incoming.press_id
        if press is None:
            await self.say(text, reply=not self.incoming.private)
        else:
            bot, locale = self.incoming.address.bot, self.conversation.locale
            self.acknowledgement = Acknowledgement(bot, press, text, alert, locale)
