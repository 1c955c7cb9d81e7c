"""Archives taken apart and put together again, with one thing changed: what a forger with a zip tool does."""

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from agent.service.archives.manifest import MANIFEST, SEAL, Manifest, Seal
from agent.service.archives.writing import EPOCH


def members(archive: Path) -> dict[str, bytes]:
    """Return every file of an archive, in its order."""
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def pack(target: Path, files: Mapping[str, bytes]) -> Path:
    """Write `files` as an archive does, only faster."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(entry(name), content, compresslevel=0)
    return target


def entry(name: str) -> zipfile.ZipInfo:
    """Return the head of a file as an archive has it."""
    info = zipfile.ZipInfo(name, date_time=EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def sealed_anew(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return `files` with a manifest and a seal that agree with them, as one makes who knows our format."""
    manifest = Manifest.parse(files[MANIFEST])
    assert manifest is not None
    known = {member.path: member for member in manifest.members}
    anew = replace(
        manifest,
        members=tuple(
            replace(known[name], size=len(content), digest=sha256(content).hexdigest())
            for name, content in files.items()
            if name in known
        ),
    ).to_bytes()
    return {**files, MANIFEST: anew, SEAL: Seal.over(anew, b"a forger's secret").to_bytes()}
