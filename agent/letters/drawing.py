"""A picture as a list of shapes, and two ways to write it down: SVG and PNG.

Both writers take the same shapes, so a picture in a mail and the one in a browser are one picture.
Lengths are in logical pixels; a PNG has twice as many, for sharp screens.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr

from PIL import Image, ImageDraw

from agent.letters.fonts import Typeface

_SCALE = 2
_DASH = 4
_HEAD = 5
_FAMILY = "'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif"
_ANCHORS = {"start": "lm", "middle": "mm", "end": "rm"}
_WIDE_FROM = 0x2E80
_NARROW = 0.56


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle; no stroke when the colour is empty."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str = ""
    radius: int = 0
    line: float = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A straight line, with an arrow head at its end when asked."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str
    width: float = 1
    dashed: bool = False
    arrow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One line of words; `y` is its middle."""

    x: float
    y: float
    words: str
    size: int = 12
    colour: str = "#222222"
    bold: bool = False
    anchor: str = "start"
    """`start`, `middle` or `end`: which part of the words stands at `x`."""
    plain: str = ""
    """What is drawn when the machine has no font for the words; nothing when empty."""


Shape: TypeAlias = Box | Line | Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A picture; later shapes cover earlier ones."""

    width: int
    height: int
    title: str
    shapes: tuple[Shape, ...]


def width_of(words: str, size: int) -> float:
    """Return about how wide `words` are: a Chinese character is square, a Latin one about half."""
    return sum(size if ord(c) >= _WIDE_FROM else size * _NARROW for c in words)


def fit(words: str, size: int, width: float) -> str:
    """Return `words`, cut with an ellipsis where they would leave `width`."""
    if width_of(words, size) <= width:
        return words
    while words and width_of(words + "…", size) > width:
        words = words[:-1]
    return f"{words.rstrip()}…"


def shrunk(words: str, size: int, width: float) -> int:
    """Return the size at which `words` fit into `width`: `size`, or down to two less."""
    return next((n for n in (size, size - 1) if width_of(words, n) <= width), size - 2)


def wrap(words: str, size: int, width: float, lines: int) -> tuple[str, ...]:
    """Return `words` on at most `lines` lines; Latin words stay whole where they can."""
    found: list[str] = []
    rest = words.strip()
    while rest and len(found) < lines - 1 and width_of(rest, size) > width:
        cut = next(n for n in range(len(rest), 0, -1) if n == 1 or width_of(rest[:n], size) <= width)
        space = rest.rfind(" ", 0, cut + 1)
        cut = space if space > 0 else cut
        found.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return (*found, fit(rest, size, width)) if rest else tuple(found)


def to_svg(drawing: Drawing) -> str:
    """Return the picture as SVG 1.1."""
    body = "\n".join(_svg(shape) for shape in drawing.shapes)
    size = f'width="{drawing.width}" height="{drawing.height}" viewBox="0 0 {drawing.width} {drawing.height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{_FAMILY}">\n'
        f"<title>{escape(drawing.title)}</title>\n"
        '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
        'orient="auto"><path d="M0 0L10 5L0 10z" fill="#8a94a3"/></marker></defs>\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def to_png(drawing: Drawing, face: Typeface) -> bytes:
    """Return the picture as PNG, lettered in `face`."""
    image = Image.new("RGB", (drawing.width * _SCALE, drawing.height * _SCALE), "#ffffff")
    pen = ImageDraw.Draw(image)
    for shape in drawing.shapes:
        match shape:
            case Box():
                _box(pen, shape)
            case Line():
                _line(pen, shape)
            case Label():
                _label(pen, shape, face)
    out = BytesIO()
    image.quantize(128, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def _svg(shape: Shape) -> str:
    match shape:
        case Box():
            edge = f' stroke="{shape.stroke}" stroke-width="{shape.line:g}"' if shape.stroke else ""
            return (
                f'<rect x="{shape.x:g}" y="{shape.y:g}" width="{shape.width:g}" height="{shape.height:g}" '
                f'rx="{shape.radius}" fill="{shape.fill}"{edge}/>'
            )
        case Line():
            dash = f' stroke-dasharray="{_DASH} {_DASH}"' if shape.dashed else ""
            head = ' marker-end="url(#head)"' if shape.arrow else ""
            return (
                f'<line x1="{shape.x1:g}" y1="{shape.y1:g}" x2="{shape.x2:g}" y2="{shape.y2:g}" '
                f'stroke="{shape.colour}" stroke-width="{shape.width:g}"{dash}{head}/>'
            )
        case Label():
            weight = ' font-weight="bold"' if shape.bold else ""
            return (
                f'<text x="{shape.x:g}" y="{shape.y + shape.size * 0.36:g}" font-size="{shape.size}" '
                f"fill={quoteattr(shape.colour)} text-anchor={quoteattr(shape.anchor)}{weight}>"
                f"{escape(shape.words)}</text>"
            )


def _box(pen: ImageDraw.ImageDraw, box: Box) -> None:
    corners = tuple(n * _SCALE for n in (box.x, box.y, box.x + box.width, box.y + box.height))
    line = max(1, round(box.line * _SCALE)) if box.stroke else 0
    pen.rounded_rectangle(
        corners, radius=box.radius * _SCALE, fill=box.fill, outline=box.stroke or None, width=line
    )


def _line(pen: ImageDraw.ImageDraw, line: Line) -> None:
    x1, y1, x2, y2 = (n * _SCALE for n in (line.x1, line.y1, line.x2, line.y2))
    length = max(abs(x2 - x1), abs(y2 - y1))
    width = max(1, round(line.width * _SCALE))
    step = _DASH * _SCALE if line.dashed else max(length, 1)
    at = 0.0
    while at < length:
        end = min(at + step, length)
        a, b = at / length, end / length
        pen.line(
            (x1 + (x2 - x1) * a, y1 + (y2 - y1) * a, x1 + (x2 - x1) * b, y1 + (y2 - y1) * b),
            fill=line.colour,
            width=width,
        )
        at += 2 * step if line.dashed else step
    if line.arrow and length:
        dx, dy = (x2 - x1) / length * _HEAD * _SCALE, (y2 - y1) / length * _HEAD * _SCALE
        pen.polygon(
            [(x2, y2), (x2 - dx - dy * 0.6, y2 - dy + dx * 0.6), (x2 - dx + dy * 0.6, y2 - dy - dx * 0.6)],
            fill=line.colour,
        )


def _label(pen: ImageDraw.ImageDraw, label: Label, face: Typeface) -> None:
    words = label.words if face.can_draw(label.words) else label.plain
    if not words or not face.can_draw(words):
        return
    font = face.at(label.size * _SCALE, bold=label.bold)
    at = (label.x * _SCALE, label.y * _SCALE)
    pen.text(at, words, fill=label.colour, font=font, anchor=_ANCHORS[label.anchor])
