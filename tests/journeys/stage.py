"""A whole case on the stage of a rehearsal: real mails, real Word files, staff who answer everything."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from agent import config, staging, wiring
from agent.clock import StoppedClock
from agent.service import rehearsal
from agent.service.happenings import Happening
from agent.service.house import House
from tests.company import at
from tests.houses import MONDAY, found, mail
from tests.journeys.staff import PEOPLE_CSV, Staff

END = MONDAY + timedelta(days=16)
"""By then the polite staff have brought the case to its archive."""


def prepare(folder: Path) -> None:
    """Write the company's files and the first mail into an empty folder."""
    settings = found(folder, PEOPLE_CSV)
    (folder / "Inbox").mkdir()
    (folder / "Inbox" / "start.eml").write_bytes(mail(sender=at("zhang")))
    with wiring.opened(staging.staged(config.load(settings)), clock=StoppedClock(MONDAY)):
        pass  # the store is made, and with it the secret that every sheet depends on


@contextmanager
def stage(folder: Path, told: list[Happening] | None = None) -> Iterator[tuple[House, StoppedClock]]:
    """Open the stage in `folder`, as often as needed."""
    clock = StoppedClock(MONDAY)
    settings = staging.staged(config.load(folder / config.NAME))
    tell = told.append if told is not None else _nobody
    with wiring.opened(settings, clock=clock, tell=tell) as house:
        yield house, clock


def play(folder: Path, until: datetime = END, told: list[Happening] | None = None) -> None:
    """Play the case in `folder`, from where it is, to `until`."""
    with stage(folder, told) as (house, clock):
        staff = Staff(folder, house.pack.process, house.world().directory, house.secret)
        rehearsal.play(house, clock, until, staff.answer)


def _nobody(_: Happening) -> None:
    pass
