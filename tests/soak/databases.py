"""What can befall the database of a clerk; here SQLite's, `tests.soak.postgres` has the other's.

A full one is SQLite's own (`max_page_count`), a locked one is another connection that holds it; a read-only
one refuses as one on a read-only disk does (`query_only`).  When the power is cut, what was not synced goes.
"""

import sqlite3
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Engine, event

_MOST_PAGES = 1 << 30
_BUSY = 20
"""Milliseconds; the product waits for half a minute."""
_WORDS = {"full": "disk full", "readonly": "disk read-only", "locked": "database locked"}
"""What SQLite says, and which fault that is."""
_LOG_HEAD, _FRAME_HEAD = 32, 24
"""Bytes of the heads of a write-ahead log and of each frame in it (sqlite.org/fileformat2.html, 4.1)."""
_COPIED_BACK = 96
"""Where the index of the log says how many frames are in the database and synced (walformat.html, 2.3)."""


class Database(Protocol):
    """See the module."""

    @property
    def address(self) -> str:
        """Where a stranger finds it (`tests.soak.stranger.looking`)."""

    @property
    def url(self) -> str:
        """What stands in the configuration; nothing for the usual file."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The faults that only this database has, and that happen in a moment."""

    @property
    def lasting(self) -> tuple[str, ...]:
        """Those that last."""

    def watch(self, engine: Engine) -> None:
        """Stand in the door of an engine that was just made."""

    def begin(self, kind: str) -> None:
        """Let a fault that lasts begin: disk full, disk read-only, database locked, or one of `lasting`."""

    def end(self, kind: str) -> None:
        """Let it end."""

    def strike(self, kind: str) -> None:
        """Let one of `kinds` happen now, in the middle of whatever goes on.

        Raises:
            Exception: what the driver says where the fault is that an answer is lost.
        """

    def synced(self) -> None:
        """Learn that everything is on the disk now."""

    def after_death(self) -> None:
        """Do what the machine does once a process that used it is gone."""

    def close(self) -> None:
        """Let go of everything."""


Keep: TypeAlias = Callable[[Path, Callable[[str], None]], Database]
"""Makes the database of a folder; what it is given is told of each fault that was felt."""


class SqliteFile:
    """See the module."""

    kinds = ("power cut",)
    lasting = ()
    url = ""

    def __init__(self, folder: Path, struck: Callable[[str], None]) -> None:
        """Take charge of the file in `folder`; `struck` is told of each fault that was felt."""
        self._file = folder / "data" / "formclerk.db"
        self._log, self._index = (self._file.with_name(self._file.name + end) for end in ("-wal", "-shm"))
        self._struck = struck
        self._full = self._read_only = False
        self._locker: sqlite3.Connection | None = None
        self._engine: Engine | None = None
        self._synced: tuple[bytes, int] = b"", 0
        """The salts of the log when it was synced last, and how long it was."""
        self._left: Mapping[Path, bytes] = {}

    @property
    def address(self) -> str:
        """See `Database`."""
        return str(self._file)

    def watch(self, engine: Engine) -> None:
        """See `Database`."""
        if engine.dialect.name != "sqlite":
            return  # in a process that only dies nobody needs to know which it is
        self._engine = engine
        event.listen(engine, "checkout", self._checked_out)
        event.listen(engine, "begin", self._begun)
        event.listen(engine, "handle_error", self._failed)

    def begin(self, kind: str) -> None:
        """See `Database`."""
        self._full |= kind == "disk full"
        self._read_only |= kind == "disk read-only"
        if kind == "database locked" and self._locker is None:
            self._locker = sqlite3.connect(self._file, isolation_level=None)
            self._locker.execute("BEGIN IMMEDIATE")

    def end(self, kind: str) -> None:
        """See `Database`."""
        self._full &= kind != "disk full"
        self._read_only &= kind != "disk read-only"
        if kind == "disk read-only" and self._engine is not None:
            self._engine.dispose()  # what was opened read-only stays so
        if kind == "database locked" and self._locker is not None:
            self._locker.execute("ROLLBACK")
            self._locker.close()
            self._locker = None

    def strike(self, kind: str) -> None:
        """Keep what would be on the disk if the power were cut now."""
        assert kind == "power cut"
        log = self._log.read_bytes() if self._log.exists() else b""
        self._left = {self._file: self._file.read_bytes(), self._log: log[: self._durable(log)]}

    def synced(self) -> None:
        """See `Database`."""
        log = self._log.read_bytes() if self._log.exists() else b""
        self._synced = log[16:24], len(log)

    def after_death(self) -> None:
        """See `Database`."""
        for file, content in self._left.items():
            file.write_bytes(content)
        if self._left:
            self._index.unlink(missing_ok=True)
        self._left = {}

    def close(self) -> None:
        """See `Database`."""
        self.end("database locked")

    def _durable(self, log: bytes) -> int:
        """Return how many bytes of the log were synced: by us, or by SQLite when it copied them back."""
        if len(log) < _LOG_HEAD:
            return 0
        salts, synced = self._synced
        page = int.from_bytes(log[8:12])
        back = int.from_bytes(self._index.read_bytes()[_COPIED_BACK:][:4], sys.byteorder)
        copied = _LOG_HEAD + back * (_FRAME_HEAD + page)
        return max(synced if salts == log[16:24] else _LOG_HEAD, copied)

    def _checked_out(self, connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401
        connection.execute(f"PRAGMA busy_timeout = {_BUSY}")
        connection.execute(f"PRAGMA max_page_count = {1 if self._full else _MOST_PAGES}")

    def _begun(self, connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
        if self._read_only:
            connection.exec_driver_sql("PRAGMA query_only = ON")

    def _failed(self, context: Any) -> None:  # noqa: ANN401 - likewise
        said = str(context.original_exception)
        for words, fault in _WORDS.items():
            if words in said:
                self._struck(fault)
