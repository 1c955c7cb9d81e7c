"""The command line as scripts and people meet it: languages, exit codes, sentences instead of traces."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from agent.cli import app as program
from agent.cli.grammar import error_in_our_words, help_in_our_words, width
from agent.cli.language import choose
from agent.cli.say import Exit
from agent.domain.errors import Conflict, FormclerkError, TryLater, Unsure, WillNotWork
from agent.domain.words import Language

ROOT = Path(__file__).parents[3]


def formclerk(
    *arguments: str, language: str = "en", at: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("FORMCLERK", "LC_", "XDG"))}
    known = {**clean, "FORMCLERK_LANG": language, "PYTHONPATH": str(ROOT), "HOME": str(at), **environment}
    return subprocess.run(
        [sys.executable, "-m", "agent", *arguments],
        cwd=at,
        env=known,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"FORMCLERK_LANG": "zh", "LANG": "en_US.UTF-8"}, Language.ZH),
        ({"LANG": "zh_CN.UTF-8"}, Language.ZH),
        ({"LC_ALL": "en_GB", "LANG": "zh_CN"}, Language.EN),
        ({"LANG": "de_DE.UTF-8"}, Language.EN),
        ({"FORMCLERK_LANG": "xx", "LANG": "zh_CN"}, Language.ZH),
        ({}, Language.EN),
    ],
)
def test_the_user_chooses_the_language_else_the_locale(
    environment: dict[str, str], language: Language
) -> None:
    """cli.md: FORMCLERK_LANG, then LANG."""
    assert choose(environment) is language


def test_help_is_wholly_in_the_language_of_the_user() -> None:
    """Headings and the library's own words too."""
    chinese, english = formclerk("--help", language="zh").stdout, formclerk("--help").stdout
    assert "用法：formclerk" in chinese
    assert "建立工作目录" in chinese
    for word in ("Usage", "Options", "Commands", "Show this", "ARGS"):
        assert word not in chinese
    assert "Usage: formclerk" in english
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in english)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_command_of_ours_has_help_with_an_example(language: str) -> None:
    """A newcomer copies examples."""
    for command in ("init", "doctor", "migrate"):
        shown = formclerk(command, "--help", language=language)
        assert shown.returncode == Exit.OK
        assert f"formclerk {command}" in shown.stdout
        assert ("示例" if language == "zh" else "Examples") in shown.stdout


def test_a_slip_is_answered_with_the_nearest_command() -> None:
    """Exit code 2, one sentence, both languages."""
    wrong = formclerk("docter")
    assert wrong.returncode == Exit.USAGE
    assert "'doctor'" in wrong.stderr
    assert "是否为 'doctor'" in formclerk("docter", language="zh").stderr


@pytest.mark.parametrize(
    "arguments",
    [("calendar", "explain"), ("people", "lst"), ("init",), ("doctor", "--jsn"), ("migrate", "extra")],
)
def test_wrong_usage_is_told_in_chinese_without_english(arguments: tuple[str, ...]) -> None:
    """Missing, unknown and superfluous words."""
    wrong = formclerk(*arguments, language="zh")
    assert wrong.returncode == Exit.USAGE
    assert wrong.stderr.startswith("错误：")
    for word in ("Missing", "No such", "Got", "unexpected"):
        assert word not in wrong.stderr


def test_without_a_configuration_the_way_to_one_is_shown(tmp_path: Path) -> None:
    """Exit code 2 and the command that helps."""
    lost = formclerk("people", "list", at=tmp_path)
    assert lost.returncode == Exit.USAGE
    assert "formclerk init" in lost.stderr
    assert "Traceback" not in lost.stderr


