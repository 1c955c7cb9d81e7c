"""Many commits become durable by one sync, before the first thing that the world can see (ADR 0030).

SQLite in WAL appends every commit to one file, in order.  With `synchronous=FULL` each commit waits for the
disk; a mail has eight of them, most of which nobody outside will ever see.  Here a commit does not wait
(`synchronous=NORMAL`), and `make_sure` does, for all that were made before it.  A cut of power in between
leaves the store as it was after some earlier commit, never in between: the file is checked link by link.

A killed process loses nothing: what it has written is the kernel's.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from agent.domain.errors import StoreAway
from store.blobs import sync_folder
from store.engine import Dialect


class Durability:
    """What this process has committed and the disk may not have; for the one thread that works.

    PostgreSQL makes every commit durable by itself: there `make_sure` has nothing to do.
    """

    def __init__(self, engine: Engine) -> None:
        """Take charge of an engine that has connected to nothing yet."""
        self._log: Path | None = None
        self._dialect = engine.dialect
        self._sure = 0
        """So many of them are durable."""
        self._known: tuple[int, int] | None = None
        """Which file the log was when its name in its folder was last made durable."""
        self._broken = False
        if engine.dialect.name == "sqlite":
            self._log = Path(f"{engine.url.database}-wal")
            event.listen(engine, "connect", _relax)

    @property
    def behind(self) -> int:
        """Return how many commits the disk may not have."""
        return self._made - self._sure

    def make_sure(self) -> None:
        """Return when everything that was committed is durable.

        Raises:
            StoreAway: the disk is full or fails.
        """
        made = self._made
        if self._log is None or made == self._sure:
            return
        try:
            if self._broken:
                self._empty_the_log(self._log)
            else:
                self._sync(self._log)
        except (OSError, sqlite3.Error) as error:
            self._broken = True
            raise StoreAway(f"the store cannot be made durable now: {error}".partition("\n")[0]) from error
        self._broken = False
        self._sure = made

    @property
    def _made(self) -> int:
        """Return how many commits there were so far, those that are just being made included."""
        return self._dialect.commits if isinstance(self._dialect, Dialect) else 0

    def _sync(self, log: Path) -> None:
        try:
            handle = os.open(log, os.O_RDWR)
        except FileNotFoundError:  # whoever closed it last has emptied it into the database
            return
        try:
            os.fsync(handle)
            status = os.fstat(handle)
        finally:
            os.close(handle)
        if self._known != (known := (status.st_dev, status.st_ino)):
            sync_folder(log.parent)
            self._known = known

    def _empty_the_log(self, log: Path) -> None:
        """Copy the log into the database and sync that.

        A sync that failed says nothing about the next one: the kernel may have given up what it could not
        write, and call the file clean.
        """
        with closing(sqlite3.connect(log.with_name(log.name.removesuffix("-wal")), timeout=1)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise OSError("its log is in use")


def _relax(connection: Any, _record: object) -> None:  # noqa: ANN401 - whatever the driver made
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
