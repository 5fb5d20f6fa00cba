"""Who may do what: staff roles, their rights, and the person who acts."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from core.errors import NotAllowed


class Role(StrEnum):
    """A member's place on the staff list."""

    VIEWER = "viewer"
    OFFICER = "officer"
    LEAD = "lead"


class Right(StrEnum):
    """One thing a member of staff may do."""

    VIEW = "view"
    DECIDE = "decide"
    MANAGE = "manage"


RIGHTS = MappingProxyType(
    {
        Role.VIEWER: frozenset({Right.VIEW}),
        Role.OFFICER: frozenset({Right.VIEW, Right.DECIDE}),
        Role.LEAD: frozenset({Right.VIEW, Right.DECIDE, Right.MANAGE}),
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a press, a command or a file, with the role the staff list gives them.

    `user` is the messenger's own id with its prefix, such as "tg:123"; `role` is None for everyone
    who is not on the list.
    """

    user: str
    name: str
    role: Role | None = None

    def may(self, right: Right) -> bool:
        """Tell whether the role carries the right; no role carries none."""
        return self.role is not None and right in RIGHTS[self.role]

    def require(self, right: Right) -> None:
        """Raise `NotAllowed` unless the role carries the right (rule 7)."""
        if not self.may(right):
            raise NotAllowed
