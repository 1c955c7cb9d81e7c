"""Forms that LibreOffice printed to PDF, or exported with fields of its own, are read as they were filled."""

import json
import subprocess
from collections.abc import Mapping

import pytest

from agent.domain.answers import Trust
from agent.domain.forms import Kind, SignatureKind
from agent.domain.reading import Reading, Source
from agent.domain.signatures import Verdict
from parsers.known import Known
from parsers.pdf.form import read_pdf
from tests.libreoffice import SECONDS, convert, soffice
from tests.pack_files import FilledForm, filled_forms, pack
from tests.word_files import known

_FIELDS = json.dumps({"ExportFormFields": {"type": "boolean", "value": "true"}})
ENOUGH = 0.995
"""Of the values of all forms, exact (documents.md)."""


@pytest.fixture(scope="module")
def house() -> Known:
    return known(*pack().process.forms.values())


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Return every form, filled and blank, as LibreOffice prints it: one start for all."""
    files = {name_of(form): form.content for form in filled_forms()}
    blank = {f"blank-{name_of(f)}": pack().word(f.form.id, f.language) for f in filled_forms()}
    return convert(files | blank, to="pdf", folder=tmp_path_factory.mktemp("printed"))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Return every filled form as LibreOffice exports it with form fields, whose names say nothing."""
    folder = tmp_path_factory.mktemp("exported")
    program = soffice()
    for form in filled_forms():
        (folder / name_of(form)).write_bytes(form.content)
    subprocess.run(
        [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
            *("--convert-to", f"pdf:writer_pdf_Export:{_FIELDS}", "--outdir", str(folder)),
            *map(str, sorted(folder.glob("*.docx"))),
        ],
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    return {path.name: path.read_bytes() for path in folder.glob("*.pdf")}


def name_of(form: FilledForm) -> str:
    return f"{form.form.id}-{form.language.value}.docx"


def read(form: FilledForm, files: Mapping[str, bytes], house: Known) -> Reading:
    name = name_of(form).replace(".docx", ".pdf")
    (reading,) = read_pdf(files[name], name, house)
    assert (reading.form, reading.language) == (form.form.id, form.language)
    assert reading.problems == ()
    return reading


def wrong(form: FilledForm, reading: Reading) -> list[str]:
    return [
        f"{form.form.id} {path}: {value!r} read as {answer}"
        for path, value in form.values.items()
        if (answer := reading.answers.get(path)) is None or answer.value != value
    ]


def test_printed_forms_are_read_exactly(printed: Mapping[str, bytes], house: Known) -> None:
    """Every field of every form in both languages, wrapped lines joined as they were written."""
    readings = {name_of(form): read(form, printed, house) for form in filled_forms()}

    mistakes = [line for form in filled_forms() for line in wrong(form, readings[name_of(form)])]
    count = sum(len(form.values) for form in filled_forms())
    assert len(mistakes) <= count * (1 - ENOUGH), mistakes
    for form in filled_forms():
        reading = readings[name_of(form)]
        assert reading.source is Source.PDF_TEXT
        assert {a.field for a in reading.answers.all} == set(form.values)
        assert {a.trust for a in reading.answers.all} == {Trust.LIKELY}
        signed = [s for s in reading.signatures if s.verdict is Verdict.SIGNED]
        assert [(s.how, s.who) for s in signed] == [(SignatureKind.TYPED, "李娜")] * bool(form.form.slots)


@pytest.mark.parametrize("form", filled_forms(), ids=name_of)
def test_a_printed_blank_form_says_nothing(
    form: FilledForm, printed: Mapping[str, bytes], house: Known
) -> None:
    """No hint, label or printed row is taken for an answer, and no prompt for a signature."""
    name = f"blank-{name_of(form)}".replace(".docx", ".pdf")
    (reading,) = read_pdf(printed[name], name, house)

    ticks = {path for path, field in form.form.walk() if field.kind is Kind.CHECKBOX}
    assert {a.field for a in reading.answers.all if a.value is not None} <= ticks
    assert {s.verdict for s in reading.signatures} <= {Verdict.UNSIGNED}


def test_fields_with_somebody_elses_names_are_read_exactly(
    exported: Mapping[str, bytes], house: Known
) -> None:
    """LibreOffice calls its fields `Widget`, `_2`, …: the labels beside them tell which they are."""
    for form in filled_forms():
        reading = read(form, exported, house)
        assert wrong(form, reading) == []
        assert reading.source is Source.PDF_FORM
