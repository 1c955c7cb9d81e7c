"""One case from the first mail to the sealed archive, on Word forms, with staff who answer everything."""

from agent.domain.case import CaseId, CaseStatus
from agent.service.happenings import What
from tests.journeys.conftest import Course
from tests.journeys.stage import stage


def test_a_case_runs_from_mail_to_archive(course: Course) -> None:
    """Every stage of process.md is passed, nothing fails, and no mail waits for a person."""
    with stage(course.end) as (house, _), house.look() as work:
        case = work.cases.load(CaseId("XT-2026-0001"))
    assert case is not None
    assert case.status is CaseStatus.CLOSED
    assert case.archive is not None
    assert case.archive.name.startswith("新品上市-")
    assert [each for each in course.told if each.what in {What.FAILED, What.CRASHED, What.UNSURE}] == []
    assert list((course.end / "Review").iterdir()) == []
