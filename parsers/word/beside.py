"""What a Word file says beside its body: headers and footers, footnotes, comments, whole files within it.

All of it is shown with the pages (ECMA-376 part 1, 11.3, 17.11, 17.13.4 and 17.17.2), so that whoever signs
has read it as well: a condition in a footnote is as good as one in a cell.
"""

import re
from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from parsers.mail.charsets import guess
from parsers.mail.html import to_text
from parsers.pages.drift_text import visible
from parsers.word.package import Package, Unreadable, W, open_package
from parsers.word.walk import walk

_MOST_LINES = 400
"""Lines that are compared; the footers of a form have a handful."""
_CHUNK = "aFChunk"
"""The relationship of a file that Word shows as part of the document: HTML, text, or another Word file."""
_PAGE = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)
"""Fields whose last result is another on every page and in every program (17.16.5)."""
_HTML = (".htm", ".html", ".xht", ".xhtml", ".mht")


def words_beside(package: Package) -> tuple[str, ...]:
    """Return what stands beside the body, each line once, without the numbers of pages.

    Programs give one footer to the first page, to even and to odd ones: how often a line stands there says
    nothing.
    """
    lines = {visible(line): line for text in _texts(package) for line in text.splitlines()}
    return tuple(line for key, line in lines.items() if key)[:_MOST_LINES]


def _texts(package: Package) -> Iterator[str]:
    for root in (*package.margins, *package.notes):
        layout = walk(_unnumbered(root), package.styles)
        yield layout.text()
        yield from (drawing.box for drawing in layout.drawings if not drawing.hidden)
    for relation in package.relations.values():
        if relation.kind == _CHUNK:
            yield _chunk(package, relation.target, external=relation.external)


def _unnumbered(root: etree._Element) -> etree._Element:
    """Return a header or footer without the numbers that its fields for pages have come to."""
    copy = deepcopy(root)
    for simple in copy.iter(f"{W}fldSimple"):
        if _PAGE.match(str(simple.get(f"{W}instr", ""))):
            _emptied(list(simple.iter(f"{W}t")))
    instruction = ""
    result: list[etree._Element] = []
    for each in copy.iter(f"{W}fldChar", f"{W}instrText", f"{W}t"):
        if each.tag == f"{W}t":
            result.append(each)
        elif each.tag == f"{W}instrText":
            instruction += each.text or ""
        else:
            if each.get(f"{W}fldCharType") == "end" and _PAGE.match(instruction):
                _emptied(result)
            if each.get(f"{W}fldCharType") != "separate":
                instruction = ""
            result = []
    return copy


def _emptied(result: list[etree._Element]) -> None:
    """Take a number away; words that a field shows are words."""
    if "".join(each.text or "" for each in result).strip().isdecimal():
        for each in result:
            each.text = ""


def _chunk(package: Package, name: str, *, external: bool) -> str:
    """Return the words of a file within the file; its name where nobody can say what it shows."""
    content = None if external else package.part(name, package.limits.text_bytes)
    if content is None:
        return name
    if content.startswith(b"PK"):
        return _within(package, content) or name
    text = guess(content)
    if name.casefold().endswith(_HTML) or "<" in text[:200]:
        text = to_text(text)
    return text if visible(text) else name


def _within(package: Package, content: bytes) -> str:
    try:
        inner = open_package(content, package.limits)
    except Unreadable:
        return ""
    body = inner.document.find(f"{W}body")
    return walk(body, inner.styles).text() if body is not None else ""
