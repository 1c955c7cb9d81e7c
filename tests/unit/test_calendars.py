"""The working calendar says what was published, layer by layer, and never guesses (process.md, Workday)."""

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest

from agent.calendars import Calendars, load
from agent.domain.errors import WillNotWork

SHANGHAI = ZoneInfo("Asia/Shanghai")


def china(tmp_path: Path, text: str = "") -> Calendars:
    if not text:
        return load("CN", None, SHANGHAI)
    file = tmp_path / "days.csv"
    file.write_text(f"日期,类型,名称,部门\n{text}", encoding="utf-8")
    return load("CN", file, SHANGHAI)


def test_every_published_day_agrees_with_the_state_council(tmp_path: Path) -> None:
    """Day by day, 2004 to 2026, make-up days included."""
    site = china(tmp_path).site
    day = site.known_from
    while day <= site.known_until:
        assert site.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_an_unpublished_year_is_missing_and_not_guessed(tmp_path: Path) -> None:
    """Weekdays are assumed there, and everybody can see that they are."""
    found = china(tmp_path)
    after = found.site.known_until + timedelta(days=200)
    assert not found.site.knows(after)
    assert found.missing(found.site.known_until) == (found.site.known_until.year + 1,)
    assert "not published" in found.why(after).en


def test_the_company_may_work_on_a_holiday_and_rest_on_a_workday(tmp_path: Path) -> None:
    """The inner layer wins, and `why` says which one spoke."""
    found = china(tmp_path, "2026-10-07,班,盘点,\n2026-03-13,休,厂庆,\n2026-10-10,休,,\n")
    assert [found.site.is_workday(date(2026, *day)) for day in ((10, 7), (3, 13), (10, 10))] == [
        True,
        False,
        False,
    ]
    assert found.why(date(2026, 3, 13)).zh == "本公司：厂庆"
    assert found.why(date(2026, 10, 6)).en == "State Council: National Day"
    assert found.why(date(2026, 3, 12)).en == "an ordinary weekday"
    assert found.why(date(2026, 3, 14)).zh == "周末"
    assert found.problems == ()


def test_a_department_may_differ_from_the_company(tmp_path: Path) -> None:
    """The plant works on the day of the company's outing."""
    found = china(tmp_path, "2026-03-13,休,厂庆,\n2026-03-13,班,值班,生产部\n")
    assert not found.site.is_workday(date(2026, 3, 13))
    assert found.departments["生产部"].is_workday(date(2026, 3, 13))
    assert found.why(date(2026, 3, 13), "生产部").zh == "生产部：值班"


def test_the_company_can_publish_a_year_that_the_library_does_not_know(tmp_path: Path) -> None:
    """The State Council publishes in November; nobody should wait for an upgrade."""
    last = china(tmp_path).site.known_until.year
    found = china(tmp_path, f"{last + 1},已公布,国办通知,\n{last + 1}-01-01,休,元旦,\n")
    assert found.site.knows(date(last + 1, 12, 31))
    assert not found.site.is_workday(date(last + 1, 1, 1))
    assert found.problems == ()


def test_a_gap_between_published_years_stays_unknown(tmp_path: Path) -> None:
    """The year between would be a guess."""
    last = china(tmp_path).site.known_until.year
    found = china(tmp_path, f"{last + 2},published,,\n")
    assert not found.site.knows(date(last + 2, 6, 1))
    assert [p.code for p in found.problems] == ["gap"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("昨天,休,,", "bad_date"),
        ("2026-02-30,休,,", "bad_date"),
        ("2026-03-13,也许,,", "bad_kind"),
        ("明年,已公布,,", "bad_year"),
        ("2026-03-13,休,,\n2026-03-13,班,,", "contradiction"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_and_left_out(tmp_path: Path, line: str, code: str) -> None:
    """The rest of the file counts."""
    found = china(tmp_path, f"2026-03-16,休,厂庆,\n{line}\n")
    assert [p.code for p in found.problems] == [code]
    assert not found.site.is_workday(date(2026, 3, 16))


def test_the_revision_names_the_content(tmp_path: Path) -> None:
    """Stored with every deadline: another calendar has another name, the same one the same."""
    plain, same = china(tmp_path), china(tmp_path)
    other = china(tmp_path, "2026-03-13,休,厂庆,\n")
    assert plain.site.revision == same.site.revision
    assert plain.site.revision != other.site.revision


def test_without_a_country_monday_to_friday_is_the_calendar() -> None:
    """It is then no guess but the rule: nothing is missing."""
    found = load("", None, ZoneInfo("Europe/Berlin"))
    assert found.site.is_workday(date(2026, 10, 1))
    assert found.missing(date(2026, 11, 1)) == ()


def test_a_country_we_do_not_know_is_refused() -> None:
    """Better than a calendar of weekdays that looks like a published one."""
    with pytest.raises(WillNotWork, match="DE"):
        load("DE", None, SHANGHAI)
