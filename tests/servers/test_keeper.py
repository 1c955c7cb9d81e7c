"""The keeper of the servers that test processes share."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from select import select
from tempfile import TemporaryDirectory

from tests.servers.keeper import serve

_PATIENCE = 20.0


@contextmanager
def door() -> Iterator[tuple[socket.socket, Path]]:
    """Open a door; its name is short, as AF_UNIX wants it."""
    with TemporaryDirectory(prefix="fc-") as folder, socket.socket(socket.AF_UNIX) as found:
        found.bind(f"{folder}/door")
        found.listen()
        yield found, Path(folder) / "door"


def guest(path: Path) -> socket.socket:
    """Come in."""
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(_PATIENCE)
    line.connect(str(path))
    return line


def test_a_guest_who_leaves_early_does_not_wait_for_the_others() -> None:
    """A process that has run its tests ends; the long test of another one may take minutes yet."""
    with door() as (opened, path), ThreadPoolExecutor(1) as pool, guest(path) as first, guest(path) as second:
        served = pool.submit(serve, opened)

        first.shutdown(socket.SHUT_WR)
        assert first.recv(1) == b""
        assert not served.done()

        second.shutdown(socket.SHUT_WR)
        last = served.result(_PATIENCE)
        assert last is not None
        assert select([second], [], [], 0)[0] == [], "the last one is told only once the servers are gone"
        last.close()
        assert second.recv(1) == b""
