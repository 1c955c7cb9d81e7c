"""Fonts for pictures: whichever Chinese font the machine has, and what to do when it has none."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from PIL import ImageFont

Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont
_NOTO = "/usr/share/fonts/opentype/noto"
_CANDIDATES: tuple[tuple[str, str, int], ...] = (
    (f"{_NOTO}/NotoSansCJK-Regular.ttc", f"{_NOTO}/NotoSansCJK-Bold.ttc", 2),
    (
        "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc",
        2,
    ),
    (
        "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Bold.ttc",
        2,
    ),
    (
        "/usr/share/fonts/adobe-source-han-sans/SourceHanSansCN-Regular.otf",
        "/usr/share/fonts/adobe-source-han-sans/SourceHanSansCN-Bold.otf",
        0,
    ),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    ("C:/Windows/Fonts/msyh.ttc", "C:/Windows/Fonts/msyhbd.ttc", 0),
    ("C:/Windows/Fonts/simhei.ttf", "C:/Windows/Fonts/simhei.ttf", 0),
    ("C:/Windows/Fonts/simsun.ttc", "C:/Windows/Fonts/simsun.ttc", 0),
    ("/System/Library/Fonts/PingFang.ttc", "/System/Library/Fonts/PingFang.ttc", 0),
    ("/System/Library/Fonts/STHeiti Light.ttc", "/System/Library/Fonts/STHeiti Medium.ttc", 0),
    ("/System/Library/Fonts/Hiragino Sans GB.ttc", "/System/Library/Fonts/Hiragino Sans GB.ttc", 0),
)
"""(regular, bold, index in a collection); the first that exists is taken."""


@dataclass(frozen=True, slots=True)
class Typeface:
    """A font that pictures are lettered with."""

    regular: Path | None
    bold: Path | None
    index: int = 0

    @property
    def knows_chinese(self) -> bool:
        """Say whether Chinese can be drawn; if not, pictures show numbers and the mail's table the words."""
        return self.regular is not None

    def can_draw(self, words: str) -> bool:
        """Say whether every character of `words` has a shape in this typeface."""
        return self.knows_chinese or words.isascii()

    def at(self, size: int, *, bold: bool) -> Font:
        """Return the font at `size` pixels."""
        return _load(self.bold if bold else self.regular, self.index, size)


def installed(candidates: Iterable[tuple[str, str, int]] = _CANDIDATES) -> Typeface:
    """Return the first typeface of `candidates` that this machine has; one without Chinese when none."""
    for regular, bold, index in candidates:
        if Path(regular).is_file():
            return Typeface(Path(regular), Path(bold) if Path(bold).is_file() else Path(regular), index)
    return Typeface(None, None)


@lru_cache(maxsize=64)
def _load(path: Path | None, index: int, size: int) -> Font:
    if path is None:
        return ImageFont.load_default(size)
    return ImageFont.truetype(str(path), size, index=index)
