"""How long the next attempt waits, as a table: what failed, how often, and how."""

import pytest

from core.messages import MAIL, Address, Kind, Outgoing
from core.ports import Fault, SendFailed
from scheduler.delivery import ATTEMPTS, next_pause

CHAT = Address("public", "1")
SAY = Outgoing("a", Kind.SAY, CHAT)
CARD = Outgoing("b", Kind.CARD, CHAT)
DELETE = Outgoing("c", Kind.DELETE, CHAT)
RESULT = Outgoing("d", Kind.MAIL, Address(MAIL, "a@b.vn"), context={"mail": "account"})
CODE = Outgoing("e", Kind.MAIL, Address(MAIL, "a@b.vn"), context={"mail": "code"})
GIVE_UP = None


@pytest.mark.parametrize(
    ("outgoing", "fault", "pauses"),
    [
        (SAY, Fault.RETRY, [2, 5, 15, 60, 300, 300]),
        (CARD, Fault.RETRY, [2, 5, 15, 60, 300, 300]),
        (DELETE, Fault.RETRY, [2, 5, 15, 60, 300, 300]),
        (RESULT, Fault.RETRY, [60, 300, 900, 3600, 14400, 14400]),
        (CODE, Fault.RETRY, [5, GIVE_UP, GIVE_UP]),
        (SAY, Fault.STOPPED, [GIVE_UP, GIVE_UP]),
        (CARD, Fault.STOPPED, [2, 5, 15, 60, 300, 300]),
        (DELETE, Fault.STOPPED, [GIVE_UP]),
        (SAY, Fault.INVALID, [GIVE_UP]),
        (CARD, Fault.INVALID, [GIVE_UP]),
        (RESULT, Fault.INVALID, [GIVE_UP]),
        (CODE, Fault.INVALID, [GIVE_UP]),
        (SAY, Fault.CONFIG, [2, 5, 15, 60, 300, 300]),
        (RESULT, Fault.CONFIG, [60, 300, 900, 3600, 14400, 14400]),
        (CODE, Fault.CONFIG, [5, GIVE_UP]),
    ],
)
def test_pauses_grow_with_the_attempts(
    outgoing: Outgoing, fault: Fault, pauses: list[float | None]
) -> None:
    failure = SendFailed(fault, "reason")

    assert [next_pause(outgoing, n, failure) for n in range(1, len(pauses) + 1)] == pauses


@pytest.mark.parametrize("outgoing", [SAY, CARD, RESULT])
def test_after_thirty_attempts_staff_must_look(outgoing: Outgoing) -> None:
    failure = SendFailed(Fault.RETRY, "reason")

    assert next_pause(outgoing, ATTEMPTS - 1, failure) is not None
    assert next_pause(outgoing, ATTEMPTS, failure) is None


@pytest.mark.parametrize("outgoing", [SAY, CARD, RESULT])
def test_what_waits_for_the_operator_is_never_given_up(outgoing: Outgoing) -> None:
    assert next_pause(outgoing, 10 * ATTEMPTS, SendFailed(Fault.CONFIG, "token")) is not None


@pytest.mark.parametrize("outgoing", [SAY, CARD, RESULT])
@pytest.mark.parametrize("fault", [Fault.RETRY, Fault.CONFIG])
def test_the_server_is_obeyed_when_it_says_how_long(outgoing: Outgoing, fault: Fault) -> None:
    assert next_pause(outgoing, 3, SendFailed(fault, "429", retry_after=37)) == 37
