"""What a hand does with a pen on paper: signatures, scribbles, ticks, crosses, words struck out."""

import numpy as np

from parsers.pages.page import Box
from tests.paper.pages import Mark, PaperPage, chance
from tests.paper.strokes import Line, Pen, box_of, draw, smooth


def sign(page: PaperPage, box: Box, seed: int, *, pen: Pen | None = None, size: float = 1.0) -> PaperPage:
    """Return the page with a signature in `box`: two to four clusters of quick, joined strokes.

    Args:
        page: what to sign.
        box: the place to sign, in points; a signature takes about 70 × 24 points of it, times `size`.
        seed: whose hand it is.
        pen: with what; one of three by the seed.
        size: larger than 1 runs over the edges of a narrow place.
    """
    random = chance("sign", seed)
    wide = min(box.width * 0.85, random.uniform(50, 85)) * size
    high = min(box.height * 0.85, random.uniform(18, 28)) * size
    left = box.left + max(2.0, (box.width - wide) * random.uniform(0.1, 0.6))
    top = box.top + (box.height - high) * random.uniform(0.3, 0.7)
    lines: list[Line] = []
    parts = int(random.integers(2, 5))
    for number in range(parts):
        part = Box(left + wide * number / parts, top, left + wide * (number + 1.25) / parts, top + high)
        lines.extend(_cluster(part, random))
    if random.random() < 0.4:
        y = top + high * random.uniform(0.8, 1.0)
        lines.append(smooth(np.array([[left, y], [left + wide * 0.5, y - 3], [left + wide, y + 1.5]])))
    shear = random.normal(0.12, 0.1)
    for line in lines:
        line[:, 0] -= (line[:, 1] - top - high / 2) * shear
    pen = pen or Pen(width=random.uniform(0.9, 1.8), colour=str(random.choice(["black", "blue", "gel"])))
    return draw(page, lines, pen, Mark(kind="signature", box=box_of(lines)), random)


def scribble(page: PaperPage, box: Box, seed: int, *, pen: Pen | None = None) -> PaperPage:
    """Return the page with a few quick waves in `box`, the least that people call a signature."""
    random = chance("scribble", seed)
    count = int(random.integers(7, 14))
    along = np.sort(random.uniform(0, 1, count))
    wide, high = min(box.width * 0.8, 70), min(box.height * 0.6, 16)
    x = box.left + (box.width - wide) / 2 + along * wide
    y = box.centre[1] + high * 0.5 * random.uniform(0.5, 1, count) * np.where(np.arange(count) % 2, 1, -1)
    lines = [smooth(np.stack([x, y], axis=1))]
    pen = pen or Pen(width=random.uniform(0.9, 1.6), colour=str(random.choice(["black", "blue"])))
    return draw(page, lines, pen, Mark(kind="scribble", box=box_of(lines)), random)


def initials(page: PaperPage, box: Box, seed: int, *, pen: Pen | None = None) -> PaperPage:
    """Return the page with initials in `box`: two or three small letters, the shortest of signatures."""
    random = chance("initials", seed)
    parts, high = int(random.integers(2, 4)), random.uniform(11, 17)
    wide = parts * random.uniform(13, 19)
    left = box.left + max(3.0, (box.width - wide) * random.uniform(0.05, 0.7))
    top = box.top + (box.height - high) * random.uniform(0.25, 0.75)
    lines: list[Line] = []
    for number in range(parts):
        part = Box(left + wide * number / parts, top, left + wide * (number + 1.1) / parts, top + high)
        lines.extend(_cluster(part, random))
    return draw(page, lines, pen or _pen(random), Mark(kind="signature", box=box_of(lines)), random)


def swoosh(page: PaperPage, box: Box, seed: int, *, pen: Pen | None = None) -> PaperPage:
    """Return the page with a signature like a tick in `box`: down, far up, and back beneath itself."""
    random = chance("swoosh", seed)
    wide, high = random.uniform(38, 60), random.uniform(18, 30)
    shape = np.array(
        [[0, 0.45], [0.12, 0.75], [0.22, 1.0], [0.5, 0.45], [1.0, 0.0], [0.7, 0.5], [0.35, 0.7], [0.95, 0.8]]
    )
    shape += random.normal(0, 0.03, shape.shape)
    left = box.left + max(3.0, (box.width - wide) * random.uniform(0.1, 0.7))
    top = box.top + (box.height - high) * random.uniform(0.3, 0.7)
    lines = [smooth(shape * (wide, high) + (left, top))]
    return draw(page, lines, pen or _pen(random), Mark(kind="signature", box=box_of(lines)), random)


