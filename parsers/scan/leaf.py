"""One page of a scan, ready to be read: its words and its pixels in one frame, beside the page as sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from parsers.pages.page import Page
from parsers.scan.ocr import Pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """An upright page."""

    page: Page
    """Its words and cells in points; `Page.number` is the number of the page within the form."""
    pixels: Pixels
    scale: float
    """Pixels per point."""
    came: int = 0
    """Which page of the document it was, counted from 1."""
    blank: Pixels | None = None
    """The page as it was sent, in the same frame; None when that is not known."""
    off: float = 0.0
    """Points by which its print is off from `blank` after all (`Registered.error`)."""
    plain: Pixels | None = None
    """The same without the red of seals, where there are any."""
    sent: Page | None = None
    """The printed words of the page as it was sent."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What stood in its places when it was sent, by path."""
    lists: frozenset[str] = frozenset()
    """The places in which one chooses from a list: what prints them may print a button beside the answer."""

    @property
    def readable(self) -> Pixels:
        """Return the pixels from which values are read: nobody answers with a seal."""
        return self.pixels if self.plain is None else self.plain
