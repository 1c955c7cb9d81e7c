"""What out-of-office replies told is kept with its evidence, and ends when it should."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from agent.domain.absences import Absence
from store.engine import connect
from store.migrate import migrate, upgrade
from store.unit import Unit

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
TODAY = date(2026, 11, 23)
LI = "li@example.com"


def an_absence(mail: str = "<away@example.com>", last: date | None = date(2026, 11, 30)) -> Absence:
    return Absence(
        person=LI, first=TODAY, last=last, deputy="liu@example.com", mail=mail, words="休假", learned=NOW
    )


def learn(engine: Engine, absence: Absence) -> bool:
    with Unit(engine) as work:
        new = work.absences.learn(absence)
        work.commit()
    return new


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (TODAY - timedelta(days=1), False),
        (TODAY, True),
        (date(2026, 11, 30), True),
        (date(2026, 12, 1), False),
    ],
)
def test_an_absence_holds_from_its_first_day_to_its_last(engine: Engine, day: date, *, holds: bool) -> None:
    """Both ends are inclusive, and what was written is what is read."""
    learn(engine, an_absence())
    with Unit(engine, reading=True) as work:
        assert work.absences.running(day) == ((an_absence(),) if holds else ())


def test_what_is_not_certain_is_told_and_never_holds(engine: Engine) -> None:
    """A reply without a certain day is a line for the coordinator, nothing else."""
    learn(engine, an_absence(last=None))
    with Unit(engine, reading=True) as work:
        assert work.absences.running(TODAY) == ()
        assert work.absences.since(NOW) == (an_absence(last=None),)
        assert work.absences.since(NOW + timedelta(seconds=1)) == ()


def test_the_same_reply_to_every_letter_is_one_absence(engine: Engine) -> None:
    """A program that answers each letter of ours does not fill the digest."""
    assert learn(engine, an_absence("<1@example.com>"))
    assert not learn(engine, an_absence("<1@example.com>"))
    assert not learn(engine, an_absence("<2@example.com>"))
    assert learn(engine, an_absence("<3@example.com>", last=date(2026, 12, 4)))


def test_the_later_word_holds_even_where_it_is_the_shorter_one(engine: Engine) -> None:
    """Somebody who comes back early changes their reply; what is not certain changes nothing."""
    learn(engine, an_absence("<1@example.com>"))
    learn(engine, an_absence("<2@example.com>", last=date(2026, 11, 25)))
    learn(engine, an_absence("<3@example.com>", last=None))
    with Unit(engine, reading=True) as work:
        assert [each.mail for each in work.absences.running(TODAY)] == ["<2@example.com>"]
        assert work.absences.running(date(2026, 11, 26)) == ()


def test_whoever_writes_is_back(engine: Engine) -> None:
    """The person's own next mail ends it; one that they wrote before they left does not."""
    learn(engine, an_absence())
    with Unit(engine) as work:
        assert work.absences.back(LI, NOW, wrote=NOW - timedelta(hours=1)) == 0
        assert work.absences.back("other@example.com", NOW, wrote=NOW + timedelta(hours=1)) == 0
        assert work.absences.running(TODAY) != ()
        assert work.absences.back(LI, NOW + timedelta(days=1), wrote=NOW + timedelta(hours=1)) == 1
        assert work.absences.running(TODAY) == ()
        work.commit()


def test_a_store_of_the_second_schema_learns_absences(database_url: str) -> None:
    """The upgrade adds an empty table and keeps what there was."""
    engine = connect(database_url)
    with engine.begin() as connection:
        upgrade(connection, "0002")
        connection.execute(text("INSERT INTO settings VALUES ('k', 'v')"))
    migrate(engine)
    with Unit(engine) as work:
        assert work.settings.get("k") == "v"
        assert work.absences.running(TODAY) == ()
        assert work.absences.learn(an_absence())
    engine.dispose()
