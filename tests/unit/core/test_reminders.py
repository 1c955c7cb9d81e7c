"""Reminders, copies, lag and milestones come on time and stop in time (process.md, People and 3.2)."""

from datetime import timedelta

from agent.domain.effects import Urgency
from agent.domain.events import TimerStruck
from agent.domain.keywords import Keyword
from agent.domain.people import Role
from tests.company import a_person, a_world, at
from tests.course import CONFIRM, REQUEST, Course, executing, letters, names, requested


def test_a_holder_is_reminded_before_when_and_after_it_is_due() -> None:
    """One workday before, at the due moment, then each workday."""
    course = requested()

    plans = course.days_pass(7)

    days = [s.facts["days"].zh for p in plans for s in letters(p, "reminder") if s.to == (at("li"),)]
    assert days == ["-1", "0", "1", "2", "3"]


def test_the_head_is_copied_from_the_first_day_and_the_coordinator_from_the_third() -> None:
    """The rung above hears of it, never before it is late."""
    course = requested()
    course.says("li", Keyword.HAND_OVER, "liu@example.com")

    plans = course.days_pass(7)

    copies = {
        s.facts["days"].zh: set(s.cc) for p in plans for s in letters(p, "reminder") if s.to == (at("liu"),)
    }
    assert copies == {
        "-1": set(),
        "0": set(),
        "1": {at("li")},
        "2": {at("li")},
        "3": {at("li"), at("zhou")},
    }


def test_of_a_late_head_the_supervisor_is_copied() -> None:
    """The rung above a head is the supervisor."""
    plans = requested().days_pass(7)

    copies = {
        s.facts["days"].zh: set(s.cc) for p in plans for s in letters(p, "reminder") if s.to == (at("li"),)
    }
    assert (copies["0"], copies["1"]) == (set(), {at("qian")})


def test_what_lay_in_the_mailbox_in_time_is_not_late() -> None:
    """The clerk was stopped over the deadline: the register shows when the form came, as the figures do."""
    course = requested()
    item = course.item("confirm/研发部/1")
    in_time = item.due.at - timedelta(hours=1)
    course.now = item.due.at + timedelta(days=2)

    plan = course.returns("li", item.id, CONFIRM | {"lead": at("liu")}, "head", came=in_time)

    assert "逾期" not in plan.because.zh
    assert "(late)" not in plan.because.en
    assert plan.case.filings[-1].at == in_time
    assert course.item(item.id).closed == in_time


def test_no_form_came_before_it_was_asked_for_or_after_now() -> None:
    """The clock of a server may be wrong."""
    course = requested()
    item = course.item("confirm/研发部/1")
    course.returns("li", item.id, CONFIRM | {"lead": at("liu")}, "head", came=item.opened - timedelta(days=9))
    assert course.item(item.id).closed == item.opened

    other = course.item("confirm/生产部/1")
    course.now = other.due.at + timedelta(hours=1)
    said = CONFIRM | {"lead": other.holder}
    later = course.now + timedelta(days=9)
    plan = course.returns(other.holder.partition("@")[0], other.id, said, "head", came=later)
    assert "逾期" in plan.because.zh
    assert course.item(other.id).closed == course.now


def test_an_answered_item_is_not_reminded_any_more() -> None:
    """The answer ends the reminders."""
    course = requested()
    course.returns("li", "confirm/研发部/1", CONFIRM | {"lead": at("liu")}, "head")

    plans = course.days_pass(7)

    assert all(s.to != (at("li"),) for p in plans for s in letters(p, "reminder"))


def test_a_long_stop_is_caught_up_with_one_reminder() -> None:
    """Ten missed days are one mail, not ten."""
    course = requested()
    course.now += timedelta(days=14)

    course.pass_until(course.now)

    reminders = [s for plan in course.plans for s in letters(plan, "reminder") if s.to == (at("li"),)]
    assert len(reminders) == 1


def test_a_reminder_that_the_night_has_overtaken_is_left_to_the_morning() -> None:
    """The clerk was stopped at the due moment and came back at midnight: one mail at nine says it all."""
    course = requested()
    course.pass_until(course.item("confirm/研发部/1").due.at - timedelta(minutes=1))
    course.now += timedelta(hours=7)
    before = len(course.plans)

    course.pass_until(course.now + timedelta(hours=10))

    reminders = [s for p in course.plans[before:] for s in letters(p, "reminder") if s.to == (at("li"),)]
    assert [each.facts["days"].zh for each in reminders] == ["1"]


def test_a_form_that_was_to_come_with_an_overtaken_reminder_still_comes() -> None:
    """The form of a deliverable goes out at night, in front of the morning's reminder, and says by when."""
    course = executing()
    timer = next(t for t in course.case.timers if t.key.startswith("remind/deliverable/1/1"))
    course.now = course.item("deliverable/1/1").due.at + timedelta(hours=7)
    before = len(course.plans)

    course.happen(TimerStruck(at=course.now, timer=timer.key))
    course.days_pass(4)

    sent = [
        s.letter
        for p in course.plans[before:]
        for s in letters(p)
        if s.item == "deliverable/1/1" and s.letter in {"ask", "reminder"} and s.to == (at("liu"),)
    ]
    assert sent[:2] == ["ask", "reminder"]
    assert len(letters(course.plans[before])) == 1


