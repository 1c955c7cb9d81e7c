"""The folder mailbox: what other programs may do in the same directory without harm."""

import errno
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from agent.domain.errors import TryLater, WillNotWork
from agent.domain.mail import Address, MessageId
from agent.mailbox.folder.files import is_being_written, move_aside, write_new
from agent.mailbox.folder.mailbox import FolderMailbox
from agent.mailbox.port import Shelf
from tests.contract.mailboxes import mail

_ID = MessageId("<due.1@example.com>")
_CLERK = Address("clerk@example.com")
_WANG = Address("wang@example.com")
_LETTER = (
    b"From: clerk@example.com\r\nTo: Wang <WANG@example.com>\r\nSubject: =?utf-8?b?6ZyA5rGC?=\r\n\r\nhi\r\n"
)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An empty Inbox."""
    folder = tmp_path / "Inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def mailbox(tmp_path: Path, inbox: Path) -> FolderMailbox:
    """The mailbox over that Inbox."""
    assert inbox.exists()
    return FolderMailbox(tmp_path)


def _contents(mailbox: FolderMailbox) -> list[bytes]:
    return [each.content for each in mailbox.arrived()]


def test_a_file_that_is_still_written_is_left(mailbox: FolderMailbox, inbox: Path) -> None:
    """Half a mail is no mail, however long its writer takes; it arrives when the writer lets go of it."""
    with (inbox / "1.eml").open("wb") as writer:
        writer.write(mail(1)[:20])
        writer.flush()
        assert _contents(mailbox) == []
        assert not mailbox.wait(0)
        writer.write(mail(1)[20:])
    assert mailbox.wait(0)
    assert _contents(mailbox) == [mail(1)]


def test_where_the_system_cannot_tell_a_fresh_file_is_given_time(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On network shares the age of the last change decides."""
    monkeypatch.setattr("agent.mailbox.folder.files._lease", lambda _: None)
    path = inbox / "1.eml"
    path.write_bytes(mail(1))
    mailbox = FolderMailbox(inbox.parent, settle=timedelta(minutes=1))
    assert _contents(mailbox) == []
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert _contents(mailbox) == [mail(1)]
    os.utime(path, (4_000_000_000, 4_000_000_000))
    assert _contents(mailbox) == [mail(1)], "a clock that is wrong elsewhere must not hide a mail for ever"


def test_only_mails_arrive(mailbox: FolderMailbox, inbox: Path) -> None:
    """Drafts of copying programs, hidden files, folders and links are not mails."""
    for name in ("a.eml.part", "b.tmp", ".c.eml", "notes.txt"):
        (inbox / name).write_bytes(mail(1))
    (inbox / "d.eml").mkdir()
    os.mkfifo(inbox / "e.eml")
    (inbox / "g.eml").symlink_to(inbox / "b.tmp")
    (inbox / "f.EML").write_bytes(mail(2))

    assert _contents(mailbox) == [mail(2)]


def test_a_mail_without_a_date_comes_last(mailbox: FolderMailbox, inbox: Path) -> None:
    """The order is that of the Date headers; what has none is ordered by name, after the others."""
    (inbox / "1.eml").write_bytes(b"Subject: none\n\n")
    (inbox / "0.eml").write_bytes(b"Date: soon\n\nDate: Mon, 05 Jan 2026 08:00:00 +0000\n")
    (inbox / "3.eml").write_bytes(b"subject: x\ndate:\n Mon, 05 Jan 2026 10:00:00 +0800\n\n")
    (inbox / "2.eml").write_bytes(mail(0))

    names = [each.handle.split(" ", 1)[1] for each in mailbox.arrived()]
    assert names == ["3.eml", "2.eml", "0.eml", "1.eml"]


def test_another_mail_under_a_known_name_is_not_filed_with_it(mailbox: FolderMailbox, inbox: Path) -> None:
    """Programs reuse names: what was answered for is this mail, not whatever is called so now."""
    (inbox / "scan.eml").write_bytes(mail(1))
    (first,) = mailbox.arrived()
    (inbox / "scan.eml").write_bytes(mail(2))

    mailbox.file_away(first.handle, Shelf.HANDLED)

    assert _contents(mailbox) == [mail(2)]


