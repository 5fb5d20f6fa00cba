"""The letters: what each mail says, in both forms and both languages."""

import re
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.letters import VALUES, Letter, Letters, Unwritable
from core.messages import MailKind, Text
from tests.mail.samples import (
    FACILITY,
    LICENCE,
    LINK,
    PASSWORD,
    REFERENCE,
    letters,
    sample,
)

INVISIBLE = re.compile("[\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff]")
RESULTS = [kind for kind in MailKind if kind is not MailKind.CODE]


class Seen(HTMLParser):
    """What a reader sees of a page, element by element, and what the page refers to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data)


def both(locale: str = "vi") -> list[Letter]:
    return [letters.write(sample(kind, locale=locale)) for kind in MailKind]


@pytest.mark.parametrize("kind", RESULTS)
@pytest.mark.parametrize("locale", ["vi", "en"])
def test_a_result_names_its_reference_in_the_subject(kind: MailKind, locale: str) -> None:
    assert letters.write(sample(kind, locale=locale)).subject.startswith(f"[{REFERENCE}] ")


def test_a_code_stands_alone_on_its_line() -> None:
    letter = letters.write(sample(MailKind.CODE))

    assert "048213" in letter.text.splitlines()
    assert "048213" in Seen(letter.html).texts
    assert "15 phút" in letter.text
    assert "048213" not in letter.subject
    assert "[" not in letter.subject


def test_the_values_of_an_account_can_be_copied_one_by_one() -> None:
    letter = letters.write(sample(MailKind.ACCOUNT))
    seen = Seen(letter.html).texts

    assert [seen[seen.index(label) + 1] for label in (
        "Mã cơ sở", "Tên đăng nhập", "Mật khẩu ban đầu")
    ] == ["01-00123", "0101234567-001", PASSWORD]  # fmt: skip
    assert f"Mật khẩu ban đầu: {PASSWORD}" in letter.text.splitlines()


def test_an_account_comes_with_the_duty_to_change_the_password() -> None:
    text = letters.write(sample(MailKind.ACCOUNT)).text

    assert "đổi mật khẩu ngay trong lần đăng nhập đầu tiên" in text
    assert "không bao giờ hỏi mật khẩu" in text


def test_a_refusal_lists_its_reasons_and_the_way_back() -> None:
    letter = letters.write(sample(MailKind.REFUSAL))

    assert "- Tên cơ sở không khớp\n- Thiếu <họ tên>\n\n" in letter.text
    assert {"Tên cơ sở không khớp", "Thiếu <họ tên>"} <= set(Seen(letter.html).texts)
    assert f"Đăng ký lại: {LINK}" in letter.text
    assert ("a", LINK) in [(tag, at.get("href")) for tag, at in Seen(letter.html).tags]


def test_without_a_link_the_way_back_is_the_qr_code() -> None:
    letter = letters.write(sample(MailKind.REFUSAL, link=""))

    assert "quét mã QR" in letter.text
    assert "quét mã QR" in letter.html
    assert "href" not in letter.html


def test_an_expiry_apologises_and_says_what_was_due() -> None:
    text = letters.write(sample(MailKind.EXPIRY)).text

    assert "hết thứ Sáu ngày 04/12/2026" in text
    assert "chân thành xin lỗi" in text


@pytest.mark.parametrize("kind", RESULTS)
def test_a_result_says_whose_case_it_is(kind: MailKind) -> None:
    letter = letters.write(sample(kind))

    for form in (letter.text, letter.html):
        assert all(fact in form for fact in (REFERENCE, FACILITY, LICENCE))


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_both_forms_say_the_same(locale: str) -> None:
    for letter in both(locale):
        shown = " ".join(" ".join(Seen(letter.html).texts[1:]).split())  # the first is the title
        said = " ".join(re.sub(r"^- ", "", letter.text, flags=re.MULTILINE).split())

        assert words(shown) == words(said.replace(LINK, ""))


def words(text: str) -> list[str]:
    # A colon after a label is the plain form's alone.
    return text.replace(":", " ").split()


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_everything_is_composed_and_nothing_is_invisible(locale: str) -> None:
    for letter in both(locale):
        for text in (letter.sender, letter.subject, letter.text, letter.html):
            assert unicodedata.is_normalized("NFC", text)
            assert not INVISIBLE.search(text)


def test_the_plain_form_has_no_stray_spaces_or_empty_lines() -> None:
    for letter in both():
        assert "\n\n\n" not in letter.text
        assert not re.search(r" \n|^ ", letter.text, re.MULTILINE)
        assert letter.text == letter.text.strip()


def test_a_page_loads_nothing_and_fits_a_phone() -> None:
    for letter in both():
        tags = Seen(letter.html).tags

        assert letter.html.startswith("<!doctype html>")
        assert not {"img", "script", "link", "style", "table", "iframe"} & {tag for tag, _ in tags}
        assert "url(" not in letter.html
        assert ("meta", "light dark") in [(tag, at.get("content")) for tag, at in tags]
        assert "viewport" in [at.get("name") for _, at in tags]


def test_the_language_is_the_readers() -> None:
    assert '<html lang="en">' in letters.write(sample(MailKind.CODE, locale="en")).html
    assert letters.write(sample(locale="en")).sender == "Hanoi Department of Health"
    assert letters.write(sample()).sender == "Sở Y tế Hà Nội"


def test_the_same_mail_gives_the_same_letter() -> None:
    assert both() == both()


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in VALUES.items() for name in sorted(names)]
)
def test_a_missing_value_is_named_and_no_other_is_shown(kind: MailKind, name: str) -> None:
    mail = sample(kind)
    values = {key: value for key, value in mail.values.items() if key != name}

    with pytest.raises(Unwritable) as problem:
        letters.write(type(mail)(kind, mail.to, mail.message_id, mail.reference, values, "vi"))

    assert str(problem.value) == f"a mail of kind {kind} lacks {name}"


@pytest.mark.parametrize("kind", RESULTS)
def test_a_result_needs_its_reference(kind: MailKind) -> None:
    with pytest.raises(Unwritable, match="lacks reference"):
        letters.write(sample(kind, reference=None))


def test_the_catalogue_never_sees_a_secret() -> None:
    asked: list[Text] = []

    def say(text: Text, locale: str) -> str:
        asked.append(text)
        return text.key

    for kind in MailKind:
        Letters(say).write(sample(kind))

    seen = {name for text in asked for name in text.args}
    assert seen == {"facility", "reference", "minutes", "due"}


@given(name=st.text(min_size=1, max_size=80))
def test_an_odd_name_is_shown_as_it_is_and_never_as_markup(name: str) -> None:
    plain, odd = (letters.write(sample(facility=facility)) for facility in ("x", name))

    assert [tag for tag, _ in Seen(odd.html).tags] == [tag for tag, _ in Seen(plain.html).tags]
    assert odd.subject == plain.subject
