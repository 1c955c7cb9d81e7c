"""A timer struck: remind, climb, ask, compile, meet, warn.  A timer that no longer applies does nothing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from agent.core.cycles import ask_progress, compile_tracker
from agent.core.deadlines import late_by, next_reminder, span_of
from agent.core.draft import Draft
from agent.core.items import is_askers, send_form, values_for
from agent.core.judging import still_wanted
from agent.core.ladders import climb, dispute_of
from agent.core.lag import COORDINATOR_FROM, warn_of_lag
from agent.core.meetings import ask_minutes
from agent.core.questions import listed
from agent.core.seats import everyone
from agent.core.timers import timers
from agent.domain.case import Timer, TimerKind
from agent.domain.effects import Urgency
from agent.domain.events import TimerStruck
from agent.domain.mail import Address
from agent.domain.process import SpanUnit
from agent.domain.steps import Collect
from agent.domain.words import Words
from agent.domain.work_items import ItemId, ItemState, WorkItem

HEAD_FROM = 1
"""Workdays (urgent: hours) overdue from which the holder's head is copied (process.md, clocks)."""

_HOURS_OF_A_DAY = 24
"""Below them a clock that counts hours is told in hours: hourly reminders must not all say “due today”."""


def timer_struck(draft: Draft, event: TimerStruck) -> None:
    """Do what a timer of this case is for."""
    timer = next((t for t in draft.case.timers if t.key == event.timer), None)
    current = {t.key for t in timers(draft)}
    if timer is None or timer.key not in current:
        draft.say("该提醒已不再适用", "the timer no longer applies")
        return
    if timer.due > draft.at:
        draft.say("未到时间", "it is not due yet")
        return
    _DOES[timer.kind](draft, timer)


def _remind(draft: Draft, timer: Timer) -> None:
    item = draft.case.item(ItemId(timer.subject))
    if item is None:  # pragma: no cover - the timer was computed from this item
        return
    late = late_by(item.due, draft.at, draft.calendar(item.holder))
    overdue = draft.at > item.due.at
    if overdue and late >= HEAD_FROM and is_askers(draft, item):
        draft.close_item(item, ItemState.VOID)
        title = draft.process.forms[item.form].title
        draft.say(f"《{title.zh}》逾期未交，自动失效", f"the {title.en} lapsed; nobody sent it back")
        return
    if overdue and _is_overtaken(draft, item, timer):
        draft.set_item(replace(item if item.form_sent else _first_form(draft, item), reminded=draft.at))
        draft.say("错过的提醒并入当日提醒", "what was missed is left to the reminder of the day")
        return
    days = "-1" if draft.at < item.due.at else str(late)
    first = not item.form_sent
    if first:
        item = _first_form(draft, item)
    item = draft.set_item(replace(item, reminders=item.reminders + 1, reminded=draft.at))
    if first and not overdue:
        return  # the form says by when it is wanted; a second mail at the same moment would say no more
    units = _units_late(draft, item) if overdue else 0
    hours = units if _counts_hours(draft, item) and units < _HOURS_OF_A_DAY else 0
    _send_reminder(draft, item, days, hours, _copies(draft, item, units) if overdue else ())
    name = draft.name(item.holder)
    if draft.at == item.due.at:
        draft.say(f"提醒{name}：已到时限", f"reminded {name}: due now")
    elif not overdue:
        draft.say(f"提醒{name}：即将到期", f"reminded {name}: due soon")
    elif hours:
        draft.say(f"提醒{name}：逾期 {hours} 小时", f"reminded {name}: {_counted(hours, 'hour')} late")
    else:
        draft.say(f"提醒{name}：逾期 {late} 个工作日", f"reminded {name}: {_counted(late, 'workday')} late")


