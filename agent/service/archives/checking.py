"""Check an archive with nothing but the archive: is it whole, is it unchanged, does it agree with itself?

A zip from a stranger is hostile input: nothing is unpacked, nothing is read further than its manifest
promises, and whatever is wrong becomes a finding.
"""

import os
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from agent.domain.words import Words
from agent.service.archives import agreement, names
from agent.service.archives.manifest import CASE, JOURNAL, LETTERS, MAILS, MANIFEST, SEAL, Manifest, Seal
from agent.service.archives.writing import EPOCH
from store.finding import Finding

_CHUNK = 1 << 20
_LARGEST = 256 << 20
"""Bytes of a manifest or data file that is read whole: more than the largest case has, less than memory."""
_END = 22
"""Bytes of the end of a zip that has no comment (APPNOTE.TXT, 4.3.16)."""
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
"""What `zipfile` raises over damage; RuntimeError is an encrypted member."""

_NO_ARCHIVE = Words(zh="不是本系统的归档文件，或已严重损坏", en="it is no archive of ours, or badly damaged")
_NO_SEAL = Words(zh="封印缺失或被改动", en="the seal is missing or has been changed")
_BROKEN_SEAL = Words(
    zh="清单与封印不符：封存后被改动", en="the manifest is not the one that was sealed: it was changed since"
)
_FORGED = Words(zh="封印不是由本库签发", en="the seal was not made by this store")
_LOST = Words(zh="清单所列的文件缺失", en="the manifest lists it and it is missing")
_EXTRA = Words(zh="清单中没有这个文件", en="the manifest does not list it")
_TWICE = Words(zh="同名文件出现多次", en="there are two files of this name")
_CHANGED = Words(zh="内容与清单不符", en="its content is not what the manifest says")
_UNREADABLE = Words(zh="文件已损坏，无法读取", en="it is damaged and cannot be read")
_ORDER = Words(zh="文件的先后次序被改动", en="the files are not in the order of the manifest")
_STRUCTURE = Words(
    zh="压缩包结构被改动（多余的数据、注释或属性）",
    en="the structure of the zip was changed (added data, comments or attributes)",
)
_NAME = Words(zh="文件名不安全", en="the name of this file is not safe to unpack")


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What an archive is, as far as it can be told, and everything that is wrong with it."""

    manifest: Manifest | None
    findings: tuple[Finding, ...]


def examine(file: Path, secret: bytes | None = None) -> Examined:
    """Check the archive `file`; nothing is written.

    Args:
        file: the zip.
        secret: the store's secret, when the question is also whether this store has sealed it.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            content = _whole(archive, MANIFEST)
            manifest = Manifest.parse(content)
            findings = tuple(_all(archive, file, content, manifest, secret))
    except (*_BROKEN, KeyError):
        return Examined(manifest=None, findings=(_finding("no-archive", file.name, _NO_ARCHIVE),))
    return Examined(manifest=manifest, findings=findings)


def _all(
    archive: zipfile.ZipFile, file: Path, content: bytes, manifest: Manifest | None, secret: bytes | None
) -> Iterator[Finding]:
    yield from _seal(archive, content, secret)
    yield from _structure(archive, file)
    if manifest is None:
        yield _finding("manifest", MANIFEST, _NO_ARCHIVE)
        return
    yield from _list(archive, manifest)
    damaged = list(_contents(archive, manifest))
    yield from damaged
    if not {each.where for each in damaged} & {CASE, JOURNAL, LETTERS, MAILS}:
        data = {name: _whole(archive, name) for name in (CASE, JOURNAL, LETTERS, MAILS)}
        yield from agreement.check(manifest, data)


