"""A rehearsal plays days in moments, and a killed one goes on where it was."""

from datetime import datetime, timedelta
from pathlib import Path

from agent.mailbox import heads
from agent.mailbox.memory import MemoryMailbox
from agent.service import rehearsal, replay
from agent.service.happenings import What
from tests.houses import MONDAY, company, mail


def test_reminders_come_in_order_and_once(tmp_path: Path) -> None:
    """Every timer strikes once, at its moment, not at the end of the play."""
    with company(tmp_path) as here:
        here.write(mail())
        rehearsal.play(here.house, here.clock, MONDAY + timedelta(days=14))
        struck = [
            (each.at, each.facts["timer"]) for each in here.happened(What.STRUCK) if "timer" in each.facts
        ]
        assert struck == sorted(struck)
        assert len({timer for _, timer in struck}) == len(struck) > 3


def test_a_mail_arrives_at_its_date(tmp_path: Path) -> None:
    """What is dated Wednesday is read on Wednesday, after everything that was due before."""
    with company(tmp_path) as here:
        later = MONDAY + timedelta(days=2)
        here.write(mail(name="<later@example.com>", at=later))
        here.write(mail(at=MONDAY - timedelta(days=1)))
        rehearsal.play(here.house, here.clock, MONDAY + timedelta(days=3))
        assert [each.at for each in here.happened(What.TAKEN_IN)] == [MONDAY, later]


def test_no_mail_is_left_unread_whatever_its_date_says(tmp_path: Path) -> None:
    """A mail dated after the end is read at the end: cli.md takes every .eml in the Inbox."""
    with company(tmp_path) as here:
        here.write(mail(at=MONDAY + timedelta(days=400)))
        rehearsal.play(here.house, here.clock, MONDAY)
        assert here.happened(What.SETTLED)
        assert not here.mailbox.inbox


def test_going_on_later_is_the_same_as_playing_at_once(tmp_path: Path) -> None:
    """Two plays of a week each end like one of two weeks (catching up included)."""
    with company(tmp_path / "one") as one:
        one.write(mail())
        rehearsal.play(one.house, one.clock, MONDAY + timedelta(days=14))
    with company(tmp_path / "two") as two:
        two.write(mail())
        rehearsal.play(two.house, two.clock, MONDAY + timedelta(days=6))
        box = two.mailbox
    with company(tmp_path / "two", mailbox=box) as two:
        rehearsal.play(two.house, two.clock, MONDAY + timedelta(days=14))
    assert list(two.mailbox.sent) == list(one.mailbox.sent)
    assert _dates(two.mailbox) == _dates(one.mailbox)


def test_after_a_long_stop_overdue_timers_are_struck_in_order_with_the_time_of_now(tmp_path: Path) -> None:
    """The machine was off for two weeks: nothing is lost, nothing comes twice, nobody gets ten digests."""
    with company(tmp_path) as here:
        here.write(mail())
        rehearsal.play(here.house, here.clock, MONDAY)
        here.clock.advance(MONDAY + timedelta(days=14))
        rehearsal.play(here.house, here.clock, MONDAY + timedelta(days=14))
        struck = [each for each in here.happened(What.STRUCK) if "timer" in each.facts]
        assert [each.facts["due"] for each in struck] == sorted(each.facts["due"] for each in struck)
        digests = [each for each in here.happened(What.STRUCK) if each.facts.get("schedule") == "digest"]
        assert len(digests) <= 2


def test_the_journal_decided_anew_agrees(tmp_path: Path) -> None:
    """Every decision depends on its event, its world and its definition alone."""
    with company(tmp_path) as here:
        here.write(mail())
        rehearsal.play(here.house, here.clock, MONDAY + timedelta(days=14))
        with here.house.look() as work:
            done = replay.replay(work)
        assert done.entries > 3
        assert done.differences == ()


def _dates(mailbox: MemoryMailbox) -> list[datetime | None]:
    return [heads.date_of(sent.content) for sent in mailbox.sent.values()]
