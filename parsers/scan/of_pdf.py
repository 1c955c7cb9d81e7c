"""Pages of a PDF as pixels, for the readers of scans and of ink."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from agent.domain.forms import Slot
from agent.domain.signatures import Signature
from parsers.ink.slots import judge_place
from parsers.known import Known
from parsers.limits import Limits
from parsers.pages.fit import Fit
from parsers.pages.page import Page, PageWord, Spot
from parsers.pdf.pages import POINTS_PER_INCH, pictures
from parsers.pdf.seen import Seen
from parsers.scan.cells import look_at
from parsers.scan.leaf import Leaf
from parsers.scan.pictures import Picture, Pixels

if TYPE_CHECKING:
    from PIL.Image import Image

SCAN_DPI = 200
"""What page OCR reads best (measured); a page of A4 has 3.9 million pixels."""
_INK_DPI = 150
_INSIDE = 0.8
"""Points by which a place is made smaller, so that its own frame is not read."""


def scans(content: bytes, numbers: tuple[int, ...], limits: Limits) -> tuple[Picture, ...]:
    """Return pages as a scanner would have made them; those that cannot be drawn are left out."""
    drawn = pictures(content, numbers, SCAN_DPI, limits)
    return tuple(
        Picture(pixels=_pixels(image), dpi_guess=scale * POINTS_PER_INCH) for image, scale in drawn.values()
    )


def heard(seen: Seen, spots: Iterable[Spot]) -> dict[Spot, str]:
    """Return what is read in some places of a PDF as if they were on paper; what cannot be drawn is left out.

    Args:
        seen: the PDF, held open.
        spots: the places.
    """
    by_page: dict[int, list[Spot]] = {}
    for spot in spots:
        by_page.setdefault(spot.page, []).append(spot)
    words: dict[Spot, str] = {}
    for number, here in by_page.items():
        drawn = seen.coloured(number, SCAN_DPI)
        if drawn is None:
            continue
        pixels, scale = _pixels(drawn[0]), drawn[1]
        page = Page(number=number, width=pixels.shape[1] / scale, height=pixels.shape[0] / scale)
        boxes = {str(at): spot.box.grown(-_INSIDE) for at, spot in enumerate(here)}
        names = {str(at): spot.place for at, spot in enumerate(here)}
        for at, place in look_at(Leaf(page=page, pixels=pixels, scale=scale), boxes, names).items():
            words[here[int(at)]] = place.cell.words
    return words


class Views:
    """The pages of one form in a PDF as they look, beside the same pages as they were sent."""

    def __init__(
        self, content: bytes, sent: bytes, fits: Mapping[int, tuple[int, Fit]], known: Known
    ) -> None:
        """Look at nothing yet.

        Args:
            content: the PDF as it came back.
            sent: the PDF as it was sent, empty when it is not known.
            fits: page as sent → page here, and how it lies.
            known: the people and limits.
        """
        self._content = content
        self._sent = sent
        self._fits = {here: (page, how) for page, (here, how) in fits.items()}
        self._known = known
        self._seen: dict[int, tuple[Pixels, float, Pixels | None] | None] = {}

    def judge(
        self, slot: Slot, spot: Spot, words: tuple[PageWord, ...]
    ) -> tuple[Signature, Mapping[str, bytes]] | None:
        """Judge what lies in a slot; None when the page cannot be drawn.

        Args:
            slot: what the form asks.
            spot: where it is on the returned pages.
            words: the words of that page.
        """
        if spot.page not in self._seen:
            self._seen[spot.page] = self._view(spot.page)
        seen = self._seen[spot.page]
        if seen is None:
            return None
        page, scale, blank = seen
        return judge_place(slot, page, scale, spot, blank=blank, words=words, known=self._known)

    def _view(self, number: int) -> tuple[Pixels, float, Pixels | None] | None:
        found = pictures(self._content, (number,), _INK_DPI, self._known.limits).get(number)
        if found is None:
            return None
        page, scale = _pixels(found[0]), found[1]
        if not self._sent or number not in self._fits:
            return page, scale, None
        return page, scale, self._blank(*self._fits[number], page, scale)

    def _blank(self, number: int, how: Fit, like: Pixels, scale: float) -> Pixels | None:
        """Return the page as it was sent, laid where the returned page shows it."""
        dpi = round(scale * how.scale * POINTS_PER_INCH)
        found = pictures(self._sent, (number,), dpi, self._known.limits).get(number)
        if found is None:
            return None
        blank, printed = np.full_like(like, 255), _pixels(found[0])
        down, right = round(how.down * scale), round(how.right * scale)
        top, left = max(down, 0), max(right, 0)
        part = printed[max(-down, 0) :, max(-right, 0) :]
        high, wide = min(part.shape[0], blank.shape[0] - top), min(part.shape[1], blank.shape[1] - left)
        if high <= 0 or wide <= 0:
            return None
        blank[top : top + high, left : left + wide] = part[:high, :wide]
        return blank


def _pixels(image: "Image") -> Pixels:
    return np.ascontiguousarray(np.asarray(image)[:, :, ::-1])
