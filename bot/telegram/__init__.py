"""Telegram: one gateway over two SDKs, and the ways in (webhook, long polling)."""
