"""Write the zip of an archive: streamed, sealed, the same bytes every time."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import IO

from agent.domain.errors import WillNotWork
from agent.service.archives.enclosures import Enclosures
from agent.service.archives.manifest import MANIFEST, SEAL, Manifest, Member, Seal
from agent.service.archives.parts import Blob, Enclosed, Made, Part
from store.blobs import Blobs

EPOCH = (1980, 1, 1, 0, 0, 0)
"""A zip can hold no earlier moment; the true ones are in the manifest and in the files' names."""
_CHUNK = 1 << 20
_PLAIN_FILE = 0o100644 << 16


def write(file: IO[bytes], parts: Iterable[Part], about: Manifest, blobs: Blobs, secret: bytes) -> Manifest:
    """Write the archive to an empty, seekable `file` and return its manifest.

    Args:
        file: where it goes; never more than a chunk of it, or one letter, is held in memory.
        parts: what goes in; they are put in the order of their paths.
        about: the manifest without members.
        blobs: where the parts' bytes are.
        secret: the store's secret, for the seal's code.

    Raises:
        WillNotWork: a blob is lost or has been changed.
    """
    enclosures = Enclosures(blobs)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        ordered = sorted(parts, key=lambda each: each.path)
        members = tuple(_add(archive, each, blobs, enclosures) for each in ordered)
        manifest = replace(about, members=members)
        content = manifest.to_bytes()
        for name, what in ((MANIFEST, content), (SEAL, Seal.over(content, secret).to_bytes())):
            archive.writestr(_info(name, len(what)), what)
    return manifest


def _add(archive: zipfile.ZipFile, part: Part, blobs: Blobs, enclosures: Enclosures) -> Member:
    digest, size = sha256(), 0
    with (
        _opened(part, blobs, enclosures) as (source, expected),
        archive.open(_info(part.path, expected), "w") as member,
    ):
        for chunk in _chunks(source):
            digest.update(chunk)
            size += len(chunk)
            member.write(chunk)
    found = digest.hexdigest()
    if isinstance(part.source, Blob) and found != part.source.digest:
        raise WillNotWork(f"blob {part.source.digest} has been changed")
    return Member(path=part.path, kind=part.kind, size=size, digest=found)


@contextmanager
def _opened(part: Part, blobs: Blobs, enclosures: Enclosures) -> Iterator[tuple[IO[bytes], int]]:
    """Give the bytes of a part and how many there are."""
    match part.source:
        case Blob(digest):
            path: Path = blobs.path(digest)
            try:
                with path.open("rb") as file:
                    yield file, path.stat().st_size
            except FileNotFoundError as error:
                raise WillNotWork(f"blob {digest} is missing") from error
        case Enclosed(letter, position):
            content = enclosures.get(letter, position)
            yield io.BytesIO(content), len(content)
        case Made(content):
            yield io.BytesIO(content), len(content)


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK):
        yield chunk


def _info(path: str, size: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, date_time=EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3  # the names are UTF-8 and the mode is that of a plain file, wherever it is written
    info.external_attr = _PLAIN_FILE
    info.file_size = size  # decides whether the header is of the large kind
    return info
