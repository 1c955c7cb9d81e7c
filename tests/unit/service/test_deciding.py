"""Reading and deciding: each mail ends in one state, with a reason, and advances a case once."""

from datetime import timedelta
from pathlib import Path

import pytest

from agent.core import triage
from agent.domain.case import CaseId
from agent.domain.errors import Conflict, TryLater
from agent.domain.inbox import MailState
from agent.mailbox.memory import MemoryMailbox
from agent.service import deciding, judging, reading, receiving
from agent.service.happenings import What
from agent.service.house import House, Turn
from parsers.isolation.child import Died
from store.mail_entries import ReadMail
from store.unit import Unit
from tests.houses import COORDINATOR, MONDAY, STRANGER, Company, company, mail


def _work(here: Company) -> None:
    receiving.receive(here.house)
    reading.read(here.house)
    deciding.settle(here.house)


def _states(house: House) -> dict[MailState, int]:
    with house.look() as work:
        return {state: count for state, count in work.inbox.counts().items() if count}


def test_whoever_asks_to_begin_gets_a_case_with_a_number(tmp_path: Path) -> None:
    """发起协同 in the subject is enough; the request form is on its way (process.md, 1.1)."""
    with company(tmp_path) as here:
        here.write(mail())
        _work(here)
        with here.house.look() as work:
            case = work.cases.load(CaseId("XT-2026-0001"))
            (letter,) = work.outbox.due(here.clock.now())
        assert case is not None
        assert letter.send.letter == "start_form"
        assert _states(here.house) == {MailState.DONE: 1}


def test_the_same_mail_begins_one_case(tmp_path: Path) -> None:
    """A second copy of a mail repeats no step."""
    with company(tmp_path) as here:
        here.write(mail())
        _work(here)
        here.write(mail())
        _work(here)
        with here.house.look() as work:
            assert [line.id for line in work.cases.list()] == ["XT-2026-0001"]


def test_the_same_message_id_with_other_bytes_goes_to_a_person(tmp_path: Path) -> None:
    """Nobody can say which of the two is the true one (promise 4)."""
    with company(tmp_path) as here:
        here.write(mail())
        _work(here)
        here.write(mail(text="another text"))
        _work(here)
        assert _states(here.house) == {MailState.DONE: 1, MailState.REVIEW: 1}


def test_a_stranger_is_not_answered(tmp_path: Path) -> None:
    """We do not confirm addresses to strangers; a person looks."""
    with company(tmp_path) as here:
        here.write(mail(sender=STRANGER))
        _work(here)
        with here.house.look() as work:
            assert work.outbox.due(here.clock.now()) == ()
        assert _states(here.house) == {MailState.REVIEW: 1}


def test_a_reader_that_dies_three_times_quarantines_its_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A poison mail never stops the queue (promise 3)."""
    with company(tmp_path) as here:
        here.write(mail(name="<poison@example.com>"))
        here.write(mail(name="<good@example.com>"))
        opened = here.house.reader.open

        def poisoned(raw: bytes, *known: object, **size: object) -> object:
            if b"poison" in raw:
                raise Died("killed")
            return opened(raw, *known, **size)  # type: ignore[arg-type]

        monkeypatch.setattr(here.house.reader, "open", poisoned)
        for _ in range(4):
            _work(here)
        assert len(here.happened(What.CRASHED)) == 3
        assert _states(here.house) == {MailState.QUARANTINED: 1, MailState.DONE: 1}


class _Killed(BaseException):
    """The daemon is gone, and its reader with it."""


def _killed_while_reading(folder: Path, box: MemoryMailbox, times: int) -> None:
    def kill(*_: object, **__: object) -> object:
        raise _Killed

    for _ in range(times):
        with company(folder, mailbox=box) as here, pytest.MonkeyPatch.context() as patch:
            patch.setattr(here.house.reader, "open", kill)
            with pytest.raises(_Killed):
                _work(here)


def test_kills_of_the_daemon_are_no_fault_of_the_mail_that_was_being_read(tmp_path: Path) -> None:
    """Three power cuts in a row must not cost a mail its answer: its reader never died."""
    box = MemoryMailbox()
    box.deliver(mail())
    _killed_while_reading(tmp_path, box, 3)
    with company(tmp_path, mailbox=box) as here:
        _work(here)
        assert _states(here.house) == {MailState.DONE: 1}


def test_a_mail_that_kills_the_daemon_each_time_is_kept_apart_in_the_end(tmp_path: Path) -> None:
    """Whatever takes the whole house along must not do so for ever (promise 3)."""
    box = MemoryMailbox()
    box.deliver(mail())
    _killed_while_reading(tmp_path, box, 10)
    with company(tmp_path, mailbox=box) as here:
        _work(here)
        assert _states(here.house) == {MailState.QUARANTINED: 1}


def test_a_hundred_mails_that_fail_hold_up_no_mail_behind_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits for its next turn stays first in the line; the look goes past it."""
    with company(tmp_path) as here:
        for number in range(60):
            here.write(mail(subject="boom", name=f"<{number}@example.com>", text=str(number)))
        here.write(mail(name="<last@example.com>", at=MONDAY + timedelta(minutes=1)))
        while receiving.receive(here.house):
            pass
        opened = here.house.reader.open

        def busy(raw: bytes, *known: object, **size: object) -> object:
            if b"boom" in raw:
                raise TryLater("busy")
            return opened(raw, *known, **size)  # type: ignore[arg-type]

        monkeypatch.setattr(here.house.reader, "open", busy)
        reading.read(here.house)
        deciding.settle(here.house)
        assert _states(here.house) == {MailState.RECEIVED: 60, MailState.DONE: 1}


