"""The checks of the breakdown 协同任务分工表 (process.md, 2.2): errors block, warnings travel along."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from agent.core.checks.circles import circles
from agent.core.checks.context import BUFFER_GOOD, BUFFER_LEAST, CheckContext, problem, warning
from agent.core.checks.tasks import Planned, planned, planned_of
from agent.domain.answers import Values, day_of, rows_of, text_of
from agent.domain.mail import Address
from agent.domain.problems import Problem
from agent.domain.words import Words


def breakdown(values: Values, context: CheckContext) -> tuple[Problem, ...]:
    """Return everything that is wrong with the rows of a breakdown, people first, then dates and order."""
    tasks = planned(values)
    return (
        *_numbers(tasks),
        *_people(tasks, context),
        *_departments(tasks, context),
        *_dates(tasks, context),
        *order(tasks, context, urgent=context.is_urgent(values)),
    )


def order(tasks: tuple[Planned, ...], context: CheckContext, *, urgent: bool) -> tuple[Problem, ...]:
    """Return what is wrong with the dependencies: unknown numbers, circles, overlaps, missing buffers.

    A task that waits for another department's needs a buffer of 1–2 workdays: none is an error (a
    warning in an urgent profile), one is a warning.
    """
    by_number = {task.no: task for task in tasks}
    found: list[Problem] = []
    for task in tasks:
        path = f"tasks.{task.row}.depends_on"
        for number in task.depends_on:
            before = by_number.get(number)
            if before is None:
                numbers = "、".join(by_number)
                say = Words(
                    zh=f"前置任务{number}不在本表中，请填写表中的任务序号（{numbers}）。",
                    en=f"This form has no task {number}; please use its numbers ({', '.join(by_number)}).",
                )
                found.append(problem("unknown_dependency", path, number, say))
            elif before is not task:
                found.extend(_after(task, before, context, urgent=urgent))
    found.extend(_circles(tasks))
    return tuple(found)


def _numbers(tasks: tuple[Planned, ...]) -> Iterator[Problem]:
    counted = Counter(task.no for task in tasks)
    seen: set[str] = set()
    for task in tasks:
        if counted[task.no] > 1 and task.no in seen:
            say = Words(
                zh="任务序号重复，请为每项任务填写不同的序号。",
                en="This number is used twice; please give each task a number of its own.",
            )
            yield problem("duplicate_number", f"tasks.{task.row}.no", task.no, say)
        seen.add(task.no)


def _people(tasks: tuple[Planned, ...], context: CheckContext) -> Iterator[Problem]:
    for task in tasks:
        for column, named in (("responsible", task.responsible), ("accountable", task.accountable)):
            if len(named) > 1:
                say = Words(
                    zh="每项任务的责任人（R）和问责人（A）各限一人；其他人请填入咨询或知会栏。",
                    en="Each task has exactly one responsible (R) and one accountable (A) person; "
                    "please name others as consulted or informed.",
                )
                yield problem("more_than_one", f"tasks.{task.row}.{column}", "; ".join(named), say)
        everybody = {"responsible": task.responsible, "accountable": task.accountable}
        for column, named in (*everybody.items(), ("consulted", task.others)):
            for person in named:
                if context.world.directory.find(person) is None:
                    say = Words(
                        zh="通讯录中没有此人，请改填通讯录中的人员。",
                        en="The directory does not know this person; please name somebody it knows.",
                    )
                    yield problem("unknown_person", f"tasks.{task.row}.{column}", person, say)


def _departments(tasks: tuple[Planned, ...], context: CheckContext) -> Iterator[Problem]:
    """Every asked department that was not let off does something: it is responsible or accountable."""
    doing = {_department(p, context) for t in tasks for p in (*t.responsible, *t.accountable)}
    consulted = {_department(p, context) for t in tasks for p in t.consulted}
    for name in _asked(context):
        if name in doing:
            continue
        if name in consulted:
            say = Words(
                zh=f"{name}在本表中仅被咨询，没有承担任务，请确认。",
                en=f"{name} is only consulted and has no task; please make sure that this is meant.",
            )
            yield warning("department_only_consulted", "tasks", name, say)
        else:
            say = Words(
                zh=f"申请中的协同部门“{name}”没有承担任何任务，请补充。",
                en=f"{name} was asked to take part but has no task; please add one.",
            )
            yield problem("department_missing", "tasks", name, say)


def _dates(tasks: tuple[Planned, ...], context: CheckContext) -> Iterator[Problem]:
    began, completion = context.calendar.day_of(context.case.began), _completion(context)
    agreed = {task.no for task in planned_of(context.case.tasks)}  # an amendment may keep what is done
    for task in tasks:
        start, end = task.start, task.end
        if start is not None and end is not None and end < start:
            say = Words(
                zh=f"完成日期不得早于开始日期（{start}）。",
                en=f"The end may not be earlier than the start ({start}).",
            )
            yield problem("dates_reversed", f"tasks.{task.row}.end", end, say)
            continue
        if start is not None and start < began:
            say = Words(
                zh=f"开始日期早于本次协同的发起日期（{began}），请核对。",
                en=f"The start is earlier than the day this case began ({began}); please check.",
            )
            yield problem("before_plan", f"tasks.{task.row}.start", start, say)
        if end is not None and completion is not None and end > completion:
            say = Words(
                zh=f"完成日期晚于申请中的计划完成时间（{completion}），请调整。",
                en=f"The end is later than the planned completion of the request ({completion}).",
            )
            # A plan that is over already cannot be kept any more; it must not block for ever.
            tell = warning if completion < context.today else problem
            yield tell("after_plan", f"tasks.{task.row}.end", end, say)
        elif end is not None and end < context.today and task.no not in agreed:
            say = Words(
                zh="完成日期已过，请填写今后的日期。", en="This day is over; please give one that lies ahead."
            )
            yield problem("date_past", f"tasks.{task.row}.end", end, say)
        elif end is not None and not context.calendar.is_workday(end):
            say = Words(
                zh="完成日期不是工作日，请确认是否有意为之。",
                en="The end is not a workday; please make sure that you mean it.",
            )
            yield warning("not_a_workday", f"tasks.{task.row}.end", end, say)


def _after(task: Planned, before: Planned, context: CheckContext, *, urgent: bool) -> Iterator[Problem]:
    """Compare the start of a task with the end of one that it waits for."""
    if task.start is None or before.end is None:
        return
    path = f"tasks.{task.row}.start"
    own, other = (_department(_first(each.responsible), context) for each in (task, before))
    across = own != other
    if task.start < before.end or (across and task.start == before.end and not urgent):
        say = Words(
            zh=f"前置任务{before.no}于{before.end}完成，本任务须在其后开始。",
            en=f"Task {before.no} ends on {before.end}; this one has to start after it.",
        )
        yield problem("starts_too_early", path, task.start, say)
    elif across:
        free = _free(before.end, task.start, context, own)
        if free < BUFFER_GOOD:
            say = Words(
                zh=f"本任务依赖{other}的任务{before.no}（{before.end}完成），请预留1至2个工作日缓冲"
                f"（现为{free}个工作日）。",
                en=f"This task waits for task {before.no} of {other} (ends {before.end}); "
                f"please leave a buffer of 1–2 workdays (there are {free}).",
            )
            tell = problem if free < BUFFER_LEAST and not urgent else warning
            yield tell("no_buffer" if free < BUFFER_LEAST else "small_buffer", path, task.start, say)


def _free(end: date, start: date, context: CheckContext, department: str) -> int:
    """Count the whole workdays between the day something ends and the day the next thing starts."""
    return context.world.calendar(department).between(end, start - timedelta(days=1))


def _circles(tasks: tuple[Planned, ...]) -> Iterator[Problem]:
    by_number = {task.no: task for task in tasks}
    for circle in circles({task.no: task.depends_on for task in tasks}):
        shown = " → ".join((*circle, circle[0]))
        say = Words(
            zh=f"任务之间循环依赖：{shown}，请去掉其中一处前置关系。",
            en=f"These tasks wait for each other: {shown}; please remove one of the dependencies.",
        )
        yield problem("circle", f"tasks.{by_number[circle[0]].row}.depends_on", shown, say)


def _asked(context: CheckContext) -> tuple[str, ...]:
    request = context.case.filing(context.process.begins)
    if request is None:
        return ()
    names = (text_of(row, "department") for row in rows_of(request.values, "departments"))
    return tuple(dict.fromkeys(n for n in names if n and n not in context.case.released))


def _completion(context: CheckContext) -> date | None:
    request = context.case.filing(context.process.begins)
    return None if request is None else day_of(request.values, "completion")


def _department(person: Address | None, context: CheckContext) -> str:
    found = None if person is None else context.world.directory.find(person)
    return "" if found is None else found.department


def _first(named: tuple[Address, ...]) -> Address | None:
    return named[0] if named else None
