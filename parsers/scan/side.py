"""The pages of a scan before anybody knows what they are: upright, and with the codes that they bear."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from parsers.known import Known
from parsers.scan.identity import NOBODY, Identity, by_codes, by_words
from parsers.scan.ocr import Line, Pixels, read_page
from parsers.scan.pictures import Picture
from parsers.scan.seals import without_seals
from parsers.scan.upright import upright

_SHARE = 0.8
"""Of the seconds that the reader has: what remains is for writing down what was read."""
_LEGIBLE = 0.8
"""Part of its letters that a page read the right way up has in lines without doubt."""
_LYING = 0.3
"""The same part below which neither way up reads: the page lies on its side, as a sheet without a code that
was fed in the other way (0.00 to 0.06; the right way 0.6 and more)."""
_NO_DOUBT = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The time that one document may take; what is left over then goes to a person."""

    until: float
    monotonic: Callable[[], float] = time.monotonic

    @classmethod
    def of(cls, known: Known, monotonic: Callable[[], float] = time.monotonic) -> "Budget":
        """Return the budget of a document that begins now."""
        return cls(until=monotonic() + _SHARE * known.limits.paper_seconds, monotonic=monotonic)

    @property
    def is_spent(self) -> bool:
        """Say whether there is no time left for another page."""
        return self.monotonic() >= self.until


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """One upright page."""

    came: int
    """Which page of the document it is, counted from 1."""
    pixels: Pixels
    scale: float
    """Pixels per point."""
    sure: bool = True
    """Something told which side is up; else it may stand on its head."""
    blank: bool = False
    """Nothing is on it: the back of a sheet."""
    doubled: bool = False
    """More than one page is on the picture, of which this is the largest."""
    who: Identity = NOBODY
    lines: tuple[Line, ...] | None = None
    """What OCR read on it; None when it was not read yet."""
    plain: Pixels | None = None
    """The page without the red of seals, as it was read; None when it was not read yet."""

    def read(self) -> "Side":
        """Return the side with its lines; where it may stand on its head or lie, as it reads best."""
        if self.lines is not None:
            return self
        plain = without_seals(self.pixels, self.scale)
        lines = read_page(plain)
        if self.sure or _legible(lines) >= _LEGIBLE:
            return replace(self, lines=lines, plain=plain)
        found = {0: lines, 2: read_page(_turned(plain, 2))}
        if max(map(_legible, found.values())) < _LYING:
            found |= {quarters: read_page(_turned(plain, quarters)) for quarters in (1, 3)}
        best = max(found, key=lambda each: _legible(found[each]))
        return replace(
            self,
            pixels=_turned(self.pixels, best),
            lines=found[best],
            plain=_turned(plain, best),
            sure=True,
        )

    @property
    def texts(self) -> tuple[str, ...]:
        """Return what its lines say."""
        return tuple(line.text for line in self.lines or ())


def sides_of(pages: Iterable[Picture], known: Known, budget: Budget) -> Iterator[Side]:
    """Yield every page that there is time for, upright and with the identity that its codes claim."""
    for number, picture in enumerate(pages, start=1):
        if budget.is_spent or number > known.limits.scanned_pages:
            return
        stood = upright(picture)
        yield Side(
            came=number,
            pixels=stood.pixels,
            scale=stood.scale,
            sure=stood.sure,
            blank=stood.blank,
            doubled=stood.two_pages,
            who=by_codes((code.text for code in stood.codes), known),
        )


def named(side: Side, known: Known) -> Side:
    """Return a side without a code with the identity that its print gives it."""
    if side.who is not NOBODY:
        return side
    side = side.read()
    return replace(side, who=by_words(side.texts, known))


def _turned(pixels: Pixels, quarters: int) -> Pixels:
    return np.ascontiguousarray(np.rot90(pixels, quarters)) if quarters else pixels


def _legible(lines: Iterable[Line]) -> float:
    """Return which part of the letters stands in lines that were read without doubt."""
    counted = [(len(line.text), line.score >= _NO_DOUBT) for line in lines]
    return sum(count for count, clear in counted if clear) / max(1, sum(count for count, _ in counted))