def test_a_mail_that_makes_us_fail_goes_to_a_person_and_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of ours costs one mail a person's look, not the house."""
    with company(tmp_path) as here:
        here.write(mail(subject="boom", name="<1@example.com>"))
        here.write(mail(name="<2@example.com>"))
        means = triage.triage

        def broken(letter: object, readings: object, around: object) -> object:
            if letter.subject == "boom":  # type: ignore[attr-defined]
                raise RuntimeError("boom")
            return means(letter, readings, around)  # type: ignore[arg-type]

        monkeypatch.setattr(judging, "triage", broken)
        for _ in range(3):
            _work(here)
            here.clock.advance(here.clock.now() + timedelta(hours=1))
        assert _states(here.house) == {MailState.REVIEW: 1, MailState.DONE: 1}


def test_a_coordinator_works_the_review_list_by_mail(tmp_path: Path) -> None:
    """丢弃 N ends the mail, is answered, and is kept with the reason (cli.md, By mail)."""
    with company(tmp_path) as here:
        here.write(mail(sender=STRANGER))
        _work(here)
        here.write(mail(sender=COORDINATOR, subject="清单", text="丢弃 1\n", name="<c@example.com>"))
        _work(here)
        with here.house.look() as work:
            dropped = work.inbox.load(1)
            letters = [each.send.letter for each in work.outbox.due(here.clock.now())]
        assert dropped is not None
        assert dropped.state is MailState.IGNORED
        assert letters == ["operated"]


def test_somebody_else_who_changed_the_case_first_makes_us_decide_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A conflict is no failure: the case is loaded again (compare and set)."""
    with company(tmp_path) as here:
        here.write(mail())
        receiving.receive(here.house)
        reading.read(here.house)
        commits: list[Unit] = []
        commit = Unit.commit

        def contested(work: Unit) -> None:
            commits.append(work)
            if len(commits) == 1:
                raise Conflict("somebody was first")
            commit(work)

        monkeypatch.setattr(Unit, "commit", contested)
        assert deciding.settle(here.house) == 1
        assert _states(here.house) == {MailState.DONE: 1}


def test_a_busy_store_makes_no_mail_wait_for_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where waiting helps, we wait: TryLater never ends in review."""
    with company(tmp_path) as here:
        here.write(mail())
        receiving.receive(here.house)
        reading.read(here.house)

        def busy(*_: object) -> object:
            raise TryLater("busy")

        with monkeypatch.context() as patch:
            patch.setattr(judging, "triage", busy)
            for _ in range(5):
                deciding.settle(here.house)
                here.clock.advance(here.clock.now() + timedelta(hours=1))
        deciding.settle(here.house)
        assert _states(here.house) == {MailState.DONE: 1}


def test_a_mail_whose_bytes_are_lost_is_kept_apart(tmp_path: Path) -> None:
    """Damage on the disk costs one mail, not the queue behind it."""
    with company(tmp_path) as here:
        here.write(mail(name="<lost@example.com>"))
        receiving.receive(here.house)
        with here.house.look() as work:
            (entry,) = work.inbox.next_received()
        here.house.blobs.path(entry.digest).unlink()
        here.mailbox.inbox.clear()
        for _ in range(3):
            reading.read(here.house)
            here.clock.advance(here.clock.now() + timedelta(hours=1))
        assert _states(here.house) == {MailState.QUARANTINED: 1}


def test_a_mail_that_is_read_again_begins_no_second_case(tmp_path: Path) -> None:
    """重试 on a mail that moved a case already: its cause is in the journal (a mail never advances twice)."""
    with company(tmp_path) as here:
        here.write(mail())
        _work(here)
        with here.house.unit() as work:
            work.inbox.put_back(1, MailState.RECEIVED)
            work.commit()
        _work(here)
        with here.house.look() as work:
            assert [line.id for line in work.cases.list()] == ["XT-2026-0001"]
        assert _states(here.house) == {MailState.DONE: 1}


def test_a_mail_that_cannot_be_decided_takes_none_along_that_was_decided_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few mails are one transaction; where it fails nothing of it is true, and each is decided alone."""
    with company(tmp_path) as here:
        for number in (1, 2, 3):
            here.write(mail(name=f"<{number}@example.com>", text=f"{number}\n"))
        receiving.receive(here.house)
        reading.read(here.house)
        judge, asked = judging.judge, list[str]()

        def broken(turn: Turn, found: ReadMail) -> judging.Verdict:
            verdict = judge(turn, found)  # it has drawn a number and written letters
            asked.append(found.mail.message_id)
            if found.mail.message_id == "<2@example.com>":
                raise RuntimeError("broken")
            return verdict

        monkeypatch.setattr(judging, "judge", broken)
        assert deciding.settle(here.house) == 2
        assert asked == [f"<{number}@example.com>" for number in (1, 2, 1, 2, 3)]
        monkeypatch.undo()
        here.clock.advance(here.clock.now() + timedelta(hours=1))
        assert deciding.settle(here.house) == 1
        with here.house.look() as work:
            assert [line.id for line in work.cases.list()] == [f"XT-2026-000{number}" for number in (1, 2, 3)]
            assert len(work.outbox.due(here.clock.now())) == 3
        assert len(here.happened(What.SETTLED)) == 3
