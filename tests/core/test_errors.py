"""What goes wrong is told in a text, and named by its key wherever only a line is written."""

from core.errors import NotAllowed, Problem
from core.messages import Text, text


def test_a_problem_is_logged_by_its_key_without_what_the_person_reads() -> None:
    problem = Problem(text("undo-not-yours", name="Lan"))

    assert str(problem) == "undo-not-yours"
    assert problem.text == text("undo-not-yours", name="Lan")


def test_rule_7_somebody_without_rights_is_told_so() -> None:
    assert NotAllowed().text == Text("staff-not-allowed")
