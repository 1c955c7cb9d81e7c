"""Several copies of one sheet: pages that come one after the other, and a scan beside the Word file.

Two photos of two pages make one form, page by page.  A signed scan and the editable file that it was printed
from make one form, too: the signed one counts for the signatures and is the document; the values must agree.
"""

import re
from dataclasses import replace

from agent.domain.answers import Answer, Answers, Evidence, Trust
from agent.domain.reading import Reading
from agent.domain.signatures import Signature, Verdict

_PAGE = re.compile(r"page (\d+)")
"""How the evidence of paper begins (`parsers.pages.page.Spot.place`)."""

CONTRADICTION = "contradiction"
"""The problem of an answer of which two copies say different things."""

_ORDER = {Verdict.SIGNED: 0, Verdict.UNCLEAR: 1, Verdict.UNSIGNED: 2}
_TRUSTS = (Trust.SURE, Trust.LIKELY, Trust.GUESS)


def one_of(copies: tuple[Reading, ...]) -> Reading:
    """Return what several documents of one mail say together of their sheet.

    Args:
        copies: readings of the same sheet, at least one, in the order they were attached.
    """
    pages = [copy for copy in copies if copy.lacks]
    whole = [copy for copy in copies if not copy.lacks]
    if pages:
        joined = pages[0]
        for copy in pages[1:]:
            joined = _joined(joined, copy)
        whole.append(joined)
    first, *others = whole
    for other in others:
        first = _agreed(first, other)
    return first


def merged(
    before: tuple[Answers, tuple[Signature, ...]], after: tuple[Answers, tuple[Signature, ...]]
) -> tuple[Answers, tuple[Signature, ...]]:
    """Return two part returns of a sheet as one: the later wins wherever it has the place at all.

    A place that was not found lies on a page that is missing; a place that was found and is empty has
    evidence, and is an answer: it was left empty, or emptied.  The rows of a table are counted in each
    document from its own first row, so those of other pages go before or behind them.
    """
    old = {answer.field: answer for answer in before[0].all}
    new = {answer.field: answer for answer in after[0].all}
    for table in {path.partition(".")[0] for path in (*old, *new) if "." in path}:
        _join_tables(table, old, new)
    paths = (*old, *(path for path in new if path not in old))
    answers = tuple(
        new[path] if path in new and (_was_seen(new[path]) or path not in old) else old[path]
        for path in paths
    )
    marks = {mark.slot: mark for mark in before[1]}
    for mark in after[1]:
        if mark.slot not in marks or mark.verdict is not Verdict.UNSIGNED or mark.evidence:
            marks[mark.slot] = mark
    return Answers(answers), tuple(marks.values())


def _join_tables(table: str, old: dict[str, Answer], new: dict[str, Answer]) -> None:
    """Renumber the rows of a table in both documents, so that rows of different pages do not meet.

    A row stands on the page that its evidence names.  Of a page that both documents have the later rows
    count; without the names of pages a row is known by its number alone.
    """
    before, after = _rows(table, old), _rows(table, new)
    pages = {page for page, _ in after}
    if 0 in pages | {page for page, _ in before} or not before or not after:
        return
    for path in [path for path in (*old, *new) if path.startswith(f"{table}.")]:
        old.pop(path, None)
        new.pop(path, None)
    kept = [row for row in before if row[0] not in pages]
    for number, (_, row) in enumerate(sorted((*kept, *after), key=lambda each: each[0])):
        for answer in row:
            path = f"{table}.{number}.{answer.field.rpartition('.')[2]}"
            new[path] = replace(answer, field=path)


def _rows(table: str, answers: dict[str, Answer]) -> list[tuple[int, list[Answer]]]:
    """Return the rows of a table in their order, each with the page it stands on; 0 when nobody knows."""
    rows: dict[int, list[Answer]] = {}
    for path, answer in answers.items():
        name, _, rest = path.partition(".")
        number = rest.partition(".")[0]
        if name == table and number.isdecimal():
            rows.setdefault(int(number), []).append(answer)
    return [(_page(row), row) for _, row in sorted(rows.items()) if any(map(_was_seen, row))]


def _page(row: list[Answer]) -> int:
    found = (_PAGE.match(each.place) for answer in row for each in answer.evidence)
    return next((int(page[1]) for page in found if page is not None), 0)


def _was_seen(answer: Answer) -> bool:
    return answer.trust is not Trust.ABSENT or bool(answer.evidence)


def _joined(before: Reading, after: Reading) -> Reading:
    answers, signatures = merged((before.answers, before.signatures), (after.answers, after.signatures))
    return replace(
        before,
        answers=answers,
        signatures=signatures,
        lacks=tuple(page for page in before.lacks if page in after.lacks),
        drift=(*before.drift, *after.drift),
        uncompared=tuple(dict.fromkeys((*before.uncompared, *after.uncompared))),
    )


def _agreed(one: Reading, other: Reading) -> Reading:
    """Return two whole copies as one; what they disagree on is a guess that a person decides."""
    signed, editable = (other, one) if _marks(other) > _marks(one) else (one, other)
    mine = {answer.field: answer for answer in signed.answers.all}
    theirs = {answer.field: answer for answer in editable.answers.all}
    paths = (*mine, *(path for path in theirs if path not in mine))
    answers = tuple(_one_answer(mine.get(path), theirs.get(path), whole=not signed.lacks) for path in paths)
    best = {mark.slot: mark for mark in editable.signatures}
    for mark in signed.signatures:
        known = best.get(mark.slot)
        if known is None or _ORDER[mark.verdict] <= _ORDER[known.verdict]:
            best[mark.slot] = mark
    return replace(
        signed,
        answers=Answers(answers),
        signatures=tuple(best.values()),
        lacks=tuple(page for page in signed.lacks if page in editable.lacks),
        drift=(*signed.drift, *editable.drift),
        uncompared=tuple(dict.fromkeys((*signed.uncompared, *editable.uncompared))),
    )


def _marks(reading: Reading) -> int:
    return sum(mark.verdict is Verdict.SIGNED for mark in reading.signatures)


def _one_answer(signed: Answer | None, other: Answer | None, *, whole: bool) -> Answer:
    """Return what two copies say of one place; `whole` when the signed copy has all its pages."""
    if signed is None or other is None:
        found = signed or other
        if found is None:  # pragma: no cover - a path comes from one of them
            raise ValueError("neither copy has the place")
        return found if signed is not None or not whole or found.value is None else _doubted(found)
    if signed.value == other.value:
        if signed.value is None:
            return signed if signed.trust is not Trust.ABSENT else other
        trust = min(signed.trust, other.trust, key=_TRUSTS.index)
        kept = replace(signed, trust=trust, problem="", picture=signed.picture or other.picture)
        return replace(kept, evidence=(*signed.evidence, *other.evidence))
    if signed.trust is Trust.ABSENT:
        return other if not whole or other.value is None else _doubted(other)
    if other.trust is Trust.ABSENT:
        return signed
    value = signed.value if signed.value is not None else other.value
    evidence: tuple[Evidence, ...] = (*signed.evidence, *other.evidence)
    return replace(signed, value=value, trust=Trust.GUESS, problem=CONTRADICTION, evidence=evidence)


def _doubted(answer: Answer) -> Answer:
    return replace(answer, trust=Trust.GUESS, problem=CONTRADICTION)
