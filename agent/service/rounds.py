"""A round: every pass once, in the order in which mail flows through the house."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from agent.domain.workdays import Workdays
from agent.service import (
    canary,
    clockwork,
    deciding,
    delivering,
    filing,
    guard,
    reading,
    receiving,
    sealing,
    watchfulness,
)
from agent.service.faults import LONGEST
from agent.service.house import House
from agent.service.schedules import following

log = logging.getLogger(__name__)

Pass: TypeAlias = Callable[[House], int]

PASSES: tuple[tuple[str, Pass], ...] = (
    ("receiving", receiving.receive),
    ("reading", reading.read),
    ("deciding", deciding.settle),
    ("reading paper", reading.read_paper),
    ("deciding paper", deciding.settle),
    ("clockwork", clockwork.strike),
    ("delivering", delivering.deliver),
    ("sealing", sealing.seal),
    ("filing together", filing.together),
    ("filing", receiving.file_away),
    ("canary", canary.fly),
)
"""Each begins and ends in the store; a pass that fails as a whole (the mailbox is away) stops no other."""

_LONGEST_WAIT = timedelta(minutes=1)
"""A mailbox that comes back after hours is not kept waiting for another one."""

_ROUNDS = 10_000
"""More rounds than any heap of work needs; whoever does not come to rest is broken."""


def once(house: House) -> int:
    """Run every pass once; return how many of them moved something, all of which is durable then.

    Raises:
        TryLater: the disk is full or fails.
    """
    moved = guard.each(
        house,
        PASSES,
        lambda each: f"pass {each[0]}",
        lambda each: _timed(house, each) > 0,
        longest=_LONGEST_WAIT,
    )
    house.make_sure()
    house.faults.forget(before=house.now() - LONGEST)
    watchfulness.look_over(house)
    house.measures.rounded(house.now())
    return moved


def _timed(house: House, each: tuple[str, Pass]) -> int:
    with house.measures.timing(each[0]):
        moved = each[1](house)
    if moved:
        seconds = round(house.measures.passes[each[0]].last, 3)
        log.debug("pass %s took %.3f s", each[0], seconds, extra={"action": "pass", "seconds": seconds})
    return moved


def until_quiet(house: House) -> int:
    """Run rounds until nothing is left to do now; return how many it took.

    Raises:
        RuntimeError: the passes do not come to rest, which is an error of ours.
    """
    for count in range(1, _ROUNDS + 1):
        if not once(house) or house.stopping.is_set():
            return count
    raise RuntimeError(f"no rest after {_ROUNDS} rounds")


def next_moment(house: House) -> datetime | None:
    """Return the first moment after now at which something is due, None when nothing ever will be."""
    now = house.now()
    with house.look() as work:
        known = [work.timers.next_due(), work.outbox.next_due()]
    known.append(house.faults.next_try(after=now))
    known += _strokes(house, house.world().workdays)
    return min((moment for moment in known if moment is not None and moment > now), default=None)


def _strokes(house: House, workdays: Workdays) -> list[datetime]:
    strokes = (following(each, house.now(), workdays) for each in clockwork.schedules(house))
    return [stroke.at for stroke in strokes if stroke is not None]
