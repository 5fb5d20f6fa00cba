"""What can go wrong in a way that a person is told about.

A `Problem` is answered politely in the chat; any other exception is a defect: it is logged, the
update is tried again, and after some attempts it is parked and shown to staff.
"""

from core.messages import Text


class Problem(Exception):
    """Something asked for cannot be done, and `text` says why in the person's words."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.key)
        self.text = text


class NotAllowed(Problem):
    """The person who asks has no right to it; unknown people have no rights at all."""

    def __init__(self) -> None:
        super().__init__(Text("staff-not-allowed"))


class AlreadyDecided(Problem):
    """Somebody was faster, or the case is closed; the text says who and when (rule 6)."""


class Taken(Problem):
    """The licence or the e-mail already has a live registration (rule 1)."""


class Fenced(Exception):
    """Another process has taken over what this one was doing: roll back and leave it alone."""


class Unavailable(Exception):
    """What keeps our data cannot be used just now: another time it can."""


class LostRace(Exception):
    """Somebody else changed the case after we had begun to write: roll back and try again."""
