"""Judges a run by what it left behind. Knows none of the program's code: rules and names only.

Each check gives one sentence per fault, and none for a run in which nothing was lost.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from tests.crash.evidence import Cut, Evidence, Mailed, Owed, Said, Sending, Taken

CROSSING = 1.0  # seconds by which the moments that two processes write down may cross
RECORDING = 2.0  # seconds in which whoever lives records what it has sent
FLIGHT = 1.0  # seconds for which a message may be on its way when its sender has ended
IN_HAND = {"message": 64, "mail": 1}  # what a process may have sent and not yet recorded
REFERENCE = re.compile(r"\b\d{2}-[0-9A-Z]{6}\b")
MAIL_ROW = re.compile(r"<knlt\.(\d+)\.")
ANSWER = re.compile(r"in:(\d+):")  # the key of what an update made the bot say
RECEIPT = "Đã tiếp nhận đăng ký"

# What each fact of the history makes of a status. What is not listed must not happen.
MOVES = {
    ("", "submitted"): "pending",
    ("pending", "approved"): "approved",
    ("pending", "refused"): "refused",
    ("pending", "withdrawn"): "withdrawn",
    ("pending", "expired"): "expired",
    ("approved", "account-entered"): "approved",
    ("approved", "undone"): "pending",
    ("approved", "expired"): "expired",
    ("approved", "result-mailed"): "issued",
    ("approved", "result-failed"): "approved",
    ("refused", "result-mailed"): "refused",
    ("refused", "result-failed"): "refused",
    ("refused", "undone"): "pending",
}
IN_WORDS = {
    "pending": "chờ duyệt",
    "approved": "đã duyệt",
    "issued": "đã cấp tài khoản",
    "refused": "đã từ chối",
    "expired": "quá hạn",
    "withdrawn": "cơ sở đã rút",
}
LIVE = {"pending", "approved", "issued"}
TOLD = {
    "issued": "đã được cấp tài khoản",
    "refused": "chưa được cấp tài khoản",
    "expired": "đã quá hạn mà chưa có kết quả",
}


def check(evidence: Evidence) -> list[str]:
    """Give every fault found, one sentence each."""
    return [fault for rule in RULES for fault in rule(evidence)]


def counts(evidence: Evidence) -> dict[str, int]:
    """Give what was counted, by name."""
    copies = list(_extra_messages(evidence))
    mail_copies = [
        pair for pairs in _copies_of_mails(evidence).values() for pair in pairwise(pairs)
    ]
    statuses = Counter(each.status for each in evidence.registrations)
    return {
        "registrations": len(evidence.registrations),
        **{status: statuses[status] for status in IN_WORDS},
        "words and presses of people": sum(each.by == "person" for each in evidence.said),
        "updates": len(evidence.handed),
        "messages sent": sum(each.by == "bot" for each in evidence.said),
        "messages edited": sum(each.by == "edit" for each in evidence.said),
        "mails": len(evidence.mails),
        "extra copies of messages": len(copies),
        "extra copies of mails": len(mail_copies),
        "cuts": len(evidence.cuts),
    }


# ── the registrations ────────────────────────────────────────────────────────────────────────────


def states_follow_from_history(evidence: Evidence) -> Iterator[str]:
    """Every registration is in the state its history says, and no decision counts twice."""
    status = dict.fromkeys((each.id for each in evidence.registrations), "")
    for fact in evidence.history:
        if fact.registration not in status or fact.event == "unreachable":
            continue
        before = status[fact.registration]
        after = MOVES.get((before, fact.event))
        if after is None:
            yield f"registration {fact.registration}: {fact.event} when it was {before or 'new'}"
        else:
            status[fact.registration] = after
    for each in evidence.registrations:
        if status[each.id] != each.status:
            yield f"{each.reference} is {each.status}, its history says {status[each.id]}"


def one_live_registration_each(evidence: Evidence) -> Iterator[str]:
    """One live registration per licence and per e-mail."""
    live = [each for each in evidence.registrations if each.status in LIVE]
    for name in ("licence", "email"):
        for value, count in Counter(getattr(each, name) for each in live).items():
            if count > 1:
                yield f"{count} live registrations have the {name} {value}"


def receipts_and_registrations_agree(evidence: Evidence) -> Iterator[str]:
    """Who got a receipt is registered, and who is registered got a receipt."""
    told: set[tuple[str, str]] = set()
    for each in evidence.said:
        if each.by != "person" and RECEIPT in each.text:
            told |= {(each.lane, found) for found in REFERENCE.findall(each.text)}
    stored = {(f"public:{each.chat}", each.reference) for each in evidence.registrations}
    yield from (f"{lane} has a receipt {reference} of nothing" for lane, reference in told - stored)
    yield from (f"{lane} never got its receipt {reference}" for lane, reference in stored - told)


# ── what came in ─────────────────────────────────────────────────────────────────────────────────


def updates_came_in_once(evidence: Evidence) -> Iterator[str]:
    """Every update that a bot was handed is in the inbox once, in its conversation; no other is."""
    handed = {(each.bot, each.update): each.conversation for each in evidence.handed}
    kept = Counter((row.bot, row.update) for row in evidence.inbox)
    for key, conversation in handed.items():
        if kept[key] != 1:
            yield f"update {key} of {conversation} is in the inbox {kept[key]} times"
    for row in _updates(evidence):
        whose = handed.get((row.bot, row.update))
        if whose is None:
            yield f"nobody was handed the update {row.update} of {row.conversation}"
        elif whose != row.conversation:
            yield f"update {row.update} of {whose} was kept as of {row.conversation}"


def updates_kept_their_order(evidence: Evidence) -> Iterator[str]:
    """The updates of a conversation were kept and handled in the order in which they came.

    Whose answer is owed first was handled first: an update's answers are stored with its end, and
    the next one of its conversation is not begun before. That a process writes down as the moment
    of the end when it began to look for work, so two processes' moments may cross by a little.
    """
    came = {(each.bot, each.update): n for n, each in enumerate(evidence.handed)}
    answered: dict[int, int] = {}
    for owed in evidence.outbox:
        found = ANSWER.match(owed.key)
        if found:
            answered.setdefault(int(found[1]), owed.id)
    conversations: dict[str, list[Taken]] = defaultdict(list)
    for row in sorted(_updates(evidence), key=lambda row: row.id):
        conversations[row.conversation].append(row)
    for conversation, rows in conversations.items():
        for older, row in pairwise(rows):
            if came.get((row.bot, row.update), 0) < came.get((older.bot, older.update), 0):
                yield f"{conversation}: {row.update} was kept after {older.update}, and came before"
            if row.done and older.done and (older.done - row.done).total_seconds() > CROSSING:
                yield f"{conversation}: {row.update} was done before {older.update}, which is older"
        for older, row in pairwise(each for each in rows if each.id in answered):
            if answered[row.id] < answered[older.id]:
                yield f"{conversation}: {row.update} was answered before {older.update}"


# ── what people were told ────────────────────────────────────────────────────────────────────────


def last_words_are_answered(evidence: Evidence) -> Iterator[str]:
    """In every private chat the bot has spoken after the person's last word."""
    silent: dict[str, Said] = {}
    for each in evidence.said:
        if each.lane == evidence.group:
            continue
        if each.by == "person":
            silent[each.lane] = each
        else:
            silent.pop(each.lane, None)
    for lane, word in silent.items():
        yield f"{lane} was never answered: {word.text[:60]!r} at {word.at:.1f} s"


