"""Faults at the doors of the clerk: death at any boundary, a full or read-only disk, a reader that fails.

A boundary is whatever others can see: a commit, a sync, a blob, a mail that leaves or is filed.
"""

import errno
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from parsers.isolation import child
from store.blobs import Blobs
from store.durability import Durability
from store.unit import Unit
from tests.soak.databases import Database
from tests.soak.post import Post

POISON = b"X-Soak-Poison: yes"
SLEEPY = b"X-Soak-Sleepy: yes"
"""What makes a mail kill its reader, and one put it to sleep."""

_STEPS: tuple[tuple[type, str], ...] = (
    (Unit, "commit"),
    (Durability, "make_sure"),
    (Blobs, "put"),
    (Post, "send"),
    (Post, "file_away"),
)
_SLEEP = 0.2
"""Seconds after which a reader that sleeps is ended; the product waits for 20."""


class Death(BaseException):
    """The process is gone."""


class Doors:
    """The doors of one clerk, and what stands in them."""

    def __init__(self, database: Database, struck: Callable[[str], None]) -> None:
        """Let nothing stand in them; `struck` is told of each fault that was felt."""
        self.database = database
        self.full = False
        self.read_only = False
        self._struck = struck
        self._left: int | None = None
        self._happens: Callable[[], None] = self._die
        self._loses_answer = False
        """The next commit is made, and we are not told."""
        self._asleep: set[bytes] = set()

    def kill_after(self, boundaries: int, *, really: bool = False) -> None:
        """Let the clerk die at the boundary of that number; `really` is SIGKILL for the whole process."""
        self._left = boundaries
        self._happens = (lambda: os.kill(os.getpid(), signal.SIGKILL)) if really else self._die

    def strike_after(self, boundaries: int, kind: str) -> None:
        """Let something befall the database at the boundary of that number."""
        self._left = boundaries
        self._happens = lambda: self._befall(kind)

    @property
    def is_armed(self) -> bool:
        """Say whether something waits for a boundary."""
        return self._left is not None or self._loses_answer

    def disarm(self) -> None:
        """Let nothing wait for a boundary."""
        self._left = None
        self._loses_answer = False

    def boundary(self) -> None:
        """Pass one boundary."""
        if self._left is None:
            return
        self._left -= 1
        if self._left <= 0:
            self._left = None
            self._happens()

    def _die(self) -> None:
        self._struck("death")
        raise Death

    def _befall(self, kind: str) -> None:
        if kind == "answer lost":
            self._loses_answer = True
            return
        self.database.strike(kind)
        self._struck(kind)
        if kind == "power cut":
            raise Death

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Put the doors into the program for the length of the block."""
        before = [(kind, name, getattr(kind, name)) for kind, name in _STEPS]
        before += [(Blobs, "_write", Blobs._write), (child._Worker, "call", child._Worker.call)]
        try:
            for kind, name in _STEPS:
                setattr(kind, name, self._around(getattr(kind, name), name))
            setattr(Blobs, "_write", self._writing(Blobs._write))  # noqa: B010 - mypy forbids the plain form
            setattr(child._Worker, "call", self._calling(child._Worker.call))  # noqa: B010 - likewise
            yield
        finally:
            for kind, name, step in before:
                setattr(kind, name, step)
            self.database.close()

    def _around(self, step: Callable[..., Any], name: str) -> Callable[..., Any]:
        def stepped(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - stands in for any step
            self.boundary()
            result = step(*args, **kwargs)
            if name == "make_sure":
                self.database.synced()
            if name == "commit" and self._loses_answer:
                self._loses_answer = False
                self._struck("answer lost")
                self.database.strike("answer lost")
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
