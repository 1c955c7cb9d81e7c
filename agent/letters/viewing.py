"""From the case to what a template sees."""

from agent.domain.answers import day_of, rows_of
from agent.domain.case import (
    ActionItem,
    Case,
    CaseStatus,
    Task,
    TaskStatus,
)
from agent.domain.forms import Form, Kind
from agent.domain.process import Process
from agent.domain.statuses import CASE_STATUSES, TASK_STATUSES
from agent.domain.steps import Collect
from agent.domain.subjects import first_of, without_added
from agent.domain.words import Words
from agent.domain.work_items import WorkItem
from agent.letters import seats
from agent.letters.mime import one_line
from agent.letters.records import confirmations, step_title, view_dispute, view_meeting
from agent.letters.values import Tongue
from agent.letters.views import (
    ActionView,
    CaseView,
    ItemView,
    StageView,
    TaskView,
)


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
        profile=tongue.words(process.profiles.get(case.profile, Words.same(case.profile))),
        status=tongue.words(CASE_STATUSES[case.status]),
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
        confirmations=confirmations(case, process, tongue),
    )


def view_item(item: WorkItem, case: Case, process: Process, tongue: Tongue) -> ItemView:
    """Return one work item."""
    form = process.forms.get(item.form)
    overdue = item.is_open and item.due.at < tongue.now
    return ItemView(
        id=item.id,
        title=tongue.words(step_title(process, item.step)),
        seat=seats.seat(item, case, process, tongue),
        form=tongue.words(form.title) if form is not None else one_line(item.form),
        holder=tongue.name(item.holder),
        due=tongue.moment(item.due.at),
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
    return TaskView(
        id=one_line(task.id),
        title=one_line(task.title),
        owner=tongue.name(task.responsible),
        department=one_line(task.department),
        start=tongue.day(task.start),
        end=tongue.day(task.end),
        standard=one_line(task.standard),
        percent=100 if done else max(0, min(100, task.percent)),
        status=tongue.words(TASK_STATUSES[task.status]),
        done=done,
        lag=lag,
        lagging=not done and (lag > 0 or task.status is TaskStatus.LAGGING),
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


def group_of(item: WorkItem) -> str:
    """Return what a seat belongs to: in `4:研发部` the task 4, in `D1:研发部` the dispute D1."""
    return first_of(without_added(item.subject))


def _row(item: WorkItem, case: Case, process: Process, tongue: Tongue) -> tuple[tuple[str, str], ...]:
    """Return what the request says about the department that the item was asked of."""
    request = case.form(_form_of(process, process.begins))
    form = process.forms.get(request.form) if request is not None else None
    seat = without_added(item.subject)
    if not seat or request is None or form is None:
        return ()
    for field in form.fields:
        keys = [c.id for c in field.columns if c.kind is Kind.DEPARTMENT]
        for row in rows_of(request.values, field.id):
            if any(row.get(key) == seat for key in keys):
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
