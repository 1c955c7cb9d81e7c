"""What a check is: a pure question to a returned form, answered with what the sender should put right."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from agent.domain.answers import Values, text_of
from agent.domain.case import Case
from agent.domain.forms import Form
from agent.domain.plans import World
from agent.domain.problems import Problem
from agent.domain.process import Process
from agent.domain.words import Words
from agent.domain.workdays import Workdays

LONGEST_FOUND = 60
"""Characters of what was found that a mail repeats."""

BUFFER_LEAST = 1
"""Workdays that must lie between what depends on another department (process.md, 1–2 workdays buffer)."""

BUFFER_GOOD = 2
"""Workdays of buffer below which the form travels on with a warning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckContext:
    """Everything that a check may know beside the values of the form."""

    case: Case
    process: Process
    world: World
    at: datetime
    """The moment of the decision, aware."""
    form: Form

    @property
    def today(self) -> date:
        """Return the local day of the decision."""
        return self.world.workdays.day_of(self.at)

    @property
    def calendar(self) -> Workdays:
        """Return the site's calendar."""
        return self.world.workdays

    def is_urgent(self, values: Values) -> bool:
        """Say whether buffers give way to speed: the emergency profile plans in hours.

        The form at hand decides when it is the one that chooses the profile, else the case does.
        """
        form, _, field = self.process.profile_from.partition(".")
        chosen = text_of(values, field) if form == self.form.id else ""
        return (chosen or self.case.profile) in self.process.urgent_profiles


Check: TypeAlias = Callable[[Values, CheckContext], tuple[Problem, ...]]


def problem(code: str, field: str, found: object, say: Words) -> Problem:
    """Return an error about `field` that repeats what was found, shortened for reading."""
    return Problem(code=code, field=field, found=shortened(found), say=say)


def warning(code: str, field: str, found: object, say: Words) -> Problem:
    """Return a warning: it travels with the form and does not send it back."""
    return Problem(code=code, field=field, found=shortened(found), say=say, blocks=False)


def shortened(found: object) -> str:
    """Return what was found on one line and short enough for a mail."""
    text = " ".join(str(found).split())
    return text if len(text) <= LONGEST_FOUND else f"{text[: LONGEST_FOUND - 1]}…"
