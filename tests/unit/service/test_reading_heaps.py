"""Mails are read a heap at a time, and a heap never makes its mails share a fate."""

from pathlib import Path

import pytest

from agent.domain.inbox import MailState
from agent.service import reading, receiving
from agent.service.reading_heaps import started
from store.inbox import Inbox
from store.mail_entries import MailEntry
from tests.houses import Company, company, mail

_MAILS = 11


def entries(here: Company) -> tuple[MailEntry, ...]:
    """Return the mails of the ledger, in the order they came."""
    with here.house.look() as work:
        return tuple(reversed(work.inbox.latest(100)))


def taken_in(here: Company) -> tuple[MailEntry, ...]:
    """Let mails arrive, and take them in."""
    for number in range(_MAILS):
        here.write(mail(name=f"<mail{number}@example.com>", text=f"状态 {number}"))
    receiving.receive(here.house)
    return entries(here)


def test_a_heap_is_counted_once_and_written_down_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eleven mails are two heaps: each is two transactions, and every mail was begun exactly once."""
    with company(tmp_path) as here:
        taken_in(here)
        commits = 0
        unit = type(here.house.unit())
        commit = unit.commit

        def counted(work: object) -> None:
            nonlocal commits
            commits += 1
            commit(work)  # type: ignore[arg-type] # the unit's own

        monkeypatch.setattr(unit, "commit", counted)
        assert reading.read(here.house) == _MAILS
        assert commits == 4
        assert {(each.state, each.attempts) for each in entries(here)} == {(MailState.READ, 1)}


def test_one_mail_that_cannot_be_written_down_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The heap is written down again mail by mail; the one at fault stays, with its reason."""
    with company(tmp_path) as here:
        at_fault = taken_in(here)[3]
        whole = Inbox.read

        def not_this_one(inbox: Inbox, number: int, *rest: object) -> None:
            if number == at_fault.id:
                raise ValueError("this one")
            whole(inbox, number, *rest)  # type: ignore[arg-type] # passed on as it came

        monkeypatch.setattr(Inbox, "read", not_this_one)
        reading.read(here.house)
        assert [each.id for each in entries(here) if each.state is not MailState.READ] == [at_fault.id]
        assert "this one" in here.house.faults.why(f"reading {at_fault.id}")


def test_a_mail_that_was_begun_before_is_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be what took us along: others counted with it each time would end in quarantine."""
    with company(tmp_path) as here:
        suspect = taken_in(here)[3]
        started(here.house, (suspect,))
        begun: list[int] = []
        whole = Inbox.started_reading

        def noted(inbox: Inbox, number: int) -> int:
            begun.append(number)
            if number == suspect.id:
                waiting = [each.id for each in entries(here) if each.state is MailState.RECEIVED]
                assert not set(begun[:-1]) & set(waiting), "others are begun beside it"
            return whole(inbox, number)

        monkeypatch.setattr(Inbox, "started_reading", noted)
        reading.read(here.house)
        assert begun.index(suspect.id) == 3
        assert {each.state for each in entries(here)} == {MailState.READ}


def test_who_is_asked_to_end_in_a_heap_writes_down_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pass ends after the mail at hand, and that mail need not be read again."""
    with company(tmp_path) as here:
        taken_in(here)
        opened = 0
        whole = here.house.reader.open

        def third(*given: object, **named: object) -> object:
            nonlocal opened
            opened += 1
            if opened == 3:
                here.house.stopping.set()
            return whole(*given, **named)  # type: ignore[arg-type] # passed on as it came

        monkeypatch.setattr(here.house.reader, "open", third)
        reading.read(here.house)
        read = [each for each in entries(here) if each.state is MailState.READ]
        assert len(read) == 3
