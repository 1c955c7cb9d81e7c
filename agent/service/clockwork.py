"""Time to events: timers that are due, digests, and a calendar that was published.

Whoever asks may ask as often as he likes: a timer strikes once, a schedule strikes each period once, and a
calendar revision reaches each case once.
"""

from datetime import timedelta

from agent.domain.case import CaseId, Timer
from agent.domain.events import CalendarPublished, TimerStruck
from agent.domain.people import Role
from agent.domain.words import Words
from agent.service import advancing, digests, guard, reading
from agent.service.happenings import What
from agent.service.house import House, Turn
from agent.service.schedules import Schedule, Stroke, latest

_PATIENCE = timedelta(hours=1)
"""A line of mails that is longer stops no clock."""

_CALENDAR = "calendar"
"""The setting that holds the revision of the working calendar that every case has heard of."""


def schedules(house: House) -> tuple[Schedule, ...]:
    """Return the schedules that belong to no case."""
    return (house.courtesy.daily, house.courtesy.weekly)


def strike(house: House) -> int:
    """Strike everything that is due now; return how many things that was."""
    published = publish(house)
    timers = 0 if _answers_wait(house) else strike_timers(house)
    return published + timers + strike_schedules(house)


def _answers_wait(house: House) -> bool:
    """Say whether mails wait that may answer what a timer would remind of, or take to the next rung.

    They do after a stop, and while scans are read: whoever answered in time hears nothing of it.
    """
    behind = house.measures.behind_since
    since = (*reading.waits_since(house), *((behind,) if behind is not None else ()))
    return any(house.now() - each < _PATIENCE for each in since)


def strike_timers(house: House) -> int:
    """Strike every timer that is due, the longest overdue first, each told what time it is now."""

    def due(limit: int) -> tuple[tuple[CaseId, Timer], ...]:
        with house.look() as work:
            return work.timers.due(house.now(), limit)

    return guard.everything(
        house, due, lambda pair: f"timer {pair[0]}/{pair[1].key}", lambda pair: _timer(house, *pair)
    )


def strike_schedules(house: House) -> int:
    """Strike the latest period of each schedule, unless it has been struck."""
    world = house.world()
    strokes = (latest(schedule, house.now(), world.workdays) for schedule in schedules(house))
    return guard.each(
        house,
        (stroke for stroke in strokes if stroke is not None),
        lambda stroke: f"schedule {stroke.schedule.name}",
        lambda stroke: _stroke(house, stroke),
    )


def publish(house: House) -> int:
    """Tell every open case of a new revision of the working calendar; the first one ever is no news."""
    world = house.world()
    revision = world.workdays.revision
    with house.look() as work:
        known = work.settings.get(_CALENDAR)
        cases = tuple(case.id for case in work.cases.all_open()) if known not in {None, revision} else ()
    if known == revision:
        return 0
    moved = guard.each(house, cases, _calendar_of, lambda case: _published(house, case, revision))
    told_all = not any(house.faults.why(_calendar_of(case)) for case in cases)
    if told_all and not house.stopping.is_set():
        with house.unit() as work:
            work.settings.set(_CALENDAR, revision)
            work.commit()
    return moved


def _calendar_of(case: CaseId) -> str:
    return f"calendar {case}"


def _timer(house: House, case: CaseId, timer: Timer) -> bool:
    cause = f"timer/{case}/{timer.key}/{timer.due.isoformat()}"
    with house.turn() as turn:
        event = TimerStruck(at=turn.now, timer=timer.key)
        if turn.work.cases.load(case) is None or not turn.work.timers.strike(case, timer, turn.now):
            return False
        plan = advancing.advance(turn, case, event, cause=cause)
        turn.commit()
    house.happened(What.STRUCK, case=case, timer=timer.key, due=timer.due.isoformat())
    if plan is not None:
        advancing.tell(house, plan, event, timer=timer.key)
    return True


def _stroke(house: House, stroke: Stroke) -> bool:
    weekly = stroke.schedule == house.courtesy.weekly
    with house.turn() as turn:
        first = turn.work.strikes.last(stroke.schedule.name) is None
        if not turn.work.strikes.strike(stroke.schedule.name, stroke.period, turn.now):
            return False
        wanted = _is_news(turn, stroke, first=first) and digests.is_worth_telling(
            digests.facts(turn, weekly=weekly)
        )
        if wanted:
            readers = turn.world.directory.with_role(Role.COORDINATOR)
            advancing.keep_letters(turn, (digests.order(stroke, each, weekly=weekly) for each in readers))
        turn.commit()
    house.happened(
        What.STRUCK,
        None if wanted else Words(zh="没有需要报告的事项", en="there was nothing to tell"),
        schedule=stroke.schedule.name,
        period=stroke.period,
    )
    return True


def _is_news(turn: Turn, stroke: Stroke, *, first: bool) -> bool:
    """Say whether a digest of this period is wanted at all.

    A house that has just been opened owes nobody this morning's digest, and the weekly digest tells
    everything that the daily one of the same morning would.
    """
    if first and stroke.at < turn.now:
        return False
    weekly = turn.house.courtesy.weekly
    return stroke.schedule == weekly or not weekly.falls_on(
        turn.world.workdays.day_of(stroke.at), turn.world.workdays
    )


def _published(house: House, case: CaseId, revision: str) -> bool:
    with house.turn() as turn:
        event = CalendarPublished(at=turn.now, revision=revision)
        plan = advancing.advance(turn, case, event, cause=f"calendar/{revision}/{case}")
        turn.commit()
    if plan is None:
        return False
    advancing.tell(house, plan, event)
    return True
