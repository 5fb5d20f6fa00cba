"""A Telegram-compatible Bot API server with people, a mail inbox and a clock; knows no bot."""
