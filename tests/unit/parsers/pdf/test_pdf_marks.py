"""What is written, drawn or stuck upon the fields of a PDF is seen, and never read as an empty field."""

import sys
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from agent.domain.answers import Answer, Trust
from agent.domain.forms import Kind
from agent.domain.reading import DriftKind, Reading
from parsers.pages.page import Box, PageWord, Spot
from parsers.pages.sent import sent_places
from parsers.pdf.form import read_pdf
from tests.pdf_files import answers_to, edited, filled_in, flattened, house, sent
from tests.tablets import annotated, by_hand, commented, stroked, typed
from tests.unit.forms.filled import form_of

FIELD = "highlights"
"""A text over several lines of `summary`."""


def place(name: str, path: str) -> Spot:
    return sent_places(sent(name).pdf)[1].fields[path]


def read(pdf: bytes, name: str = "summary") -> Reading:
    (reading,) = read_pdf(pdf, "表格.pdf", house(sent(name)))
    return reading


def answer(reading: Reading, path: str = FIELD) -> Answer:
    found = reading.answers.get(path)
    assert found is not None
    return found


def is_shown(reading: Reading, found: Answer) -> bool:
    """Say whether an answer brings a crop of its page that a mail can show."""
    with Image.open(BytesIO(reading.pictures[found.picture])) as picture:
        return 100 < picture.width <= 600


@pytest.mark.parametrize("flat", [True, False])
def test_what_was_written_with_a_pen_on_a_tablet_is_read_and_asked_about(*, flat: bool) -> None:
    """The pen's picture lies on the page, whether its form fields are there still or were drawn into it."""
    blank = sent("summary").pdf
    pdf = by_hand(flattened(blank) if flat else blank, place("summary", FIELD), "按期上线")
    reading = read(pdf)
    found = answer(reading)

    assert found.trust is Trust.GUESS
    assert len(set(str(found.value)) & set("按期上线")) >= 2
    assert is_shown(reading, found)
    assert {each.field for each in reading.answers.all if each.trust is Trust.GUESS} == {FIELD}


def test_without_ocr_the_crop_goes_to_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is writing, and nobody here can read it: that is said, and shown."""
    monkeypatch.setitem(sys.modules, "parsers.scan.of_pdf", None)
    reading = read(by_hand(flattened(sent("summary").pdf), place("summary", FIELD), "按期上线"))
    found = answer(reading)

    assert (found.value, found.trust, found.problem) == (None, Trust.GUESS, "unread_ink")
    assert is_shown(reading, found)
    assert [each.field for each in reading.problems if each.code == "unread_ink"] == [FIELD]


@pytest.mark.parametrize(
    "mark",
    [
        stroked,
        lambda pdf, spot: annotated(pdf, spot, "StrikeOut"),
        lambda pdf, spot: annotated(pdf, spot, "Stamp", "Draft"),
    ],
    ids=["ink", "struck out", "stamped"],
)
def test_a_value_that_something_lies_upon_is_asked_about(mark: Callable[[bytes, Spot], bytes]) -> None:
    """A form field holds its value still when somebody strikes it out; the person meant something by it."""
    pdf = filled_in(sent("summary").pdf, {FIELD: "Approved"})
    plain, marked = answer(read(pdf)), answer(read(mark(pdf, place("summary", FIELD))))

    assert (plain.value, plain.trust) == ("Approved", Trust.SURE)
    assert (marked.value, marked.trust, marked.problem) == ("Approved", Trust.GUESS, "")
    assert marked.picture


@pytest.mark.parametrize("among", [True, False])
def test_a_stroke_in_an_empty_place_is_no_empty_place(*, among: bool) -> None:
    """Strokes stand among the page's own content, or are an annotation over it."""
    reading = read(stroked(sent("summary").pdf, place("summary", FIELD), among=among))

    assert answer(reading).trust is Trust.GUESS
    assert is_shown(reading, answer(reading))