def test_a_shelf_keeps_every_mail_of_the_same_name(
    tmp_path: Path, mailbox: FolderMailbox, inbox: Path
) -> None:
    """A hundred mails called scan.eml are a hundred mails."""
    for number in (1, 2, 3):
        (inbox / "scan.eml").write_bytes(mail(number))
        (found,) = mailbox.arrived()
        mailbox.file_away(found.handle, Shelf.HANDLED)

    kept = [path.read_bytes() for path in (tmp_path / "Handled").iterdir()]
    assert sorted(kept) == sorted([mail(1), mail(2), mail(3)])


def test_names_of_old_systems_are_filed_too(tmp_path: Path, mailbox: FolderMailbox, inbox: Path) -> None:
    """A name in GBK is no text here, but the handle is, and it leads back to the file."""
    raw = os.fsencode(inbox) + "/你好\n.eml".encode("gbk")
    Path(os.fsdecode(raw)).write_bytes(mail(1))
    (found,) = mailbox.arrived()

    assert found.handle.encode().isascii()
    assert "\n" not in found.handle
    mailbox.file_away(found.handle, Shelf.IGNORED)
    assert [os.fsencode(path.name) for path in (tmp_path / "Ignored").iterdir()] == [
        "你好\n.eml".encode("gbk")
    ]


@pytest.mark.parametrize("name", ["../Sent/x.eml", "/etc/passwd", "..", ".", "%2E%2E/x.eml", ""])
def test_a_handle_never_leads_out_of_the_inbox(mailbox: FolderMailbox, name: str) -> None:
    """Handles come back from a database that others can write."""
    with pytest.raises(WillNotWork):
        mailbox.file_away(f"0123456789abcdef {name}", Shelf.HANDLED)


def test_sending_twice_leaves_one_file(tmp_path: Path, mailbox: FolderMailbox) -> None:
    """After a crash the same letter may be sent again; also by the next start of the program."""
    mailbox.send(_ID, _CLERK, (_WANG,), _LETTER)
    mailbox.send(_ID, _CLERK, (_WANG,), _LETTER)
    FolderMailbox(tmp_path).send(_ID, _CLERK, (_WANG,), _LETTER)

    assert [path.name for path in (tmp_path / "Sent").iterdir()] == [
        "0001 需求 wang@example.com 1356d82b33e2.eml"
    ]


def test_letters_sort_in_the_order_of_sending(tmp_path: Path, mailbox: FolderMailbox) -> None:
    """Whoever opens the folder reads the story from top to bottom, over every start of the program."""
    for number in (1, 2):
        mailbox.send(MessageId(f"<{number}@x>"), _CLERK, (_WANG,), mail(number))
    FolderMailbox(tmp_path).send(MessageId("<0@x>"), _CLERK, (_WANG,), mail(3))

    sent = sorted((tmp_path / "Sent").iterdir())
    assert [path.name[:5] for path in sent] == ["0001 ", "0002 ", "0003 "]
    assert sent[2].read_bytes().endswith(mail(3))


def test_a_blind_copy_shows_in_the_file(tmp_path: Path, mailbox: FolderMailbox) -> None:
    """There is no envelope in a folder: to whom a letter went stands in its headers."""
    mailbox.send(_ID, _CLERK, (_WANG, Address("boss@example.com")), _LETTER)

    (sent,) = (tmp_path / "Sent").iterdir()
    assert sent.read_bytes() == b"Bcc: boss@example.com\r\n" + _LETTER


def test_a_removed_letter_counts_as_not_sent(tmp_path: Path, mailbox: FolderMailbox) -> None:
    """The folder is the truth, not our memory of it."""
    mailbox.send(_ID, _CLERK, (_WANG,), _LETTER)
    (sent,) = (tmp_path / "Sent").iterdir()
    sent.unlink()

    assert not mailbox.find_sent(_ID)


def test_a_folder_that_is_gone_is_try_later(tmp_path: Path, mailbox: FolderMailbox, inbox: Path) -> None:
    """A network share comes back."""
    inbox.rmdir()
    with pytest.raises(TryLater):
        list(mailbox.arrived())
    with pytest.raises(TryLater):
        mailbox.wait(0)
    (tmp_path / "Sent").rmdir()
    with pytest.raises(TryLater):
        mailbox.send(_ID, _CLERK, (_WANG,), _LETTER)


