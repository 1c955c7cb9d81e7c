"""Rows on paper: what was written beside a task is never told of another task."""

from functools import cache

import numpy as np

from agent.domain.answers import Answer, Evidence, Scalar, Trust, rows_of
from agent.domain.reading import Reading
from agent.domain.words import Language
from agent.letters.paper.draw import draw
from parsers.known import Known, Sent
from parsers.pages.page import Box
from parsers.reading import read_document
from parsers.scan.rows import in_order
from parsers.scan.sent import sent_sheet
from tests.paper import degrade, hands, sheets
from tests.paper.degrade import Level
from tests.paper.pages import PaperPage
from tests.unit.forms.filled import PEOPLE, SECRET, filled, form_of, order
from tests.word_files import REQUEST, TODAY

FORM = "acceptance"
TASKS = (
    {"no": "1", "task": "接口联调", "standard": "全部用例通过"},
    {"no": "2", "task": "样机试制", "standard": "三台样机可用"},
    {"no": "3", "task": "客户培训", "standard": "每班考核合格"},
)


@cache
def sent() -> Sent:
    """Return the acceptance of three tasks as it left us."""
    word = filled(FORM, Language.ZH, {"project_name": "网关上市", "tasks": TASKS})
    sheet = order(FORM, Language.ZH).sheet
    return Sent(sheet=sheet, word=word, pdf=draw(word, form_of(FORM), sheet, SECRET))


def known() -> Known:
    """Return what the reader knows when it may come back."""
    return Known(
        forms={FORM: form_of(FORM)},
        directory=PEOPLE,
        secret=SECRET,
        today=TODAY,
        sent={sent().sheet.code(SECRET): sent()},
    )


def places() -> dict[str, Box]:
    """Return where the cells are, those that we filled in among them."""
    sheet = sent_sheet(sent(), form_of(FORM), known())
    assert sheet is not None
    return {path: spot.box for path, spot in sheet.places.fields.items()}


def page() -> PaperPage:
    """Return its page as printed."""
    return sheets.rendered(sent().pdf)[0]


def covered(paper: PaperPage, box: Box) -> PaperPage:
    """Return a page on which glare has swallowed what was printed in a place."""
    pixels = paper.pixels.copy()
    left, top, right, bottom = (
        round(edge * paper.scale) for edge in (box.left, box.top, box.right, box.bottom)
    )
    pixels[top:bottom, left:right] = 255
    return PaperPage(pixels=np.ascontiguousarray(pixels), dpi=paper.dpi)


def read(paper: PaperPage) -> Reading:
    """Return what the scanned page says."""
    shot = degrade.degrade(paper, Level.CLEAN, seed=1)
    (reading,) = read_document(shot.content, shot.name, known())
    return reading


def answer(path: str, value: Scalar | None) -> Answer:
    """Return a taken answer, or that nothing stands there."""
    if value is None:
        return Answer(field=path, value=None, trust=Trust.ABSENT)
    return Answer(
        field=path, value=value, trust=Trust.LIKELY, evidence=(Evidence(place="p", words=str(value)),)
    )


def test_a_task_that_cannot_be_read_keeps_its_row_so_that_the_next_task_keeps_its_result() -> None:
    where = places()
    paper = page()
    for column in ("no", "task", "standard"):
        paper = covered(paper, where[f"tasks.1.{column}"].grown(-1.5))
    paper = hands.write(paper, where["tasks.2.note"].grown(-2), "两班未考", seed=3, size=11)
    said = {each.field: each for each in read(paper).answers.all}
    assert said["tasks.2.no"].value == "3"
    assert said["tasks.2.note"].trust is Trust.GUESS
    assert said["tasks.1.note"].trust is Trust.ABSENT
    assert [said[f"tasks.1.{column}"].value for column in ("no", "task")] == ["2", "样机试制"]


def test_a_row_in_which_we_had_printed_is_kept_and_a_printed_number_alone_keeps_none() -> None:
    read = {
        f"departments.{row}.asked": answer(f"departments.{row}.asked", value)
        for row, value in enumerate((None, "甲", None, "乙"))
    }
    ours = {"departments.0.department": "研发部", "departments.2.department": "3."}
    found = in_order(REQUEST, read, ours).answers
    assert [(each.field, each.value) for each in found.all if each.field.endswith("asked")] == [
        ("departments.0.asked", None),
        ("departments.1.asked", "甲"),
        ("departments.2.asked", "乙"),
    ]
    assert [row["asked"] for row in rows_of(found.values(), "departments")] == ["甲", "乙"]
