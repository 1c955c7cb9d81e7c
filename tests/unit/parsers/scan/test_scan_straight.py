"""A page is made straight by its long ruled lines, whatever else on it is level already."""

import cv2
import numpy as np
import pytest

from parsers.scan.straight import straightening
from tests.paper.pages import Pixels

HIGH, WIDE = 1600, 1130


def page(degrees: float, smears: int) -> Pixels:
    """Return a page of ruled lines that was fed in askew, with level smears of the scanner at its edges."""
    pixels = np.full((HIGH, WIDE, 3), 248, np.uint8)
    for y in range(200, 1400, 150):
        cv2.line(pixels, (90, y), (WIDE - 90, y), (190, 170, 160), 2)
    for x in (90, 400, WIDE - 90):
        cv2.line(pixels, (x, 200), (x, 1400), (190, 170, 160), 2)
    turn = cv2.getRotationMatrix2D((WIDE / 2, HIGH / 2), degrees, 1.0)
    pixels = np.asarray(cv2.warpAffine(pixels, turn, (WIDE, HIGH), borderMode=cv2.BORDER_REPLICATE), np.uint8)
    random = np.random.default_rng(7)
    for _ in range(smears):
        y, x = int(random.integers(10, HIGH - 10)), int(random.choice([8, WIDE - 76]))
        cv2.line(pixels, (x, y), (x + 68, y), (205, 205, 205), 2)
    return pixels


@pytest.mark.parametrize("degrees", [-1.4, 0.6, 3.0])
@pytest.mark.parametrize("smears", [0, 160])
def test_smears_at_the_edge_do_not_keep_a_page_askew(degrees: float, smears: int) -> None:
    """They are level and many: a page stayed askew by half a degree, and every frame was read as ink."""
    found = straightening(page(degrees, smears))
    ends = np.array([[90.0, 700.0, 1.0], [WIDE - 90.0, 700.0, 1.0]])
    turn = np.vstack([cv2.getRotationMatrix2D((WIDE / 2, HIGH / 2), degrees, 1.0), [0.0, 0.0, 1.0]])
    there = ends @ turn.T @ found.T
    there = there[:, :2] / there[:, 2:]
    left = np.degrees(np.arctan2(there[1, 1] - there[0, 1], there[1, 0] - there[0, 0]))
    assert abs(left) < 0.1
