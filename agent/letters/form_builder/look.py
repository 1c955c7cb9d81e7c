"""Sizes, colours and fonts of the shipped forms.  Lengths are twentieths of a point (twips)."""

from dataclasses import dataclass

from agent.domain.words import Language

INK = "1F2933"
ACCENT = "1F4E79"
SOFT = "EEF3F8"
LINE = "B8C4D0"
FAINT = "8A97A5"
HINT = "9AA5B1"
DOUBT = "FFF1CC"
ALARM = "B3261E"

FONT_LATIN = "Arial"
FONT_CHINESE = "微软雅黑"
FONT_TICK = "MS Gothic"
"""The font in which Word itself draws ☐ and ☒."""

FONTS = {
    FONT_CHINESE: ("Microsoft YaHei,思源黑体,Source Han Sans SC,Noto Sans CJK SC,PingFang SC,SimHei", "86"),
    FONT_LATIN: ("Liberation Sans,Helvetica", "00"),
    FONT_TICK: ("ＭＳ ゴシック,Segoe UI Symbol,Noto Sans CJK SC", "80"),
}
"""For each font its substitutes, as `w:altName` has them, and its character set."""

BODY_SIZE = {Language.ZH: 21, Language.EN: 20}
"""Half points: 五号 for Chinese."""
ROW_SIZE = 18
SMALL_SIZE = 16
TITLE_SIZE = 36

QR_EMU = 792_000
"""2.2 cm: 2 cm was read 30 of 30 times up to phone photos (measured); a little more for bad printers."""
SIGNATURE_HEIGHT = 1080
"""1.9 cm: room for a hand and for a seal's upper half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A4, in twips."""

    width: int
    height: int
    margin: int

    @property
    def text_width(self) -> int:
        """Return what is left between the margins."""
        return self.width - 2 * self.margin


PORTRAIT = Page(width=11906, height=16838, margin=1077)
LANDSCAPE = Page(width=16838, height=11906, margin=794)


def shares(total: int, weights: tuple[float, ...]) -> tuple[int, ...]:
    """Divide `total` by `weights`; the last share takes what rounding leaves."""
    whole = sum(weights)
    found = [int(total * each / whole) for each in weights]
    found[-1] += total - sum(found)
    return tuple(found)
