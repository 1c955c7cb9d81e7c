"""What people type into a form for a value, and which field a place belongs to."""

from datetime import date, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from agent.domain.answers import Scalar
from agent.domain.forms import Field, Form, Kind
from agent.domain.words import Language


def typed(value: Scalar, field: Field, language: Language) -> str:
    """Return what somebody types to say `value`: of a choice what the form shows, of a box its tick."""
    match value:
        case bool():
            return "☑" if value else "☐"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case _:
            pass
    if field.kind is Kind.CHOICE and (choice := field.choice(str(value))) is not None:
        return choice.label.in_(language)
    return str(value)


def field_of(form: Form, path: str) -> Field | None:
    """Return the field, or the column, that a place such as `lead` or `tasks.0.end` belongs to."""
    name, *rest = path.split(".")
    field = form.field(name)
    return field.column(rest[1]) if field is not None and rest else field


def undated(content: bytes) -> bytes:
    """Return the Word file without the moment of its writing, so that every run writes the same."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(ZipInfo(name), before.read(name))
    return out.getvalue()
