"""From the case to what a template sees."""

from datetime import timedelta

from agent.domain.answers import Values, day_of, rows_of, text_of
from agent.domain.case import (
    ActionItem,
    Case,
    CaseStatus,
    Dispute,
    Filing,
    MeetingPlan,
    Ruling,
    Task,
    TaskStatus,
)
from agent.domain.forms import Form, Kind
from agent.domain.mail import MeetingAnswer
from agent.domain.problems import Problem
from agent.domain.process import Circulate, Collect, Cycle, Ladder, Meeting, Process
from agent.domain.signatures import Verdict
from agent.domain.words import Words
from agent.domain.work_items import WorkItem
from agent.letters.mime import one_line
from agent.letters.values import HOW_SIGNED, Tongue
from agent.letters.views import (
    ActionView,
    CaseView,
    ConfirmationView,
    DisputeView,
    FilingView,
    ItemView,
    MeetingView,
    ProblemView,
    RulingView,
    StageView,
    TaskView,
)

_STATUS = {
    CaseStatus.OPEN: Words(zh="进行中", en="open"),
    CaseStatus.SUSPENDED: Words(zh="已暂停", en="suspended"),
    CaseStatus.CLOSED: Words(zh="已办结", en="closed"),
    CaseStatus.FAILED: Words(zh="未通过，已终止", en="ended as failed"),
    CaseStatus.WITHDRAWN: Words(zh="已撤回", en="withdrawn"),
    CaseStatus.CANCELLED: Words(zh="已取消", en="cancelled"),
}
_TASK_STATUS = {
    TaskStatus.NOT_STARTED: Words(zh="未开始", en="not started"),
    TaskStatus.IN_PROGRESS: Words(zh="进行中", en="in progress"),
    TaskStatus.LAGGING: Words(zh="滞后", en="lagging"),
    TaskStatus.DONE: Words(zh="已完成", en="done"),
}
_SKIPPED = Words(zh="跳过（空缺或不在岗）", en="skipped (vacant or absent)")


def status_words(status: CaseStatus) -> Words:
    """Return how people call a case's status."""
    return _STATUS[status]


def view_case(case: Case, process: Process, tongue: Tongue, meeting: str = "") -> CaseView:
    """Return the whole case; `meeting` is the one this letter is about, if any."""
    open_items = sorted(case.open_items(), key=lambda i: i.due.at)
    first, last = plan_of(case)
    stage = process.stage(case.stage)
    request = case.form(_form_of(process, process.begins))
    completion = day_of(request.values, "completion") if request is not None else None
    actions = sorted((a for a in case.actions if a.done_on is None), key=lambda a: (a.when is None, a.when))
    return CaseView(
        number=case.id,
        title=one_line(case.title),
        process=tongue.words(process.title),
        profile=tongue.words(process.profiles.get(case.profile, Words.same(case.profile))),
        status=tongue.words(_STATUS[case.status]),
        stage=tongue.words(stage.title) if stage is not None else "",
        began=tongue.moment(case.began),
        initiator=tongue.name(case.initiator),
        completion=tongue.day(completion) if completion is not None else "",
        stages=_stages(case, process, tongue),
        items=tuple(view_item(i, case, process, tongue) for i in open_items),
        tasks=tuple(view_task(t, first, last, tongue) for t in case.tasks),
        actions=tuple(_action(a, meeting, tongue) for a in actions),
        disputes=tuple(view_dispute(d, process, tongue) for d in case.disputes if not d.settled),
        meetings=tuple(view_meeting(m, tongue) for m in case.meetings if not m.held and m.at >= tongue.now),
        milestones=tuple(
            (one_line(m.title), tongue.day(m.day), m.day < tongue.today)
            for m in sorted(case.milestones, key=lambda m: m.day)
        ),
        confirmations=_confirmations(case, process, tongue),
    )


def view_item(item: WorkItem, case: Case, process: Process, tongue: Tongue) -> ItemView:
    """Return one work item."""
    form = process.forms.get(item.form)
    overdue = item.is_open and item.due.at < tongue.now
    return ItemView(
        id=item.id,
        title=tongue.words(step_title(process, item.step)),
        seat=_seat(item, case, tongue),
        form=tongue.words(form.title) if form is not None else one_line(item.form),
        holder=tongue.name(item.holder),
        asked_of=tongue.name(item.asked_of) if item.asked_of != item.holder else "",
        due=tongue.moment(item.due.at),
        due_day=tongue.day(tongue.workdays.day_of(item.due.at)),
        late=tongue.workdays.late_by(tongue.workdays.day_of(item.due.at), tongue.today) if overdue else 0,
        overdue=overdue,
        state=item.state.value,
        outcome=_outcome(process, item.step, form, item.outcome, tongue),
        row=_row(item, case, process, tongue),
        form_sent=item.form_sent,
    )


def view_task(task: Task, first: int, last: int, tongue: Tongue) -> TaskView:
    """Return one task; `first` and `last` are the ordinals of the plan's first and last day."""
    done = task.status is TaskStatus.DONE
    lag = 0 if done else tongue.workdays.late_by(task.end, tongue.today)
    whole = max(last - first + 1, 1)
    left = max(0, min(97, round(100 * (task.start.toordinal() - first) / whole)))
    width = round(100 * (task.end.toordinal() - task.start.toordinal() + 1) / whole)
    running = task.start <= tongue.today and not done
    return TaskView(
        id=one_line(task.id),
        title=one_line(task.title),
        owner=tongue.name(task.responsible),
        department=one_line(task.department),
        start=tongue.day(task.start),
        end=tongue.day(task.end),
        standard=one_line(task.standard),
        percent=100 if done else max(0, min(100, task.percent)),
        status=tongue.words(_TASK_STATUS[task.status]),
        done=done,
        lag=lag,
        lagging=not done and (lag > 0 or task.status is TaskStatus.LAGGING),
        silent=running and task.reported is None,
        risk=one_line(task.risk),
        help=one_line(task.help_needed),
        left=left,
        width=max(3, min(100 - left, width)),
    )


