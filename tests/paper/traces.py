"""Traces in a place to sign that nobody signed: what paper, offices, scanners and neighbours leave there."""

import cv2
import numpy as np
from PIL import Image, ImageDraw

from parsers.pages.page import Box
from tests.paper.hands import print_font
from tests.paper.pages import Mark, Mask, PaperPage, Pixels, chance
from tests.paper.strokes import Pen, box_of, draw, smooth

_TONER = (52, 48, 46)
_GREY = (150, 148, 146)
COFFEE = (70, 110, 150)


def tail(page: PaperPage, home: Box, into: Box, seed: int) -> PaperPage:
    """Return the page with the last stroke of a signature in `home`, which runs far into a place beside it.

    Args:
        page: what was signed.
        home: where the signature belongs.
        into: the place above or below that its tail reaches.
        seed: whose hand it is.
    """
    random = chance("tail", seed)
    down = 1.0 if into.centre[1] > home.centre[1] else -1.0
    edge = into.top if down > 0 else into.bottom
    x, y = home.left + home.width * random.uniform(0.15, 0.5), home.centre[1]
    reach = random.uniform(0.15, 0.75) * into.height
    side = random.uniform(-20, 30)
    points = [
        (x, y + down * 4),
        (x + side * 0.5, edge - down * 4),
        (x + side, edge + down * reach),
        (x + side + random.uniform(8, 30), edge + down * reach * random.uniform(0.3, 0.9)),
    ]
    if random.random() < 0.5:
        points.append((x + side + random.uniform(15, 50), edge - down * random.uniform(2, 12)))
    pen = Pen(width=random.uniform(0.9, 1.7), colour=str(random.choice(["black", "blue", "gel"])))
    lines = [smooth(np.array(points, float))]
    return draw(page, lines, pen, Mark(kind="strike", box=box_of(lines)), random)


def dotted(page: PaperPage, box: Box, seed: int) -> PaperPage:
    """Return the page with a printed line of dots or dashes in `box`, as other templates have it."""
    random = chance("dotted", seed)
    y = box.top + box.height * random.uniform(0.45, 0.9)
    left, right = box.left + random.uniform(3, 20), box.right - random.uniform(3, 40)
    long, gap = (random.uniform(0.6, 1.0), random.uniform(1.8, 3.0)) if random.random() < 0.6 else (4.0, 3.0)
    cover = _empty(page, Box(left, y - 2, right, y + 2))
    step = (long + gap) * page.scale
    for at in np.arange(0.0, cover.shape[1] - step, step):
        start, end = round(at), round(at + long * page.scale)
        middle = cover.shape[0] // 2
        thick = max(1, round(random.uniform(0.5, 0.9) * page.scale / 2))
        cover[middle - thick : middle + thick, start : max(end, start + 1)] = 0.9
    return page.inked(cover, _at(page, left, y - 2), _TONER, _mark("stain", left, y - 2, right, y + 2))


def typed(page: PaperPage, box: Box, words: str, seed: int, *, grey: bool = False) -> PaperPage:
    """Return the page with printed words in `box`, in black or in the grey of a template."""
    random = chance("typed", seed, words)
    size = random.uniform(9, 12)
    left, top = box.left + random.uniform(4, 30), box.top + random.uniform(0.1, 0.6) * box.height
    place = Box(left, top, left + size * len(words), top + size * 1.2)
    return printed(page, place, words, colour=_GREY if grey else _TONER)


def printed(page: PaperPage, box: Box, words: str, *, colour: tuple[int, int, int] = _TONER) -> PaperPage:
    """Return the page with words printed into `box`, five sixths of whose height is the size of the type."""
    pixels = round(box.height / 1.2 * page.scale)
    wide = round(print_font(pixels).getlength(words)) + pixels
    image = Image.new("L", (wide, round(pixels * 1.4)), 0)
    ImageDraw.Draw(image).text((0, 0), words, font=print_font(pixels), fill=255)
    cover: Mask = cv2.GaussianBlur(np.asarray(image, np.float32) / 255, (0, 0), 0.2 * page.scale)
    return page.inked(cover, _at(page, box.left, box.top), colour, _mark("typed", *_edges(box)))


