"""Which of many boxes a point lies in, without asking each of them."""

from collections.abc import Iterable

from parsers.pages.page import Box

_STEP = 16.0
"""Points of height that share a drawer."""
_MOST = 400
"""Drawers that one box may fill; a page is 50 to 220 of them high."""


class Homes:
    """Boxes in drawers by their height on the page."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self._boxes = tuple(boxes)
        self._drawers: dict[int, list[int]] = {}
        for number, box in enumerate(self._boxes):
            first = int(box.top // _STEP)
            for drawer in range(first, min(int(box.bottom // _STEP), first + _MOST) + 1):
                self._drawers.setdefault(drawer, []).append(number)

    def at(self, x: float, y: float) -> int | None:
        """Return the number of the first box that holds the point, None when none does."""
        for number in self._drawers.get(int(y // _STEP), ()):
            box = self._boxes[number]
            if box.left <= x <= box.right and box.top <= y <= box.bottom:
                return number
        return None
