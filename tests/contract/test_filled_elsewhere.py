"""Faults that the benchmark of paper found (tests/benchmarks/paper.py), each with the seed that showed it."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from agent.domain.answers import Trust
from agent.domain.words import Language
from parsers.limits import STANDARD
from parsers.pages.places import locate
from parsers.pages.sent import sent_places
from parsers.pdf.words import read_words
from parsers.reading import read_document
from parsers.scan.album import Album
from parsers.scan.drift import Outcome, loose_drift
from parsers.scan.fields import read_fields
from parsers.scan.leaf import Leaf
from parsers.scan.pictures import Picture, open_pictures
from parsers.scan.register import register
from parsers.scan.upright import upright
from tests.benchmarks.paper_sheets import Issued, flattened, issued, known, on_paper, printed, typed
from tests.paper import ink
from tests.paper.degrade import Level, degrade
from tests.paper.pages import PaperPage
from tests.paper.sheets import Printed, rendered
from tests.word_files import replaced

_BODY = "word/document.xml"
FORMS = ("deliverable", "progress")


@pytest.fixture(scope="module")
def prints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Issued, Printed]]:
    """Return Word files as they were sent, printed by LibreOffice."""
    sheets = [issued(form, Language.ZH, 40 + number) for number, form in enumerate(FORMS)]
    made = printed(sheets, [sheet.word for sheet in sheets], tmp_path_factory.mktemp("prints"))
    return {sheet.form.id: (sheet, each) for sheet, each in zip(sheets, made, strict=True)}


def scanned(page: PaperPage) -> np.ndarray:
    """Return a page as the scanner in the corridor gives it, upright again."""
    opened = open_pictures(degrade(page, Level.OFFICE, 1).content, STANDARD)
    assert isinstance(opened, tuple)
    (picture,) = opened
    assert isinstance(picture, Picture)
    return upright(picture).pixels


def test_what_runs_over_the_edge_of_a_field_is_not_read_in_the_next_cell() -> None:
    """A date too long for its column is cut off by the viewer; its last character is text all the same."""
    sheet = issued("breakdown", Language.ZH, 25)
    (reading,) = read_document(flattened(typed(sheet)), "form.pdf", known(sheet))
    read = {each.field: each for each in reading.answers.all}
    for path in ("tasks.0.end", "tasks.0.support", "tasks.1.end", "tasks.1.support"):
        assert read[path].value == sheet.answers.truth[path]
        assert read[path].trust in {Trust.SURE, Trust.LIKELY}


@pytest.mark.parametrize("form", FORMS)
def test_a_print_of_the_word_file_is_not_laid_upon_the_pdf(
    form: str, prints: dict[str, tuple[Issued, Printed]]
) -> None:
    """Its rows stand a little elsewhere: an empty box would count as ticked.  The own print is laid."""
    sheet, word = prints[form]
    blank = on_paper(sheet.pdf)[0]
    assert register(scanned(rendered(word.pdf)[0]), blank.pixels) is None
    assert register(scanned(blank), blank.pixels) is not None


@pytest.mark.parametrize("form", FORMS)
def test_what_we_had_filled_in_is_not_missing_on_a_print_of_the_word_file(
    form: str, prints: dict[str, tuple[Issued, Printed]]
) -> None:
    """Given words are fixed text on both sides, and a header without ruled lines is no cell."""
    sheet, word = prints[form]
    pages = read_words(word.pdf, range(1, word.pages + 1), STANDARD)
    places = locate(pages, sheet.form, sheet.language)
    nothing = np.zeros((1, 1, 3), np.uint8)
    leaves = tuple(Leaf(page=page, pixels=nothing, scale=1.0) for page in pages)
    found = loose_drift(leaves, places, sheet.sent, sheet.form, known(sheet), lacks=False)
    assert found == Outcome()


@pytest.mark.parametrize(
    ("was", "now"),
    [("随后由协作部门负责人确认", "随后由任务责任人确认"), ("可键入姓名", "不可键入姓名"), ("", "")],
)
def test_an_edited_term_on_a_scanned_print_of_the_word_file_is_told(
    was: str, now: str, tmp_path: Path
) -> None:
    """LibreOffice prints what somebody edited; a clause, one character, and nothing at all."""
    sheet = issued("deliverable", Language.ZH, 60)
    with ZipFile(BytesIO(sheet.word)) as archive:
        body = archive.read(_BODY).decode()
    assert was in body
    edited = replaced(sheet.word, {_BODY: body.replace(was, now, 1).encode()}) if was else sheet.word
    (made,) = printed([sheet], [edited], tmp_path)
    scan = degrade(rendered(made.pdf)[0], Level.OFFICE, 7)

    (reading,) = read_document(scan.content, scan.name, known(sheet))

    assert [now in each.returned.replace(" ", "") for each in reading.drift] == ([True] if was else [])
    assert reading.uncompared == ()


@pytest.mark.parametrize(("off", "trust"), [(0.05, Trust.LIKELY), (0.4, Trust.GUESS)])
def test_ticks_on_a_page_that_lies_badly_upon_what_was_sent_are_asked_about(off: float, trust: Trust) -> None:
    """On an awful photo the frame of an empty box was taken for a tick, without asking."""
    sheet = issued("deliverable", Language.ZH, 300)
    pages, places = sent_places(sheet.pdf)
    blank = on_paper(sheet.pdf)[0]
    ticked = ink.tick(blank, places.options["conclusion"]["agree"].box, seed=3)
    leaf = Leaf(page=pages[0], pixels=ticked.pixels, scale=blank.scale, blank=blank.pixels, off=off)
    only = replace(places, fields={"conclusion": places.fields["conclusion"]})
    found = read_fields((leaf,), only, sheet.form, known(sheet), Album(limits=STANDARD))
    answer = found.answers.get("conclusion")
    assert answer is not None
    assert (answer.value, answer.trust) == ("agree", trust)
