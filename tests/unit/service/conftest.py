"""One whole case, played once for every test that looks at its archive."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.domain.case import Case, CaseId
from tests.journeys.stage import play, prepare, stage


@dataclass(frozen=True)
class Played:
    """Where a case was played to its end, and its archive as people find it."""

    folder: Path
    case: Case
    archive: Path


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Play a case from the first mail to the archive, on real Word files."""
    folder = tmp_path_factory.mktemp("archived") / "case"
    prepare(folder)
    play(folder)
    with stage(folder) as (house, _), house.look() as work:
        case = work.cases.load(CaseId("XT-2026-0001"))
        root = house.folder
    assert case is not None
    assert case.archive is not None
    return Played(folder=folder, case=case, archive=root / "archives" / case.id / case.archive.name)
