"""From nothing to a clerk that can run: init, doctor, people, calendar, process, migrate."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli.app import build, run
from agent.cli.say import Exit
from tests.servers.dovecot import PASSWORD
from tests.servers.shared import MailServers


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lay out a folder with `init` and stand in it."""
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(build(), ["init", "site"]).exit_code == Exit.OK
    monkeypatch.chdir(tmp_path / "site")
    return tmp_path / "site"


def call(*arguments: str) -> Result:
    return CliRunner().invoke(build(), list(arguments))


def facts(*arguments: str) -> dict[str, object]:
    found = json.loads(call(*arguments, "--json").stdout)
    assert isinstance(found, dict)
    return found


def test_init_leaves_everything_that_people_may_edit(site: Path) -> None:
    """The configuration, a directory, days off, the pack with its Word files, folders for mail."""
    for name in (
        "formclerk.toml",
        "people.csv",
        "holidays.csv",
        "collaboration/process.toml",
        "mail/Inbox",
        "data",
    ):
        assert (site / name).exists(), name
    assert list((site / "collaboration" / "zh").glob("*.docx"))


def test_init_overwrites_nothing(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second init in the same place is refused and changes no byte."""
    monkeypatch.chdir(site.parent)
    (site / "formclerk.toml").write_text("mine", encoding="utf-8")
    assert call("init", "site").exit_code == Exit.USAGE
    assert (site / "formclerk.toml").read_text(encoding="utf-8") == "mine"


def test_a_fresh_site_is_healthy(site: Path) -> None:
    """What init writes, doctor accepts: nothing is wrong, at most something is to be looked at."""
    del site
    found = call("doctor", "--json")
    assert found.exit_code == Exit.OK
    assert {each["grade"] for each in json.loads(found.stdout)} <= {"good", "care"}
    assert {each["check"] for each in json.loads(found.stdout)} >= {
        "configuration", "folders", "clock", "disk", "store", "directory", "calendar", "process", "mailbox"
    }  # fmt: skip


def break_directory(site: Path) -> None:
    (site / "people.csv").write_text("name,email\nA,nobody\n", encoding="utf-8")


def break_pack(site: Path) -> None:
    (site / "collaboration" / "zh" / "request.docx").unlink()


def break_calendar(site: Path) -> None:
    (site / "holidays.csv").write_text("date,day\nyesterday,off\n", encoding="utf-8")


def break_process(site: Path) -> None:
    file = site / "collaboration" / "process.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace('kind = "archive"', 'kind = "archiv"'), encoding="utf-8"
    )


def break_secret(site: Path) -> None:
    file = site / "formclerk.toml"
    said = file.read_text(encoding="utf-8").replace(
        '#password_file = "secrets/postgres"', 'password_file = "gone"'
    )
    file.write_text(said, encoding="utf-8")


def break_store(site: Path) -> None:
    (site / "data" / "formclerk.db").write_bytes(b"this is no database at all" * 100)


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        (break_directory, "directory"),
        (break_pack, "process"),
        (break_calendar, "calendar"),
        (break_process, "process"),
        (break_secret, "secrets"),
        (break_store, "store"),
    ],
)
def test_doctor_finds_what_is_wrong_and_says_so(site: Path, damage: object, check: str) -> None:
    """Exit code 1; the others are still looked at."""
    assert callable(damage)
    damage(site)
    found = call("doctor", "--json")
    assert found.exit_code == Exit.WRONG
    findings = json.loads(found.stdout)
    assert [each["check"] for each in findings if each["grade"] == "wrong"] == [check]
    assert len({each["check"] for each in findings}) >= 9


def test_people_are_listed_as_understood(site: Path) -> None:
    """With roles, for people and for programs."""
    del site
    shown = call("people", "list")
    assert "grace.wong@example.com" in shown.stdout
    people = json.loads(call("people", "list", "--json").stdout)
    assert people[0]["roles"] == ["executive"]


def test_the_configuration_may_be_named_before_or_behind_the_command(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both habits are common; the one behind wins."""
    monkeypatch.chdir(site.parent)
    here = "site/formclerk.toml"
    for words in (
        ("-c", here, "people", "list"),
        ("people", "list", "-c", here),
        ("-c", "x", "people", "list", "-c", here),
    ):
        assert "Grace Wong" in call(*words).stdout
    assert run(["people", "list"]) == Exit.USAGE


def test_people_check_ends_with_1_when_something_must_change(site: Path) -> None:
    """So that a script can stop."""
    assert call("people", "check").exit_code == Exit.OK
    break_directory(site)
    found = call("people", "check", "--json")
    assert found.exit_code == Exit.WRONG
    assert {p["code"] for p in json.loads(found.stdout)["problems"]} >= {"bad_address", "no_coordinator"}


def test_a_department_that_nobody_is_in_has_no_calendar(site: Path) -> None:
    """A slip must not be answered with somebody else's days."""
    del site
    done = call("calendar", "explain", "2026-10-10", "-d", "Enginering")

    assert done.exit_code == Exit.NOT_FOUND
    assert "did you mean “Engineering”" in done.stderr


def test_the_calendar_shows_a_year_and_explains_a_day(site: Path) -> None:
    """2026-10-10 is a Saturday that is worked."""
    del site
    year = facts("calendar", "show", "2026")
    assert (year["published"], year["workdays"]) == (True, 248)
    day = facts("calendar", "explain", "2026-10-10")
    assert (day["worked"], day["next_workday"]) == (True, "2026-10-12")
    assert "make-up day for National Day" in call("calendar", "explain", "2026-10-10").stdout
    assert call("calendar", "explain", "someday").exit_code == Exit.USAGE


def test_an_unpublished_year_is_told_loudly(site: Path) -> None:
    """On the error stream, beside the assumption."""
    del site
    shown = call("calendar", "show", "2090")
    assert "nobody has published 2090" in shown.stderr
    assert facts("calendar", "show", "2090")["published"] is False


def test_the_process_is_shown_checked_and_drawn(site: Path) -> None:
    """The copy in the folder is the one that runs."""
    assert call("process", "check").exit_code == Exit.OK
    assert len(facts("process", "show")["stages"]) == 4  # type: ignore[arg-type]
    assert call("process", "draw").stdout.startswith("flowchart")
    assert call("process", "draw", "-f", "svg").stdout.startswith("<svg")
    assert call("process", "draw", "-f", "png").exit_code == Exit.USAGE
    assert call("process", "draw", "-f", "png", "-o", "p.png").exit_code == Exit.OK
    assert (site / "p.png").read_bytes().startswith(b"\x89PNG")


def test_a_mistake_in_the_process_is_told_with_file_table_and_key(site: Path) -> None:
    """Exit code 1 from check; a command that needs the process ends with 2."""
    break_process(site)
    found = call("process", "check", "--json")
    assert found.exit_code == Exit.WRONG
    (problem,) = json.loads(found.stdout)["problems"]
    assert problem["file"].endswith("process.toml")
    assert problem["key"] == "kind"
    assert "不是步骤类型" in problem["say"]["zh"]
    assert "is no kind of step" in problem["say"]["en"]
    assert run(["process", "show"]) == Exit.USAGE


def test_an_unknown_case_ends_with_3(site: Path) -> None:
    """cli.md: not found."""
    del site
    assert call("process", "draw", "--case", "XT-2026-9999").exit_code == Exit.NOT_FOUND


def test_migrate_brings_an_empty_place_to_the_present_schema_once(site: Path) -> None:
    """The second time there is nothing to do."""
    first, second = facts("migrate"), facts("migrate")
    assert (first["before"], first["changed"]) == (None, True)
    assert second["changed"] is False
    assert re.fullmatch(r"\d{4}", str(second["after"]))
    assert (site / "data" / "formclerk.db").is_file()


def connect(site: Path, imap: str, smtp: str, password: str) -> None:
    """Write the tables of a real mailbox, as the README tells the newcomer."""
    secret = site / "secrets" / "mailbox"
    secret.write_text(password, encoding="utf-8")
    secret.chmod(0o600)
    said = (site / "formclerk.toml").read_text(encoding="utf-8").replace('kind = "folder"', 'kind = "imap"')
    tables = f'[mailbox.imap]\n{imap}\npassword_file = "secrets/mailbox"\n\n[mailbox.smtp]\n{smtp}\n\n'
    at = said.index("#[mailbox.imap]")
    (site / "formclerk.toml").write_text(said[:at] + tables + said[at:], encoding="utf-8")


def of_mailbox(result: Result) -> list[tuple[str, str]]:
    return [(f["grade"], f["say"]) for f in json.loads(result.stdout) if f["check"] == "mailbox"]


def test_a_mail_server_that_does_not_answer_is_found_unless_left_alone(site: Path) -> None:
    """Nothing listens on port 9 of this machine; `--offline` does not call."""
    server = 'host = "127.0.0.1"\nport = 9\nsecurity = "none"'
    connect(site, server, server, "tiger")
    found = call("doctor", "--json")
    assert found.exit_code == Exit.WRONG
    assert [grade for grade, _ in of_mailbox(found)] == ["wrong"]
    assert "tiger" not in found.output
    assert call("doctor", "--offline").exit_code == Exit.OK


def test_a_real_mailbox_is_logged_in_to_and_a_wrong_password_is_told(
    site: Path, mail_servers: MailServers
) -> None:
    """A Dovecot and a Postfix of our own; nothing in the mailbox changes."""
    trust = f'host = "127.0.0.1"\nca_file = "{mail_servers.dovecot.certificate}"\n'
    imap = f'{trust}port = {mail_servers.dovecot.imaps}\nuser = "doctor"'
    smtp = f"{trust}port = {mail_servers.postfix.implicit}"
    connect(site, imap, smtp, PASSWORD)
    assert [grade for grade, _ in of_mailbox(call("doctor", "--json"))] == ["good", "good"]
    (site / "secrets" / "mailbox").write_text("wrong-secret", encoding="utf-8")
    refused = call("doctor", "--json")
    assert refused.exit_code == Exit.WRONG
    assert [grade for grade, _ in of_mailbox(refused)] == ["wrong"]
    assert "wrong-secret" not in refused.output
