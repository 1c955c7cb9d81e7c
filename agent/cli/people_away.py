"""Who is away today: as the directory file says, or as an out-of-office reply told."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from agent.cli.language import tr

if TYPE_CHECKING:
    from agent.config_sections import Config
    from agent.domain.absences import Absence
    from agent.domain.people import Directory, Person


def learned(settings: "Config", directory: "Directory") -> "Mapping[str, Absence]":
    """Return the learned absences that count today, by main address; none where there is no store yet."""
    from agent import calendars, clock  # noqa: PLC0415 - help must come at once
    from agent.core.absences import with_absences  # noqa: PLC0415
    from store.engine import connect  # noqa: PLC0415
    from store.migrate import newest, present  # noqa: PLC0415
    from store.unit import Unit  # noqa: PLC0415

    url = settings.store.url
    if url.startswith("sqlite") and not Path(url.removeprefix("sqlite:///")).exists():
        return {}
    days = calendars.load(settings.calendar.country, settings.calendar.extra, settings.agent.zone)
    today = days.site.day_of(clock.now())
    engine = connect(settings.store.address())
    try:
        if present(engine) != newest():
            return {}
        with Unit(engine, reading=True) as work:
            running = {each.person: each for each in work.absences.running(today)}
    finally:
        engine.dispose()
    laid = with_absences(directory, running.values(), today)
    pairs = zip(directory.people, laid.people, strict=True)
    return {now.address: running[now.address] for file, now in pairs if file != now}


def in_words(person: "Person", absence: "Absence | None") -> str:
    """Return from when until when somebody is away and who stands in; empty for somebody who is there."""
    if absence is not None:
        until = tr(f"至 {absence.last}（据自动回复）", f"until {absence.last} (automatic reply)")
        deputy = person.deputy or absence.deputy
    elif person.absent_from is None and person.absent_until is None:
        return ""
    else:
        until = f"{person.absent_from or ''} – {person.absent_until or ''}".strip()
        deputy = person.deputy
    return f"{until} → {deputy}" if deputy else until


def facts(absence: "Absence | None") -> dict[str, object] | None:
    """Return a learned absence for programs, with its evidence."""
    if absence is None:
        return None
    return {
        "from": absence.first,
        "until": absence.last,
        "deputy": absence.deputy,
        "mail": absence.mail,
        "words": absence.words,
    }
