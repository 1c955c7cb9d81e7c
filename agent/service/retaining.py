"""Retention: what a case that ended long ago still keeps, and who may not lose anything yet.

Raw mails, letters, attachments and pictures go; the journal, the seals and the archives stay.  A file that an
open case, a case under hold or a mail of no case speaks of as well stays, too.  Canaries, which the clerk
wrote to itself, go wholly after a week.

A case's tombstones and its journal entry become true together; only then do the files go.  Nobody else may
work on the store meanwhile (`service.single`): a mail that brings the same bytes would rely on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256

from agent.domain.case import Case, CaseId
from agent.domain.events import ArchiveSealed, HoldSet, PapersRemoved
from agent.domain.mail import Address
from agent.domain.plans import Plan
from agent.domain.words import Words
from agent.service import advancing, canary
from agent.service.house import House, Turn
from store import probes, references
from store.cases import CaseLine
from store.codec import EVENT

_CANARY_KEPT = timedelta(days=7)
_KEPT_OPEN = Words(zh="尚未结束", en="it is open")
_KEPT_UNSEALED = Words(zh="尚未归档", en="it is not sealed yet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How long the papers of a case are kept after its end."""

    years: int
    days: int

    def until(self, ended: date) -> date:
        """Return the first day on which they may go."""
        year = min(ended.year + self.years, date.max.year - 1)
        leap_day = (ended.month, ended.day) == (2, 29)
        day = date(year, 3, 1) if leap_day and self.years else ended.replace(year=year)
        return day + timedelta(days=self.days + 1)

    @property
    def say(self) -> str:
        """Return the rule for the journal."""
        return f"[retention] years = {self.years}, days = {self.days}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired:
    """A case whose time is over, and the files that go."""

    case: CaseId
    ended: date
    digests: tuple[str, ...]
    size: int
    """Bytes, of those that are still there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spared:
    """A case that keeps everything although its time is over, or that was asked for by name."""

    case: CaseId
    because: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What the rule says now."""

    retired: tuple[Retired, ...]
    spared: tuple[Spared, ...]
    leftover: tuple[str, ...]
    """Files of cases that were retired before and are still there: we were stopped before they went.  What a
    hold that came later keeps is not among them."""
    canaries: Mapping[int, str] = field(default_factory=dict)
    """Number and digest of old letters of the clerk to itself: they belong to no case and go wholly."""


def look(house: House, rule: Rule, only: CaseId | None = None) -> Retention:
    """Return what `remove` would do, and change nothing.

    Args:
        house: the tools.
        rule: how long papers are kept.
        only: one case; others are left alone, and why it is spared is told even if its time is not over.
    """
    with house.turn(reading=True) as turn:
        ended: dict[CaseId, date] = {}
        spared: list[Spared] = []
        for line in turn.work.cases.list():
            if only is not None and line.id != only:
                continue
            case = turn.work.cases.load(line.id)
            if case is None:
                continue
            end = _end(turn, case, line)
            is_over = case.has_ended and turn.world.workdays.day_of(turn.now) >= rule.until(end)
            why = _spared(case, end, rule, is_over=is_over, asked=only is not None)
            if why is not None:
                spared.append(Spared(case=case.id, because=why))
            elif is_over:
                ended[case.id] = end
        canaries: Mapping[int, str] = {}
        if only is None:
            before = turn.now - _CANARY_KEPT
            canaries = probes.settled_as(turn.work.session, canary.BECAUSE, before=before)
        tombs = turn.work.tombstones.all()
        owned = references.owned(turn.work.session)
        held = {case for case in set().union(*tombs.values()) if _is_held(turn, {CaseId(case)})}
    gone = _by_case(owned, tombs, frozenset(ended))
    retired = (
        Retired(case=case, ended=end, digests=gone[case], size=sum(_size(house, each) for each in gone[case]))
        for case, end in sorted(ended.items())
        if gone.get(case)
    )
    leftover = (
        digest
        for digest, cases in sorted(tombs.items())
        if house.blobs.has(digest)
        and (only is None or only in cases)
        and not cases & held
        and (digest not in owned or owned[digest].owners <= cases)
    )
    return Retention(
        retired=tuple(retired), spared=tuple(spared), leftover=tuple(leftover), canaries=canaries
    )


