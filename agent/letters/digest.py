"""The coordinator's digest: what is wanted first, then what is late, then what goes on.

Ten thousand open cases make a short mail: every list is sorted by urgency and cut, every count is whole,
and the workbook that travels along has all the lines.
"""

from collections.abc import Iterable, Sequence
from heapq import nsmallest

from agent.domain.case import CaseStatus
from agent.domain.digest import CaseLine, DigestFacts, ItemLine, ReviewLine, TroubleLine
from agent.domain.mail import Address
from agent.domain.statuses import CASE_STATUSES
from agent.domain.words import Language, Words
from agent.letters.mime import one_line
from agent.letters.values import Tongue
from agent.letters.views import Cell, DigestView

MOST_REVIEW = 40
MOST_CASES = 20
MOST_HOLDERS = 12
MOST_ITEMS = 3
MOST_COMING = 15
MOST_OTHERS = 15
_LONGEST = 80

_LATE = Words(zh="逾期 {n} 个工作日", en="{n} workdays late")
_LATE_HOURS = Words(zh="已逾期", en="overdue")
_LAG = Words(zh="滞后 {n} 个工作日", en="{n} workdays late")
_OTHERS = Words(zh="另有 {n} 个", en="and {n} more")
_QUARANTINED = Words(zh="已隔离", en="quarantined")
_UNSURE = Words(zh="可能已发出，请核对“已发送”", en="may have left; please look in Sent")
_FAILED = Words(zh="未能发出", en="did not leave")
_OPEN = Words(zh="{n} 个待办", en="{n} open")
_OVERDUE = Words(zh="{n} 个逾期", en="{n} overdue")
_REVIEW = Words(zh="待审 {n}", en="{n} in review")
_LAGGING = Words(zh="滞后 {n}", en="{n} lagging")

Row = tuple[Cell, ...]


def view_digest(facts: DigestFacts, tongue: Tongue, file: str) -> DigestView:
    """Return what the digest shows; `file` is the name of the workbook."""
    lagging = sum(c.lag > 0 or bool(c.lagging) for c in facts.cases)
    holders = {i.holder for i in facts.overdue}
    return DigestView(
        headline=_headline(facts, lagging, tongue),
        attention=bool(facts.review or facts.troubles or lagging or facts.overdue),
        review_count=len(facts.review),
        trouble_count=len(facts.troubles),
        case_count=len(facts.cases),
        lag_count=lagging,
        overdue_count=len(facts.overdue),
        review=tuple(
            _review(r, tongue) for r in nsmallest(MOST_REVIEW, facts.review, key=lambda r: r.number)
        ),
        troubles=tuple(
            _trouble(t, tongue) for t in nsmallest(MOST_OTHERS, facts.troubles, key=lambda t: t.since)
        ),
        overdue=_overdue(facts.overdue, tongue),
        cases=tuple(_case(c, tongue) for c in nsmallest(MOST_CASES, facts.cases, key=pressing)),
        coming=tuple(_coming(i, tongue) for i in nsmallest(MOST_COMING, facts.coming, key=lambda i: i.due)),
        ended=tuple(_ended(c, tongue) for c in facts.ended[:MOST_OTHERS]),
        withheld=tuple(
            (Cell(words=tongue.name(w.person)), Cell(words=str(w.count)))
            for w in nsmallest(MOST_OTHERS, facts.withheld, key=lambda w: -w.count)
        ),
        warnings=tuple(tongue.words(w) for w in facts.warnings[:MOST_OTHERS]),
        journal_length=facts.journal_length,
        journal_head=facts.journal_head,
        more=len(facts.cases) > MOST_CASES
        or len(holders) > MOST_HOLDERS
        or len(facts.coming) > MOST_COMING
        or len(facts.review) > MOST_REVIEW
        or _crowded(facts.overdue),
        file=file,
    )


def pressing(case: CaseLine) -> tuple[int, int, str]:
    """Return the sort key of a case: lag first, then overdue items, then its number."""
    return (-case.lag, -case.overdue, case.case)


def _headline(facts: DigestFacts, lagging: int, tongue: Tongue) -> str:
    counts = ((_REVIEW, len(facts.review)), (_LAGGING, lagging), (_OVERDUE, len(facts.overdue)))
    said = [_number(words, count, tongue) for words, count in counts if count]
    colon = "：" if tongue.language is Language.ZH else ": "
    return colon + tongue.join(tuple(said)) if said else ""