def test_a_wrong_configuration_is_told_with_its_place(tmp_path: Path) -> None:
    """File, table and key, in the language of the user."""
    (tmp_path / "formclerk.toml").write_text("[hours]\nquite = ''\n", encoding="utf-8")
    wrong = formclerk("people", "list", at=tmp_path, language="zh")
    assert wrong.returncode == Exit.USAGE
    assert "[hours] quite" in wrong.stderr
    assert "“quiet”" in wrong.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (WillNotWork("closed"), Exit.USAGE),
        (TryLater("busy"), Exit.BUSY),
        (Conflict("moved"), Exit.BUSY),
        (Unsure("perhaps"), Exit.BUSY),
        (ZeroDivisionError("ours"), Exit.BUG),
        (KeyboardInterrupt(), Exit.INTERRUPTED),
    ],
)
def test_whatever_goes_wrong_becomes_a_sentence_and_a_code(
    error: BaseException, code: Exit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Scripts go by the code, people by the sentence; nobody gets a trace."""

    def failing() -> typer.Typer:
        app = typer.Typer(add_completion=False, rich_markup_mode=None)

        @app.command()
        def fail() -> None:
            raise error

        return app

    monkeypatch.delenv("FORMCLERK_TRACE", raising=False)
    monkeypatch.setattr(program, "build", failing)
    assert program.run([]) == code
    told = capsys.readouterr().err
    assert "Traceback" not in told
    if isinstance(error, FormclerkError):
        assert told.strip() == str(error)


def test_output_into_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    """`formclerk calendar show | head -1` is no error."""
    (tmp_path / "formclerk.toml").touch()
    python, environment = sys.executable, {**os.environ, "PYTHONPATH": str(ROOT)}
    shown = subprocess.run(
        ["bash", "-c", f"'{python}' -m agent calendar show 2026 | head -1"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert shown.stdout.startswith("2026-01")
    assert "Traceback" not in shown.stderr
    assert "Error" not in shown.stderr


def test_chinese_can_be_written_whatever_the_locale() -> None:
    """A service manager starts us with LANG=C."""
    shown = formclerk("--help", language="zh", LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    assert "用法" in shown.stdout


def test_the_version_is_the_distributions() -> None:
    """For bug reports."""
    assert CliRunner().invoke(program.build(), ["--version"]).output.startswith("formclerk ")


def test_help_needs_no_heavy_library() -> None:
    """`formclerk --help` answers at once: nothing of Word, store or spreadsheets is loaded."""
    heavy = {"docx", "docxtpl", "sqlalchemy", "openpyxl", "PIL", "lxml", "alembic", "apscheduler"}
    code = (
        "import sys; from agent.cli.app import run; run(['--help']); "
        f"print(sorted({heavy!r} & set(sys.modules)), file=sys.stderr)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert loaded.stderr.strip() == "[]"


def test_tables_line_up_in_two_scripts() -> None:
    """A Chinese character is two columns wide."""
    assert (width("ab"), width("协同"), width("é"), width("e\u0301")) == (2, 4, 1, 1)


def test_english_words_of_the_library_are_left_alone_in_english() -> None:
    """The tests run in English; the translation is a pure table."""
    assert help_in_our_words("Usage: x") == "Usage: x"
    assert error_in_our_words("Missing command.") == "Missing command."


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "错误：--lang 不能是“fr”，可用：'zh', 'en'。"),
        ("en", "Error: Invalid value for '--lang': 'fr' is not one of 'zh', 'en'."),
    ],
)
def test_a_word_that_is_none_of_the_choices_is_told_in_the_users_language(language: str, said: str) -> None:
    """No half sentence of the library, in neither language."""
    assert formclerk("forms", "blank", "request", "--lang", "fr", language=language).stderr.strip() == said


@pytest.mark.parametrize("language", ["zh", "en"])
def test_help_shows_no_marks_of_the_library(language: str) -> None:
    """Types and braces say nothing to a user; Chinese names do not push a column out of line."""
    shown = formclerk("verify", "--help", language=language).stdout
    assert not re.search(r"[<>{}]", shown)
    options = re.findall(r"^(  -.*?  +)\S", shown, flags=re.MULTILINE)
    assert len(options) > 3
    assert len({width(option) for option in options}) == 1


@pytest.mark.parametrize(
    ("url", "code"),
    [("sqlite:///junk.db", Exit.USAGE), ("postgresql://nobody@127.0.0.1:1/none", Exit.BUSY)],
)
def test_a_database_that_cannot_be_used_is_no_mistake_of_ours(tmp_path: Path, url: str, code: Exit) -> None:
    """A file that is no database is a matter of configuration; a server that is away may come back."""
    (tmp_path / "junk.db").write_bytes(b"junk" * 300)
    (tmp_path / "formclerk.toml").write_text(f'[store]\nurl = "{url}"\n', encoding="utf-8")
    asked = formclerk("-c", str(tmp_path / "formclerk.toml"), "cases")
    assert (asked.returncode, asked.stderr.count("[store] url")) == (code, 1)


def test_a_clerk_without_its_directory_does_not_begin(tmp_path: Path) -> None:
    """One sentence and exit code 2, before any mail is touched; not a trace in every pass."""
    (tmp_path / "formclerk.toml").write_text("", encoding="utf-8")
    begun = formclerk("run", "--once", at=tmp_path)
    assert begun.returncode == Exit.USAGE
    assert "people.csv" in begun.stderr
    assert "Traceback" not in begun.stderr
    assert not (tmp_path / "mail").exists()


def test_files_that_people_write_are_judged_in_their_language(tmp_path: Path) -> None:
    """A slip in the process or in the directory, whichever command meets it."""
    assert formclerk("init", "clerk", "--yes", at=tmp_path).returncode == 0
    here = tmp_path / "clerk"
    (process,) = here.rglob("process.toml")
    right = process.read_text("utf-8")
    process.write_text(right.replace('due = "confirm"', 'due = "confrm"'), "utf-8")
    assert "“confrm”不是时限；是否为“confirm”？" in formclerk("cases", language="zh", at=here).stderr
    assert "“confrm” is no clock; did you mean “confirm”?" in formclerk("cases", at=here).stderr
    process.write_text(right, "utf-8")

    (here / "people.csv").write_text("nothing,here\n1,2\n", "utf-8")
    assert "这一列；现有：nothing, here" in formclerk("cases", language="zh", at=here).stderr
    assert "there are: nothing, here" in formclerk("cases", at=here).stderr
