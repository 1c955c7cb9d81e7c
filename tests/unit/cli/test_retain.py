"""`retain` and `hold`: exit codes and JSON that scripts may rely on (cli.md)."""

import json
from pathlib import Path

import pytest

from agent.cli.app import run
from agent.cli.say import Exit
from agent.service import daemon
from agent.service.single import only_one
from tests.houses import found, mail

CASE = "XT-2026-0001"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a rehearsed folder in which one case has begun."""
    found(tmp_path)
    (tmp_path / "Inbox").mkdir()
    (tmp_path / "Inbox" / "1.eml").write_bytes(mail())
    monkeypatch.chdir(tmp_path)
    assert run(["rehearse", ".", "--at", "2026-03-02T09:00", "--json"]) == Exit.OK
    with (tmp_path / "formclerk.toml").open("a", encoding="utf-8") as file:
        file.write("\n[retention]\nyears = 10\n")
    capsys.readouterr()
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: Exit = Exit.OK) -> dict[str, object]:
    """Run a command with --json and return what it prints."""
    assert run([*arguments, "--json"]) == code
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_an_open_case_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody removes papers of what goes on; without a name it is simply none of the cases."""
    assert folder.exists()
    said = told(capsys, "retain", CASE, code=Exit.WRONG)
    assert (said["removed"], said["cases"]) == (0, [])
    assert said["kept"] == [{"case": CASE, "because": {"zh": "尚未结束", "en": "it is open"}}]
    assert told(capsys, "retain", "--dry-run")["kept"] == []
    assert run(["retain", "XT-2026-0099"]) == Exit.NOT_FOUND


def test_without_a_rule_nothing_is_removed(folder: Path) -> None:
    """Deleting is never a default."""
    file = folder / "formclerk.toml"
    file.write_text(file.read_text("utf-8").replace("years = 10", "years = 0"), "utf-8")
    assert run(["retain", "--dry-run"]) == Exit.USAGE


def test_papers_are_not_removed_while_the_daemon_runs(folder: Path) -> None:
    """A mail that just brings the same bytes would rely on them; a look is allowed at any time."""
    with only_one(daemon.lock_file(folder)), only_one(daemon.lock_file(folder / "data")):
        assert run(["retain"]) == Exit.BUSY
        assert run(["retain", "--dry-run"]) == Exit.OK


def test_a_hold_says_who_and_why_and_doing_it_twice_changes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The journal shows it."""
    assert folder.exists()
    said = told(capsys, "hold", CASE, "on", "--why", "诉讼")
    assert (said["hold"], said["changed"]) == (True, True)
    assert told(capsys, "hold", CASE, "on", "--why", "诉讼")["changed"] is False
    assert told(capsys, "hold", CASE, "off", "--why", "已结案")["changed"] is True
    history = told(capsys, "explain", CASE)["history"]
    assert isinstance(history, list)
    assert [each["event"] for each in history] == ["CaseStarted", "HoldSet", "HoldSet"]
    assert run(["hold", "XT-2026-0099", "on", "--why", "x"]) == Exit.NOT_FOUND
    assert run(["hold", CASE, "on", "--why", " "]) == Exit.USAGE
    assert run(["verify", "--store"]) == Exit.OK
