"""The letters as Jinja2 templates: one file per letter and language, rendered as subject, text and HTML.

`mail_templates/zh/ask.j2` holds the wording once, in blocks.  Two layouts (`_layout.txt`, `_layout.html`)
and two kits of the same macros (`_kit.txt`, `_kit.html`) turn the same wording into both kinds of body.
Values never become templates: the environment is sandboxed, HTML is escaped, an unknown name is an error.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from agent.domain.errors import WillNotWork
from agent.domain.words import Language
from agent.letters.mime import one_line
from agent.resources import mail_templates

_PARAGRAPH = '<p style="margin:0 0 12px">{}</p>'
_STRONG = '<strong style="color:#111">{}</strong>'
_RED = '<strong style="color:#c62828">{}</strong>'
_BLOCK = re.compile(r"<(?:p|div|table|ul|ol|h\d|img|hr|pre)\b")
_GAPS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One letter, written."""

    subject: str
    text: str
    html: str


def render(
    letter: str, language: Language, context: Mapping[str, object], own: Path | None = None
) -> Rendered:
    """Write `letter`; `own` is a folder of letters that go before the shipped ones.

    Raises:
        WillNotWork: there is no such letter, or its template is broken: a person must change it.
    """
    folders = (*((own,) if own is not None else ()), mail_templates())
    try:
        plain = _environment(folders, language, "txt").get_template(f"{letter}.j2")
        rich = _environment(folders, language, "html").get_template(f"{letter}.j2")
        return Rendered(
            subject=_subject(plain, context), text=_tidy(plain.render(context)), html=rich.render(context)
        )
    except TemplateNotFound as error:
        raise WillNotWork(f"there is no letter {error.name} in {language.value}") from error
    except TemplateError as error:
        raise WillNotWork(f"letter {letter} ({language.value}) is broken: {error}") from error


def names(folder: Path, language: Language) -> frozenset[str]:
    """Return the letters that `folder` has in `language`; what begins with `_` is no letter."""
    found = (folder / language.value).glob("*.j2")
    return frozenset(path.stem for path in found if not path.stem.startswith("_"))


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox, which asks about each attribute of a kind of value once.

    Its answer depends on nothing else: it looks at the attribute's name and at the class of the value.
    """

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - as its parent
        super().__init__(**settings)
        self._safe: dict[tuple[type, str], bool] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401 - as its parent
        """Say whether a template may see that attribute."""
        known = self._safe.get((type(obj), attr))
        if known is None:
            known = self._safe[type(obj), attr] = super().is_safe_attribute(obj, attr, value)
        return known


@lru_cache(maxsize=8)
def _environment(folders: tuple[Path, ...], language: Language, medium: str) -> _Sandbox:
    rich = medium == "html"
    environment = _Sandbox(
        loader=FileSystemLoader([place for folder in folders for place in (folder / language.value, folder)]),
        autoescape=rich,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(_RICH_FILTERS if rich else _PLAIN_FILTERS)
    environment.globals["language"] = language.value
    environment.globals["layout"] = f"_layout.{medium}.j2"
    environment.globals["kit"] = environment.get_template(f"_kit.{medium}.j2").module
    environment.globals["say"] = environment.get_template("_phrases.j2").module
    return environment


def _subject(template: Template, context: Mapping[str, object]) -> str:
    """Return the block `subject` alone, on one line."""
    return one_line("".join(template.blocks["subject"](template.new_context(dict(context)))))


def _tidy(text: str) -> str:
    """Return `text` without the empty lines that conditions leave behind."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return _GAPS.sub("\n\n", lines) + "\n"


def _paragraphs(content: str) -> Markup:
    """Return prose as paragraphs: an empty line parts them, a line break stays; blocks stay as they are."""
    parts = (part.strip() for part in _GAPS.split(str(content)))
    return Markup("\n").join(
        Markup(part if _BLOCK.match(part) else _PARAGRAPH.format(part.replace("\n", "<br>\n")))  # noqa: S704 - escaped by the environment that rendered it
        for part in parts
        if part
    )


def _lines(text: str) -> list[str]:
    return [line for line in (one_line(each) for each in str(text).splitlines()) if line]


def _wrap(pattern: str) -> Any:  # noqa: ANN401 - a Jinja filter
    return lambda text: Markup(pattern).format(escape(text)) if str(text) else ""  # noqa: S704 - our own constant


_RICH_FILTERS: dict[str, Any] = {
    "strong": _wrap(_STRONG),
    "red": _wrap(_RED),
    "paragraphs": _paragraphs,
    "split_lines": _lines,
}
_PLAIN_FILTERS: dict[str, Any] = {"strong": str, "red": str, "paragraphs": str, "split_lines": _lines}
