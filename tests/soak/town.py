"""The company that the simulator plays in: people, a calendar, a configuration, all by seed."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from zoneinfo import ZoneInfo

from agent import config
from tests.certificates import root
from tests.company import PEOPLE

CLERK = "collab@example.com"
COORDINATOR = "zhou@example.com"
INITIATORS = ("zhang@example.com", "he@example.com", "lin@example.com")
BYSTANDERS = ("ma@example.com", "gao@example.com")
"""They have no part in any case: whatever they send must move nothing."""
HELPER = "lin@example.com"
"""To whom others hand over what they cannot do."""
STRANGER = "wang.fang@elsewhere.example"
BUDGET = 3
"""Notices a person gets in a day; so few that the budget is felt."""
SERVER = "mx.example.com"

_MORE = (
    ("何青", "he", "销售部", "staff", "zhao", "zh"),
    ("林涛", "lin", "市场部", "staff", "zhao", "zh"),
    ("罗军", "luo", "销售部", "head", "zhao", "zh"),
    ("John Miller", "john", "质量部", "staff", "emma", "en"),
    ("马超", "ma", "财务部", "head", "sun", "zh"),
    ("高洁", "gao", "财务部", "staff", "ma", "zh"),
)
HELPERS = {"研发部": ("liu", "li"), "生产部": ("yang", "chen"), "质量部": ("john", "emma")}
"""By department: who does the work, and who heads it; the one stands in for the other."""
_AWAY_HEAD, _AWAY = "chen", (9, 5)
"""Who is away as the directory says, from which day on and for how many."""


class Kind(Enum):
    """What a mail server knows of what it sent (`Mailbox.sent_within`)."""

    FOLDER = "folder"
    """The folder mailbox of the product itself: sending and keeping are one act."""
    KEEPING = "keeping"
    """A server that keeps what it sends, half a minute later."""
    COPYING = "copying"
    """We keep a copy after the server's OK: a death in between leaves none."""


_KINDS = (Kind.COPYING, Kind.KEEPING, Kind.FOLDER)

_PLACES = (
    ("Asia/Shanghai", "CN", date(2026, 2, 23)),
    ("Europe/Berlin", "", date(2026, 3, 23)),
    ("America/New_York", "", date(2026, 10, 26)),
    ("Europe/Berlin", "", date(2026, 10, 12)),
    ("Asia/Shanghai", "CN", date(2026, 9, 14)),
)


def _days(*spans: tuple[int, int, int]) -> frozenset[date]:
    """Return the days of 2026 from each (month, day) on, so many of them."""
    return frozenset(
        date(2026, month, day) + timedelta(days=n) for month, day, count in spans for n in range(count)
    )


_OFF = _days((1, 1, 3), (2, 15, 9), (4, 4, 3), (5, 1, 5), (6, 19, 3), (9, 25, 3), (10, 1, 7))
_MADE_UP = _days((1, 4, 1), (2, 14, 1), (2, 28, 1), (5, 9, 1), (9, 20, 1), (10, 10, 1))
"""国务院办公厅关于2026年部分节假日安排的通知."""


@dataclass(frozen=True, slots=True)
class Town:
    """Where and when a run is played."""

    folder: Path
    zone: ZoneInfo
    country: str
    begin: datetime
    """A Monday, half past eight by the wall clock."""
    kind: Kind

    @property
    def settings(self) -> Path:
        """The configuration file."""
        return self.folder / config.NAME

    def local(self, moment: datetime) -> datetime:
        """Return `moment` by the clock on the wall."""
        return moment.astimezone(self.zone)

    def is_worked(self, day: date) -> bool:
        """Say whether people work on `day`: Monday to Friday, in China as the State Council published it."""
        if self.country == "CN" and (day in _OFF or day in _MADE_UP):
            return day in _MADE_UP
        return day.weekday() < 5

    def at_work(self, moment: datetime) -> datetime:
        """Return `moment`, or the next one at which somebody sits at a desk."""
        local = self.local(moment)
        if not 8 <= local.hour < 19:
            days = 1 if local.hour >= 19 else 0
            local = (local + timedelta(days=days)).replace(hour=8, minute=30 + local.minute % 30)
        while not self.is_worked(local.date()):
            local += timedelta(days=1)
        return local.astimezone(UTC)


def found(folder: Path, seed: int, url: str = "") -> Town:
    """Write the files of the company of this seed, and say where it is; `url` is where its store is kept."""
    town = town_of(folder, seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "people.csv").write_text(_people(town), encoding="utf-8")
    (folder / "roots").mkdir(exist_ok=True)
    (folder / "roots" / "house.pem").write_bytes(root().pem)
    town.settings.write_text(_config(town, url), encoding="utf-8")
    return town


def town_of(folder: Path, seed: int) -> Town:
    """Return where and when the seed plays."""
    chance = random.Random(f"{seed}/town")  # noqa: S311 - to be played again
    zone, country, day = _PLACES[seed % len(_PLACES)]
    return Town(
        folder=folder,
        zone=ZoneInfo(zone),
        country=country,
        begin=datetime(day.year, day.month, day.day, 8, 30, tzinfo=ZoneInfo(zone)).astimezone(UTC),
        kind=chance.choice(_KINDS),
    )


def _people(town: Town) -> str:
    """Return the directory: heads have deputies, and one of them is away for a week."""
    first = town.local(town.begin).date() + timedelta(days=_AWAY[0])
    away = f"{first},{first + timedelta(days=_AWAY[1])}"
    deputies = {head: f"{worker}@example.com" for worker, head in HELPERS.values()}

    def line(name: str, local: str, *rest: str, language: str) -> str:
        absent = away if local == _AWAY_HEAD else ","
        return ",".join((name, f"{local}@example.com", "", *rest, deputies.get(local, ""), absent, language))

    lines = ["name,email,aliases,department,role,supervisor,deputy,absent_from,absent_until,language"]
    lines += [
        line(
            p.name,
            p.address.partition("@")[0],
            p.department,
            ";".join(sorted(r.value for r in p.roles)),
            p.supervisor or "",
            language=p.language.value,
        )
        for p in PEOPLE
    ]
    lines += [
        line(name, local, department, role, f"{above}@example.com", language=language)
        for name, local, department, role, above, language in _MORE
    ]
    return "\n".join(lines) + "\n"


def _config(town: Town, url: str) -> str:
    store = f'[store]\nurl = "{url}"\n\n' if url else ""
    return f"""\
{store}[agent]
address = "{CLERK}"
name = "协同助手"
language = "zh"
zone = "{town.zone.key}"

[mailbox]
kind = "folder"
path = "."

[directory]
file = "people.csv"

[calendar]
country = "{town.country}"

[security]
authserv_id = "{SERVER}"

[signatures]
roots = "roots"

[notices]
budget = {BUDGET}

[canary]
every_minutes = 1440
within_minutes = 720
"""
