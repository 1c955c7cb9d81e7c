"""The pages that the command line library writes: its own words in Chinese, its tables in line."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from typer.core import TyperCommand, TyperGroup

from agent.cli.language import LANGUAGE
from agent.domain.words import Language

_HELP: Sequence[tuple[str, str]] = (
    (r"^Usage: ", "用法："),
    (r"^Options:$", "选项："),
    (r"^Arguments:$", "参数："),
    (r"^Commands:$", "命令："),
    (r"Show this message and exit\.", "显示本帮助"),
    (r"\[OPTIONS\]", "[选项]"),
    (r"COMMAND \[ARGS\]\.\.\.", "命令 [参数]..."),
    (r"\[required\]", "[必填]"),
    (r"\[default: ([^\]]+)\]", r"[默认：\1]"),
)

_ERRORS: Sequence[tuple[str, str]] = (
    (r"No such command '([^']+)'\. Did you mean (.+)\?", r"没有“\1”这个命令，是否为 \2？"),
    (r"No such command '([^']+)'\.", r"没有“\1”这个命令。"),
    (r"No such option: (\S+) Did you mean (.+)\?", r"没有 \1 这个选项，是否为 \2？"),
    (r"No such option: (\S+) \(Possible options: (.+)\)", r"没有 \1 这个选项，是否为 \2？"),
    (r"No such option: (\S+)", r"没有 \1 这个选项。"),
    (r"Missing command\.", "缺少命令。"),
    (r"Missing argument '?([^'.]+)'?\..*", r"缺少参数 \1。"),
    (r"Missing option '?([^'.]+)'?\..*", r"缺少选项 \1。"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)", r"多余的参数：\1。"),
    (r"Option '?([^' ]+)'? requires an argument\.", r"选项 \1 需要一个值。"),
    (r"Invalid value for '?([^':]+)'?: .*valid integer.*", r"\1 须为整数。"),
    (r"Invalid value for '?([^':]+)'?: '(.*)' is not one of (.*)\.", r"\1 不能是“\2”，可用：\3。"),
    (r"Invalid value for '?([^':]+)'?: (.*)", r"\1 的值无效：\2"),
    (r"Invalid value: (.*)", r"值无效：\1"),
)

_OF_THE_LIBRARY = "Value error, "
"""Says nothing to a user."""

_ROW = re.compile(r"  (?: {4,}|(\S.*?)(?: {2,}|$))(\S.*|)")
"""A line of a table: what is explained, or nothing where the explanation goes on, and the explanation."""

_TYPE = re.compile(r" <[^<>]+>$")


class Command(TyperCommand):
    """A command whose help is wholly in the language of the user."""

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 - the library gives its type no public name
        """Return the help page."""
        return help_in_our_words(super().get_help(ctx))


class Group(TyperGroup):
    """A group of commands whose help is wholly in the language of the user, in the order given."""

    order: Sequence[str] = ()
    """The commands that come first; others follow by name."""

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 - likewise
        """Return the help page."""
        return help_in_our_words(super().get_help(ctx))

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - likewise
        """Return the names of the commands, in the order in which help shows them."""
        first = {name: place for place, name in enumerate(self.order)}
        return sorted(super().list_commands(ctx), key=lambda name: (first.get(name, len(first)), name))


def help_in_our_words(text: str) -> str:
    """Return a help page in the language of the user, without the library's marks for types."""
    if LANGUAGE is Language.ZH:
        for english, chinese in _HELP:
            text = re.sub(english, chinese, text, flags=re.MULTILINE)
    head, *rest = text.split("\n\n")
    head = re.sub(r"\{([^{}]+)\}(?:\.\.\.)?", r"\1", head)
    return "\n\n".join([head, *(_aligned(block) for block in rest)])


def _aligned(block: str) -> str:
    """Return a table of a help page with its columns in line, Chinese characters counted as two wide."""
    first, *lines = block.split("\n")
    rows = [_ROW.fullmatch(line) for line in lines]
    names = [_TYPE.sub("", row[1]) for row in rows if row is not None and row[1]]
    if not names or not all(rows):
        return block
    room = max(map(width, names))
    written = [first]
    for row in rows:
        name = "" if row is None else _TYPE.sub("", row[1] or "")
        said = "" if row is None else row[2]
        written.append(f"  {name}{' ' * (room - width(name))}  {said}".rstrip())
    return "\n".join(written)


def width(text: str) -> int:
    """Return how many columns of a terminal `text` takes (UAX #11)."""
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text if not unicodedata.combining(c)
    )


def error_in_our_words(text: str) -> str:
    """Return a usage error in the language of the user; an unknown one stays as it is."""
    text = text.replace(_OF_THE_LIBRARY, "")
    if LANGUAGE is Language.EN:
        return text
    for english, chinese in _ERRORS:
        match = re.fullmatch(english, text, flags=re.DOTALL)
        if match is not None:
            return match.expand(chinese)
    return text
