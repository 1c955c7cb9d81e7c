"""A printed box counts as ticked by what a hand drew in or around it; what cannot be told is a question."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from parsers.ink.boxes import tick
from parsers.pages.page import Box
from tests.paper import ink
from tests.paper.pages import PaperPage, Pixels, chance
from tests.paper.strokes import Pen
from tests.unit.parsers.ink.drawings import SCALE, came_back, stroke

SEEDS = range(4)


def printed(seed: int) -> tuple[PaperPage, Box]:
    """Return a box with its label, and where the box is."""
    random = chance("box", seed)
    image = Image.new("RGB", (420, 150), "white")
    pen, side = ImageDraw.Draw(image), random.uniform(7.5, 10.5)
    x, y = 22.0 + random.uniform(0, 3), 18.0 + random.uniform(0, 3)
    corners = [round(each * SCALE) for each in (x, y, x + side, y + side)]
    pen.rectangle(corners, outline=(31, 41, 51), width=int(random.integers(1, 4)))
    font = ImageFont.load_default(size=29)
    pen.text((corners[2] + 12, corners[1] - 2), "We take part", font=font, fill=(31, 41, 51))
    pixels = np.asarray(image, np.uint8)[:, :, ::-1].copy()
    return PaperPage(pixels=pixels, dpi=200.0), Box(x, y, x + side, y + side)


def cut(pixels: Pixels, box: Box, *, label: bool) -> Pixels:
    seen = (
        Box(box.left - 9, box.top - 9, box.right + 84, box.bottom + 9)
        if label
        else box.grown(box.width * 0.6)
    )
    return pixels[
        round(seen.top * SCALE) : round(seen.bottom * SCALE),
        round(seen.left * SCALE) : round(seen.right * SCALE),
    ]


def said(page: PaperPage, box: Box, seed: int, *, blank: bool) -> bool | None:
    came = cut(came_back(page, seed, off=0.8), box, label=blank)
    sent = cut(printed(seed)[0].pixels, box, label=True) if blank else None
    return tick(came, SCALE, sent)


def ring(page: PaperPage, around: Box) -> PaperPage:
    x, y = around.centre
    angles = np.linspace(0.3, 6.9, 16)
    points = [(x + around.width / 2 * np.cos(a), y + around.height / 2 * np.sin(a)) for a in angles]
    return stroke(page, points)


@pytest.mark.parametrize("blank", [True, False], ids=["blank known", "blank unknown"])
def test_an_empty_box_is_not_ticked(blank: bool) -> None:  # noqa: FBT001
    """Whatever the scanner made of its lines."""
    for seed in range(8):
        page, box = printed(seed)
        assert said(page, box, seed, blank=blank) is False, seed


@pytest.mark.parametrize("blank", [True, False], ids=["blank known", "blank unknown"])
@pytest.mark.parametrize("draw", [ink.tick, ink.cross, ink.fill_in], ids=["tick", "cross", "filled"])
def test_a_tick_a_cross_and_a_filled_box_are_ticked(draw, blank: bool) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001, FBT001
    """All three are usual; a tick is larger than its box."""
    for seed in SEEDS:
        page, box = printed(seed)
        assert said(draw(page, box, seed, pen=Pen(colour="blue")), box, seed, blank=blank) is True, seed


def test_a_ring_around_a_box_or_its_label_ticks_it() -> None:
    """As people do in printed lists of answers."""
    for seed in SEEDS:
        page, box = printed(seed)
        assert said(ring(page, box.grown(4)), box, seed, blank=True) is True, seed
    page, box = printed(1)
    label = Box(box.left - 4, box.top - 6, box.right + 76, box.bottom + 6)
    assert said(ring(page, label), box, 1, blank=True) is True


@pytest.mark.parametrize("blank", [True, False], ids=["blank known", "blank unknown"])
def test_a_tick_that_was_struck_out_is_a_question(blank: bool) -> None:  # noqa: FBT001
    """Somebody changed their mind, and only they know to what."""
    for seed in SEEDS:
        page, box = printed(seed)
        x, y = box.centre
        struck = stroke(ink.tick(page, box, seed), [(x - 11, y + 0.5), (x, y), (x + 11, y - 0.5)])
        assert said(struck, box, seed, blank=blank) is None, seed


def test_a_dot_and_dust_do_not_tick() -> None:
    """A pencil rested there."""
    for seed in SEEDS:
        page, box = printed(seed)
        x, y = box.centre
        dot = stroke(page, [(x, y), (x + 0.5, y + 0.4)], pen=Pen(width=0.9, colour="grey"))
        assert said(dot, box, seed, blank=True) is not True
        assert said(ink.stain(page, box.grown(6), seed), box, seed, blank=False) is not True


def test_the_tick_of_the_next_box_is_not_ours() -> None:
    """Boxes stand in one line with their labels."""
    for seed in SEEDS:
        page, box = printed(seed)
        beside = Box(box.left + 78, box.top, box.right + 78, box.bottom)
        assert said(ink.tick(page, beside, seed), box, seed, blank=False) is False


@pytest.mark.parametrize("crop", [np.zeros((0, 0, 3), np.uint8), np.zeros((20, 20, 9), np.uint8)])
def test_no_picture_is_a_question(crop: Pixels) -> None:
    """Never an error."""
    assert tick(crop, SCALE) is None
