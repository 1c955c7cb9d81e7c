"""Upright strokes: one on paper, many in Unicode, and nothing that an engine can count."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from parsers.scan.spelt import Edit, Match, Place, find, origins, spelt, stroke_marks, strokes


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What one reading says otherwise than was sent."""

    match: Match | None
    """Without the strokes below; None when there is nothing to compare."""
    doubted: frozenset[Place]
    """Where it says so; everywhere when there is nothing to compare."""
    as_marks: frozenset[Place] = frozenset()
    """Where one stroke is a letter here and a mark there (`I` and `!`): the same ink."""
    as_figures: frozenset[Place] = frozenset()
    """Likewise in a number: the edge of a table is read as `|`, too, and may stand where a one stood."""


def differences(text: str, words: str, key: str) -> Differences:
    """Return what a reading says otherwise, but for how its strokes were counted or called.

    Args:
        text: as it was sent.
        words: as they were read.
        key: their compared characters.
    """
    sent, read = _Drawn.of(text, spelt(text)[0]), _Drawn.of(words, key)
    match = find(sent.key, key)
    if match is None:
        return Differences(match=None, doubted=frozenset((at, False) for at in range(len(sent.key))))
    thin = [each for each in match.edits if set(each.was + each.now) == {"1"}]
    kept = [each for each in match.edits if each not in thin or not _is_a_count(each, sent, read)]
    alike = [each for each in kept if each in thin and _is_as_many(each, sent, read)]
    alone = [each for each in alike if _is_alone(each, sent)]
    return Differences(
        match=replace(match, edits=tuple(each for each in kept if each not in alike)),
        doubted=_places(each for each in kept if each not in alike),
        as_marks=_places(alone),
        as_figures=_places(each for each in alike if each not in alone),
    )


def _places(edits: Iterable[Edit]) -> frozenset[Place]:
    return frozenset(place for each in edits for place in each.places)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A text as it is drawn."""

    key: str
    of_words: frozenset[int]
    """The compared characters that are strokes of words."""
    beside: tuple[int, ...]
    """The marks that are strokes, before each compared character and after the last."""
    figures: frozenset[int]
    """The compared characters that are digits, and no letter that looks like one."""

    @classmethod
    def of(cls, words: str, key: str) -> "_Drawn":
        beside, letters = stroke_marks(words), [words[at] for at in origins(words)]
        if len(beside) != len(key) + 1:  # readings of two places, whose marks depend on what stands beside
            return cls(key, strokes(words), (0,) * (len(key) + 1), frozenset())
        figures = frozenset(at for at, each in enumerate(letters) if each.isdigit())
        return cls(key, strokes(words), beside, figures)

    def around(self, start: int, end: int) -> range:
        """Return the characters that are drawn as strokes and stand in and beside a stretch."""
        while start and self.key[start - 1] == "1":
            start -= 1
        while self.key[end : end + 1] == "1":
            end += 1
        return range(start, end)

    def drawn(self, where: range) -> int:
        """Return how many strokes these characters are with the marks in and beside them."""
        return len(where) + sum(self.beside[where.start : where.stop + 1])

    def is_number(self, where: range) -> bool:
        """Say whether there is a digit among these characters or beside them."""
        return not self.figures.isdisjoint(range(where.start - 1, where.stop + 1))


def _is_a_count(edit: Edit, sent: _Drawn, read: _Drawn) -> bool:
    """Say whether strokes are of words, and only more or fewer than were sent, but not none."""
    ours, here = sent.around(edit.start, edit.end), read.around(edit.begin, edit.stop)
    both = (len(sent.of_words.intersection(ours)), len(read.of_words.intersection(here)))
    return min(both) > 0 and len(ours) - both[0] == len(here) - both[1]


def _is_as_many(edit: Edit, sent: _Drawn, read: _Drawn) -> bool:
    """Say whether there are as many strokes as were sent, letters and marks together."""
    ours, here = sent.around(edit.start, edit.end), read.around(edit.begin, edit.stop)
    return sent.drawn(ours) == read.drawn(here)


def _is_alone(edit: Edit, sent: _Drawn) -> bool:
    """Say whether a stroke is the only one there, and no figure."""
    ours = sent.around(edit.start, edit.end)
    return sent.drawn(ours) == 1 and not sent.is_number(ours)
