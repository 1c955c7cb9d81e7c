"""The weekly cycle: ask for progress, compile the tracker, call the meeting (process.md 3.1)."""

from agent.core.deadlines import weekly_in
from agent.core.documents import tracker
from agent.core.draft import Draft
from agent.core.items import open_item, send_form
from agent.core.meetings import call_at
from agent.core.prefill import About, prefilled
from agent.core.seats import everyone, holders, seats
from agent.domain.case import TaskStatus, Timer
from agent.domain.mail import Address
from agent.domain.process import Process
from agent.domain.steps import Cycle, WeeklyMoment
from agent.domain.subjects import GROUP, week_words
from agent.domain.words import Words
from agent.domain.work_items import Due, ItemState


def cycle_of(process: Process, name: str) -> Cycle:
    """Return the cycle called `name`; timers are only made for cycles, so it exists."""
    step = process.steps[name]
    if not isinstance(step, Cycle):  # pragma: no cover - see above
        raise TypeError(f"{name} is no cycle")
    return step


def ask_progress(draft: Draft, timer: Timer) -> None:
    """Ask each owner of an unfinished task for progress, and invite to this week's meeting."""
    step = cycle_of(draft.process, timer.subject)
    _struck(draft, f"{step.id}/ask")
    period = timer.key.rpartition("/")[2]
    for item in draft.case.open_items():
        if item.step == step.id and item.form == step.form:
            draft.close_item(item, ItemState.VOID)
    busy = {t.responsible for t in draft.case.tasks if t.status is not TaskStatus.DONE}
    asked: list[Address] = []
    for seat in seats(draft, step.asks):
        if seat.holder is None or (draft.case.tasks and seat.holder not in busy):
            continue
        item = open_item(
            draft,
            step=step.id,
            subject=f"{period}{GROUP}{seat.subject}",
            form=step.form,
            holder=seat.holder,
            due=_due(draft, step.due_at, seat.holder),
        )
        send_form(draft, item, prefilled(draft, step.prefill, About(item=item)), step.signs)
        asked.append(item.holder)
    names = Words.listed(draft.name(a) for a in asked)
    draft.say(f"向{names.zh or '无人'}收集进度", f"asked {names.en or 'nobody'} for progress")
    _call(draft, step, period)


def _due(draft: Draft, moment: WeeklyMoment, holder: Address) -> Due:
    calendar = draft.calendar(holder)
    strike = weekly_in(moment, draft.today, calendar)
    at = strike.at if strike is not None and strike.at > draft.at else draft.at
    local = draft.local(at)
    return Due(
        at=at,
        rule=f"on {local.date().isoformat()}",
        clock="",
        since=draft.at,
        calendar=calendar.revision,
    )


def _call(draft: Draft, step: Cycle, period: str) -> None:
    """Invite to the meeting of this week; when the clerk was stopped past its time there is none."""
    strike = weekly_in(step.meeting_at, draft.today, draft.world.workdays)
    name = f"{step.id}-{period}"
    if strike is None or strike.at <= draft.at or any(m.id == name for m in draft.case.meetings):
        return
    invited = holders(draft, (*step.invites, step.recorder))
    week = week_words(period)
    title = Words(zh=f"{week.zh}协同例会", en=f"Weekly meeting, {week.en}")
    call_at(draft, step.id, name, title, strike.at, invited)


def compile_tracker(draft: Draft, timer: Timer) -> None:
    """Mail the tracker to everyone, on time, with late answers marked as such."""
    step = cycle_of(draft.process, timer.subject)
    _struck(draft, f"{step.id}/compile")
    late = [
        draft.name(i.holder) for i in draft.case.open_items() if i.step == step.id and i.form == step.form
    ]
    names = Words.listed(late)
    draft.tell(
        "tracker",
        everyone(draft),
        about=timer.key,
        facts={"late": names} if late else {},
        forms={step.compiled_form: lambda language: tracker(draft, language)},
    )
    draft.say(
        f"发出进度跟踪表{f'，未反馈：{names.zh}' if late else ''}",
        f"sent the tracker{f'; without answer: {names.en}' if late else ''}",
    )


def _struck(draft: Draft, name: str) -> None:
    draft.change(struck={**draft.case.struck, name: draft.at.isoformat()})
