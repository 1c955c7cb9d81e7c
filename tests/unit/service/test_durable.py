"""A cut of power at any moment at which the world sees something: the disk knows all that led to it."""

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from agent import config, wiring
from agent.clock import StoppedClock
from agent.domain.errors import TryLater
from agent.domain.mail import Address, MessageId
from agent.mailbox.memory import MemoryMailbox
from agent.mailbox.port import RawMail, Shelf
from agent.service import rounds
from agent.service.durable import DurableMailbox
from store.blobs import Blobs
from tests.houses import MONDAY, STRANGER, found, mail

_MAILS = 3


class Disk:
    """What surely is on the disk: the store's files as they were at their last sync, and synced names."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.logs: dict[Path, bytes] = {}
        self.names: set[Path] = set()
        self.inodes: set[int] = set()
        self._sync = os.fsync
        monkeypatch.setattr(os, "fsync", self._synced)

    def _synced(self, handle: int) -> None:
        self._sync(handle)
        path = Path(f"/proc/self/fd/{handle}").readlink()
        if path.is_dir():
            self.names.update(path.iterdir())
        elif path.name.endswith("-wal"):
            self.logs[path] = path.read_bytes()
        else:
            self.inodes.add(path.stat().st_ino)

    def has(self, path: Path) -> bool:
        """Say whether the bytes of a file and its name are durable."""
        return path in self.names and path.stat().st_ino in self.inodes

    def ask(self, store: Path, place: Path, question: str, *given: str) -> tuple[object, ...] | None:
        """Put a question to the store as it would be after a cut of power."""
        copy = place / "after.db"
        shutil.copyfile(store, copy)
        copy.with_name("after.db-wal").write_bytes(self.logs.get(Path(f"{store}-wal"), b""))
        with closing(sqlite3.connect(copy)) as connection:
            row: tuple[object, ...] | None = connection.execute(question, given).fetchone()
        for each in place.glob("after.db*"):
            each.unlink()
        return row


class Witness(MemoryMailbox):
    """A mailbox that asks the disk whenever it is told to do something."""

    def __init__(self, disk: Disk, folder: Path) -> None:
        super().__init__()
        self._disk = disk
        self._folder = folder
        self.seen: list[str] = []

    def send(
        self, message_id: MessageId, sender: Address, recipients: tuple[Address, ...], content: bytes
    ) -> None:
        """See `Mailbox`; that the letter is in our hands must be known."""
        row = self._ask("SELECT state, rendered FROM outbox WHERE message_id = ?", message_id)
        assert row is not None
        assert row[0] == "sending"
        assert self._disk.has(self._blob(row[1]))
        self.seen.append("send")
        super().send(message_id, sender, recipients, content)

    def file_away(self, handle: str, shelf: Shelf) -> str:
        """See `Mailbox`; the mail must be known to have ended, and its bytes must be there."""
        row = self._ask("SELECT state, digest FROM inbox WHERE handle = ?", handle)
        assert row is not None
        assert row[0] in {"done", "review", "ignored"}
        assert self._disk.has(self._blob(row[1]))
        self.seen.append("file")
        return super().file_away(handle, shelf)

    def _ask(self, question: str, given: str) -> tuple[object, ...] | None:
        return self._disk.ask(self._store, self._folder, question, given)

    @property
    def _store(self) -> Path:
        (store,) = self._folder.rglob("formclerk.db")
        return store

    def _blob(self, digest: object) -> Path:
        (blob,) = self._folder.rglob(f"[0-9a-f][0-9a-f]/{digest}")
        return blob


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc to see which file is synced")
def test_a_cut_of_power_finds_nothing_outside_that_the_store_does_not_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A letter that is handed over is known to be in our hands, and a mail that is moved to have ended.

    Else the one would be sent a second time, and the other be lost.
    """
    disk = Disk(monkeypatch)
    witness = Witness(disk, tmp_path)
    settings = config.load(found(tmp_path))
    with wiring.opened(
        settings, clock=StoppedClock(MONDAY), mailbox=witness, tell=lambda _: None, together=True
    ) as house:
        for number in range(_MAILS):
            witness.deliver(mail(name=f"<{number}@example.com>", text=f"{number}\n"))
        witness.deliver(mail(sender=STRANGER, subject="hello", name="<stranger@elsewhere.example>"))
        rounds.until_quiet(house)

        assert not house.faults.all()
        assert witness.seen.count("file") == _MAILS + 1
        assert witness.seen.count("send") >= _MAILS
        unsent = disk.ask(
            witness._store, tmp_path, "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')"
        )
        assert unsent == (0,), "after a round nothing is behind"

        witness.deliver(b"Precedence: bulk\r\n" + mail(name="<news@example.com>"))  # nobody is written to
        rounds.until_quiet(house)
        assert not house.faults.all()
        assert witness.seen[-1] == "file"


def test_what_came_before_the_server_broke_off_comes_through(tmp_path: Path) -> None:
    """A mail at which the connection breaks every time holds up none of those before it."""

    class Breaking(MemoryMailbox):
        def arrived(self) -> Iterator[RawMail]:
            yield from super().arrived()
            raise TryLater("the server broke off")

    box = Breaking()
    for number in range(40):
        box.deliver(b"%d" % number)
    blobs = Blobs(tmp_path)
    came: list[bytes] = []
    mails = DurableMailbox(box, blobs, lambda: None).arrived()
    with pytest.raises(TryLater, match="broke off"):
        came.extend(each.content for each in mails)
    assert came == [b"%d" % number for number in range(40)]
    assert len(list(blobs.names())) == 40


def test_a_disk_that_fails_keeps_letters_and_mails_where_they_are(tmp_path: Path) -> None:
    """What cannot be made durable is not done: the letter does not leave, the mail is not moved."""

    class Able(MemoryMailbox):
        def file_together(self, handles: Sequence[str], shelf: Shelf) -> Mapping[str, str]:
            return {handle: self.file_away(handle, shelf) for handle in handles}

    box = Able()
    handle = box.deliver(b"a mail")

    def fail() -> None:
        raise TryLater("the disk fails")

    mailbox = DurableMailbox(box, Blobs(tmp_path), fail)
    with pytest.raises(TryLater, match="the disk fails"):
        mailbox.file_away(handle, Shelf.HANDLED)
    with pytest.raises(TryLater, match="the disk fails"):
        mailbox.file_together([handle], Shelf.HANDLED)
    with pytest.raises(TryLater, match="the disk fails"):
        mailbox.send(MessageId("<1@example.com>"), Address("a@example.com"), (Address("b@b.example"),), b"x")
    assert list(box.inbox) == [handle]
    assert not box.sent
