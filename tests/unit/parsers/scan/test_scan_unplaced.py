"""What stands in a place that was not found is asked about, never read as nothing."""

from dataclasses import replace
from functools import cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw

from agent.domain.answers import Answer, Trust
from agent.domain.words import Language
from parsers.known import Known, Sent
from parsers.limits import STANDARD
from parsers.pages.page import Box, Places, Spot
from parsers.pages.places import locate
from parsers.reading import read_document
from parsers.scan.album import Album
from parsers.scan.fields import read_fields
from parsers.scan.leaf import Leaf
from parsers.scan.leaves import as_it_is
from parsers.scan.sent import is_given
from parsers.scan.side import Side
from parsers.scan.unplaced import Unplaced, is_printed, unplaced
from tests.paper import degrade, sheets
from tests.paper.degrade import Level
from tests.paper.sheets import Order
from tests.unit.forms.filled import PEOPLE, SECRET, form_of
from tests.word_files import TODAY

FORM = "progress"
WORDS = tuple(
    (f"tasks.{row}.{column}", words)
    for row, cells in enumerate((("进行中", "45", "2026-03-20"), ("已完成", "100", "2026-03-01")))
    for column, words in zip(("status", "percent", "done_when"), cells, strict=True)
)


ORDER = Order(FORM, Language.ZH, WORDS, 1)


@cache
def shot() -> tuple[Image.Image, float]:
    """Return a scan of a progress report that LibreOffice filled in and printed, and its pixels per point."""
    page = sheets.filled_all((ORDER,))[0].page(1, 200)
    content = degrade.degrade(page, Level.CLEAN, seed=1).content
    return Image.open(BytesIO(content)).convert("RGB"), page.scale


@cache
def leaf() -> Leaf:
    """Return the scan as a page, as it is."""
    image, scale = shot()
    pixels = np.ascontiguousarray(np.asarray(image, dtype=np.uint8)[:, :, ::-1])
    return as_it_is(Side(came=1, pixels=pixels, scale=scale), 1)


@cache
def found() -> Places:
    """Return where its fields are."""
    return locate((leaf().page,), form_of(FORM), Language.ZH)


def without(*names: str) -> Places:
    """Return the places as if a seal lay on the frames of some."""
    return replace(found(), fields={name: spot for name, spot in found().fields.items() if name not in names})


def read(places: Places, lost: Unplaced) -> dict[str, Answer]:
    """Return what is read when only these places were found."""
    known = Known(forms={FORM: form_of(FORM)}, directory=PEOPLE, secret=SECRET, today=TODAY)
    album = Album(limits=STANDARD)
    done = read_fields((leaf(),), places, form_of(FORM), known, album, lost)
    answers = {each.field: each for each in done.answers.all}
    for answer in answers.values():
        assert not answer.picture or answer.picture in album.pictures
    return answers


def test_a_cell_whose_frame_a_seal_hides_is_read_where_its_row_and_column_cross_and_asked_about() -> None:
    hidden = ("tasks.0.percent", "tasks.0.done_when", "tasks.1.risk")
    assert set(hidden) <= set(found().fields)
    places = without(*hidden)
    said = read(places, unplaced(form_of(FORM), places, None))
    for path, value in (("tasks.0.percent", "45"), ("tasks.0.done_when", "2026-03-20")):
        assert (str(said[path].value), said[path].trust) == (value, Trust.GUESS)
    assert said["tasks.0.percent"].picture
    assert said["tasks.1.risk"].trust is Trust.ABSENT
    assert str(said["tasks.1.percent"].value) == "100"


def test_a_table_whose_header_runs_into_its_first_row_is_asked_about_cell_by_cell() -> None:
    """In a shadow the rules of a grey header are too pale: no row was found, and none was asked about."""
    page = leaf().page
    top = min(spot.box.top for path, spot in found().fields.items() if path.startswith("tasks."))
    merged = [each for each in page.cells if abs(each.bottom - top) > 5.0]
    places = locate((replace(page, cells=tuple(merged)),), form_of(FORM), Language.ZH)
    assert not any(path.startswith("tasks.") for path in places.fields)

    asked = {
        path for path in found().fields if path.startswith("tasks.") and not is_given(form_of(FORM), path)
    }
    lost = unplaced(form_of(FORM), places, found())
    assert set(lost.fields) == asked
    look = lost.fields["tasks.0.percent"].box
    assert look.common(found().fields["tasks.0.percent"].box) > 0
    said = read(places, lost)
    assert {path for path, each in said.items() if each.trust is Trust.GUESS} >= asked
    assert said["tasks.0.percent"].problem == "no_place"
    assert said["tasks.0.percent"].picture


