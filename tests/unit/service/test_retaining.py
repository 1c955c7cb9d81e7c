"""Retention and legal hold: papers go in time, what must stay stays, and the store still verifies."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from agent.clock import StoppedClock
from agent.domain.case import CaseId
from agent.domain.errors import TryLater, WillNotWork
from agent.domain.mail import Address
from agent.service import replay, retaining, rounds
from agent.service.archives.checking import examine
from agent.service.house import House, Interval
from agent.service.retaining import Rule
from store import references
from store.backup import backup, restore
from store.blobs import Blobs
from store.engine import connect
from store.verify import verify
from tests.houses import COORDINATOR, company, mail
from tests.journeys.stage import stage
from tests.unit.service.conftest import Played

YEARS = Rule(years=10, days=0)
CASE = CaseId("XT-2026-0001")
BY = Address(COORDINATOR)


@contextmanager
def after(played: Played, folder: Path, years: float) -> Iterator[House]:
    """Open a copy of the store of a whole case so many years after it ended."""
    shutil.copytree(played.folder, folder)
    with stage(folder) as (house, clock):
        later = StoppedClock(clock.now() + timedelta(days=round(365.25 * years)))
        yield replace(house, clock=later)


def findings(house: House) -> set[str]:
    """Return what is amiss in the store."""
    return {each.code for each in verify(house.engine, house.blobs)}


def test_papers_of_a_case_that_ended_long_ago_go_and_the_store_verifies(
    played: Played, tmp_path: Path
) -> None:
    """Raw mails, letters and pictures are gone; archive, journal and a tombstone for each file are not."""
    with after(played, tmp_path / "a", 11) as house:
        before = set(house.blobs.names())
        found = retaining.look(house, YEARS)
        assert set(house.blobs.names()) == before
        assert [each.case for each in found.retired] == [CASE]
        count = retaining.remove(house, YEARS, found, by=BY)
        gone = before - set(house.blobs.names())
        assert len(gone) == count > 10
        with house.look() as work:
            case = work.cases.load(CASE)
            mails, letters = work.inbox.of_case(CASE), work.outbox.of_case(CASE)
            tombs = work.tombstones.all()
            last = work.journal.of_case(CASE)[-1]
        assert case is not None
        assert case.archive is not None
        assert house.blobs.has(case.archive.digest)
        assert not any(house.blobs.has(each.digest) for each in mails)
        assert not any(house.blobs.has(each.rendered) for each in letters if each.rendered)
        assert gone <= set(tombs)
        assert "papers-removed" in last.event
        assert COORDINATOR in last.event
        assert findings(house) == set()
        assert examine(house.blobs.path(case.archive.digest)).findings == ()
        again = retaining.look(house, YEARS)
        assert (again.retired, again.leftover) == ((), ())


def test_a_case_whose_time_is_not_over_keeps_everything(played: Played, tmp_path: Path) -> None:
    """Asked by name, the reason is told."""
    with after(played, tmp_path / "a", 9) as house:
        assert retaining.look(house, YEARS).retired == ()
        asked = retaining.look(house, YEARS, CASE)
        assert asked.retired == ()
        assert "2036" in asked.spared[0].because.en


def test_a_case_under_legal_hold_is_passed_over_until_the_hold_ends(played: Played, tmp_path: Path) -> None:
    """Who held it and why stands in the journal, and ending the hold begins no new time."""
    with after(played, tmp_path / "a", 11) as house:
        plan = retaining.hold(house, CASE, on=True, by=BY, why="诉讼")
        assert plan is not None
        assert "诉讼" in plan.because.zh
        assert retaining.hold(house, CASE, on=True, by=BY, why="诉讼") is None
        found = retaining.look(house, YEARS)
        assert found.retired == ()
        assert "诉讼" in found.spared[0].because.zh
        assert retaining.remove(house, YEARS, found, by=BY) == 0
        retaining.hold(house, CASE, on=False, by=BY, why="已结案")
        assert [each.case for each in retaining.look(house, YEARS).retired] == [CASE]
        assert findings(house) == set()


class Breaks(Blobs):
    """Blobs whose disk fails after a few removals, as if we were killed there."""

    left = 3

    def remove(self, digest: str) -> int:
        """See `Blobs`."""
        self.left -= 1
        if self.left < 0:
            raise TryLater("the disk fails")
        return super().remove(digest)


def test_a_hold_that_comes_while_papers_go_is_in_time(played: Played, tmp_path: Path) -> None:
    """Removing ten thousand cases takes a while, and somebody may not lose this one any more."""
    with after(played, tmp_path / "a", 11) as house:
        before = set(house.blobs.names())
        found = retaining.look(house, YEARS)
        retaining.hold(house, CASE, on=True, by=BY, why="诉讼")
        assert retaining.remove(house, YEARS, found, by=BY) == 0
        assert set(house.blobs.names()) == before
        assert findings(house) == set()


def test_a_removal_that_was_interrupted_is_finished_by_the_next_one(played: Played, tmp_path: Path) -> None:
    """Tombstones are true before files go: a crash leaves files too many, never a file too few."""
    with after(played, tmp_path / "a", 11) as house:
        broken = replace(house, blobs=Breaks(house.blobs.root))
        with pytest.raises(TryLater):
            retaining.remove(broken, YEARS, retaining.look(broken, YEARS), by=BY)
        assert findings(house) == set()
        rest = retaining.look(house, YEARS)
        assert rest.retired == ()
        assert len(rest.leftover) > 3
        assert retaining.remove(house, YEARS, rest, by=BY) == len(rest.leftover)
        assert findings(house) == set()
        assert retaining.look(house, YEARS).leftover == ()


def interrupted(house: House) -> int:
    """Break a removal off after three files; return how many are left."""
    broken = replace(house, blobs=Breaks(house.blobs.root))
    with pytest.raises(TryLater):
        retaining.remove(broken, YEARS, retaining.look(broken, YEARS), by=BY)
    return len(retaining.look(house, YEARS).leftover)


def test_a_hold_that_comes_after_an_interrupted_removal_keeps_the_rest(
    played: Played, tmp_path: Path
) -> None:
    """What is left of a case may be just what a court asks for; once the hold ends, it goes."""
    with after(played, tmp_path / "a", 11) as house:
        left = interrupted(house)
        seen_before = retaining.look(house, YEARS)
        retaining.hold(house, CASE, on=True, by=BY, why="诉讼")
        before = set(house.blobs.names())
        assert retaining.remove(house, YEARS, seen_before, by=BY) == 0
        found = retaining.look(house, YEARS)
        assert (found.leftover, [each.case for each in found.spared]) == ((), [CASE])
        assert set(house.blobs.names()) == before
        assert findings(house) == set()
        retaining.hold(house, CASE, on=False, by=BY, why="已结案")
        assert retaining.remove(house, YEARS, retaining.look(house, YEARS), by=BY) == left > 3


def test_what_another_case_has_left_stays_when_one_is_asked_for(played: Played, tmp_path: Path) -> None:
    """`retain CASE` leaves all others alone."""
    with after(played, tmp_path / "a", 11) as house:
        assert interrupted(house) > 3
        assert retaining.look(house, YEARS, CaseId("XT-1999-0001")).leftover == ()
        assert len(retaining.look(house, YEARS, CASE).leftover) > 3


def test_a_file_that_another_mail_brought_too_stays(played: Played, tmp_path: Path) -> None:
    """The same logo in a mail of no case: whoever still speaks of the bytes keeps them."""
    with after(played, tmp_path / "a", 11) as house:
        with house.look() as work:
            shared = work.inbox.of_case(CASE)[0].digest
        with house.unit() as work:
            name = work.inbox.of_case(CASE)[0].message_id
            files = {d: r for d, r in references.owned(work.session).items() if r.owners == {CASE}}
            attached = next(
                d
                for d, r in files.items()
                if work.inbox.of_digest(d) is None and r.where.startswith("inbox/")
            )
            work.inbox.take_in(digest=attached, message_id=name, received_at=house.now(), size=1, handle="x")
            work.commit()
        retaining.remove(house, YEARS, retaining.look(house, YEARS), by=BY)
        assert house.blobs.has(attached)
        assert not house.blobs.has(shared)
        house.blobs.remove(attached)
        assert findings(house) == {"blob"}


def test_the_time_counts_in_calendar_years_to_the_end_of_the_day() -> None:
    """Ten years after 1 March end with that day; a leap day has its anniversary on 1 March."""
    assert YEARS.until(date(2026, 3, 1)) == date(2036, 3, 2)
    assert Rule(years=1, days=0).until(date(2028, 2, 29)) == date(2029, 3, 2)
    assert Rule(years=0, days=30).until(date(2026, 3, 1)) == date(2026, 4, 1)


def test_the_journal_with_a_hold_and_a_removal_is_decided_anew_the_same(
    played: Played, tmp_path: Path
) -> None:
    """Both are decisions like any other (rule 2 of `decide`)."""
    with after(played, tmp_path / "a", 11) as house:
        retaining.hold(house, CASE, on=True, by=BY, why="x")
        retaining.hold(house, CASE, on=False, by=BY, why="y")
        retaining.remove(house, YEARS, retaining.look(house, YEARS), by=BY)
        with house.look() as work:
            assert replay.replay(work).differences == ()


def test_a_case_that_is_not_there_cannot_be_held(played: Played, tmp_path: Path) -> None:
    """A slip of the pen must not pass for a hold."""
    with after(played, tmp_path / "a", 1) as house, pytest.raises(WillNotWork):
        retaining.hold(house, CaseId("XT-1999-0001"), on=True, by=BY, why="x")


def test_papers_go_on_postgresql_as_well(played: Played, tmp_path: Path, postgres_url: str) -> None:
    """The same case in the other database: held, kept, released, removed, verified, decided anew."""
    with after(played, tmp_path / "a", 11) as house:
        copy = tmp_path / "copy.zip"
        backup(house.engine, house.blobs, copy)
        engine = connect(postgres_url)
        try:
            restore(copy, engine, Blobs(house.blobs.root))
            moved = replace(house, engine=engine)
            before = set(house.blobs.names())
            retaining.hold(moved, CASE, on=True, by=BY, why="诉讼")
            assert retaining.look(moved, YEARS).retired == ()
            retaining.hold(moved, CASE, on=False, by=BY, why="已结案")
            count = retaining.remove(moved, YEARS, retaining.look(moved, YEARS), by=BY)
            assert len(before - set(house.blobs.names())) == count > 10
            assert findings(moved) == set()
            with moved.look() as work:
                assert replay.replay(work).differences == ()
            again = retaining.look(moved, YEARS)
            assert (again.retired, again.leftover) == ((), ())
        finally:
            engine.dispose()


def test_letters_to_oneself_go_after_a_week_and_leave_nothing(tmp_path: Path) -> None:
    """An hourly canary would else fill the disk with mails of no case; other ignored mail stays."""
    with company(tmp_path) as here:
        house = replace(here.house, canary=Interval(every=timedelta(hours=1), within=timedelta(minutes=15)))
        rounds.until_quiet(house)
        here.write(next(iter(here.mailbox.sent.values())).content)
        here.write(
            mail(sender="noreply@example.com", subject="Automatic reply: x", name="<auto@example.com>")
        )
        rounds.until_quiet(house)
        assert retaining.look(house, YEARS).canaries == {}
        here.clock.advance(here.clock.now() + timedelta(days=8))
        found = retaining.look(house, YEARS)
        assert len(found.canaries) == 1
        before = set(house.blobs.names())
        assert retaining.remove(house, YEARS, found, by=BY) == 1
        assert before - set(house.blobs.names()) == set(found.canaries.values())
        assert findings(house) == set()
        with house.look() as work:
            assert sum(work.inbox.counts().values()) == 1
        assert retaining.look(house, YEARS).canaries == {}
