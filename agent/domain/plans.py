"""A plan: what a decision makes of a case, and the world that it was decided in."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.domain.case import Case
from agent.domain.effects import Effect
from agent.domain.people import Directory
from agent.domain.words import Words
from agent.domain.workdays import Workdays


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything a decision may know beside the case: who people are and which days count."""

    directory: Directory
    workdays: Workdays
    """The calendar of the site."""
    departments: Mapping[str, Workdays]
    """Calendars of departments that differ from the site's."""

    def calendar(self, department: str) -> Workdays:
        """Return the calendar that `department` works by."""
        return self.departments.get(department, self.workdays)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the case becomes, what shall be done, and why, in a sentence."""

    case: Case
    effects: tuple[Effect, ...] = ()
    because: Words