def _review(line: ReviewLine, tongue: Tongue) -> Row:
    sender = one_line(line.sender)
    return (
        Cell(words=str(line.number), red=True),
        Cell(words=_short(line.subject) or "–", under=(f"{sender}, {tongue.moment(line.arrived)}",)),
        _why(line, tongue),
    )


def _why(line: ReviewLine, tongue: Tongue) -> Cell:
    """Return why a mail waits; what differs from the form that was sent stands in lines of its own."""
    first, *more = line.because.in_(tongue.language).splitlines() or [""]
    under = tuple(one_line(each) for each in more)
    quarantined = (tongue.words(_QUARANTINED),) if line.quarantined else ()
    return Cell(words=one_line(first), under=(*under, *quarantined))


def _trouble(line: TroubleLine, tongue: Tongue) -> Row:
    state = tongue.words(_UNSURE if line.unsure else _FAILED)
    return (
        Cell(words=_short(line.subject), under=(tongue.moment(line.since),)),
        Cell(words=tongue.names(line.to[:3])),
        Cell(words=state, red=True, under=(_short(line.why),) if line.why else ()),
    )


def _overdue(items: Iterable[ItemLine], tongue: Tongue) -> tuple[Row, ...]:
    """Return one row per holder, whoever is the latest first."""
    by_holder: dict[Address, list[ItemLine]] = {}
    for item in items:
        by_holder.setdefault(item.holder, []).append(item)
    worst = nsmallest(
        MOST_HOLDERS, by_holder.items(), key=lambda pair: (-max(i.late for i in pair[1]), pair[0])
    )
    return tuple(_holder(holder, found, tongue) for holder, found in worst)


def _holder(holder: Address, items: Sequence[ItemLine], tongue: Tongue) -> Row:
    worst = nsmallest(MOST_ITEMS, items, key=lambda i: (-i.late, i.due))
    lines = tuple(
        f"{i.case} {tongue.words(i.what)} · "
        + (_number(_LATE, i.late, tongue) if i.late else tongue.words(_LATE_HOURS))
        for i in worst
    )
    rest = len(items) - len(worst)
    return (
        Cell(words=tongue.name(holder)),
        Cell(
            words=_number(_OVERDUE, len(items), tongue),
            red=True,
            under=(*lines, _number(_OTHERS, rest, tongue)) if rest else lines,
        ),
    )


def _case(case: CaseLine, tongue: Tongue) -> Row:
    tasks = tuple(_short(t) for t in case.lagging[:MOST_ITEMS])
    status = () if case.status is CaseStatus.OPEN else (tongue.words(CASE_STATUSES[case.status]),)
    title = (_short(case.title),) if case.title else ()
    return (
        Cell(words=case.case, under=(*title, tongue.words(case.stage), *status)),
        Cell(
            words=_number(_OPEN, case.open_items, tongue),
            red=case.overdue > 0,
            under=(_number(_OVERDUE, case.overdue, tongue),) if case.overdue else (),
        ),
        Cell(words=_number(_LAG, case.lag, tongue) if case.lag else "–", red=case.lag > 0, under=tasks),
    )


def _coming(item: ItemLine, tongue: Tongue) -> Row:
    return (
        Cell(words=tongue.moment(item.due)),
        Cell(words=tongue.name(item.holder)),
        Cell(words=tongue.words(item.what), under=(f"{item.case} {_short(item.title)}".strip(),)),
    )


def _ended(case: CaseLine, tongue: Tongue) -> Row:
    return (
        Cell(words=case.case, under=(_short(case.title),) if case.title else ()),
        Cell(words=tongue.words(CASE_STATUSES[case.status])),
    )


def _crowded(items: Iterable[ItemLine]) -> bool:
    counts: dict[Address, int] = {}
    for item in items:
        counts[item.holder] = counts.get(item.holder, 0) + 1
    return any(count > MOST_ITEMS for count in counts.values())


def _number(words: Words, number: int, tongue: Tongue) -> str:
    said = tongue.words(words).replace("{n}", str(number))
    return said.replace("1 workdays", "1 workday") if number == 1 else said


def _short(text: str) -> str:
    plain = one_line(text)
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"
