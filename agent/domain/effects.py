"""Everything a decision may ask the world to do.

An effect is asked for, not done here.  Its key says which one it is, so that asking
twice is the same as asking once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from agent.domain.answers import Values
from agent.domain.case import CaseId, FileRef
from agent.domain.confirming import Doubt
from agent.domain.mail import Address, MessageId
from agent.domain.problems import Problem
from agent.domain.sheets import Sheet
from agent.domain.words import Language, Words
from agent.domain.work_items import ItemId


class Urgency(Enum):
    """When a letter may leave (process.md, People's time)."""

    ANSWER = "answer"
    """Somebody just wrote to us: answered at once, at any hour."""

    URGENT = "urgent"
    """Leaves at once, at any hour (emergency profile)."""

    WORK = "work"
    """Waits for the end of the quiet hours."""

    NOTICE = "notice"
    """Waits for the end of the quiet hours and counts against the person's notice budget;
    what is above the budget goes into one digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormOrder:
    """A form to fill out for somebody and attach."""

    sheet: Sheet
    values: Values = field(default_factory=dict)
    marks: tuple[Problem, ...] = ()
    """Places to mark as doubtful or wrong, by their path."""
    signers: Mapping[str, Address] = field(default_factory=dict)
    """For each signature slot the person who should sign it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Write and send one letter to people who share a language."""

    key: str
    """Unique for ever; the outbox refuses a second one.  The Message-ID is derived from it."""
    letter: str
    """Which letter: the name of its template in `mail_templates`."""
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    language: Language
    urgency: Urgency
    case: CaseId | None
    """None for letters outside any case (help, digest, refusals)."""
    item: ItemId | None = None
    only_while_open: bool = False
    """Not sent any more once `item` is closed (a reminder held back overnight)."""
    forms: tuple[FormOrder, ...] = ()
    facts: Mapping[str, Words] = field(default_factory=dict)
    """What the template needs beyond the case itself; see `agent.letters`."""
    problems: tuple[Problem, ...] = ()
    answers: MessageId | None = None
    """The mail that this one replies to."""
    files: tuple[FileRef, ...] = ()
    meeting: str = ""
    """The meeting whose invitation travels along."""
    cancels: bool = False
    """The invitation is a CANCEL (RFC 5546, 3.2.5)."""
    doubts: tuple[Doubt, ...] = ()
    """What its reader is asked to confirm, in the order of its numbered lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """Build the archive of a case that has ended, check it, and report `ArchiveSealed`."""

    key: str
    case: CaseId
    retention: str
    forms: tuple[FormOrder, ...] = ()
    """Compiled documents that go into the archive: the communication record in each language."""
    legal_hold: str = ""
    """Why the archive must outlive its retention; empty when nobody said so."""


Effect: TypeAlias = Send | Seal
