"""`formclerk.toml` is read whole or refused with file, table and key (cli.md)."""

import os
import tomllib
from collections.abc import Mapping
from datetime import time
from pathlib import Path

import pytest

from agent import config
from agent.config import ConfigError
from agent.config_mailbox import MailboxKind
from agent.config_secrets import Secret, SecretPlace
from agent.config_text import commented
from agent.config_values import TimeRange
from agent.domain.errors import WillNotWork
from agent.domain.steps import WeeklyMoment
from agent.domain.words import Language

FILE = Path("/site/formclerk.toml")
IMAP = {"host": "imap.example.com", "password_env": "PASSWORD"}


def refused(data: Mapping[str, object]) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        config.read(data, FILE)
    return caught.value


def test_an_empty_file_is_a_whole_configuration() -> None:
    """Every key has a default (cli.md)."""
    found = config.read({}, FILE)
    assert found.agent.zone.key == "Asia/Shanghai"
    assert found.mailbox.kind is MailboxKind.FOLDER
    assert found.hours.quiet == TimeRange(start=time(20), end=time(8))
    assert found.hours.weekly_digest == WeeklyMoment(weekday=0, at=time(8, 30))
    assert found.calendar.extra is None


def test_paths_start_from_the_folder_of_the_file_wherever_we_run() -> None:
    """A daemon is started from anywhere."""
    found = config.read(
        {"directory": {"file": "hr/people.xlsx"}, "mailbox": {"path": "/var/mail/clerk"}}, FILE
    )
    assert found.directory.file == Path("/site/hr/people.xlsx")
    assert found.mailbox.path == Path("/var/mail/clerk")
    assert found.store.url == "sqlite:////site/data/formclerk.db"


