"""What was said and decided in a case, as a template sees it: filings, disputes, meetings, problems."""

from datetime import timedelta

from agent.domain.answers import Values, text_of
from agent.domain.case import Case, Filing, MeetingPlan
from agent.domain.disputes import Dispute, Ruling
from agent.domain.forms import Form
from agent.domain.mail import MeetingAnswer
from agent.domain.problems import Problem
from agent.domain.process import Ladder, Process
from agent.domain.signatures import Verdict
from agent.domain.steps import Circulate, Collect, Cycle, Meeting
from agent.domain.words import Words
from agent.letters.mime import one_line
from agent.letters.values import HOW_SIGNED, Tongue
from agent.letters.views import (
    ConfirmationView,
    DisputeView,
    FilingView,
    MeetingView,
    ProblemView,
    RulingView,
)

_SKIPPED = Words(zh="跳过", en="skipped")


def view_problem(problem: Problem, form: Form | None, tongue: Tongue) -> ProblemView:
    """Return one problem with the label that stands on the form."""
    label = (
        tongue.words(form.label_of(problem.field)) if form is not None and problem.field else problem.field
    )
    return ProblemView(
        label=one_line(label),
        found=tongue.found(problem.found, form.at(problem.field) if form is not None else None),
        expected=tongue.words(problem.say),
    )


def view_dispute(dispute: Dispute, process: Process, tongue: Tongue) -> DisputeView:
    """Return a dispute and its rulings."""
    return DisputeView(
        id=dispute.id,
        title=one_line(dispute.title),
        raised_by=tongue.name(dispute.raised_by),
        parties=tongue.join(tuple(one_line(p) for p in dispute.parties)),
        description=one_line(text_of(dispute.values, "description")),
        proposal=one_line(text_of(dispute.values, "proposal")),
        rung=tongue.words(rung_title(process, dispute.ladder, dispute.rung)),
        rulings=tuple(_ruling(r, dispute, process, tongue) for r in dispute.rulings),
    )


def view_meeting(meeting: MeetingPlan, tongue: Tongue) -> MeetingView:
    """Return a meeting and who has answered."""

    def who(answer: MeetingAnswer) -> str:
        return tongue.names(tuple(a for a in meeting.invited if meeting.replies.get(a) is answer))

    end = meeting.at + timedelta(minutes=meeting.minutes)
    return MeetingView(
        title=tongue.words(meeting.title),
        when=f"{tongue.moment(meeting.at)}–{end.astimezone(tongue.workdays.zone):%H:%M}",
        place=one_line(meeting.place),
        people=tongue.names(meeting.invited),
        accepted=who(MeetingAnswer.ACCEPTED),
        declined=who(MeetingAnswer.DECLINED),
    )


def view_filing(filing: Filing, process: Process, tongue: Tongue) -> FilingView:
    """Return the single values of an accepted form as labelled words, in the order of the form."""
    form = process.forms.get(filing.form)
    fields = tuple(
        (tongue.words(field.label), tongue.value(value, field))
        for field in (form.fields if form is not None else ())
        if not isinstance(value := filing.values.get(field.id, ""), tuple) and value != ""
    )
    return FilingView(
        form=tongue.words(form.title) if form is not None else one_line(filing.form),
        by=tongue.name(filing.by),
        on=tongue.moment(filing.at),
        fields=fields,
    )


def step_title(process: Process, step: str) -> Words:
    """Return the title of a step, or of a ladder when the item is one of its rungs."""
    found = process.steps.get(step) or process.ladders.get(step)
    return found.title if found is not None else Words.same(step)


def rung_title(process: Process, ladder: str, rung: int) -> Words:
    """Return the title of a rung, counted from 0 as in the case."""
    found: Ladder | None = process.ladders.get(ladder)
    if found is None or not 0 <= rung < len(found.rungs):
        return Words(zh=f"第{rung + 1}级", en=f"rung {rung + 1}")
    return found.rungs[rung].title


def minutes_of(case: Case, process: Process) -> Filing | None:
    """Return the minutes that came in last, whichever meeting they are of."""
    forms = {s.form for s in process.steps.values() if isinstance(s, Meeting)}
    forms |= {s.minutes_form for s in process.steps.values() if isinstance(s, Cycle)}
    return next((f for f in reversed(case.filings) if f.form in forms), None)


def _ruling(ruling: Ruling, dispute: Dispute, process: Process, tongue: Tongue) -> RulingView:
    ladder = process.ladders.get(dispute.ladder)
    form = process.forms.get(ladder.form) if ladder is not None else None
    field = form.field(ladder.outcome) if form is not None and ladder is not None else None
    skipped = ruling.decision == "skipped"
    return RulingView(
        rung=tongue.words(rung_title(process, dispute.ladder, ruling.rung)),
        by=tongue.name(ruling.by),
        decision=tongue.words(_SKIPPED) if skipped else tongue.value(ruling.decision, field),
        words=one_line(ruling.words),
        on=tongue.moment(ruling.on),
    )


def confirmations(case: Case, process: Process, tongue: Tongue) -> tuple[ConfirmationView, ...]:
    """Return the answers that the compiled document rests on: what a Circulate step waited for."""
    steps = [a for s in process.steps.values() if isinstance(s, Circulate) for a in s.after]
    latest: dict[tuple[str, str], Filing] = {}
    for filing in case.filings:
        if filing.step in steps and filing.subject:
            latest[filing.step, filing.subject] = filing
    return tuple(_confirmation(f, process, tongue) for f in latest.values())


def _confirmation(filing: Filing, process: Process, tongue: Tongue) -> ConfirmationView:
    step, form = process.steps.get(filing.step), process.forms.get(filing.form)
    outcome = step.outcome if isinstance(step, Collect) else ""
    kinds = [s.how for s in filing.signatures if s.verdict is Verdict.SIGNED and s.how is not None]
    return ConfirmationView(
        department=tongue.name(filing.subject),
        by=tongue.name(filing.by),
        on=tongue.moment(filing.at),
        conclusion=_plain(filing.values, outcome, form, tongue),
        lead=_plain(filing.values, "lead", form, tongue),
        signed=tongue.join(tuple(tongue.words(HOW_SIGNED[k]) for k in dict.fromkeys(kinds))),
    )


def _plain(values: Values, name: str, form: Form | None, tongue: Tongue) -> str:
    value = values.get(name)
    return tongue.field(form, name, value) if value is not None else ""
