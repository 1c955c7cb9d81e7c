"""One daemon per machine and store: the second one is refused (`store.alone` looks beyond the machine).

The lock is the kernel's (flock): it falls with the process, however that ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from agent.domain.errors import StoreAway, TryLater


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold the lock file `lock` for the length of the block.

    Raises:
        TryLater: another process holds it; the message names its process number.
        StoreAway: the disk is full or lets nobody write.
    """
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreAway(f"{lock} cannot be written: {error.strerror}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
            raise TryLater(f"another daemon works on this store (process {holder or 'unknown'})") from error
        with suppress(OSError):  # a full disk: the number is for people, the lock holds without it
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