@pytest.mark.parametrize(
    ("data", "table", "key", "hint"),
    [
        ({"agnet": {}}, "", "agnet", "agent"),
        ({"agent": {"adress": "x"}}, "agent", "adress", "address"),
        ({"mailbox": {"kind": "imap", "imap": {**IMAP, "hots": "x"}}}, "mailbox.imap", "hots", "host"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_known_one(
    data: Mapping[str, object], table: str, key: str, hint: str
) -> None:
    """A slip must not silently leave a default in force."""
    error = refused(data)
    assert (error.file, error.table, error.key) == (str(FILE), table, key)
    assert f"“{hint}”" in error.say(Language.ZH)
    assert f"“{hint}”" in error.say(Language.EN)


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("agent", "address", "nobody"),
        ("agent", "address", "a b@example.com"),
        ("agent", "zone", "Mars/Olympus"),
        ("agent", "zone", "../etc/passwd"),
        ("agent", "language", "de"),
        ("agent", "name", ""),
        ("agent", "name", "a\nBcc: x"),
        ("agent", "aliases", "one@example.com"),
        ("store", "url", "mysql://host/db"),
        ("store", "url", "sqlite:///"),
        ("store", "blobs", 3),
        ("mailbox", "kind", "pigeon"),
        ("hours", "quiet", "8-20"),
        ("hours", "quiet", "20:00"),
        ("hours", "digest", "25:00"),
        ("hours", "weekly_digest", "Noday 08:30"),
        ("notices", "budget", 0),
        ("notices", "budget", True),
        ("log", "level", "LOUD"),
    ],
)
def test_an_unusable_value_is_refused_with_what_is_expected(table: str, key: str, value: object) -> None:
    """The sentence names the place, in both languages."""
    error = refused({table: {key: value}})
    assert (error.table, error.key) == (table, key)
    assert error.say(Language.EN).startswith(f"{FILE}: [{table}] {key}: ")
    assert error.say(Language.ZH) != error.say(Language.EN)


def test_a_table_that_is_no_table_is_refused() -> None:
    """`agent = 3` is a mistake, not an agent."""
    assert refused({"agent": 3}).table == "agent"


def test_no_quiet_hours_is_an_empty_text() -> None:
    """A night shift may want every letter at once."""
    assert config.read({"hours": {"quiet": ""}}, FILE).hours.quiet is None


def test_imap_needs_its_tables_and_a_password_or_oauth() -> None:
    """What is missing is told when the file is read, not at the first mail."""
    smtp = {"host": "smtp.example.com"}
    assert refused({"mailbox": {"kind": "imap"}}).table == "mailbox.imap"
    assert refused({"mailbox": {"kind": "imap", "imap": IMAP}}).table == "mailbox.smtp"
    bare = {"kind": "imap", "imap": {"host": "h.example.com"}, "smtp": smtp}
    assert refused({"mailbox": bare}).key == "password_file"
    assert config.read({"mailbox": {**bare, "oauth": {"command": ["token"]}}}, FILE).mailbox.oauth is not None
    assert config.read({"mailbox": {**bare, "imap": IMAP}}, FILE).mailbox.imap is not None


def test_a_secret_never_stands_in_the_file() -> None:
    """Neither as a key nor inside a database address; the refusal does not repeat it."""
    for data in (
        {"mailbox": {"imap": {"host": "h", "password": "tiger123"}}},
        {"store": {"url": "postgresql://clerk:tiger123@db/formclerk"}},
    ):
        error = refused(data)
        assert "tiger123" not in error.say(Language.EN) + error.say(Language.ZH) + repr(error)
        assert "password_file" in error.say(Language.EN)


def test_a_secret_has_one_place() -> None:
    """Two would be a riddle."""
    assert refused({"store": {"password_file": "a", "password_env": "B"}}).key == "password_env"


def test_a_secret_comes_from_a_file_without_its_line_break(tmp_path: Path) -> None:
    """Editors end a file with one."""
    (tmp_path / "password").write_text("tiger 123\n", encoding="utf-8")
    found = config.read({"store": {"password_file": "password"}}, tmp_path / "formclerk.toml")
    assert found.store.password is not None
    assert found.store.password.reveal() == "tiger 123"
    assert "tiger" not in repr(found)


def test_a_secret_comes_from_the_environment() -> None:
    """Containers do it so."""
    secret = Secret(place=SecretPlace.ENVIRONMENT, name="CLERK")
    assert secret.reveal({"CLERK": "tiger"}) == "tiger"
    with pytest.raises(WillNotWork, match="CLERK"):
        secret.reveal({})


def test_a_missing_secret_is_told_by_its_place(tmp_path: Path) -> None:
    """The message names the file, and nothing of any content."""
    missing = Secret(place=SecretPlace.FILE, name=str(tmp_path / "nowhere"))
    with pytest.raises(WillNotWork, match="nowhere"):
        missing.reveal()
    (tmp_path / "binary").write_bytes(b"\xff\xfetiger")
    with pytest.raises(WillNotWork) as caught:
        Secret(place=SecretPlace.FILE, name=str(tmp_path / "binary")).reveal()
    assert caught.value.__cause__ is None


@pytest.mark.skipif(os.name != "posix", reason="permissions of files are checked on POSIX only")
def test_a_secret_that_others_can_read_is_noticed(tmp_path: Path) -> None:
    """`doctor` warns about it."""
    file = tmp_path / "password"
    file.write_text("tiger", encoding="utf-8")
    secret = Secret(place=SecretPlace.FILE, name=str(file))
    file.chmod(0o644)
    assert secret.is_open_to_others()
    file.chmod(0o600)
    assert not secret.is_open_to_others()


def test_the_address_of_the_store_carries_the_password_quoted(tmp_path: Path) -> None:
    """A password may hold any character."""
    (tmp_path / "p").write_text("t/i:g@er", encoding="utf-8")
    data = {"store": {"url": "postgresql://clerk@db:5432/formclerk", "password_file": "p"}}
    store = config.read(data, tmp_path / "formclerk.toml").store
    assert store.address() == "postgresql://clerk:t%2Fi%3Ag%40er@db:5432/formclerk"
    assert "t/i" not in repr(store)


@pytest.mark.parametrize("language", Language)
def test_the_commented_file_says_the_defaults_and_nothing_else(language: Language) -> None:
    """One source: what `init` writes is what the program assumes."""
    text = commented(language)
    assert config.read(tomllib.loads(text), FILE) == config.read(
        {"agent": {"language": language.value}}, FILE
    )


@pytest.mark.parametrize("language", Language)
def test_taking_one_mark_away_makes_the_optional_tables_valid(language: Language) -> None:
    """As the comment tells the newcomer who connects a mailbox; the comments within stay comments."""
    text = commented(language, {"mailbox.kind": "imap"})
    head, mark, rest = text.partition("#[mailbox.imap]")
    block, gap, tail = (mark + rest).partition("\n\n")
    smtp, gap2, tail2 = tail.partition("\n\n")
    opened = "\n".join(
        line.removeprefix("#") if line.startswith("#") else line for line in block.splitlines()
    )
    smtp_opened = "\n".join(
        line.removeprefix("#") if line.startswith(("##", "#[")) or " = " in line else line
        for line in smtp.splitlines()
    )
    found = config.read(tomllib.loads(head + opened + gap + smtp_opened + gap2 + tail2), FILE)
    assert found.mailbox.imap is not None
    assert found.mailbox.imap.host == "imap.example.com"
    assert found.mailbox.imap.ca_file is None  # most servers need none, and the example names no real file
    assert found.mailbox.smtp is not None


def test_chosen_values_stand_in_the_commented_file() -> None:
    """`init` sets what it knows better."""
    text = commented(Language.EN, {"agent.zone": "Europe/Berlin", "calendar.extra": "days.csv"})
    found = config.read(tomllib.loads(text), FILE)
    assert found.agent.zone.key == "Europe/Berlin"
    assert found.calendar.extra == Path("/site/days.csv")


def test_the_file_is_looked_for_here_and_then_in_the_users_folder(tmp_path: Path) -> None:
    """cli.md: ./formclerk.toml, then the user's config folder; a given one wins."""
    here, home = tmp_path / "here", tmp_path / "home" / "formclerk"
    here.mkdir()
    home.mkdir(parents=True)
    environment = {"XDG_CONFIG_HOME": str(tmp_path / "home"), "APPDATA": str(tmp_path / "home")}
    with pytest.raises(ConfigError, match="formclerk init"):
        config.find(None, here=here, environment=environment)
    (home / "formclerk.toml").touch()
    assert config.find(None, here=here, environment=environment) == home / "formclerk.toml"
    (here / "formclerk.toml").touch()
    assert config.find(None, here=here, environment=environment) == here / "formclerk.toml"
    assert config.find(Path("other.toml"), here=here, environment=environment) == Path("other.toml")


def test_a_file_that_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    """So is one that is not there, or not UTF-8."""
    file = tmp_path / "formclerk.toml"
    with pytest.raises(ConfigError, match="cannot be read"):
        config.load(file)
    file.write_text("[agent\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="line 1"):
        config.load(file)
    file.write_bytes('[agent]\nname = "助手"\n'.encode("gb18030"))
    with pytest.raises(ConfigError, match="is no TOML"):
        config.load(file)


def test_a_mark_before_the_text_does_no_harm(tmp_path: Path) -> None:
    """Notepad writes one."""
    file = tmp_path / "formclerk.toml"
    file.write_text('[agent]\nname = "协同"\n', encoding="utf-8-sig")
    assert config.load(file).agent.name == "协同"