def test_a_column_of_which_no_cell_was_found_is_asked_about_in_the_rows_that_are_filled_in() -> None:
    """Its header and the one beside it were not legible; nothing said that there was a column at all."""
    column = {path for path in found().fields if path.endswith(".percent")}
    places = without(*column)
    lost = unplaced(form_of(FORM), places, found())
    assert set(lost.fields) == column
    row = lost.fields["tasks.0.percent"].box
    assert row.common(found().fields["tasks.0.percent"].box) == found().fields["tasks.0.percent"].box.area
    said = read(places, lost)
    assert (said["tasks.0.percent"].trust, said["tasks.0.percent"].problem) == (Trust.GUESS, "no_place")
    empty = {path: replace(spot, box=Box(20, 20, 60, 34)) for path, spot in places.fields.items()}
    nobody = read(replace(places, fields=empty), lost)
    assert not [path for path, each in nobody.items() if each.problem == "no_place"]


def test_of_a_table_that_was_never_seen_as_sent_the_rows_of_an_empty_form_are_asked_about() -> None:
    places = without(*(path for path in found().fields if path.startswith("tasks.")))
    lost = unplaced(form_of(FORM), places, None)
    assert "tasks.0.percent" in lost.fields
    assert "tasks.0.task" not in lost.fields, "people only read it"


def test_where_nothing_at_all_was_found_the_whole_page_is_shown() -> None:
    nothing = Places(fields={}, slots={}, dates={}, options={})
    assert not unplaced(form_of(FORM), nothing, found()).fields, "there is no page to show"
    lost = unplaced(form_of(FORM), nothing, found(), leaf().page)
    assert "tasks.1.percent" in lost.fields
    assert lost.fields["tasks.1.percent"].box.area == leaf().page.width * leaf().page.height


def test_an_answer_in_two_cells_that_run_together_is_asked_about_and_is_no_text_that_was_put_in() -> None:
    """A seal lay on the rule between them; what stood there was read, and told as added, too."""
    image, scale = shot()
    left, right = (found().fields[f"tasks.0.{name}"].box for name in ("percent", "done_when"))
    rule = (left.right - 2.5, left.top + 0.5, right.left + 2.5, left.bottom - 0.5)
    shown = image.copy()
    ImageDraw.Draw(shown).rectangle([round(side * scale) for side in rule], fill=(255, 255, 255))
    out = BytesIO()
    shown.save(out, "PNG", dpi=(200, 200))
    copy = Sent(sheet=ORDER.sheet, word=ORDER.sent())
    known = Known(
        forms={FORM: form_of(FORM)},
        directory=PEOPLE,
        secret=SECRET,
        today=TODAY,
        sent={ORDER.sheet.code(SECRET): copy},
    )
    (reading,) = read_document(out.getvalue(), "scan.png", known)
    said = {each.field: each for each in reading.answers.all}
    assert (str(said["tasks.0.done_when"].value), said["tasks.0.done_when"].trust) == (
        "2026-03-20",
        Trust.GUESS,
    )
    assert reading.drift == ()


def test_what_people_only_read_is_missed_by_nobody() -> None:
    lost = unplaced(form_of(FORM), without("owner", "tasks.0.no", "tasks.0.task"), None)
    assert (lost.cells, lost.fields) == ({}, {})


def test_a_field_without_a_place_is_asked_about_with_the_part_of_the_page_where_it_must_be() -> None:
    form = form_of("confirmation")
    spots = {
        name: Spot(page=1, box=Box(100, 100 + 40 * at, 500, 130 + 40 * at))
        for at, name in enumerate(each.id for each in form.fields)
    }
    places = Places(fields=dict(spots), slots={}, dates={}, options={})
    del places.fields["people"]
    lost = unplaced(form, places, None)
    assert list(lost.fields) == ["people"]
    assert lost.fields["people"].box.common(spots["people"].box) == spots["people"].box.area
    assert not unplaced(form, places, places).fields, "it had no place when it was sent, either"
    said = read(found(), Unplaced(fields={"week": found().fields["week"]}))["week"]
    assert (said.value, said.trust, said.problem) == (None, Trust.GUESS, "no_place")
    assert said.picture


def test_a_label_that_stands_where_an_answer_was_sought_is_no_answer() -> None:
    """The frame of a label was lost, and the place below it was taken; a heading stood there."""
    heading = next(word.box for word in leaf().page.words if word.text.startswith("任务进展"))
    places = replace(found(), fields={**found().fields, "tasks.0.help": Spot(page=1, box=heading.grown(3.0))})
    said = read(places, Unplaced())["tasks.0.help"]
    assert (said.value, said.trust, said.problem) == (None, Trust.GUESS, "no_place")
    assert is_printed("任务进展 *\nHelp needed", form_of(FORM))
    assert not is_printed("任务进展顺利", form_of(FORM))
