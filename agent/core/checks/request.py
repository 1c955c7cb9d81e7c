"""The checks of the request 多部门协同需求申请表 (process.md, 1.2)."""

from datetime import date
from difflib import get_close_matches

from agent.core.checks.context import BUFFER_GOOD, BUFFER_LEAST, CheckContext, problem, warning
from agent.domain.answers import Values, day_of, rows_of, text_of
from agent.domain.problems import Problem
from agent.domain.words import Words

_MANY = 12
"""Departments that a mail lists in full; of more it names the nearest."""


def known_departments(values: Values, context: CheckContext) -> tuple[Problem, ...]:
    """Every asked department is in the directory, is asked once, and is not the one that asks."""
    directory = context.world.directory
    own = text_of(values, "department")
    seen: set[str] = set()
    found: list[Problem] = []
    for number, row in enumerate(rows_of(values, "departments")):
        path = f"departments.{number}.department"
        name = text_of(row, "department")
        if not name:
            continue
        if name not in directory.departments():
            found.append(problem("unknown_department", path, name, _one_of(name, directory.departments())))
        elif name == own:
            say = Words(
                zh="发起部门不必列为协同部门，请填写其他部门或删除此行。",
                en="The initiating department need not be asked; please name another one or delete the row.",
            )
            found.append(problem("own_department", path, name, say))
        elif name in seen:
            say = Words(
                zh="同一部门请合并为一行。", en="Please put what you ask of one department into one row."
            )
            found.append(problem("department_twice", path, name, say))
        elif directory.head_of(name) is None:
            say = Words(
                zh="通讯录中该部门暂无负责人，将由协调员另行安排。",
                en="The directory has no head for this department; the coordinator will see to it.",
            )
            found.append(warning("vacant_head", path, name, say))
        seen.add(name)
    return tuple(found)


def plan_date_leaves_buffer(values: Values, context: CheckContext) -> tuple[Problem, ...]:
    """The completion lies ahead and leaves a buffer after the last milestone (process.md: 1–2 workdays).

    No buffer is an error, less than two workdays a warning; in an urgent profile both are warnings,
    and the completion may be today.
    """
    completion = day_of(values, "completion")
    if completion is None:
        return ()
    urgent = context.is_urgent(values)
    if completion < context.today or (completion == context.today and not urgent):
        say = Words(
            zh=f"计划完成时间须晚于今天（{context.today}）。",
            en=f"The planned completion must be later than today ({context.today}).",
        )
        return (problem("date_past", "completion", completion, say),)
    found = [*_milestones(values, completion, context), *_off_day("completion", completion, context)]
    last = max(
        (day for row in rows_of(values, "milestones") if (day := day_of(row, "day")) is not None),
        default=context.today,
    )
    free = context.calendar.between(last, completion)
    if free < BUFFER_GOOD and last <= completion:
        after = Words(zh="今天", en="today") if last == context.today else Words.same(str(last))
        say = Words(
            zh=f"请在{after.zh}之后预留1至2个工作日的缓冲（现为{free}个工作日）。",
            en=f"Please leave a buffer of 1–2 workdays after {after.en} (there are {free}).",
        )
        tell = problem if free < BUFFER_LEAST and not urgent else warning
        found.append(
            tell("no_buffer" if free < BUFFER_LEAST else "small_buffer", "completion", completion, say)
        )
    return tuple(found)


def _milestones(values: Values, completion: date, context: CheckContext) -> list[Problem]:
    found: list[Problem] = []
    for number, row in enumerate(rows_of(values, "milestones")):
        path, day = f"milestones.{number}.day", day_of(row, "day")
        if day is None:
            continue
        if day < context.today:
            say = Words(
                zh="节点日期已过，请填写今后的日期。", en="This day is over; please give one that lies ahead."
            )
            found.append(problem("date_past", path, day, say))
        elif day > completion:
            say = Words(
                zh=f"节点日期不得晚于计划完成时间（{completion}）。",
                en=f"A milestone may not be later than the planned completion ({completion}).",
            )
            found.append(problem("after_completion", path, day, say))
        else:
            found.extend(_off_day(path, day, context))
    return found


def _off_day(path: str, day: date, context: CheckContext) -> list[Problem]:
    if context.calendar.is_workday(day):
        return []
    say = Words(
        zh="这一天不是工作日，请确认是否有意为之。",
        en="This is not a workday; please make sure that you mean it.",
    )
    return [warning("not_a_workday", path, day, say)]


def _one_of(name: str, departments: tuple[str, ...]) -> Words:
    near = departments
    if len(departments) > _MANY:
        near = tuple(get_close_matches(name, departments, n=5, cutoff=0.3)) or departments[:_MANY]
    return Words(
        zh=f"通讯录中没有这个部门，可选部门如：{'、'.join(near)}。",
        en=f"There is no such department in the directory; there are, for example: {', '.join(near)}.",
    )
