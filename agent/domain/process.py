"""A process definition: stages, clocks, roles and ladders, as frozen values; its steps are in `steps`.

`process.toml` and the form files of a pack become one `Process`; `agent.core.definition` builds and
validates it.  A case keeps the definition (id, version, digest) that it started with.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from agent.domain.forms import Form
from agent.domain.keywords import Keyword
from agent.domain.steps import Step, Verb
from agent.domain.words import Words


class SpanUnit(Enum):
    """What a span counts: days of the working calendar, or real hours."""

    WORKDAYS = "workdays"
    HOURS = "hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A length of time as a clock states it: `2 workdays`, `24 hours`."""

    amount: int
    unit: SpanUnit

    def __str__(self) -> str:
        """Return the span as the pack writes it."""
        return f"{self.amount} {self.unit.value if self.amount != 1 else self.unit.value[:-1]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A named span for each profile (process.md, Four profiles)."""

    name: str
    spans: Mapping[str, Span]


class RoleKind(Enum):
    """How the holders of a role are found."""

    INITIATOR = "initiator"
    INITIATING_HEAD = "initiating-head"
    PERSON_IN = "person-in"
    """The person in one field of a form."""
    EACH_PERSON_IN = "each-person-in"
    """Every distinct person in one column of a form's rows: one seat per person."""
    PERSON_OF_EACH_ROW = "person-of-each-row"
    """The person in one column of a form's rows: one seat per row."""
    HEAD_OF_EACH = "head-of-each"
    """The head of each department in one column of a form's rows: one seat per department."""
    HEAD_OF_EACH_PERSON = "head-of-each-person"
    """The head of the department of every person in one column of rows: one seat per department."""
    NAMED_BY_EACH = "named-by-each"
    """The person in one field of the same form returned by each department."""
    SUPERVISOR_OF = "supervisor-of"
    PARTIES = "parties"
    """The heads of the departments on both sides of a dispute."""
    EXECUTIVE = "executive"
    COORDINATOR = "coordinator"
    EVERYONE = "everyone"
    ASKER = "asker"
    """Whoever asked for the form by keyword."""
    COOPERATING = "cooperating"
    """The heads of the departments that cooperate in the task a form was returned for."""
    TOUCHED = "touched"
    """The heads of the departments whose tasks a returned change names."""
    UNION = "union"
    """Everybody in either of several roles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleSource:
    """How a role of the process is filled in a case."""

    kind: RoleKind
    form: str = ""
    field: str = ""
    column: str = ""
    roles: tuple[str, ...] = ()
    """For SUPERVISOR_OF the role one rung below, for UNION the roles it joins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage and its steps, in the order of the file."""

    id: str
    title: Words
    steps: tuple[str, ...]
    then: Verb | None = None
    """What follows when every step is complete; the last stage ends with its archive."""
    watches_lag: bool = False
    """Every workday morning the tasks are looked over for lag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One rung of a ladder: whose ruling is asked, how long, and what happens when it stays silent."""

    asks: str
    title: Words
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Rungs to climb until somebody rules (process.md, 问题升级)."""

    id: str
    title: Words
    form: str
    rungs: tuple[Rung, ...]
    outcome: str
    """The field of the form that holds the ruling."""
    climbs: str
    """The ruling that sends it one rung up."""
    signs: tuple[str, ...] = ()
    on: Mapping[str, Verb] = field(default_factory=dict)
    keyword: Keyword | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A standard milestone 关键时间节点: so many workdays after the case began."""

    id: str
    title: Words
    workday: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A whole process pack, validated."""

    id: str
    version: int
    digest: str
    """SHA-256 over the files that define it, hexadecimal."""
    title: Words
    number: str
    """The pattern of case numbers: `XT-{year}-{serial:04}`."""
    begins: str
    """The step whose form starts a case."""
    named_by: str
    """`form.field` that names the case (the project name)."""
    profile_from: str
    """`form.field` that chooses the profile."""
    profiles: Mapping[str, Words]
    default_profile: str
    urgent_profiles: frozenset[str]
    """Profiles whose letters do not wait for the morning."""
    clocks: Mapping[str, Clock]
    roles: Mapping[str, RoleSource]
    role_titles: Mapping[str, Words]
    stages: tuple[Stage, ...]
    steps: Mapping[str, Step]
    ladders: Mapping[str, Ladder]
    keywords: Mapping[Keyword, Verb]
    """Keywords that only the initiator may say, and what they do: `accept` → `go to acceptance`."""
    milestones: tuple[Milestone, ...]
    forms: Mapping[str, Form]

    def stage(self, name: str) -> Stage | None:
        """Return the stage called `name`."""
        return next((s for s in self.stages if s.id == name), None)

    def span(self, clock: str, profile: str) -> Span:
        """Return how long `clock` runs in `profile`; definitions are validated, so it exists."""
        spans = self.clocks[clock].spans
        return spans.get(profile, spans[self.default_profile])