def plan_of(case: Case) -> tuple[int, int]:
    """Return the ordinals of the first and last day of the tasks; (0, 0) without any."""
    if not case.tasks:
        return 0, 0
    return min(t.start for t in case.tasks).toordinal(), max(t.end for t in case.tasks).toordinal()


def view_problem(problem: Problem, form: Form | None, tongue: Tongue) -> ProblemView:
    """Return one problem with the label that stands on the form."""
    label = (
        tongue.words(form.label_of(problem.field)) if form is not None and problem.field else problem.field
    )
    return ProblemView(
        label=one_line(label),
        found=tongue.found(problem.found),
        expected=tongue.words(problem.say),
        blocks=problem.blocks,
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
        settled=dispute.settled,
        rulings=tuple(_ruling(r, dispute, process, tongue) for r in dispute.rulings),
    )


def view_meeting(meeting: MeetingPlan, tongue: Tongue) -> MeetingView:
    """Return a meeting and who has answered."""

    def who(answer: MeetingAnswer) -> str:
        return tongue.names(tuple(a for a in meeting.invited if meeting.replies.get(a) is answer))

    end = meeting.at + timedelta(minutes=meeting.minutes)
    return MeetingView(
        title=one_line(meeting.title),
        when=f"{tongue.moment(meeting.at)}–{end.astimezone(tongue.workdays.zone):%H:%M}",
        place=one_line(meeting.place),
        people=tongue.names(meeting.invited),
        accepted=who(MeetingAnswer.ACCEPTED),
        declined=who(MeetingAnswer.DECLINED),
    )


def view_filing(filing: Filing, process: Process, tongue: Tongue) -> FilingView:
    """Return an accepted form as labelled words, in the order of the form."""
    form = process.forms.get(filing.form)
    fields: list[tuple[str, str]] = []
    lists: list[tuple[str, tuple[str, ...]]] = []
    for field in form.fields if form is not None else ():
        value = filing.values.get(field.id)
        if value is None or value == "":
            continue
        label = tongue.words(field.label)
        if isinstance(value, tuple):
            lines = tuple(
                tongue.join(tuple(tongue.value(r[c.id], c) for c in field.columns if r.get(c.id)))
                for r in value
            )
            if lines:
                lists.append((label, lines))
        else:
            fields.append((label, tongue.value(value, field)))
    return FilingView(
        form=tongue.words(form.title) if form is not None else one_line(filing.form),
        by=tongue.name(filing.by),
        on=tongue.moment(filing.at),
        fields=tuple(fields),
        lists=tuple(lists),
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


def _stages(case: Case, process: Process, tongue: Tongue) -> tuple[StageView, ...]:
    names = [s.id for s in process.stages]
    here = names.index(case.stage) if case.stage in names else -1
    over = case.status is CaseStatus.CLOSED
    states = ("done" if over or n < here else "now" if n == here else "later" for n in range(len(names)))
    return tuple(
        StageView(title=tongue.words(s.title), state=state)
        for s, state in zip(process.stages, states, strict=True)
    )


def _form_of(process: Process, step: str) -> str:
    found = process.steps.get(step)
    return found.form if isinstance(found, Collect) else ""


def _seat(item: WorkItem, case: Case, tongue: Tongue) -> str:
    if not item.subject:
        return ""
    if (task := next((t for t in case.tasks if t.id == item.subject), None)) is not None:
        return one_line(f"{task.id} {task.title}")
    if (dispute := next((d for d in case.disputes if d.id == item.subject), None)) is not None:
        return one_line(dispute.title)
    return tongue.name(item.subject)


def _row(item: WorkItem, case: Case, process: Process, tongue: Tongue) -> tuple[tuple[str, str], ...]:
    """Return what the request says about the department that the item was asked of."""
    request = case.form(_form_of(process, process.begins))
    form = process.forms.get(request.form) if request is not None else None
    if not item.subject or request is None or form is None:
        return ()
    for field in form.fields:
        keys = [c.id for c in field.columns if c.kind is Kind.DEPARTMENT]
        for row in rows_of(request.values, field.id):
            if any(row.get(key) == item.subject for key in keys):
                return tuple(
                    (tongue.words(c.label), tongue.value(row[c.id], c))
                    for c in field.columns
                    if c.id not in keys and row.get(c.id)
                )
    return ()


def _outcome(process: Process, step: str, form: Form | None, value: str, tongue: Tongue) -> str:
    found = process.steps.get(step)
    name = found.outcome if isinstance(found, Collect) else ""
    field = form.field(name) if form is not None and name else None
    return tongue.value(value, field) if value else ""


def _action(action: ActionItem, meeting: str, tongue: Tongue) -> ActionView:
    return ActionView(
        what=one_line(action.what),
        who=tongue.name(action.who),
        when=tongue.day(action.when) if action.when is not None else "",
        late=action.when is not None and action.when < tongue.today,
        carried=bool(meeting) and action.origin != meeting,
    )


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


def _confirmations(case: Case, process: Process, tongue: Tongue) -> tuple[ConfirmationView, ...]:
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
