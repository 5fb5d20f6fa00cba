"""Deep-link payloads: the place of a poster, or a signed one-time ticket for one licence.

A messenger passes 1 to 64 of [A-Za-z0-9_-]. A ticket is "t" and the base64url, without padding,
of: expiry 2 bytes (days since 2020-01-01) · prefix 1 (0 for none) · number 3 · nonce 8 ·
authority in ASCII · HMAC-SHA256 of all that, cut to 16 bytes.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from hmac import compare_digest, digest
from struct import Struct
from typing import Literal

from core.licence import Licence

NONCE_BYTES = 8

_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PLACE = re.compile(r"[A-Za-z0-9_-]{1,62}")
_EPOCH = date(2020, 1, 1)
_LAST = _EPOCH + timedelta(days=0xFFFF)
_HEAD = Struct(f">HBBH{NONCE_BYTES}s")
_MAC_BYTES = 16
_SHORTEST_KEY = 16
# Keeps a signature made for something else with the same key from passing as a ticket.
_PURPOSE = b"knlt ticket 1\0"


@dataclass(frozen=True)
class Place:
    """A poster: `code` names where it hangs, scans are counted by it."""

    code: str


@dataclass(frozen=True)
class Ticket:
    """A genuine one-time ticket; `nonce` tells it from others for the same licence."""

    licence: Licence
    nonce: bytes
    expires: date


@dataclass(frozen=True)
class BadPayload:
    """A payload that opens nothing; the person may still register by hand."""

    reason: Literal["unknown", "expired", "tampered"]


def place_payload(code: str) -> str:
    """Return the payload of a poster. Raises ValueError unless `code` is 1–62 of [A-Za-z0-9_-]."""
    if not _PLACE.fullmatch(code):
        raise ValueError(f"a place code is 1 to 62 of letters, digits, _ and -, not {code!r}")
    return f"p-{code}"


def ticket_payload(licence: Licence, nonce: bytes, key: bytes, expires: date) -> str:
    """Return the signed payload of a ticket that is good through the local date `expires`.

    Raises ValueError for a nonce that is not 8 bytes, a key under 16 bytes, or an expiry outside
    2020-01-01 … 2199-06-06.
    """
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"a nonce is {NONCE_BYTES} bytes")
    if len(key) < _SHORTEST_KEY:
        raise ValueError(f"a key is at least {_SHORTEST_KEY} bytes")
    if not _EPOCH <= expires <= _LAST:
        raise ValueError(f"a ticket expires between {_EPOCH} and {_LAST}")
    days = (expires - _EPOCH).days
    high, low = divmod(licence.number, 1 << 16)
    head = _HEAD.pack(days, int(licence.prefix or 0), high, low, nonce)
    body = head + licence.authority.encode("ascii")
    return "t" + _encode(body + _sign(body, key))


def read_payload(payload: str, keys: Sequence[bytes], today: date) -> Place | Ticket | BadPayload:
    """Return what `payload` stands for; never raises, whatever was typed into the link.

    `keys` are all keys still honoured, in any order; `today` is the local date.
    """
    if not _PAYLOAD.fullmatch(payload):
        return BadPayload("unknown")
    if payload.startswith("p-") and len(payload) > len("p-"):
        return Place(payload.removeprefix("p-"))
    if payload.startswith("t"):
        return _read_ticket(_decode(payload.removeprefix("t")), keys, today)
    return BadPayload("unknown")


def _read_ticket(signed: bytes, keys: Sequence[bytes], today: date) -> Ticket | BadPayload:
    if len(signed) <= _HEAD.size + _MAC_BYTES:
        return BadPayload("unknown")
    body, mac = signed[:-_MAC_BYTES], signed[-_MAC_BYTES:]
    # Every key is tried, so that timing does not tell which one signed.
    if not any([compare_digest(mac, _sign(body, key)) for key in keys]):  # noqa: C419
        return BadPayload("tampered")
    ticket = _unpack(body)
    return ticket if today <= ticket.expires else BadPayload("expired")


def _unpack(body: bytes) -> Ticket:
    days, prefix, high, low, nonce = _HEAD.unpack_from(body)
    licence = Licence(
        prefix=f"{prefix:02d}" if prefix else None,
        number=(high << 16) + low,
        authority=body[_HEAD.size :].decode("ascii"),
    )
    return Ticket(licence, nonce, _EPOCH + timedelta(days=days))


def _sign(body: bytes, key: bytes) -> bytes:
    return digest(key, _PURPOSE + body, sha256)[:_MAC_BYTES]


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    """Return the bytes, or nothing when `text` is not the one way to write them."""
    if len(text) % 4 == 1:
        return b""
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return data if _encode(data) == text else b""
