"""The whole case, played once by staff who answer everything, for every test that looks at its end."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.service.happenings import Happening
from tests.journeys.stage import play, prepare


@dataclass(frozen=True)
class Course:
    """A case before its first mail was read, the same case at its end, and what happened in between."""

    beginning: Path
    end: Path
    told: tuple[Happening, ...]


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Play the case from the first mail to its archive, on real Word files; look at it, change nothing."""
    folder = tmp_path_factory.mktemp("course")
    beginning, end = folder / "beginning", folder / "end"
    prepare(beginning)
    shutil.copytree(beginning, end)
    told: list[Happening] = []
    play(end, told=told)
    return Course(beginning=beginning, end=end, told=tuple(told))
