"""Everything that the passes work with, built once by `agent.wiring`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event as Flag
from typing import TypeAlias

from sqlalchemy import Engine

from agent.clock import Clock
from agent.core.notices import QuietHours
from agent.domain.absences import Absence
from agent.domain.case import FileRef, ProcessRef
from agent.domain.effects import Seal
from agent.domain.mail import Address
from agent.domain.plans import World
from agent.domain.process import Process
from agent.domain.words import Language, Words
from agent.letters.mime import domain_of
from agent.mailbox.port import Mailbox
from agent.packs import Pack
from agent.service.absent import Absent
from agent.service.alarms import Alarms
from agent.service.faults import Faults
from agent.service.happenings import Happening, Listener, What, to_log
from agent.service.measures import Measures
from agent.service.reader import Reader
from agent.service.schedules import Schedule
from parsers.limits import STANDARD, Limits
from store.blobs import Blobs
from store.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who the clerk is."""

    address: Address
    name: str
    language: Language
    """The language for people whose own we do not know."""
    own: frozenset[Address] = frozenset()
    """Every address at which the clerk gets mail, its main one included."""
    starts: frozenset[Address] = frozenset()
    """Those of `own` at which any mail begins a case."""

    @property
    def domain(self) -> str:
        """Return the domain of the Message-IDs that we coin."""
        return domain_of(self.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Courtesy:
    """When letters leave, and how many a person gets in a day (process.md, Time)."""

    quiet: QuietHours
    budget: int = 8
    """Notices that one person gets in a day; what is above goes into the personal digest."""
    daily: Schedule
    weekly: Schedule
    most_per_minute: int = 0
    """Mails that the provider lets us send in a minute; 0 for no limit."""
    most_per_day: int = 0
    """Mails that the provider lets us send in any 24 hours; 0 for no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """How often the canary letter leaves, and how soon it must be back."""

    every: timedelta
    within: timedelta


Archivist: TypeAlias = Callable[["House", Seal], FileRef]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The tools of every pass.  None of them knows a rule."""

    clock: Clock
    engine: Engine
    blobs: Blobs
    mailbox: Mailbox
    pack: Pack
    world: Callable[[], World]
    """The directory and the calendars as they are now; the directory file may change while we run."""
    sender: Sender
    secret: bytes = field(repr=False)
    """The key behind the tokens of issued sheets."""
    courtesy: Courtesy
    reader: Reader
    seal: "Archivist"
    """Builds the archive of a case that has ended, checks it, keeps it among the blobs, and names it."""
    folder: Path
    """Where the lock and the health file lie."""
    templates: Path | None = None
    """A company's own letters, asked before the shipped ones."""
    make_sure: Callable[[], None] = lambda: None
    """Returns when all that was committed is durable; raises `TryLater`.  Without it every commit is."""
    limits: Limits = STANDARD
    tell: Listener = to_log
    faults: Faults = field(default_factory=Faults)
    measures: Measures = field(default_factory=Measures)
    alarms: Alarms = field(default_factory=Alarms)
    canary: Interval | None = None
    """How often we write to ourselves, and how soon that must come back; None for never."""
    least_disk: int = 0
    """Bytes of free disk below which the alarm is raised."""
    paper: dict[int, None] = field(default_factory=dict)
    """Mails that were put off because paper is read last, by their number, in the order they came."""
    absent: Absent = field(default_factory=Absent)
    """Lays learned absences over the directory."""
    stopping: Flag = field(default_factory=Flag)
    """Set when the daemon is asked to end: the passes finish the thing at hand and return."""

    def now(self) -> datetime:
        """Return what time it is, in UTC."""
        return self.clock.now()

    def unit(self) -> Unit:
        """Return a transaction that may write."""
        return Unit(self.engine)

    @contextmanager
    def turn(self, *, reading: bool = False) -> Iterator["Turn"]:
        """Begin a turn: whatever is not committed leaves no trace; one that is `reading` cannot write."""
        with Unit(self.engine, reading=reading) as work:
            yield self.turn_of(work)

    def turn_of(self, work: Unit) -> "Turn":
        """Begin a turn in a unit that others may have had theirs in: the world as it is to `work`, now."""
        now, world = self.now(), self.world()
        today = world.workdays.day_of(now)
        absences = work.absences.running(today)
        world = self.absent.over(world, absences, today)
        return Turn(house=self, work=work, world=world, absences=absences, now=now)

    def look(self) -> Unit:
        """Return a transaction that only reads."""
        return Unit(self.engine, reading=True)

    def process(self, ref: ProcessRef, work: Unit) -> Process:
        """Return the definition that a case started with, from the pack or from the store's memory.

        Raises:
            WillNotWork: the store does not remember it; `verify --store` reports that as damage.
        """
        if ref.digest == self.pack.process.digest:
            return self.pack.process
        return work.processes.fetch(ref.digest)

    def happened(self, what: What, because: Words | None = None, /, **facts: str) -> None:
        """Tell the listener that something has become true now; empty facts are left out."""
        known = {name: value for name, value in facts.items() if value}
        self.tell(Happening(at=self.now(), what=what, facts=known, because=because))


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One transaction: the tools, the unit, and the world at one moment."""

    house: House
    work: Unit
    world: World
    absences: tuple[Absence, ...]
    """Those that were learned and run today; the directory of `world` knows them."""
    now: datetime

    def commit(self) -> None:
        """Make everything that was written in this turn true, at once."""
        self.work.commit()

    def process(self, ref: ProcessRef) -> Process:
        """Return the definition that a case started with."""
        return self.house.process(ref, self.work)
