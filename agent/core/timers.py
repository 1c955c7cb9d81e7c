"""The timers of a case: every moment at which it wants to be looked at, as it stands.

They follow from the rest of the case and are computed anew with every plan, so that no deadline can
be forgotten and none outlives its reason.  Each recurring schedule remembers the moment it was last
struck; what was missed during a stop is struck once, not once for every period.
"""

from collections.abc import Iterator
from datetime import datetime, time

from agent.core.deadlines import next_reminder, next_weekly
from agent.core.draft import Draft
from agent.core.items import is_askers
from agent.domain.case import CaseStatus, Timer, TimerKind
from agent.domain.steps import Cycle, WeeklyMoment
from agent.domain.subjects import group_of
from agent.domain.work_items import WorkItem

LAG_WATCH = time(8, 30)
"""Wall-clock time at which a workday's lag is looked over (process.md 3.2, every morning)."""

MILESTONE_WATCH = time(9)

MORNING = "morning"
"""The schedule of the lag watch in `Case.struck`."""


def timers(draft: Draft) -> tuple[Timer, ...]:
    """Return every timer of the case as drafted, by due moment; none while it sleeps or is over."""
    case = draft.case
    if case.has_ended or case.status is CaseStatus.SUSPENDED:
        return ()
    found = [*_items(draft), *_meetings(draft), *_cycles(draft), *_morning(draft), *_milestones(draft)]
    return tuple(sorted(found, key=lambda timer: (timer.due, timer.key)))


def climbs(draft: Draft, item: WorkItem) -> bool:
    """Say whether an overdue ruling goes one rung up instead of being asked for again."""
    ladder = draft.process.ladders.get(item.step)
    if ladder is None or is_askers(draft, item):
        return False
    return any(
        d.rung + 1 < len(ladder.rungs)
        for d in draft.case.disputes
        if group_of(item.subject) == d.id and not d.settled
    )


def _items(draft: Draft) -> Iterator[Timer]:
    for item in draft.case.open_items():
        reminder = next_reminder(
            item.due, draft.calendar(item.holder), item.reminded or item.opened, urgent=draft.is_urgent
        )
        if climbs(draft, item):
            yield Timer(key=f"climb/{item.id}", due=item.due.at, kind=TimerKind.CLIMB, subject=item.id)
            if reminder.at >= item.due.at:
                continue
        name = f"remind/{item.id}/{reminder.at.isoformat()}"
        yield Timer(key=name, due=reminder.at, kind=TimerKind.REMIND, subject=item.id)


def _meetings(draft: Draft) -> Iterator[Timer]:
    for meeting in draft.case.meetings:
        if not meeting.held:
            name = f"meeting/{meeting.id}/{meeting.sequence}"
            yield Timer(key=name, due=meeting.at, kind=TimerKind.MEETING, subject=meeting.id)


def schedules(step: Cycle) -> tuple[tuple[TimerKind, str, WeeklyMoment], ...]:
    """Return the weekly schedules of a cycle: kind, name within `Case.struck`, moment."""
    return (
        (TimerKind.ASK, f"{step.id}/ask", step.ask_at),
        (TimerKind.COMPILE, f"{step.id}/compile", step.compile_at),
    )


def _cycles(draft: Draft) -> Iterator[Timer]:
    for step in draft.process.steps.values():
        if not isinstance(step, Cycle) or step.stage != draft.case.stage:
            continue
        for kind, name, moment in schedules(step):
            if (struck := draft.case.struck.get(name)) is None:
                continue
            strike = next_weekly(moment, datetime.fromisoformat(struck), draft.world.workdays)
            if strike is not None:
                yield Timer(key=f"{name}/{strike.period}", due=strike.at, kind=kind, subject=step.id)


def _morning(draft: Draft) -> Iterator[Timer]:
    stage = draft.process.stage(draft.case.stage)
    if stage is None or not stage.watches_lag:
        return
    calendar = draft.world.workdays
    struck = draft.case.struck.get(MORNING)
    last = datetime.fromisoformat(struck) if struck is not None else draft.case.entered
    day = calendar.add(calendar.day_of(max(last, draft.case.entered)), 0)
    due = calendar.moment(day, LAG_WATCH)
    if due <= last:
        day = calendar.add(day, 1)
        due = calendar.moment(day, LAG_WATCH)
    yield Timer(key=f"{MORNING}/{day.isoformat()}", due=due, kind=TimerKind.MORNING)


def _milestones(draft: Draft) -> Iterator[Timer]:
    for number, milestone in enumerate(draft.case.milestones):
        if not milestone.told:
            due = draft.world.workdays.moment(milestone.day, MILESTONE_WATCH)
            name = f"milestone/{number}/{milestone.day.isoformat()}/{milestone.title}"
            yield Timer(key=name, due=due, kind=TimerKind.MILESTONE, subject=str(number))
