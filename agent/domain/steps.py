"""What a process consists of: the steps of its stages, and the verbs that say what follows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import Enum
from typing import TypeAlias

from agent.domain.keywords import Keyword
from agent.domain.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyMoment:
    """A wall-clock moment of the week, such as Friday 14:00; Monday is 0."""

    weekday: int
    at: time


class VerbKind(Enum):
    """What an outcome does (design, The process is data)."""

    DONE = "done"
    REOPEN = "reopen"
    ASK = "ask"
    RAISE = "raise"
    GO = "go to"
    END = "end"
    ASK_AGAIN = "ask again"
    """Of a ladder: the item that was disputed is asked again."""
    RELEASE = "release"
    """Of a ladder: the item that was disputed is closed without being answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """A verb with what it acts on: `reopen request`, `go to planning`, `end failed`."""

    kind: VerbKind
    target: str = ""
    to: str = ""
    """For REOPEN: the role that gets the item instead of the one that had it."""
    done: bool = False
    """For ASK: the item counts as answered (`done and ask X`); otherwise its step goes on waiting."""

    @property
    def completes(self) -> bool:
        """Say whether an item with this outcome needs no further answer."""
        return self.kind in {VerbKind.DONE, VerbKind.RELEASE} or self.done


class Quorum(Enum):
    """How many of those asked must answer."""

    ALL = "all"
    ANY = "any"


class Order(Enum):
    """Whether everybody is asked at once or one after another."""

    PARALLEL = "parallel"
    SEQUENCE = "sequence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect:
    """Ask one person, or each of a role, for a form; an outcome field decides what follows.

    A countersignature 会签 is a collect whose form circulates another step's document (`about`).
    """

    id: str
    stage: str
    title: Words
    form: str
    asks: str
    """The role whose holders are asked."""
    after: tuple[str, ...] = ()
    due: str = ""
    """The clock; empty when `due_column` gives the day."""
    due_column: str = ""
    """The column of the row that a seat stands for that holds its due day."""
    outcome: str = ""
    on: Mapping[str, Verb] = field(default_factory=dict)
    checks: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    """Registers of the case that an accepted form writes: `tasks`, `actions`, …"""
    about: str = ""
    """The step whose document this one answers; when that is amended, only affected seats answer again."""
    countersigns: bool = False
    tells: str = ""
    """The letter by which everyone is told the outcome, when it concerns everyone."""
    signs: tuple[str, ...] = ()
    """The signature slots that must be signed here."""
    prefill: Mapping[str, str] = field(default_factory=dict)
    """For each field the name of what it is prefilled with (`agent.core.prefill`)."""
    order: Order = Order.PARALLEL
    quorum: Quorum | int = Quorum.ALL
    then: Verb | None = None
    """What follows when a group of seats that was asked on demand is complete."""
    on_demand: bool = False
    """Opened by a verb or a keyword, never by its place in the stage."""
    keyword: Keyword | None = None
    form_with_reminder: bool = False
    """The form goes out with the first reminder, not when the item opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Invite people, then wait for the minutes, distribute them and carry action items over."""

    id: str
    stage: str
    title: Words
    invites: tuple[str, ...]
    form: str
    """The minutes form."""
    asks: str
    """The role that records."""
    after: tuple[str, ...] = ()
    at: str = ""
    """`form.field` with the wished moment; else the next workday at 14:00."""
    due: str = ""
    writes: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    prefill: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circulate:
    """Send a compiled document to a role; nothing is expected back."""

    id: str
    stage: str
    title: Words
    form: str
    to: str
    after: tuple[str, ...] = ()
    letter: str = "compiled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """Every week while its stage lasts: ask, compile, meet."""

    id: str
    stage: str
    title: Words
    form: str
    asks: str
    ask_at: WeeklyMoment
    due_at: WeeklyMoment
    compiled_form: str
    compile_at: WeeklyMoment
    meeting_at: WeeklyMoment
    invites: tuple[str, ...]
    minutes_form: str
    recorder: str
    minutes_due: str
    after: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    prefill: Mapping[str, str] = field(default_factory=dict)
    minutes_writes: tuple[str, ...] = ()
    minutes_signs: tuple[str, ...] = ()
    minutes_prefill: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Seal the case and send the archive to everybody."""

    id: str
    stage: str
    title: Words
    after: tuple[str, ...] = ()
    form: str = ""
    """A compiled form that sums the case up and goes into the archive."""
    retention: str = ""
    """The retention class that the seal records."""
    legal_hold: str = ""
    """Why archives of this process must outlive their retention; empty for none."""


Step: TypeAlias = Collect | Meeting | Circulate | Cycle | Archive
