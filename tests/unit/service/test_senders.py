"""A house that checks who writes: forged mail waits in silence, and replies of who is away are heeded."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from agent import config, examination_sender, senders, wiring
from agent.clock import StoppedClock
from agent.config_security import Security
from agent.domain.inbox import MailState
from agent.domain.mail import address
from agent.findings import Grade
from agent.mailbox.memory import MemoryMailbox
from agent.service import digests, rounds
from agent.service.happenings import Happening, What
from parsers.mail.sender_trust import NOBODY
from tests.houses import COORDINATOR, INITIATOR, MONDAY, Company, found, mail

OFF = Security(authserv_id="", authserv_hops=1, arc_sealers=(), exchange_internal=False, dkim=False)
OURS = replace(OFF, authserv_id="MX.example.com")
PASS = b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\r\n"
AWAY = b"Auto-Submitted: auto-replied\r\nX-MS-Exchange-Inbox-Rules-Loop: chen.qiang@example.com\r\n" + PASS
HEAD = "chen.qiang@example.com"
TUESDAY = MONDAY + timedelta(days=1)


@contextmanager
def careful(folder: Path, security: Security = OURS) -> Iterator[Company]:
    """Open a company that checks who writes."""
    settings = replace(config.load(found(folder)), security=security)
    clock, box, told = StoppedClock(MONDAY), MemoryMailbox(), list[Happening]()
    with wiring.opened(settings, clock=clock, mailbox=box, tell=told.append) as house:
        yield Company(house=house, clock=clock, mailbox=box, told=told)


def states(here: Company) -> list[str]:
    return [each.facts["state"] for each in here.happened(What.SETTLED)]


def away(text: str, name: str = "<away@example.com>") -> bytes:
    return AWAY + mail(sender=HEAD, subject="自动答复: 需求确认", text=text, name=name)


def test_a_forged_start_waits_for_a_person_and_nobody_hears_of_it(tmp_path: Path) -> None:
    """Nothing begins, nothing leaves: an answer would reach the person whom the forger named."""
    with careful(tmp_path) as here:
        here.write(mail())
        rounds.until_quiet(here.house)
        assert states(here) == [MailState.REVIEW.value]
        assert here.happened(What.SENT) == []
        assert here.happened(What.DECIDED) == []
        (settled,) = here.happened(What.SETTLED)
        assert settled.because is not None
        assert INITIATOR in settled.because.zh
        assert "mx.example.com" in settled.because.en


def test_what_the_own_server_vouches_for_goes_its_way(tmp_path: Path) -> None:
    """The same mail with the server's verdict on top begins a case."""
    with careful(tmp_path) as here:
        here.write(PASS + mail())
        rounds.until_quiet(here.house)
        assert states(here) == [MailState.DONE.value]
        assert len(here.happened(What.DECIDED)) == 1


@pytest.mark.parametrize(("head", "released"), [(b"", False), (PASS, True)])
def test_a_release_counts_only_from_an_authentic_coordinator(
    tmp_path: Path, head: bytes, *, released: bool
) -> None:
    """Else a forger would let the own forgery through."""
    with careful(tmp_path) as here:
        here.write(mail())
        rounds.until_quiet(here.house)
        here.write(head + mail(sender=COORDINATOR, subject="Re", text="放行 1", name="<2@example.com>"))
        rounds.until_quiet(here.house)
        assert bool(here.happened(What.DECIDED)) is released


def test_a_house_that_trusts_nobody_believes_everybody_as_before(tmp_path: Path) -> None:
    """Without [security] mail works as it did."""
    with careful(tmp_path, OFF) as here:
        here.write(mail())
        rounds.until_quiet(here.house)
        assert states(here) == [MailState.DONE.value]


