"""Which font a character is drawn with, and how wide it is.

Latin letters are Helvetica, which every viewer has.  Everything else is the machine's Chinese font, of
which the letters that are used are embedded; or, where the machine has none, Adobe's un-embedded
`STSong-Light`, for which every viewer of PDF puts a Chinese font of its own (ISO 32000-2, 9.7.5.2).
"""

from collections.abc import Iterator
from enum import Enum

from agent.letters.paper.latin import WIDTHS
from agent.letters.paper.outlines import Outline, Outlines

_EITHER = frozenset("“”‘’—…·×÷°±§¨´")
"""Half as wide in English as in Chinese."""
_WIDE = 1000


class Face(Enum):
    """One of the fonts of a sheet, by its name in the resources of a page."""

    LATIN = "/Helv"
    LATIN_BOLD = "/HeBo"
    CHINESE = "/Chin"
    CHINESE_BOLD = "/ChBo"


class Faces:
    """The fonts of one sheet."""

    def __init__(self, embedded: tuple[Outlines, Outlines] | None, *, chinese: bool) -> None:
        """Take the machine's font (None: draw with `STSong-Light`) and whether the sheet is Chinese."""
        self.embedded = embedded
        self._either = _EITHER if chinese else frozenset()
        self._widths: dict[tuple[str, bool], int] = {}

    def face(self, character: str, *, bold: bool) -> Face:
        """Return the font of a character."""
        if character in WIDTHS[bold] and character not in self._either:
            return Face.LATIN_BOLD if bold else Face.LATIN
        return Face.CHINESE_BOLD if bold else Face.CHINESE

    def outline(self, character: str, *, bold: bool) -> Outline | None:
        """Return how the embedded font draws a character."""
        return self.embedded[bold].of(character) if self.embedded is not None else None

    def width(self, words: str, size: float, *, bold: bool) -> float:
        """Return the width of `words` in points."""
        return sum(self._width(each, bold) for each in words) * size / _WIDE

    def runs(self, words: str, *, bold: bool) -> Iterator[tuple[Face, str]]:
        """Yield `words` in pieces of one font each."""
        start = 0
        for place in range(1, len(words) + 1):
            before = self.face(words[place - 1], bold=bold)
            if place == len(words) or self.face(words[place], bold=bold) is not before:
                yield before, words[start:place]
                start = place

    def _width(self, character: str, bold: bool) -> int:  # noqa: FBT001 - the key of a table
        known = self._widths.get((character, bold))
        if known is None:
            if self.face(character, bold=bold) in {Face.LATIN, Face.LATIN_BOLD}:
                known = WIDTHS[bold][character]
            else:
                outline = self.outline(character, bold=bold)
                known = outline.width if outline is not None else _WIDE
            self._widths[character, bold] = known
        return known
