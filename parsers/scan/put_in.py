"""Words on paper that nobody sent."""

from collections.abc import Iterable, Iterator, Mapping

from agent.domain.reading import Drift, DriftKind
from parsers.pages.drift import shown
from parsers.scan.leaf import Leaf
from parsers.scan.printed import Print, Run
from parsers.scan.second_look import look
from parsers.scan.spelt import find, spelt

_ALONE, _AMONG = 14, 4
"""Compared characters from which on they are told: beside the form, where a scanning app prints its name, and
in a ruled cell or in a line of what was sent."""
_CLEAR = 0.9
"""Score of words that nobody sent."""
_ALIKE = 4
"""Of as many characters one may be misread where an empty place says what it says."""


def put_in(where: Print, leaves: Mapping[int, Leaf], again: Iterable[str]) -> Iterator[Drift]:
    """Yield the words that nobody sent and that are read twice.

    Args:
        where: the print, in which all that was sent has been found.
        leaves: the pages by number.
        again: what may stand there any number of times: the prompt of an empty place, a choice.
    """
    known = [key for each in again if (key := spelt(each)[0])]
    for number, rest, beside in where.rest():
        run = where.runs[number]
        least = _AMONG if beside or run.cell >= 0 else _ALONE
        if len(rest) < least or run.word.score < _CLEAR or any(_is_part(rest, each) for each in known):
            continue
        if _is_seen(rest, run, leaves):
            yield Drift(kind=DriftKind.ADDED, page=run.page, returned=shown(run.word.text))


def _is_seen(rest: str, run: Run, leaves: Mapping[int, Leaf]) -> bool:
    """Say whether words stand there when the place alone is looked at, as clearly as on the page."""
    (looked,) = look([(leaves[run.page], run.word.box)])
    for each in looked.readings:
        at = each.key.find(rest)
        if at >= 0 and min(each.scores[at : at + len(rest)]) >= _CLEAR:
            return True
    return False


def _is_part(rest: str, known: str) -> bool:
    """Say whether words are part of known ones, but for what OCR may misread of them."""
    match = find(rest, known)
    return match is not None and match.cost <= len(rest) // _ALIKE
