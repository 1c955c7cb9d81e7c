"""How long it takes to ask for the next due timers when very many are open.

The goal is under 1 ms for the next 100 of 1,000,000.
"""

from datetime import timedelta
from statistics import median
from time import perf_counter

from sqlalchemy import Engine, insert

from store.cases import columns_of
from store.tables import CaseRow, TimerRow
from store.unit import Unit
from tests.unit.store.builders import NOON, a_case

TIMERS = 1_000_000
PER_CASE = 100
ASKED = 100

_ROUNDS = 50
_CASES_AT_ONCE = 100
_APART = timedelta(seconds=7)


def seconds_for_next_due(engine: Engine, timers: int = TIMERS) -> float:
    """Return the median seconds for the next 100 due among `timers` open ones in an empty, migrated store."""
    fill(engine, timers)
    now = NOON + ASKED * _APART
    taken = []
    with Unit(engine, reading=True) as unit:
        for _ in range(_ROUNDS):
            start = perf_counter()
            found = unit.timers.due(now, ASKED)
            taken.append(perf_counter() - start)
            if len(found) != ASKED:
                raise AssertionError(f"{len(found)} timers are due, not {ASKED}")
    return median(taken)


def fill(engine: Engine, timers: int) -> None:
    """Open cases with 100 timers each; their due moments are mixed, no two are the same."""
    cases = timers // PER_CASE
    for first in range(0, cases, _CASES_AT_ONCE):
        numbers = range(first, min(first + _CASES_AT_ONCE, cases))
        with engine.begin() as connection:
            connection.execute(insert(CaseRow), [_case(number) for number in numbers])
            connection.execute(
                insert(TimerRow),
                [_timer(number, nth, cases) for number in numbers for nth in range(PER_CASE)],
            )
    if engine.dialect.name == "postgresql":
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("ANALYZE timers")


def _case(number: int) -> dict[str, object]:
    case = a_case(f"XT-2026-{number:06}", items=(), timers=())
    return {"id": case.id, "version": 1, **columns_of(case, NOON)}


def _timer(case: int, nth: int, cases: int) -> dict[str, object]:
    return {
        "case": f"XT-2026-{case:06}",
        "key": f"remind/{nth}",
        "due": NOON + (nth * cases + case) * _APART,
        "kind": "remind",
        "subject": "request//1",
        "fired": None,
    }
