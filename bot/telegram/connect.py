"""Chooses the SDK a bot runs with, and loads that one only: importing one costs seconds."""

from bot.telegram.client import DEFAULT_API, TelegramClient
from bot.telegram.late_types import load_aiogram


def connect(sdk: str, *, bot: str, token: str, api: str = DEFAULT_API) -> TelegramClient:
    """Make a client over `aiogram` or `ptb`; CONFIG for a token no bot can have."""
    if sdk == "aiogram":
        load_aiogram()
        from bot.telegram.aiogram_client import AiogramClient

        return AiogramClient(bot, token, api)
    if sdk == "ptb":
        from bot.telegram.ptb_client import PtbClient

        return PtbClient(bot, token, api)
    raise ValueError(f"no such SDK: {sdk}")
