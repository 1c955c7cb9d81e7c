"""An HTML body as the plain text that a person sees; quotations keep a `>` so that they stay quotations."""

from lxml import etree, html

_BREAKS = frozenset(
    {
        *(
            "address",
            "article",
            "blockquote",
            "center",
            "dd",
            "div",
            "dl",
            "dt",
            "fieldset",
            "footer",
            "form",
        ),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table"),
        *("tr", "ul"),
    }
)
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript", "object", "svg"})
_STRUCK = frozenset({"del", "s", "strike"})
"""Words that their writer took back."""


def to_text(source: str) -> str:
    """Return the words of `source`, one block to a line; a document that cannot be parsed gives no words."""
    clean = source.replace("\x00", "").encode("utf-8", "replace")
    if not clean.strip():
        return ""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = html.document_fromstring(clean, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return ""
    writer = _Writer()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            writer.enter(element)
        else:
            writer.leave(element)
    return writer.text()


def _is_silent(element: etree._Element) -> bool:
    """Say whether the words of an element are none of the mail: machinery, or struck out by their writer."""
    struck = element.tag in _STRUCK or "line-through" in str(element.get("style", ""))
    return element.tag in _SILENT or struck


class _Writer:
    def __init__(self) -> None:
        self._lines: list[str] = []
        self._words: list[str] = []
        self._quote = 0
        self._hidden = 0

    def enter(self, element: etree._Element) -> None:
        tag = element.tag
        if _is_silent(element):
            self._hidden += 1
        elif tag in _BREAKS:
            self._break()
        elif tag == "br":
            self._break(always=True)
        elif tag == "td":
            self._words.append(" ")
        if tag == "blockquote":
            self._quote += 1
        self._say(element.text)

    def leave(self, element: etree._Element) -> None:
        tag = element.tag
        if _is_silent(element):
            self._hidden -= 1
        elif tag in _BREAKS:
            self._break()
        if tag == "blockquote":
            self._quote -= 1
        self._say(element.tail)

    def text(self) -> str:
        self._break()
        return "\n".join(self._lines).strip("\n")

    def _say(self, words: str | None) -> None:
        if words and not self._hidden:
            self._words.append(words)

    def _break(self, *, always: bool = False) -> None:
        line = " ".join("".join(self._words).split())
        self._words.clear()
        if line or always:
            self._lines.append(f"{'> ' * min(self._quote, 5)}{line}".rstrip())
