"""The working calendar, in layers: national, then company, then department; it never guesses.

National days off and 调休 make-up days come from chinesecalendar, year by year as the State Council
publishes them.  A file of the company's own says what differs, and can publish a year that the
library does not know yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from agent.domain.errors import WillNotWork
from agent.domain.words import Words
from agent.domain.workdays import Workdays
from agent.tabular import Line, LineProblem, day_in, read_table, simple

_HEADS = MappingProxyType(
    {
        "date": ("日期",),
        "day": ("类型", "安排", "type", "work", "off/work"),
        "name": ("名称", "说明", "节日", "holiday", "reason"),
        "department": ("部门",),
    }
)
_OFF = frozenset({"off", "休", "放假", "休息", "假", "holiday", "h", "休假"})
_WORK = frozenset({"work", "班", "上班", "工作", "调休上班", "补班", "w", "workday", "工作日"})
_PUBLISHED = frozenset({"published", "已公布", "公布", "complete"})

_ALWAYS = (date(2000, 1, 1), date(2099, 12, 31))
"""What Monday to Friday covers: nobody publishes it."""

_NO_DAYS: Mapping[date, Words] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Who says what about which days."""

    title: Words
    off: Mapping[date, Words] = field(default_factory=lambda: _NO_DAYS)
    worked: Mapping[date, Words] = field(default_factory=lambda: _NO_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendars:
    """The calendar of the site, those of departments that differ, and where each day comes from."""

    site: Workdays
    departments: Mapping[str, Workdays] = field(default_factory=lambda: MappingProxyType({}))
    layers: tuple[Layer, ...] = ()
    own_layers: Mapping[str, Layer] = field(default_factory=lambda: MappingProxyType({}))
    """The layer of each department that has one."""
    problems: tuple[LineProblem, ...] = ()

    def why(self, day: date, department: str = "") -> Words:
        """Return why `day` is worked or not, in words; the innermost layer that speaks decides."""
        calendar = self.departments.get(department, self.site)
        own = self.own_layers.get(department)
        for layer in (*((own,) if own is not None else ()), *reversed(self.layers)):
            said = layer.off.get(day) or layer.worked.get(day)
            if said is not None:
                return Words(zh=f"{layer.title.zh}：{said.zh}", en=f"{layer.title.en}: {said.en}")
        if not calendar.knows(day):
            return Words(
                zh="该年日历尚未公布，暂按周一至周五推算",
                en="the calendar of that year is not published; Monday to Friday is assumed",
            )
        if calendar.is_workday(day):
            return Words(zh="平日", en="an ordinary weekday")
        return Words(zh="周末", en="a weekend")

    def missing(self, today: date) -> tuple[int, ...]:
        """Return which of this year and the next have no published calendar."""
        years = (today.year, today.year + 1)
        return tuple(year for year in years if not self.site.knows(date(year, 12, 31)))


def load(country: str, extra: Path | None, zone: ZoneInfo) -> Calendars:
    """Return the calendars that the configuration names.

    Args:
        country: `CN`, or empty for Monday to Friday.
        extra: The company's own file, if it has one.
        zone: The site's zone.

    Raises:
        WillNotWork: the country is unknown, or the file cannot be read.
    """
    first, last = _ALWAYS
    layers: list[Layer] = []
    if country.casefold() == "cn":
        national, first, last = _china()
        layers.append(national)
    elif country:
        raise WillNotWork(
            Words(
                zh=f"[calendar] country：只认得 CN，不认得 {country}；留空则为周一至周五",
                en=f"[calendar] country: only CN is known, not {country}; leave it empty for Mon to Fri",
            )
        )
    file = _File() if extra is None else _read(extra)
    if file.own:
        layers.append(
            Layer(title=Words(zh="本公司", en="the company"), off=file.off(""), worked=file.worked(""))
        )
    last = _extended(last, file)
    departments = {
        name: Layer(title=Words.same(name), off=file.off(name), worked=file.worked(name))
        for name in file.departments()
    }
    return Calendars(
        site=_workdays(layers, zone, first, last, country),
        departments={
            name: _workdays([*layers, layer], zone, first, last, country)
            for name, layer in departments.items()
        },
        layers=tuple(layers),
        own_layers=departments,
        problems=tuple(file.problems),
    )


@dataclass(slots=True, kw_only=True)
class _File:
    """What the company's file says, while it is read."""

    own: dict[tuple[str, date], tuple[bool, Words]] = field(default_factory=dict)
    published: dict[int, int] = field(default_factory=dict)
    problems: list[LineProblem] = field(default_factory=list)

    def off(self, department: str) -> dict[date, Words]:
        return {d: w for (name, d), (work, w) in self.own.items() if name == department and not work}

    def worked(self, department: str) -> dict[date, Words]:
        return {d: w for (name, d), (work, w) in self.own.items() if name == department and work}

    def departments(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name, _ in self.own if name))

    def wrong(self, line: Line, code: str, found: str, zh: str, en: str) -> None:
        say = Words(zh=zh, en=en)
        self.problems.append(LineProblem(line=line.number, code=code, found=found, say=say))


