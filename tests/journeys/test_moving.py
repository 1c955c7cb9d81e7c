"""A company edits its process while a case runs, and moves the case to the new version (ADR 0037)."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent import config
from agent.domain.case import Case, CaseId, CaseStatus
from agent.resources import doc_templates
from agent.service import rehearsal
from tests.houses import MONDAY
from tests.journeys.outside import formclerk
from tests.journeys.staff import Staff
from tests.journeys.stage import END, prepare, stage

CASE = CaseId("XT-2026-0001")
_NEW_STEP = """
  [[stages.steps]]
  id = "reminded"
  kind = "circulate"
  title = { zh = "重申协同需求", en = "Recall the request" }
  form = "request"
  to = "everyone"
  after = ["kickoff"]
"""
_NEW_FIELD = """
[[fields]]
id = "room"
label = { zh = "办公地点", en = "Room" }
kind = "text"
"""


def _revise(folder: Path, change: Callable[[str], str] = str) -> None:
    """Edit a copy of the shipped pack as a coordinator would, and let the configuration name it."""
    pack = folder / "pack"
    if not pack.exists():
        shutil.copytree(doc_templates() / "collaboration", pack)
        with (folder / config.NAME).open("a", encoding="utf-8") as file:
            file.write('\n[process]\npack = "pack"\n')
    process = pack / "process.toml"
    text = process.read_text("utf-8")
    text = text.replace("\nversion = 1\n", "\nversion = 2\n", 1)
    text = text.replace('confirm = { project = "2 workdays"', 'confirm = { project = "4 workdays"', 1)
    text = text.replace(
        '  [[stages.steps]]\n  id = "countersign"', f'{_NEW_STEP}\n  [[stages.steps]]\n  id = "countersign"'
    )
    process.write_text(change(text), "utf-8")
    form = pack / "forms" / "confirmation.toml"
    said = form.read_text("utf-8").replace("version = 1", "version = 2", 1)
    head, mark, rest = said.partition("\n[[slots]]")
    form.write_text(f"{head}\n{_NEW_FIELD}{mark}{rest}", "utf-8")
    built = formclerk("forms", "build", at=folder)
    assert built.returncode == 0, built.stdout + built.stderr


def _play(folder: Path, until: datetime, *, answers: int = 1000) -> Case:
    """Play on to `until`; the staff look into their mail and answer as often as `answers` says."""
    left = answers
    with stage(folder) as (house, clock):
        staff = Staff(folder, house.pack.process, house.world().directory, house.secret)

        def answer(now: datetime) -> bool:
            nonlocal left
            answered = left > 0 and staff.answer(now)
            left -= answered
            return answered

        rehearsal.play(house, clock, until, answer)
        with house.look() as work:
            case = work.cases.load(CASE)
    assert case is not None
    return case


def _told(folder: Path, *arguments: str, code: int = 0) -> dict[str, Any]:
    ran = formclerk(*arguments, "--json", at=folder)
    assert ran.returncode == code, ran.stdout + ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """Return a folder in which a case waits for its confirmations."""
    prepare(tmp_path)
    case = _play(tmp_path, MONDAY + timedelta(hours=1), answers=1)
    assert {item.step for item in case.open_items()} == {"confirm"}
    return tmp_path


def test_a_case_goes_on_by_the_new_version_to_its_archive(asked: Path) -> None:
    """A dry run changes nothing; then new forms go out, old sheets count, and all of it verifies."""
    _revise(asked)
    waiting = {each["item"]: each["due"] for each in _told(asked, "explain", CASE)["items"]}
    assert waiting

    dry = _told(asked, "process", "move", CASE, "--dry-run")
    (case,) = dry["cases"]
    assert dry["dry_run"]
    assert case["can"]
    said = " ".join(each["en"] for each in case["differences"])
    for words in (
        "“Recall the request” is new",
        "2 workdays → 4 workdays",
        "“Confirmation of a request” is revised: 1 → 2",
    ):
        assert words in said
    assert {each["item"] for each in case["kept"]} == set(waiting)
    assert _told(asked, "explain", CASE)["history"][-1]["event"] != "DefinitionMoved"

    moved = _told(asked, "process", "move", "--all", "--why", "2026 版流程")
    assert moved["cases"][0]["letters"]
    after = _told(asked, "explain", CASE)
    assert after["history"][-1]["event"] == "DefinitionMoved"
    assert "2026 版流程" in after["history"][-1]["because"]["zh"]
    assert {each["item"]: each["due"] for each in after["items"]} == waiting
    assert _told(asked, "process", "move", CASE, "--why", "x", code=1)["cases"][0]["cannot"]

    ended = _play(asked, END)
    assert ended.status is CaseStatus.CLOSED
    assert "reminded" in ended.done_steps
    assert [each.revision for each in ended.filings if each.step == "confirm"] == [1, 1]
    (archive,) = asked.rglob("*.zip")
    for command in (("verify", str(archive)), ("verify", "--store"), ("replay",)):
        ran = formclerk(*command, at=asked)
        assert ran.returncode == 0, (command, ran.stdout, ran.stderr)


def test_what_does_not_fit_is_named_and_nothing_is_changed(asked: Path) -> None:
    """The step that the case waits for is called otherwise now: said in both languages, exit code 1."""
    _revise(
        asked, lambda text: text.replace('id = "confirm"', 'id = "agree"').replace('["confirm"]', '["agree"]')
    )
    (case,) = _told(asked, "process", "move", CASE, "--why", "new", code=1)["cases"]
    assert not case["can"]
    assert any("no step “Confirm the request” (confirm)" in each["en"] for each in case["cannot"])
    assert any("新定义没有本事项已用到的步骤“需求确认”" in each["zh"] for each in case["cannot"])
    assert "cannot move" in formclerk("process", "move", CASE, "--dry-run", at=asked).stdout
    assert "不能改用" in formclerk("process", "move", CASE, "--dry-run", at=asked, language="zh").stdout
    assert _told(asked, "explain", CASE)["history"][-1]["event"] != "DefinitionMoved"
