"""The outlines of a font of this machine, for embedding: TrueType or CFF, alone or in a collection."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from agent.letters.fonts import installed

_UNITS = 1000
_RESTRICTED = 0x0002
"""OS/2 `fsType`: the maker forbids embedding (OpenType specification)."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One glyph on a grid of 1000 units."""

    charstring: bytes
    """Type 2, its width included, without subroutines and hints."""
    width: int


class Outlines:
    """Draws glyphs on demand and keeps them: a form's words are nearly always the same."""

    def __init__(self, path: Path, index: int) -> None:
        """Open the font.

        Raises:
            OSError: it cannot be read.
            ValueError: it is no font, or its maker forbids embedding.
        """
        self._kept: dict[str, Outline | None] = {}
        from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415 - no start waits for what paper needs

        try:
            with path.open("rb") as file, TTFont(file, fontNumber=index, lazy=True) as font:
                if font["OS/2"].fsType & _RESTRICTED:
                    raise ValueError(f"{path} may not be embedded")
                self._characters: dict[int, str] = font.getBestCmap() or {}
                self._glyphs: Any = font.getGlyphSet()
                self._scale = _UNITS / font["head"].unitsPerEm
                self.missing()  # reads the table of outlines while the file is open
        except (TTLibError, KeyError) as fault:
            raise ValueError(f"{path} is no font: {fault}") from fault

    def of(self, character: str) -> Outline | None:
        """Return the outline of a character; None when the font has none."""
        if character not in self._kept:
            name = self._characters.get(ord(character))
            self._kept[character] = None if name is None else self._drawn(name)
        return self._kept[character]

    def missing(self) -> Outline:
        """Return the shape that stands for a character that the font does not have."""
        return self._drawn(".notdef" if ".notdef" in self._glyphs else next(iter(self._glyphs)))

    def _drawn(self, name: str) -> Outline:
        from fontTools.pens.t2CharStringPen import T2CharStringPen  # noqa: PLC0415 - as above
        from fontTools.pens.transformPen import TransformPen  # noqa: PLC0415 - as above

        glyph = self._glyphs[name]
        width = round(glyph.width * self._scale)
        pen = T2CharStringPen(width, self._glyphs)
        scaled = pen if self._scale == 1 else TransformPen(pen, (self._scale, 0, 0, self._scale, 0, 0))
        glyph.draw(scaled)
        made = pen.getCharString(optimize=False)
        made.compile()
        return Outline(bytes(made.bytecode), width)


@lru_cache(maxsize=1)
def machine_outlines() -> tuple[Outlines, Outlines] | None:
    """Return the regular and the bold Chinese font of this machine; None when none can be embedded.

    Opening both takes 0.4 s and 120 MB (measured with Noto Sans CJK), so it is done once, at the first sheet.
    """
    found = installed()
    if found.regular is None or found.bold is None:
        return None
    try:
        regular = Outlines(found.regular, found.index)
        return regular, regular if found.bold == found.regular else Outlines(found.bold, found.index)
    except (OSError, ValueError):
        return None
