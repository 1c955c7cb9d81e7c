"""What cli.md promises to scripts, command by command: JSON, exit codes, files that people write."""

import json
from pathlib import Path

import pytest

from agent.cli.app import run
from tests.journeys.counter import CONFIRMED, begin, copy, open_counter, signed

COMMANDS = (
    *("demo", "init", "doctor", "run", "rehearse", "cases", "status", "explain", "queue", "people", "act"),
    *("forms", "parse", "process", "calendar", "verify", "backup", "restore", "replay", "migrate"),
)


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a rehearsed case, with a filled form beside it."""
    folder = tmp_path_factory.mktemp("contract") / "case"
    begin(folder)
    with open_counter(folder) as counter:
        (folder / "confirmation.docx").write_bytes(signed(counter.asked["li"].word()[1], CONFIRMED))
        (folder / "blank.docx").write_bytes(counter.asked["chen"].word()[1])
    return folder


@pytest.fixture
def site(beginning: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a copy of that folder."""
    folder = copy(beginning, tmp_path / "case")
    monkeypatch.chdir(folder)
    return folder


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> object:
    """Return what a command prints as JSON."""
    capsys.readouterr()
    assert run([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_parse_prints_one_object_as_written(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every key of cli.md, with its values from their closed sets."""
    found = told(capsys, "parse", str(site / "confirmation.docx"))
    one = found[0] if isinstance(found, list) else found

    assert isinstance(one, dict)
    assert {
        *("file", "form", "version", "lang", "case", "token", "source", "pages", "seconds"),
        *("fields", "signatures", "problems"),
    } <= set(one)
    assert (one["form"], one["lang"], one["case"], one["token"], one["source"]) == (
        *("confirmation", "zh", "XT-2026-0001", "valid", "docx"),
    )
    conclusion = one["fields"]["conclusion"]
    assert (conclusion["value"], conclusion["trust"]) == ("confirm", "sure")
    assert {"place", "words"} <= set(conclusion["evidence"][0])
    signature = one["signatures"]["head"]
    assert (signature["verdict"], signature["how"], signature["reasons"]) == ("signed", "picture", [])
    assert one["problems"] == []


def test_parse_says_what_is_absent(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty place is `absent` and has no value; an empty slot is unsigned, with a reason."""
    found = told(capsys, "parse", str(site / "blank.docx"))
    one = found[0] if isinstance(found, list) else found

    assert isinstance(one, dict)
    assert one["fields"]["people"]["trust"] == "absent"
    assert one["signatures"]["head"]["verdict"] == "unsigned"
    assert one["signatures"]["head"]["reasons"]


@pytest.mark.parametrize("form", ["request", "breakdown", "issue"])
def test_describe_prints_a_form_as_written(form: str, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Id, labels, kinds, required, choices, columns, slots."""
    del site
    found = told(capsys, "forms", "describe", form)

    assert isinstance(found, dict)
    assert {"form", "version", "title", "fields", "signatures"} <= set(found)
    assert set(found["title"]) == {"zh", "en"}
    kinds = {"text", "date", "datetime", "number", "person", "department", "choice", "checkbox", "rows"}
    for field in found["fields"]:
        assert {"id", "label", "kind", "required"} <= set(field)
        assert field["kind"] in kinds
        assert all({"value", "label"} <= set(choice) for choice in field.get("choices", ()))
        assert ("columns" in field and bool(field["columns"])) == (field["kind"] == "rows")
    for slot in found["signatures"]:
        assert set(slot["accepts"]) <= {"ink", "picture", "digital", "seal", "typed"}
        assert set(slot["label"]) == {"zh", "en"}


SHAPES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "cases": (("cases",), ("case", "title", "status", "stage")),
    "status": (("status", "XT-2026-0001"), ("case", "title", "status", "stage", "items")),
    "explain": (("explain", "xt-2026-1"), ("case", "history", "items", "next")),
    "queue": (("queue",), ("mails", "letters")),
    "people": (("people", "list"), ("name",)),
}


@pytest.mark.parametrize("name", SHAPES)
def test_facts_are_printed_as_json_with_stable_keys(
    name: str, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script reads them by name."""
    del site
    arguments, keys = SHAPES[name]
    found = told(capsys, *arguments)

    one = found[0] if isinstance(found, list) else found
    assert isinstance(one, dict)
    assert set(keys) <= set(one), sorted(one)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("cases",), 0),
        (("verify", "--store"), 0),
        (("replay",), 0),
        (("process", "check"), 0),
        (("forms", "check"), 0),
        (("people", "check"), 0),
        (("backup", "copy.zip"), 0),
        (("act", "XT-2026-0001", "resume"), 1),
        (("act", "XT-2026-0001", "dance"), 2),
        (("act", "XT-2026-0001", "hand-over"), 2),
        (("cases", "--nonsense"), 2),
        (("forms", "describe"), 2),
        (("rehearse", ".", "--at", "soon"), 2),
        (("rehearse", ".", "--at", "2026-03-03", "--until", "2026-03-02"), 2),
        (("status", "XT-2026-0999"), 3),
        (("forms", "describe", "nothing"), 3),
        (("parse", "nothing.docx"), 3),
        (("restore", "nothing.zip"), 3),
        (("verify", "nothing.zip"), 3),
        (("queue", "show", "99"), 3),
    ],
)
def test_exit_codes_are_as_written(arguments: tuple[str, ...], code: int, site: Path) -> None:
    """0 fine, 1 something is wrong, 2 usage, 3 not found."""
    del site
    assert run(list(arguments)) == code


@pytest.mark.parametrize(
    ("lines", "meant"),
    [
        ('[agnet]\naddress = "x@example.com"', "agent"),
        ('[store]\nblob = "data"', "blobs"),
        ('[hours]\nquite = "data"', "quiet"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_name(
    lines: str, meant: str, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and what was probably meant."""
    said = (site / "formclerk.toml").read_text(encoding="utf-8")
    (site / "formclerk.toml").write_text(f"{said}\n{lines}\n", encoding="utf-8")

    assert run(["cases"]) == 2
    assert f"“{meant}”" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_cli_md_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With the way to use it; both languages are looked at in `tests/unit/cli`."""
    assert run([command, "--help"]) == 0
    assert f"formclerk {command}" in capsys.readouterr().out
