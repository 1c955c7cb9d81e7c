"""The next due timers among very many open ones, in SQLite; against asking for them by their row numbers."""

from collections.abc import Iterator

from sqlalchemy import Engine

from store.engine import connect
from store.migrate import migrate
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.floors import seconds
from tests.benchmarks.timers import ASKED, TIMERS, seconds_for_next_due
from tests.benchmarks.town import scratch

_ROUNDS = 50


def measure(*, quick: bool) -> Iterator[Figure]:
    """Time the question of every tick: which timers are due now?"""
    count = TIMERS // 20 if quick else TIMERS
    with scratch() as folder:
        engine = connect(f"sqlite:///{folder / 'store.db'}")
        migrate(engine)
        took = seconds_for_next_due(engine, count)
        floor = _by_number(engine)
        engine.dispose()
    yield Figure(
        name=f"next {ASKED} due of {count:,} timers",
        value=took * 1000,
        unit="ms",
        floor=floor * 1000,
        under=1,
        note="the floor fetches as many rows by number, without our types",
    )


def _by_number(engine: Engine) -> float:
    with engine.connect() as connection:
        raw = connection.connection.cursor()

        def fetch() -> None:
            raw.execute('SELECT "case", key, due, kind, subject FROM timers WHERE rowid <= ?', (ASKED,))
            assert len(raw.fetchall()) == ASKED

        return middle([seconds(fetch) for _ in range(_ROUNDS)])
