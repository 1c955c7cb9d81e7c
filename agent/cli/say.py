"""What every command shares: how it prints facts, how it complains, how it ends."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from pathlib import Path
from shutil import which
from typing import Annotated, NoReturn, TypeAlias

import typer

from agent.cli.grammar import Command, Group, width
from agent.cli.language import tr

_BETWEEN = "  "


class Exit(IntEnum):
    """Exit codes; scripts may rely on them (cli.md)."""

    OK = 0
    WRONG = 1
    """Something was found wrong (verify, check, doctor)."""
    USAGE = 2
    """The command line or the configuration."""
    NOT_FOUND = 3
    BUSY = 4
    """Try later."""
    BUG = 70
    """A mistake of ours (EX_SOFTWARE of sysexits.h)."""
    INTERRUPTED = 130
    """Ended by the user (128 + SIGINT)."""


ConfigFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar=tr("文件", "FILE"),
        help=tr("配置文件（默认 ./formclerk.toml）", "The configuration (default: ./formclerk.toml)"),
    ),
]
"""The `-c/--config` of every command that needs a configuration; open it with `agent.cli.configured`."""

AsJson: TypeAlias = Annotated[
    bool, typer.Option("--json", help=tr("以 JSON 输出，供程序使用", "Print JSON, for programs"))
]

By: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--by", metavar=tr("邮箱", "ADDRESS"), help=tr("由谁操作（默认唯一的协调员）", "Who does it")
    ),
]
"""Who does what a command does; without it the only coordinator."""


def say(text: str = "") -> None:
    """Print a line of what was asked for."""
    print(text)


def say_json(facts: object) -> None:
    """Print facts for programs: one JSON document, or with `say_json` per line one object each."""
    print(json.dumps(facts, ensure_ascii=False, default=str, indent=2))


def say_json_line(facts: object) -> None:
    """Print facts for programs on one line, for output that goes on and on."""
    print(json.dumps(facts, ensure_ascii=False, default=str), flush=True)


def complain(text: str) -> None:
    """Print a line on the error stream."""
    print(text, file=sys.stderr)


def stop(code: Exit, text: str = "") -> NoReturn:
    """End the command with `code`, after a sentence on the error stream."""
    if text:
        complain(text)
    raise typer.Exit(code)


def program() -> str:
    """Return what to type for this program: its name where the shell finds it, else the way to it."""
    called = Path(sys.argv[0])
    return "formclerk" if called.name != "formclerk" or which("formclerk") else str(called)


def say_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table whose columns line up, Chinese characters counted as two wide."""
    every = [tuple(heads), *map(tuple, rows)]
    widths = [max(width(cell) for cell in column) for column in zip(*every, strict=True)]
    for row in every:
        cells = (cell + " " * (room - width(cell)) for cell, room in zip(row, widths, strict=True))
        print(_BETWEEN.join(cells).rstrip())


def command(
    app: typer.Typer, name: str, *, zh: str, en: str, examples: Sequence[str] = ()
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that makes a function the command `name` of `app`.

    Args:
        app: The program or one of its groups.
        name: The word that the user types.
        zh: What it does, one sentence in Chinese.
        en: The same in English.
        examples: Command lines to show below, without the leading `formclerk`.
    """
    shown = ["", "\b", tr("示例：", "Examples:"), *(f"  formclerk {each}" for each in examples)]
    help_text = "\n".join([tr(zh, en), *(shown if examples else ())])
    return app.command(name, cls=Command, help=help_text, short_help=tr(zh, en))


def group(app: typer.Typer, name: str, *, zh: str, en: str) -> typer.Typer:
    """Return a new group of commands below `app`; without a command it shows its help."""
    below = typer.Typer(cls=Group, add_completion=False, rich_markup_mode=None)

    def show_help(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            say(context.get_help())

    below.callback(invoke_without_command=True)(show_help)
    app.add_typer(below, name=name, help=tr(zh, en), short_help=tr(zh, en))
    return below
