"""E-mail addresses: the same mailbox, the slip asked about, and nothing changed in silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.mailbox import mask, match_key, role_address, suggestion, typing_damage, untangle

DOMAINS = [
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "yahoo.com.vn",
    "congtyabc.vn",
    "hanoi.gov.vn",
]
LOCALS = st.from_regex(r"[a-z0-9]{1,8}([.+_-][a-z0-9]{1,8}){0,3}", fullmatch=True)
ADDRESSES = st.builds("{}@{}".format, LOCALS, st.sampled_from(DOMAINS))


# ---- the same mailbox -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("Nha.Thuoc+knlt@Gmail.com", "nhathuoc@gmail.com"),
        ("n.h.a.thuoc@googlemail.com", "nhathuoc@gmail.com"),
        (" nhathuoc@gmail.com ", "nhathuoc@gmail.com"),
        ("a+b+c@gmail.com", "a@gmail.com"),
        ("Nha.Thuoc+knlt@Yahoo.com", "nha.thuoc+knlt@yahoo.com"),
        ("a.b@gmail.com.vn", "a.b@gmail.com.vn"),
        ("a.b+c@congty.vn", "a.b+c@congty.vn"),
        ("+x@gmail.com", "+x@gmail.com"),
        ("...@gmail.com", "...@gmail.com"),
        ("a.b@c@gmail.com", "ab@c@gmail.com"),
        ("Gmail.com", "gmail.com"),
        ("nonsense", "nonsense"),
        ("", ""),
    ],
)
def test_match_key_forgets_what_google_ignores_and_nothing_else(address: str, key: str) -> None:
    assert match_key(address) == key


@given(st.one_of(ADDRESSES, st.text()))
def test_match_key_is_idempotent(address: str) -> None:
    assert match_key(match_key(address)) == match_key(address)


@given(ADDRESSES)
def test_case_never_makes_another_mailbox(address: str) -> None:
    assert match_key(address.upper()) == match_key(address)


@given(LOCALS, LOCALS)
def test_outside_google_different_addresses_are_different_mailboxes(one: str, other: str) -> None:
    same = match_key(f"{one}@congtyabc.vn") == match_key(f"{other}@congtyabc.vn")

    assert same == (one == other)


# ---- shown ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("nhathuoc@gmail.com", "n***@gmail.com"),
        ("ab@gmail.com", "a***@gmail.com"),
        ("a@gmail.com", "***@gmail.com"),
        ('"a@b"@congty.vn', '"***@congty.vn'),
        ("@gmail.com", "***@gmail.com"),
        ("nonsense", "***"),
        ("", "***"),
    ],
)
def test_a_masked_address_shows_one_letter_at_most(address: str, shown: str) -> None:
    assert mask(address) == shown


@given(LOCALS, LOCALS, st.sampled_from(DOMAINS))
def test_a_mask_does_not_tell_how_long_the_name_is(one: str, other: str, domain: str) -> None:
    first = mask(f"x{one}@{domain}")

    assert first == mask(f"x{other}@{domain}")


# ---- asked about ------------------------------------------------------------------------------

SLIPS = {
    "gmail.com": (
        "gmail.con gmail.cm gmail.co gmail.om gmail.vn gmail.com.vn gmail.comm gmai.com gmial.com "
        "gmal.com gmil.com gmaill.com gnail.com gamil.com gmail,com gmail.com, g.mail.com gmail "
        "gmailcom GMAIL.CON ggmail.com gmail..com gmail.xom gmsil.com"
    ),
    "yahoo.com": (
        "yaho.com yahoo.con yahoo.cm yahoo.vn yahho.com yahoo tahoo.com yahooo.com yhaoo.com"
    ),
    "icloud.com": "icloud.con iclound.com icoud.com icloud icluod.com",
    "hotmail.com": "hotmal.com hotmail.con hotmail hotmial.com",
    "outlook.com": "outlok.com outlook.con outlook outllok.com",
}
SLIPPED = [(slip, right) for right, slips in SLIPS.items() for slip in slips.split()]


@pytest.mark.parametrize(("slip", "right"), SLIPPED)
def test_a_slip_of_the_domain_is_asked_about(slip: str, right: str) -> None:
    assert suggestion(f"Nha.Thuoc@{slip}") == f"Nha.Thuoc@{right}"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("abc@gmail com", "abc@gmail.com"),
        ("abc@gmail . com", "abc@gmail.com"),
        ("abc @gmail,com", "abc@gmail.com"),
        ("abcgmail.com", "abc@gmail.com"),
        ("abc.gmail.com", "abc@gmail.com"),
        ("Abc12Gmail.com", "Abc12@gmail.com"),
        ("abcyahoo.com.vn", "abc@yahoo.com.vn"),
        ("abcyahoo.com", "abc@yahoo.com"),
        ("abc@@gmail.com", "abc@gmail.com"),
        ("abc@@@congty.vn", "abc@congty.vn"),
        ("abc@congty,vn", "abc@congty.vn"),
        ("abc@congty.vn.", "abc@congty.vn"),
        ("a@congty,vn", "a@congty.vn"),
        ("agmail.com", "a@gmail.com"),
        ("x" * 64 + "@gmail.con", "x" * 64 + "@gmail.com"),
        ("abc@.congty.vn", "abc@congty.vn"),
        ("Abc@XCongty,vn", "Abc@xcongty.vn"),
    ],
)
def test_a_broken_address_with_one_reading_is_asked_about(typed: str, meant: str) -> None:
    assert suggestion(typed) == meant


@pytest.mark.parametrize(
    "domain",
    [
        *("gmail.com", "googlemail.com", "gmail.fr", "Gmail.Com", "yahoo.com", "yahoo.com.vn"),
        *("yahoo.fr", "yahoo.co.uk", "ymail.com", "mail.com", "email.com", "fmail.com", "gmx.com"),
        *("live.com", "hotmail.fr", "hotmail.co.uk", "outlook.com.vn", "outlook.fr", "icloud.com"),
        *("congtyabc.vn", "hanoi.gov.vn", "hup.edu.vn", "fpt.vn", "vnn.vn", "moh.gov.vn", "me.com"),
        *("gmxil.con", "gmaail.con", "agmail.net"),
    ],
)
def test_real_and_own_domains_are_left_alone(domain: str) -> None:
    assert suggestion(f"abc@{domain}") is None


@pytest.mark.parametrize(
    "typed",
    [
        *("", "@", "abc", "gmail.com", "abc@", "@gmail.con", "nha thuoc@gmail.con"),
        *("nhàthuốc@gmail.con", "a@b@gmail.con", "a@gmail.com@gmail.com", "<abc@gmail.con>"),
        *("nha thuocgmail.com", "nhàgmail.com", "x" * 65 + "@gmail.con", "abc congty.vn"),
    ],
)
def test_no_question_where_the_mailbox_itself_is_in_doubt(typed: str) -> None:
    assert suggestion(typed) is None


@given(ADDRESSES)
def test_a_sound_address_is_never_questioned(address: str) -> None:
    assert suggestion(address) is None
    assert suggestion(address.upper()) is None


@given(st.one_of(st.text(), st.builds("{}@{}".format, LOCALS, st.text())))
def test_what_is_offered_is_sound_and_keeps_the_name(typed: str) -> None:
    offered = suggestion(typed)

    if offered is not None:
        assert suggestion(offered) is None
        assert typed.strip().startswith(offered.rpartition("@")[0])


@given(
    st.sampled_from(["gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com"]),
    st.data(),
)
def test_one_wrong_keystroke_in_a_big_domain_is_asked_about(
    domain: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(domain) - 2))
    letter = data.draw(st.sampled_from("qwertyuiopasdfghjklzxcvbnm"))
    damaged = data.draw(
        st.sampled_from(
            [
                domain[:place] + domain[place + 1 :],
                domain[:place] + letter + domain[place:],
                domain[:place] + letter + domain[place + 1 :],
                domain[:place] + domain[place + 1] + domain[place] + domain[place + 2 :],
            ]
        )
    )
    asked = suggestion(f"abc@{damaged}")

    real = {
        "mail.com",
        "email.com",
        "ymail.com",
        "fmail.com",
        "hmail.com",
        "tmail.com",
        "imail.com",
    }
    assert asked == (None if damaged in {domain} | real else f"abc@{domain}")


# ---- untangled --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "lan@gmail.com",
        "  lan@gmail.com\n",
        "lan@gmail.com.",
        "lan@gmail.com,",
        "lan@gmail.com ;!?",
        "lan @ gmail.com",
        "lan@ gmail.com",
        "lan @gmail.com",
        "lan＠gmail.com",
        "lan﹫gmail.com",
        "\u200blan@gm\u200bail.com\ufeff",
        "<lan@gmail.com>",
        "Nguyễn Thị Lan <lan@gmail.com>",
        "(lan@gmail.com)",
        "“lan@gmail.com”",
        '"lan@gmail.com".',
        "mailto:lan@gmail.com",
        "MAILTO:lan@gmail.com?subject=KNLT",
        "email:lan@gmail.com",
        "Email : lan@gmail.com",
        "E-mail = lan@gmail.com",
        "gmail: lan@gmail.com",
        "Địa chỉ email: lan@gmail.com.",
        "dia chi mail: lan@gmail.com",
        "Email của tôi là lan@gmail.com",
        "email cua em la: lan@gmail.com",
        "Thư điện tử: lan@gmail.com",
        "email: <mailto:lan@gmail.com>",
        "email: email: lan@gmail.com",
    ],
)
def test_what_stands_around_an_address_goes(typed: str) -> None:
    assert untangle(typed) == "lan@gmail.com"


@pytest.mark.parametrize(
    "typed",
    [
        "nha thuoc@gmail.com",
        "email lan@gmail.com",
        "mail.lan@gmail.com",
        "email@gmail.com",
        "Lan.Anh+1@Gmail.com",
        ".lan@gmail.com",
        "lan@gmail.com hoa@gmail.com",
        "nhàthuốc@gmail.com",
        "'lan'@gmail.com",
        "lan?@gmail.com",
        "<lan@gmail.com> <hoa@gmail.com>",
        "<lan@gmail.com",
        "lan",
        "",
    ],
)
def test_what_could_be_another_mailbox_stays(typed: str) -> None:
    assert untangle(typed) == typed


AROUND = st.sampled_from(
    [
        "email:",
        "mailto:",
        " ",
        "<",
        ">",
        "(",
        ")",
        '"',
        ".",
        ",",
        "@",
        "＠",
        "lan",
        "gmail.com",
        "?",
    ]
)


@given(st.one_of(st.text(), st.lists(AROUND).map("".join)))
def test_untangle_is_idempotent(text: str) -> None:
    assert untangle(untangle(text)) == untangle(text)


@given(ADDRESSES)
def test_an_address_comes_through_untouched(address: str) -> None:
    assert untangle(address) == address


# ---- damaged, shared --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "damaged"),
    [
        ("nhathuocđoan@gmail.com", True),
        ("hoân@gmail.com", True),
        ("hoa\u0302n@gmail.com", True),
        ("lan@côngty.vn", True),
        ("lan@gmail.com", False),
        ("lan–anh@gmail.com", False),
        ("", False),
    ],
)
def test_vietnamese_letters_are_damage_by_the_keyboard(typed: str, damaged: bool) -> None:
    assert typing_damage(typed) is damaged


@pytest.mark.parametrize(
    "address",
    [
        *("sale@congty.vn", "INFO@congty.vn", " info.hn@congty.vn", "ketoan2@gmail.com"),
        *("no-reply@a.vn", "nhathuoc@gmail.com", "nhathuoc-24h@gmail.com"),
    ],
)
def test_desks_are_not_persons(address: str) -> None:
    assert role_address(address)


@pytest.mark.parametrize(
    "address",
    [
        *("lan@congty.vn", "nhathuocminhchau@gmail.com", "salem@gmail.com", "lan.sale@a.vn"),
        *("sale", "@a", "2sale@a.vn", "lan@sale.vn", ""),
    ],
)
def test_persons_are_not_desks(address: str) -> None:
    assert not role_address(address)
