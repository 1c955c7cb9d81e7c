"""One case from the first mail to the sealed archive, on Word forms, with staff who answer everything."""

from pathlib import Path

from agent.domain.case import CaseId, CaseStatus
from agent.service.happenings import Happening, What
from tests.journeys.stage import play, prepare, stage


def test_a_case_runs_from_mail_to_archive(tmp_path: Path) -> None:
    """Every stage of process.md is passed, nothing fails, and no mail waits for a person."""
    folder = tmp_path / "case"
    prepare(folder)
    told: list[Happening] = []
    play(folder, told=told)
    with stage(folder) as (house, _), house.look() as work:
        case = work.cases.load(CaseId("XT-2026-0001"))
    assert case is not None
    assert case.status is CaseStatus.CLOSED
    assert case.archive is not None
    assert case.archive.name.startswith("新品上市-")
    assert [each for each in told if each.what in {What.FAILED, What.CRASHED, What.UNSURE}] == []
    assert list((folder / "Review").iterdir()) == []
