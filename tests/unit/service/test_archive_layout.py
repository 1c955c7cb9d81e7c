"""Where things lie: each sheet in the folder of its stage, step, seat and round, disputes among them."""

from pathlib import Path

import pytest

from agent.domain.effects import Seal
from agent.service.archives.enclosures import Enclosures
from agent.service.archives.layout import Layout
from agent.service.archives.manifest import Kind
from agent.service.archives.names import is_sound
from agent.service.archives.parts import Holdings
from store.blobs import Blobs
from store.chain import START, Entry
from tests.course import CASE, CONFIRM, Course, executing, requested
from tests.unit.core.test_disputes import ruling


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    """Return an empty folder of blobs: places are found without looking into files."""
    return Blobs(tmp_path)


def _paths(course: Course, blobs: Blobs, *kinds: Kind) -> list[str]:
    entries = tuple(
        Entry(
            seq=number,
            at=event.at,
            case=CASE,
            cause="",
            event="",
            because="",
            process="",
            world="",
            after="",
            effects="[]",
            of_case=START,
            prev=START,
        )
        for number, event in enumerate(course.events, 1)
    )
    held = Holdings(
        order=Seal(key="seal", case=CASE, retention=""),
        case=course.case,
        process=course.process,
        world=course.world,
        entries=entries,
        events=tuple(course.events),
        mails=(),
        letters=(),
        pdfs={},
    )
    parts = Layout(held, Enclosures(blobs)).place(())
    assert all(is_sound(each.path) for each in parts)
    return [each.path for each in parts if each.kind in kinds]


def test_a_returned_form_lies_with_its_stage_step_and_seat(blobs: Blobs) -> None:
    """The folders read like the process: stage, step, who, which round."""
    paths = _paths(executing(), blobs, Kind.RETURNED)
    assert paths[0] == "01 需求发起与接收/01 填写协同需求/第1次/收回 1 2026-03-02 0900 form.docx"
    assert paths[1] == "01 需求发起与接收/02 需求确认/研发部 第1次/收回 1 2026-03-02 0900 form.docx"
    assert "02 协同方案制定/03 任务分工会签/生产部 第1次" in {p.rpartition("/")[0] for p in paths}


def test_a_form_returned_again_lies_beside_the_first(blobs: Blobs) -> None:
    """Nothing is replaced: a correction is the second return of its sheet."""
    course = requested()
    course.returns("li", "confirm/研发部/1", {"conclusion": "confirm"})
    course.returns("li", "confirm/研发部/1", CONFIRM | {"lead": "liu@example.com"}, "head")
    paths = [p for p in _paths(course, blobs, Kind.RETURNED, Kind.READ) if "研发部" in p]
    assert [path.rpartition("/")[2] for path in paths] == [
        "收回 1 2026-03-02 0900 form.docx",
        "识别结果 1.json",
        "收回 2 2026-03-02 0900 form.docx",
        "识别结果 2.json",
    ]


def test_a_dispute_has_a_folder_of_its_own(blobs: Blobs) -> None:
    """The rungs of a ladder lie behind the stages, each seat with its ruling."""
    course = requested()
    course.returns("li", "confirm/研发部/1", {"conclusion": "decline", "reason": "人手不足"}, "head")
    item = next(n for n in course.open_items() if n.startswith("dispute/"))
    course.returns("wang", item, ruling("uphold"), "ruler")
    paths = [p for p in _paths(course, blobs, Kind.RETURNED) if p.startswith("05 问题升级/")]
    assert len(paths) == 1
    assert "第1次/收回 1" in paths[0]