def _is_overtaken(draft: Draft, item: WorkItem, timer: Timer) -> bool:
    """Say whether the reminder of a late item struck so late that the next one comes before it would be read.

    So it is when we were stopped over its moment and the day has changed: until the morning both would wait,
    and then say the same.  Urgent ones do not wait.
    """
    calendar = draft.calendar(item.holder)
    today = calendar.day_of(draft.at)
    if draft.is_urgent or calendar.day_of(timer.due) == today:
        return False
    then = next_reminder(item.due, calendar, draft.at)
    return calendar.day_of(then.at) == calendar.add(today, 0)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _send_reminder(draft: Draft, item: WorkItem, days: str, hours: int, copies: tuple[Address, ...]) -> None:
    """Remind the holder of what is really wanted: the form, its missing pages, or the values to confirm."""
    held, wanted, doubts = still_wanted(draft, item)
    letter = draft.send(
        "reminder",
        item.holder,
        cc=(*copies, held.by) if held is not None else copies,
        item=item,
        only_while_open=True,
        facts={"days": Words.same(days), **({"hours": Words.same(str(hours))} if hours else {}), **wanted},
        doubts=doubts,
        urgency=Urgency.URGENT if draft.is_urgent else Urgency.NOTICE,
    )
    if held is not None and doubts:
        listed(draft, held, doubts, letter)


def _first_form(draft: Draft, item: WorkItem) -> WorkItem:
    """A form that was to go out with the first reminder goes out now."""
    sent = draft.set_item(replace(item, form_sent=True))
    step = draft.process.steps.get(item.step)
    if isinstance(step, Collect):
        send_form(draft, sent, values_for(draft, step, sent), step.signs)
    return sent


def _units_late(draft: Draft, item: WorkItem) -> int:
    """Count how late an item is: in hours when its clock counts them and nothing waits, else workdays."""
    if _counts_hours(draft, item):
        return (draft.at - item.due.at) // timedelta(hours=1)
    return late_by(item.due, draft.at, draft.calendar(item.holder))


def _counts_hours(draft: Draft, item: WorkItem) -> bool:
    span = span_of(item.due.rule)
    return draft.is_urgent and span is not None and span.unit is SpanUnit.HOURS


def _copies(draft: Draft, item: WorkItem, late: int) -> tuple[Address, ...]:
    """Return who is copied: from the first workday or hour the head, from the third the coordinator.

    Of a head who is late, the head is the supervisor, the rung above (process.md, People).
    """
    copies: list[Address] = []
    if late >= HEAD_FROM:
        copies += _above(draft, item.holder)
    last_rung = item.step in draft.process.ladders
    if late >= COORDINATOR_FROM or (last_rung and late >= HEAD_FROM):
        copies += draft.coordinators()
    return tuple(a for a in copies if a != item.holder)


def _above(draft: Draft, holder: Address) -> tuple[Address, ...]:
    directory = draft.world.directory
    person, head = directory.find(holder), directory.head_of(draft.department(holder))
    if person is not None and (head is None or head == person):
        head = directory.supervisor_of(person)
    return (head.address,) if head is not None else ()


def _climb(draft: Draft, timer: Timer) -> None:
    item = draft.case.item(ItemId(timer.subject))
    dispute = dispute_of(draft, item) if item is not None else None
    if dispute is not None:
        climb(draft, dispute, Words(zh="逾期未裁定", en="no ruling in time"))


def _meeting(draft: Draft, timer: Timer) -> None:
    meeting = next((m for m in draft.case.meetings if m.id == timer.subject), None)
    if meeting is not None:
        ask_minutes(draft, meeting)


def _milestone(draft: Draft, timer: Timer) -> None:
    number = int(timer.subject)
    milestone = draft.case.milestones[number]
    told = replace(milestone, told=True)
    draft.change(milestones=tuple(told if n == number else m for n, m in enumerate(draft.case.milestones)))
    draft.tell(
        "milestone",
        everyone(draft),
        about=timer.key,
        facts={"title": Words.same(milestone.title), "day": Words.same(milestone.day.isoformat())},
        urgency=Urgency.NOTICE,
    )
    draft.say(f"关键节点“{milestone.title}”到期", f"the milestone “{milestone.title}” has come")


_DOES: Mapping[TimerKind, Callable[[Draft, Timer], None]] = {
    TimerKind.REMIND: _remind,
    TimerKind.CLIMB: _climb,
    TimerKind.MEETING: _meeting,
    TimerKind.ASK: ask_progress,
    TimerKind.COMPILE: compile_tracker,
    TimerKind.MORNING: warn_of_lag,
    TimerKind.MILESTONE: _milestone,
}
