"""A case that is suspended sleeps: no clock of it runs, and it goes on as if the time had not been."""

from dataclasses import replace
from datetime import datetime

from agent.core.deadlines import postponed
from agent.core.draft import Draft
from agent.core.meetings import USUAL_TIME
from agent.domain.case import CaseStatus, MeetingPlan
from agent.domain.steps import Meeting
from agent.domain.words import Words

_WHY = Words(zh="事项曾暂停", en="the case was suspended")


def fall_asleep(draft: Draft) -> None:
    """Stop every clock of the case."""
    draft.change(status=CaseStatus.SUSPENDED, suspended_at=draft.at)


def wake_up(draft: Draft) -> None:
    """Let the clocks go on: deadlines move by the time slept, and what was missed is not made up for."""
    since = draft.case.suspended_at or draft.at
    draft.change(status=CaseStatus.OPEN, suspended_at=None)
    for item in draft.case.open_items():
        draft.set_item(replace(item, due=postponed(item.due, draft.at - since, draft.calendar(item.holder))))
    # Weeks that were slept through are not asked about: each schedule counts as struck until now.
    moment = draft.at.isoformat()
    struck = {name: moment if _is_before(at, draft.at) else at for name, at in draft.case.struck.items()}
    # The days slept are no mornings of a lag: it is warned of anew, and nobody above is copied at once.
    tasks = tuple(replace(task, warned_on=None, unwarned=0) for task in draft.case.tasks)
    draft.change(struck=struck, tasks=tasks)
    for meeting in draft.case.meetings:
        if not meeting.held and since <= meeting.at <= draft.at:
            _call_anew(draft, meeting)


def _is_before(moment: str, now: datetime) -> bool:
    return datetime.fromisoformat(moment) < now


def _call_anew(draft: Draft, meeting: MeetingPlan) -> None:
    """A meeting whose time was slept through meets on the next workday; a weekly one waits for its week."""
    calendar = draft.world.workdays
    moved = replace(meeting, sequence=meeting.sequence + 1)
    if isinstance(draft.process.steps[meeting.step], Meeting):
        at = calendar.moment(calendar.add(draft.today, 1), USUAL_TIME)
        moved = replace(moved, at=at, replies={})
        letter, cancels = "meeting_moved", False
    else:
        moved = replace(moved, held=True, recorded=True)
        letter, cancels = "meeting_cancelled", True
    draft.change(meetings=tuple(moved if m.id == moved.id else m for m in draft.case.meetings))
    facts = {"meeting": meeting.title, "why": _WHY}
    draft.tell(letter, meeting.invited, about=meeting.id, facts=facts, meeting=meeting.id, cancels=cancels)
