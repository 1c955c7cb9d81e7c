"""Files that are whole or absent, never half there: the few moves that the folder mailbox makes."""

import errno
import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.domain.errors import NotLetIn, TryLater, WillNotWork

_HOPELESS = frozenset({errno.ENAMETOOLONG, errno.ENOTDIR})
_NOT_LET_IN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})

_NO_LINKS = frozenset({errno.EPERM, errno.EMLINK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
"""The file system knows no hard links, or the kernel allows none to somebody else's file."""


@contextmanager
def troubles(what: str) -> Iterator[None]:
    """Turn the errors of the file system into ours.

    Raises:
        NotLetIn: the folder may not be read or written, whatever the mail: a person must change that.
        WillNotWork: a person must change a path.
        TryLater: anything else: a full disk, a share that is away, a broken read.
    """
    try:
        yield
    except OSError as error:
        kind = (
            NotLetIn if error.errno in _NOT_LET_IN else WillNotWork if error.errno in _HOPELESS else TryLater
        )
        raise kind(f"{what}: {error.strerror or error}") from error


def write_new(path: Path, content: bytes) -> None:
    """Write a file so that it appears whole under its name or not at all, even if the power fails.

    An existing file of that name is replaced.
    """
    draft = path.with_name(f".{path.name[:40]}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def move_aside(source: Path, target: Path) -> bool:
    """Move `source` to `target` unless something lies there already; say whether it was moved.

    Both are on the same file system.  A move that was cut between its two halves is finished by the next.
    """
    try:
        os.link(source, target)
    except FileExistsError:
        if not source.samefile(target):
            return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if target.exists():
            return False
        source.rename(target)
    source.unlink(missing_ok=True)
    sync_folder(target.parent)
    sync_folder(source.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_being_written(path: Path, *, settle: timedelta, now: Callable[[], datetime]) -> bool:
    """Say whether somebody is still writing the file at `path`.

    The kernel knows who holds a file open for writing; asking it for a read lease is the question.  Where
    it cannot tell (network shares, somebody else's file, other systems), and for a file that is still
    empty, one that was changed less than `settle` ago counts as unfinished.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        nobody_writes = _lease(descriptor)
        if nobody_writes is False:
            return True
        status = os.fstat(descriptor)
        if nobody_writes and status.st_size:
            return False
        changed = datetime.fromtimestamp(status.st_mtime, UTC)
        return timedelta(0) <= now() - changed < settle
    finally:
        os.close(descriptor)


def _lease(descriptor: int) -> bool | None:
    """Say whether nobody writes; None when the kernel will not tell."""
    if not hasattr(fcntl, "F_SETLEASE"):
        return None
    try:
        # Whoever opens the file during the lease makes the kernel signal us: choose one that is ignored.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return False if error.errno == errno.EAGAIN else None
    return True
