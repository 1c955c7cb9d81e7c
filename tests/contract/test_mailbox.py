"""What every mailbox promises, asked of each of them in turn."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent.domain.errors import WillNotWork
from agent.domain.mail import Address, MessageId
from agent.mailbox.port import Shelf
from tests.contract.ews_stage import EwsStage
from tests.contract.graph_stage import GraphStage
from tests.contract.mailboxes import DurableStage, FolderStage, ImapStage, MemoryStage, Stage, mail
from tests.servers.ews import ews_server
from tests.servers.graph import GraphServer
from tests.servers.shared import MailServers

_ID = MessageId("<due.XT-2026-0001.1@example.com>")
_SENDER = Address("clerk@example.com")
_RECIPIENT = Address("wang@elsewhere.example")
_LETTER = (
    b"Message-ID: <due.XT-2026-0001.1@example.com>\r\nFrom: clerk@example.com\r\n"
    b"To: wang@elsewhere.example\r\nSubject: =?utf-8?b?6ZyA5rGC56Gu6K6k5Ye9?=\r\n\r\n"
    b"..two dots begin this line\r\n.\r\nand one stood alone\r\n"
)


@pytest.fixture(params=["memory", "durable", "folder", "imap", "ews", "graph"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """One kind of mailbox after another."""
    match request.param:
        case "memory":
            yield MemoryStage()
        case "durable":
            yield DurableStage(tmp_path)
        case "folder":
            yield FolderStage(tmp_path / "mail")
        case "ews":
            with ews_server() as server:
                yield EwsStage(server)
        case "graph":
            with GraphServer(tmp_path) as graph:
                yield GraphStage(graph)
        case _:
            servers = request.getfixturevalue("mail_servers")
            assert isinstance(servers, MailServers)
            yield ImapStage(servers)


def test_looking_takes_nothing_away(stage: Stage) -> None:
    """A pass that dies after looking finds the same mails again, under the same handles."""
    stage.drop(1, mail(1))
    stage.drop(2, mail(2))
    with closing(stage.mailbox()) as mailbox:
        seen = list(mailbox.arrived())

        assert seen == list(mailbox.arrived())
    with closing(stage.mailbox()) as mailbox:
        assert seen == list(mailbox.arrived())
    assert len({each.handle for each in seen}) == len(seen) == 2


def test_the_oldest_comes_first(stage: Stage) -> None:
    """A letter and its correction are read in the order in which they were written."""
    for number in (1, 2, 3, 10, 20):
        stage.drop(number, mail(number))

    with closing(stage.mailbox()) as mailbox:
        assert [each.content for each in mailbox.arrived()] == [mail(n) for n in (1, 2, 3, 10, 20)]


def test_a_mail_comes_byte_for_byte(stage: Stage) -> None:
    """Whatever a mail program of 2003 made of its text, we keep exactly that."""
    odd = mail(1, body="附件请查收".encode("gbk") + b"\r\n" + b"x" * 5000 + b"\r\n\t\x01\x7f\xff\r\n")
    stage.drop(1, odd)

    with closing(stage.mailbox()) as mailbox:
        (found,) = mailbox.arrived()
    assert found.content == odd
    assert found.whole


def test_the_same_mail_twice_is_two_mails(stage: Stage) -> None:
    """Whether it is a repetition is for the ledger to say."""
    stage.drop(1, mail(1))
    stage.drop(1, mail(1))

    with closing(stage.mailbox()) as mailbox:
        assert len({each.handle for each in mailbox.arrived()}) == 2


def test_a_filed_mail_does_not_arrive_again(stage: Stage) -> None:
    """Filing is the end of a mail's way, on the shelf that was named."""
    for number in (1, 2, 3, 4, 5):
        stage.drop(number, mail(number))
    with closing(stage.mailbox()) as mailbox:
        for found, shelf in zip(list(mailbox.arrived()), Shelf, strict=False):
            mailbox.file_away(found.handle, shelf)

        assert [each.content for each in mailbox.arrived()] == [mail(5)]
    for number, shelf in enumerate(Shelf, start=1):
        assert stage.on_shelf(shelf) == [mail(number)]


def test_filing_twice_is_filing_once(stage: Stage) -> None:
    """A pass that died after filing files again; nothing else is touched."""
    stage.drop(1, mail(1))
    stage.drop(2, mail(2))
    with closing(stage.mailbox()) as mailbox:
        first = next(mailbox.arrived())
        mailbox.file_away(first.handle, Shelf.REVIEW)
        mailbox.file_away(first.handle, Shelf.REVIEW)

        assert [each.content for each in mailbox.arrived()] == [mail(2)]
    assert stage.on_shelf(Shelf.REVIEW) == [mail(1)]
    assert stage.on_shelf(Shelf.HANDLED) == []


def test_a_mail_that_a_person_decided_otherwise_changes_its_shelf(stage: Stage) -> None:
    """The mailbox shows it where the ledger says, also after a restart."""
    stage.drop(1, mail(1))
    stage.drop(2, mail(2))
    with closing(stage.mailbox()) as mailbox:
        first, second = [mailbox.file_away(each.handle, Shelf.REVIEW) for each in list(mailbox.arrived())]
        assert mailbox.file_away(first, Shelf.REVIEW) == first
    with closing(stage.mailbox()) as mailbox:
        last = mailbox.file_away(first, Shelf.HANDLED)
        assert mailbox.file_away(first, Shelf.IGNORED) == ""
        assert list(mailbox.arrived()) == []
        assert (stage.on_shelf(Shelf.REVIEW), stage.on_shelf(Shelf.HANDLED)) == ([mail(2)], [mail(1)])
        assert mailbox.file_away(last, Shelf.IGNORED)
        assert mailbox.file_away(second, Shelf.IGNORED)
    assert sorted(stage.on_shelf(Shelf.IGNORED)) == [mail(1), mail(2)]