def test_a_file_where_the_mailbox_should_be_will_not_work(tmp_path: Path) -> None:
    """A wrong path in the configuration is for a person."""
    (tmp_path / "mail").write_text("a file")
    with pytest.raises(WillNotWork):
        FolderMailbox(tmp_path / "mail")


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    """A full disk must not leave drafts behind."""
    target = tmp_path / "Sent"
    (target / "x.eml").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        write_new(target / "x.eml", b"content")

    assert [path.name for path in target.iterdir()] == ["x.eml"]


def test_a_move_cut_in_half_is_finished(tmp_path: Path) -> None:
    """Between linking and unlinking the file has two names; the next try removes the old one."""
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"x")
    os.link(source, target)

    assert move_aside(source, target)
    assert not source.exists()
    assert target.read_bytes() == b"x"


def test_without_hard_links_a_mail_is_moved_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kernels forbid links to other people's files, and some file systems know none."""

    def forbidden(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", forbidden)
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"x")

    assert move_aside(source, target)
    assert target.read_bytes() == b"x"
    source.write_bytes(b"y")
    assert not move_aside(source, target)
    assert (source.read_bytes(), target.read_bytes()) == (b"y", b"x")


def test_an_empty_file_is_given_time(inbox: Path) -> None:
    """Some programs make the file first and fill it later."""
    mailbox = FolderMailbox(inbox.parent, settle=timedelta(minutes=1))
    (inbox / "1.eml").touch()
    assert _contents(mailbox) == []
    (inbox / "1.eml").write_bytes(mail(1))
    assert _contents(mailbox) == [mail(1)]


def test_no_recipient_becomes_a_header(mailbox: FolderMailbox, tmp_path: Path) -> None:
    """An address with a line break in it is no address."""
    with pytest.raises(WillNotWork):
        mailbox.send(_ID, _CLERK, (Address("a@x\r\nSubject: no"),), _LETTER)
    assert list((tmp_path / "Sent").iterdir()) == []


def test_asking_who_writes_changes_nothing(tmp_path: Path) -> None:
    """The question leaves the file as it was, and a finished file is finished."""
    path = tmp_path / "x"
    path.write_bytes(b"x")
    before = path.stat()

    now = before.st_mtime_ns
    assert not is_being_written(path, settle=timedelta(hours=1), now=lambda: pytest.fail("not needed"))
    assert path.stat().st_mtime_ns == now
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(before.st_mode)


def test_a_mail_put_into_review_by_an_earlier_version_still_leaves_it(
    tmp_path: Path, mailbox: FolderMailbox, inbox: Path
) -> None:
    """That version kept the handle of the inbox; a coordinator releases the mail after the upgrade."""
    (inbox / "a.eml").write_bytes(mail(1))
    (raw,) = mailbox.arrived()
    mailbox.file_away(raw.handle, Shelf.REVIEW)  # and the place where it lies is forgotten

    lies = mailbox.file_away(raw.handle, Shelf.HANDLED)
    assert lies
    assert [each.name for each in (tmp_path / "Handled").iterdir()] == ["a.eml"]
    assert list((tmp_path / "Review").iterdir()) == []


def test_filing_again_after_a_kill_learns_where_the_mail_lies(mailbox: FolderMailbox, inbox: Path) -> None:
    """It was moved, and the ledger did not come to say so: the same call gives its place."""
    (inbox / "a.eml").write_bytes(mail(1))
    (raw,) = mailbox.arrived()
    lies = mailbox.file_away(raw.handle, Shelf.REVIEW)
    assert mailbox.file_away(raw.handle, Shelf.REVIEW) == lies


def test_another_mail_of_that_name_on_the_shelf_of_review_stays(
    tmp_path: Path, mailbox: FolderMailbox, inbox: Path
) -> None:
    """The name is not enough: it must be the same mail."""
    (inbox / "a.eml").write_bytes(mail(1))
    (raw,) = mailbox.arrived()
    (inbox / "a.eml").unlink()
    (tmp_path / "Review" / "a.eml").write_bytes(mail(1) + b"x")
    assert mailbox.file_away(raw.handle, Shelf.HANDLED) == ""
    assert (tmp_path / "Review" / "a.eml").exists()
