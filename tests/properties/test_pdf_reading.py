"""No PDF stops the clerk: damaged, cut, looping, huge and booby-trapped files all end in a reading."""

import time
import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.domain.answers import Trust
from agent.domain.reading import Reading
from agent.domain.words import Language
from parsers.limits import STANDARD, Limits
from parsers.pdf.fields import read_fields
from parsers.pdf.form import read_pdf
from parsers.pdf.pages import look, render
from parsers.pdf.words import read_words
from parsers.reading import read_document
from tests.pdf_files import answers_to, edited, filled_in, house, sent
from tests.unit.forms.filled import form_of

_WORDS, _VALUES = answers_to(form_of("summary"), Language.ZH)
WHOLE = filled_in(sent("summary").pdf, _WORDS)
HOUSE = house(sent("summary"))
PLAIN = edited(WHOLE, lambda _: None)
SLOWEST = 15.0
"""Seconds for any of the traps below, on a busy machine."""


def textual(content: bytes) -> tuple[Reading, ...]:
    """Read as `read_pdf` does."""
    return read_pdf(content, "x.pdf", HOUSE)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, 1 << 20), st.binary(min_size=1, max_size=12)), min_size=1, max_size=8),
    st.integers(0, 40),
)
def test_a_damaged_pdf_is_read_or_refused(changes: list[tuple[int, bytes]], cut: int) -> None:
    """The first look, the fields and the words never raise, whatever bytes were changed or cut off."""
    content = bytearray(PLAIN)
    for at, new in changes:
        place = at % len(content)
        content[place : place + len(new)] = new
    damaged = bytes(content[: len(content) - cut * len(content) // 60])

    fields = read_fields(damaged, STANDARD)
    looked = look(damaged, STANDARD)
    pages = read_words(damaged, range(1, 4), STANDARD)

    assert looked.fault or looked.pages
    assert isinstance(fields.widgets, tuple)
    assert all(page.words == tuple(page.words) for page in pages)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(PLAIN) - 1), st.integers(0, 255))
def test_a_believed_value_survives_a_flipped_byte_or_is_lost(at: int, value: int) -> None:
    """Damage may lose a value; it does not put another field's in its place."""
    content = bytearray(PLAIN)
    content[at] = value
    readings = textual(bytes(content))

    assert readings
    for reading in readings:
        for answer in reading.answers.all:
            if answer.trust is Trust.SURE and isinstance(answer.value, str):
                others = {v for path, v in _VALUES.items() if path != answer.field}
                own = _VALUES.get(answer.field)
                assert answer.value == own or answer.value not in others - {own}


def trap(build: Callable[[pikepdf.Pdf], object]) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    build(pdf)
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


def _loop(pdf: pikepdf.Pdf) -> None:
    pages = pdf.Root.Pages
    pages.Kids.append(pages)
    pages.Count = 2


def _huge(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].MediaBox = [0, 0, 14_400_000, 14_400_000]


def _inside_out(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].MediaBox = [500, 500, 0, 0]


def _nothing(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].MediaBox = [0, 0, 0, 0]


def _parents(pdf: pikepdf.Pdf) -> None:
    field = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, T="a", Rect=[1, 1, 90, 90])
    )
    field.Parent = field
    field.Kids = pikepdf.Array([field])
    pdf.pages[0].Annots = pikepdf.Array([field] * 50)
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field] * 50))


def _forms(pdf: pikepdf.Pdf) -> None:
    form = pdf.make_stream(b"/F Do /F Do /F Do /F Do")
    form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 500, 500]
    form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
    pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
    pdf.pages[0].Contents = pdf.make_stream(b"/F Do")


def _script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS=pikepdf.String("while(true){app.alert(1)}")
    )
    pdf.attachments["evil.exe"] = b"MZ" + b"\0" * 100


def _expands(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Contents = pikepdf.Stream(
        pdf, zlib.compress(b" " * 60_000_000, 9), Filter=pikepdf.Name.FlateDecode
    )


def _many(pdf: pikepdf.Pdf) -> None:
    for _ in range(STANDARD.pages):
        pdf.add_blank_page(page_size=(595, 842))


TRAPS = (_loop, _huge, _inside_out, _nothing, _parents, _forms, _script, _expands, _many)


@pytest.mark.parametrize("build", TRAPS, ids=lambda each: each.__name__.strip("_"))
def test_a_trap_ends_in_a_reading(build: Callable[[pikepdf.Pdf], object]) -> None:
    """Page trees and fields that contain themselves, huge pages, scripts, bombs: bounded, with a reason."""
    content = trap(build)
    start = time.process_time()
    readings = read_document(content, "x.pdf", HOUSE)

    assert time.process_time() - start < SLOWEST
    assert readings
    assert all(reading.problems for reading in readings)
    assert not any(reading.form for reading in readings)


def test_a_page_tree_that_promises_too_much_is_refused() -> None:
    """Counted before anything is read."""
    assert look(trap(_many), STANDARD).fault == "too_many_pages"
    assert look(trap(_huge), STANDARD).fault == "picture_too_big"
    assert look(PLAIN, Limits(pages=0)).fault == "too_many_pages"


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-", b"%PDF-1.7\n%%EOF", PLAIN[:200], PLAIN[: len(PLAIN) // 2]]
)
def test_a_cut_file_is_refused(content: bytes) -> None:
    """A person may still make something of it."""
    assert look(content, STANDARD).fault in {"unreadable", ""}
    assert textual(content)[0].problems or textual(content)[0].form


def test_a_page_is_drawn_within_the_pixels_we_keep() -> None:
    """However many dots are asked for; pages that are not there are not drawn."""
    small = Limits(kept_pixels=100_000)
    drawn = render(PLAIN, 1, 600, small)

    assert drawn is not None
    assert len(drawn) < 400_000
    assert render(PLAIN, 9, 100, STANDARD) is None
    assert render(b"%PDF-1.7", 1, 100, STANDARD) is None


@pytest.mark.parametrize(("user", "codes"), [("geheim", ["encrypted"]), ("", [])])
def test_a_pdf_that_asks_for_a_password_is_refused(user: str, codes: list[str]) -> None:
    """One that anybody may open is read, whatever else its owner forbids."""
    out = BytesIO()
    with pikepdf.open(BytesIO(PLAIN)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="x", user=user))
    (reading,) = read_document(out.getvalue(), "x.pdf", HOUSE)

    assert [problem.code for problem in reading.problems] == codes
