"""The commands that look at a store and act on a case: facts as stable JSON, and the exit codes of cli.md."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from agent.cli.app import run
from agent.cli.say import Exit
from tests.houses import COORDINATOR, MONDAY, STRANGER, found, mail

CASE = "XT-2026-0001"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a rehearsed folder: one case has begun, one stranger waits for review."""
    found(tmp_path)
    (tmp_path / "Inbox").mkdir()
    (tmp_path / "Inbox" / "1.eml").write_bytes(mail())
    (tmp_path / "Inbox" / "2.eml").write_bytes(mail(sender=STRANGER, name="<2@elsewhere.example>"))
    monkeypatch.chdir(tmp_path)
    assert run(["rehearse", ".", "--at", "2026-03-02T09:00", "--json"]) == Exit.OK
    capsys.readouterr()
    return tmp_path


def _told(capsys: pytest.CaptureFixture[str], *arguments: str, code: Exit = Exit.OK) -> object:
    assert run([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_a_rehearsal_prints_one_json_line_per_thing_that_happened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Mails come in, are settled with a state, cases are decided, letters leave (cli.md, rehearse)."""
    found(tmp_path)
    (tmp_path / "Inbox").mkdir()
    (tmp_path / "Inbox" / "1.eml").write_bytes(mail())
    until = (MONDAY + timedelta(days=5)).isoformat()
    assert run(["rehearse", str(tmp_path), "--at", "2026-03-02T09:00", "--until", until, "--json"]) == Exit.OK
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    kinds = [line["what"] for line in lines]
    assert kinds[:3] == ["taken-in", "read", "decided"]
    assert {"settled", "sent", "filed", "struck"} <= set(kinds)
    assert all(line["at"].endswith("+00:00") for line in lines)
    assert [line["state"] for line in lines if line["what"] == "settled"] == ["done"]
    assert len(list((tmp_path / "Sent").glob("*.eml"))) == kinds.count("sent")
    assert not list((tmp_path / "Inbox").iterdir())


def test_cases_and_status_say_where_a_case_stands(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The list names it, the status names who is waited for and until when."""
    assert folder.exists()
    listed = _told(capsys, "cases")
    assert isinstance(listed, list)
    assert [line["case"] for line in listed] == [CASE]
    told = _told(capsys, "status", "xt-2026-1")
    assert isinstance(told, dict)
    assert told["case"] == CASE
    assert [item["holder"] for item in told["items"]] == ["wang.fang@example.com"]
    assert told["items"][0]["overdue"] is False


def test_explain_tells_the_history_and_how_each_due_moment_came_about(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rule, moment it counts from, calendar revision: everything that is needed to compute it again."""
    assert folder.exists()
    told = _told(capsys, "explain", CASE)
    assert isinstance(told, dict)
    assert [entry["event"] for entry in told["history"]] == ["CaseStarted"]
    due = told["items"][0]["due"]
    assert (due["rule"], due["provisional"]) == ("5 workdays", False)
    assert due["since"] == MONDAY.astimezone(UTC).isoformat()
    assert told["next"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["status", "XT-2026-0999"],
        ["explain", "XT-2026-0999"],
        ["explain", CASE, "confirm/研发部/1"],
        ["act", "XT-2026-0999", "suspend"],
        ["queue", "show", "99"],
        ["queue", "drop", "99"],
        ["verify", "nothing.zip"],
    ],
)
def test_what_is_not_there_ends_with_3(folder: Path, arguments: list[str]) -> None:
    """A script can tell a wrong number from everything else."""
    assert folder.exists()
    assert run(arguments) == Exit.NOT_FOUND


@pytest.mark.parametrize(
    "arguments",
    [
        ["act", CASE, "dance"],
        ["act", CASE, "hand-over"],
        ["act", CASE, "suspend", "--by", "nobody@example.com"],
        ["queue", "eat"],
        ["queue", "drop"],
        ["verify"],
        ["rehearse", ".", "--at", "yesterday"],
        ["rehearse", ".", "--at", "2026-03-02T09:00", "--until", "2026-03-01T09:00"],
    ],
)
def test_a_wrong_command_line_ends_with_2(folder: Path, arguments: list[str]) -> None:
    """Nothing is done."""
    assert folder.exists()
    assert run(arguments) == Exit.USAGE


def test_a_coordinator_suspends_and_it_is_in_the_journal_with_who_and_why(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same deciding as by mail; the second time within a minute does nothing and says the same."""
    assert folder.exists()
    done = _told(capsys, "act", CASE, "suspend", "--why", "春节放假")
    assert isinstance(done, dict)
    assert done["done"] is True
    assert _told(capsys, "act", CASE, "suspend", "--why", "春节放假") == done
    told = _told(capsys, "explain", CASE)
    assert isinstance(told, dict)
    assert [entry["event"] for entry in told["history"]] == ["CaseStarted", "KeywordSaid"]
    assert COORDINATOR in told["history"][1]["cause"]


def test_what_was_undone_in_between_is_ordered_anew(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Suspended, resumed and suspended again within a minute: the case sleeps, as everybody is told."""
    assert folder.exists()
    for action in ("suspend", "resume", "suspend"):
        done = _told(capsys, "act", CASE, action, "--why", "春节放假")
        assert isinstance(done, dict)
        assert done["done"] is True
    told = _told(capsys, "status", CASE)
    assert isinstance(told, dict)
    assert told["status"] == "suspended"


def test_who_may_not_act_is_told_so_and_the_code_is_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A head of another department cannot cancel somebody's case from the command line either."""
    assert folder.exists()
    done = _told(capsys, "act", CASE, "cancel", "--by", "chen.qiang@example.com", code=Exit.WRONG)
    assert isinstance(done, dict)
    assert done["done"] is False
    again = _told(capsys, "act", CASE, "cancel", "--by", "chen.qiang@example.com", code=Exit.WRONG)
    assert again == done


def test_of_a_case_that_is_over_nobody_is_asked_for_an_item(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """“Name one; there are:” and then nothing helps nobody; the decision says why not."""
    assert folder.exists()
    _told(capsys, "act", CASE, "cancel")
    done = _told(capsys, "act", CASE, "hand-over", "chen.qiang@example.com", code=Exit.WRONG)
    assert isinstance(done, dict)
    assert done["because"]["en"].endswith("the case is over")


def test_the_queue_shows_why_a_mail_waits_and_a_dropped_one_is_gone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The number of the list is the number of 丢弃 N."""
    assert folder.exists()
    told = _told(capsys, "queue")
    assert isinstance(told, dict)
    (waiting,) = told["mails"]
    assert STRANGER in waiting["because"]["en"]
    assert run(["queue", "drop", str(waiting["id"])]) == Exit.OK
    capsys.readouterr()
    assert _told(capsys, "queue") == {"mails": [], "letters": []}


def test_replay_verify_and_backup_agree_about_a_sound_store(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All three end with 0, and say so."""
    told = _told(capsys, "replay")
    assert isinstance(told, dict)
    assert (told["agrees"], told["cases"]) == (True, 1)
    assert _told(capsys, "verify", "--store") == {"whole": True, "findings": []}
    kept = _told(capsys, "backup", "copy.zip")
    assert isinstance(kept, dict)
    assert (folder / "copy.zip").stat().st_size > 0
    assert run(["verify", "--store", "--head", kept["head"]]) == Exit.OK


def test_a_backup_is_restored_into_an_empty_store_and_into_no_other(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new store has the same head and verifies; one with something in it is left alone (exit code 1)."""
    kept = _told(capsys, "backup", "copy.zip")
    assert isinstance(kept, dict)
    assert run(["restore", "copy.zip"]) == Exit.WRONG
    assert "empty" in capsys.readouterr().err

    other = folder / "other"
    other.mkdir()
    found(other)
    monkeypatch.chdir(other)
    told = _told(capsys, "restore", str(folder / "copy.zip"))
    assert isinstance(told, dict)
    assert told["head"] == kept["head"]
    assert (told["rows"], told["blobs"]) == (kept["rows"], kept["blobs"])
    assert run(["verify", "--store", "--head", kept["head"]]) == Exit.OK

    (other / "torn.zip").write_bytes((folder / "copy.zip").read_bytes()[:200])
    assert run(["restore", "torn.zip"]) == Exit.WRONG


def test_once_does_what_there_is_to_do_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`run --once` on the embedded default: mail in, letter out, mail filed, health written."""
    found(tmp_path)
    (tmp_path / "Inbox").mkdir()
    (tmp_path / "Inbox" / "1.eml").write_bytes(mail())
    monkeypatch.chdir(tmp_path)
    assert run(["run", "--once"]) == Exit.OK
    assert (tmp_path / "Handled" / "1.eml").exists()
    assert len(list((tmp_path / "Sent").glob("*.eml"))) == 1
    health = json.loads((tmp_path / "data" / "health.json").read_text("utf-8"))
    assert health["well"] is True
    assert health["mails"]["done"] == 1


def test_the_daemon_takes_mail_refuses_a_second_one_and_ends_when_told(tmp_path: Path) -> None:
    """One daemon per store (exit 4); SIGTERM ends it between two things, with code 0."""
    found(tmp_path)
    command = [sys.executable, "-m", "agent", "run", "-c", "formclerk.toml"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent.parent.parent)}
    daemon = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE)
    try:
        _wait_for(tmp_path / "data" / "health.json")
        (tmp_path / "Inbox" / "1.eml").write_bytes(mail())
        _wait_for(tmp_path / "Handled" / "1.eml")
        second = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
        assert second.returncode == Exit.BUSY
        assert str(daemon.pid) in second.stderr.decode()
    finally:
        daemon.send_signal(signal.SIGTERM)
        _, said = daemon.communicate(timeout=30)
    assert daemon.returncode == Exit.OK, said.decode()


def _wait_for(path: Path) -> None:
    for _ in range(300):
        if path.exists():
            return
        time.sleep(0.1)
    raise AssertionError(f"{path} did not come")
