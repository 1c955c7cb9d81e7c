"""The paper that the other tests read is what it says: seeded, and honest about where everything went."""

from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from parsers.pages.page import Box
from tests.paper import ink, seals
from tests.paper.degrade import Level, degrade
from tests.paper.pages import PaperPage


def page() -> PaperPage:
    """Return white paper with five black dots, of 5 points, far from each other."""
    pixels = np.full((1170, 827, 3), 255, np.uint8)
    for x, y in DOTS:
        cv2.circle(pixels, (round(x * 100 / 72), round(y * 100 / 72)), 7, (0, 0, 0), -1)
    return PaperPage(pixels=pixels, dpi=100)


DOTS = ((80, 90), (500, 120), (300, 420), (90, 740), (510, 760))


def shown(content: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return the picture in grey, as a viewer shows it."""
    with Image.open(BytesIO(content)) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("L"), np.uint8)


@pytest.mark.parametrize("level", Level)
def test_the_truth_says_where_every_point_went(level: Level) -> None:
    """However a page is turned, bent and photographed, its dots are where `place` says."""
    for seed in range(2):
        shot = degrade(page(), level, seed)
        grey = shown(shot.content)
        assert shot.size == grey.shape[::-1]
        for x, y in DOTS:
            px, py = (round(each) for each in shot.place(x, y))
            around = grey[py - 40 : py + 41, px - 40 : px + 41]
            assert grey[py - 1 : py + 2, px - 1 : px + 2].mean() < np.percentile(around, 75) * 0.6


@pytest.mark.parametrize("level", Level)
def test_the_same_seed_gives_the_same_bytes(level: Level) -> None:
    """A failure can be looked at again."""
    once = degrade(page(), level, 3).content
    assert degrade(page(), level, 3).content == once
    assert degrade(page(), level, 4).content != once


@pytest.mark.parametrize("draw", [ink.sign, ink.scribble, ink.tick, ink.cross, ink.strike, ink.fill_in])
def test_ink_lies_where_its_mark_says(draw) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    """Whatever a pen draws is dark within its box, and paper outside stays as it was."""
    before = PaperPage(pixels=np.full((600, 600, 3), 255, np.uint8), dpi=144)
    after = draw(before, Box(100, 100, 200, 130), 5)
    box = after.marks[-1].box.grown(3)
    inside = np.zeros((600, 600), bool)
    inside[int(box.top * 2) : int(box.bottom * 2), int(box.left * 2) : int(box.right * 2)] = True
    dark = after.pixels.min(axis=2) < 128
    assert dark[inside].sum() > 30
    assert not dark[~inside].any()


def test_a_seal_is_red_and_lets_ink_show_through() -> None:
    """A seal over a signature leaves it dark; elsewhere it is red."""
    before = PaperPage(pixels=np.full((900, 900, 3), 255, np.uint8), dpi=144)
    signed = ink.sign(before, Box(180, 200, 280, 240), 1)
    sealed = seals.seal(signed, (230, 220), "星河科技有限公司", 1)
    blue, _, red = (sealed.pixels[..., each].astype(int) for each in range(3))
    assert ((red - blue) > 60).sum() > 3000
    written = signed.pixels.max(axis=2) < 120
    assert (sealed.pixels.max(axis=2)[written] <= signed.pixels.max(axis=2)[written]).all()
