"""What people read in brackets behind the title of a form."""

from dataclasses import replace

import pytest

from agent.domain.case import Case
from agent.domain.words import Language
from agent.letters.seats import seat, task_of
from agent.letters.values import Tongue
from tests.course import Course, executing

ZH = Language.ZH


def called(course: Course, item: str, subject: str) -> str:
    """Return how a seat is called that an item of the course has under another subject."""
    found = replace(course.item(item), subject=subject)
    return seat(found, course.case, course.process, tongue(course))


def tongue(course: Course) -> Tongue:
    """Return the words of the course's world, in Chinese."""
    world = course.world
    return Tongue(language=ZH, directory=world.directory, workdays=world.workdays, now=course.now)


def test_a_deliverable_names_its_task() -> None:
    """The number alone would send people to the plan to look it up."""
    assert called(executing(), "deliverable/1/1", "1").startswith("1 ")


@pytest.mark.parametrize(
    ("subject", "said"), [("1", ""), ("1:研发部", "研发部"), ("1:liaison", "需求对接人")]
)
def test_the_number_of_a_change_is_no_task(subject: str, said: str) -> None:
    """The first change of a case is not about task 1, and nobody counts changes."""
    course = executing()
    item = replace(course.item("deliverable/1/1"), step="approve_change", form="change", subject=subject)

    assert seat(item, course.case, course.process, tongue(course)) == said
    assert task_of(item, course.case, course.process) is None


def test_rework_is_called_what_is_to_be_done() -> None:
    """Its number counts the rows of the acceptance report."""
    course = executing()
    item = replace(course.item("deliverable/1/1"), step="rework", subject="acceptance1:1")

    assert seat(item, reworked(course.case), course.process, tongue(course)) == "补印说明书"


def reworked(case: Case) -> Case:
    """Return the case with an acceptance report that wants one thing done again."""
    report = replace(
        case.filings[-1], form="acceptance", step="acceptance", values={"rework": ({"what": "补印说明书"},)}
    )
    return replace(case, filings=(*case.filings, report))
