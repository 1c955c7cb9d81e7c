"""A task that lags is warned of each morning, and each warning says which it is (process.md 3.2)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from agent.domain.answers import Row, Value
from agent.domain.effects import Send
from agent.domain.keywords import Keyword
from agent.domain.people import Role
from agent.domain.plans import Plan
from tests.company import SHANGHAI, a_person, a_world, at
from tests.course import TASKS, Course, executing, letters

FRIDAY = timedelta(days=11, hours=8)
"""From the beginning of the case until 17:00 of the first Friday on which progress was due and not told."""


def _silent() -> Course:
    course = executing()
    course.pass_until(course.case.began + FRIDAY)
    return course


def _warned(plans: list[Plan], who: str = "yang") -> list[Send]:
    return [each for plan in plans for each in letters(plan, "lag_warning") if each.to == (at(who),)]


def _counts(warned: list[Send]) -> list[str]:
    """Which warning each of them says that it is; nothing when it does not say."""
    return [each.facts["warning"].zh if "warning" in each.facts else "" for each in warned]


def _reports(course: Course, status: str, who: str = "yang", no: str = "2") -> None:
    """Somebody sends the progress form that is open; it says how one task goes."""
    item = next(i for i in course.case.open_items() if i.form == "progress" and i.holder == at(who))
    row: Row = {"no": no, "status": status, "percent": Decimal(10)}
    course.returns(who, item.id, {"tasks": (row,)}, "owner")


def _changed(course: Course, attribute: str, after: str) -> None:
    """Task 2 is changed, and everybody concerned agrees."""
    course.says("yang", Keyword.CHANGE)
    row: Row = {"no": "2", "attribute": attribute, "after": after}
    change: dict[str, Value] = {"what": "变更", "why": "休假", "tasks": (row,)}
    course.returns("yang", "change/1/1", change)
    agreed = {**change, "conclusion": "agree"}
    course.returns("zhang", "approve_change/1:liaison/1", agreed, "approver")
    course.returns("chen", "approve_change/1:生产部/1", agreed, "approver")


def test_each_morning_says_which_warning_it_is() -> None:
    """The same words three mornings running look like one mail that came three times."""
    warned = _warned(_silent().days_pass(6))

    assert _counts(warned) == ["", "2", "3", "4"]
    assert {each.facts["first"].zh for each in warned[1:]} == {"2026-03-16"}
    assert [each.facts["copied"].zh if "copied" in each.facts else "" for each in warned] == [
        "",
        "",
        at("zhou"),
        at("zhou"),
    ]
    assert [at("zhou") in each.cc for each in warned] == [False, False, True, True]


def test_a_warning_names_the_week_whose_progress_was_not_told() -> None:
    """Who misses the reports of two weeks is not told the same of both."""
    why = [(each.facts["why"].zh, each.facts["why"].en) for each in _warned(_silent().days_pass(10))]

    assert list(dict.fromkeys(why)) == [
        ("未按时反馈第11周进度", "no progress answer in time for week 11"),
        ("未按时反馈第12周进度", "no progress answer in time for week 12"),
    ]


def test_the_warning_of_one_task_is_about_that_task() -> None:
    """Its letter can show plan, progress and risk, and says which form is wanted back."""
    course = _silent()
    (first,) = _warned(course.days_pass(3))

    assert (first.facts["task"].zh, first.facts["report"].zh) == ("2 试产", "进度反馈表")
    assert "tasks" not in first.facts
    _reports(course, "lagging")
    (second,) = _warned(course.days_pass(1))
    assert "report" not in second.facts


def test_what_was_reported_is_warned_of_anew_when_it_lags_anew() -> None:
    """The first warning of a new lag is a first warning."""
    course = _silent()
    assert _counts(_warned(course.days_pass(4))) == ["", "2"]
    _reports(course, "in-progress")
    assert _warned(course.days_pass(2)) == []

    _reports(course, "lagging")
    warned = _warned(course.days_pass(5))

    assert _counts(warned) == ["", "2", "3"]
    assert warned[0].facts["why"].zh == "最近一次反馈为“滞后”"
    assert warned[0].facts["why"].en == "last reported as lagging"


def test_mornings_on_which_nobody_was_warned_do_not_count() -> None:
    """The clerk was stopped until Wednesday noon: nobody looks for a second warning that never came."""
    course = _silent()
    assert _counts(_warned(course.days_pass(3))) == [""]
    course.now += timedelta(days=1, hours=19)

    assert _counts(_warned(course.days_pass(0))) == ["2"]
    assert _counts(_warned(course.days_pass(1))) == ["3"]


@pytest.mark.parametrize(
    "stopped", [timedelta(hours=36), timedelta(days=4.5)], ids=["one night", "a weekend"]
)
def test_a_warning_that_the_night_has_overtaken_is_left_to_the_one_of_the_morning(stopped: timedelta) -> None:
    """The clerk came back at five: both would wait until people work, and then say the same."""
    course = _silent()
    _reports(course, "lagging")
    assert _counts(_warned(course.days_pass(3))) == [""]
    course.now += stopped

    plans = course.days_pass(0)

    assert _warned(plans) == []
    assert "the morning that was missed is left to the next one" in [plan.because.en for plan in plans]
    assert _counts(_warned(course.days_pass(4.4))) == ["2", "3", "4"]


def test_a_task_that_is_planned_anew_is_warned_of_as_before() -> None:
    """Other words for what is to be achieved end no lag; the count goes on where it was."""
    course = _silent()
    course.days_pass(3)
    course.now += timedelta(days=1, hours=19)
    assert _counts(_warned(course.days_pass(0))) == ["2"]
    _changed(course, "standard", "良率 96%")

    assert _counts(_warned(course.days_pass(1))) == ["3"]


def test_a_case_that_slept_warns_anew() -> None:
    """No clock runs in between: days slept are no mornings, and no reason to copy anybody."""
    course = _silent()
    assert _counts(_warned(course.days_pass(4))) == ["", "2"]
    course.says("zhou", Keyword.SUSPEND)
    course.days_pass(14)
    course.says("zhou", Keyword.RESUME)

    warned = _warned(course.days_pass(4))

    assert _counts(warned)[:2] == ["", "2"]
    assert not any(at("zhou") in each.cc for each in warned[:2])


def test_whoever_takes_a_task_over_is_warned_for_the_first_time() -> None:
    """Nobody gets a second warning without a first; the head of the department has had them all."""
    course = _silent()
    _reports(course, "lagging")
    assert _counts(_warned(course.days_pass(4))) == ["", "2"]
    _changed(course, "responsible", "chen@example.com")

    assert _counts(_warned(course.days_pass(1.9), "chen")) == ["", "2"]


def test_of_several_tasks_the_letter_counts_the_one_that_is_warned_of_longest() -> None:
    """One letter an owner; it lists each task with its reason."""
    tasks = (TASKS[0], {**TASKS[1], "responsible": at("liu")})
    course = executing(tasks)
    course.pass_until(course.case.began + FRIDAY)

    warned = _warned(course.days_pass(11), "liu")

    assert _counts(warned)[:4] == ["", "2", "3", "4"]
    both = warned[0].facts
    assert both["task"].en == "1 样机\n2 试产"
    assert both["tasks"].en.splitlines()[1] == "2 试产: no progress answer in time for week 11"
    assert "why" not in both


def test_a_task_that_joins_does_not_begin_the_count_anew() -> None:
    """One task was warned of all week; the other is late since today."""
    course = executing((TASKS[0], {**TASKS[1], "responsible": at("liu")}))
    course.pass_until(course.case.began + FRIDAY)
    _reports(course, "lagging", "liu", "1")

    warned = _warned(course.days_pass(10), "liu")

    assert _counts(warned)[:6] == ["", "2", "3", "4", "5", "6"]
    assert [len(each.facts["task"].zh.splitlines()) for each in warned][:6] == [1, 1, 1, 1, 1, 2]


def test_a_coordinator_who_is_warned_is_not_said_to_have_a_copy() -> None:
    """The copies are for those others who look after the case."""
    course = _silent()
    course.world = a_world(a_person("杨帆", "yang", "生产部", Role.COORDINATOR))

    last = _warned(course.days_pass(6))[-1]

    assert (last.facts["copied"].zh, at("yang") in last.cc) == (at("zhou"), False)


def test_the_task_that_is_latest_is_named_first() -> None:
    """The subject says how late the worst is, and names one task."""
    one, two = TASKS
    other: Row = {name: cell for name, cell in two.items() if name != "depends_on"}
    soon = {"responsible": at("liu"), "start": one["start"], "end": one["end"]}
    course = executing(({**one, "end": two["end"]}, {**other, **soon}))
    course.pass_until(course.case.began + timedelta(days=20))

    warned = _warned(course.days_pass(7), "liu")

    assert [(each.facts["days"].zh, each.facts["task"].zh.splitlines()[0]) for each in warned][:2] == [
        ("1", "2 试产"),
        ("2", "2 试产"),
    ]


def test_a_day_off_of_the_owner_does_not_make_two_letters_alike() -> None:
    """Workdays late are counted by the owner's calendar, mornings by the company's."""
    off = replace(SHANGHAI, days_off=frozenset({date(2026, 4, 8)}))
    course = _silent()
    course.world = replace(course.world, departments={"生产部": off})
    _reports(course, "in-progress")

    warned = [each.facts for each in _warned(course.pass_until(course.case.began + timedelta(days=38)))]

    told = [tuple((name, words.zh) for name, words in sorted(facts.items())) for facts in warned]
    assert len(set(told)) == len(told)
    assert "1" in {facts["days"].zh for facts in warned}


def test_one_workday_is_one_workday() -> None:
    """In English the number decides the word."""
    course = _silent()
    course.pass_until(course.case.began + timedelta(days=17, hours=10))

    why = [each.facts["why"].en for each in _warned(course.days_pass(5), "liu")]

    assert why[:2] == ["1 workday past its end", "2 workdays past its end"]
