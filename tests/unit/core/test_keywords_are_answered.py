"""Whoever says a keyword gets an answer, and it does what its word says in this process (cli.md, By mail)."""

import pytest

from agent.domain.keywords import Keyword
from tests.company import at
from tests.course import Course, executing, letters, names, requested


@pytest.mark.parametrize("keyword", [Keyword.RESEND, Keyword.HAND_OVER])
def test_a_coordinator_who_names_no_form_is_told_so(keyword: Keyword) -> None:
    """The coordinator holds nothing here: silence would look like success."""
    plan = requested().says("zhou", keyword, "liu@example.com")

    assert names(plan) == ["not_understood"]


def test_a_coordinator_hands_over_the_form_that_was_named_and_no_own_one() -> None:
    """The mail that is answered says which form is meant."""
    course = requested()
    course.says("li", Keyword.HAND_OVER, "zhou@example.com", item="confirm/研发部/1")

    plan = course.says("zhou", Keyword.HAND_OVER, "yang@example.com", item="confirm/生产部/1")

    assert (at("zhou"),) in {s.to for s in letters(plan, "handed_over")}
    assert course.item("confirm/生产部/1").holder == at("yang")
    assert course.item("confirm/研发部/1").holder == at("zhou")


def test_who_hurries_is_answered_and_does_not_hurry_themselves() -> None:
    """Also an initiator who holds something too."""
    course = requested()
    course.says("li", Keyword.HAND_OVER, "zhang@example.com", item="confirm/研发部/1")

    plan = course.says("zhang", Keyword.HURRY)

    assert [s for s in names(plan) if s in {"hurry", "operated"}] == ["hurry", "operated"]


def test_only_what_people_sign_for_others_can_get_another_signer() -> None:
    """加签 on an empty form would ask a second person to fill it in."""
    course = Course()
    course.begin()

    plan = course.says("zhang", Keyword.ADD_SIGNER, "liu@example.com", item="request//1")

    assert names(plan) == ["not_understood"]
    assert course.open_items() == ["request//1"]


def test_acceptance_begins_from_the_execution_alone() -> None:
    """Before, there is nothing to accept; afterwards it would begin anew."""
    course = requested()
    assert names(course.says("zhang", Keyword.ACCEPT)) == ["not_entitled"]
    assert course.case.stage == "intake"

    course = executing()
    course.says("zhang", Keyword.ACCEPT)
    meetings = course.case.meetings
    assert names(course.says("zhang", Keyword.ACCEPT)) == ["not_entitled"]
    assert course.case.meetings == meetings