def _china() -> tuple[Layer, date, date]:
    from chinese_calendar import Holiday, constants  # noqa: PLC0415 - the one door, opened when needed

    names = {each.value: Words(zh=each.chinese, en=each.value) for each in Holiday}
    off = {day: names.get(name, Words.same(name)) for day, name in constants.holidays.items()}
    worked = {
        day: Words(zh=f"{name.zh}调休上班", en=f"make-up day for {name.en}")
        for day, found in constants.workdays.items()
        for name in (names.get(found, Words.same(found)),)
    }
    years = {day.year for day in off}
    title = Words(zh="国务院安排", en="State Council")
    return Layer(title=title, off=off, worked=worked), date(min(years), 1, 1), date(max(years), 12, 31)


def _read(extra: Path) -> _File:
    file = _File()
    for line in read_table(extra, _HEADS, ("date", "day")):
        _take(line, file)
    return file


def _take(line: Line, file: _File) -> None:
    given, kind = line.cells["date"], simple(line.cells["day"])
    if kind in _PUBLISHED:
        if given.isdecimal() and date.min.year <= int(given) <= _ALWAYS[1].year:
            file.published[int(given)] = line.number
        else:
            file.wrong(
                line,
                "bad_year",
                given,
                "“已公布”一行的日期须为年份，如 2027",
                "expected a year, such as 2027",
            )
        return
    day = day_in(given)
    if day is None:
        file.wrong(
            line, "bad_date", given, "日期无法识别，如 2026-10-01", "this is no date; expected 2026-10-01"
        )
    elif kind not in _OFF | _WORK:
        file.wrong(line, "bad_kind", line.cells["day"], "须为“休”或“班”", "expected off or work")
    else:
        place = (line.cells["department"], day)
        worked = kind in _WORK
        if place in file.own and file.own[place][0] != worked:
            file.wrong(line, "contradiction", given, "同一天既写了休又写了班", "this day is given as both")
            return
        name = line.cells["name"]
        otherwise = Words(zh="上班", en="worked") if worked else Words(zh="放假", en="off")
        file.own[place] = (worked, Words.same(name) if name else otherwise)


def _extended(last: date, file: _File) -> date:
    """Return the last known day, with the years that the file publishes; beyond a gap nothing is known."""
    for year in sorted(file.published):
        if year == last.year + 1:
            last = date(year, 12, 31)
        elif year > last.year:
            say = Words(
                zh=f"{last.year + 1} 年尚未公布，{year} 年不能先行采用",
                en=f"{last.year + 1} is not published yet, so {year} cannot be used",
            )
            file.problems.append(LineProblem(line=file.published[year], code="gap", found=str(year), say=say))
    return last


def _workdays(layers: list[Layer], zone: ZoneInfo, first: date, last: date, country: str) -> Workdays:
    off: set[date] = set()
    worked: set[date] = set()
    for layer in layers:
        off = (off - layer.worked.keys()) | layer.off.keys()
        worked = (worked - layer.off.keys()) | layer.worked.keys()
    said = [
        first.isoformat(),
        last.isoformat(),
        *(f"-{d}" for d in sorted(off)),
        *(f"+{d}" for d in sorted(worked)),
    ]
    digest = sha256("\n".join(said).encode()).hexdigest()[:8]
    return Workdays(
        zone=zone,
        revision=f"{country.casefold() or 'weekdays'}-{last.year}-{digest}",
        known_from=first,
        known_until=last,
        days_off=frozenset(off),
        made_up=frozenset(worked),
    )
