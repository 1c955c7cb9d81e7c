"""People leave and go away while they hold something: somebody who can answer gets it."""

from dataclasses import replace
from datetime import timedelta

from agent.domain.events import TimerStruck
from agent.domain.keywords import Keyword
from agent.domain.people import Directory, Role
from tests.company import PEOPLE, a_person, a_world, at
from tests.course import CONFIRM, Course, letters, requested


def without(*gone: str) -> Directory:
    """Return the directory after some people have left the company."""
    return Directory(tuple(p for p in PEOPLE if p.address not in {at(each) for each in gone}))


def a_moment_later(course: Course) -> None:
    """Let the clerk look at the case."""
    course.happen(TimerStruck(at=course.now, timer="a stale timer"))


def test_the_new_head_follows_the_head_who_left() -> None:
    """Whoever has the seat now gets the form, and reads why."""
    course = requested()
    heir = a_person("刘洋", "liu", "研发部", Role.HEAD, above="qian")
    people = tuple(heir if p.address == heir.address else p for p in without("li").people)
    course.world = replace(course.world, directory=Directory(people))

    a_moment_later(course)

    item = course.item("confirm/研发部/1")
    assert (item.holder, item.asked_of) == (at("liu"), at("liu"))
    (sent,) = letters(course.plans[-1], "ask")
    assert "li@example.com" in sent.facts["why"].en
    course.returns("liu", item.id, CONFIRM | {"lead": at("liu")}, "head")
    assert not course.item("confirm/研发部/1").is_open


def test_a_vacant_post_falls_to_the_coordinator_and_nobody_writes_to_who_left() -> None:
    """A letter to an address that is no longer in the directory tells a stranger of our business."""
    course = requested()
    course.world = replace(course.world, directory=without("li"))

    course.days_pass(5)

    assert course.item("confirm/研发部/1").holder == at("zhou")
    late = [s for p in course.plans[-5:] for s in letters(p)]
    assert late
    assert all(at("li") not in (*s.to, *s.cc) for s in late)


def test_the_deputy_gets_what_the_absent_holder_has_open() -> None:
    """Absence that begins after the form went out is as good as one that began before."""
    course = requested()
    day = (course.now + timedelta(days=1)).date()
    away = a_person("李娜", "li", "研发部", Role.HEAD, deputy="liu", away=(day, day + timedelta(days=9)))
    course.world = a_world(away)

    course.days_pass(2)

    item = course.item("confirm/研发部/1")
    assert (item.holder, item.asked_of) == (at("liu"), at("li"))
    assert [s.to for p in course.plans for s in letters(p, "ask")].count((at("liu"),)) == 1


def test_nobody_is_found_for_a_suspended_case() -> None:
    """While it sleeps nobody is written to."""
    course = requested()
    course.says("zhou", Keyword.SUSPEND)
    course.world = replace(course.world, directory=without("li"))

    a_moment_later(course)

    assert course.plans[-1].effects == ()
