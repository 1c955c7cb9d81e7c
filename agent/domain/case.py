"""A case: one run of a process, from the first mail to the sealed archive."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import NewType

from agent.domain.answers import Answers, Values
from agent.domain.confirming import Confirmed, LaidAnswer, Listing
from agent.domain.disputes import Dispute
from agent.domain.mail import Address, MeetingAnswer, MessageId
from agent.domain.problems import Problem
from agent.domain.reading import Drift, Uncompared
from agent.domain.signatures import Signature
from agent.domain.words import Language, Words
from agent.domain.work_items import ItemId, WorkItem

CaseId = NewType("CaseId", str)
"""The case number as people write it: `XT-2026-0001`."""


class CaseStatus(Enum):
    """Whether the clocks of a case run, and how it ended."""

    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    """Accepted and archived."""
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


ENDED = frozenset({CaseStatus.CLOSED, CaseStatus.FAILED, CaseStatus.WITHDRAWN, CaseStatus.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRef:
    """A file kept among the blobs."""

    name: str
    digest: str
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One accepted form: what it said, who sent it, how it was signed, where its bytes are."""

    item: ItemId
    step: str
    subject: str
    form: str
    revision: int
    """1 for the first accepted form of this step and subject, one more for each amendment."""
    by: Address
    at: datetime
    mail: MessageId
    document: FileRef
    values: Values
    signatures: tuple[Signature, ...] = ()
    files: tuple[FileRef, ...] = ()
    warnings: tuple[Problem, ...] = ()
    confirmed: tuple[Confirmed, ...] = ()
    """Values that were doubtful until somebody confirmed them or wrote the right ones."""
    parts: tuple[FileRef, ...] = ()
    """Further documents that its pages came in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A returned form that waits: for 确认 of doubtful values or signatures, or for missing pages."""

    item: ItemId
    by: Address
    mail: MessageId
    document: FileRef
    answers: Answers
    signatures: tuple[Signature, ...] = ()
    files: tuple[FileRef, ...] = ()
    parts: tuple[FileRef, ...] = ()
    """Further documents that its pages came in."""
    lacks: tuple[int, ...] = ()
    """Pages that have not come yet; it is judged when the last of them is there."""
    drift: tuple[Drift, ...] = ()
    """Where its fixed text is not what was sent; a coordinator has let it through."""
    uncompared: tuple[Uncompared, ...] = ()
    """Where nobody could tell whether its fixed text is what was sent."""
    confirmed: tuple[Confirmed, ...] = ()
    refused: bool = False
    """It was sent back as a whole: nothing of it can be confirmed, but new pages may replace its own."""
    listings: tuple[Listing, ...] = ()
    """What has been asked about it, by which letters."""
    stale: tuple[str, ...] = ()
    """The keys of letters that asked about an earlier return of this form."""
    came: datetime | None = None
    """When its mail lay in the mailbox; None for when it was decided upon."""


