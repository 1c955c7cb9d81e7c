"""What the tests of archives share: one order, and short ways to what lies in an archive."""

import zipfile
from pathlib import Path

from agent.domain.case import CaseId, FileRef
from agent.domain.effects import Seal
from agent.service import rounds
from agent.service.archives.checking import examine
from agent.service.archives.manifest import Kind, Manifest
from tests.houses import Company, mail

CASE_1 = CaseId("XT-2026-0001")
ORDER = Seal(key=f"{CASE_1}/seal", case=CASE_1, retention="10 years")


def manifest_of(file: Path) -> Manifest:
    """Return the manifest of an archive that must be whole."""
    found = examine(file)
    assert found.findings == ()
    assert found.manifest is not None
    return found.manifest


def of_kind(file: Path, *kinds: Kind) -> dict[str, bytes]:
    """Return the files of some kinds, by their paths."""
    with zipfile.ZipFile(file) as opened:
        return {m.path: opened.read(m.path) for m in manifest_of(file).members if m.kind in kinds}


def kept_at(here: Company, ref: FileRef) -> Path:
    """Return where people find an archive."""
    return here.house.folder / "archives" / CASE_1 / ref.name


def started(here: Company, *files: tuple[str, bytes]) -> None:
    """Let somebody begin a case with a mail that carries `files`."""
    here.write(mail(files=files))
    rounds.until_quiet(here.house)
