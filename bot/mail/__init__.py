"""Mails: what they say, and the way to the mail server."""
