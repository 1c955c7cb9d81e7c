"""How what stands in a slot is drawn into it: by `tests.paper`, with a seed."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from parsers.pages.page import Box
from tests.benchmarks.slot_kinds import Stands
from tests.paper import hands, ink, traces
from tests.paper.pages import PaperPage, chance
from tests.paper.strokes import Pen

_NAMES = ("王建国", "李娜", "欧阳文静", "张伟", "刘洋")
_PRINTED = ("王建国", "H. Lin", "Wang Jianguo", "张伟 经理", "签字人")


def _faint(page: PaperPage, box: Box, seed: int) -> PaperPage:
    """Return the page signed in pencil, or with a pen that is nearly dry."""
    if seed % 2:
        return ink.sign(page, box, seed, pen=Pen(width=1.0, colour="grey"))
    signed = ink.sign(page, box, seed, pen=Pen(width=1.0, colour="blue"))
    share = chance("dry", seed).uniform(0.5, 0.7)
    mixed = page.pixels * (1 - share) + signed.pixels * share
    return replace(signed, pixels=np.asarray(mixed, np.uint8))


def _red(page: PaperPage, box: Box, seed: int) -> PaperPage:
    return ink.sign(page, box, seed, pen=Pen(width=1.2, colour="red"))


def _name(page: PaperPage, box: Box, seed: int) -> PaperPage:
    random = chance("name", seed)
    size = random.uniform(16, 24)
    place = Box(box.left + random.uniform(4, 60), box.top + random.uniform(4, 24), box.right, box.bottom)
    pen = Pen(colour=str(random.choice(["black", "blue", "gel"])))
    return hands.write(page, place, _NAMES[seed % len(_NAMES)], seed, pen=pen, size=size, wild=1.4)


def _dirty(page: PaperPage, box: Box, seed: int) -> PaperPage:
    for number in range(1 + seed % 6):
        page = ink.stain(page, box, seed * 10 + number)
    return page


def _bare_tick(page: PaperPage, box: Box, seed: int) -> PaperPage:
    x, y = box.left + 20 + seed % 60, box.centre[1]
    return ink.tick(page, Box(x, y - 6, x + 12, y + 6), seed)


DRAWN: Mapping[Stands, Callable[[PaperPage, Box, int], PaperPage]] = {
    Stands.INK: ink.sign,
    Stands.UNDER_OTHERS: ink.sign,
    Stands.ON_SEAL: ink.sign,
    Stands.BESIDE_SEAL: lambda page, box, seed: ink.sign(
        page, Box(box.left, box.top, box.centre[0], box.bottom), seed
    ),
    Stands.RED: _red,
    Stands.RED_BY_SEAL: _red,
    Stands.FAINT: _faint,
    Stands.NAME: _name,
    Stands.INITIALS: ink.initials,
    Stands.SWOOSH: ink.swoosh,
    Stands.SCRIBBLE: ink.scribble,
    Stands.TICK: _bare_tick,
    Stands.DIRT: _dirty,
    Stands.DROPS: traces.stained,
    Stands.DOTTED: traces.dotted,
    Stands.TYPED: lambda page, box, seed: traces.typed(page, box, _PRINTED[seed % len(_PRINTED)], seed),
    Stands.GREY: lambda page, box, seed: traces.typed(
        page, box, _PRINTED[seed % len(_PRINTED)], seed, grey=True
    ),
    Stands.HOLE: traces.punched,
    Stands.STAPLE: traces.stapled,
    Stands.RING: traces.ringed,
}
"""What draws each kind; seals, tails and days beside lie in more than one place (`slot_pages`)."""
