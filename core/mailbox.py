"""E-mail addresses as people type them: compared, masked, questioned, never silently changed."""

import re
import unicodedata

from core.text import visible

_GOOGLE = frozenset({"gmail.com", "googlemail.com"})


def match_key(address: str) -> str:
    """Return the key by which two addresses are the same mailbox.

    Lower case; at gmail.com and googlemail.com without dots and +tag, as Google delivers them.
    Other providers tell dots and tags apart. Mail goes to the address as typed, never to the key.
    """
    local, at, domain = address.strip().lower().rpartition("@")
    if not at or domain not in _GOOGLE:
        return f"{local}{at}{domain}"
    mailbox = local.partition("+")[0].replace(".", "")
    return f"{mailbox or local}@gmail.com"


def mask(address: str) -> str:
    """Return the address with only the first letter of a longer local part: "n***@gmail.com"."""
    local, at, domain = address.strip().rpartition("@")
    return f"{local[:1] if len(local) > 1 else ''}***{at}{domain if at else ''}"


# ---- slips of the domain ----------------------------------------------------------------------

_SLIPS = {
    slip: right
    for right, slips in {
        "gmail.com": (
            "gmail.con gmail.cm gmail.co gmail.om gmail.vn gmail.com.vn gmail.comm gmai.com "
            "gmial.com gmal.com gmil.com gmaill.com gnail.com gamil.com g.mail.com gmail gmailcom"
        ),
        "yahoo.com": "yaho.com yahoo.con yahoo.cm yahoo.vn yahho.com yahoo",
        "icloud.com": "icloud.con iclound.com icoud.com icloud",
        "hotmail.com": "hotmal.com hotmail.con hotmail",
        "outlook.com": "outlok.com outlook.con outlook",
    }.items()
    for slip in slips.split()
}
_BIG = tuple(dict.fromkeys(_SLIPS.values()))

# Real mail domains one keystroke away from a big one, or taken for a slip of it.
_REAL = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "gmail.fr",
        "yahoo.com",
        "yahoo.com.vn",
        "ymail.com",
        "fmail.com",
        "hmail.com",
        "tmail.com",
        "imail.com",
        "mail.com",
        "email.com",
        "hotmail.com",
        "outlook.com",
        "icloud.com",
    }
)

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-]{1,64}"
_ADDRESS = re.compile(rf"{_LOCAL}@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
_WITHOUT_AT = re.compile(
    rf"({_LOCAL}?)\.?({'|'.join(map(re.escape, (*_BIG, 'yahoo.com.vn')))})", re.IGNORECASE
)
_STOPS = re.compile("[ ,;.]+")


def suggestion(address: str) -> str | None:
    """Return the address that was probably meant, to be offered as a question, or None.

    Known slips of a domain ("gmail.con", "gmail,com"), one wrong keystroke in a big provider's
    domain, a missing or doubled @. The local part stays as typed; real domains such as
    yahoo.com.vn, and every domain that is no near miss, are left alone.
    """
    typed = address.strip()
    if "@" not in typed:
        match = _WITHOUT_AT.fullmatch(typed)
        return f"{match[1]}@{match[2].lower()}" if match else None
    local, _, rest = typed.partition("@")
    domain = _STOPS.sub(".", rest.lstrip("@").lower()).strip(".")
    offered = f"{local.rstrip()}@{_meant(domain)}"
    changed = offered.lower() != typed.lower()
    return offered if changed and _ADDRESS.fullmatch(offered) else None


def _meant(domain: str) -> str:
    if domain in _REAL:
        return domain
    near = (big for big in _BIG if _one_keystroke(domain, big))
    return _SLIPS.get(domain) or next(near, domain)


def _one_keystroke(typed: str, meant: str) -> bool:
    """Tell whether one letter was added, left out, changed, or swapped with the next."""
    wrong, right = _after_common_start(typed, meant)
    wrong, right = _after_common_start(wrong[::-1], right[::-1])
    return max(len(wrong), len(right)) == 1 or (len(wrong) == 2 and wrong == right[::-1])


def _after_common_start(a: str, b: str) -> tuple[str, str]:
    same = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), None)
    start = min(len(a), len(b)) if same is None else same
    return a[start:], b[start:]


# ---- what stands around an address --------------------------------------------------------------

_AT_SIGNS = str.maketrans("＠﹫", "@@")
_LABEL = re.compile(
    r"(?:(?:địa chỉ|dia chi)? ?(?:e-?mail|gmail|mail|thư điện tử|hộp thư)"
    r"(?: (?:của|cua) (?:tôi|toi|em|mình|minh|cơ sở|co so))?"
    r"(?: (?:là|la)(?=[ :=]) ?[:=]?| ?[:=])|mailto:) ?",
    re.IGNORECASE,
)
_AROUND_AT = re.compile(r" ?@ ?")
_NAMED = re.compile(r"[^<>@]*<([^<>]*)>")
_QUOTED = re.compile(r"[(\[\"“‘«`]([^()\[\]\"“”‘’«»`]*)[)\]\"”’»`]")
_TAIL = " .,;:!?"


def untangle(text: str) -> str:
    """Return the address without what was typed or pasted around it.

    Gone are invisible characters, a label ("Email: "), mailto: and its ?query, a name before <…>,
    brackets and quotes around, trailing stops and white space around @; a full-width @ becomes @.
    Nothing that could make it another mailbox: a space inside the local part stays. Idempotent.
    """
    seen = unicodedata.normalize("NFC", visible(text))
    address = " ".join(seen.translate(_AT_SIGNS).split())
    while (peeled := _peel(address)) != address:
        address = peeled
    return address


def _peel(address: str) -> str:
    inner = _NAMED.fullmatch(address) or _QUOTED.fullmatch(address)
    if inner:
        address = inner[1]
    label = _LABEL.match(address)
    if label:
        address = address[label.end() :]
        if label[0].lower().startswith("mailto:"):
            address = address.partition("?")[0]
    return _AROUND_AT.sub("@", address).strip().rstrip(_TAIL)


def typing_damage(text: str) -> bool:
    """Tell whether a letter is not ASCII, as a Vietnamese keyboard makes it ("nhathuocđoan@").

    Stripping the mark would give another person's mailbox, so the address is asked for again.
    """
    return any(unicodedata.category(char)[0] in "LM" for char in text if not char.isascii())


# ---- shared mailboxes ---------------------------------------------------------------------------

_ROLES = frozenset(
    {
        "admin",
        "banhang",
        "contact",
        "cskh",
        "congty",
        "cty",
        "hanhchinh",
        "hello",
        "hotro",
        "hr",
        "info",
        "ketoan",
        "kinhdoanh",
        "lienhe",
        "mail",
        "marketing",
        "nhansu",
        "nhathuoc",
        "noreply",
        "office",
        "order",
        "phongkham",
        "postmaster",
        "quaythuoc",
        "sale",
        "sales",
        "service",
        "support",
        "tuvan",
        "vanphong",
        "vanthu",
        "webmaster",
    }
)
_FIRST_WORD = re.compile(r"[a-z]*")


def role_address(address: str) -> bool:
    """Tell whether the mailbox is a desk's, not a person's: sale@, info.hn@, ketoan2@.

    The letter of Sở Y tế Hà Nội takes only the e-mail of the Giám đốc or the DS PTCM, so such an
    address is questioned, not refused.
    """
    local = address.strip().lower().rpartition("@")[0].replace("no-reply", "noreply")
    word = _FIRST_WORD.match(local)
    return word is not None and word[0] in _ROLES
