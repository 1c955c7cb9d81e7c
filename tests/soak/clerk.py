"""The real clerk on a simulated clock: opened, working its daemon's rounds, dying, opened again."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from agent import config, roots, senders, wiring
from agent.domain.errors import FormclerkError
from agent.service import daemon, delivering, rounds, sealing
from agent.service.happenings import Happening
from agent.service.house import House
from agent.service.reader import Reader
from agent.service.single import only_one
from parsers.limits import STANDARD
from store.alone import alone
from store.engine import connect
from store.migrate import migrate
from store.unit import Unit
from tests.soak.doors import Doors
from tests.soak.post import Post, Weather
from tests.soak.town import Town

_MOST_ROUNDS = 500
"""More than any heap of work needs."""
_AFTER_FAILURE = timedelta(minutes=20)
"""The product looks again after seconds; nothing is learned from counting them."""


@dataclass
class Clock:
    """What time it is, and what time the machine believes it is."""

    true: datetime
    skew: timedelta = timedelta(0)

    def now(self) -> datetime:
        """See `agent.clock.Clock`."""
        return self.true + self.skew


class Ear(logging.Handler):
    """Hears what the program logs as failed that nobody arranged: that is an error of ours."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler`."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None or isinstance(error, FormclerkError):
            return
        trace, last = error.__traceback__, ""
        while trace is not None:
            last = f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
            trace = trace.tb_next
        self._tell(f"raised: {record.getMessage()}: {type(error).__name__}: {error} ({last})"[:400])


@contextmanager
def heard(wrong: Callable[[str], None]) -> Iterator[None]:
    """Hear what the program logs as failed, and keep the rest of its log from the terminal."""
    ear, log = Ear(wrong), logging.getLogger()
    last, logging.lastResort = logging.lastResort, None
    log.addHandler(ear)
    try:
        yield
    finally:
        log.removeHandler(ear)
        logging.lastResort = last


@dataclass
class Clerk:
    """See the module."""

    town: Town
    clock: Clock
    doors: Doors
    weather: Weather
    wrong: Callable[[str], None]
    told: Callable[[Happening], None]
    house: House | None = None
    rounds: int = 0
    _make_sure: Callable[[], None] = lambda: None
    _held: ExitStack = field(default_factory=ExitStack)
    _reader: Reader | None = None

    def open(self) -> bool:
        """Begin as `formclerk run` does; say whether that was possible now."""
        self.close()
        settings = config.load(self.town.settings)
        held = ExitStack()
        try:
            held.enter_context(only_one(daemon.lock_file(settings.store.state)))
            post = Post(self.town, self.weather, self._moments, self.doors.boundary)
            house = held.enter_context(
                wiring.opened(settings, clock=self.clock, mailbox=post, tell=self.told, together=True)
            )
            self.doors.database.watch(house.engine)
            self._make_sure = held.enter_context(alone(house.engine))
            self._reader = self._reader or Reader(
                own=house.sender.own,
                secret=house.secret,
                limits=STANDARD,
                roots=roots.of(settings),
                trust=senders.trust_of(settings),
            )
            delivering.recover(house)
            sealing.recover(house)
        except FormclerkError:
            held.close()
            return False
        except BaseException:
            held.close()
            raise
        # One reader for all lives of the clerk: starting one takes longer than a day of work.
        self.house, self._held = replace(house, reader=self._reader), held
        return True

    def close(self) -> None:
        """Let go of everything, as the end of a process does."""
        self.house = None
        self._held.close()
        self._held = ExitStack()
        self.doors.database.after_death()

    def end(self) -> None:
        """Close, and end the reader as well."""
        self.close()
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def work(self) -> datetime:
        """Work until nothing is left to do now; return when to look again, in true time."""
        assert self.house is not None
        for _ in range(_MOST_ROUNDS):
            self.rounds += 1
            rest = daemon._round(self.house, self.rounds, self._make_sure, None)
            if rest:
                return self._next(failed=rest == daemon._AFTER_FAILURE)
        self.wrong(f"no rest after {_MOST_ROUNDS} rounds")
        return self.clock.true + _AFTER_FAILURE

    def _next(self, *, failed: bool) -> datetime:
        assert self.house is not None
        later = self.clock.true + _AFTER_FAILURE
        if failed or self.house.faults.all():
            return later
        try:
            moment = rounds.next_moment(self.house)
        except FormclerkError:
            return later
        if moment is None:
            return self.clock.true + timedelta(days=1)
        return max(moment - self.clock.skew, self.clock.true + timedelta(seconds=1))

    def _moments(self) -> tuple[datetime, datetime]:
        return self.clock.true, self.clock.now()


def lay_foundations(town: Town, seed: int) -> bytes:
    """Make the store with a secret that follows from the seed, and return it."""
    settings = config.load(town.settings)
    engine = connect(settings.store.address())
    migrate(engine)
    with Unit(engine) as work:
        work.settings.set("secret", f"{seed:064x}")
        work.commit()
        secret = work.settings.secret()
    engine.dispose()
    return secret
