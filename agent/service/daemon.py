"""The daemon: rounds for ever, waking when mail comes or a moment is due, ending between two things.

One thread works; two others only ring: APScheduler at the moments of the clock, and a watcher that waits for
mail (`Mailbox.wait` may run beside the work).
"""

import gc
import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event as Flag
from threading import Thread

from agent.domain.errors import FormclerkError, TryLater
from agent.mailbox.port import Mailbox
from agent.service import budgets, canary, clockwork, health, receiving, rounds, watchfulness
from agent.service.house import House
from agent.service.listening import Board
from agent.service.notifying import notify
from agent.service.ticker import ticking

log = logging.getLogger(__name__)

_TICK_SECONDS = 15
_LONGEST_REST = 60.0
_AFTER_FAILURE = 5.0
_WATCH_SECONDS = 60.0
_WATCH_AGAIN = 30.0
_OBJECTS = 20_000
"""New objects after which dead cycles are looked for: about as many as a few mails make."""
_BREATH = 0.1
"""Seconds between two rings, however fast mail comes: a mail right after another waits no longer."""


def run(house: House, make_sure: Callable[[], None] = lambda: None, board: Board | None = None) -> None:
    """Work until a signal asks us to end; the mailbox is closed then.

    Args:
        house: the tools.
        make_sure: asked before each round whether we still are the only daemon of the store; raises if not.
        board: where the state is put up after each round, for a monitor.
    """
    bell = Flag()
    world = house.world()
    house.measures.tell = lambda: notify("WATCHDOG=1")
    with (
        _rarely_collecting(),
        _ending_on_signal(house, bell),
        _watching(house.mailbox, bell.set, house.stopping),
        ticking(
            bell.set,
            every_seconds=_TICK_SECONDS,
            schedules=clockwork.schedules(house),
            workdays=world.workdays,
        ),
    ):
        notify("READY=1")
        count = 0
        while not house.stopping.is_set():
            bell.clear()
            count += 1
            rest = _round(house, count, make_sure, board)
            if not house.stopping.is_set():
                bell.wait(rest)
        notify("STOPPING=1")
    log.info("the daemon has ended", extra={"action": "ended", "rounds": count})


def _round(house: House, count: int, make_sure: Callable[[], None], board: Board | None) -> float:
    """Run one round, and return how many seconds to rest; whatever goes wrong, there is a next round."""
    try:
        make_sure()
        if rounds.once(house):
            return 0.0
        state = report(house, count)
        if board is not None:
            board.put(state)
        return _rest(house)
    except TryLater as error:
        log.warning("round %d: %s", count, error, extra={"action": "round"})
        return _AFTER_FAILURE
    except Exception:  # the passes guard themselves; this is for the store or the disk being away
        log.exception("round %d failed", count, extra={"action": "round"})
        return _AFTER_FAILURE


def report(house: House, count: int) -> health.Health:
    """Compare the mailbox with the ledger, write the health file, and return what stands in it."""
    with house.look() as work:
        state = health.Health(
            at=house.now(),
            process=os.getpid(),
            rounds=count,
            mailbox=_reconciled(house),
            mails={state.value: number for state, number in work.inbox.counts().items()},
            letters={state.value: number for state, number in work.outbox.counts().items()},
            next_moment=rounds.next_moment(house),
            faults=house.faults.all(),
            alarms=house.alarms.all(),
            held_back=budgets.held_back(house, work),
            canary=canary.standing(house, work),
            disk_free=_free(house),
        )
    if state.mailbox is not None and not state.mailbox.agrees:
        log.warning("mailbox and ledger disagree: %s", state.mailbox, extra={"action": "reconciled"})
    try:
        health.write(state, health_file(house.folder))
    except OSError as error:  # a full disk must not end the daemon
        log.warning("the health file cannot be written: %s", error, extra={"action": "health"})
    return state


def _reconciled(house: House) -> health.Reconciliation | None:
    try:
        return receiving.reconcile(house)
    except FormclerkError as error:
        log.warning("the mailbox cannot be compared: %s", error, extra={"action": "reconciled"})
        return None


def _free(house: House) -> int | None:
    try:
        return watchfulness.free_disk(house)
    except OSError:
        return None


def health_file(folder: Path) -> Path:
    """Return where the health file of a store lies."""
    return folder / "health.json"


def lock_file(folder: Path) -> Path:
    """Return where the lock of a store lies."""
    return folder / "daemon.lock"


def _rest(house: House) -> float:
    moment = rounds.next_moment(house)
    if moment is None:
        return _LONGEST_REST
    return min(max((moment - house.now()) / timedelta(seconds=1), 0.0), _LONGEST_REST)


@contextmanager
def _watching(mailbox: Mailbox, ring: Callable[[], None], stopping: Flag) -> Iterator[None]:
    def watch() -> None:
        while not stopping.is_set():
            try:
                if mailbox.wait(_WATCH_SECONDS):
                    ring()
                    stopping.wait(_BREATH)
            except FormclerkError as error:
                log.warning("the mailbox cannot be watched: %s", error, extra={"action": "watch"})
                stopping.wait(_WATCH_AGAIN)
            except Exception:  # an error of ours: mail is then found at the next tick, not at once
                log.exception("the mailbox cannot be watched", extra={"action": "watch"})
                stopping.wait(_WATCH_AGAIN)

    thread = Thread(target=watch, name="watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        mailbox.close()
        thread.join(timeout=5.0)


@contextmanager
def _rarely_collecting() -> Iterator[None]:
    """Look for cycles of dead objects seldom, and never among what was loaded at the start.

    Python looks after every 700 new objects; a mail makes many times as many, and nearly none that need it.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def _ending_on_signal(house: House, bell: Flag) -> Iterator[None]:
    """Let a signal end the rounds; the mailbox stays open for the thing at hand."""

    def end(number: int, _frame: object) -> None:
        log.info("signal %s: ending", signal.Signals(number).name, extra={"action": "ending"})
        house.stopping.set()
        bell.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
