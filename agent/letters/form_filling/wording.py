"""Values as they stand on a form: easy to read for a person, and read back by the parsers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from agent.domain.answers import Scalar
from agent.domain.forms import Field, Kind
from agent.domain.mail import address
from agent.domain.people import Directory
from agent.domain.words import Language

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_ILLEGAL = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (2.2) cannot hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a form needs to be filled beside its order: who people are, and what proves it ours."""

    directory: Directory
    secret: bytes
    zone: ZoneInfo
    case_title: str = ""
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """PNG or JPEG bytes of signatures by their SHA-256, for compiled documents."""


def written(value: Scalar, asked: Field, language: Language, look: Look, *, in_row: bool) -> str:
    """Return `value` in words; in the narrow cells of rows dates are ISO and names alone if unique."""
    match value:
        case bool():
            return "☒" if value else "☐"
        case datetime():
            local = value.astimezone(look.zone) if value.tzinfo else value
            return f"{_day(local.date(), language, in_row=in_row)} {local:%H:%M}"
        case date():
            return _day(value, language, in_row=in_row)
        case Decimal():
            return f"{value.normalize():f}" if value.is_finite() else str(value)
        case str():
            return clean(_text(value, asked, language, look, in_row=in_row))


def clean(text: str) -> str:
    """Return `text` without what a Word file cannot hold; ends of lines become one kind."""
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n"))


def person(who: str, look: Look, *, in_row: bool = False) -> str:
    """Return `李娜 <li.na@example.com>`; a stranger stays as written."""
    found = look.directory.find(address(who))
    if found is None:
        return who.strip()
    if in_row and len(look.directory.named(found.name)) == 1:
        return found.name
    return f"{found.name} <{found.address}>"


def _text(value: str, asked: Field, language: Language, look: Look, *, in_row: bool) -> str:
    if asked.kind is Kind.CHOICE:
        choice = asked.choice(value)
        return choice.label.in_(language) if choice is not None else value
    if asked.kind is Kind.PERSON:
        return "; ".join(person(each, look, in_row=in_row) for each in value.split(";") if each.strip())
    return value


def _day(day: date, language: Language, *, in_row: bool) -> str:
    if in_row:
        return day.isoformat()
    if language is Language.ZH:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
