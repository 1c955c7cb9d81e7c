"""The sentences of a process pack: roles, verbs, spans and moments of the week, as a coordinator writes them.

Every function returns None for what it does not understand; the caller names the file and the key.
"""

import re
from datetime import time

from agent.domain.process import RoleKind, RoleSource, Span, SpanUnit
from agent.domain.steps import Verb, VerbKind, WeeklyMoment

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_FIXED: dict[str, RoleKind] = {
    "the person who began the case": RoleKind.INITIATOR,
    "the head of the initiator's department": RoleKind.INITIATING_HEAD,
    "the heads of the departments that cooperate in the task": RoleKind.COOPERATING,
    "the heads of the departments whose tasks are named": RoleKind.TOUCHED,
    "whoever asked for the form": RoleKind.ASKER,
    "the heads of both sides": RoleKind.PARTIES,
    "the executive of the company": RoleKind.EXECUTIVE,
    "the coordinator of the company": RoleKind.COORDINATOR,
    "everyone in the case": RoleKind.EVERYONE,
}

_PATTERNS: tuple[tuple[re.Pattern[str], RoleKind], ...] = (
    (
        re.compile(r"the head of each department in (?P<form>\w+)\.(?P<field>\w+)\.(?P<column>\w+)"),
        RoleKind.HEAD_OF_EACH,
    ),
    (
        re.compile(
            r"the head of the department of each person in (?P<form>\w+)\.(?P<field>\w+)\.(?P<column>\w+)"
        ),
        RoleKind.HEAD_OF_EACH_PERSON,
    ),
    (
        re.compile(r"the person each department named in (?P<form>\w+)\.(?P<field>\w+)"),
        RoleKind.NAMED_BY_EACH,
    ),
    (
        re.compile(r"each person in (?P<form>\w+)\.(?P<field>\w+)\.(?P<column>\w+)"),
        RoleKind.EACH_PERSON_IN,
    ),
    (
        re.compile(r"the person in (?P<form>\w+)\.(?P<field>\w+)\.(?P<column>\w+) of each row"),
        RoleKind.PERSON_OF_EACH_ROW,
    ),
    (re.compile(r"the person in (?P<form>\w+)\.(?P<field>\w+)"), RoleKind.PERSON_IN),
)

ROLE_SENTENCES: tuple[str, ...] = (
    *_FIXED,
    "the head of each department in FORM.ROWS.COLUMN",
    "the head of the department of each person in FORM.ROWS.COLUMN",
    "the person each department named in FORM.FIELD",
    "each person in FORM.ROWS.COLUMN",
    "the person in FORM.ROWS.COLUMN of each row",
    "the person in FORM.FIELD",
    "the supervisor of each ROLE",
    "ROLE and ROLE",
)
"""Every sentence that `role` understands, for help and error messages."""


def role(text: str) -> RoleSource | None:
    """Return how a role is filled, as `text` says it."""
    plain = " ".join(text.split())
    if plain in _FIXED:
        return RoleSource(kind=_FIXED[plain])
    for pattern, kind in _PATTERNS:
        if found := pattern.fullmatch(plain):
            place = found.groupdict()
            return RoleSource(
                kind=kind, form=place["form"], field=place["field"], column=place.get("column", "")
            )
    if found := re.fullmatch(r"the supervisor of each (\w+)", plain):
        return RoleSource(kind=RoleKind.SUPERVISOR_OF, roles=(found[1],))
    if re.fullmatch(r"\w+( and \w+)+", plain):
        return RoleSource(kind=RoleKind.UNION, roles=tuple(plain.split(" and ")))
    return None


def verb(text: str) -> Verb | None:
    """Return what an outcome does, as `text` says it."""
    plain = " ".join(text.split())
    match plain.split():
        case ["done"]:
            return Verb(kind=VerbKind.DONE, done=True)
        case ["release"]:
            return Verb(kind=VerbKind.RELEASE)
        case ["ask", "again"]:
            return Verb(kind=VerbKind.ASK_AGAIN)
        case ["reopen", step]:
            return Verb(kind=VerbKind.REOPEN, target=step)
        case ["reopen", step, "to", who]:
            return Verb(kind=VerbKind.REOPEN, target=step, to=who)
        case ["ask", step]:
            return Verb(kind=VerbKind.ASK, target=step)
        case ["done", "and", "ask", step]:
            return Verb(kind=VerbKind.ASK, target=step, done=True)
        case ["raise", ladder]:
            return Verb(kind=VerbKind.RAISE, target=ladder)
        case ["go", "to", stage]:
            return Verb(kind=VerbKind.GO, target=stage)
        case ["end", how]:
            return Verb(kind=VerbKind.END, target=how)
        case _:
            return None


def span(text: str) -> Span | None:
    """Return the span that `text` states: `2 workdays`, `1 workday`, `24 hours`."""
    found = re.fullmatch(r"(\d{1,4}) (workday|hour)s?", " ".join(text.split()))
    if found is None:
        return None
    return Span(amount=int(found[1]), unit=SpanUnit(f"{found[2]}s"))


def weekly(text: str) -> WeeklyMoment | None:
    """Return the moment of the week that `text` states: `Thursday 09:00`."""
    found = re.fullmatch(r"(\w+) ([01]\d|2[0-3]):([0-5]\d)", " ".join(text.split()))
    if found is None or found[1].casefold() not in _WEEKDAYS:
        return None
    return WeeklyMoment(weekday=_WEEKDAYS.index(found[1].casefold()), at=time(int(found[2]), int(found[3])))
