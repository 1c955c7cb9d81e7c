"""`formclerk`: one file per command, each of which registers itself; what goes wrong becomes a sentence.

A command's module imports what it works with inside the command, so that help comes at once.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pkgutil import iter_modules
from typing import Annotated

import typer

import agent.cli
from agent.cli.configured import SAID_FIRST
from agent.cli.grammar import Group, error_in_our_words
from agent.cli.language import LANGUAGE, tr
from agent.cli.say import ConfigFile, Exit, complain, say
from agent.config import ConfigError
from agent.domain.errors import Conflict, FormclerkError, TryLater, Unsure


class _Program(Group):
    """The group at the top: commands in the order of cli.md."""

    order = (
        "demo", "init", "doctor", "run", "rehearse", "cases", "status", "explain", "queue", "people", "act",
        "forms", "parse", "process", "calendar", "verify", "backup", "restore", "hold", "retain", "replay",
        "migrate",
    )  # fmt: skip


def build() -> typer.Typer:
    """Return the program with every command that a module of this package registers."""
    app = typer.Typer(
        cls=_Program,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help=tr(
            "formclerk：企业邮箱里的协同助手。发送 Word 表格，读取填好并签字的回件，推进流程，盯住时限。",
            "formclerk, the clerk in a company's mailbox: mails Word forms, reads what comes back, "
            "moves cases and keeps the deadlines.",
        ),
    )
    app.callback(invoke_without_command=True)(_program)
    for module in iter_modules(agent.cli.__path__):
        if module.name in _Program.order:  # the others are what commands share, and may be slow to load
            import_module(f"agent.cli.{module.name}").register(app)
    return app


def _program(
    context: typer.Context,
    *,
    config: ConfigFile = None,
    show_version: Annotated[bool, typer.Option("--version", help=tr("显示版本", "Show the version"))] = False,
) -> None:
    SAID_FIRST.set(config)
    if show_version:
        say(f"formclerk {_version()}")
    elif context.invoked_subcommand is None:
        say(context.get_help())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A pipe on Windows, or a C locale, could not write Chinese.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; whatever goes wrong is told in one sentence."""
    try:
        code = build()(list(arguments), prog_name="formclerk", standalone_mode=False)
    except typer.TyperException as error:
        complain(f"{tr('错误：', 'Error: ')}{error_in_our_words(error.format_message())}")
        return Exit.USAGE
    except (typer.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has seen enough; nothing may be written at exit any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except FormclerkError as error:
        return _told(error)
    except Exception as error:
        if os.environ.get("FORMCLERK_TRACE"):
            raise
        if type(error).__module__ == "sqlalchemy.exc" and (cause := getattr(error, "orig", None)) is not None:
            return _database_told(cause)
        complain(
            tr(
                f"程序内部出错（{type(error).__name__}: {error}）。"
                "设置 FORMCLERK_TRACE=1 重试可看到详情，请一并反馈。",
                f"This is a mistake of ours ({type(error).__name__}: {error}). "
                "Please report it with what FORMCLERK_TRACE=1 shows.",
            )
        )
        return Exit.BUG
    return code if isinstance(code, int) else Exit.OK


def _told(error: FormclerkError) -> Exit:
    """Say what is wrong; return what a script may conclude from it."""
    if isinstance(error, ConfigError):
        complain(error.say(LANGUAGE))
        return Exit.USAGE
    complain(error.said.in_(LANGUAGE))
    return Exit.BUSY if isinstance(error, TryLater | Conflict | Unsure) else Exit.USAGE


def _database_told(cause: BaseException) -> Exit:
    """Say why the database did not serve us; one that is away or locked may serve later.

    The library's module is not loaded for this: whoever met its error has loaded it already.
    """
    why = str(cause).partition("\n")[0]
    complain(
        tr(
            f"数据库无法使用：{why}。请检查 [store] url，或运行 formclerk doctor。",
            f"The database cannot be used: {why}. Look at [store] url, or run formclerk doctor.",
        )
    )
    return Exit.BUSY if type(cause).__name__ == "OperationalError" else Exit.USAGE


def _version() -> str:
    try:
        return version("formclerk")
    except PackageNotFoundError:
        return tr("（未安装）", "(not installed)")