def test_one_annotation_over_the_whole_page_marks_what_its_strokes_cross() -> None:
    """A viewer may keep all ink of a page in one annotation whose rectangle is the page (12.5.6.13)."""
    pages, places = sent_places(sent("summary").pdf)
    spot = places.fields[FIELD]
    pdf = stroked(sent("summary").pdf, spot)

    def widen(opened: object) -> None:
        ink = next(a for a in opened.pages[0].Annots if str(a.Subtype) == "/Ink")  # type: ignore[attr-defined]
        ink.Rect = [0, 0, pages[0].width, pages[0].height]

    reading = read(edited(pdf, widen))

    assert [each.field for each in reading.answers.all if each.trust is Trust.GUESS] == [FIELD]


def test_what_was_typed_upon_a_place_is_its_answer() -> None:
    """A typewriter tool leaves words (`FreeText`); the evidence says where they come from."""
    found = answer(read(typed(flattened(sent("summary").pdf), place("summary", FIELD), "On schedule")))

    assert found.value == "On schedule"
    assert found.trust in {Trust.SURE, Trust.LIKELY}
    assert all(each.place.startswith("text note, page 1") for each in found.evidence)


@pytest.mark.parametrize("drawn", ["Behind schedule", "Not on schedule"])
def test_a_typed_note_that_shows_other_words_is_a_question(drawn: str) -> None:
    """Its appearance is what people see, its contents are what programs read (12.5.5)."""
    spot = place("summary", FIELD)
    pdf = typed(flattened(sent("summary").pdf), spot, "On schedule")

    def show(opened: object) -> None:
        (note,) = opened.pages[0].Annots  # type: ignore[attr-defined]
        stream = opened.make_stream(f"BT /F 9 Tf 3 9 Td ({drawn}) Tj ET".encode())  # type: ignore[attr-defined]
        stream.update(_form(spot.box))
        note.AP = {"/N": stream}

    found = answer(read(edited(pdf, show)))

    assert (found.trust, found.problem) == (Trust.GUESS, "contradiction")
    assert drawn in {each.words for each in found.evidence}


def _form(box: Box) -> dict[str, object]:
    import pikepdf  # noqa: PLC0415 - two lines of one test

    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    return {
        "/Type": pikepdf.Name.XObject,
        "/Subtype": pikepdf.Name.Form,
        "/BBox": pikepdf.Array([0, 0, box.width, box.height]),
        "/Resources": pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font)),
    }


def test_what_a_program_recognised_of_handwriting_is_not_believed() -> None:
    """Apps put what they made of the strokes behind them as words that are not drawn (rendering mode 3)."""
    spot = place("summary", FIELD)
    pdf = stroked(flattened(sent("summary").pdf), spot, among=True)

    def recognise(opened: object) -> None:
        import pikepdf  # noqa: PLC0415 - as above

        page = opened.pages[0]  # type: ignore[attr-defined]
        at = f"{spot.box.left + 6:.1f} {float(page.mediabox[3]) - spot.box.centre[1] - 3:.1f}"
        page.Resources.Font["/Seen"] = _form(spot.box)["/Resources"].Font.F  # type: ignore[attr-defined]
        words = f"q BT 3 Tr /Seen 16 Tf {at} Td (Approved by everybody) Tj ET Q"
        page.contents_add(pikepdf.Stream(opened, words.encode()))  # type: ignore[arg-type]

    found = answer(read(edited(pdf, recognise)))

    assert found.trust is Trust.GUESS
    assert found.picture


def test_a_cell_written_by_hand_brings_its_row() -> None:
    """The only thing in a row of a table is ink: the row is there."""
    spot = place("request", "departments.1.asked")
    reading = read(by_hand(flattened(sent("request").pdf), spot, "安排测试"), "request")
    cells = [each for each in reading.answers.all if each.field == "departments.0.asked"]

    assert [each.trust for each in cells] == [Trust.GUESS]
    assert cells[0].picture


def test_a_tick_of_a_pen_on_a_box_that_the_field_leaves_empty_is_asked_about() -> None:
    """The field says that nothing was chosen, the paper says that something was."""
    form = form_of("deliverable")
    field = next(each for each in form.fields if each.id == "conclusion")
    box = sent_places(sent("deliverable").pdf)[1].options["conclusion"][field.choices[0].value]
    pdf = filled_in(sent("deliverable").pdf, {"remarks": "无"})
    found = answer(read(stroked(pdf, Spot(page=box.page, box=box.box.grown(6))), "deliverable"), "conclusion")

    assert found.trust is Trust.GUESS
    assert found.picture


