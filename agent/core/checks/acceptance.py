"""The check of the acceptance report 成果验收报告: its parts must agree (process.md, 4.1)."""

from agent.core.checks.context import CheckContext, problem, warning
from agent.domain.answers import Values, day_of, rows_of, text_of
from agent.domain.problems import Problem
from agent.domain.words import Words


def acceptance(values: Values, context: CheckContext) -> tuple[Problem, ...]:
    """Return where conclusion, results and rework items contradict each other or cannot be followed."""
    conclusion = text_of(values, "conclusion")
    failed = [
        number for number, row in enumerate(rows_of(values, "tasks")) if text_of(row, "result") == "not_ok"
    ]
    found: list[Problem] = []
    if conclusion == "pass" and failed:
        say = Words(
            zh="有任务验收不合格，结论不能为“通过”；请选择“需整改”或“不通过”，或更正验收结果。",
            en="A task is not OK, so the conclusion cannot be “pass”; "
            "choose rework or fail, or correct the result.",
        )
        found.append(problem("contradiction", "conclusion", conclusion, say))
    if conclusion != "rework" and rows_of(values, "rework"):
        say = Words(
            zh="列有整改事项，但结论不是“需整改”，整改事项将不会下达。",
            en="Rework is listed but the conclusion is another one; the items will not be asked of anybody.",
        )
        found.append(warning("rework_ignored", "rework", "", say))
    for number in failed:
        if not text_of(rows_of(values, "tasks")[number], "note"):
            say = Words(zh="不合格的任务请说明原因。", en="Please say why this task is not OK.")
            found.append(problem("missing", f"tasks.{number}.note", "", say))
    for number, row in enumerate(rows_of(values, "rework")):
        day = day_of(row, "when")
        if conclusion == "rework" and day is not None and day < context.today:
            say = Words(
                zh="完成时间已过，请填写今后的日期。", en="This day is over; please give one that lies ahead."
            )
            found.append(problem("date_past", f"rework.{number}.when", day, say))
    return tuple(found)