def remove(house: House, rule: Rule, found: Retention, *, by: Address) -> int:
    """Remove what `look` found, case by case; return how many files went.

    A case that was put under hold since then keeps everything, and so does one that shares a file with it.

    Raises:
        Conflict: a case was decided meanwhile; nothing of it went.
        TryLater: the store or the disk is away; what went has its tombstone.
    """
    count = _remove_leftover(house, found.leftover)
    if found.canaries:
        with house.unit() as work:
            probes.forget(work.session, frozenset(found.canaries))
            spoken_of = references.owned(work.session).keys()
            work.commit()
        gone = frozenset(found.canaries.values()) - spoken_of
        count += sum(house.blobs.remove(digest) > 0 for digest in gone)
    sharing: dict[str, set[CaseId]] = {}
    for each in found.retired:
        for digest in each.digests:
            sharing.setdefault(digest, set()).add(each.case)
    for each in found.retired:
        listing = sha256("\n".join(sorted(each.digests)).encode()).hexdigest()
        with house.turn() as turn:
            if _is_held(turn, set().union(*(sharing[digest] for digest in each.digests))):
                continue
            event = PapersRemoved(at=turn.now, by=by, why=rule.say, files=len(each.digests), listing=listing)
            plan = advancing.advance(turn, each.case, event, cause=f"removed/{each.case}/{listing}")
            turn.work.tombstones.put(each.case, each.digests, turn.now)
            turn.commit()
        if plan is not None:
            advancing.tell(house, plan, event)
        count += sum(house.blobs.remove(digest) > 0 for digest in each.digests)
    return count


def hold(house: House, case: CaseId, *, on: bool, by: Address, why: str) -> Plan | None:
    """Put `case` under legal hold, or take it off; None when it is so already."""
    with house.turn() as turn:
        known = turn.work.cases.load(case)
        if known is not None and bool(known.hold) == on:
            return None
        event = HoldSet(at=turn.now, by=by, why=why, on=on)
        plan = advancing.advance(turn, case, event, cause=f"hold/{case}/{turn.now.isoformat()}/{on}")
        turn.commit()
    if plan is not None:
        advancing.tell(house, plan, event)
    return plan


def _remove_leftover(house: House, digests: tuple[str, ...]) -> int:
    """Remove what an interrupted removal has left, unless a case of it was put under hold since then."""
    with house.turn(reading=True) as turn:
        tombs = turn.work.tombstones.all()
    by_cases: dict[frozenset[CaseId], list[str]] = {}
    for digest in digests:
        by_cases.setdefault(frozenset(map(CaseId, tombs[digest])), []).append(digest)
    count = 0
    for cases, files in by_cases.items():
        with house.turn(reading=True) as turn:
            if _is_held(turn, set(cases)):
                continue
        count += sum(house.blobs.remove(digest) > 0 for digest in files)
    return count


def _is_held(turn: Turn, cases: set[CaseId]) -> bool:
    """Say whether one of these cases is under legal hold now."""
    found = (turn.work.cases.load(case) for case in sorted(cases))
    return any(case is None or bool(case.hold) for case in found)


def _end(turn: Turn, case: Case, line: CaseLine) -> date:
    """Return the day on which a case ended: when it was sealed, or last decided if nothing was sealed."""
    moment: datetime = line.updated
    if case.archive is not None:
        for entry in turn.work.journal.of_case(case.id):
            if isinstance(EVENT.load(entry.event), ArchiveSealed):
                moment = entry.at
    return turn.world.workdays.day_of(moment)


def _spared(case: Case, end: date, rule: Rule, *, is_over: bool, asked: bool) -> Words | None:
    if not case.has_ended:
        return _KEPT_OPEN if asked else None
    if not is_over:
        until = rule.until(end)
        return Words(zh=f"须保留到 {until} 之前", en=f"it is kept until {until}") if asked else None
    if case.hold:
        return Words(zh=f"法律保留：{case.hold}", en=f"legal hold: {case.hold}")
    return _KEPT_UNSEALED if case.archive is None and case.filings else None


def _by_case(
    owned: Mapping[str, references.Referred], tombs: Mapping[str, frozenset[str]], retiring: frozenset[str]
) -> dict[CaseId, tuple[str, ...]]:
    """Return what each retiring case loses: files of which nobody speaks but cases that retire, or did."""
    found: dict[CaseId, list[str]] = {}
    for digest, referred in sorted(owned.items()):
        before = tombs.get(digest, frozenset())
        if referred.owners <= retiring | before:
            for case in sorted(referred.owners - before):
                found.setdefault(CaseId(case), []).append(digest)
    return {case: tuple(digests) for case, digests in found.items()}


def _size(house: House, digest: str) -> int:
    path = house.blobs.path(digest)
    return path.stat().st_size if path.is_file() else 0
