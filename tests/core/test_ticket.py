"""Deep links: a poster counts its scans; a ticket is genuine, in time, and never blocks."""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import ticket as module
from core.licence import Licence
from core.ticket import BadPayload, Place, Ticket, place_payload, read_payload, ticket_payload

KEY, OLD_KEY, FOREIGN_KEY = b"k" * 32, b"o" * 32, b"f" * 32
NONCE = bytes(range(8))
LICENCE = Licence("03", 10429, "HNO")
EXPIRES = date(2026, 12, 31)
TODAY = date(2026, 11, 22)
PAYLOAD = ticket_payload(LICENCE, NONCE, KEY, EXPIRES)

UNKNOWN, TAMPERED = BadPayload("unknown"), BadPayload("tampered")
LINK_SAFE = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
LICENCES = st.builds(
    Licence,
    prefix=st.none() | st.integers(1, 99).map("{:02d}".format),
    number=st.integers(1, 999_999),
    authority=st.from_regex(r"[A-Z][A-Z0-9]{1,15}", fullmatch=True),
)


# ---- posters ----------------------------------------------------------------------------------


def test_a_poster_code_comes_back() -> None:
    assert place_payload("ubnd-ba_dinh") == "p-ubnd-ba_dinh"
    assert read_payload("p-ubnd-ba_dinh", (), TODAY) == Place("ubnd-ba_dinh")


@given(st.from_regex(r"[A-Za-z0-9_-]{1,62}", fullmatch=True))
def test_every_place_round_trips_within_the_messengers_limit(code: str) -> None:
    payload = place_payload(code)

    assert len(payload) <= 64
    assert read_payload(payload, (KEY,), TODAY) == Place(code)


def test_the_longest_and_the_shortest_code_pass() -> None:
    assert read_payload(place_payload("x" * 62), (), TODAY) == Place("x" * 62)
    assert read_payload(place_payload("x"), (), TODAY) == Place("x")


@pytest.mark.parametrize("code", ["", "x" * 63, "a b", "phường", "a.b", "a=b", "a\n"])
def test_a_code_the_messenger_would_drop_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"not {code!r}")):
        place_payload(code)


# ---- tickets ----------------------------------------------------------------------------------


@given(
    LICENCES,
    st.binary(min_size=8, max_size=8),
    st.dates(date(2020, 1, 1), date(2199, 6, 6)),
    st.binary(min_size=16, max_size=64),
)
def test_every_ticket_round_trips_within_the_messengers_limit(
    licence: Licence, nonce: bytes, expires: date, key: bytes
) -> None:
    payload = ticket_payload(licence, nonce, key, expires)

    assert re.fullmatch(r"t[A-Za-z0-9_-]{1,63}", payload)
    assert read_payload(payload, (key,), expires) == Ticket(licence, nonce, expires)


def test_printed_tickets_stay_readable() -> None:
    """The format is on paper: it may not change under tickets already given out."""
    assert PAYLOAD == "tCfwDACi9AAECAwQFBgdITk_B_b2kVA3WxwJ5KzKBLfMA"


def test_a_ticket_is_good_through_its_last_day() -> None:
    good = Ticket(LICENCE, NONCE, EXPIRES)

    assert read_payload(PAYLOAD, (KEY,), EXPIRES) == good
    assert read_payload(PAYLOAD, (KEY,), EXPIRES + timedelta(days=1)) == BadPayload("expired")


@pytest.mark.parametrize(
    ("keys", "known"),
    [
        ((KEY,), True),
        ((FOREIGN_KEY, KEY), True),
        ((KEY, FOREIGN_KEY), True),
        ((OLD_KEY, FOREIGN_KEY, KEY), True),
        ((FOREIGN_KEY,), False),
        ((), False),
    ],
)
def test_any_key_still_honoured_will_do(keys: tuple[bytes, ...], known: bool) -> None:
    read = read_payload(PAYLOAD, keys, TODAY)

    assert isinstance(read, Ticket) is known
    assert known or read == TAMPERED


def test_every_key_is_tried_so_that_timing_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bytes] = []

    def counted(given: bytes, right: bytes) -> bool:
        compared.append(right)
        return hmac.compare_digest(given, right)

    monkeypatch.setattr(module, "compare_digest", counted)

    assert isinstance(read_payload(PAYLOAD, (KEY, OLD_KEY, FOREIGN_KEY), TODAY), Ticket)
    assert len(compared) == 3


def test_an_expired_ticket_with_a_foreign_key_is_not_called_expired() -> None:
    assert read_payload(PAYLOAD, (FOREIGN_KEY,), EXPIRES + timedelta(days=9)) == TAMPERED


