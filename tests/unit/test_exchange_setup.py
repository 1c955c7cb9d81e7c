"""An Exchange mailbox from its configuration: built as written, examined alive, explained when refused."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import accounts, config, examination
from agent.config import ConfigError
from agent.config_sections import Config
from agent.config_text import commented
from agent.domain.errors import WillNotWork
from agent.domain.words import Language
from agent.findings import Finding, Grade
from agent.mailbox.exchange.settings import Access, Proof
from agent.mailbox.settings import OAuth, Password
from tests.contract.ews_stage import PASSWORD, EwsStage
from tests.houses import CLERK, CONFIG, PEOPLE
from tests.servers.ews import ews_server

_SECTION = """\
[mailbox]
kind = "exchange"

[mailbox.exchange]
endpoint = "{endpoint}"
password_file = "secret"
login = "basic"
"""


def _configured(folder: Path, section: str) -> Config:
    (folder / "secret").write_text(PASSWORD + "\n", encoding="utf-8")
    (folder / "secret").chmod(0o600)
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    before, _, after = CONFIG.partition("[mailbox]")
    file = folder / config.NAME
    file.write_text(f"{before}{section}\n[directory]{after.partition('[directory]')[2]}", encoding="utf-8")
    return config.load(file)


@pytest.fixture
def stage() -> Iterator[EwsStage]:
    """The clerk's mailbox on a server of this test alone."""
    with ews_server() as server:
        yield EwsStage(server, CLERK)


def _mailbox_of(found: tuple[Finding, ...]) -> list[Finding]:
    return [each for each in found if each.check == "mailbox"]


def test_the_mailbox_is_built_as_written(tmp_path: Path) -> None:
    """A shared mailbox, a service account, folders under the inbox."""
    section = _SECTION.format(endpoint="https://mail.example.com/EWS/Exchange.asmx").replace("basic", "ntlm")
    section += (
        'mailbox = "Desk@example.com"\nuser = "EXAMPLE\\\\svc"\naccess = "impersonation"\nprefix = "inbox"\n'
    )
    settings = accounts.exchange_mailbox(_configured(tmp_path, section)).settings

    assert settings.login == Password(user="EXAMPLE\\svc", secret=PASSWORD)
    assert (settings.mailbox, settings.prefix) == ("desk@example.com", "inbox")
    assert (settings.proof, settings.access) == (Proof.NTLM, Access.IMPERSONATION)


def test_tokens_take_the_place_of_a_password(tmp_path: Path) -> None:
    """With [mailbox.oauth] nobody needs to write a password down."""
    section = _SECTION.format(endpoint="https://mail.example.com/EWS/Exchange.asmx")
    section = section.replace('password_file = "secret"\n', "") + '\n[mailbox.oauth]\ncommand = ["token"]\n'
    assert isinstance(accounts.exchange_mailbox(_configured(tmp_path, section)).settings.login, OAuth)


def test_a_password_never_travels_in_the_open(tmp_path: Path) -> None:
    """An http address elsewhere is refused before anything is sent there."""
    section = _SECTION.format(endpoint="http://mail.example.com/EWS/Exchange.asmx")
    with pytest.raises(WillNotWork, match="https"):
        accounts.exchange_mailbox(_configured(tmp_path, section))


def test_without_the_extra_the_person_learns_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has no Exchange needs no library for it; whoever has one is told its name."""
    found = _configured(tmp_path, _SECTION.format(endpoint="https://mail.example.com/EWS/Exchange.asmx"))
    monkeypatch.delitem(sys.modules, "agent.mailbox.exchange.mailbox", raising=False)
    monkeypatch.setitem(sys.modules, "exchangelib", None)
    with pytest.raises(WillNotWork, match=r"pip install formclerk\[exchange\]"):
        accounts.exchange_mailbox(found)


@pytest.mark.parametrize("left_out", ["[mailbox.exchange]", "password_file"])
def test_what_is_missing_is_named(tmp_path: Path, left_out: str) -> None:
    """The person who sets it up learns which table or key to add."""
    section = _SECTION.format(endpoint="https://mail.example.com/EWS/Exchange.asmx")
    section = (
        section.partition(left_out)[0]
        if left_out.startswith("[")
        else section.replace("password_file", "user")
    )
    with pytest.raises(ConfigError, match=r"mailbox\.exchange"):
        _configured(tmp_path, section)


@pytest.mark.parametrize("language", list(Language))
def test_the_commented_configuration_shows_how(tmp_path: Path, language: Language) -> None:
    """Whoever takes one # from each line of the table gets a mailbox, in both languages."""
    text = commented(language, {"mailbox.kind": "exchange"})
    table = text.partition("#[mailbox.exchange]")[2].partition("\n\n")[0]
    lines = ("[mailbox.exchange]" + table).replace("\n#", "\n")
    found = _configured(tmp_path, '[mailbox]\nkind = "exchange"\n' + lines + "\n").mailbox.exchange
    assert found is not None
    assert found.endpoint.endswith("/EWS/Exchange.asmx")


def test_doctor_logs_in_and_changes_nothing(stage: EwsStage, tmp_path: Path) -> None:
    """The first question of whoever set it up: does it work?"""
    stage.drop(1, b"Subject: waiting\r\n\r\n")
    found = _configured(tmp_path, _SECTION.format(endpoint=stage.server.endpoint))
    (said,) = _mailbox_of(examination.examine(found))

    assert said.grade is Grade.GOOD
    assert "1 in the inbox" in said.say.en
    assert len(stage.post.folders) == len(EwsStage(stage.server, "other@example.com").post.folders)


def test_doctor_names_the_rights_that_are_missing(stage: EwsStage, tmp_path: Path) -> None:
    """A reader's rights are not enough, and the administrator gets the command."""
    stage.server.rights = "false"
    found = _configured(tmp_path, _SECTION.format(endpoint=stage.server.endpoint))
    _, *wrong = _mailbox_of(examination.examine(found))

    assert len(wrong) == 3
    for each in wrong:
        assert each.grade is Grade.WRONG
        assert "FullAccess" in each.do.zh
        assert CLERK in each.do.en


def test_doctor_says_that_a_password_is_wrong_after_one_try(stage: EwsStage, tmp_path: Path) -> None:
    """An examination must not lock the account."""
    found = _configured(tmp_path, _SECTION.format(endpoint=stage.server.endpoint))
    (tmp_path / "secret").write_text("old", encoding="utf-8")
    (said,) = _mailbox_of(examination.examine(found))

    assert said.grade is Grade.WRONG
    assert "login" in said.say.en
    assert stage.server.logins == [CLERK]
