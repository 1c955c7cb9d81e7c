"""A Dovecot and a Postfix for a benchmark: where mail waits, and where answers are handed over."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient

from agent.mailbox.settings import ImapSettings, Password, SmtpSettings
from agent.mailbox.wires import tls
from tests.servers import dovecot, postfix
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.postfix import Postfix

_PROGRAMS = {
    "dovecot": "dovecot-imapd",
    "lmtp": "dovecot-lmtpd",
    "postfix": "postfix",
    "openssl": "openssl",
}
"""What must be installed, and the package of Debian that brings it."""
_PLACES = (os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/lib/postfix/sbin", "/usr/lib/dovecot")
_STOCK = "Stock"
"""Mails lie here until they are said to have arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The two servers while they run."""

    dovecot: Dovecot
    postfix: Postfix

    def imap(self, user: str) -> ImapSettings:
        """Return how `user` reads mail."""
        return ImapSettings(
            host="127.0.0.1",
            port=self.dovecot.imaps,
            login=Password(user=user, secret=PASSWORD),
            ca_file=self.dovecot.certificate,
        )

    def smtp(self, user: str) -> SmtpSettings:
        """Return how `user` sends mail."""
        return SmtpSettings(
            host="127.0.0.1",
            port=self.postfix.implicit,
            login=Password(user=user, secret=PASSWORD),
            ca_file=self.dovecot.certificate,
        )

    @contextmanager
    def client(self, user: str) -> Iterator[IMAPClient]:
        """Yield a connection that is logged in as `user`."""
        with IMAPClient(
            "127.0.0.1", self.dovecot.imaps, ssl_context=tls(self.dovecot.certificate), timeout=600
        ) as client:
            client.plain_login(user, PASSWORD)
            yield client

    def stock(self, user: str, mails: Sequence[bytes]) -> None:
        """Lay mails in beside the inbox of `user`."""
        with self.client(user) as client:
            if not client.folder_exists(_STOCK):
                client.create_folder(_STOCK)
            for mail in mails:
                client.append(_STOCK, mail)

    def arrive(self, client: IMAPClient, count: int) -> None:
        """Move the first `count` mails of the stock into the inbox, all at once."""
        client.select_folder(_STOCK)
        client.move(sorted(client.search())[:count], "INBOX")


def missing() -> str:
    """Return why no such servers can run here, empty when they can."""
    for program, package in _PROGRAMS.items():
        if shutil.which(program, path=os.pathsep.join(_PLACES)) is None:
            return f"{program} is not installed (Debian: {package})"
    return "" if os.getuid() == 0 else "only root may run a Postfix of its own"


@contextmanager
def post_office() -> Iterator[Office]:
    """Start both servers in a folder of their own, stop them and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="fc-bench-", dir="/tmp"))  # a path for sockets must be short
    folder.chmod(0o755)
    for name in ("dovecot", "postfix"):
        (folder / name).mkdir()
    mailbox = dovecot.prepare(folder / "dovecot")
    sender = postfix.prepare(folder / "postfix", folder / "dovecot")
    try:
        mailbox.start()
        sender.start()
        yield Office(dovecot=mailbox, postfix=sender)
    finally:
        sender.stop()
        mailbox.stop()
        shutil.rmtree(folder, ignore_errors=True)
