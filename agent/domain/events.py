"""Everything that can happen to a case.  This union is closed: add, never subclass."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from agent.domain.answers import Answers
from agent.domain.case import CaseId, FileRef, ProcessRef
from agent.domain.confirming import DoubtsAnswered
from agent.domain.keywords import Keyword
from agent.domain.mail import Address, MeetingAnswer, MessageId
from agent.domain.reading import Drift, Uncompared
from agent.domain.signatures import Signature
from agent.domain.words import Language
from agent.domain.work_items import ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStarted:
    """Somebody in the directory asked to begin; `case` is the number that was drawn for it."""

    at: datetime
    case: CaseId
    mail: MessageId
    by: Address
    language: Language
    subject: str = ""
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormReturned:
    """A form of this case came back and could be read."""

    at: datetime
    mail: MessageId
    by: Address
    item: ItemId
    form: str
    version: int
    answers: Answers
    signatures: tuple[Signature, ...]
    document: FileRef
    files: tuple[FileRef, ...] = ()
    """What else was attached: deliverables, background files."""
    lacks: tuple[int, ...] = ()
    """Pages that were sent and did not come back with this document (`Reading.lacks`)."""
    drift: tuple[Drift, ...] = ()
    """Where the fixed text is not what was sent; a coordinator has let it through."""
    uncompared: tuple[Uncompared, ...] = ()
    """Where nobody could tell whether it is."""
    parts: tuple[FileRef, ...] = ()
    """Other copies of the same sheet that came in the same mail."""
    came: datetime | None = None
    """When the mail lay in the mailbox, where that was before `at`: nobody is late because we were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordSaid:
    """A person steered the case with one word, by mail, or a coordinator by command line."""

    at: datetime
    mail: MessageId
    """For a command: a derived id, so that the same command twice is recognised."""
    by: Address
    keyword: Keyword
    argument: str = ""
    item: ItemId | None = None
    """The item whose mail was answered, when there is one."""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingAnswered:
    """Somebody accepted or declined an invitation."""

    at: datetime
    mail: MessageId
    by: Address
    meeting: str
    answer: MeetingAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFiled:
    """A mail without a form or keyword reached the case: 重要沟通留存."""

    at: datetime
    mail: MessageId
    by: Address
    subject: str
    document: FileRef


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterReturned:
    """A letter of this case did not reach somebody, and its server has given up."""

    at: datetime
    mail: MessageId
    """The delivery report."""
    to: Address
    """Whom the letter did not reach; empty when the report does not say."""
    item: ItemId | None
    """The item that the letter was about."""
    subject: str
    """The letter's own subject; empty when the report does not bring it."""
    permanent: bool
    """True when the same letter can never arrive there."""
    status: str
    words: str
    """The server's reason."""
    document: FileRef


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerStruck:
    """One of the case's own timers came due; `at` is now, which may be long after it was due."""

    at: datetime
    timer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPublished:
    """The working calendar changed: provisional deadlines are computed again."""

    at: datetime
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSealed:
    """The archive that a plan asked for stands and verifies."""

    at: datetime
    archive: FileRef


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSet:
    """Somebody put the case under legal hold, or took it off: its papers must not, or may, be removed."""

    at: datetime
    by: Address
    why: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersRemoved:
    """The raw mails, letters and pictures of a case that ended long ago were removed by rule."""

    at: datetime
    by: Address
    why: str
    """The rule, as it was configured then."""
    files: int
    """How many were removed; the journal, the seals and the archives stay."""
    listing: str
    """SHA-256 over their digests, sorted, one a line: the list in the store cannot be changed unnoticed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionMoved:
    """Somebody moved the running case to another version of its process definition (ADR 0037)."""

    at: datetime
    by: Address
    to: ProcessRef
    why: str


Event: TypeAlias = (
    CaseStarted
    | FormReturned
    | KeywordSaid
    | DoubtsAnswered
    | MeetingAnswered
    | MailFiled
    | LetterReturned
    | TimerStruck
    | CalendarPublished
    | ArchiveSealed
    | HoldSet
    | PapersRemoved
    | DefinitionMoved
)