def _seal(archive: zipfile.ZipFile, manifest: bytes, secret: bytes | None) -> Iterator[Finding]:
    try:
        found = Seal.parse(_whole(archive, SEAL))
    except (*_BROKEN, KeyError):
        found = None
    if found is None:
        yield _finding("no-seal", SEAL, _NO_SEAL)
    elif found.manifest != sha256(manifest).hexdigest():
        yield _finding("broken-seal", MANIFEST, _BROKEN_SEAL)
    elif secret is not None and found != Seal.over(manifest, secret):
        yield _finding("foreign-seal", SEAL, _FORGED)


def _structure(archive: zipfile.ZipFile, file: Path) -> Iterator[Finding]:
    """Find what hides between, before and behind the members, where `zipfile` does not look."""
    expected = 0
    with file.open("rb") as opened:
        for info in archive.infolist():
            header = _header(info)
            opened.seek(info.header_offset)
            plain = info.comment == b"" and info.date_time == EPOCH and _is_only_size(info.extra)
            found = opened.read(len(header))
            if not plain or info.header_offset != expected or _but_version(found) != _but_version(header):
                yield _finding("structure", info.filename, _STRUCTURE)
            expected = info.header_offset + len(header) + info.compress_size
        opened.seek(-_END, os.SEEK_END)
        ends = opened.read(4) == b"PK\x05\x06"
    if archive.comment or archive.start_dir != expected or not ends:
        yield _finding("structure", file.name, _STRUCTURE)


def _header(info: zipfile.ZipInfo) -> bytes:
    """Return the local header that a member must have; `zipfile` itself hardly looks at it."""
    plain = copy(info)
    plain.extra = b""
    return plain.FileHeader(zip64=info.file_size * 1.05 > zipfile.ZIP64_LIMIT)  # as `ZipFile.open` decides


def _but_version(header: bytes) -> bytes:
    """Leave out which version unpacks it: behind 4 GB the directory names another than the header does."""
    return header[:4] + header[6:]


def _is_only_size(extra: bytes) -> bool:
    """Say whether an extra field is empty, or only tells sizes beyond 4 GB (APPNOTE.TXT, 4.5.3)."""
    return not extra or (extra[:2] == b"\x01\x00" and int.from_bytes(extra[2:4], "little") == len(extra) - 4)


def _list(archive: zipfile.ZipFile, manifest: Manifest) -> Iterator[Finding]:
    listed = [*(member.path for member in manifest.members), MANIFEST, SEAL]
    there = archive.namelist()
    seen: set[str] = set()
    for name in there:
        if names.key(name) in seen:
            yield _finding("twice", name, _TWICE)
        seen.add(names.key(name))
        if not names.is_sound(name):
            yield _finding("name", name, _NAME)
    for name in sorted({*there} - {*listed}):
        yield _finding("extra", name, _EXTRA)
    for name in sorted({*listed} - {*there}):
        yield _finding("missing", name, _LOST)
    if there != listed and sorted(there) == sorted(listed):
        yield _finding("order", MANIFEST, _ORDER)


def _contents(archive: zipfile.ZipFile, manifest: Manifest) -> Iterator[Finding]:
    there = set(archive.namelist())
    for member in manifest.members:
        if member.path not in there:
            continue
        try:
            with archive.open(member.path) as opened:
                digest = _digest(opened, member.size)
        except _BROKEN:
            yield _finding("unreadable", member.path, _UNREADABLE)
            continue
        if digest != member.digest:
            yield _finding("changed", member.path, _CHANGED)
    for name in (CASE, JOURNAL, LETTERS, MAILS):
        if name not in there:
            yield _finding("missing", name, _LOST)


def _digest(opened: IO[bytes], size: int) -> str:
    """Return the digest of a file that must have `size` bytes; one that has others has none."""
    digest, left = sha256(), size
    while left > 0 and (chunk := opened.read(min(_CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest() if left == 0 and not opened.read(1) else ""


def _whole(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as opened:
        content = opened.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError(f"{name} is too large")
    return content


def _finding(code: str, where: str, say: Words) -> Finding:
    return Finding(code=code, where=where, say=say)
