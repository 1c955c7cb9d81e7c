"""Work through a list so that one bad thing never stops the others."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import TypeVar

from agent.domain.errors import Conflict, TryLater
from agent.domain.words import Words
from agent.service.faults import LONGEST
from agent.service.happenings import What
from agent.service.house import House

log = logging.getLogger(__name__)

T = TypeVar("T")

_BATCH = 50

_CONFLICTS = 5
"""How often a decision is taken anew when others keep changing the case first."""


def each(  # noqa: PLR0913 - a list, what to do with it, and its two bounds
    house: House,
    things: Iterable[T],
    about: Callable[[T], str],
    work: Callable[[T], bool],
    *,
    longest: timedelta = LONGEST,
    most: int | None = None,
) -> int:
    """Call `work` with each thing and return how often it says that something moved.

    It ends once so many have moved as `most` says.

    What raises is logged, counted and told, waits for its next turn (ever longer, up to `longest`), and
    stops nobody else.
    """
    moved = 0
    for thing in things:
        if house.stopping.is_set():
            break
        house.measures.alive()
        name = about(thing)
        if house.faults.must_wait(name, at=house.now()):
            continue
        try:
            moved += _insist(work, thing)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next thing must have its turn
            _failed(house, name, error, longest)
        else:
            house.faults.clear(name)
        if moved == most:  # asked here, so that the next thing is not even fetched
            break
    return moved


def everything(  # noqa: PLR0913 - as `each`, for what is told a batch at a time
    house: House,
    find: Callable[[int], Sequence[T]],
    about: Callable[[T], str],
    work: Callable[[T], bool],
    *,
    give_up: Callable[[T], bool] = lambda _: False,
    in_turn: Callable[[Sequence[T]], Iterable[T]] = iter,
) -> int:
    """Call `work` once with everything that `find` tells, a batch at a time; return how often it moved.

    What fails or must wait stays first in the line, and still holds up nobody: the look goes past it.

    Args:
        house: the tools.
        find: returns so many of what is due, the longest waiting first.
        about: names a thing among all that are due.
        work: as for `each`.
        give_up: asked of each thing after its turn; ends what is hopeless and says whether it did.
        in_turn: yields the things of a batch in order; it may begin with the next one beside this one.
    """
    moved = behind = 0
    seen: set[str] = set()
    while not house.stopping.is_set():
        limit = _BATCH + behind
        found = find(limit)
        fresh = [thing for thing in found if about(thing) not in seen]
        behind = len(found) - len(fresh)
        seen.update(about(thing) for thing in fresh)
        moved += each(house, in_turn(fresh), about, work)
        moved += sum(give_up(thing) for thing in fresh)
        if len(found) < limit:  # that was all; what came due meanwhile has its turn in the next round
            break
    return moved


def _insist(work: Callable[[T], bool], thing: T) -> bool:
    for _ in range(_CONFLICTS):
        try:
            return work(thing)
        except Conflict:
            continue
    raise TryLater("others keep changing the case first")


def _failed(house: House, about: str, error: Exception, longest: timedelta) -> None:
    fault = house.faults.add(about, error, at=house.now(), longest=longest)
    if isinstance(error, TryLater):
        log.warning("%s: %s", about, error, extra={"action": "try_later", "times": fault.times})
        return
    log.error("%s failed", about, exc_info=error, extra={"action": "failed", "times": fault.times})
    house.happened(What.FAILED, Words.same(fault.why), about=about)
