"""The choices of the conversation, and the words by which people type them instead of tapping."""

from collections.abc import Mapping

from core import actions
from core.choices import Option
from core.conversation import Step
from core.messages import Choice, text
from core.text import clean, fold

YES, NO = "yes", "no"

# Besides the number and the label, in both languages; case and diacritics do not matter.
ALIASES: dict[tuple[str, str], tuple[str, ...]] = {
    (Step.CONSENT, YES): ("đồng ý", "ok", "okie", "oke", "có", "yes", "agree", "dy"),
    (Step.CONSENT, NO): ("không", "ko", "no", "không đồng ý", "disagree"),
    (Step.CONSENT, "details"): ("chi tiết", "details"),
    (Step.LICENCE_CHECK, YES): ("đúng", "đúng rồi", "phải", "có", "ok", "yes", "right", "chuẩn"),
    (Step.LICENCE_CHECK, NO): ("sai", "không", "không phải", "nhập lại", "no", "wrong"),
    (Step.NAME, YES): ("đúng", "đúng rồi", "phải", "có", "ok", "yes", "right"),
    (Step.ROLE, "director"): ("giám đốc", "gđ", "gd", "chủ cơ sở", "chủ", "director", "owner"),
    (Step.ROLE, "pharmacist"): (
        "dược sỹ",
        "dược sĩ",
        "ds",
        "ptcm",
        "ds ptcm",
        "dược sỹ phụ trách chuyên môn",
        "dược sĩ phụ trách chuyên môn",
        "phụ trách chuyên môn",
        "pharmacist",
    ),
    (Step.EMAIL_CHECK, YES): ("đúng", "phải", "có", "ok", "yes", "sửa"),
    (Step.EMAIL_CHECK, NO): ("giữ nguyên", "giữ", "không", "no", "keep"),
    ("later", "later"): ("để sau", "later", "sau"),
    (Step.CODE, "resend"): ("gửi lại", "gửi lại mã", "resend"),
    (Step.CODE, "email"): ("sửa email", "đổi email", "change email"),
    (Step.CODE, "skip"): ("bỏ qua", "tiếp tục", "skip", "continue"),
    (Step.SUMMARY, "submit"): ("gửi", "gửi đăng ký", "đăng ký", "ok", "đồng ý", "submit", "send"),
    ("edit", Step.LICENCE): ("sửa số gcn", "số gcn", "gcn"),
    ("edit", Step.NAME): ("sửa tên", "tên", "tên cơ sở"),
    ("edit", Step.ROLE): ("sửa vai trò", "vai trò"),
    ("edit", Step.PERSON): ("sửa họ tên", "họ tên"),
    ("edit", Step.EMAIL): ("sửa email", "email"),
}

# Words that mean the same at every step, typed exactly: "Đăng" is a name, "đăng ký" is not.
_SPOKEN = {
    word: verb
    for verb, words in {
        "cancel": ("hủy", "huỷ", "hủy bỏ", "huỷ bỏ", "hủy đăng ký", "huỷ đăng ký", "cancel"),
        "back": ("quay lại", "trở lại", "back"),
        "help": ("trợ giúp", "giúp", "giúp đỡ", "hướng dẫn", "help"),
        "status": ("trạng thái", "tra cứu", "status"),
        "register": ("đăng ký", "đăng kí", "bắt đầu", "register"),
        "again": ("đăng ký lại", "đăng kí lại", "register again"),
        "privacy": ("quyền riêng tư", "privacy"),
        "language-en": ("english", "tiếng anh"),
        "language-vi": ("tiếng việt", "vietnamese"),
    }.items()
    for word in words
}
_FOLDED = {fold(word): verb for word, verb in _SPOKEN.items()}


def spoken_verb(typed: str, *, names: bool) -> str | None:
    """Give the verb of PLAIN that was typed in words, or None.

    Where a name is asked for (`names`), only with its diacritics: Huy is a name, hủy is not.
    """
    return _SPOKEN.get(clean(typed).casefold()) if names else _FOLDED.get(fold(typed))


def step_choice(step: str, answer: str, label: str, **args: str) -> Choice:
    """Offer an answer to a step."""
    return Choice(actions.step(step, answer), text(label, **args))


def menu_choice(verb: str, *args: str) -> Choice:
    """Offer something outside the steps."""
    return Choice(actions.menu(verb, *args), text(f"button-{verb}"))


BACK_AND_CANCEL = (menu_choice("back"), menu_choice("cancel"))


def typed_options(labels: Mapping[str, str]) -> list[Option]:
    """Make shown choices (wire form → label) matchable by number, label and the usual words."""
    return [Option(wire, label, _aliases(wire)) for wire, label in labels.items()]


def _aliases(wire: str) -> tuple[str, ...]:
    action = actions.read_action(wire)
    if action is None or not action.args:
        return ()
    return ALIASES.get((action.verb, action.args[0]), ())
