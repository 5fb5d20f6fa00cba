"""Secrets at rest: Fernet with several keys, newest first, and keys derived from them."""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

DERIVED_LENGTH = 32  # bytes, as `core.ports.Vault` promises


def new_key() -> str:
    """Make a key fit for SECRET_KEYS."""
    return Fernet.generate_key().decode("ascii")


class FernetVault:
    """`core.ports.Vault` over Fernet keys, newest first.

    The newest key seals, every key opens: to rotate, put a new key in front and drop the last one
    when nothing sealed with it is left. ValueError (one sentence, without any key) if there is no
    key or one of them is not a Fernet key.
    """

    __slots__ = ("_fernet", "_materials")

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("SECRET_KEYS must hold at least one key.")
        self._fernet = MultiFernet([_fernet(key, number) for number, key in enumerate(keys, 1)])
        self._materials = tuple(base64.urlsafe_b64decode(key) for key in keys)

    def __repr__(self) -> str:
        return "FernetVault()"

    def seal(self, plain: bytes) -> bytes:
        """Encrypt with the newest key; `open` gives `plain` back while that key is configured."""
        return self._fernet.encrypt(plain)

    def open(self, sealed: bytes) -> bytes:
        """Decrypt what `seal` made, with any of the keys; raise ValueError otherwise."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise ValueError("This was not sealed with any of the configured keys.") from None

    def keys(self, purpose: str) -> Sequence[bytes]:
        """Derive one 32-byte key per configured key for a purpose, newest first (RFC 5869)."""
        return [
            # The configured keys are uniformly random, so HKDF needs no salt.
            HKDF(SHA256(), DERIVED_LENGTH, salt=None, info=f"knlt:{purpose}".encode()).derive(key)
            for key in self._materials
        ]


def _fernet(key: str, number: int) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        raise ValueError(
            f"SECRET_KEYS must hold Fernet keys, 44 letters and digits each: key {number} is none."
        ) from None
