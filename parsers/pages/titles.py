"""Which form a document is by the title that it prints, over one line or several."""

from collections.abc import Iterator, Mapping

from agent.domain.forms import Form
from parsers.pages.labels import nearest
from parsers.pages.lines import lines_of
from parsers.pages.page import Page
from parsers.understood import plain
from parsers.word.labels import keys

_MOST_LINES = 3
"""Lines that a title may be broken over."""
_SHOWN = 80
"""Lines of each page in which a title is looked for."""


def titled(pages: tuple[Page, ...], forms: Mapping[str, Form]) -> Form | None:
    """Return the form whose title stands on lines of its own; the longest when one holds another."""
    titles: dict[str, set[str]] = {}
    for name, form in forms.items():
        for title in (plain(form.title.zh), plain(form.title.en)):
            if title:
                titles.setdefault(title, set()).add(name)
    single = {title: next(iter(names)) for title, names in titles.items() if len(names) == 1}
    lines = tuple(_lines(pages))
    seen = {key for text, _ in lines for key in keys(text)}
    exact = {title: name for title, name in single.items() if title in seen}
    if exact:
        longest = max(map(len, exact))
        found = {name for title, name in exact.items() if len(title) == longest}
        return forms[min(found)] if len(found) == 1 else None
    near = {nearest(text, single) for text, sharp in lines if not sharp} - {None}
    return forms[min(map(str, near))] if len(near) == 1 else None


def title_lines(page: Page) -> frozenset[str]:
    """Return what the lines of `page` say, alone and with those below, as titles are compared."""
    return frozenset(key for text, _ in _lines((page,)) for key in keys(text))


def _lines(pages: tuple[Page, ...]) -> Iterator[tuple[str, bool]]:
    """Yield each run, and what begins a few lines together, and whether no letter can be misread."""
    for page in pages:
        lines = lines_of(page.words)[:_SHOWN]
        for at, line in enumerate(lines):
            for word in line:
                yield word.text, word.score >= 1.0
            for count in range(2, _MOST_LINES + 1):
                first = [each[0] for each in lines[at : at + count]]
                yield "".join(each.text for each in first), all(each.score >= 1.0 for each in first)
