"""The archive of a case that has ended: built, checked, kept among the blobs and where people find it."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path

from agent.domain.case import FileRef
from agent.domain.effects import Seal
from agent.domain.errors import TryLater, WillNotWork
from agent.domain.words import Language
from agent.letters.mime import one_line
from agent.service.archives.checking import examine
from agent.service.archives.data import data_of
from agent.service.archives.enclosures import Enclosures
from agent.service.archives.holdings import collect
from agent.service.archives.index import NAMES, index_file
from agent.service.archives.layout import Layout
from agent.service.archives.manifest import Kind, Manifest
from agent.service.archives.names import part
from agent.service.archives.parts import Holdings, Made, Part
from agent.service.archives.writing import write
from agent.service.house import House, Turn
from agent.service.rendering import filled
from store.chain import Head

FOLDER = "archives"
"""Beside the store; one folder a case, so that projects of one name and day do not meet."""
_LONGEST_TITLE = 60


def seal(house: House, order: Seal) -> FileRef:
    """Build the archive of one case, check it, keep it, and name it.

    What has not changed since gives the same bytes, so a repetition after a crash is harmless.

    Raises:
        WillNotWork: there is no such case, a blob is lost, or what was built does not verify.
        TryLater: the disk is full or fails.
    """
    with house.turn(reading=True) as turn:
        held = collect(turn, order)
        manifest = about(held)
        parts = _parts(turn, held, manifest)
    name = f"{part(held.case.title or held.case.id, _LONGEST_TITLE)}-{manifest.day:%Y%m%d}.zip"
    folder = house.folder / FOLDER / part(held.case.id)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        digest = _build(house, folder / name, parts, manifest)
    except OSError as error:
        raise TryLater(f"the archive of {order.case} cannot be written: {error}") from error
    return FileRef(name=name, digest=digest, media_type="application/zip")


def about(held: Holdings) -> Manifest:
    """Return the manifest without its files; all of it is taken from the last decision of the case."""
    case, last = held.case, held.entries[-1]
    return Manifest(
        case=case.id,
        title=one_line(case.title),
        status=case.status.value,
        language=case.language,
        sealed=last.at,
        day=held.world.workdays.day_of(last.at),
        retention=held.order.retention,
        legal_hold=held.order.legal_hold,
        order=held.order.key,
        entries=len(held.entries),
        head=Head(seq=last.seq, hash=last.hash),
        members=(),
    )


def _parts(turn: Turn, held: Holdings, manifest: Manifest) -> tuple[Part, ...]:
    then = replace(turn, world=held.world)
    records = tuple((each, filled(then, each, held.process, held.case)) for each in held.order.forms)
    layout = Layout(held, Enclosures(turn.house.blobs))
    parts = (*layout.place(records), *data_of(held, layout))
    indexes = (
        Part(
            path=NAMES[language],
            kind=Kind.INDEX,
            source=Made(index_file(language, held, manifest, parts)),
            about=held.process.title,
        )
        for language in Language
    )
    return (*indexes, *parts)


def _build(house: House, target: Path, parts: tuple[Part, ...], manifest: Manifest) -> str:
    """Write, check, keep and publish: whoever sees the file under its name sees all of it."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".draft")
    draft = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            write(file, parts, manifest, house.blobs, house.secret)
            file.flush()
            os.fsync(file.fileno())
        found = examine(draft, house.secret).findings
        if found:
            raise WillNotWork(f"the archive does not verify: {found[0].say.en} ({len(found)} findings)")
        digest = house.blobs.put_file(draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return digest
