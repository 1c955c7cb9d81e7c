"""The archive of a case that has ended."""

import io
import zipfile
from hashlib import sha256
from pathlib import Path

from agent.domain.case import FileRef
from agent.domain.effects import Seal
from agent.domain.errors import WillNotWork
from agent.domain.words import Words
from agent.letters.mime import file_name
from agent.service.house import House
from store.finding import Finding

_MANIFEST = "manifest.txt"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def seal(house: House, order: Seal) -> FileRef:
    """Build the archive of one case, keep it among the blobs, and name it.

    Raises:
        WillNotWork: there is no such case, or a blob is lost.
    """
    with house.turn(reading=True) as turn:
        case = turn.work.cases.load(order.case)
        if case is None:
            raise WillNotWork(f"there is no case {order.case}")
        entries = turn.work.journal.of_case(case.id)
        mails = turn.work.inbox.of_case(case.id)
        letters = turn.work.outbox.of_case(case.id)
        day = turn.world.workdays.day_of(entries[-1].at)
    parts = {f"mails/{mail.id:06}.eml": house.blobs.get(mail.digest) for mail in mails}
    for number, letter in enumerate(letters, 1):
        if letter.rendered is not None:
            parts[f"letters/{number:06}.eml"] = house.blobs.get(letter.rendered)
    parts["journal.txt"] = "\n".join(f"{entry.hash} {entry.because}" for entry in entries).encode()
    parts[_MANIFEST] = "\n".join(
        f"{sha256(content).hexdigest()}  {name}" for name, content in sorted(parts.items())
    ).encode()
    digest = house.blobs.put(_zip(parts))
    return FileRef(
        name=file_name(f"{case.title or case.id}-{day:%Y%m%d}.zip"),
        digest=digest,
        media_type="application/zip",
    )


def verify(file: Path) -> tuple[Finding, ...]:
    """Check an archive offline: every file is there and is what the manifest says."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        lines = [line.partition("  ") for line in parts.pop(_MANIFEST).decode().splitlines()]
    except (OSError, zipfile.BadZipFile, KeyError, ValueError):
        say = Words(zh="不是本系统的归档文件", en="it is no archive of ours")
        return (Finding(code="no-archive", where=file.name, say=say),)
    listed = {name: digest for digest, _, name in lines}
    wrong = [
        name
        for name in sorted({*parts, *listed})
        if sha256(parts.get(name, b"")).hexdigest() != listed.get(name)
    ]
    say = Words(zh="与清单不符", en="it is not what the manifest says")
    return tuple(Finding(code="changed", where=name, say=say) for name in wrong)


def _zip(parts: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts):
            archive.writestr(zipfile.ZipInfo(name, date_time=_EPOCH), parts[name])
    return whole.getvalue()
