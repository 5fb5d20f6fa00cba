"""Rights come from the staff list's roles only (rule 7)."""

import pytest

from core.errors import NotAllowed
from core.people import RIGHTS, Actor, Right, Role


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (None, set()),
        (Role.VIEWER, {Right.VIEW}),
        (Role.OFFICER, {Right.VIEW, Right.DECIDE}),
        (Role.LEAD, {Right.VIEW, Right.DECIDE, Right.MANAGE}),
    ],
)
@pytest.mark.parametrize("right", Right)
def test_rule_7_a_role_carries_its_rights_and_no_other(
    role: Role | None, rights: set[Right], right: Right
) -> None:
    actor = Actor("tg:7", "Trần Văn Minh", role)

    assert actor.may(right) == (right in rights)
    if right in rights:
        actor.require(right)
    else:
        with pytest.raises(NotAllowed) as refused:
            actor.require(right)
        assert refused.value.text.key == "staff-not-allowed"


def test_every_role_has_its_rights() -> None:
    assert set(RIGHTS) == set(Role)