def test_a_reminder_that_comes_after_the_morning_is_still_sent() -> None:
    """The clerk came back at eleven: the next reminder would be tomorrow's."""
    course = requested()
    course.pass_until(course.item("confirm/研发部/1").due.at - timedelta(minutes=1))
    course.now += timedelta(hours=17)
    before = len(course.plans)

    course.pass_until(course.now)

    reminders = [s for p in course.plans[before:] for s in letters(p, "reminder") if s.to == (at("li"),)]
    assert [each.facts["days"].zh for each in reminders] == ["1"]


def test_a_timer_that_no_longer_applies_does_nothing() -> None:
    """A timer fired late, after the answer, is harmless."""
    course = requested()
    timer = next(t for t in course.case.timers if "研发部" in t.key)
    course.returns("li", "confirm/研发部/1", CONFIRM | {"lead": at("liu")}, "head")
    before = course.case

    plan = course.happen(TimerStruck(at=timer.due, timer=timer.key))

    assert plan.effects == ()
    assert plan.case == before


def test_emergency_counts_hours_and_does_not_wait_for_the_morning() -> None:
    """紧急问题处理: four hours to confirm, letters leave at any hour."""
    course = Course()
    course.begin()
    course.returns("zhang", "request//1", REQUEST | {"profile": "emergency"}, "initiating_head")

    item = course.item("confirm/研发部/1")
    assert item.due.at - item.opened == timedelta(hours=4)
    assert {s.urgency for s in letters(course.plans[-1], "ask")} == {Urgency.URGENT}


def test_an_emergency_is_told_by_the_hour_how_late_it_is() -> None:
    """No two reminders say the same: eight that all say “due today” are seven too many."""
    course = Course()
    course.begin()
    course.returns("zhang", "request//1", REQUEST | {"profile": "emergency"}, "initiating_head")

    plans = course.days_pass(1.3)

    reminders = [s for p in plans for s in letters(p, "reminder") if s.to == (at("li"),)]
    told = [s.facts["hours"].zh if "hours" in s.facts else "" for s in reminders]
    assert told == ["", "", "1", "2", "3", "4", "5", "6", "7", "8", "20"]
    why = [p.because.en for p in plans if any(s.to == (at("li"),) for s in letters(p, "reminder"))]
    assert [each.partition(": ")[2] for each in why[2:4]] == ["1 hour late", "2 hours late"]
    assert why[-1].endswith(": 20 hours late")


def test_an_absent_head_is_answered_for_by_the_deputy() -> None:
    """The form goes to the deputy; who was asked is kept."""
    course = Course()
    day = course.now.date()
    head = a_person("李娜", "li", "研发部", Role.HEAD, deputy="liu", away=(day, day + timedelta(days=9)))
    course.world = a_world(head)
    course.begin()

    course.returns("zhang", "request//1", REQUEST, "initiating_head")

    item = course.item("confirm/研发部/1")
    assert (item.holder, item.asked_of) == (at("liu"), at("li"))


def test_a_task_past_its_end_warns_owner_and_head_each_morning_until_it_is_done() -> None:
    """One letter an owner; the coordinator from the third workday."""
    course = executing()
    course.pass_until(course.case.began + timedelta(days=17, hours=10))

    plans = course.days_pass(6)

    warned = [s for p in plans for s in letters(p, "lag_warning") if s.to == (at("liu"),)]
    assert [s.facts["days"].zh for s in warned] == ["1", "2", "3"]
    assert [at("zhou") in s.cc for s in warned] == [False, False, True]
    assert all(at("li") in s.cc for s in warned)

    course.returns("liu", "deliverable/1/1", {"task_no": "1", "files": "f"}, "owner")
    agreed = {"task_no": "1", "files": "f", "conclusion": "agree"}
    course.returns("chen", "confirm_deliverable/1:生产部/1", agreed, "cooperating")
    plans = course.days_pass(3)
    assert all("1 样机" not in s.facts["task"].zh for p in plans for s in letters(p, "lag_warning"))


def test_the_deliverable_form_comes_as_the_first_reminder() -> None:
    """Nobody gets a dozen forms weeks before they are due."""
    course = executing()
    assert not course.item("deliverable/1/1").form_sent

    plans = course.pass_until(course.item("deliverable/1/1").due.at - timedelta(hours=1))

    forms = [o.sheet.item for p in plans for s in letters(p, "ask") for o in s.forms]
    assert "deliverable/1/1" in forms
    assert course.item("deliverable/1/1").form_sent
    assert not [s for p in plans for s in letters(p, "reminder") if s.item == "deliverable/1/1"]


def test_a_milestone_is_told_to_everyone_once() -> None:
    """关键时间节点."""
    course = executing()

    plans = course.pass_until(course.case.began + timedelta(days=20))

    assert [n for p in plans for n in names(p)].count("milestone") == 1
