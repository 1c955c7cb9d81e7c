"""`formclerk init` offers the address of a company's Exchange server, or says that it found none."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import asking
from agent.mailbox.exchange import find
from tests.unit.mailbox.test_ews_find import TOLD, Front


@pytest.fixture
def front(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    """The web server of the company; its certificate counts on this machine."""
    found = Front(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "front.pem"))
    monkeypatch.setattr(find, "hosts_for", lambda _: (found.host,))
    yield found
    found.close()


def answered(typed: str) -> tuple[asking.Answers, str]:
    """Answer the questions about the mailbox; return what was understood, and what was shown."""
    found = asking.Answers(chosen={"agent.address": "clerk@company.example"})
    with CliRunner().isolation(input=typed) as (shown, *_):
        asking.ask_mailbox(found)
        return found, shown.getvalue().decode()


def test_enter_takes_the_address_that_was_found(front: Front) -> None:
    """Nobody in the office knows the address of EWS."""
    front.says({"Protocol": "EWS", "Url": TOLD})
    found, shown = answered("exchange\n\n\nhunter2\n")
    assert found.chosen["mailbox.exchange.endpoint"] == TOLD
    assert f"Found {TOLD}" in shown or f"找到 {TOLD}" in shown
    assert all(not login for _, login in front.asked)


def test_where_nothing_is_found_a_person_is_asked_and_told_whom_to_ask(front: Front) -> None:
    """The words name what was tried."""
    found, shown = answered(f"exchange\ny\n{TOLD}\nhunter2\n")
    assert found.chosen["mailbox.exchange.endpoint"] == TOLD
    assert "administrator" in shown or "管理员" in shown
    assert "company.example" in shown
    assert front.asked


def test_nobody_is_asked_where_that_is_not_wanted(front: Front) -> None:
    """Some networks watch for such questions."""
    found, _ = answered(f"exchange\nn\n{TOLD}\nhunter2\n")
    assert found.chosen["mailbox.exchange.endpoint"] == TOLD
    assert front.asked == []


def test_a_mailbox_in_the_cloud_is_sent_to_graph(front: Front) -> None:
    """Exchange Online lets nobody in by EWS any more."""
    front.says({"Protocol": "EWS", "Url": "https://outlook.office365.com/EWS/Exchange.asmx"})
    _, shown = answered(f"exchange\n\n{TOLD}\nhunter2\n")
    assert "graph" in shown.partition("EWS")[2]


@pytest.mark.parametrize(("language", "word"), [("zh", "没有找到"), ("en", "Nothing was found")])
def test_both_languages_say_that_nothing_was_found(language: str, word: str) -> None:
    """A domain that does not exist, asked for real."""
    said = subprocess.run(
        [sys.executable, "-c", "from agent.cli import asking; asking._endpoint('clerk@company.invalid')"],
        input="y\n",
        env={**os.environ, "FORMCLERK_LANG": language},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert word in said.stdout
    assert "company.invalid" in said.stdout
