"""The few words that the command line library says itself, in Chinese."""

import re
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
    (r"Invalid value for '?([^':]+)'?: (.*)", r"\1 的值无效：\2"),
    (r"Invalid value: (.*)", r"值无效：\1"),
)


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
    """Return a help page with the library's own words in the language of the user."""
    if LANGUAGE is Language.EN:
        return text
    for english, chinese in _HELP:
        text = re.sub(english, chinese, text, flags=re.MULTILINE)
    return text


def error_in_our_words(text: str) -> str:
    """Return a usage error in the language of the user; an unknown one stays as it is."""
    if LANGUAGE is Language.EN:
        return text
    for english, chinese in _ERRORS:
        match = re.fullmatch(english, text, flags=re.DOTALL)
        if match is not None:
            return match.expand(chinese)
    return text