class TaskStatus(Enum):
    """What the last report said of a task (process.md, progress)."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    LAGGING = "lagging"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One row of the countersigned breakdown, with what has been reported since."""

    id: str
    title: str
    responsible: Address
    accountable: Address
    consulted: tuple[Address, ...] = ()
    informed: tuple[Address, ...] = ()
    department: str = ""
    description: str = ""
    standard: str = ""
    start: date
    end: date
    support: str = ""
    depends_on: tuple[str, ...] = ()
    status: TaskStatus = TaskStatus.NOT_STARTED
    percent: int = 0
    risk: str = ""
    help_needed: str = ""
    reported: datetime | None = None
    done_on: date | None = None
    warned_on: date | None = None
    """The morning on which its owner was first warned of it as lagging; None while it does not lag."""
    unwarned: int = 0
    """The mornings since then on which nobody was warned, because the clerk was stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItem:
    """Something a meeting asked of somebody; carried over until it is done."""

    id: str
    what: str
    who: Address
    when: date | None
    origin: str
    """The id of the meeting that asked for it."""
    done_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPlan:
    """A meeting that was called."""

    id: str
    step: str
    title: Words
    at: datetime
    """UTC."""
    minutes: int = 60
    """How long it is planned to last."""
    place: str = ""
    called: datetime
    """When the invitation was decided."""
    invited: tuple[Address, ...]
    replies: Mapping[Address, MeetingAnswer] = field(default_factory=dict)
    sequence: int = 0
    """The iCalendar SEQUENCE: one more for each change of time."""
    held: bool = False
    recorded: bool = False
    """True when its minutes have been returned and distributed."""


class TimerKind(Enum):
    """What a timer is for."""

    REMIND = "remind"
    CLIMB = "climb"
    MEETING = "meeting"
    ASK = "ask"
    COMPILE = "compile"
    MORNING = "morning"
    MILESTONE = "milestone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A moment at which a case wants to be looked at; the store keeps them in one indexed table."""

    key: str
    """Unique in the case and for this moment: striking it twice is recognised."""
    due: datetime
    kind: TimerKind
    subject: str = ""
    """The item, meeting, cycle or milestone that it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneState:
    """A milestone 关键时间节点 of this case."""

    title: str
    day: date
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessRef:
    """Which definition a case runs on; definitions are immutable by these three."""

    id: str
    version: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The whole of what we know about one case; it is replaced, never changed."""

    id: CaseId
    process: ProcessRef
    initiator: Address
    language: Language
    began: datetime
    title: str = ""
    profile: str
    status: CaseStatus = CaseStatus.OPEN
    suspended_at: datetime | None = None
    stage: str
    entered: datetime
    """When the case entered its present stage; what a step did before belongs to an earlier pass."""
    done_steps: tuple[str, ...] = ()
    """Steps completed in the present pass through their stages."""
    items: tuple[WorkItem, ...] = ()
    filings: tuple[Filing, ...] = ()
    held: tuple[Held, ...] = ()
    laid_by: tuple[Held, ...] = ()
    """Forms that came while the case was suspended, in that order; taken when it is resumed."""
    laid_answers: tuple[LaidAnswer, ...] = ()
    """What was answered to confirmation letters meanwhile; taken with them, in the order that all came."""
    tasks: tuple[Task, ...] = ()
    actions: tuple[ActionItem, ...] = ()
    meetings: tuple[MeetingPlan, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    milestones: tuple[MilestoneState, ...] = ()
    released: tuple[str, ...] = ()
    """Departments that a ruling let off."""
    communications: tuple[FileRef, ...] = ()
    """Mails worth keeping 重要沟通留存."""
    struck: Mapping[str, str] = field(default_factory=dict)
    """For each recurring schedule the moment (ISO 8601) it was last struck: `weekly/ask`, `morning`."""
    archive: FileRef | None = None
    hold: str = ""
    """Why its papers must outlive every retention (legal hold); empty for none."""
    timers: tuple[Timer, ...] = ()
    """Every moment at which this case wants to be looked at; follows from the rest."""

    def item(self, name: str) -> WorkItem | None:
        """Return the work item called `name`."""
        return next((i for i in self.items if i.id == name), None)

    def open_items(self) -> tuple[WorkItem, ...]:
        """Return the items that somebody still has to answer."""
        return tuple(i for i in self.items if i.is_open)

    def of_step(self, step: str) -> tuple[WorkItem, ...]:
        """Return every item of `step`, in the order they were opened."""
        return tuple(i for i in self.items if i.step == step)

    def filing(self, step: str, subject: str | None = None) -> Filing | None:
        """Return the latest accepted form of `step`, of one subject if given."""
        found = (
            f for f in reversed(self.filings) if f.step == step and (subject is None or f.subject == subject)
        )
        return next(found, None)

    def form(self, name: str) -> Filing | None:
        """Return the latest accepted form of that kind, whichever step asked for it."""
        return next((f for f in reversed(self.filings) if f.form == name), None)

    @property
    def has_ended(self) -> bool:
        """Say whether the case is over."""
        return self.status in ENDED
