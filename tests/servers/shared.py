"""The mail servers that the tests of a session share, over all its processes."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.needs import need, need_root
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

_PATIENCE = 60.0
_REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServers:
    """A Dovecot, and a Postfix that delivers to it."""

    dovecot: Dovecot
    postfix: Postfix


def need_mail_servers() -> None:
    """Go on only where a private Dovecot and Postfix can run."""
    need("dovecot", package="dovecot-imapd")
    need("lmtp", package="dovecot-lmtpd")
    need("postfix")
    need("openssl")
    need_root("run a Postfix of its own")


@pytest.fixture(scope="session")
def mail_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServers]:
    """A Dovecot and a Postfix, started by whoever asks first and stopped after the last."""
    need_mail_servers()
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with _guest(shared / "mail-servers") as folder:
        imap, imaps, *ports = json.loads((folder / "ports.json").read_text())
        yield MailServers(
            dovecot=Dovecot(folder=folder / "dovecot", imap=imap, imaps=imaps),
            postfix=Postfix.at(folder / "postfix", ports),
        )


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """A folder with a short name that the accounts of servers may enter."""
    folder = _public_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _guest(note: Path) -> Iterator[Path]:
    """Be a guest of the keeper whose folder is noted in `note`, starting one if there is none."""
    with note.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder, line = _enter(note) or _start(note)
    try:
        yield folder
    finally:
        line.shutdown(socket.SHUT_WR)
        line.settimeout(_PATIENCE)
        line.recv(1)  # ends when the servers are gone, or at once when others still need them
        line.close()


def _enter(note: Path) -> tuple[Path, socket.socket] | None:
    if not note.exists():
        return None
    folder = Path(note.read_text())
    line = socket.socket(socket.AF_UNIX)
    try:
        line.connect(str(folder / "door"))
    except OSError:
        line.close()
        return None
    return folder, line


def _start(note: Path) -> tuple[Path, socket.socket]:
    folder = _public_folder()
    log = note.with_suffix(".log")
    with log.open("w") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.keeper", folder],
            cwd=_REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    note.write_text(str(folder))
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and keeper.poll() is None:
        if found := _enter(note):
            keeper.returncode = 0  # it outlives us if others need it: nothing here waits for it
            return found
        time.sleep(0.05)
    raise RuntimeError(f"the mail servers did not start:\n{log.read_text()}")


def _public_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="fc-mail-", dir="/tmp"))
    folder.chmod(0o755)
    return folder
