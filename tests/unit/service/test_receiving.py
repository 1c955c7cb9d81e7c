"""Receiving: raw bytes are durable before the mailbox is touched, and each mail is taken in once."""

from pathlib import Path
from typing import Any

import pytest

from agent.domain.inbox import MailState
from agent.domain.mail import MessageId
from agent.domain.words import Words
from agent.mailbox.memory import MemoryMailbox
from agent.mailbox.port import Shelf
from agent.service import reading, receiving, rounds
from agent.service.happenings import What
from agent.service.house import House
from store.inbox import Inbox
from store.unit import Unit
from tests.houses import COORDINATOR, INITIATOR, company, mail

WHY = Words(zh="试验", en="trial")


def test_a_mail_is_durable_and_stays_in_the_inbox_until_it_has_ended(tmp_path: Path) -> None:
    """Nothing is moved before its end: whoever looks into the mailbox sees what is still open."""
    with company(tmp_path) as here:
        handle = here.write(mail())
        assert receiving.receive(here.house) == 1
        with here.house.look() as work:
            (entry,) = work.inbox.next_received()
        assert here.house.blobs.get(entry.digest) == here.mailbox.inbox[handle]


def test_the_same_mail_is_taken_in_once_however_often_it_is_seen(tmp_path: Path) -> None:
    """A pass that died after the bytes were durable is repeated without harm."""
    with company(tmp_path) as here:
        here.write(mail())
        here.write(mail())
        receiving.receive(here.house)
        receiving.receive(here.house)
        assert len(here.happened(What.TAKEN_IN)) == 1


def test_of_a_heap_the_first_are_answered_before_the_last_are_taken_in(tmp_path: Path) -> None:
    """Whoever wrote before thousands of others does not wait until all of them have been read."""
    with company(tmp_path) as here:
        handles = [here.write(mail(name=f"<{n}@example.com>", text=f"{n}\n")) for n in range(53)]
        rounds.once(here.house)
        assert list(here.mailbox.inbox) == handles[50:]
        assert len(here.mailbox.sent) == 50
        rounds.until_quiet(here.house)
        assert not here.mailbox.inbox
        assert len(here.mailbox.sent) == 53


def test_a_mail_that_has_ended_goes_to_the_shelf_of_its_state(tmp_path: Path) -> None:
    """The mailbox shows what became of each mail."""
    with company(tmp_path) as here:
        here.write(mail())
        receiving.receive(here.house)
        _end(here.house, MailState.REVIEW)
        assert receiving.file_away(here.house) == 1
        assert not here.mailbox.inbox
        assert len(here.mailbox.shelves[Shelf.REVIEW]) == 1


def test_a_known_mail_that_lies_in_the_inbox_again_is_only_filed(tmp_path: Path) -> None:
    """UIDVALIDITY changes, restored mailboxes and double deliveries repeat no step (promise 5)."""
    with company(tmp_path) as here:
        here.write(mail())
        receiving.receive(here.house)
        _end(here.house, MailState.DONE)
        receiving.file_away(here.house)
        here.write(mail())
        receiving.receive(here.house)
        assert not here.mailbox.inbox
        assert len(here.happened(What.TAKEN_IN)) == 1


def test_the_sender_of_a_mail_that_is_too_large_is_told_and_its_beginning_is_kept(tmp_path: Path) -> None:
    """Silence would cost the sender days; the whole mail stays in the mailbox, on its shelf."""
    whole = mail(
        subject="合同",
        text="见附件。\n",
        files=(("contract.docx", bytes(range(256)) * 4000),),
        name="<large@e.com>",
    )
    box = MemoryMailbox(limit=100_000)
    with company(tmp_path, mailbox=box) as here:
        here.write(whole)
        rounds.until_quiet(here.house)
        with here.house.look() as work:
            (entry,) = work.inbox.find(MessageId("<large@e.com>"))
        assert (entry.sender, entry.subject, entry.size) == (INITIATOR, "合同", len(whole))
        assert here.house.blobs.get(entry.digest) == whole[:100_000]
        assert [each.facts["letter"] for each in here.happened(What.SENT)] == ["unreadable"]
        assert list(box.shelves[Shelf.HANDLED].values()) == [whole]
        (answer,) = box.sent.values()
        assert answer.recipients == (INITIATOR,)


