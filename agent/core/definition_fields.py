"""The fields that our own functions read from a form, by the ids that process.md gives them.

A pack may call its fields what it likes as long as nothing is built on them.  Once a step writes a
register or asks for a check, or a ladder uses a form, the fields behind it must be there: else the
register would stay empty and nobody would know why.
"""

from collections.abc import Iterable, Mapping

from agent.core.definition_error import DefinitionError, hinted
from agent.domain.case import TaskStatus
from agent.domain.forms import Field, Form
from agent.domain.words import Words

FILE = "process.toml"

WRITES_READ: Mapping[str, tuple[str, ...]] = {
    "milestones": ("milestones.milestone", "milestones.day"),
    "tasks": ("tasks.task", "tasks.responsible", "tasks.start", "tasks.end"),
    "progress": ("tasks.no", "tasks.status"),
    "actions": ("actions.what", "actions.who"),
    "changes": ("tasks.no", "tasks.attribute", "tasks.after"),
    "delivered": (),
}
"""For each register the fields that its writer reads (`agent.core.registers`)."""

CHECKS_READ: Mapping[str, tuple[str, ...]] = {
    "known_departments": ("departments.department",),
    "plan_date_leaves_buffer": ("completion",),
    "breakdown": ("tasks.responsible", "tasks.accountable", "tasks.start", "tasks.end"),
    "change": ("tasks.no", "tasks.attribute", "tasks.after"),
    "acceptance": ("conclusion", "rework.what", "rework.who", "rework.when"),
}
"""For each check the fields that it speaks about (`agent.core.checks`)."""

LADDER_READS = ("title", "parties.department", "ruling")
"""What a dispute takes from the form of its ladder (`agent.core.ladders`)."""


def need(place: str, key: str, name: str, form: Form, paths: Iterable[str]) -> None:
    """Check that `form` has every field of `paths` (`tasks.no` is a column).

    Raises:
        DefinitionError: one is missing; it says which, and what `name` wants it for.
    """
    for path in paths:
        if _find(form, path) is None:
            known = [each.replace(".*", "") for each, _ in form.walk()]
            why = Words(
                zh=f"“{name}”要读取 {form.id}.{path}，而该表没有这一栏",
                en=f"“{name}” reads {form.id}.{path}, which the form does not have",
            )
            raise DefinitionError(FILE, place, key, hinted(why, path, known))


def need_statuses(place: str, form: Form) -> None:
    """Check that a progress form offers the statuses that tasks can have, and no others.

    Raises:
        DefinitionError: it offers another, or none at all.
    """
    status = _find(form, "tasks.status")
    offered = {choice.value for choice in status.choices} if status is not None else set()
    known = {each.value for each in TaskStatus}
    if not offered or not offered <= known:
        strange, can = ", ".join(sorted(offered - known)), ", ".join(sorted(known))
        why = Words(
            zh=f"{form.id}.tasks.status 的选项有 {strange or '无'}；任务状态只能是 {can}",
            en=f"{form.id}.tasks.status offers {strange or 'nothing'}; a task can be {can}",
        )
        raise DefinitionError(FILE, place, "writes", why)


def _find(form: Form, path: str) -> Field | None:
    name, _, column = path.partition(".")
    field = form.field(name)
    return field.column(column) if field is not None and column else field
