"""`formclerk init` on a terminal asks, tries the mailbox, and writes the commented configuration."""

import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
import tomllib
from pathlib import Path

import pytest

from agent import config
from agent.config_mailbox import MailboxKind


def converse(folder: Path, answers: list[tuple[str, str]]) -> tuple[int, str]:
    """Run `init` on a pseudo-terminal: wait for each question, give its answer; return code and text."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "FORMCLERK_LANG": "zh", "TERM": "dumb"}
    process = subprocess.Popen(
        [sys.executable, "-m", "agent", "init", str(folder)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    shown = ""
    waiting = list(answers)
    end = time.monotonic() + 90
    while time.monotonic() < end:
        ready, _, _ = select.select([ours], [], [], 0.2)
        if ready:
            try:
                shown += os.read(ours, 65_536).decode("utf-8", "replace")
            except OSError:  # the other end is closed
                break
        elif process.poll() is not None:
            break
        if waiting and re.search(waiting[0][0], shown.rpartition("\x00")[2]):
            shown += "\x00"
            while "password" in waiting[0][0] and termios.tcgetattr(ours)[3] & termios.ECHO:
                time.sleep(0.05)  # what is typed before the echo is off would be seen, and thrown away
            os.write(ours, (waiting.pop(0)[1] + "\n").encode())
    if process.poll() is None and waiting:
        process.kill()
    code = process.wait(timeout=10)
    os.close(ours)
    assert not waiting, f"never asked: {waiting[0][0]}\n{shown}"
    return code, shown


ABOUT_US = [
    (r"address: ", "not an address"),
    (r"address: ", "clerk@company.example"),
    (r"name: ", ""),
    (r"language: ", "zh"),
    (r"file: ", ""),
]


def test_the_questions_lead_to_a_configuration_that_is_tried(tmp_path: Path) -> None:
    """A wrong answer is asked again, a refused mailbox too; the password lies in a file of ours alone."""
    folder = tmp_path / "site"
    code, shown = converse(
        folder,
        [
            *ABOUT_US,
            (r"kind: ", "imap"),
            (r"host: .*imap\.company\.example", "127.0.0.1"),
            (r"password: ", "hunter2"),
            (r"host: .*smtp\.company\.example", "127.0.0.1"),
            (r"重新填写邮箱设置", "n"),
        ],
    )
    assert code == 0, shown
    assert "请重新输入" in shown
    assert "邮箱不可用" in shown
    assert "hunter2" not in shown
    found = config.load(folder / config.NAME)
    assert found.mailbox.kind is MailboxKind.IMAP
    assert found.mailbox.imap is not None
    assert found.mailbox.imap.password is not None
    assert found.mailbox.imap.password.reveal() == "hunter2"
    assert not found.mailbox.imap.password.is_open_to_others()
    assert found.agent.address == "clerk@company.example"
    assert "hunter2" not in (folder / config.NAME).read_text("utf-8")


@pytest.mark.parametrize("arguments", [["init", "--yes"], ["init"]])
def test_without_a_terminal_or_with_yes_nothing_is_asked(tmp_path: Path, arguments: list[str]) -> None:
    """Scripts lay out a folder as before."""
    done = subprocess.run(
        [sys.executable, "-m", "agent", *arguments, str(tmp_path / "site")],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert config.load(tmp_path / "site" / config.NAME).mailbox.kind is MailboxKind.FOLDER


def test_a_mailbox_that_is_refused_can_be_answered_anew(tmp_path: Path) -> None:
    """Here the second answer is a folder, which always works."""
    folder = tmp_path / "site"
    code, shown = converse(
        folder,
        [
            *ABOUT_US,
            (r"kind: ", "imap"),
            (r"host: ", "127.0.0.1"),
            (r"password: ", ""),
            (r"host: ", "127.0.0.1"),
            (r"重新填写邮箱设置", "y"),
            (r"kind: ", "folder"),
        ],
    )
    assert code == 0, shown
    data = tomllib.loads((folder / config.NAME).read_text("utf-8"))
    assert data["mailbox"]["kind"] == "folder"
    assert "imap" not in data["mailbox"]
