"""A mailbox in a directory of .eml files: the embedded default, and the stage of rehearsals."""

import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import getaddresses
from hashlib import sha256
from pathlib import Path
from threading import Event
from urllib.parse import quote, unquote_to_bytes

from agent.clock import Clock, MachineClock
from agent.domain.errors import WillNotWork
from agent.domain.mail import Address, MessageId, address
from agent.mailbox import heads
from agent.mailbox.folder import sent_names
from agent.mailbox.folder.files import is_being_written, move_aside, troubles, write_new
from agent.mailbox.port import SIZE_LIMIT, RawMail, Shelf
from agent.mailbox.shelved import on_shelf, place_of

log = logging.getLogger(__name__)

_INBOX = "Inbox"
_SENT = "Sent"
_LAST = datetime.max.replace(tzinfo=UTC)
"""Where a mail without a date stands in the order."""
_BETWEEN_LOOKS = 0.25
"""Seconds; listing a directory costs microseconds, and nobody notices a quarter of a second."""


class FolderMailbox:
    """See `Mailbox`.

    `Inbox/*.eml` come in, in the order of their Date headers; `Sent/` gets one file per mail; a mail is filed
    by moving its file to the folder named after the shelf.  Files that somebody still writes, hidden ones and
    those with another ending (`.tmp`, `.part`) are left alone.
    """

    def __init__(
        self,
        root: Path,
        *,
        limit: int = SIZE_LIMIT,
        settle: timedelta = timedelta(seconds=2),
        clock: Clock | None = None,
    ) -> None:
        """Make the folders where they are missing.

        Args:
            root: The directory that holds `Inbox`, `Sent` and the shelves, all on one file system.
            limit: Bytes of one mail that are read.
            settle: How long a file must have been left in peace where the system cannot say who writes it.
            clock: The clock by which the system dates its files: the machine's own when none is given.
        """
        self._inbox = root / _INBOX
        self._sent = root / _SENT
        self._shelves = {shelf: root / shelf.value for shelf in Shelf}
        self._limit = limit
        self._settle = settle
        self._clock = clock or MachineClock()
        self._known: frozenset[str] = frozenset()
        self._closed = Event()
        with troubles(str(root)):
            for folder in (self._inbox, self._sent, *self._shelves.values()):
                folder.mkdir(parents=True, exist_ok=True)
            self._index = dict(_understood(self._sent))
        self._serial = max((serial for serial, _ in self._index.values()), default=0)

    @property
    def sent_within(self) -> timedelta:
        """See `Mailbox`."""
        return timedelta(0)

    def arrived(self) -> Iterator[RawMail]:
        """See `Mailbox`; mails without a readable Date come last, equal dates in the order of their names."""
        names = self._in_order()
        self._known = frozenset(names)
        for name in names:
            try:
                content, size = self._read(self._inbox / name)
            except OSError as error:
                _passed_over(name, error)
                continue
            yield RawMail(handle=_handle(name, content, size), content=content, size=size)

    def file_away(self, handle: str, shelf: Shelf) -> str:
        """See `Mailbox`; when the shelf has another file of that name, a digest is added to it.

        A handle of the inbox whose file is gone from there is looked for on the shelf of review: there it
        was put by a version that did not keep where a mail lies, or by one that was killed just then.
        """
        place, inner = place_of(handle)
        digest, _, said = inner.partition(" ")
        name = _unquoted(said)
        if Path(name).name != name or not _is_mail(name):
            raise WillNotWork(f"{handle!r} is no handle of a folder mailbox")
        if place is shelf:
            return handle
        source = (self._inbox if place is None else self._shelves[place]) / name
        with troubles(f"filing {name}"):
            if place is None and not source.exists():
                source = self._shelves[Shelf.REVIEW] / name
            try:
                content, size = self._read(source)
            except FileNotFoundError:
                return ""
            if _handle(name, content, size) != inner:
                return ""  # another mail that came under the name of one that was filed
            if source.parent == self._shelves[shelf]:
                return on_shelf(shelf, inner)
            target = self._shelves[shelf] / name
            if not move_aside(source, target):
                target = target.with_name(f"{target.stem}.{digest}{target.suffix}")
                if not move_aside(source, target):
                    source.replace(target)  # the same mail for the third time
            return on_shelf(shelf, _handle(target.name, content, size))

    def send(
        self, message_id: MessageId, sender: Address, recipients: tuple[Address, ...], content: bytes
    ) -> None:
        """See `Mailbox`; sending twice leaves one file.

        Recipients that no header names (blind copies) are added to the file as Bcc, so that it says to
        whom it went.
        """
        del sender  # the From header says it
        if not recipients:
            raise WillNotWork(f"{message_id} is addressed to nobody")
        if not all(each.isprintable() for each in recipients):
            raise WillNotWork(f"{message_id} is addressed to what is no address")
        if self.find_sent(message_id):
            return
        head = heads.own(content)
        named = getaddresses([*head.get_all("To", []), *head.get_all("Cc", [])])
        blind = sorted(set(recipients) - {address(found) for _, found in named})
        if blind:
            content = f"Bcc: {', '.join(blind)}\r\n".encode() + content
        serial = self._serial + 1
        name = sent_names.name_for(serial, message_id, recipients, content)
        with troubles(f"writing {name}"):
            write_new(self._sent / name, content)
        self._serial = serial
        self._index[sent_names.digest_of(message_id)] = (serial, name)

    def find_sent(self, message_id: MessageId) -> bool:
        """See `Mailbox`."""
        found = self._index.get(sent_names.digest_of(message_id))
        with troubles(str(self._sent)):
            return found is not None and (self._sent / found[1]).exists()

    def wait(self, seconds: float) -> bool:
        """See `Mailbox`."""
        left = seconds
        while not self._closed.is_set():
            with troubles(str(self._inbox)):
                ready = frozenset(self._ready())
            known, self._known = self._known, ready
            if ready - known:
                return True
            if left <= 0:
                return False
            self._closed.wait(min(left, _BETWEEN_LOOKS))
            left -= _BETWEEN_LOOKS
        return False

    def close(self) -> None:
        """See `Mailbox`."""
        self._closed.set()

    def _in_order(self) -> list[str]:
        """Return the names of the mails that lie in the inbox, oldest first."""
        dated: list[tuple[datetime, str]] = []
        with troubles(str(self._inbox)):
            for name in self._ready():
                try:
                    with (self._inbox / name).open("rb") as file:
                        dated.append((heads.date_of(heads.head_of(file)) or _LAST, name))
                except OSError as error:
                    _passed_over(name, error)
        return [name for _, name in sorted(dated)]

    def _ready(self) -> Iterator[str]:
        """Yield the names of the finished .eml files in the inbox."""
        with os.scandir(self._inbox) as entries:
            for entry in entries:
                name = entry.name
                if not _is_mail(name) or not entry.is_file(follow_symlinks=False):
                    continue
                try:
                    if not is_being_written(Path(entry.path), settle=self._settle, now=self._clock.now):
                        yield name
                except OSError as error:
                    _passed_over(name, error)

    def _read(self, path: Path) -> tuple[bytes, int]:
        """Return the beginning of a file up to the limit, and how long the whole is."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            return file.read(self._limit), size


def _is_mail(name: str) -> bool:
    return name.lower().endswith(".eml") and not name.startswith(".")


def _handle(name: str, content: bytes, size: int) -> str:
    """Return a handle that a later file of the same name does not share."""
    digest = sha256(b"%d " % size)
    digest.update(content)
    return f"{digest.hexdigest()[:16]} {_quoted(name)}"


def _quoted(name: str) -> str:
    """Return a file name as text that any store and log can hold (names need not be UTF-8)."""
    if name.isprintable() and not name.startswith("%"):
        return name
    return "%" + quote(os.fsencode(name))


def _unquoted(said: str) -> str:
    return os.fsdecode(unquote_to_bytes(said[1:])) if said.startswith("%") else said


def _understood(sent: Path) -> Iterator[tuple[str, tuple[int, str]]]:
    for path in sent.iterdir():
        if found := sent_names.understood(path.name):
            serial, digest = found
            yield digest, (serial, path.name)


def _passed_over(name: str, error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        log.warning("%s is passed over: %s", name, error.strerror, extra={"action": "passed_over"})