def test_the_same_mail_may_lie_on_a_shelf_twice(stage: Stage) -> None:
    """A shelf never loses a mail to another that looks like it."""
    with closing(stage.mailbox()) as mailbox:
        for _ in range(2):
            stage.drop(1, mail(1))
            for found in mailbox.arrived():
                mailbox.file_away(found.handle, Shelf.HANDLED)

    assert stage.on_shelf(Shelf.HANDLED) == [mail(1), mail(1)]


def test_mails_may_be_filed_while_looking(stage: Stage) -> None:
    """No mail is skipped because the one before it moved (15 of 25 were, elsewhere)."""
    for number in range(1, 13):
        stage.drop(number, mail(number))
    seen = []
    with closing(stage.mailbox()) as mailbox:
        for found in mailbox.arrived():
            seen.append(found.content)
            mailbox.file_away(found.handle, Shelf.HANDLED)

        assert list(mailbox.arrived()) == []
    assert seen == [mail(number) for number in range(1, 13)]


def test_a_handle_of_no_mailbox_of_this_kind_will_not_work(stage: Stage) -> None:
    """A configuration that points to another kind of mailbox is noticed, and leads nowhere dangerous."""
    stage.drop(1, mail(1))
    with closing(stage.mailbox()) as mailbox:
        for handle in ("", "0123456789abcdef ../Sent/x.eml", "1/2/3", "x"):
            try:
                mailbox.file_away(handle, Shelf.HANDLED)
            except WillNotWork:
                continue
    assert stage.on_shelf(Shelf.HANDLED) == []


def test_a_mail_above_the_limit_comes_cut_and_stays_whole(stage: Stage) -> None:
    """One mail cannot fill the memory, and filing it loses nothing."""
    big = mail(1, body=b"x" * 998 + b"\r\n" + b"y" * 100 + b"\r\n")
    stage.drop(1, big)
    with closing(stage.mailbox(limit=500)) as mailbox:
        (found,) = mailbox.arrived()
        mailbox.file_away(found.handle, Shelf.QUARANTINED)

    assert found.content == big[:500]
    assert not found.whole
    assert stage.on_shelf(Shelf.QUARANTINED) == [big]


def test_a_mail_at_the_limit_is_whole(stage: Stage) -> None:
    """The limit is the last size that passes."""
    stage.drop(1, mail(1))

    with closing(stage.mailbox(limit=len(mail(1)))) as mailbox:
        (found,) = mailbox.arrived()
    assert found.content == mail(1)
    assert found.whole


def test_what_was_sent_is_found_again_unchanged(stage: Stage) -> None:
    """After a crash the Message-ID says whether the letter had left, to this program and to the next."""
    with closing(stage.mailbox()) as mailbox:
        assert not mailbox.find_sent(_ID)
        mailbox.send(_ID, _SENDER, (_RECIPIENT,), _LETTER)
        assert mailbox.find_sent(_ID)
    with closing(stage.mailbox()) as mailbox:
        assert mailbox.find_sent(_ID)
        assert not mailbox.find_sent(MessageId("<due.XT-2026-0001.11@example.com>"))
        assert not mailbox.find_sent(MessageId("<1@example.com>"))
    assert stage.sent() == [_LETTER]


def test_a_letter_to_nobody_is_refused(stage: Stage) -> None:
    """A letter that reaches nobody must not look as if it had been sent."""
    with closing(stage.mailbox()) as mailbox:
        with pytest.raises(WillNotWork):
            mailbox.send(_ID, _SENDER, (), _LETTER)
        assert not mailbox.find_sent(_ID)


def test_waiting_ends_when_a_mail_arrives(stage: Stage) -> None:
    """People get their answer in seconds, not at the next look."""
    stage.drop(1, mail(1))
    with closing(stage.mailbox()) as mailbox:
        assert mailbox.wait(10)
        assert len(list(mailbox.arrived())) == 1
        mailbox.wait(0)
        assert not mailbox.wait(0.3)
        began = time.monotonic()
        sender = threading.Timer(0.5, stage.drop, (2, mail(2)))
        sender.start()

        assert mailbox.wait(20)
        assert time.monotonic() - began < 10
        sender.join()
        assert len(list(mailbox.arrived())) == 2


def test_news_is_told_once(stage: Stage) -> None:
    """A mail that nobody can deal with must not turn the wait into a race."""
    with closing(stage.mailbox()) as watcher, closing(stage.mailbox()) as worker:
        stage.drop(1, mail(1))
        assert watcher.wait(10)
        watcher.wait(0)
        assert not watcher.wait(0.3)
        assert len(list(worker.arrived())) == 1
        stage.drop(2, mail(2))
        assert watcher.wait(10)


def test_closing_ends_a_wait(stage: Stage) -> None:
    """The daemon stops when it is told to, not a minute later."""
    mailbox = stage.mailbox()
    mailbox.wait(0)
    began = time.monotonic()
    stopper = threading.Timer(0.3, mailbox.close)
    stopper.start()

    assert not mailbox.wait(30)
    assert time.monotonic() - began < 10
    stopper.join()
    mailbox.close()