def what_is_owed_was_sent(evidence: Evidence) -> Iterator[str]:
    """What the database counts as sent has arrived."""
    arrived = {(each.lane, each.message) for each in evidence.said if each.by == "bot"}
    mails = _copies_of_mails(evidence)
    for row in evidence.outbox:
        if row.kind in ("say", "card") and row.state == "sent":
            if (row.lane, row.message) not in arrived:
                yield f"{row.key} counts as sent, but {row.lane} has no message {row.message}"
        elif row.kind == "mail" and row.state == "sent" and row.id not in mails:
            yield f"the mail {row.key} counts as sent, but has not arrived"


def results_were_told(evidence: Evidence) -> Iterator[str]:
    """Each decision reached its facility, by mail and in the chat; its card shows how it stands."""
    mailed = {(mail.to, found) for mail in evidence.mails for found in _references(mail.subject)}
    told = {
        (said.lane, found, status)
        for said in _new_messages(evidence)
        for status, words in TOLD.items()
        if words in said.text
        for found in _references(said.text)
    }
    shown = _last_texts(evidence)
    cards = {card.registration: card for card in evidence.cards}
    for each in evidence.registrations:
        if each.status in TOLD and (each.email, each.reference) not in mailed:
            yield f"{each.reference} is {each.status}, and no mail says so"
        if (
            each.status in TOLD
            and (
                f"public:{each.chat}",
                each.reference,
                each.status,
            )
            not in told
        ):
            yield f"{each.reference} is {each.status}, and its chat was not told"
        card = cards.get(each.id)
        if card is None or card.shown_version != each.version:
            yield f"{each.reference} has no card of version {each.version}"
        elif f"{each.reference} · {IN_WORDS[each.status]}" not in shown[card.lane, card.message]:
            yield f"the card of {each.reference} does not say that it is {each.status}"


