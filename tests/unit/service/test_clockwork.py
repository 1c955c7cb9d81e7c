"""Clockwork: timers, digests and the calendar, each once, whoever asks how often."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from agent.domain.case import CaseId, CaseStatus, FileRef
from agent.domain.effects import Seal
from agent.domain.errors import TryLater, WillNotWork
from agent.domain.events import CalendarPublished
from agent.service import advancing, clockwork, digests, reading, receiving, rounds, sealing
from agent.service.happenings import What
from agent.service.house import House
from tests.houses import COORDINATOR, MONDAY, STRANGER, Company, company, mail
from tests.unit.service.test_reading_paper import with_paper

TUESDAY = MONDAY + timedelta(days=1)


def _digests(here: Company) -> list[str]:
    return [each.facts["to"] for each in here.happened(What.SENT) if each.facts["letter"] == "digest"]


def test_a_mail_in_review_is_in_the_next_mornings_digest_with_its_number(tmp_path: Path) -> None:
    """The coordinator can answer 放行 N, 丢弃 N or 重试 N; the journal's head is kept with it."""
    with company(tmp_path) as here:
        here.write(mail(sender=STRANGER))
        rounds.until_quiet(here.house)
        here.clock.advance(TUESDAY)
        rounds.until_quiet(here.house)
        rounds.until_quiet(here.house)
        assert _digests(here) == [COORDINATOR]
        with here.house.turn(reading=True) as turn:
            told = digests.facts(turn, weekly=False)
        assert [line.number for line in told.review] == [1]
        assert told.journal_head.startswith("0:")


def test_a_morning_with_nothing_to_tell_has_no_digest(tmp_path: Path) -> None:
    """An empty mail every day is the mail that nobody reads."""
    with company(tmp_path) as here:
        for day in range(4):
            here.clock.advance(MONDAY + timedelta(days=day))
            rounds.until_quiet(here.house)
        assert _digests(here) == []


def test_a_house_that_has_just_been_opened_owes_nobody_this_mornings_digest(tmp_path: Path) -> None:
    """The first start at noon does not send the digests of 08:30."""
    with company(tmp_path, at=MONDAY.replace(hour=12)) as here:
        here.write(mail(sender=STRANGER))
        rounds.until_quiet(here.house)
        assert _digests(here) == []


def test_on_the_morning_of_the_weekly_digest_there_is_one_mail(tmp_path: Path) -> None:
    """It tells everything that the daily one would."""
    with company(tmp_path) as here:
        here.write(mail(sender=STRANGER))
        rounds.until_quiet(here.house)
        here.clock.advance(MONDAY + timedelta(days=7))
        rounds.until_quiet(here.house)
        assert _digests(here) == [COORDINATOR]


def test_a_published_calendar_reaches_each_open_case_once(tmp_path: Path) -> None:
    """Provisional deadlines are computed again; the first calendar ever is no news."""
    with company(tmp_path) as here:
        here.write(mail())
        rounds.until_quiet(here.house)
        assert [e for e in here.happened(What.DECIDED) if e.facts["event"] == "CalendarPublished"] == []
        world = here.house.world()
        later = replace(world, workdays=replace(world.workdays, revision="cn-2027"))
        house = replace(here.house, world=lambda: later)
        clockwork.publish(house)
        clockwork.publish(house)
        told = [e for e in here.happened(What.DECIDED) if e.facts["event"] == "CalendarPublished"]
        assert len(told) == 1


@pytest.mark.parametrize(
    ("today", "missing"), [(date(2026, 11, 15), None), (date(2026, 12, 5), 2027), (date(2027, 1, 4), 2027)]
)
def test_a_missing_calendar_year_is_a_loud_warning(tmp_path: Path, today: date, missing: int | None) -> None:
    """From December on the next year must be known (process.md, Time)."""
    with company(tmp_path) as here:
        workdays = here.house.world().workdays
        now = workdays.moment(today, MONDAY.time())
        assert digests.missing_year(workdays, now) == missing


def _order_a_seal(here: Company) -> Seal:
    here.write(mail())
    rounds.until_quiet(here.house)
    order = Seal(key="XT-2026-0001/seal", case=CaseId("XT-2026-0001"), retention="10 years")
    with here.house.turn() as turn:
        turn.work.seals.add(order, turn.now)
        turn.commit()
    return order


def test_an_archive_that_cannot_be_built_is_tried_again_and_then_told(tmp_path: Path) -> None:
    """A full disk at night must not lose the archive of a case, nor stop the other cases."""
    with company(tmp_path) as here:
        _order_a_seal(here)
        calls: list[Seal] = []

        def broken(_: House, order: Seal) -> FileRef:
            calls.append(order)
            raise WillNotWork("a blob is missing")

        house = replace(here.house, seal=broken)
        for hours in range(1, 9):
            here.clock.advance(MONDAY + timedelta(hours=hours))
            sealing.seal(house)
        assert len(calls) == 5
        assert here.happened(What.FAILED)
        here.house.faults.clear("archive XT-2026-0001")  # as after a restart
        with here.house.turn(reading=True) as turn:
            warnings = digests.facts(turn, weekly=False).warnings
        assert any("a blob is missing" in each.en for each in warnings)
        here.clock.advance(MONDAY + timedelta(days=2))
        sealing.seal(here.house)
        assert here.happened(What.SEALED)


