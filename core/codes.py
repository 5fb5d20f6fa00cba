"""The six digits that prove a mailbox: derived from a key, so that none is ever stored."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta

CODE_LIFE = timedelta(minutes=15)
CODE_TRIES = 5
CODE_SENDS = 3
CODE_PAUSE = timedelta(seconds=60)
CODES_PER_DAY = 8

PURPOSE = "email-code"


def email_code(key: bytes, conversation: str, email: str, nonce: int) -> str:
    """Derive the code of the `nonce`-th mail to an address in a conversation: six digits."""
    mark = hmac.new(key, f"{conversation}\n{email}\n{nonce}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(mark[:8]) % 1_000_000:06d}"


def code_matches(
    typed: str, keys: Sequence[bytes], conversation: str, email: str, nonce: int
) -> bool:
    """Compare in constant time with the code under every configured key."""
    digits = "".join(character for character in typed if character.isdecimal())
    return any(
        hmac.compare_digest(digits.encode(), email_code(key, conversation, email, nonce).encode())
        for key in keys
    )
