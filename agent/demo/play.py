"""The demo: a whole case, from the first mail to the sealed archive, by the daemon's own passes."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from agent import config, wiring
from agent.clock import StoppedClock
from agent.config_sections import Config
from agent.config_text import commented
from agent.demo import leftovers, script
from agent.demo.cast import CLERK, CLERK_NAME, directory
from agent.demo.company import root
from agent.demo.habits import Habit, expected
from agent.demo.leftover import Leftover
from agent.demo.progress import Progress
from agent.demo.staff import Staff
from agent.demo.writing import SERVER
from agent.domain.case import Case
from agent.domain.errors import WillNotWork
from agent.domain.words import Language
from agent.service import rehearsal
from agent.service.archives.checking import examine
from agent.service.happenings import Happening
from agent.service.house import House
from parsers.scan.check import missing
from store.engine import connect
from store.finding import Finding
from store.migrate import migrate
from store.unit import Unit
from store.verify import verify as verify_store

_MARK = ".formclerk-demo"
"""Lies in a folder that a demo made, and a later one may empty."""
_BEGINS = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - wall-clock time at the site: a Monday
_AT_MOST = timedelta(days=120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How much there was of it."""

    days: int
    received: int
    sent: int
    reminders: int
    lag_warnings: int
    disputes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How it went."""

    case: Case | None
    findings: tuple[Finding, ...]
    """What is wrong with the archive or the store; empty when nothing is."""
    missed: tuple[Habit, ...]
    """What should have happened and did not."""
    figures: Figures
    seconds: float
    files: tuple[Leftover, ...]

    @property
    def is_good(self) -> bool:
        """Say whether the case ran to its sealed archive and everything is as it must be."""
        return self.case is not None and self.case.archive is not None and not (self.findings or self.missed)


def prepare(folder: Path, company: Language) -> Path:
    """Lay out the company in `folder`; return its configuration.

    Raises:
        WillNotWork: the folder holds something that no demo made.
    """
    if folder.exists() and (
        not folder.is_dir() or (any(folder.iterdir()) and not (folder / _MARK).is_file())
    ):
        raise WillNotWork(str(folder))
    for each in folder.iterdir() if folder.exists() else ():
        shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
    for name in ("mail/Inbox", "mail/Sent", "data", "roots"):
        (folder / name).mkdir(parents=True)
    (folder / _MARK).write_text("formclerk demo\n", encoding="utf-8")
    (folder / "people.csv").write_text(directory(company), encoding="utf-8-sig")
    (folder / "roots" / "xinghe.pem").write_bytes(root(company).pem)
    chosen = {
        "agent.address": str(CLERK),
        "agent.name": CLERK_NAME.in_(company),
        "signatures.roots": "roots",
        "security.authserv_id": SERVER,
    }
    (folder / config.NAME).write_text(commented(company, chosen), encoding="utf-8")
    return folder / config.NAME


def play(file: Path, company: Language, say: Callable[[str], None]) -> Ending:
    """Play the case in the folder of the configuration `file`, and tell what happens by `say`."""
    began = perf_counter()
    settings = config.load(file)
    _same_codes(settings)
    begins = _BEGINS.replace(tzinfo=settings.agent.zone).astimezone(UTC)
    clock = StoppedClock(begins)
    progress = Progress(language=company, zone=settings.agent.zone, say=say)
    reads_scans = not missing()
    must = expected(reads_scans=reads_scans)
    progress.begin(file.parent, reads_scans=reads_scans)
    stage: list[Staff] = []

    def tell(happening: Happening) -> None:
        for staff in stage:
            staff.report(happening.at)  # first who wrote, then what the clerk made of it
        progress.happened(happening)

    with wiring.opened(settings, clock=clock, tell=tell) as house:
        forms = house.pack.process.forms.values()
        staff = Staff(
            mail=file.parent / "mail",
            company=company,
            calendar=house.world().workdays,
            titles={form.id: form.title for form in forms},
            script=script.play,
            tell=progress.did,
        )
        stage.append(staff)
        script.begin(staff, begins)
        rehearsal.play(house, clock, begins + _AT_MOST, _until_over(house, staff))
        progress.finish()
        with house.look() as work:
            case = next(iter(work.cases.every()), None)
        found = list(verify_store(house.engine, house.blobs))
        kept = leftovers.collect(file.parent, house, case)
        if kept.archive is not None:
            found += examine(kept.archive, house.secret).findings
        return Ending(
            case=case,
            findings=tuple(found),
            missed=tuple(sorted(must - staff.done, key=lambda habit: habit.name)),
            figures=Figures(
                days=(clock.now() - begins).days + 1,
                received=staff.sent,
                sent=progress.counts["sent"],
                reminders=progress.counts["sent reminder"],
                lag_warnings=progress.counts["sent lag_warning"],
                disputes=len(case.disputes) if case is not None else 0,
            ),
            seconds=perf_counter() - began,
            files=kept.files,
        )


def _same_codes(settings: Config) -> None:
    """Give the store a secret that is no secret, so that every demo writes the same mails.

    The codes of its sheets can therefore be forged; nobody works with a store that plays a made-up company.
    """
    engine = connect(settings.store.address())
    migrate(engine)
    with Unit(engine) as work:
        work.settings.set("secret", sha256(b"formclerk demo").hexdigest())
        work.commit()
    engine.dispose()


def _until_over(house: House, staff: Staff) -> Callable[[datetime], bool]:
    """Return what the rehearsal asks between two moments: it ends on the day after the archive was sent."""
    over: list[datetime] = []

    def between(now: datetime) -> bool:
        more = staff.look(now)
        if not over:
            with house.look() as work:
                case = next(iter(work.cases.every()), None)
            if case is not None and case.archive is not None:
                over.append(now)
        elif now - over[0] > timedelta(days=1):
            house.stopping.set()
        return more

    return between