def test_a_second_sealer_leaves_a_leased_archive_alone_until_its_holder_is_known_dead(tmp_path: Path) -> None:
    """Two who build the same archive would tell the case twice, or get in each other's way."""

    class _Killed(BaseException):
        pass

    with company(tmp_path) as here:
        _order_a_seal(here)
        here.clock.advance(MONDAY + timedelta(hours=1))

        def killed(_: House, __: Seal) -> FileRef:
            assert sealing.seal(here.house) == 0
            raise _Killed

        with pytest.raises(_Killed):
            sealing.seal(replace(here.house, seal=killed))
        assert sealing.seal(here.house) == 0
        assert sealing.recover(here.house) == 1
        assert sealing.seal(here.house) == 1


def test_an_archive_that_stands_is_told_to_its_case_once(tmp_path: Path) -> None:
    """Whoever dies after building it builds it again, and the case hears of it once."""
    with company(tmp_path) as here:
        _order_a_seal(here)
        archive = FileRef(name="a.zip", digest="0" * 64)
        busy = iter([True, False, False])

        def slow(_: House, __: Seal) -> FileRef:
            if next(busy):
                raise TryLater("the disk is busy")
            return archive

        house = replace(here.house, seal=slow)
        for hours in (1, 2, 3):
            here.clock.advance(MONDAY + timedelta(hours=hours))
            sealing.seal(house)
        sealed = [e for e in here.happened(What.DECIDED) if e.facts["event"] == "ArchiveSealed"]
        assert len(sealed) == len(here.happened(What.SEALED)) == 1


def test_the_same_cause_is_decided_once(tmp_path: Path) -> None:
    """The journal takes each cause only once, whatever pass brings it."""
    with company(tmp_path) as here:
        here.write(mail())
        rounds.until_quiet(here.house)
        case = CaseId("XT-2026-0001")
        for expected in (True, False):
            with here.house.turn() as turn:
                event = CalendarPublished(at=turn.now, revision="x")
                plan = advancing.advance(turn, case, event, cause="calendar/x")
                turn.commit()
            assert (plan is not None) is expected
        with here.house.look() as work:
            loaded = work.cases.load(case)
        assert loaded is not None
        assert loaded.status is CaseStatus.OPEN


def _withdrawn_behind(here: Company, others: list[bytes]) -> None:
    """Let the deadline of a begun case pass while its withdrawal lies behind other mails."""
    here.write(mail())
    rounds.until_quiet(here.house)
    with here.house.look() as work:
        due = work.timers.next_due()
    assert due is not None
    here.clock.advance(due + timedelta(days=3))
    for other in others:
        here.write(other)
    here.write(mail(subject="[XT-2026-0001]", text="撤回", name="<withdrawn@example.com>"))
    rounds.until_quiet(here.house)
    with here.house.look() as work:
        assert [line.status for line in work.cases.list()] == [CaseStatus.WITHDRAWN]


def test_no_timer_strikes_while_mails_lie_in_the_inbox(tmp_path: Path) -> None:
    """We were stopped over a deadline: an answer that came in time lies behind fifty other mails."""
    with company(tmp_path) as here:
        others = [mail(sender=STRANGER, subject="x", name=f"<{n}@x.example>", text=str(n)) for n in range(70)]
        _withdrawn_behind(here, others)
        assert not [each for each in here.happened(What.STRUCK) if "timer" in each.facts]


def test_no_timer_strikes_while_paper_waits_to_be_read(tmp_path: Path) -> None:
    """The answer may be the second scan in the line; one that nobody can read holds up nothing."""
    with company(tmp_path) as here:
        here.write(mail())
        rounds.until_quiet(here.house)
        with here.house.look() as work:
            due = work.timers.next_due()
        assert due is not None
        here.clock.advance(due + timedelta(days=3))
        for number in range(2):
            with_paper(here, f"<{number}@example.com>")
        rounds.once(here.house)
        assert not [each for each in here.happened(What.STRUCK) if "timer" in each.facts]
        with here.house.look() as work:
            (waiting,) = work.inbox.next_received()
        here.house.faults.add(f"reading {waiting.id}", TryLater("the disk"), at=here.house.now())
        rounds.once(here.house)
        assert [each for each in here.happened(What.STRUCK) if "timer" in each.facts]


def test_timers_wait_for_an_hour_at_most(tmp_path: Path) -> None:
    """A line of scans that never ends must not stop the clocks."""
    with company(tmp_path) as here:
        here.write(mail())
        rounds.until_quiet(here.house)
        with_paper(here, "<0@example.com>")
        receiving.receive(here.house)
        reading.read(here.house)
        with here.house.look() as work:
            due = work.timers.next_due()
        assert due is not None
        here.clock.advance(due + timedelta(hours=1))
        assert clockwork.strike(here.house) > 0
        assert [each for each in here.happened(What.STRUCK) if "timer" in each.facts]