def conversations_kept_their_order(evidence: Evidence) -> Iterator[str]:
    """What was owed to a person at once arrived in the order in which it was decided.

    In the group several conversations meet, and two of them may be handled at the same moment: no
    order is promised between them. A row that took the place of an earlier one's message sent none
    of its own.
    """
    place = {(each.lane, each.message): n for n, each in enumerate(_new_messages(evidence))}
    newest: dict[str, tuple[int, Owed]] = {}
    for row in evidence.outbox:
        at = place.pop((row.lane, row.message or ""), None)
        if row.kind != "say" or row.state != "sent" or row.scheduled or at is None:
            continue
        if row.lane == evidence.group:
            continue
        before = newest.get(row.lane)
        if before is not None and at < before[0]:
            yield f"{row.lane}: {row.key} came before {before[1].key}, which is older"
        else:
            newest[row.lane] = (at, row)


def copies_are_explained(evidence: Evidence) -> Iterator[str]:
    """Nothing came twice but what its sender could not record, being cut off: once per cut.

    Nor did a mail come even once that counts as failed or taken back.
    Who sent it is who last began to send there: what goes to one place goes one after the other.
    """
    copies = [("message", each.at, each.lane, each.text[:60]) for each in _extra_messages(evidence)]
    recorded = {row.id for row in evidence.outbox if row.state == "sent"}
    for row_id, mails in _copies_of_mails(evidence).items():
        extra = mails[:-1] if row_id in recorded else mails
        copies += [("mail", mail.at, mail.message_id, mail.subject) for mail in extra]
    began: dict[str, list[Sending]] = defaultdict(list)
    for sending in evidence.sendings:
        began[sending.where].append(sending)
    spent: Counter[tuple[Cut, str, str]] = Counter()
    in_hand: Counter[tuple[Cut, str]] = Counter()
    for kind, at, where, words in copies:
        senders = [each.process for each in began[where] if each.at <= at]
        cuts = [
            cut
            for cut in evidence.cuts
            if (cut.where == where or senders[-1:] == [cut.process]) and _hit(cut, at)
        ]
        free = [cut for cut in cuts if not spent[cut, where, words]]
        if not cuts:
            yield f"{where} got an extra {words!r} at {at:.1f} s, and its sender was not cut off"
        elif not free:
            yield f"{where} got {words!r} more often than its sender was cut off at {at:.1f} s"
        else:
            spent[free[0], where, words] += 1
            in_hand[free[0], kind] += 1
    for (cut, kind), count in in_hand.items():
        if count > (1 if cut.where else IN_HAND[kind]):
            yield f"{count} times a {kind} came twice for the one cut at {cut.at:.1f} s"