def test_a_form_filled_by_everybody_else_has_no_marks() -> None:
    """Drop-downs that pdfium flattened keep their buttons; those are none."""
    for name in ("request", "issue", "change"):
        form = form_of(name)
        words, values = answers_to(form, sent(name).sheet.language)
        reading = read(flattened(filled_in(sent(name).pdf, words)), name)

        assert [each.field for each in reading.answers.all if each.picture] == []
        assert {each.field for each in reading.answers.all if each.value is not None} >= {
            path for path, value in values.items() if value not in {None, False}
        }
        assert any(each.kind in {Kind.DEPARTMENT, Kind.CHOICE} for _, each in form.walk())


def test_words_beside_the_fields_are_told() -> None:
    """Somebody types a condition below the form, or leaves a comment: the coordinator sees it."""
    sheet = sent("summary").pdf
    corner = Spot(page=1, box=Box(60, 780, 320, 794))
    first = read(typed(flattened(sheet), corner, "Only if the budget is approved"))
    second = read(commented(sheet, corner, "We do not agree"))

    assert [(each.kind, each.returned) for each in first.drift] == [
        (DriftKind.ADDED, "Only if the budget is approved")
    ]
    assert [(each.kind, each.returned) for each in second.drift] == [(DriftKind.ADDED, "We do not agree")]


@pytest.mark.parametrize("kind", ["Highlight", "Underline", "Caret", "Square", "FileAttachment"])
def test_a_comment_on_a_mark_is_told(kind: str) -> None:
    """Viewers show it in a note beside the page, whatever it was put upon."""
    word = _printed_word()
    reading = read(annotated(sent("summary").pdf, Spot(page=1, box=word.box), kind, "We do not agree"))

    assert (DriftKind.ADDED, "We do not agree") in [(each.kind, each.returned) for each in reading.drift]


def test_a_comment_that_repeats_the_marked_words_is_none() -> None:
    """Acrobat copies what is highlighted into the comment; what stands elsewhere on the page is a word."""
    word = _printed_word()
    spot = Spot(page=1, box=word.box)

    assert read(annotated(sent("summary").pdf, spot, "Highlight", word.text)).drift == ()
    assert read(annotated(sent("summary").pdf, spot, "Highlight")).drift == ()
    assert read(annotated(sent("summary").pdf, spot, "Highlight", "签字")).drift != ()


def _printed_word() -> PageWord:
    """Return a word of the form that stands outside of every place to write."""
    pages, places = sent_places(sent("summary").pdf)
    taken = [spot.box for spot in (*places.fields.values(), *places.slots.values())]
    return next(
        each for each in pages[0].words if len(each.text) > 3 and not any(b.common(each.box) for b in taken)
    )


def test_printed_words_that_were_struck_out_are_told() -> None:
    """They stand there still, and nobody agreed to them."""
    word = _printed_word()
    reading = read(annotated(sent("summary").pdf, Spot(page=1, box=word.box), "StrikeOut"))

    assert [(each.kind, each.sent) for each in reading.drift] == [(DriftKind.MISSING, word.text)]


def test_everything_found_can_be_looked_at() -> None:
    """`parse --pictures` leaves the page with its places drawn, and a crop of each value and slot."""
    own = sent("request")
    words, _ = answers_to(form_of("request"), own.sheet.language)
    known = replace(house(own), annotate=True)
    (reading,) = read_pdf(filled_in(own.pdf, words), "表格.pdf", known)
    page = Image.open(BytesIO(reading.pictures[reading.sights["page-1"]])).convert("RGB")
    box = place("request", "project_name").box
    scale = page.width / sent_places(own.pdf)[0][0].width
    edge = page.getpixel((round((box.left + 30) * scale), round(box.top * scale)))

    assert page.width == 1100
    assert isinstance(edge, tuple)
    assert edge[1] > edge[0] + 40  # green: taken without asking
    assert {"field.project_name", "field.departments.1.asked", "slot.initiating_head"} <= set(reading.sights)
    assert set(reading.sights.values()) <= set(reading.pictures)
    assert read_pdf(filled_in(own.pdf, words), "表格.pdf", house(own))[0].sights == {}
