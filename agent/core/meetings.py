"""Meetings: call one, ask for its minutes once it is over, distribute them (process.md 2.1)."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from agent.core.deadlines import due_after
from agent.core.documents import minutes
from agent.core.draft import Draft
from agent.core.items import open_item, send_form
from agent.core.prefill import About, prefilled
from agent.core.seats import everyone, holders, one
from agent.domain.case import Filing, MeetingPlan
from agent.domain.mail import Address
from agent.domain.steps import Cycle, Meeting
from agent.domain.words import Words
from agent.domain.work_items import WorkItem

USUAL_TIME = time(14)
"""Wall-clock time of a meeting for which nobody wished a moment."""

LENGTH = timedelta(hours=1)


def call(draft: Draft, step: Meeting) -> None:
    """Call the meeting of a step: at the wished moment when it can still be kept, else the next workday."""
    at = _wished(draft, step)
    rounds = sum(m.step == step.id for m in draft.case.meetings)
    invited = holders(draft, (*step.invites, step.asks))
    call_at(draft, step.id, f"{step.id}-{rounds + 1}", step.title, at, invited)


def call_at(  # noqa: PLR0913 - each argument is one value of the meeting
    draft: Draft, step: str, name: str, title: Words, at: datetime, invited: tuple[Address, ...]
) -> None:
    """Invite `invited` to a meeting called `name` at the UTC moment `at`."""
    meeting = MeetingPlan(
        id=name,
        step=step,
        title=title,
        at=at,
        called=max(draft.at, draft.case.entered),  # see `open_item`
        minutes=int(LENGTH.total_seconds() // 60),
        invited=invited,
    )
    draft.change(meetings=(*draft.case.meetings, meeting))
    local = draft.local(at)
    draft.say(f"召集“{title.zh}”，{local:%Y-%m-%d %H:%M}", f"called “{title.en}” for {local:%Y-%m-%d %H:%M}")
    draft.tell("invitation", invited, about=name, facts={"meeting": title}, meeting=name)


def _wished(draft: Draft, step: Meeting) -> datetime:
    form, _, field = step.at.partition(".")
    filing = draft.case.form(form) if form else None
    wish = filing.values.get(field) if filing is not None else None
    calendar = draft.world.workdays
    if isinstance(wish, datetime):
        at = calendar.moment(wish.date(), wish.time())
        if at > draft.at:
            return at
        draft.say("希望的会议时间已过", "the wished time has passed")
    return calendar.moment(calendar.add(draft.today, 1), USUAL_TIME)


def ask_minutes(draft: Draft, meeting: MeetingPlan) -> None:
    """The meeting's time has come: its minutes are due so many hours after it (process.md, clocks)."""
    step = draft.process.steps[meeting.step]
    if isinstance(step, Meeting):
        form, role, clock, slots, prefill = step.form, step.asks, step.due, step.signs, step.prefill
    elif isinstance(step, Cycle):
        form, role, clock = step.minutes_form, step.recorder, step.minutes_due
        slots, prefill = step.minutes_signs, step.minutes_prefill
    else:  # pragma: no cover - only meetings and cycles call meetings
        return
    held = replace(meeting, held=True)
    draft.change(meetings=tuple(held if m.id == held.id else m for m in draft.case.meetings))
    recorder = one(draft, role)
    over = max(meeting.at + timedelta(minutes=meeting.minutes), draft.at)
    calendar = draft.calendar(recorder) if recorder is not None else draft.world.workdays
    due = due_after(draft.process.span(clock, draft.case.profile), clock, over, calendar)
    item = open_item(draft, step=step.id, subject=meeting.id, form=form, holder=recorder, due=due)
    values = prefilled(draft, prefill, About(item=item, meeting=held))
    draft.say(
        f"“{meeting.title.zh}”已召开，请{draft.name(item.holder)}提交会议纪要",
        f"“{meeting.title.en}” has met; {draft.name(item.holder)} is asked for its minutes",
    )
    send_form(draft, item, values, slots)


def distribute(draft: Draft, filing: Filing, item: WorkItem) -> None:
    """Send returned minutes to everyone; from now on the meeting is recorded."""
    draft.change(
        meetings=tuple(replace(m, recorded=True) if m.id == item.subject else m for m in draft.case.meetings)
    )
    meeting = next((m for m in draft.case.meetings if m.id == item.subject), None)
    invited = meeting.invited if meeting is not None else ()
    draft.tell(
        "minutes",
        (*everyone(draft), *invited),
        about=item.subject,
        facts={"meeting": meeting.title if meeting is not None else Words.same(item.subject)},
        forms={item.form: lambda language: minutes(draft, filing, language)},
    )


def is_recorded(draft: Draft, step: Meeting) -> bool:
    """Say whether the latest meeting of a step has its minutes."""
    called = [m for m in draft.case.meetings if m.step == step.id]
    return bool(called) and called[-1].recorded


def is_called(draft: Draft, step: Meeting) -> bool:
    """Say whether the meeting of a step has been called since the case entered this stage."""
    return any(m.step == step.id and m.called >= draft.case.entered for m in draft.case.meetings)
