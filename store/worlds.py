"""Worlds and definitions, kept by digest: what was decided can be decided again, exactly as it was."""

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Pool
from sqlmodel import col, select

from agent.domain.errors import WillNotWork
from agent.domain.plans import World
from agent.domain.process import Process
from store import canonical, sql
from store.codec import PROCESS, WORLD, Coded
from store.session import Session
from store.tables import ProcessRow, WorldRow

T = TypeVar("T")

_KEPT = 16


class _Written(Generic[T]):
    """The last few values of a kind with their written form: encoding a directory takes milliseconds."""

    def __init__(self, coded: Coded[T]) -> None:
        self._coded = coded
        self._by_digest: OrderedDict[str, tuple[T, str]] = OrderedDict()
        self._lock = Lock()

    def written(self, value: T) -> tuple[str, str]:
        """Return the digest and the text of `value`."""
        with self._lock:
            for digest, (known, text) in self._by_digest.items():
                if known is value:
                    return digest, text
        text = self._coded.dump(value)
        digest = canonical.digest(text)
        self._keep(digest, value, text)
        return digest, text

    def known(self, digest: str) -> T | None:
        """Return the value of that digest when it is at hand."""
        with self._lock:
            found = self._by_digest.get(digest)
        return found[0] if found is not None else None

    def read(self, digest: str, text: str) -> T:
        """Return the value that `text` says, and keep it."""
        value = self._coded.load(text)
        self._keep(digest, value, text)
        return value

    def _keep(self, digest: str, value: T, text: str) -> None:
        with self._lock:
            self._by_digest[digest] = (value, text)
            while len(self._by_digest) > _KEPT:
                self._by_digest.popitem(last=False)


_WORLDS = _Written(WORLD)
_PROCESSES: WeakKeyDictionary[Pool, _Written[Process]] = WeakKeyDictionary()
"""For each database: a definition is named by the digest of its pack's files, not of what we wrote."""


class Worlds:
    """The worlds that something was decided in."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def remember(self, world: World) -> str:
        """Keep `world` and return its digest."""
        digest, text = _WORLDS.written(world)
        if not sql.has(self._session, WorldRow, digest=digest):
            sql.insert_new(self._session, WorldRow, {"digest": digest, "body": text})
        return digest

    def fetch(self, digest: str) -> World:
        """Return the world of that digest.

        Raises:
            WillNotWork: no such world was remembered.
        """
        if (known := _WORLDS.known(digest)) is not None:
            return known
        body = self._session.exec(select(WorldRow.body).where(col(WorldRow.digest) == digest)).first()
        if body is None:
            raise WillNotWork(f"no world {digest} was remembered")
        return _WORLDS.read(digest, body)


class Processes:
    """The definitions that cases run on, by the digest of the pack they came from (`Process.digest`)."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._at_hand = _PROCESSES.setdefault(session.engine.pool, _Written(PROCESS))

    def remember(self, process: Process) -> str:
        """Keep `process` and return its digest; a digest that is known already keeps what it had."""
        if not sql.has(self._session, ProcessRow, digest=process.digest):
            row = {
                "digest": process.digest,
                "id": process.id,
                "version": process.version,
                "body": PROCESS.dump(process),
            }
            sql.insert_new(self._session, ProcessRow, row)
        return process.digest

    def fetch(self, digest: str) -> Process:
        """Return the definition of that digest.

        Raises:
            WillNotWork: no such definition was remembered.
        """
        if (known := self._at_hand.known(digest)) is not None:
            return known
        body = self._session.exec(select(ProcessRow.body).where(col(ProcessRow.digest) == digest)).first()
        if body is None:
            raise WillNotWork(f"no process {digest} was remembered")
        return self._at_hand.read(digest, body)