def punched(page: PaperPage, box: Box, seed: int) -> PaperPage:
    """Return the page with a hole of a punch in `box`: 6 mm (ISO 838), dark or pale with a dark rim."""
    random = chance("punch", seed)
    x, y = box.left + random.uniform(0.05, 0.9) * box.width, box.centre[1] + random.normal(0, 6)
    far = random.uniform(7.5, 8.8)
    cover = _empty(page, Box(x - far - 1, y - far - 1, x + far + 1, y + far + 1))
    middle = (cover.shape[1] // 2, cover.shape[0] // 2)
    if random.random() < 0.5:
        cv2.circle(cover, middle, round(far * page.scale), 0.85, -1, cv2.LINE_AA)
    else:
        cv2.circle(cover, middle, round(far * page.scale), 0.12, -1, cv2.LINE_AA)
        cv2.ellipse(
            cover, middle, (round(far * page.scale),) * 2, 0.0, random.uniform(0, 360),
            random.uniform(200, 500), 0.6, max(1, round(0.8 * page.scale)), cv2.LINE_AA,
        )  # fmt: skip
    at = _at(page, x - far - 1, y - far - 1)
    return page.inked(cover, at, _TONER, _mark("stain", x - far, y - far, x + far, y + far))


def stapled(page: PaperPage, box: Box, seed: int) -> PaperPage:
    """Return the page with a staple in `box`, 12 mm of wire, and its shadow."""
    random = chance("staple", seed)
    x, y = box.left + random.uniform(0.1, 0.9) * box.width, box.top + random.uniform(0.2, 0.8) * box.height
    way = random.uniform(0, np.pi)
    dx, dy = 17 * np.cos(way), 17 * np.sin(way)
    line = np.array([[x - dx, y - dy], [x, y], [x + dx, y + dy]])
    hook = np.array([-dy, dx])
    ends = [np.array([end, end + 0.12 * hook, end + 0.2 * hook]) for end in (line[0], line[2])]
    lines = [smooth(each) for each in (line, *ends)]
    page = draw(
        page, [each + np.array([1.0, 1.2]) for each in lines], Pen(width=1.6, colour="grey"),
        Mark(kind="stain", box=box_of(lines)), random,
    )  # fmt: skip
    return draw(page, lines, Pen(width=1.5, colour="black"), Mark(kind="stain", box=box_of(lines)), random)


def stained(page: PaperPage, box: Box, seed: int) -> PaperPage:
    """Return the page with drops and smears in `box`: tea, oil, a thumb's dirt."""
    random = chance("drops", seed)
    cover = _empty(page, box)
    for _ in range(int(random.integers(1, 5))):
        middle = (int(random.uniform(0, cover.shape[1])), int(random.uniform(0, cover.shape[0])))
        axes = tuple(max(1, round(each)) for each in random.uniform(1.0, 12.0, 2) * page.scale)
        cv2.ellipse(
            cover, middle, axes, float(random.uniform(0, 180)), 0, 360, float(random.uniform(0.08, 0.7)), -1
        )
    cover = cv2.GaussianBlur(cover, (0, 0), random.uniform(0.5, 2.5) * page.scale)
    return page.inked(cover, _at(page, box.left, box.top), COFFEE, _mark("stain", *_edges(box)))


def ringed(page: PaperPage, box: Box, seed: int) -> PaperPage:
    """Return the page with the ring of a cup that stood on it, near or upon `box`."""
    random = chance("ring", seed)
    far = random.uniform(85, 115) if random.random() < 0.7 else random.uniform(55, 75)
    angle = random.uniform(0, 2 * np.pi)
    x = box.centre[0] + random.uniform(-0.3, 0.3) * box.width + 0.7 * far * np.cos(angle)
    y = box.centre[1] + 0.8 * far * np.sin(angle)
    cover = _empty(page, Box(x - far - 6, y - far - 6, x + far + 6, y + far + 6))
    middle = (cover.shape[1] // 2, cover.shape[0] // 2)
    for _ in range(int(random.integers(3, 7))):
        start = random.uniform(0, 360)
        cv2.ellipse(
            cover, middle, (round((far + random.normal(0, 1.0)) * page.scale),) * 2, 0.0, start,
            start + random.uniform(60, 330), float(random.uniform(0.1, 0.55)),
            max(1, round(random.uniform(0.8, 3.5) * page.scale)), cv2.LINE_AA,
        )  # fmt: skip
    cover = cv2.GaussianBlur(cover, (0, 0), 0.5 * page.scale)
    at = _at(page, x - far - 6, y - far - 6)
    return page.inked(cover, at, COFFEE, _mark("stain", x - far, y - far, x + far, y + far))


def folded(page: PaperPage, box: Box, seed: int) -> PaperPage:
    """Return the page with a fold through `box`: a line across the whole sheet, dark beside light."""
    random = chance("fold", seed)
    high, wide = page.pixels.shape[:2]
    ys, xs = np.mgrid[0:high, 0:wide].astype(np.float32)
    x, y = box.left + random.uniform(0.1, 0.9) * box.width, box.top + random.uniform(0.1, 0.9) * box.height
    angle = random.normal(0, 0.015) + (np.pi / 2 if random.random() < 0.4 else 0.0)
    if random.random() < 0.2:
        angle = random.uniform(0, np.pi)
    far = (-np.sin(angle) * (xs - x * page.scale) + np.cos(angle) * (ys - y * page.scale)) / page.scale
    wave = cv2.resize(random.normal(0, 1, (40, 30)).astype(np.float32), (wide, high))
    dark = np.exp(-((far / random.uniform(0.3, 0.8)) ** 2)) * random.uniform(0.15, 0.6) * (0.8 + 0.3 * wave)
    shade = 1.0 - np.clip(dark, 0, 0.8) - random.uniform(0.0, 0.12) / (1 + np.exp(-np.clip(far * 2, -30, 30)))
    return _through(page, shade, "fold")


def shaded(page: PaperPage, box: Box, seed: int) -> PaperPage:
    """Return the page with the hard edge of a shadow through `box`: a ruler, a window frame, a curtain."""
    random = chance("shade", seed)
    high, wide = page.pixels.shape[:2]
    ys, xs = np.mgrid[0:high, 0:wide].astype(np.float32)
    x, y = box.left + random.uniform(0.1, 0.9) * box.width, box.top + random.uniform(0.1, 0.9) * box.height
    angle, soft = random.uniform(0, 2 * np.pi), random.uniform(0.4, 3.0)
    far = (-np.sin(angle) * (xs - x * page.scale) + np.cos(angle) * (ys - y * page.scale)) / page.scale
    inside = 1 / (1 + np.exp(-np.clip(far / soft, -30, 30)))
    if random.random() < 0.5:
        inside = inside * (1 / (1 + np.exp(np.clip((far - random.uniform(8, 60)) / soft, -30, 30))))
    return _through(page, 1.0 - random.uniform(0.2, 0.5) * inside, "shadow")


def shown_through(page: PaperPage, back: PaperPage, seed: int) -> PaperPage:
    """Return the page with the back of the sheet showing through: mirrored, soft, pale."""
    random = chance("back", seed)
    mirrored: Mask = back.pixels[:, ::-1]
    if mirrored.shape != page.pixels.shape:
        mirrored = cv2.resize(mirrored, page.pixels.shape[1::-1])
    soft = cv2.GaussianBlur(mirrored, (0, 0), random.uniform(0.35, 0.9) * page.scale).astype(np.float32)
    move = np.array([[1, 0, random.normal(0, 6) * page.scale], [0, 1, random.normal(0, 9) * page.scale]])
    moved = cv2.warpAffine(soft, move, page.pixels.shape[1::-1], borderValue=(255, 255, 255))
    return _through(page, 1.0 - (1.0 - moved / 255.0) * random.uniform(0.08, 0.3), "back")


def streaked(pixels: Pixels, places: list[tuple[float, float]], seed: int) -> Pixels:
    """Return a scan with the streaks that dirt on the glass leaves, straight down the whole picture.

    Args:
        pixels: the scan.
        places: left and right edges, in pixels, of what the streaks shall run through.
        seed: where the dirt lies.
    """
    random = chance("streak", seed)
    done = pixels.astype(np.float32)
    for left, right in places:
        for _ in range(int(random.integers(1, 4))):
            at, wide = round(random.uniform(left, right)), int(random.integers(1, 4))
            colour = np.array(
                [(60, 60, 60), (130, 130, 130), (200, 60, 60), (60, 160, 60), (90, 80, 200)][
                    int(random.integers(5))
                ],
                np.float32,
            )
            long = int(pixels.shape[0] * random.uniform(0.6, 1.0))
            start = int(random.uniform(0, pixels.shape[0] - long + 1))
            share = random.uniform(0.3, 0.9) * random.uniform(0.7, 1.0, (long, 1, 1))
            part = done[start : start + long, at : at + wide]
            done[start : start + long, at : at + wide] = part * (1 - share) + np.minimum(part, colour) * share
    return np.asarray(np.clip(done, 0, 255), np.uint8)


def _through(page: PaperPage, shade: Mask, kind: str) -> PaperPage:
    """Return the page seen through a shade, 1 where nothing darkens it."""
    if shade.ndim == 2:
        shade = shade[..., None]
    pixels = np.asarray(np.clip(page.pixels * shade, 0, 255), np.uint8)
    mark = Mark(kind=kind, box=Box(0, 0, page.width, page.height))
    return PaperPage(pixels=pixels, dpi=page.dpi, marks=(*page.marks, mark))


def _empty(page: PaperPage, box: Box) -> Mask:
    size = (max(2, round(box.height * page.scale)), max(2, round(box.width * page.scale)))
    return np.zeros(size, np.float32)


def _at(page: PaperPage, left: float, top: float) -> tuple[int, int]:
    return round(left * page.scale), round(top * page.scale)


def _mark(kind: str, left: float, top: float, right: float, bottom: float) -> Mark:
    return Mark(kind=kind, box=Box(left, top, right, bottom))


def _edges(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right, box.bottom
