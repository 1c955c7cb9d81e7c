"""A Word file of the pack as a template.

Our few words in it (`{{ case }}`, `{{ code }}`, `{{ title }}`, `{{ project }}`) are rendered by docxtpl and
Jinja; the fields are not.

docxtpl mends what Word tears (`{{` in one run, `case }}` in the next); that and compiling is done once
per template.  Values that people wrote never come near Jinja: they are put into content controls
afterwards, as text, so that nothing in them can run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from zipfile import BadZipFile

from jinja2 import Template as Compiled
from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from agent.domain.errors import WillNotWork
from agent.letters.form_builder.package import unpack
from agent.letters.form_filling.xml import w

DOCUMENT = "word/document.xml"
_MARKS = (b"{{", b"{%", b"{#")
_STAND_IN = "\ue0fb"
"""A private character that stands for `{` inside controls while our own words are rendered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The parts of a template; those with words of ours in them are compiled."""

    parts: Mapping[str, bytes]
    compiled: Mapping[str, Compiled]

    def render(self, words: Mapping[str, str]) -> dict[str, bytes]:
        """Return all parts with `words` filled in, escaped for XML.

        Raises:
            WillNotWork: a template tag asks for something that cannot be done.
        """
        parts = dict(self.parts)
        for name, compiled in self.compiled.items():
            try:
                parts[name] = compiled.render(words).replace(_STAND_IN, "{").encode()
            except TemplateError as fault:
                raise WillNotWork(f"{name}: {fault}") from fault
        return parts


@lru_cache(maxsize=64)
def template_from(content: bytes) -> Template:
    """Return the template in the bytes of a .docx; the last ones are kept, compiled.

    Raises:
        WillNotWork: it is no Word file, or a template tag in it is broken.
    """
    try:
        parts = unpack(content)
    except BadZipFile as fault:
        raise WillNotWork(f"the template is no Word file: {fault}") from fault
    if DOCUMENT not in parts:
        raise WillNotWork(f"the template is no Word file: it has no {DOCUMENT}")
    from docxtpl import DocxTemplate  # noqa: PLC0415 - no start waits for what only a form needs

    mender = DocxTemplate(BytesIO())
    environment = SandboxedEnvironment(autoescape=True)
    compiled: dict[str, Compiled] = {}
    for name, part in parts.items():
        if not _is_text(name) or not any(mark in part for mark in _MARKS):
            continue
        try:
            compiled[name] = environment.from_string(mender.patch_xml(_disarmed(part)))
        except (TemplateError, etree.XMLSyntaxError, UnicodeDecodeError) as fault:
            raise WillNotWork(f"{name}: {fault}") from fault
    return Template(parts=parts, compiled=compiled)


def _disarmed(part: bytes) -> str:
    """Return a part in which nothing inside a content control can be a template tag.

    A filled form that somebody takes as a template would otherwise run what its sender wrote.
    """
    root = etree.fromstring(part)
    for content in root.iter(w("sdtContent")):
        for text in content.iter(w("t")):
            text.text = (text.text or "").replace("{", _STAND_IN)
    return etree.tostring(root, encoding="unicode")


def _is_text(name: str) -> bool:
    return name == DOCUMENT or name.startswith(("word/header", "word/footer"))
