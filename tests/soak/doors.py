"""Faults at the doors of the clerk: death at any boundary, a full or read-only disk, a locked database.

A boundary is whatever others can see: a commit, a blob, a mail that leaves or is filed.  A full database is
SQLite's own (`max_page_count`), a locked one is another connection that holds it; a read-only one refuses as
one on a read-only disk does (`query_only`).
"""

import errno
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from parsers.isolation import child
from store.blobs import Blobs
from store.unit import Unit
from tests.soak.post import Post

POISON = b"X-Soak-Poison: yes"
SLEEPY = b"X-Soak-Sleepy: yes"
"""What makes a mail kill its reader, and one put it to sleep."""

_STEPS: tuple[tuple[type, str], ...] = (
    (Unit, "commit"),
    (Blobs, "put"),
    (Post, "send"),
    (Post, "file_away"),
)
_MOST_PAGES = 1 << 30
_BUSY = 20
"""Milliseconds; the product waits for half a minute."""
_SLEEP = 0.2
"""Seconds after which a reader that sleeps is ended; the product waits for 20."""


class Death(BaseException):
    """The process is gone."""


class Doors:
    """The doors of one clerk, and what stands in them."""

    def __init__(self, struck: Callable[[str], None]) -> None:
        """Let nothing stand in them; `struck` is told of each fault that was felt."""
        self.full = False
        self.read_only = False
        self._struck = struck
        self._left: int | None = None
        self._kills = False
        self._locker: sqlite3.Connection | None = None
        self._asleep: set[bytes] = set()

    def kill_after(self, boundaries: int, *, really: bool = False) -> None:
        """Let the clerk die at the boundary of that number; `really` is SIGKILL for the whole process."""
        self._left, self._kills = boundaries, really

    @property
    def is_armed(self) -> bool:
        """Say whether a death is waiting."""
        return self._left is not None

    def disarm(self) -> None:
        """Let no death wait."""
        self._left = None

    def boundary(self) -> None:
        """Pass one boundary."""
        if self._left is None:
            return
        self._left -= 1
        if self._left > 0:
            return
        self._left = None
        if self._kills:
            os.kill(os.getpid(), signal.SIGKILL)
        self._struck("death")
        raise Death

    def lock(self, database: Path) -> None:
        """Let another process's transaction hold the database."""
        if self._locker is None:
            self._locker = sqlite3.connect(database, isolation_level=None)
            self._locker.execute("BEGIN IMMEDIATE")

    def unlock(self) -> None:
        """Let go of the database."""
        if self._locker is not None:
            self._locker.execute("ROLLBACK")
            self._locker.close()
            self._locker = None

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Put the doors into the program for the length of the block."""
        before = [(kind, name, getattr(kind, name)) for kind, name in _STEPS]
        before += [(Blobs, "_write", Blobs._write), (child._Worker, "call", child._Worker.call)]
        try:
            for kind, name in _STEPS:
                setattr(kind, name, self._around(getattr(kind, name)))
            setattr(Blobs, "_write", self._writing(Blobs._write))  # noqa: B010 - mypy forbids the plain form
            setattr(child._Worker, "call", self._calling(child._Worker.call))  # noqa: B010 - likewise
            yield
        finally:
            for kind, name, step in before:
                setattr(kind, name, step)
            self.unlock()

    def watch(self, engine: Engine) -> None:
        """Stand in the door of a database that was just opened."""
        event.listen(engine, "checkout", self._checked_out)
        event.listen(engine, "begin", self._begun)
        event.listen(engine, "handle_error", self._failed)

    def _around(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - stands in for any step
            self.boundary()
            result = step(*args, **kwargs)
            self.boundary()
            return result

        return stepped

    def _writing(self, write: Callable[..., Any]) -> Callable[..., Any]:
        def written(*args: Any) -> Any:  # noqa: ANN401 - likewise
            if self.full or self.read_only:
                self._struck("disk full" if self.full else "disk read-only")
                code = errno.ENOSPC if self.full else errno.EROFS
                raise OSError(code, os.strerror(code))
            return write(*args)

        return written

    def _calling(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Let certain mails kill the process that reads them, and others put it to sleep once."""

        def called(worker: Any, function: str, args: tuple[Any, ...], seconds: float) -> Any:  # noqa: ANN401
            raw = args[0] if args and isinstance(args[0], bytes) else b""
            head = raw[:4096]
            if POISON in head:
                self._struck("poison mail")
                worker._process.kill()
                worker._process.wait()
            elif SLEEPY in head and raw not in self._asleep:
                self._asleep.add(raw)
                self._struck("reader timed out")
                os.kill(worker._process.pid, signal.SIGSTOP)
                seconds = _SLEEP
            return call(worker, function, args, seconds)

        return called

    def _checked_out(self, connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401
        connection.execute(f"PRAGMA busy_timeout = {_BUSY}")
        connection.execute(f"PRAGMA max_page_count = {1 if self.full else _MOST_PAGES}")

    def _begun(self, connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
        if self.read_only:
            connection.exec_driver_sql("PRAGMA query_only = ON")

    def _failed(self, context: Any) -> None:  # noqa: ANN401 - likewise
        said = str(context.original_exception)
        for words, fault in (
            ("full", "disk full"),
            ("readonly", "disk read-only"),
            ("locked", "database locked"),
        ):
            if words in said:
                self._struck(fault)