def extra_copies_say_what_is_owed(evidence: Evidence) -> Iterator[str]:
    """A message that no row knows is a copy of one that a row does know, of the same chat."""
    known = defaultdict(set)
    rows = {(row.lane, row.message) for row in evidence.outbox}
    for each in _new_messages(evidence):
        if (each.lane, each.message) in rows:
            known[each.lane].add(_gist(each.text))
    for each in _extra_messages(evidence):
        if _gist(each.text) not in known[each.lane]:
            yield f"nothing ever owed {each.lane} this: {each.text[:60]!r}"


# ── what is left ─────────────────────────────────────────────────────────────────────────────────


def nothing_is_stuck(evidence: Evidence) -> Iterator[str]:
    """The inbox and the outbox are empty, no secret stays; a code may have failed, no more."""
    for update in evidence.inbox:
        if update.done is None:
            yield f"update {update.update} of {update.conversation} is not processed"
        elif update.parked:
            yield f"update {update.update} of {update.conversation} was given up"
    if evidence.secrets:
        yield f"{evidence.secrets} accounts are still kept"
    for row in evidence.outbox:
        if row.state == "queued":
            yield f"{row.key} still waits ({row.error})"
        elif row.state == "failed" and row.mail != "code":
            yield f"{row.key} was given up ({row.error})"


RULES: tuple[Callable[[Evidence], Iterable[str]], ...] = (
    states_follow_from_history,
    one_live_registration_each,
    receipts_and_registrations_agree,
    updates_came_in_once,
    updates_kept_their_order,
    last_words_are_answered,
    what_is_owed_was_sent,
    results_were_told,
    conversations_kept_their_order,
    copies_are_explained,
    extra_copies_say_what_is_owed,
    nothing_is_stuck,
)


def _updates(evidence: Evidence) -> Iterator[Taken]:
    """Give the rows of what the messenger handed over; what the program tells itself is no number.

    The latter is numbered before it is visible, and may be handled after what came later.
    """
    return (row for row in evidence.inbox if row.update.isdecimal())


def _references(text: str) -> list[str]:
    return REFERENCE.findall(text)


def _new_messages(evidence: Evidence) -> Iterator[Said]:
    return (each for each in evidence.said if each.by == "bot")


def _extra_messages(evidence: Evidence) -> Iterator[Said]:
    known = {(row.lane, row.message) for row in evidence.outbox}
    return (each for each in _new_messages(evidence) if (each.lane, each.message) not in known)


def _copies_of_mails(evidence: Evidence) -> dict[int, list[Mailed]]:
    copies: dict[int, list[Mailed]] = defaultdict(list)
    for mail in evidence.mails:
        found = MAIL_ROW.match(mail.message_id)
        copies[int(found[1]) if found else -1].append(mail)
    return copies


def _last_texts(evidence: Evidence) -> dict[tuple[str, str], str]:
    texts: dict[tuple[str, str], str] = defaultdict(str)
    for each in evidence.said:
        if each.by != "person":
            texts[each.lane, each.message] = each.text
    return texts


def _hit(cut: Cut, at: float) -> bool:
    """Whether a cut kept its process from recording what arrived at a moment."""
    return min(cut.at, cut.deaf) - RECORDING <= at <= cut.at + FLIGHT


def _gist(text: str) -> str:
    """What a message is about: a card changes while it is on its way, its reference does not."""
    found = REFERENCE.search(text.split("\n", 1)[0])
    return found[0] if found else text
