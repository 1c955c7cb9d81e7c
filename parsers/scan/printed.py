"""The print of some pages as one run of compared characters, each of which knows where it was read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from parsers.pages.page import PageWord
from parsers.scan.spelt import GONE, Match, find, spelt, widened

_MOST = 200_000
"""Compared characters of one document; a form of twenty pages has 20,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words that the reading of a page found in one line, without answers."""

    word: PageWord
    page: int
    cell: int = -1
    """Which ruled cell of the page they stand in; -1 when in none."""


class Print:
    """What is left of it shrinks as the texts that were sent are found in it."""

    def __init__(self, runs: Iterable[Run]) -> None:
        """Spell the runs one after the other."""
        self.runs: list[Run] = []
        self._owners: list[int] = []
        parts: list[str] = []
        for run in runs:
            key, _ = spelt(run.word.text)
            if len(self._owners) + len(key) > _MOST:
                break
            parts.append(key)
            self._owners.extend([len(self.runs)] * len(key))
            self.runs.append(run)
        self.text = "".join(parts)
        self._found: set[int] = set()

    def take(self, key: str) -> bool:
        """Strike out one place where `key` stands, whole; say whether there was one.

        Of several the one where least stands beside it: `签字` heads a table, and ends labels in it.
        """
        places = [at for at in self._places(key) if not self._whole(Match(at, at + len(key), ()), key).edits]
        if not places:
            return False
        at = min(places, key=lambda each: (self._joins(each) + self._joins(each + len(key)), each))
        self.strike(at, at + len(key))
        return True

    def like(self, key: str) -> Match | None:
        """Return the place that is most like `key`; None where there is none to compare with."""
        found = find(key, self.text)
        return self._whole(found, key) if found is not None else None

    def strike(self, begin: int, stop: int) -> None:
        """Take a stretch as found."""
        self._found.update(self._owners[begin:stop])
        self.text = self.text[:begin] + GONE * (stop - begin) + self.text[stop:]

    def owners(self, begin: int, stop: int) -> tuple[int, ...]:
        """Return the numbers of the runs that a stretch stands in, in their order."""
        return tuple(dict.fromkeys(self._owners[begin:stop]))

    def span(self, owners: Sequence[int]) -> tuple[int, int]:
        """Return where some runs begin and end."""
        every = [at for at, owner in enumerate(self._owners) if owner in set(owners)]
        return (every[0], every[-1] + 1) if every else (0, 0)

    def is_all(self, match: Match) -> bool:
        """Say whether nothing else stands in the cells of a match."""
        owners = set(self.owners(match.begin, match.stop))
        cells = {(self.runs[each].page, self.runs[each].cell) for each in owners}
        return all(number in owners for number, run in enumerate(self.runs) if (run.page, run.cell) in cells)

    def accounted(self) -> Iterator[Run]:
        """Yield the runs in which something of what was sent was found."""
        found = {owner for at, owner in enumerate(self._owners) if self.text[at] == GONE}
        yield from (run for at, run in enumerate(self.runs) if at in found)

    def is_open(self, number: int) -> bool:
        """Say whether nothing of what was sent was found in a run."""
        return number not in self._found

    def doubted(self, score: float) -> Iterator[int]:
        """Yield the runs below `score` of which nothing was found."""
        found = {owner for at, owner in enumerate(self._owners) if self.text[at] == GONE}
        yield from (at for at, run in enumerate(self.runs) if at not in found and run.word.score < score)

    def rest(self) -> Iterator[tuple[int, str, bool]]:
        """Yield what was not found, run by run: its number, the words, and whether others beside it were."""
        cells = {(self.runs[each].page, self.runs[each].cell) for each in self._found}
        by_run: dict[int, list[str]] = {}
        for at, owner in enumerate(self._owners):
            if self.text[at] != GONE:
                by_run.setdefault(owner, []).append(self.text[at])
        for owner, letters in by_run.items():
            run = self.runs[owner]
            beside = owner in self._found or (run.cell >= 0 and (run.page, run.cell) in cells)
            yield owner, "".join(letters), beside

    def _whole(self, match: Match, key: str) -> Match:
        """Return a match with all of the number that it begins or ends in, as far as one run goes."""
        low, high = match.begin, match.stop
        while low > 0 and low < len(self._owners) and self._is_one(low - 1, low):
            low -= 1
        while 0 < high < len(self._owners) and self._is_one(high - 1, high):
            high += 1
        return widened(match, key, self.text, low, high)

    def _places(self, key: str) -> Iterator[int]:
        at = self.text.find(key)
        while at >= 0:
            yield at
            at = self.text.find(key, at + 1)

    def _joins(self, at: int) -> int:
        """Return 1 where the characters before and after `at` were read as one, and neither was found yet."""
        return int(0 < at < len(self._owners) and self._is_one(at - 1, at))

    def _is_one(self, at: int, after: int) -> bool:
        return self._owners[at] == self._owners[after] and GONE not in {self.text[at], self.text[after]}
