"""What the same work costs at least: parsing a mail with everybody's libraries, and the syncs alone."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from io import BytesIO
from pathlib import Path
from stat import S_ISDIR
from time import perf_counter, process_time
from zipfile import ZipFile

from lxml import etree
from sqlalchemy import Engine, PoolProxiedConnection

_ZIP = b"PK\x03\x04"
_HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References")
_COMMIT = b"\0" * 16 * 1024
"""About what one transaction of ours appends to the write-ahead log: four pages."""


def seconds(work: Callable[..., object], *args: object) -> float:
    """Return how long `work` takes with `args`."""
    start = perf_counter()
    work(*args)
    return perf_counter() - start


def both_seconds(work: Callable[..., object], *args: object) -> tuple[float, float]:
    """Return how long `work` takes on the wall, and how much CPU time of this process."""
    start, used = perf_counter(), process_time()
    work(*args)
    return perf_counter() - start, process_time() - used


def cpu_seconds(work: Callable[..., object], *args: object) -> float:
    """Return how much CPU time of this process `work` takes."""
    return both_seconds(work, *args)[1]


def children() -> list[int]:
    """Return the processes that this one has started and that still run (Linux)."""
    mine = os.getpid()
    return [int(each) for each in Path(f"/proc/{mine}/task/{mine}/children").read_text("ascii").split()]


def cpu_of_children() -> float:
    """Return the CPU seconds that they have used so far."""
    return (
        sum(int(Path(f"/proc/{each}/schedstat").read_text("ascii").split()[0]) for each in children()) / 1e9
    )


def parse_mail(raw: bytes) -> int:
    """Parse a mail, unpack its Word files and parse their XML, keeping nothing; return how many parts."""
    message = BytesParser(policy=policy.default).parsebytes(raw)
    for name in _HEADERS:
        message.get_all(name)
    count = 0
    for part in message.walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            count += 1
            if content.startswith(_ZIP):
                count += parse_word(content)
    return count


def parse_word(content: bytes) -> int:
    """Unpack a Word file and parse every XML part of it; return how many parts."""
    with ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        for name in names:
            part = archive.read(name)
            if name.endswith((".xml", ".rels")):
                etree.fromstring(part)
    return len(names)


@dataclass(slots=True)
class Syncs:
    """What was made durable while somebody counted."""

    files: list[int] = field(default_factory=list)
    """The size of each synced file."""
    folders: int = 0
    commits: int = 0
    waited: float = 0.0
    """Seconds."""

    @property
    def count(self) -> int:
        """Return how often the disk was waited for."""
        return len(self.files) + self.folders + self.commits

    def play(self, folder: Path) -> None:
        """Ask the disk for the same again, and for nothing else."""
        log = folder / "log"
        with log.open("ab") as file:
            for _ in range(self.commits):
                file.write(_COMMIT)
                file.flush()
                os.fdatasync(file.fileno())
        for number, size in enumerate(self.files):
            with (folder / f"{number}").open("wb") as file:
                file.write(os.urandom(size))
                file.flush()
                os.fsync(file.fileno())
        for _ in range(self.folders):
            (folder / "renamed").write_bytes(b"")
            (folder / "renamed").replace(folder / "again")
            handle = os.open(folder, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)


@contextmanager
def counting(engine: Engine) -> Iterator[Syncs]:
    """Count the syncs of this process within the block.

    SQLite in WAL with FULL waits for the disk once per commit; `os.fsync` is what everything else uses.
    The wait is measured as it happens, so that a disk that others use as well spoils no ratio.
    Checkpoints (every 1,000 pages or so) are not counted: they are part of what our mail costs.
    """
    syncs = Syncs()
    fsync, commit = os.fsync, engine.dialect.do_commit

    def counted(handle: int) -> None:
        start = perf_counter()
        fsync(handle)
        syncs.waited += perf_counter() - start
        status = os.fstat(handle)
        if S_ISDIR(status.st_mode):
            syncs.folders += 1
        else:
            syncs.files.append(status.st_size)

    def committed(dbapi_connection: PoolProxiedConnection) -> None:
        start = perf_counter()
        commit(dbapi_connection)
        syncs.waited += perf_counter() - start
        syncs.commits += 1

    os.fsync = counted  # type: ignore[assignment] # it takes what we are given: descriptors
    engine.dialect.do_commit = committed  # type: ignore[method-assign]
    try:
        yield syncs
    finally:
        os.fsync = fsync
        engine.dialect.do_commit = commit  # type: ignore[method-assign]
