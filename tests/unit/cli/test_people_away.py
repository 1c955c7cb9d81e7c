"""`people list` shows who is away: as the file says, or as an out-of-office reply told."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from agent import clock, config
from agent.cli.app import run
from agent.cli.say import Exit
from agent.domain.absences import Absence
from store.engine import connect
from store.migrate import migrate
from store.unit import Unit
from tests.houses import found

HEAD = "chen.qiang@example.com"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder in which a reply has told that 陈强 is away, with 李娜 standing in."""
    settings = config.load(found(tmp_path))
    engine = connect(settings.store.address())
    migrate(engine)
    today = clock.now().date()
    absence = Absence(
        person=HEAD,
        first=today - timedelta(days=2),
        last=today + timedelta(days=5),
        deputy="li.na@example.com",
        mail="<away@example.com>",
        words="休假",
        learned=clock.now(),
    )
    with Unit(engine) as work:
        work.absences.learn(absence)
        work.commit()
    engine.dispose()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def facts(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert run(["people", "list", "--json"]) == Exit.OK
    people = json.loads(capsys.readouterr().out)
    return {each["email"]: each["learned_absence"] for each in people}


def test_a_learned_absence_is_shown_with_its_evidence(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For people in a column, for programs with the mail that told it."""
    assert site.exists()
    told = facts(capsys)
    assert {name for name, absence in told.items() if absence} == {HEAD}
    learned = told[HEAD]
    assert isinstance(learned, dict)
    assert (learned["mail"], learned["deputy"]) == ("<away@example.com>", "li.na@example.com")
    assert run(["people", "list"]) == Exit.OK
    (line,) = [each for each in capsys.readouterr().out.splitlines() if HEAD in each]
    assert "li.na@example.com" in line
    assert str(learned["until"]) in line


def test_what_the_file_says_is_shown_instead(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file wins: its days are shown, and no learned absence."""
    file = site / "people.csv"
    day = clock.now().date() + timedelta(days=1)
    row = f"陈强,{HEAD},,研发部,head,zhao.lei@example.com,,{day},{day},zh"
    lines = [row if HEAD in line else line for line in file.read_text("utf-8").splitlines()]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert facts(capsys)[HEAD] is None
    assert run(["people", "list"]) == Exit.OK
    assert f"{day} – {day}" in capsys.readouterr().out


def test_a_house_without_a_store_lists_its_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Looking at the directory makes no database."""
    found(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert set(facts(capsys).values()) == {None}
    assert not list(tmp_path.glob("**/*.db"))
