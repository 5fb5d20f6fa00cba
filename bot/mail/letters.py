"""Letters: a `Mail` worded as subject, plain text and HTML, from the catalogue and two templates.

Both forms are made from the same blocks, so that they cannot say different things.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from core.messages import MailKind, Text
from core.ports import Mail

# What each kind takes from `Mail.values`. Days are ISO dates; `reasons` are lines; `link` opens
# the registration chat and is empty or absent when it is not known.
VALUES: Mapping[MailKind, frozenset[str]] = {
    MailKind.CODE: frozenset({"code", "minutes"}),
    MailKind.ACCOUNT: frozenset({"facility", "licence", "site_code", "login", "password"}),
    MailKind.REFUSAL: frozenset({"facility", "licence", "reasons"}),
    MailKind.EXPIRY: frozenset({"facility", "licence", "due"}),
}
# The catalogue sees these alone: what its errors quote is no secret.
WORDED = ("facility", "minutes", "due")

Say = Callable[[Text, str], str]


class Unwritable(ValueError):
    """A mail lacks something its letter needs; the text names what, never a value."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A worded mail. `sender` is the office's name, to be shown before our address."""

    sender: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a letter's body, in the shape its template gives it.

    `rows` are labels with values: an account's must survive copying, facts say which case it is.
    `items` are the points of a list.
    """

    shape: Literal["paragraph", "code", "account", "facts", "list", "link"]
    text: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    items: tuple[str, ...] = ()
    url: str = ""


class Words:
    """The catalogue in one mail's language, with the mail's values at hand."""

    def __init__(self, say: Say, mail: Mail) -> None:
        self._say = say
        self._locale = mail.locale
        self._args = {name: mail.values[name] for name in WORDED if name in mail.values}
        if mail.reference is not None:
            self._args["reference"] = mail.reference

    def say(self, key: str) -> str:
        """Word the text `mail-KEY`."""
        return self._say(Text(f"mail-{key}", self._args), self._locale)

    def paragraph(self, key: str) -> Block:
        """Word a key as a paragraph."""
        return Block("paragraph", self.say(key))


class Letters:
    """Words mails. `say` is the catalogue's plain wording, without markup."""

    def __init__(self, say: Say) -> None:
        self._say = say
        environment = Environment(
            loader=PackageLoader("bot.mail"),
            autoescape=select_autoescape(enabled_extensions=("html.j2",)),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._text = environment.get_template("layout.txt.j2")
        self._html = environment.get_template("layout.html.j2")

    def write(self, mail: Mail) -> Letter:
        """Word a mail; the same mail always gives the same letter. Raises `Unwritable`."""
        _require(mail)
        words = Words(self._say, mail)
        subject = words.say(f"{mail.kind}-subject")
        parts = {
            "locale": mail.locale,
            "subject": subject,
            "greeting": words.say("greeting-anyone" if mail.reference is None else "greeting"),
            "blocks": BODIES[mail.kind](words, mail),
            "help": words.say("help-anyone" if mail.reference is None else "help"),
            "closing": words.say("closing"),
            "signature": words.say("signature"),
        }
        return Letter(
            sender=words.say("sender"),
            subject=subject,
            text=self._text.render(parts),
            html=self._html.render(parts),
        )


def _facts(words: Words, mail: Mail) -> Block:
    licence = str(mail.values["licence"])
    rows = (
        (words.say("reference"), mail.reference or ""),
        (words.say("licence"), licence),
    )
    return Block("facts", rows=rows)


def _require(mail: Mail) -> None:
    missing = sorted(VALUES[mail.kind] - mail.values.keys())
    if mail.kind is not MailKind.CODE and mail.reference is None:
        missing.append("reference")
    if missing:
        raise Unwritable(f"a mail of kind {mail.kind} lacks {', '.join(missing)}")


def _code(words: Words, mail: Mail) -> list[Block]:
    return [
        words.paragraph("code-lead"),
        Block("code", str(mail.values["code"])),
        words.paragraph("code-use"),
        words.paragraph("code-ignore"),
    ]


def _account(words: Words, mail: Mail) -> list[Block]:
    labels = {"site_code": "site", "login": "login", "password": "password"}
    return [
        _facts(words, mail),
        words.paragraph("account-lead"),
        Block(
            "account",
            rows=tuple(
                (words.say(f"account-{label}"), str(mail.values[name]))
                for name, label in labels.items()
            ),
        ),
        words.paragraph("account-change"),
        words.paragraph("account-guard"),
    ]


def _refusal(words: Words, mail: Mail) -> list[Block]:
    reasons = (line.strip() for line in str(mail.values["reasons"]).splitlines())
    return [
        _facts(words, mail),
        words.paragraph("refusal-lead"),
        Block("list", items=tuple(filter(None, reasons))),
        words.paragraph("refusal-again"),
        _again(words, mail),
    ]


def _expiry(words: Words, mail: Mail) -> list[Block]:
    return [
        _facts(words, mail),
        words.paragraph("expiry-lead"),
        words.paragraph("expiry-sorry"),
        words.paragraph("expiry-again"),
        _again(words, mail),
    ]


def _again(words: Words, mail: Mail) -> Block:
    link = str(mail.values.get("link", ""))
    return (
        Block("link", words.say("again-link"), url=link) if link else words.paragraph("again-scan")
    )


BODIES: Mapping[MailKind, Callable[[Words, Mail], list[Block]]] = {
    MailKind.CODE: _code,
    MailKind.ACCOUNT: _account,
    MailKind.REFUSAL: _refusal,
    MailKind.EXPIRY: _expiry,
}