def test_an_out_of_office_reply_gives_the_deputy_the_floor_until_the_person_writes(tmp_path: Path) -> None:
    """Kept with its evidence, laid over the directory, told once to the coordinator, ended by a letter."""
    with careful(tmp_path) as here:
        here.write(away("本人休假，3月10日返岗，期间请联系李娜。"))
        rounds.until_quiet(here.house)
        assert states(here) == [MailState.IGNORED.value]
        assert here.happened(What.SENT) == []
        with here.house.turn(reading=True) as turn:
            today = turn.world.workdays.day_of(turn.now)
            stands = turn.world.directory.stand_in(address(HEAD), today)
            assert stands is not None
            assert stands.name == "李娜"
            (line,) = [w for w in digests.facts(turn, weekly=False).warnings if "陈强" in w.zh]
            assert "2026-03-09" in line.en
        here.clock.advance(TUESDAY)
        here.write(mail(sender=HEAD, subject="Re", text="状态", at=TUESDAY, name="<forged@example.com>"))
        rounds.until_quiet(here.house)
        with here.house.look() as work:
            assert work.absences.running(date(2026, 3, 3)) != ()
        here.write(PASS + mail(sender=HEAD, subject="Re", text="状态", at=TUESDAY, name="<back@example.com>"))
        rounds.until_quiet(here.house)
        with here.house.look() as work:
            assert work.absences.running(date(2026, 3, 3)) == ()


@pytest.mark.parametrize("raw", [away("本人休假，下周一回来"), away("休假至3月9日").replace(PASS, b"")])
def test_a_reply_that_is_not_certain_is_only_a_line_in_the_digest(tmp_path: Path, raw: bytes) -> None:
    """A relative day, or nobody who vouches for it."""
    with careful(tmp_path) as here:
        here.write(raw)
        rounds.until_quiet(here.house)
        with here.house.turn(reading=True) as turn:
            assert turn.work.absences.running(date(2026, 3, 3)) == ()
            assert any("陈强" in w.zh for w in digests.facts(turn, weekly=False).warnings)


@pytest.mark.parametrize(
    ("security", "grades"),
    [
        (OFF, [Grade.CARE]),
        (OURS, [Grade.GOOD]),
        (replace(OFF, dkim=True), [Grade.GOOD]),
        (replace(OFF, exchange_internal=True), [Grade.WRONG, Grade.CARE]),
        (replace(OFF, arc_sealers=("lists.example",)), [Grade.WRONG, Grade.CARE]),
        (replace(OURS, arc_sealers=("lists.example",)), [Grade.GOOD]),
    ],
)
def test_doctor_says_whether_anybody_can_pretend(
    tmp_path: Path, security: Security, grades: list[Grade]
) -> None:
    """Nothing configured is a warning with what to do; what cannot work is wrong."""
    settings = replace(config.load(found(tmp_path)), security=security)
    results = list(examination_sender.senders(settings))
    assert [each.grade for each in results] == grades
    assert all(each.say.zh and each.say.en for each in results)
    assert all(each.do.zh for each in results if each.grade is not Grade.GOOD)


def test_exchanges_mark_is_not_trusted_in_another_mailbox(tmp_path: Path) -> None:
    """Whatever the configuration says: in a folder or over IMAP anybody can write it."""
    settings = replace(config.load(found(tmp_path)), security=replace(OFF, exchange_internal=True))
    assert senders.trust_of(settings) == NOBODY
    assert senders.trust_of(config.load(found(tmp_path))) == NOBODY


def letter(number: int, head: bytes) -> bytes:
    return head + mail(text=f"您好 {number}", name=f"<{number}@example.com>")


@pytest.mark.parametrize(
    ("security", "count", "grade", "proposes"),
    [
        (OFF, 6, Grade.CARE, True),
        (OFF, 2, Grade.CARE, False),
        (OURS, 6, Grade.GOOD, False),
        (replace(OURS, authserv_id="mx.wrong.example"), 6, Grade.CARE, True),
    ],
)
def test_doctor_learns_from_what_came_in(
    tmp_path: Path, security: Security, count: int, grade: Grade, *, proposes: bool
) -> None:
    """It counts who was vouched for, and proposes what a person compares; it never sets it."""
    with careful(tmp_path, security) as here:
        for number in range(count):
            here.write(letter(number, b"Received: by a\r\n" + PASS))
        rounds.until_quiet(here.house)
    settings = replace(config.load(found(tmp_path)), security=security)
    (result,) = examination_sender.senders(settings)
    assert result.grade is grade
    assert ('authserv_id = "mx.example.com", authserv_hops = 1' in result.do.zh) is proposes
