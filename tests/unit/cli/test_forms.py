"""`formclerk forms`: the JSON of cli.md, exit codes, blank copies."""

import json
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from agent.cli.app import run
from tests.unit.forms.filled import FOLDER


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in an empty folder, without a configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))


def test_describe_tells_what_cli_md_promises(capsys: pytest.CaptureFixture[str]) -> None:
    """Integrators fill forms by this description."""
    assert run(["forms", "describe", "confirmation", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["form"], told["version"]) == ("confirmation", 1)
    assert told["title"] == {"zh": "需求确认函", "en": "Confirmation of a request"}
    conclusion = next(f for f in told["fields"] if f["id"] == "conclusion")
    assert (conclusion["kind"], conclusion["required"]) == ("choice", True)
    assert [c["value"] for c in conclusion["choices"]] == ["confirm", "supplement", "decline"]
    assert told["signatures"][0]["id"] == "head"
    assert told["signatures"][0]["accepts"] == ["digital", "ink", "picture", "seal"]


def test_rows_are_described_by_their_columns(capsys: pytest.CaptureFixture[str]) -> None:
    """`columns` have the same shape as fields."""
    run(["forms", "describe", "request", "--json"])
    told = json.loads(capsys.readouterr().out)
    rows = next(f for f in told["fields"] if f["id"] == "departments")
    assert [(c["id"], c["kind"]) for c in rows["columns"]] == [
        ("department", "department"),
        ("asked", "text"),
    ]


def test_a_blank_form_is_written(tmp_path: Path) -> None:
    """In the language asked for."""
    assert run(["forms", "blank", "issue", "--lang", "en", "-o", "issue.docx"]) == 0
    document = Document(BytesIO((tmp_path / "issue.docx").read_bytes()))
    assert document.core_properties.title == "Escalation record"


def test_a_blank_form_is_written_as_pdf(tmp_path: Path) -> None:
    """The ending says which: `.pdf` is the same form to fill in without Word."""
    assert run(["forms", "blank", "issue", "--lang", "en", "-o", "issue.PDF"]) == 0
    reader = PdfReader(tmp_path / "issue.PDF")
    assert reader.metadata is not None
    assert reader.metadata.title == "Escalation record"
    assert "description" in (reader.get_fields() or {})


def test_a_restyled_word_file_keeps_its_style_and_gets_a_new_pdf(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`forms check` says that the PDF is old; `--only-pdf` leaves the Word file alone."""
    folder = tmp_path / "pack"
    shutil.copytree(FOLDER, folder)
    path = folder / "en" / "issue.docx"
    document = Document(str(path))
    document.paragraphs[0].insert_paragraph_before("Example Ltd")
    document.save(str(path))
    restyled = path.read_bytes()
    assert run(["forms", "check", "--pack", "pack", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {(each["file"], each["code"]) for each in told} >= {("en/issue.pdf", "stale_pdf")}
    assert {each["file"] for each in told} == {"en/issue.pdf"}
    assert run(["forms", "build", "--only-pdf", "--pack", "pack"]) == 0
    assert path.read_bytes() == restyled
    assert run(["forms", "check", "--pack", "pack"]) == 0


def test_an_unknown_form_is_not_found(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 3, and the nearest name."""
    assert run(["forms", "blank", "isue", "-o", "x.docx"]) == 3
    assert "issue" in capsys.readouterr().err


def test_check_says_what_broke_and_build_mends_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1 names file and place; a built file agrees again."""
    folder = tmp_path / "pack"
    shutil.copytree(FOLDER, folder)
    assert run(["forms", "check", "--pack", "pack"]) == 0
    shutil.copy(folder / "zh" / "issue.docx", folder / "zh" / "change.docx")
    capsys.readouterr()
    assert run(["forms", "check", "--pack", "pack", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {each["file"] for each in told} == {"zh/change.docx"}
    assert ("missing_control", "what") in {(each["code"], each["place"]) for each in told}
    assert run(["forms", "build", "--pack", "pack"]) == 0
    assert run(["forms", "check", "--pack", "pack"]) == 0