def tick(page: PaperPage, box: Box, seed: int, *, pen: Pen | None = None) -> PaperPage:
    """Return the page with a box ticked; a tick is larger than its box and hardly ever central."""
    random = chance("tick", seed)
    side = max(box.width, box.height) * random.uniform(0.9, 1.5)
    x, y = np.asarray(box.centre) + random.normal(0, 0.08, 2) * side
    points = np.array([[-0.5, 0.0], [-0.3, 0.22], [-0.12, 0.42], [0.12, 0.0], [0.6, -0.6]])
    lines = [smooth((points + random.normal(0, 0.05, points.shape)) * side + (x, y))]
    return draw(page, lines, pen or _pen(random), Mark(kind="tick", box=box_of(lines)), random)


def cross(page: PaperPage, box: Box, seed: int, *, pen: Pen | None = None) -> PaperPage:
    """Return the page with a box crossed."""
    random = chance("cross", seed)
    side = max(box.width, box.height) * random.uniform(0.75, 1.15)
    x, y = np.asarray(box.centre) + random.normal(0, 0.06, 2) * side
    lines = []
    for way in (1, -1):
        points = np.array([[-0.5, -0.5 * way], [0.0, 0.02 * way], [0.5, 0.5 * way]])
        lines.append(smooth((points + random.normal(0, 0.05, points.shape)) * side + (x, y)))
    return draw(page, lines, pen or _pen(random), Mark(kind="cross", box=box_of(lines)), random)


def fill_in(page: PaperPage, box: Box, seed: int, *, pen: Pen | None = None) -> PaperPage:
    """Return the page with a box blackened, as some fill in a choice."""
    random = chance("fill_in", seed)
    rows = 9
    y = np.linspace(box.top + 1, box.bottom - 1, rows)
    x = np.where(np.arange(rows) % 2, box.left + 1, box.right - 1) + random.normal(0, 0.5, rows)
    lines = [smooth(np.stack([x, y], axis=1))]
    return draw(page, lines, pen or _pen(random), Mark(kind="tick", box=box_of(lines)), random)


def strike(page: PaperPage, box: Box, seed: int, *, pen: Pen | None = None) -> PaperPage:
    """Return the page with the words in `box` struck out, once or twice."""
    random = chance("strike", seed)
    lines = []
    for _ in range(int(random.integers(1, 3))):
        y = box.centre[1] + random.normal(0, box.height * 0.06)
        ends = random.normal(0, 2.0, 2)
        xs = np.linspace(box.left + ends[0], box.right + ends[1], 5)
        lines.append(smooth(np.stack([xs, y + random.normal(0, box.height * 0.04, 5)], axis=1)))
    return draw(page, lines, pen or _pen(random), Mark(kind="strike", box=box_of(lines)), random)


def stain(page: PaperPage, box: Box, seed: int) -> PaperPage:
    """Return the page with a speck of dirt or a stroke that slipped, which is nobody's signature."""
    random = chance("stain", seed)
    start = np.array([random.uniform(box.left, box.right), random.uniform(box.top, box.bottom)])
    lines = [smooth(start + np.cumsum(random.normal(0, 0.7, (4, 2)), axis=0))]
    pen = Pen(width=random.uniform(0.6, 1.6), colour="grey")
    return draw(page, lines, pen, Mark(kind="stain", box=box_of(lines)), random)


def _pen(random: np.random.Generator) -> Pen:
    return Pen(width=random.uniform(0.9, 1.6), colour=str(random.choice(["black", "blue", "gel"])))


def _cluster(box: Box, random: np.random.Generator) -> list[Line]:
    """Return the strokes of one character: one long joined one, and a dash or a dot."""
    count = int(random.integers(6, 12))
    spread = random.uniform(0.0, 1.0, (count, 2))
    spread[:, 0] = 0.55 * spread[:, 0] + 0.45 * np.linspace(0, 1, count)
    points = spread * (box.width, box.height) + (box.left, box.top)
    lines = [smooth(points)]
    if random.random() < 0.7:
        start = random.uniform(0.1, 0.7, 2) * (box.width, box.height) + (box.left, box.top)
        reach = np.array([random.uniform(0.2, 0.5) * box.width, random.normal(0, 0.15) * box.height])
        lines.append(smooth(np.stack([start, start + reach * 0.5 + random.normal(0, 0.6, 2), start + reach])))
    return lines
