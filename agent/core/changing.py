"""What a change form changes: attributes of planned tasks, each with its words before and after."""

from dataclasses import dataclass
from datetime import date

from agent.core.checks.changes import new_value, task_named
from agent.core.checks.tasks import number_of
from agent.core.draft import Draft
from agent.domain.answers import Row, Scalar, Value, Values, rows_of, text_of
from agent.domain.mail import Address
from agent.domain.words import Words

COLUMNS = {
    "title": "task",
    "responsible": "responsible",
    "start": "start",
    "end": "end",
    "standard": "standard",
}
"""The attribute that a change names, and the column of the breakdown that it amends."""

_LABELS = {
    "title": Words(zh="任务", en="title"),
    "responsible": Words(zh="责任人", en="responsible"),
    "start": Words(zh="开始日期", en="start"),
    "end": Words(zh="完成日期", en="end"),
    "standard": Words(zh="完成标准", en="standard"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One attribute of one task, before and after."""

    task: str
    attribute: str
    before: Scalar
    after: Scalar

    def words(self, draft: Draft) -> Words:
        """Return the change as a line for everyone to read."""
        label = _LABELS[self.attribute]
        before, after = _shown(draft, self.before), _shown(draft, self.after)
        return Words(
            zh=f"任务 {self.task}　{label.zh}：{before} → {after}",
            en=f"Task {self.task}, {label.en}: {before} → {after}",
        )


def changes_in(draft: Draft, values: Values) -> tuple[Change, ...]:
    """Return the changes that a returned change form asks for, of tasks that exist."""
    found: list[Change] = []
    for row in rows_of(values, "tasks"):
        task, attribute = task_named(draft.case.tasks, text_of(row, "no")), text_of(row, "attribute")
        after = new_value(row, draft.world.directory)
        if task is not None and attribute in COLUMNS and after is not None:
            before: Scalar = getattr(task, attribute)
            found.append(Change(task=task.id, attribute=attribute, before=before, after=after))
    return tuple(found)


def amended(values: Values, changes: tuple[Change, ...]) -> Values:
    """Return the values of a breakdown with the changes made."""
    rows: list[Row] = []
    for position, row in enumerate(rows_of(values, "tasks")):
        number = number_of(row, position)
        new = {COLUMNS[c.attribute]: c.after for c in changes if c.task == number}
        rows.append({**row, **new})
    after: dict[str, Value] = {**values, "tasks": tuple(rows)}
    return after


def _shown(draft: Draft, value: Scalar) -> str:
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return draft.name(Address(text)) if "@" in text else text or "–"
