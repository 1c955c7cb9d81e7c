"""Handwriting: a pen-like font, each character moved, turned, sheared and bent as a hand would."""

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from parsers.pages.page import Box
from tests.needs import without
from tests.paper.pages import Mark, Mask, PaperPage, chance
from tests.paper.strokes import PENS, Pen

_FONTS = Path("/usr/share/fonts")
_HANDLIKE = ("LXGWWenKai-Light.ttf", "LXGWWenKai-Regular.ttf", "LXGWWenKai-Medium.ttf", "ukai.ttc")
_PRINTED = ("NotoSansCJK-DemiLight.ttc", "NotoSansCJK-Regular.ttc")
_FINER = 2
_LATIN = 0x2E80
"""Where the East Asian characters of Unicode begin."""


@lru_cache(maxsize=1)
def _font_file() -> Path | None:
    files = {each.name: each for each in sorted(_FONTS.rglob("*.tt[fc]"))}
    return next((files[name] for name in (*_HANDLIKE, *_PRINTED) if name in files), None)


def is_handlike() -> bool:
    """Say whether the machine has a font that looks like writing with a pen."""
    found = _font_file()
    return found is not None and found.name in _HANDLIKE


@lru_cache(maxsize=64)
def font(pixels: int) -> ImageFont.FreeTypeFont:
    """Return the font to write with; without one the test ends and says what is missing."""
    found = _font_file()
    if found is None:
        without("no Chinese font (Debian: fonts-lxgw-wenkai, or fonts-noto-cjk)")
    return ImageFont.truetype(str(found), pixels)


@lru_cache(maxsize=64)
def print_font(pixels: int) -> ImageFont.FreeTypeFont:
    """Return the font of a printer; without one the one that writes by hand."""
    files = {each.name: each for each in sorted(_FONTS.rglob("*.tt[fc]"))}
    found = next((files[name] for name in reversed(_PRINTED) if name in files), None)
    return ImageFont.truetype(str(found), pixels) if found is not None else font(pixels)


def write(  # noqa: PLR0913 - what, where, and with which hand
    page: PaperPage,
    box: Box,
    words: str,
    seed: int,
    *,
    pen: Pen | None = None,
    size: float = 12.0,
    wild: float = 1.0,
) -> PaperPage:
    """Return the page with `words` written into `box` by hand, from its upper left, line by line.

    Args:
        page: what to write on.
        box: where, in points; words that do not fit run over its edge, as they do in life.
        words: one line, or several.
        seed: whose hand it is.
        pen: with what.
        size: points of a Chinese character.
        wild: 0.5 is neat, 1 is usual, 2 is hurried.
    """
    random = chance("hand", seed, words)
    pen = pen or Pen(colour="blue")
    side = size * page.scale
    slant, lean = random.normal(0, 0.06 * wild), random.normal(0, 0.012 * wild)
    x, y = box.left * page.scale, box.top * page.scale
    start, rise = x, 0.0
    for each in words:
        wide = side * (1.0 if ord(each) >= _LATIN else 0.56) * random.uniform(0.92, 1.06)
        if each == "\n" or x + wide > box.right * page.scale + side / 3:
            x, y, rise = start, y + side * 1.25, 0.0
            if each == "\n":
                continue
        if not each.isspace():
            cover = _character(each, side * random.normal(1, 0.05 * wild), slant, random, wild)
            jump = random.normal(0, 0.035 * wild) * side
            at = (round(x), round(y + rise + jump))
            page = page.inked(cover, at, PENS[pen.colour], _mark(at, cover, each, page.scale))
        x += wide
        rise += lean * wide
    marks = page.marks[-sum(not each.isspace() for each in words) :] if words.strip() else ()
    if not marks:
        return page
    whole = marks[0].box
    for mark in marks[1:]:
        whole = whole.around(mark.box)
    kept = page.marks[: len(page.marks) - len(marks)]
    done = Mark(kind="writing", box=whole, words=words)
    return PaperPage(pixels=page.pixels, dpi=page.dpi, marks=(*kept, done))


def _mark(at: tuple[int, int], cover: Mask, words: str, scale: float) -> Mark:
    left, top = at[0] / scale, at[1] / scale
    high, wide = cover.shape
    return Mark(kind="writing", box=Box(left, top, left + wide / scale, top + high / scale), words=words)


def _character(each: str, side: float, slant: float, random: np.random.Generator, wild: float) -> Mask:
    fine = max(8, round(side * _FINER))
    frame = fine * 2
    image = Image.new("L", (frame, frame), 0)
    ImageDraw.Draw(image).text((fine // 2, fine // 2), each, font=font(fine), fill=255)
    shape = np.asarray(image, np.uint8)
    turn = random.normal(0, 2.5 * wild)
    matrix = cv2.getRotationMatrix2D((frame / 2, frame / 2), turn, 1.0)
    shear = np.array([[1, slant, -slant * frame / 2], [0, random.normal(1, 0.04 * wild), 0], [0, 0, 1]])
    matrix = matrix @ shear
    ys, xs = np.mgrid[0:frame, 0:frame].astype(np.float32)
    inverse = cv2.invertAffineTransform(matrix).astype(np.float32)
    bent_x, bent_y = _bend(frame, fine, random, wild), _bend(frame, fine, random, wild)
    map_x = inverse[0, 0] * xs + inverse[0, 1] * ys + inverse[0, 2] + bent_x
    map_y = inverse[1, 0] * xs + inverse[1, 1] * ys + inverse[1, 2] + bent_y
    moved = cv2.remap(shape, map_x, map_y, cv2.INTER_LINEAR)
    thick = random.uniform(0.55, 1.0)
    moved = cv2.GaussianBlur(moved, (0, 0), 0.5 * _FINER)
    small = cv2.resize(moved, (frame // _FINER, frame // _FINER), interpolation=cv2.INTER_AREA)
    cover = np.clip(small.astype(np.float32) / 255 * (1.0 + thick), 0, 1)
    return cover[fine // 2 // _FINER :, fine // 2 // _FINER :]


def _bend(frame: int, fine: int, random: np.random.Generator, wild: float) -> Mask:
    """Return a smooth field of shifts: no two characters of a hand are alike."""
    coarse = random.normal(0, 0.035 * wild * fine, (5, 5)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (frame, frame), interpolation=cv2.INTER_CUBIC), np.float32)
