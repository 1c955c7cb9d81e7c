"""What a template sees: frozen plain values, every word already in the reader's language.

A template never sees a case, an address book or a clock, only these; so whoever edits a letter
needs no other page than this one.  Text is on one line unless it says `lines`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """A work item: one form asked of one person."""

    id: str
    title: str
    """The step: `需求确认`."""
    seat: str
    """Which seat of it: a department, a task, a person's name; empty when there is one seat."""
    form: str
    """The form's title: `需求确认函`."""
    holder: str
    due: str
    """`3月5日（周四）12:00`"""
    late: int
    """Workdays since it was due; 0 while it is not."""
    overdue: bool
    state: str
    """`open`, `done`, `void` or `skipped`."""
    outcome: str
    """What the accepted form concluded; empty when it concludes nothing."""
    row: tuple[tuple[str, str], ...] = ()
    """What the request says about this seat, as (label, words)."""
    form_sent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemView:
    """One thing to put right."""

    label: str
    """Where, as the form labels it: `涉及部门 第2行 协作事项`."""
    found: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtView:
    """One numbered line that its reader confirms or writes anew."""

    number: int
    label: str
    read: str
    """The value as understood; empty when there is none, or a signature is asked about."""
    words: str
    """The words that were read; of a signature, why it is unclear."""
    must_write: bool
    """Nothing usable was read: 确认 alone does not settle it."""
    differing: str
    """What its places, or the copies of the form, say, where they say different things."""
    example: str
    """A value of the kind that is wanted."""
    cid: str
    """The crop of the paper; empty without one."""
    file: str
    """The name of the crop's file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """One task of the breakdown as last reported."""

    id: str
    title: str
    owner: str
    department: str
    start: str
    end: str
    standard: str
    percent: int
    status: str
    done: bool
    lag: int
    """Workdays past its end and not done."""
    lagging: bool
    """Past its end, or reported as lagging."""
    risk: str
    help: str
    left: int
    """Where its bar begins and how long it is, in hundredths of the plan."""
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionView:
    """An action item of a meeting."""

    what: str
    who: str
    when: str
    late: bool
    carried: bool
    """From an earlier meeting than the one this letter is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingView:
    """What one rung said."""

    rung: str
    by: str
    decision: str
    words: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeView:
    """A dispute with what has been ruled so far."""

    id: str
    title: str
    raised_by: str
    parties: str
    description: str
    proposal: str
    rung: str
    rulings: tuple[RulingView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationView:
    """How one department answered, and how it signed."""

    department: str
    by: str
    on: str
    conclusion: str
    lead: str
    signed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingView:
    """A meeting."""

    title: str
    when: str
    place: str
    people: str
    accepted: str
    declined: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingView:
    """An accepted form as words."""

    form: str
    by: str
    on: str
    fields: tuple[tuple[str, str], ...]
    """(label, words) of every single value that is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView:
    """A stage of the process and how far the case is in it."""

    title: str
    state: str
    """`done`, `now` or `later`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case."""

    number: str
    title: str
    """The project's name; empty until the request says it."""
    profile: str
    status: str
    stage: str
    began: str
    initiator: str
    completion: str
    stages: tuple[StageView, ...]
    items: tuple[ItemView, ...]
    """The open work items, the most urgent first."""
    tasks: tuple[TaskView, ...]
    actions: tuple[ActionView, ...]
    """Open action items, the earliest first."""
    disputes: tuple[DisputeView, ...]
    """Disputes that are not settled."""
    meetings: tuple[MeetingView, ...]
    """Meetings to come."""
    milestones: tuple[tuple[str, str, bool], ...]
    """(title, day, past)."""
    confirmations: tuple[ConfirmationView, ...]

    @property
    def lagging(self) -> tuple[TaskView, ...]:
        """Return the tasks that lag, the worst first."""
        return tuple(sorted((t for t in self.tasks if t.lagging), key=lambda t: -t.lag))

    @property
    def done(self) -> int:
        """Return how many tasks are done."""
        return sum(t.done for t in self.tasks)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordView:
    """A keyword with what it does."""

    word: str
    does: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table that a letter only prints."""

    words: str
    red: bool = False
    under: tuple[str, ...] = ()
    """Smaller lines below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestView:
    """The coordinator's digest: counts of everything, rows of what is most pressing."""

    headline: str
    """What the subject says behind the date: `：待审 3，滞后 2，逾期 5`."""
    attention: bool
    review_count: int
    trouble_count: int
    case_count: int
    lag_count: int
    overdue_count: int
    review: tuple[tuple[Cell, ...], ...]
    troubles: tuple[tuple[Cell, ...], ...]
    overdue: tuple[tuple[Cell, ...], ...]
    cases: tuple[tuple[Cell, ...], ...]
    coming: tuple[tuple[Cell, ...], ...]
    ended: tuple[tuple[Cell, ...], ...]
    withheld: tuple[tuple[Cell, ...], ...]
    warnings: tuple[str, ...]
    journal_length: int
    journal_head: str
    more: bool
    """True when a table leaves lines out; the workbook has them all."""
    file: str