@given(st.integers(1, len(PAYLOAD) - 1), st.sampled_from("AZaz09_-"))
def test_one_other_character_is_tampering(place: int, char: str) -> None:
    changed = PAYLOAD[:place] + char + PAYLOAD[place + 1 :]

    read = read_payload(changed, (KEY,), TODAY)

    assert (read == Ticket(LICENCE, NONCE, EXPIRES)) == (changed == PAYLOAD)
    assert changed == PAYLOAD or read in (TAMPERED, UNKNOWN)


@given(st.integers(0, 31), st.integers(1, 255))
def test_one_other_byte_is_tampering(place: int, flip: int) -> None:
    data = bytearray(urlsafe_b64decode(PAYLOAD[1:] + "=" * (-len(PAYLOAD[1:]) % 4)))
    data[place] ^= flip
    changed = "t" + urlsafe_b64encode(bytes(data)).decode().rstrip("=")

    assert read_payload(changed, (KEY,), TODAY) == TAMPERED


def test_a_ticket_can_be_written_in_one_way_only() -> None:
    """Loose last bits would let one paper pass as several."""
    number = Licence("03", 10429, "HN")
    payload = ticket_payload(number, NONCE, KEY, EXPIRES)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet[alphabet.index(payload[-1]) ^ 1]

    assert len(payload) % 4 != 1
    assert isinstance(read_payload(payload, (KEY,), TODAY), Ticket)
    assert read_payload(payload[:-1] + last, (KEY,), TODAY) == UNKNOWN


def test_a_signature_for_another_purpose_is_no_ticket() -> None:
    body = urlsafe_b64decode(PAYLOAD[1:] + "=" * (-len(PAYLOAD[1:]) % 4))[:-16]
    mac = hmac.digest(KEY, body, "sha256")[:16]
    forged = "t" + urlsafe_b64encode(body + mac).decode().rstrip("=")

    assert read_payload(forged, (KEY,), TODAY) == TAMPERED


@pytest.mark.parametrize(
    "payload",
    [
        *("", "p-", "p", "t", "test", "telegram", "start", "T" + PAYLOAD[1:], PAYLOAD[1:]),
        *(
            "t" + "A" * 40,
            PAYLOAD + " ",
            PAYLOAD + "=",
            PAYLOAD + "\n",
            "p-" + "x" * 63,
            "p-a.b",
            "tí",
            "t==",
        ),
        *("tAAAAA", "t" + "A" * 41),
    ],
)
def test_other_payloads_are_unknown(payload: str) -> None:
    assert read_payload(payload, (KEY,), TODAY) == UNKNOWN


def test_the_shortest_thing_that_could_be_a_ticket_is_checked() -> None:
    shortest = 14 + 1 + 16
    assert read_payload("t" + "A" * 42, (KEY,), TODAY) == TAMPERED
    assert len(urlsafe_b64decode("A" * 42 + "==")) == shortest


@given(st.one_of(st.text(), LINK_SAFE, LINK_SAFE.map(lambda s: "t" + s[1:])))
def test_reading_never_raises(payload: str) -> None:
    assert isinstance(read_payload(payload, (KEY,), TODAY), Place | BadPayload)


@pytest.mark.parametrize("size", [0, 7, 9])
def test_a_nonce_is_eight_bytes(size: int) -> None:
    with pytest.raises(ValueError, match="a nonce is 8 bytes"):
        ticket_payload(LICENCE, bytes(size), KEY, EXPIRES)


@pytest.mark.parametrize("size", [0, 15])
def test_a_weak_key_does_not_sign(size: int) -> None:
    with pytest.raises(ValueError, match="a key is at least 16 bytes"):
        ticket_payload(LICENCE, NONCE, bytes(size), EXPIRES)


def test_a_key_of_sixteen_bytes_signs() -> None:
    assert ticket_payload(LICENCE, NONCE, bytes(16), EXPIRES).startswith("t")


@pytest.mark.parametrize("expires", [date(2020, 1, 1), date(2199, 6, 6)])
def test_the_first_and_the_last_expiry_are_kept(expires: date) -> None:
    payload = ticket_payload(LICENCE, NONCE, KEY, expires)

    assert read_payload(payload, (KEY,), expires) == Ticket(LICENCE, NONCE, expires)


def test_a_ticket_may_end_in_any_character() -> None:
    nonces = [number.to_bytes(8) for number in range(1000)]
    payloads = [ticket_payload(LICENCE, nonce, KEY, EXPIRES) for nonce in nonces]

    assert len({payload[-1] for payload in payloads}) == 64
    assert [read_payload(payload, (KEY,), TODAY) for payload in payloads] == [
        Ticket(LICENCE, nonce, EXPIRES) for nonce in nonces
    ]


@pytest.mark.parametrize("expires", [date(2019, 12, 31), date(2199, 6, 7)])
def test_an_expiry_the_format_cannot_hold_is_refused(expires: date) -> None:
    with pytest.raises(ValueError, match="expires between 2020-01-01 and 2199-06-06"):
        ticket_payload(LICENCE, NONCE, KEY, expires)
