"""What a form says survives being saved by other programs, with every shipped form.

LibreOffice keeps controls in .docx and .odt and drops them in .rtf and .doc; bookmarks and labels stay.
"""

from pathlib import Path

import pytest
from lxml import etree

from agent.domain.answers import Trust
from agent.domain.forms import Kind, SignatureKind
from agent.domain.reading import Reading
from agent.domain.signatures import Verdict
from agent.domain.words import Language
from parsers.known import Known
from parsers.word.form import read_word
from tests.libreoffice import fill, through
from tests.pack_files import FilledForm, filled_forms, pack
from tests.word_files import (
    W,
    control_of,
    edited,
    element,
    known,
    signature_png,
    slot_paragraph,
    with_picture,
)

_TRAVELLING = {"request", "breakdown", "deliverable", "kickoff_minutes"}
CHAINS = [("docx",), ("odt", "docx"), ("rtf", "docx"), ("doc", "docx")]


@pytest.fixture(scope="module")
def house() -> Known:
    """Return what a reader of the shipped pack knows."""
    return known(*pack().process.forms.values())


def name_of(form: FilledForm) -> str:
    return f"{form.form.id}-{form.language.value}.docx"


def wrong(form: FilledForm, reading: Reading) -> list[str]:
    """Return every field whose value is not exactly what was filled in, with what was read instead."""
    return [
        f"{form.form.id} {path}: {value!r} read as {answer}"
        for path, value in form.values.items()
        if (answer := reading.answers.get(path)) is None or answer.value != value
    ]


def sure(reading: Reading) -> float:
    """Return the share of answers that were read without any doubt."""
    told = [answer for answer in reading.answers.all if answer.trust is not Trust.ABSENT]
    return sum(answer.trust is Trust.SURE for answer in told) / len(told)


@pytest.mark.parametrize("form", filled_forms(), ids=name_of)
def test_every_shipped_form_is_read_exactly(form: FilledForm, house: Known) -> None:
    """Each field of each form in each language, filled as Word fills it."""
    reading = read_word(form.content, name_of(form), house)

    assert (reading.form, reading.language, reading.problems) == (form.form.id, form.language, ())
    assert wrong(form, reading) == []
    assert sure(reading) == 1
    assert {answer.field for answer in reading.answers.all} == set(form.values)


@pytest.mark.parametrize("form", filled_forms(), ids=name_of)
def test_an_untouched_form_says_nothing(form: FilledForm, house: Known) -> None:
    """No placeholder, label or printed row is ever taken for an answer, no empty slot for a signature."""
    reading = read_word(pack().word(form.form.id, form.language), name_of(form), house)

    ticks = {path for path, field in form.form.walk() if field.kind is Kind.CHECKBOX}
    assert {a.field for a in reading.answers.all if a.value is not None} <= ticks
    assert {s.verdict for s in reading.signatures} <= {Verdict.UNSIGNED}


@pytest.mark.parametrize("chain", CHAINS, ids="-".join)
def test_forms_saved_by_libreoffice_are_read_exactly(
    chain: tuple[str, ...], house: Known, tmp_path: Path
) -> None:
    """Values exact through every format, nothing believed is wrong, and untouched forms stay empty."""
    forms = [f for f in filled_forms() if f.form.id in _TRAVELLING]
    signed = {
        f"signed-{floating}.docx": with_picture(
            pack().word("request", Language.ZH), slot_paragraph(), signature_png(), floating=floating
        )
        for floating in (False, True)
    }
    blank = {f"blank-{language.value}.docx": pack().word("request", language) for language in Language}
    files = through({name_of(f): f.content for f in forms} | blank | signed, *chain, folder=tmp_path)

    readings = {name: read_word(content, name, house) for name, content in files.items()}

    assert [line for f in forms for line in wrong(f, readings[name_of(f)])] == []
    assert {readings[name_of(f)].signatures[0].verdict for f in forms} == {Verdict.SIGNED}
    assert min(sure(readings[name_of(f)]) for f in forms) == 1
    for name in blank:
        assert [a for a in readings[name].answers.all if a.value is not None] == []
        assert [s.verdict for s in readings[name].signatures] == [Verdict.UNSIGNED]
    for name in signed:
        assert [(s.verdict, s.how) for s in readings[name].signatures] == [
            (Verdict.SIGNED, SignatureKind.PICTURE)
        ]


def test_forms_filled_in_libreoffice_are_read_exactly(house: Known, tmp_path: Path) -> None:
    """The controls of every shipped form can be filled there, and say afterwards what was written."""
    blank = {
        name_of(f): (pack().word(f.form.id, f.language), f.words)
        for f in filled_forms()
        if f.form.id in _TRAVELLING
    }
    filled = fill(blank, folder=tmp_path)

    for form in filled_forms():
        if name_of(form) in filled:
            reading = read_word(filled[name_of(form)], name_of(form), house)
            assert wrong(form, reading) == []
            assert (sure(reading), reading.signatures[0].who) == (1, "李娜")


def test_a_control_filled_without_clearing_its_flag_is_a_question(house: Known) -> None:
    """Programs that fill forms may forget `showingPlcHdr`; the words are neither lost nor believed."""

    def fill_carelessly(root: etree._Element) -> None:
        inside = control_of(root, "project_name").find(f"{W}sdtContent")
        assert inside is not None
        inside.clear()
        inside.append(element("<w:r><w:t>星河</w:t></w:r>"))

    content = edited(pack().word("request", Language.ZH), fill_carelessly)
    answer = read_word(content, "a.docx", house).answers.get("project_name")

    assert answer is not None
    assert (answer.value, answer.trust) == ("星河", Trust.GUESS)
