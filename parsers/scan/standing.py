"""In which runs of the print a text as sent seems to stand, and which of them differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parsers.scan.printed import Print
from parsers.scan.second_look import Looked
from parsers.scan.spelt import Match, find, spelt

_STRANGE = 0.8
"""Of its characters: as many fewer differ without a run that does not belong to the words."""
_MOST = 2
"""Times the characters that lack: a run that has more is another text."""
_CLEAR = 0.9
"""Score from which on words are what they are read as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a text as sent seems to stand."""

    owners: tuple[int, ...]
    """Numbers of its runs, in their order."""
    touched: frozenset[int]
    """The runs among them that differ."""
    rest: tuple[int, ...] = ()
    """The runs among them that may be a beginning or an end that lacks."""


def standing(key: str, where: Print, match: Match) -> Standing:
    """Return the runs of a match, and which of them differ: a gap is one of the run before and after it.

    A misread character costs as much as one that lacks: where the last one of a text stands alone in the line
    below, the text is found without it.  So the runs beside it in its cell that nothing else accounts for are
    looked at, too.

    Args:
        key: the compared characters of the text.
        where: the print, in which what came as it was sent has been found.
        match: the place that is most like the text.
    """
    touched: set[int] = set()
    for edit in match.edits:
        low = max(match.begin, edit.begin - (not edit.now))
        high = min(match.stop, edit.stop + (not edit.now))
        touched.update(where.owners(low, high))
    owners = list(where.owners(match.begin, match.stop))
    strangers = set()
    for stranger in [each for each in owners if each in touched]:
        if _is_between(key, where, owners, stranger):
            owners.remove(stranger)
            touched.discard(stranger)
            strangers.add(stranger)
    rest = tuple(each for each in _rests(key, where, match, owners) if each not in strangers)
    return Standing(owners=tuple(sorted({*owners, *rest})), touched=frozenset(touched.union(rest)), rest=rest)


def is_dark(where: Print, number: int, looked: Looked) -> bool:
    """Say whether nobody knows what a run says: ink that was read in doubt, on the page and alone.

    Args:
        where: the print.
        number: the run.
        looked: its place alone.
    """
    if where.runs[number].word.score >= _CLEAR or not looked.inked:
        return False
    return not any(each.key and min(each.scores) >= _CLEAR for each in looked.readings)


def _is_between(key: str, where: Print, owners: Sequence[int], stranger: int) -> bool:
    """Say whether a run only stands between the words as sent: of another cell, or what fills a place."""
    own = spelt(where.runs[stranger].word.text)[0]
    costs = []
    for kept in (owners, [each for each in owners if each != stranger]):
        match = find(key, "".join(spelt(where.runs[each].word.text)[0] for each in kept))
        costs.append(match.cost if match is not None else len(key))
    return bool(own) and costs[0] - costs[1] >= _STRANGE * len(own)


def _rests(key: str, where: Print, match: Match, owners: Sequence[int]) -> Iterator[int]:
    """Yield the runs before and after a text, in its cell, that may be what it lacks there."""
    for edit in match.edits:
        lost = edit.end - edit.start - (edit.stop - edit.begin)
        beside = [
            *([owners[0] - 1] if edit.start == 0 else ()),
            *([owners[-1] + 1] if edit.end == len(key) else ()),
        ]
        for number in beside:
            if lost > 0 and _is_one_cell(where, owners[0], number) and where.is_open(number):
                said = spelt(where.runs[number].word.text)[0]
                if 0 < len(said) <= _MOST * lost:
                    yield number


def _is_one_cell(where: Print, one: int, other: int) -> bool:
    if not 0 <= other < len(where.runs):
        return False
    here, there = where.runs[one], where.runs[other]
    return here.cell >= 0 and (here.page, here.cell) == (there.page, there.cell)
