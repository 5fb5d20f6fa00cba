"""The vault: seals, rotates, derives, and gives nothing away."""

import pytest
from cryptography.fernet import Fernet

from bot.vault import FernetVault, new_key

# Fixed, so that every worker of a parallel run names the tests alike.
OLD, NEW = (
    "b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQtb2xkLW9sZC0=",
    "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldy0=",
)


def test_what_was_sealed_opens() -> None:
    vault = FernetVault([NEW])

    assert vault.open(vault.seal("mật khẩu".encode())) == "mật khẩu".encode()


def test_after_rotation_old_seals_open_and_the_new_key_seals() -> None:
    sealed = FernetVault([OLD]).seal(b"x")
    both = FernetVault([NEW, OLD])

    assert both.open(sealed) == b"x"
    assert FernetVault([NEW]).open(both.seal(b"y")) == b"y"


@pytest.mark.parametrize(
    "sealed", [b"", b"nonsense", FernetVault([OLD]).seal(b"x")], ids=["empty", "other", "old key"]
)
def test_what_cannot_be_opened_is_a_value_error(sealed: bytes) -> None:
    with pytest.raises(ValueError, match="not sealed with any of the configured keys"):
        FernetVault([NEW]).open(sealed)


def test_a_changed_seal_does_not_open() -> None:
    vault = FernetVault([NEW])
    sealed = bytearray(vault.seal(b"x"))
    sealed[40] ^= 1

    with pytest.raises(ValueError, match="not sealed"):
        vault.open(bytes(sealed))


def test_one_derived_key_per_configured_key_newest_first() -> None:
    derived = FernetVault([NEW, OLD]).keys("ticket")

    assert derived == [*FernetVault([NEW]).keys("ticket"), *FernetVault([OLD]).keys("ticket")]
    assert [len(key) for key in derived] == [32, 32]


def test_purposes_share_no_key_and_none_is_the_configured_one() -> None:
    vault = FernetVault([NEW])
    keys = {vault.keys(purpose)[0] for purpose in ("ticket", "email-code", "")}

    assert len(keys) == 3
    assert not any(Fernet(NEW)._encryption_key in key for key in keys)


def test_a_derived_key_never_changes_because_printed_tickets_depend_on_it() -> None:
    key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    assert FernetVault([key]).keys("ticket")[0].hex() == (
        "c8b365f1e65eab854f6e98e475974b18a365ac40d801dc0d2deabb7f75c9fc3d"
    )


@pytest.mark.parametrize(
    "keys", [["change_me"], [NEW, "canary-not-a-key"], [NEW[:-2]], [""], ["ł" * 44]]
)
def test_a_bad_key_is_refused_without_showing_it(keys: list[str]) -> None:
    with pytest.raises(
        ValueError, match=r"^SECRET_KEYS must hold Fernet keys, [^\n]*\.$"
    ) as refusal:
        FernetVault(keys)

    assert f"key {len(keys)} is none" in str(refusal.value)
    assert not any(key and key in str(refusal.value) for key in keys)
    assert refusal.value.__suppress_context__


def test_no_key_is_refused() -> None:
    with pytest.raises(ValueError, match="must hold at least one key"):
        FernetVault([])


def test_a_new_key_is_one_that_is_accepted() -> None:
    first, second = new_key(), new_key()

    assert first != second
    assert FernetVault([first, second]).keys("ticket")


def test_repr_shows_nothing() -> None:
    assert repr(FernetVault([NEW])) == "FernetVault()"
