"""`formclerk calendar`: working days as understood."""

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.configured import configured
from agent.cli.language import LANGUAGE, tr
from agent.cli.people import in_words, the_people
from agent.cli.say import AsJson, ConfigFile, Exit, command, complain, group, say, say_json, stop
from agent.domain.words import Words

if TYPE_CHECKING:
    from agent.calendars import Calendars
    from agent.domain.workdays import Workdays

_WEEKDAYS_ZH = "一二三四五六日"

Department = Annotated[
    str,
    typer.Option(
        "--department",
        "-d",
        metavar=tr("部门", "NAME"),
        help=tr("按该部门的日历", "By this department's calendar"),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    calendar = group(app, "calendar", zh="工作日历：系统如何理解它", en="Working days as understood")

    @command(
        calendar,
        "show",
        zh="逐月显示一年的工作日与休息日",
        en="Show a year's days off and make-up days, month by month",
        examples=("calendar show", "calendar show 2026"),
    )
    def show(
        year: Annotated[
            int | None,
            typer.Argument(
                min=1, max=9999, metavar=tr("年份", "YEAR"), help=tr("默认今年", "This year unless told")
            ),
        ] = None,
        *,
        department: Department = "",
        config: ConfigFile = None,
        as_json: AsJson = False,
    ) -> None:
        calendars, today = _load(config)
        shown = today.year if year is None else year
        workdays = _of(calendars, department, config)
        if as_json:
            say_json(_year(workdays, calendars, department, shown))
        else:
            for month in range(1, 13):
                say(_month(workdays, shown, month))
            say()
            for day in _special(workdays, shown):
                say(_line(day, workdays, calendars, department))
        _warn(calendars, today, shown, workdays)

    @command(
        calendar,
        "explain",
        zh="说明某天为何上班或休息",
        en="Say why a day is worked or not",
        examples=("calendar explain 2026-10-10",),
    )
    def explain(
        day: Annotated[
            str, typer.Argument(metavar=tr("日期", "DAY"), help=tr("如 2026-10-10", "such as 2026-10-10"))
        ],
        *,
        department: Department = "",
        config: ConfigFile = None,
        as_json: AsJson = False,
    ) -> None:
        from agent.tabular import day_in  # noqa: PLC0415 - help must come at once

        wanted = day_in(day)
        if wanted is None:
            stop(Exit.USAGE, tr(f"“{day}”不是日期，如 2026-10-10", f"“{day}” is no date (2026-10-10)"))
        calendars, _ = _load(config)
        workdays = _of(calendars, department, config)
        if as_json:
            say_json(_day(wanted, workdays, calendars, department))
            return
        say(_line(wanted, workdays, calendars, department))
        following = workdays.add(wanted, 1)
        say(tr(f"下一个工作日：{_named(following)}", f"The next workday is {_named(following)}."))


def _load(config: ConfigFile) -> "tuple[Calendars, date]":
    from agent import calendars, clock  # noqa: PLC0415 - help must come at once

    settings = configured(config)
    found = calendars.load(settings.calendar.country, settings.calendar.extra, settings.agent.zone)
    for problem in found.problems:
        complain(in_words(problem))
    return found, found.site.day_of(clock.now())


def _of(calendars: "Calendars", department: str, config: ConfigFile) -> "Workdays":
    """Return the calendar of a department; one that has none of its own works by the site's."""
    from agent.core.definition_error import hinted  # noqa: PLC0415 - help must come at once

    if department and department not in calendars.departments:
        known = the_people(config).directory.departments()
        if department not in known:
            why = Words(zh=f"没有部门“{department}”", en=f"There is no department “{department}”")
            stop(Exit.NOT_FOUND, hinted(why, department, known).in_(LANGUAGE))
    return calendars.departments.get(department, calendars.site)


def _special(workdays: "Workdays", year: int) -> list[date]:
    """Return the days of `year` that are not as their weekday would have them."""
    return sorted(day for day in workdays.days_off | workdays.made_up if day.year == year)


def _month(workdays: "Workdays", year: int, month: int) -> str:
    days = [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]
    marks = "".join("#" if workdays.is_workday(day) else "." for day in days)
    worked = marks.count("#")
    return f"{year}-{month:02}  {marks:<31}  " + tr(f"{worked} 个工作日", f"{worked} workdays")


def _line(day: date, workdays: "Workdays", calendars: "Calendars", department: str) -> str:
    kind = tr("上班", "worked") if workdays.is_workday(day) else tr("休息", "off")
    return f"{_named(day)}  {kind}  {calendars.why(day, department).in_(LANGUAGE)}"


def _named(day: date) -> str:
    return tr(f"{day} 周{_WEEKDAYS_ZH[day.weekday()]}", f"{day} {day:%a}")


def _day(day: date, workdays: "Workdays", calendars: "Calendars", department: str) -> dict[str, object]:
    return {
        "day": day.isoformat(),
        "worked": workdays.is_workday(day),
        "published": workdays.knows(day),
        "why": calendars.why(day, department).in_(LANGUAGE),
        "next_workday": workdays.add(day, 1).isoformat(),
    }


def _year(workdays: "Workdays", calendars: "Calendars", department: str, year: int) -> dict[str, object]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    return {
        "year": year,
        "published": workdays.knows(first) and workdays.knows(last),
        "revision": workdays.revision,
        "workdays": workdays.is_workday(first) + workdays.between(first, last),
        "days": [_day(day, workdays, calendars, department) for day in _special(workdays, year)],
    }


def _warn(calendars: "Calendars", today: date, shown: int, workdays: "Workdays") -> None:
    """Say loudly which year nobody has published; what is computed there is provisional."""
    missing = set(calendars.missing(today)) & {shown} if shown >= today.year else set()
    if not workdays.knows(date(shown, 7, 1)) or missing:
        complain(
            tr(
                f"注意：{shown} 年的日历尚未公布，以上按周一至周五推算；"
                "届时请升级，或在 [calendar] extra 文件中写明。",
                f"Careful: nobody has published {shown}; Monday to Friday is assumed. "
                "Upgrade when it is, or say so in the file of [calendar] extra.",
            )
        )
