"""What the store promises when several write at once, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from agent.domain.case import CaseId
from agent.domain.errors import Conflict
from agent.domain.mail import MessageId
from store.unit import Unit
from tests.unit.store.builders import BECAUSE, CASE, NOON, a_case, a_keyword, a_send, a_timer

T = TypeVar("T")

THREADS = 4
ROUNDS = 5


def together(act: Callable[[int], T]) -> list[T]:
    """Let all threads act at the same moment and return what each got."""
    ready = Barrier(THREADS)

    def wait_and_act(number: int) -> T:
        ready.wait(timeout=30)
        return act(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(wait_and_act, range(THREADS)))


def opened(engine: Engine) -> None:
    """Put the plain case into the store."""
    with Unit(engine) as unit:
        unit.cases.open(a_case(), at=NOON)
        unit.outbox.add(a_send(), message_id=MessageId("<a@b>"), at=NOON)
        unit.commit()


def test_numbers_drawn_together_have_no_gaps_and_no_doubles(engine: Engine) -> None:
    """Cases that begin at the same moment get the numbers 1 to n, though every third is given back."""

    def draw(number: int) -> list[CaseId]:
        drawn = []
        for turn in range(ROUNDS):
            with Unit(engine) as unit:
                name = unit.cases.draw_number("XT-{year}-{serial:04}", 2026)
                if (number + turn) % 3:
                    unit.cases.open(a_case(name), at=NOON)
                    unit.commit()
                    drawn.append(name)
        return drawn

    drawn = sorted(name for names in together(draw) for name in names)
    assert drawn == [f"XT-2026-{number:04}" for number in range(1, len(drawn) + 1)]


def test_decisions_of_one_case_follow_each_other(engine: Engine) -> None:
    """Each decision starts from the one before: none is lost, and none is told to try again."""
    opened(engine)

    def decide(number: int) -> None:
        for turn in range(ROUNDS):
            with Unit(engine) as unit:
                case = unit.cases.load(CASE)
                assert case is not None
                unit.cases.save(replace(case, released=(*case.released, f"{number}/{turn}")), at=NOON)
                unit.commit()

    together(decide)
    with Unit(engine, reading=True) as unit:
        case = unit.cases.load(CASE)
    assert case is not None
    assert len(set(case.released)) == THREADS * ROUNDS


def test_a_timer_that_all_see_strikes_once(engine: Engine) -> None:
    """Of all that found the same timer due, one decides it."""
    opened(engine)

    def strike(_: int) -> bool:
        with Unit(engine) as unit:
            unit.cases.load(CASE)
            struck = unit.timers.strike(CASE, a_timer(), at=NOON)
            unit.commit()
        return struck

    assert sorted(together(strike)) == [False] * (THREADS - 1) + [True]


def test_a_letter_that_all_see_is_leased_once(engine: Engine) -> None:
    """Of all that found the same letter due, one sends it."""
    opened(engine)

    def lease(_: int) -> bool:
        with Unit(engine) as unit:
            taken = unit.outbox.lease(a_send().key, now=NOON, until=NOON + timedelta(minutes=5))
            unit.commit()
        return taken is not None

    assert sorted(together(lease)) == [False] * (THREADS - 1) + [True]


def test_the_same_mail_taken_in_by_all_is_one(engine: Engine) -> None:
    """Two that fetch the same mailbox enter each mail once; other bytes of that name are flagged."""

    def take(number: int) -> bool:
        with Unit(engine) as unit:
            entry = unit.inbox.take_in(
                digest=str(number % 2) * 64,
                message_id=MessageId("<1@example.com>"),
                received_at=NOON,
                size=3,
                handle="1",
            )
            unit.commit()
        return entry is not None

    assert sorted(together(take)) == [False] * (THREADS - 2) + [True] * 2
    with Unit(engine, reading=True) as unit:
        assert [entry.twin for entry in unit.inbox.find(MessageId("<1@example.com>"))] == [True, True]


def test_the_journal_of_many_writers_is_one_chain(engine: Engine) -> None:
    """Writers of different cases share one chain without a gap; the same cause is decided once."""

    def journal(number: int) -> int:
        refused = 0
        for turn in range(ROUNDS):
            try:
                with Unit(engine) as unit:
                    unit.journal.append(
                        at=NOON,
                        case=CaseId(f"XT-2026-{number:04}"),
                        cause=f"mail/{turn}" if turn == 0 else f"mail/{number}/{turn}",
                        event=a_keyword(),
                        because=BECAUSE,
                        process="p" * 64,
                        world="w" * 64,
                        after="a" * 64,
                        effects=(),
                    )
                    unit.commit()
            except Conflict:
                refused += 1
        return refused

    assert sum(together(journal)) == THREADS - 1
    with Unit(engine, reading=True) as unit:
        assert unit.journal.check() == ()
        assert unit.journal.head().seq == THREADS * ROUNDS - (THREADS - 1)


def test_a_reader_sees_one_moment_and_holds_nobody_up(engine: Engine) -> None:
    """A long look at the store is consistent, and decisions go on meanwhile."""
    opened(engine)
    with Unit(engine, reading=True) as reader:
        before = reader.cases.load(CASE)
        with Unit(engine) as writer:
            writer.cases.load(CASE)
            writer.cases.save(a_case(title="later"), at=NOON)
            writer.commit()
        assert reader.cases.load(CASE) == before
    with Unit(engine, reading=True) as reader:
        assert [line.title for line in reader.cases.list()] == ["later"]


def test_a_reading_unit_cannot_write(engine: Engine) -> None:
    """Whoever only looks changes nothing, even by mistake; the next unit writes as ever."""
    for _ in range(2):
        with pytest.raises(DBAPIError), Unit(engine, reading=True) as unit:
            unit.strikes.strike("digest", "2026-03-02", at=NOON)
    with Unit(engine) as unit:
        assert unit.strikes.strike("digest", "2026-03-02", at=NOON)
        unit.commit()
