"""Which messages of a group a bot is shown: privacy mode.

Source: "Privacy mode" of the Bot API's features page.
"""

import re

from sandbox.bots import Bot
from sandbox.model import Message

_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,64}(?:@(?P<bot>[A-Za-z0-9_]+))?(?!\w)")


def sees(bot: Bot, message: Message) -> bool:
    """Whether `bot`, being in the chat, gets an update for a person's message.

    Everything in private, without privacy mode and as administrator; else service messages,
    replies to its own messages, commands addressed to it, and bare commands if no other bot has
    spoken last. A bot never sees what bots say.
    """
    chat = message.chat
    if chat.private or not bot.privacy or chat.member(bot).status.leads:
        return True
    if message.service is not None:
        return True
    if message.reply_to is not None and message.reply_to.sender is bot:
        return True
    command = _COMMAND.match(message.text)
    if command is None:
        return False
    if command["bot"] is not None:
        return command["bot"].lower() == (bot.username or "").lower()
    return chat.last_bot in (None, bot)
