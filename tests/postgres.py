"""A PostgreSQL for tests: the one that `FORMCLERK_TEST_POSTGRES` names, or a private cluster.

Ask for the fixture `postgres_url`: a new, empty database for each test.  Where neither is there, the test
is skipped and says what is missing, or fails where everything must be there (`tests.needs`).
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

from tests.needs import without

_VARIABLE = "FORMCLERK_TEST_POSTGRES"
_ACCOUNT = "postgres"
_PATIENCE = 30.0
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """The URL of a server on which we may make databases; started once per session (and xdist worker)."""
    if given := os.environ.get(_VARIABLE):
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    with cluster() as own:
        yield own.url


@pytest.fixture
def postgres_url(postgres_server: URL) -> Iterator[str]:
    """The URL of a new, empty database, dropped afterwards."""
    name = f"formclerk_test_{os.getpid()}_{next(_numbers)}"
    _command(postgres_server, f"CREATE DATABASE {name}")
    yield postgres_server.set(database=name).render_as_string(hide_password=False)
    _command(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def cluster() -> "Iterator[Cluster]":
    """Start a private cluster for the length of the block, or end the test that cannot have one."""
    programs = _programs()
    if programs is None:
        without(f"needs PostgreSQL: set {_VARIABLE} to the URL of a server, or install postgresql")
    if os.getuid() == 0 and not _has_account():
        without(f"needs the account {_ACCOUNT!r}: PostgreSQL does not run as root")
    folder = Path(tempfile.mkdtemp(prefix="fc-pg-"))
    try:
        made = Cluster(programs, folder)
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Cluster:
    """A PostgreSQL of our own, which may be ended and started again."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._account = _ACCOUNT if os.getuid() == 0 else None
        if self._account is not None:
            shutil.chown(folder, self._account, self._account)
        self._folder = folder
        self._programs = programs
        self._port = _free_port()
        self._server: subprocess.Popen[bytes] | None = None
        options = ("-U", _ACCOUNT, "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-N")
        subprocess.run(
            [programs / "initdb", "-D", folder / "data", *options],
            user=self._account,
            check=True,
            capture_output=True,
            cwd=folder,
        )

    @property
    def url(self) -> URL:
        """The URL of its first database, for its administrator."""
        return URL.create(
            "postgresql+psycopg", username=_ACCOUNT, host="127.0.0.1", port=self._port, database="postgres"
        )

    def start(self) -> None:
        """Start it, and return when it answers."""
        settings = ("fsync=off", "full_page_writes=off", "listen_addresses=127.0.0.1", f"port={self._port}")
        options = tuple(part for setting in settings for part in ("-c", setting))
        self._server = subprocess.Popen(
            [self._programs / "postgres", "-D", self._folder / "data", "-k", self._folder, *options],
            user=self._account,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _wait_for(self.url, self._server)

    def stop(self) -> None:
        """End it at once ("immediate"): every connection falls, and the next start recovers."""
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait()


def _wait_for(url: URL, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            _command(url, "SELECT 1")
        except OperationalError:
            if time.monotonic() > until or server.poll() is not None:
                raise
            time.sleep(0.1)
        else:
            return


def _command(url: URL, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _programs() -> Path | None:
    """Return the folder of `initdb` and `postgres`: on the PATH, or where Debian hides them."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    return places[0].parent if places else None


def _has_account() -> bool:
    import pwd  # noqa: PLC0415 - not on Windows

    return any(entry.pw_name == _ACCOUNT for entry in pwd.getpwall())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
