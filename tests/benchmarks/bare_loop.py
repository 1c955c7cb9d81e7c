"""The least that a program answering mail can do: fetch, parse, write one durable row, send one mail."""

import os
import smtplib
import sqlite3
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.parser import BytesParser
from pathlib import Path

from imapclient import IMAPClient

from agent.mailbox.settings import Password
from agent.mailbox.smtp.login import log_in
from agent.mailbox.wires import tls
from tests.benchmarks.floors import parse_mail
from tests.benchmarks.post_office import Office
from tests.servers.dovecot import PASSWORD

_PATIENCE = 30.0
_SENT, _SHELF = "Sent", "Handled"
_HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References")


class BareLoop:
    """Its connections stay open; it knows no rule, files nothing away, and forgets what it read.

    One that `keeps` asks of servers and disk what any clerk must, beside that, and still knows no rule: it
    opens the Word files, makes each mail durable, keeps a copy of each answer and files the mails together.
    """

    def __init__(
        self,
        user: str,
        client: IMAPClient,
        smtp: smtplib.SMTP,
        table: sqlite3.Connection,
        keeps: Path | None,
    ) -> None:
        self.user = user
        """Whose mails it answers."""
        self._keeps = keeps
        self._client = client
        self._smtp = smtp
        self._table = table
        self._answered = 0
        """The last UID that was answered."""

    def listen(self) -> None:
        """Ask the server to tell when a mail comes (RFC 2177): before it does."""
        self._client.select_folder("INBOX")
        self._client.idle()

    def hear(self) -> float:
        """Wait until it tells; return when it did."""
        told = hear(self._client)
        self._client.idle_done()
        return told

    def drain(self, answer: bytes, to: str) -> list[float]:
        """Answer every mail that waits, each with `answer`; return when each answer was accepted."""
        done: list[float] = []
        answered: list[int] = []
        for uid in self._client.search(["UID", f"{self._answered + 1}:*"]):
            if uid <= self._answered:  # `*` is the last one even where it is smaller (RFC 3501, 6.4.8)
                continue
            raw = self._client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"]
            name, sender, subject = parse(raw)
            with self._table:
                self._table.execute("INSERT INTO mails VALUES (?, ?, ?)", (name, sender, subject))
            if self._keeps is not None:
                parse_mail(raw)
                _keep(raw, self._keeps / str(uid))
            self._smtp.sendmail(self.user, [to], answer)
            done.append(time.monotonic())
            self._answered = uid
            answered.append(uid)
            if self._keeps is not None:
                self._client.append(_SENT, answer)
        if self._keeps is not None and answered:
            self._client.move(answered, _SHELF)
        return done


def hear(client: IMAPClient) -> float:
    """Wait until the server tells `client` something; return when it did, by the machine's steady clock."""
    if not client.idle_check(_PATIENCE):
        raise RuntimeError(f"the server told nothing in {_PATIENCE:g} s")
    return time.monotonic()


def _keep(raw: bytes, path: Path) -> None:
    with path.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def parse(raw: bytes) -> tuple[str, str, str]:
    """Parse a mail and decode every part of it; return its Message-ID, sender and subject."""
    message = BytesParser(policy=policy.default).parsebytes(raw)
    found = {name: str(message[name]) for name in _HEADERS}
    for part in message.walk():
        part.get_payload(decode=True)
    return found["Message-ID"], found["From"], found["Subject"]


@contextmanager
def bare_loop(folder: Path, office: Office, user: str, *, keeps: bool = False) -> Iterator[BareLoop]:
    """Open everything that the loop needs, once: connections, logins, and a table whose rows are durable."""
    mails = folder / user
    mails.mkdir()
    table = sqlite3.connect(mails / "bare.db")
    table.execute("PRAGMA journal_mode=WAL")
    table.execute("PRAGMA synchronous=FULL")
    table.execute("CREATE TABLE mails (name TEXT PRIMARY KEY, sender TEXT, subject TEXT)")
    context: ssl.SSLContext = tls(office.dovecot.certificate)
    with (
        office.client(user) as client,
        smtplib.SMTP_SSL("127.0.0.1", office.postfix.implicit, context=context) as smtp,
    ):
        smtp.ehlo()
        log_in(smtp, Password(user=user, secret=PASSWORD))
        for each in (_SENT, _SHELF) if keeps else ():
            if not client.folder_exists(each):
                client.create_folder(each)
        yield BareLoop(user, client, smtp, table, mails if keeps else None)
    table.close()
