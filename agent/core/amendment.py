"""What an amendment touches: only those departments answer or sign again (process.md, 会签)."""

from collections.abc import Iterator

from agent.core.draft import Draft
from agent.domain.answers import Row, Value, Values
from agent.domain.forms import Field, Form, Kind
from agent.domain.mail import Address


def touched(draft: Draft, form: Form, before: Values, after: Values) -> frozenset[str] | None:
    """Return the departments that a change from `before` to `after` concerns; None for all of them.

    A changed row concerns the departments it names, directly or by its people, before and after.  A
    changed row that names none, and any other changed field, concerns everybody.  What we filled in
    ourselves and what the answerers write (outcomes, remarks) lies outside `before` and `after`.
    """
    found: set[str] = set()
    for field in form.fields:
        if field.given or before.get(field.id) == after.get(field.id):
            continue
        if field.kind is not Kind.ROWS:
            return None
        for row in _changed(before.get(field.id), after.get(field.id)):
            named = frozenset(_departments(draft, field, row))
            if not named:
                return None
            found |= named
    return frozenset(found)


def _changed(before: Value | None, after: Value | None) -> Iterator[Row]:
    old = before if isinstance(before, tuple) else ()
    new = after if isinstance(after, tuple) else ()
    yield from (row for row in old if row not in new)
    yield from (row for row in new if row not in old)


def _departments(draft: Draft, field: Field, row: Row) -> Iterator[str]:
    for column in field.columns:
        value = row.get(column.id)
        if not isinstance(value, str):
            continue
        for each in (part.strip() for part in value.split(";")):
            if column.kind is Kind.DEPARTMENT:
                yield each
            elif column.kind is Kind.PERSON and (department := draft.department(Address(each))):
                yield department
