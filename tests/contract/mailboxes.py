"""Every kind of mailbox on a stage where tests can be the rest of the world."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from imapclient import IMAPClient

from agent.mailbox.folder.mailbox import FolderMailbox
from agent.mailbox.imap.mailbox import ImapMailbox
from agent.mailbox.memory import MemoryMailbox
from agent.mailbox.port import SIZE_LIMIT, Mailbox, Shelf
from agent.mailbox.settings import ImapSettings, Password, Security, SmtpSettings
from agent.mailbox.wires import tls
from agent.service.durable import DurableMailbox
from store.blobs import Blobs
from tests.servers.dovecot import PASSWORD
from tests.servers.shared import MailServers

BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""When the first mail of a test is written."""
_users = itertools.count(1)


def mail(number: int, *, body: bytes = b"hello\r\n") -> bytes:
    """Return a small mail that was written `number` minutes after nine."""
    written = BEGAN + timedelta(minutes=number)
    head = f"Message-ID: <{number}@elsewhere.example>\r\nDate: {written:%a, %d %b %Y %H:%M:%S +0000}\r\n"
    return head.encode() + b"From: li@elsewhere.example\r\nSubject: mail\r\n\r\n" + body


def new_user() -> str:
    """Return an address that no other test uses."""
    return f"u{os.getpid()}-{next(_users)}@example.com"


class Stage(Protocol):
    """A mailbox and the world around it."""

    def mailbox(self, *, limit: int = SIZE_LIMIT) -> Mailbox:
        """Open the mailbox: each call is another start of the program."""
        ...

    def drop(self, number: int, content: bytes) -> None:
        """Have a mail arrive, `number` minutes after nine."""
        ...

    def on_shelf(self, shelf: Shelf) -> list[bytes]:
        """Return what lies on a shelf."""
        ...

    def sent(self) -> list[bytes]:
        """Return what lies among the sent mail."""
        ...


class Token:
    """A token source that knows some tokens, one after another."""

    def __init__(self, *tokens: str) -> None:
        self._tokens = list(tokens)
        self.asked: list[bool] = []

    def token(self, *, fresh: bool = False) -> str:
        """See `TokenSource`."""
        self.asked.append(fresh)
        return self._tokens.pop(0) if len(self._tokens) > 1 else self._tokens[0]


class MemoryStage:
    """See `Stage`."""

    def __init__(self) -> None:
        self._box = MemoryMailbox()

    def mailbox(self, *, limit: int = SIZE_LIMIT) -> Mailbox:
        """See `Stage`; memory lives as long as its program, so there is only one."""
        self._box._limit = limit
        return self._box

    def drop(self, number: int, content: bytes) -> None:
        """See `Stage`."""
        del number
        self._box.deliver(content)

    def on_shelf(self, shelf: Shelf) -> list[bytes]:
        """See `Stage`."""
        return list(self._box.shelves[shelf].values())

    def sent(self) -> list[bytes]:
        """See `Stage`."""
        return [each.content for each in self._box.sent.values()]


class DurableStage(MemoryStage):
    """See `Stage`; the daemon's own mailbox stands before that in memory."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._blobs = Blobs(root / "blobs")

    def mailbox(self, *, limit: int = SIZE_LIMIT) -> Mailbox:
        """See `Stage`."""
        return DurableMailbox(super().mailbox(limit=limit), self._blobs, lambda: None)


class FolderStage:
    """See `Stage`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        (root / "Inbox").mkdir(parents=True)

    def mailbox(self, *, limit: int = SIZE_LIMIT) -> Mailbox:
        """See `Stage`."""
        return FolderMailbox(self._root, limit=limit)

    def drop(self, number: int, content: bytes) -> None:
        """See `Stage`; the names sort against the dates."""
        count = len(list(self._root.glob("*/*.eml")))
        (self._root / "Inbox" / f"{999 - number}-{count}.eml").write_bytes(content)

    def on_shelf(self, shelf: Shelf) -> list[bytes]:
        """See `Stage`."""
        return [path.read_bytes() for path in sorted((self._root / shelf.value).iterdir())]

    def sent(self) -> list[bytes]:
        """See `Stage`."""
        return [path.read_bytes() for path in sorted((self._root / "Sent").iterdir())]


class ImapStage:
    """See `Stage`."""

    def __init__(self, servers: MailServers, **settings: object) -> None:
        self.servers = servers
        self.user = new_user()
        self._settings = settings

    def imap(self, **changes: object) -> ImapSettings:
        """Return settings that work, with some changed."""
        usual: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.servers.dovecot.imaps,
            "login": Password(user=self.user, secret=PASSWORD),
            "ca_file": self.servers.dovecot.certificate,
            "timeout": timedelta(seconds=20),
        }
        return ImapSettings(**{**usual, **self._settings, **changes})  # type: ignore[arg-type]

    def smtp(self, **changes: object) -> SmtpSettings:
        """Return settings that work, with some changed."""
        usual: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.servers.postfix.starttls,
            "security": Security.STARTTLS,
            "login": Password(user=self.user, secret=PASSWORD),
            "ca_file": self.servers.dovecot.certificate,
            "timeout": timedelta(seconds=20),
            "last_word": timedelta(seconds=20),
        }
        return SmtpSettings(**{**usual, **changes})  # type: ignore[arg-type]

    def mailbox(self, *, limit: int = SIZE_LIMIT) -> ImapMailbox:
        """See `Stage`."""
        return ImapMailbox(self.imap(limit=limit), self.smtp())

    def drop(self, number: int, content: bytes) -> None:
        """See `Stage`."""
        with self.client() as client:
            client.append("INBOX", content, msg_time=BEGAN + timedelta(minutes=number))

    def on_shelf(self, shelf: Shelf) -> list[bytes]:
        """See `Stage`."""
        return self.lying_in(shelf.value)

    def sent(self) -> list[bytes]:
        """See `Stage`."""
        return self.lying_in("Sent")

    def lying_in(self, folder: str) -> list[bytes]:
        """Return the mails of a folder, none when it does not exist."""
        with self.client() as client:
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder, readonly=True)
            found = client.search()
            return [bytes(each[b"BODY[]"]) for each in client.fetch(found, ["BODY.PEEK[]"]).values()]

    @contextmanager
    def client(self) -> Iterator[IMAPClient]:
        """Yield a connection of somebody's mail program."""
        dovecot = self.servers.dovecot
        with IMAPClient("127.0.0.1", dovecot.imaps, ssl_context=tls(dovecot.certificate)) as client:
            client.plain_login(self.user, PASSWORD)
            yield client
