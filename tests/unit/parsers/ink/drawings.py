"""A signature table as it comes back on paper, drawn without any code of a reader: slots, pens, seals."""

import math

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from agent.domain.forms import Slot
from agent.domain.signatures import Signature
from parsers.ink.slots import judge_place
from parsers.pages.page import Box, PageWord, Spot
from tests.paper import ink
from tests.paper.pages import Mark, PaperPage, Pixels, chance
from tests.paper.strokes import Pen, draw, smooth
from tests.paper.traces import COFFEE
from tests.word_files import REQUEST, known

SCALE = 200 / 72
LEFT, WIDE, HIGH = 130.0, 210.0, 54.0
TOP = 90.0
SIZE = (470, 340)
"""Points of the piece of paper."""
SLOT: Slot = REQUEST.slots[0]
_INKED = (120, 60, 40)


def box(row: int = 1) -> Box:
    """Return the slot in one of three rows; the middle one has neighbours above and below."""
    return Box(LEFT, TOP + row * HIGH, LEFT + WIDE, TOP + (row + 1) * HIGH)


def sheet() -> PaperPage:
    """Return three rows as they were sent: label, slot with a pale prompt, 'Date', a place for the date."""
    image = Image.new("RGB", (round(SIZE[0] * SCALE), round(SIZE[1] * SCALE)), "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=10.5 * SCALE)
    edges = (30.0, LEFT, LEFT + WIDE, LEFT + WIDE + 40, LEFT + WIDE + 95)
    for row in range(3):
        top, bottom = (round((TOP + (row + n) * HIGH) * SCALE) for n in (0, 1))
        for place, left, right in zip(range(4), edges, edges[1:], strict=False):
            fill = (238, 243, 248) if place in {0, 2} else None
            pen.rectangle(
                [round(left * SCALE), top, round(right * SCALE), bottom],
                outline=(184, 196, 208), fill=fill, width=2,
            )  # fmt: skip
        middle = (top + bottom) // 2
        for left, words, colour in (
            (edges[0], "Signature, owner", (31, 78, 121)),
            (edges[1], "Sign here or type your name", (154, 165, 177)),
            (edges[2], "Date", (31, 78, 121)),
        ):
            pen.text((round((left + 5) * SCALE), middle), words, font=font, fill=colour, anchor="lm")
    return PaperPage(pixels=np.asarray(image, np.uint8)[:, :, ::-1].copy(), dpi=200.0)


def typed(page: PaperPage, words: str, *, size: float = 10.5, row: int = 1) -> PaperPage:
    """Return the page with words printed into a slot, below the prompt."""
    image = Image.fromarray(page.pixels[:, :, ::-1])
    font = ImageFont.load_default(size=size * SCALE)
    at = (round((LEFT + 8) * SCALE), round((box(row).bottom - 18) * SCALE))
    ImageDraw.Draw(image).text(at, words, font=font, fill=(31, 41, 51))
    return PaperPage(pixels=np.asarray(image, np.uint8)[:, :, ::-1].copy(), dpi=page.dpi, marks=page.marks)


def typed_word(words: str, *, score: float = 1.0, row: int = 1) -> PageWord:
    """Return what a reader of words finds where `typed` printed."""
    top = box(row).bottom - 18
    return PageWord(
        text=words, box=Box(LEFT + 7, top, LEFT + 9 + max(32.0, 6.2 * len(words)), top + 13), score=score
    )


def stroke(page: PaperPage, points: list[tuple[float, float]], *, pen: Pen | None = None) -> PaperPage:
    """Return the page with one stroke through the given points."""
    mark = Mark(kind="stroke", box=Box(0, 0, 1, 1))
    return draw(page, [smooth(np.array(points, float))], pen or Pen(), mark, chance("stroke", len(points)))


def seal(page: PaperPage, centre: tuple[float, float], *, radius: float = 59.5) -> PaperPage:
    """Return the page with a red seal: ring, star, and strokes along the ring for its words."""
    side = round((2 * radius + 8) * SCALE)
    image = Image.new("L", (side, side), 0)
    pen, middle, far = ImageDraw.Draw(image), side / 2, radius * SCALE
    pen.ellipse(
        [middle - far, middle - far, middle + far, middle + far], outline=220, width=round(0.055 * far)
    )
    tips = [
        (middle + r * far * math.sin(n * math.pi / 5), middle - r * far * math.cos(n * math.pi / 5))
        for n, r in enumerate((0.3, 0.115) * 5)
    ]
    pen.polygon(tips, fill=220)
    random = chance("seal", 1)
    for number in range(9):
        angle = -2.2 + 4.4 * number / 8
        x, y = middle + 0.74 * far * math.sin(angle), middle - 0.74 * far * math.cos(angle)
        for _ in range(5):
            a, b = random.uniform(-0.13, 0.13, (2, 2)) * far
            pen.line([x + a[0], y + a[1], x + b[0], y + b[1]], fill=200, width=5)
    cover = np.asarray(image, np.float32) / 255 * 0.8
    at = (round(centre[0] * SCALE - side / 2), round(centre[1] * SCALE - side / 2))
    return page.inked(cover, at, (58, 48, 208), Mark(kind="seal", box=Box(0, 0, 1, 1)))


def cup(page: PaperPage, centre: tuple[float, float], radius: float) -> PaperPage:
    """Return the page with most of the ring that a cup left around `centre`, as wide as a large seal's."""
    side = round((2 * radius + 12) * SCALE)
    cover = np.zeros((side, side), np.float32)
    far = (round(radius * SCALE),) * 2
    cv2.ellipse(cover, (side // 2, side // 2), far, 0.0, 20, 320, 0.45, round(2.2 * SCALE), cv2.LINE_AA)
    at = (round(centre[0] * SCALE - side / 2), round(centre[1] * SCALE - side / 2))
    return page.inked(cover, at, COFFEE, Mark(kind="stain", box=Box(0, 0, 1, 1)))


def came_back(
    page: PaperPage, seed: int, *, grey: bool = False, off: float = 2.0, contrast: float = 1.0
) -> Pixels:
    """Return what registration makes of a scan: blurred, noisy, packed as JPEG, `off` points beside."""
    random = chance("back", seed)
    move = cv2.getRotationMatrix2D((300.0, 300.0), random.uniform(-0.25, 0.25), 1.0)
    move[:, 2] = move[:, 2] + random.uniform(-off, off, 2) * SCALE
    size = (page.pixels.shape[1], page.pixels.shape[0])
    moved = cv2.warpAffine(page.pixels, move, size, borderValue=(255, 255, 255)).astype(np.float32)
    light = cv2.resize(
        random.uniform(0.8, 1.0, (2, 2)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC
    )
    seen: np.ndarray = (
        cv2.GaussianBlur(255 - (255 - moved) * contrast, (0, 0), random.uniform(0.6, 1.2)) * light[..., None]
    )
    seen = seen + random.standard_normal(seen.shape) * random.uniform(1, 6)
    done = np.clip(seen, 0, 255).astype(np.uint8)
    if grey:
        done = cv2.cvtColor(cv2.cvtColor(done, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    packed = cv2.imencode(".jpg", done, [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(60, 92))])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def judged(
    pixels: Pixels, *, blank: bool = True, words: tuple[PageWord, ...] = (), row: int = 1
) -> Signature:
    """Return the verdict on a slot of a page that came back."""
    if not blank:
        middle = box(row).centre[1]
        prompt = Box(LEFT + 4, middle - 7, LEFT + 142, middle + 7)
        words = (*words, PageWord(text="Sign here or type your name", box=prompt, score=0.98))
    signature, pictures = judge_place(
        SLOT, pixels, SCALE, Spot(page=1, box=box(row)),
        blank=sheet().pixels if blank else None, words=words, known=known(),
    )  # fmt: skip
    assert set(pictures) == ({signature.picture} if signature.picture else set())
    return signature


def codes(signature: Signature) -> set[str]:
    """Return the codes of its reasons."""
    return {each.partition(":")[0] for each in signature.reasons}


def signed(seed: int, *, row: int = 1, pen: Pen | None = None, size: float = 1.0) -> PaperPage:
    """Return the sheet with a signature in one slot."""
    return ink.sign(sheet(), box(row), seed, pen=pen, size=size)
