"""The clock jumps, or summer time begins and ends: nothing is lost, nothing comes twice (promise 15)."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agent import config, wiring
from agent.clock import now
from agent.mailbox.memory import MemoryMailbox
from agent.service import replay, rounds
from agent.service.happenings import Happening, What
from agent.service.house import House
from store.verify import verify
from tests.houses import CONFIG, MONDAY, SHANGHAI, found, mail
from tests.journeys.outside import formclerk
from tests.journeys.test_disk import Post, lay_out
from tests.needs import need

_STEP = timedelta(hours=3)
_DAYS = 9
_LEAST = 3
"""Reminders that fall into them after the change."""
NEW_YORK = ZoneInfo("America/New_York")


class Wandering:
    """A clock that somebody puts forward and back."""

    at = MONDAY

    def now(self) -> datetime:
        """See `Clock`."""
        return self.at.astimezone(UTC)


@dataclass
class Course:
    """What became of a case whose initiator answers nothing, under a clock of its own."""

    letters: list[str] = field(default_factory=list)
    """The key of each letter, in the order of leaving."""
    told: list[Happening] = field(default_factory=list)


@contextmanager
def _opened(
    folder: Path, clock: Wandering, zone: ZoneInfo, course: Course
) -> Iterator[tuple[House, MemoryMailbox]]:
    file, box = found(folder), MemoryMailbox()
    file.write_text(CONFIG.replace(SHANGHAI.key, zone.key) + '\n[calendar]\ncountry = ""\n', "utf-8")
    with wiring.opened(config.load(file), clock=clock, mailbox=box, tell=course.told.append) as house:
        yield house, box


def play(folder: Path, moments: Iterable[datetime], zone: ZoneInfo = SHANGHAI) -> Course:
    """Let a case begin at the first moment, and the clerk work at each of them, in their order."""
    course, clock = Course(), Wandering()
    with _opened(folder, clock, zone, course) as (house, box):
        for number, moment in enumerate(moments):
            clock.at = moment
            if number == 0:
                box.deliver(mail(at=moment))
            rounds.until_quiet(house)
        with house.look() as work:
            assert replay.replay(work).differences == ()
            counts = {state.value: count for state, count in work.outbox.counts().items() if count}
        assert verify(house.engine, house.blobs) == ()
        assert not house.faults.all()
        assert counts.keys() <= {"sent", "folded", "dropped"}
        assert len(box.sent) == counts["sent"]
    course.letters = [each.facts["key"] for each in course.told if each.what is What.SENT]
    return course


def steps(start: datetime) -> list[datetime]:
    """Return the moments of a clock that nobody touches."""
    return [start.astimezone(UTC) + n * _STEP for n in range(_DAYS * 8)]


def of_case(letters: Iterable[str]) -> list[str]:
    """Return the letters about the case, of which there is one for each reason."""
    return [each for each in letters if each.startswith("XT-")]


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course under a clock that nobody touches."""
    course = play(tmp_path_factory.mktemp("straight"), steps(MONDAY))
    assert len(of_case(course.letters)) > 3
    return course


@pytest.mark.parametrize(
    "jump",
    [timedelta(hours=-3), timedelta(days=-10), timedelta(days=2), timedelta(days=-3650)],
    ids=["back three hours", "before the first entry", "two days ahead", "a dead battery"],
)
def test_a_clock_that_jumps_and_is_put_right_sends_each_letter_once(
    straight: Course, tmp_path: Path, jump: timedelta
) -> None:
    """Every third moment is worked at the wrong time, too; what left early does not leave again."""
    moments: list[datetime] = []
    for number, moment in enumerate(steps(MONDAY)):
        moments.append(moment)
        if number % 3 == 1 and number < _DAYS * 8 - 20:
            moments.append(moment + jump)
    course = play(tmp_path, moments)
    assert len(set(course.letters)) == len(course.letters)
    assert of_case(course.letters) == of_case(straight.letters)
    strokes = [(e.facts["schedule"], e.facts["period"]) for e in course.told if "schedule" in e.facts]
    assert len(set(strokes)) == len(strokes)


@pytest.mark.parametrize(
    "start", [datetime(2026, 3, 5, 9, tzinfo=NEW_YORK), datetime(2026, 10, 29, 9, tzinfo=NEW_YORK)]
)
def test_over_the_change_of_summer_time_deadlines_keep_their_local_day_and_hour(
    tmp_path: Path, start: datetime
) -> None:
    """Each digest is struck once a workday, each reminder falls on nine or eighteen o'clock of the wall."""
    course = play(tmp_path, steps(start), NEW_YORK)
    days = [e.facts["period"] for e in course.told if e.facts.get("schedule") == "digest"]
    first = start.date()
    workdays = [first + timedelta(days=n) for n in range(_DAYS) if (first + timedelta(days=n)).weekday() < 5]
    assert days == [day.isoformat() for day in workdays]
    due = [
        datetime.fromisoformat(e.facts["due"]).astimezone(NEW_YORK) for e in course.told if "due" in e.facts
    ]
    assert len(due) >= _LEAST
    assert {each.time() for each in due} <= {time(9), time(18)}
    assert all(each.weekday() < 5 for each in due)
    assert len({each.utcoffset() for each in (start, *due)}) == 2


def test_a_mail_is_answered_once_whatever_the_machines_clock_says(tmp_path: Path) -> None:
    """The program itself, run a month too early and two days too late."""
    need("faketime")
    lay_out(tmp_path)
    post = Post(tmp_path)
    for number, offset in enumerate(("+0h", "-30d", "+2d")):
        post.put(f"at{number}")
        done = formclerk("run", "--once", at=tmp_path, before=("faketime", "-f", offset))
        assert done.returncode == 0, done.stderr
        forms = [each for each in post.answers() if "请填写" in each]
        assert len(forms) == number + 1, done.stderr
        assert len(post.in_("Handled")) == number + 1
    assert now() - datetime.fromtimestamp(
        (tmp_path / "data" / "health.json").stat().st_mtime, UTC
    ) < timedelta(1)
    checked = formclerk("verify", "--store", at=tmp_path)
    assert checked.returncode == 0, checked.stdout
    again = formclerk("replay", at=tmp_path)
    assert again.returncode == 0, again.stdout
