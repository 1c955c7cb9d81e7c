"""Bytes on disk under their own SHA-256: raw mails, attachments, letters, archives, pictures.

A blob is durable before anything refers to it: temporary file, fsync, rename, fsync of the folder.
Blobs are only ever added, but for `remove`: it takes what a tombstone says is gone (`store.tombstones`).
"""

import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from agent.domain.errors import StoreAway, WillNotWork

_DIGEST = re.compile(r"[0-9a-f]{64}")
_DRAFTS = "drafts"
_CHUNK = 1 << 20
_SHELVES = 256
_AT_ONCE = 8
_OPEN = 32
"""Files that are open at a time, at the most."""
_REMEMBERED = 1_000


class Blobs:
    """See the module.  Threads and processes may share a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._drafts = root / _DRAFTS
        self._drafts.mkdir(parents=True, exist_ok=True)
        self._make_shelves()
        self._sure: dict[str, None] = {}
        """The last ones that this process knows to be durable, as long as they are there."""

    @property
    def root(self) -> Path:
        """Return the folder that all of them lie under."""
        return self._root

    def put(self, content: bytes) -> str:
        """Keep `content` and return its digest; when this returns, it is durable.

        Raises:
            StoreAway: the disk is full or fails; nothing was kept.
        """
        digest = sha256(content).hexdigest()
        path = self.path(digest)
        try:
            if not path.exists():
                self._write(content, path)
            elif digest not in self._sure:
                sync_folder(path.parent)  # another process may have renamed it a moment ago
        except OSError as error:
            raise StoreAway(f"blob {digest} cannot be written: {error.strerror}") from error
        self._remember(digest)
        return digest

    def put_all(self, contents: Sequence[bytes]) -> tuple[str, ...]:
        """Keep all of `contents`, as `put` does each, and return their digests in the same order.

        The disk is waited for side by side: it makes durable together what it is asked for at one time, so
        that ten take little longer than one.

        Raises:
            StoreAway: the disk is full or fails; some may have been kept.
        """
        if len(contents) <= 1:
            return tuple(map(self.put, contents))
        digests = tuple(sha256(content).hexdigest() for content in contents)
        new = {
            digest: content
            for digest, content in zip(digests, contents, strict=True)
            if digest not in self._sure or not self.path(digest).exists()
        }
        names = list(new)
        if names:
            with ThreadPoolExecutor(min(_AT_ONCE, len(names)), thread_name_prefix="blobs") as waiting:
                for first in range(0, len(names), _OPEN):
                    self._put_few({name: new[name] for name in names[first : first + _OPEN]}, waiting)
        return digests

    def _put_few(self, blobs: Mapping[str, bytes], waiting: Executor) -> None:
        """Keep a few blobs.  Threads that do more than wait take the interpreter from each other."""
        paths = {digest: self.path(digest) for digest in blobs}
        drafts: dict[str, tuple[int, Path]] = {}
        try:
            for digest, content in blobs.items():
                if not paths[digest].exists():
                    handle, name = tempfile.mkstemp(dir=self._drafts)
                    drafts[digest] = handle, Path(name)
                    with open(handle, "wb", closefd=False) as file:
                        file.write(content)
            list(waiting.map(_sync, [handle for handle, _ in drafts.values()]))
            for digest, (_, draft) in drafts.items():
                _put_in_place(draft, paths[digest])
            # Of those that were there as well: another process may have renamed them a moment ago.
            list(waiting.map(sync_folder, {path.parent for path in paths.values()}))
        except OSError as error:
            raise StoreAway(f"{len(blobs)} blobs cannot be written: {error.strerror}") from error
        finally:
            for handle, draft in drafts.values():
                os.close(handle)
                draft.unlink(missing_ok=True)
        for digest in blobs:
            self._remember(digest)

    def put_file(self, file: Path) -> str:
        """Keep a copy of `file`, however large, and return its digest; when this returns, it is durable.

        Raises:
            StoreAway: the disk is full or fails; nothing was kept.
        """
        try:
            handle, name = tempfile.mkstemp(dir=self._drafts)
            draft = Path(name)
            try:
                digest = _copy(file, handle)
                path = self.path(digest)
                _put_in_place(draft, path)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
            sync_folder(path.parent)
        except OSError as error:
            raise StoreAway(f"{file} cannot be kept: {error.strerror}") from error
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes of `digest`.

        Raises:
            WillNotWork: they are missing, or no longer what they were.
            StoreAway: the disk fails.
        """
        try:
            content = self.path(digest).read_bytes()
        except FileNotFoundError as error:
            raise WillNotWork(f"blob {digest} is missing") from error
        except OSError as error:
            raise StoreAway(f"blob {digest} cannot be read: {error.strerror}") from error
        if sha256(content).hexdigest() != digest:
            raise WillNotWork(f"blob {digest} has been changed")
        return content

    def has(self, digest: str) -> bool:
        """Say whether there are bytes of that digest."""
        return self.path(digest).is_file()

    def path(self, digest: str) -> Path:
        """Return where the bytes of `digest` are, for programs that want a file.

        Raises:
            WillNotWork: `digest` is no SHA-256 in lower-case hexadecimal.
        """
        if not _DIGEST.fullmatch(digest):
            raise WillNotWork(f"{digest!r} names no blob")
        return self._root / digest[:2] / digest

    def remove(self, digest: str) -> int:
        """Remove the bytes of `digest` and return how many they were; 0 when they were gone already.

        The tombstone must be committed before, and nobody else may be putting blobs meanwhile: whoever puts
        the same bytes a moment earlier would find them there and rely on them.

        Raises:
            StoreAway: the disk fails.
        """
        path = self.path(digest)
        try:
            size = path.stat().st_size
            path.unlink()
            sync_folder(path.parent)
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise StoreAway(f"blob {digest} cannot be removed: {error.strerror}") from error
        return size

    def names(self) -> Iterator[str]:
        """Yield the digest of every blob, in order."""
        for folder in sorted(self._root.glob("[0-9a-f][0-9a-f]")):
            for path in sorted(folder.iterdir()):
                if _DIGEST.fullmatch(path.name):
                    yield path.name

    def _remember(self, digest: str) -> None:
        self._sure[digest] = None
        if len(self._sure) > _REMEMBERED:
            with suppress(StopIteration, KeyError, RuntimeError):  # others may forget as well
                del self._sure[next(iter(self._sure))]

    def _make_shelves(self) -> None:
        """Make all folders at once, durably: made one by one, each would cost a first blob two more syncs."""
        shelves = [self._root / f"{number:02x}" for number in range(_SHELVES)]
        if shelves[-1].is_dir():
            return
        for shelf in shelves:
            shelf.mkdir(exist_ok=True)
        sync_folder(self._root)

    def _write(self, content: bytes, path: Path) -> None:
        handle, name = tempfile.mkstemp(dir=self._drafts)
        draft = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _put_in_place(draft, path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def _put_in_place(draft: Path, path: Path) -> None:
    try:
        draft.replace(path)
    except FileNotFoundError:  # a copy of the store that left empty folders out
        path.parent.mkdir(exist_ok=True)
        sync_folder(path.parent.parent)
        draft.replace(path)


def _sync(handle: int) -> None:
    os.fsync(handle)


def _copy(file: Path, handle: int) -> str:
    digest = sha256()
    with os.fdopen(handle, "wb") as copy, file.open("rb") as source:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable.

    Raises:
        OSError: the disk is full or fails.
    """
    if os.name == "nt":
        return  # Windows keeps folders durable by itself and refuses to open one
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
