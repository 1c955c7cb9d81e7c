"""The HTML of the letters: it must survive Outlook, a phone, and a reader who blocks pictures."""

import re
from html.parser import HTMLParser

import pytest

from agent.domain.words import Language
from agent.letters.compose import compose
from agent.letters.facts import LETTERS
from tests.unit.letters.scenes import rich

_VOID = frozenset({"meta", "img", "br", "hr"})
_INLINE = frozenset({"strong", "span", "br"})


class Nesting(HTMLParser):
    """Follows open tags and notes what closes wrongly."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if "p" in self.open and tag not in _INLINE:
            self.wrong.append(f"<{tag}> inside a paragraph")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")


@pytest.mark.parametrize("language", list(Language), ids=lambda each: each.value)
@pytest.mark.parametrize("letter", sorted(LETTERS))
def test_tags_nest_and_nothing_is_fetched(letter: str, language: Language) -> None:
    """A table cut open by a paragraph is repaired differently by every mail program."""
    html = compose(*rich(letter, language)).html
    nesting = Nesting()
    nesting.feed(html)

    assert nesting.wrong == []
    assert nesting.open == []
    assert not re.search(r"https?:|url\(|<script|<link|<style", html)
    assert 'name="viewport"' in html
    assert "max-width:600px" in html


def test_lag_is_seen_with_pictures_blocked() -> None:
    """The table carries a bar of its own beside the words."""
    html = compose(*rich("tracker", Language.ZH)).html
    rows = html[html.index("滞后任务</h3>") :]

    assert "background:#c62828" in rows
    assert "滞后 3 个工作日" in rows