def test_mailbox_and_ledger_are_compared(tmp_path: Path) -> None:
    """A mail that lies in the Inbox and is not in the ledger is a fault that is heard of (promise 1)."""
    with company(tmp_path) as here:
        here.write(mail())
        before = receiving.reconcile(here.house)
        receiving.receive(here.house)
        after = receiving.reconcile(here.house)
        assert (before.unknown, before.agrees) == (1, False)
        assert (after.unknown, after.waiting, after.agrees) == (0, 1, True)


@pytest.mark.parametrize(("order", "shelf"), [("放行", Shelf.HANDLED), ("丢弃", Shelf.IGNORED)])
def test_a_mail_that_a_coordinator_works_leaves_the_shelf_of_review(
    tmp_path: Path, order: str, shelf: Shelf
) -> None:
    """The mailbox shows it where the ledger says, whoever looks there first; the order itself is handled."""
    with company(tmp_path) as here:
        here.write(mail())
        receiving.receive(here.house)
        reading.read(here.house)
        _end(here.house, MailState.REVIEW)
        receiving.file_away(here.house)
        assert len(here.mailbox.shelves[Shelf.REVIEW]) == 1

        here.write(mail(sender=COORDINATOR, subject="x", text=f"{order} 1\n", name="<order@example.com>"))
        rounds.until_quiet(here.house)
        assert {each.value: len(lying) for each, lying in here.mailbox.shelves.items() if lying} == (
            {"Handled": 2} if shelf is Shelf.HANDLED else {"Handled": 1, "Ignored": 1}
        )
        with here.house.look() as work:
            assert work.inbox.unfiled() == ()


def test_a_mail_that_is_read_again_stays_where_it_is_seen_until_it_ends_anew(tmp_path: Path) -> None:
    """重试 files nothing by itself: the shelf changes with what is found this time."""
    with company(tmp_path) as here:
        here.write(mail())
        receiving.receive(here.house)
        _end(here.house, MailState.QUARANTINED)
        rounds.until_quiet(here.house)
        assert len(here.mailbox.shelves[Shelf.QUARANTINED]) == 1
        here.write(mail(sender=COORDINATOR, subject="x", text="重试 1\n", name="<order@example.com>"))
        rounds.until_quiet(here.house)
        assert len(here.mailbox.shelves[Shelf.HANDLED]) == 2
        assert not here.mailbox.shelves[Shelf.QUARANTINED]


def _end(house: House, state: MailState) -> None:
    with house.unit() as work:
        (entry,) = (*work.inbox.next_received(), *(each.entry for each in work.inbox.next_read()))
        work.inbox.settle(entry.id, state, WHY, at=house.now())
        work.commit()


def test_mails_that_come_together_are_entered_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of copies among them the first is taken in; the wait for each transaction is not multiplied."""
    with company(tmp_path) as here:
        for number in (1, 2, 3, 3):
            here.write(mail(name=f"<{number}@example.com>"))
        commits = _counted(monkeypatch)
        assert receiving.receive(here.house) == 3
        assert commits == [3]
        with here.house.look() as work:
            assert work.inbox.counts()[MailState.RECEIVED] == 3


def test_a_mail_that_cannot_be_entered_holds_up_none_that_came_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails together is done again one by one: nothing of the failed transaction stays."""
    with company(tmp_path) as here:
        for number in (1, 2, 3):
            here.write(mail(name=f"<{number}@example.com>"))
        take_in = Inbox.take_in

        def broken(inbox: Inbox, **said: Any) -> Any:  # noqa: ANN401 - as it is
            if said["message_id"] == "<2@example.com>":
                raise RuntimeError("broken")
            return take_in(inbox, **said)

        monkeypatch.setattr(Inbox, "take_in", broken)
        assert receiving.receive(here.house) == 2
        monkeypatch.undo()
        with here.house.look() as work:
            assert [entry.message_id for entry in work.inbox.next_received()] == [
                "<1@example.com>",
                "<3@example.com>",
            ]
        assert len(here.happened(What.TAKEN_IN)) == 2


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the mails that each transaction enters."""
    entered: list[int] = []
    waiting = [0]
    take_in, commit = Inbox.take_in, Unit.commit

    def taking(inbox: Inbox, **said: Any) -> Any:  # noqa: ANN401 - as it is
        waiting[0] += 1
        return take_in(inbox, **said)

    def committing(unit: Unit) -> None:
        entered.append(waiting[0])
        waiting[0] = 0
        commit(unit)

    monkeypatch.setattr(Inbox, "take_in", taking)
    monkeypatch.setattr(Unit, "commit", committing)
    return entered
