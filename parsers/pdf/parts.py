"""Which pages of a PDF belong together: a file may hold several forms, and a page of another sheet."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.domain.forms import Form
from parsers.pages.page import Page
from parsers.pages.titles import titled
from parsers.word.identity import CODE

_NUMBERED = (
    re.compile(r"第\s*(\d{1,3})\s*页\s*[,，/]?\s*共\s*(\d{1,3})\s*页"),
    re.compile(r"\bPage\s+(\d{1,3})\s+of\s+(\d{1,3})\b", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """What one page says of itself."""

    page: Page
    codes: frozenset[str]
    """Short codes that it prints."""
    number: int = 0
    """Which page it is, as printed; 0 when it does not say."""
    count: int = 0
    """Of how many."""
    title: str = ""
    """The id of the form whose title it shows."""

    @property
    def code(self) -> str:
        """Return its short code, empty when it prints none or several."""
        return next(iter(self.codes)) if len(self.codes) == 1 else ""


@dataclass(slots=True, kw_only=True)
class Part:
    """The pages of one form, in order."""

    leaves: list[Leaf] = field(default_factory=list)
    strange: list[Leaf] = field(default_factory=list)
    """Pages of another sheet that stand where its own should."""

    @property
    def pages(self) -> tuple[Page, ...]:
        """Return its own pages."""
        return tuple(leaf.page for leaf in self.leaves)

    @property
    def codes(self) -> frozenset[str]:
        """Return every short code that its pages print."""
        return frozenset(code for leaf in self.leaves for code in leaf.codes)

    @property
    def code(self) -> str:
        """Return its short code, empty when it has none or several."""
        return next(iter(self.codes)) if len(self.codes) == 1 else ""

    def has(self, number: int) -> bool:
        """Say whether it has the page with a printed number; a page that prints none is never had."""
        return bool(number) and any(leaf.number == number for leaf in self.leaves)

    def sort(self) -> None:
        """Put its pages into the order that is printed on them, where each has a number of its own."""
        numbers = {leaf.number for leaf in self.leaves}
        if 0 not in numbers and len(numbers) == len(self.leaves):
            self.leaves.sort(key=lambda leaf: leaf.number)

    @property
    def lacks(self) -> tuple[int, ...]:
        """Return the numbers of the pages that are not there, as far as its pages are numbered."""
        counts = {leaf.count for leaf in self.leaves if leaf.count}
        if len(counts) != 1 or not all(leaf.number for leaf in self.leaves):
            return ()
        there = {leaf.number for leaf in self.leaves}
        return tuple(number for number in range(1, counts.pop() + 1) if number not in there)


def leaf_of(page: Page, forms: Mapping[str, Form]) -> Leaf:
    """Return what a page says of itself."""
    text = "\n".join(word.text for word in page.words)
    number, count = numbered(text)
    shown = titled((page,), forms)
    return Leaf(
        page=page,
        codes=frozenset(CODE.findall(text)),
        number=number,
        count=count,
        title=shown.id if shown is not None else "",
    )


def numbered(text: str) -> tuple[int, int]:
    """Return page and number of pages as printed, zeros when there is no such line, or more than one."""
    found = {match for pattern in _NUMBERED for match in pattern.findall(text)}
    if len(found) != 1:
        return 0, 0
    number, count = map(int, found.pop())
    return (number, count) if 0 < number <= count else (0, 0)


def parts_of(leaves: Iterable[Leaf]) -> tuple[Part, ...]:
    """Return the forms of a file: pages with one short code are one form; else a first page begins one.

    A page that the form has already is one of another copy of it, which may say other things.
    """
    parts: list[Part] = []
    by_code: dict[str, Part] = {}
    for leaf in leaves:
        known = by_code.get(leaf.code) if leaf.code else None
        part = known if known is None or not known.has(leaf.number) else None
        if known is None and parts and not _begins(leaf, parts[-1]):
            part = parts[-1]
        if part is None:
            part = Part()
            parts.append(part)
        part.leaves.append(leaf)
        if leaf.code:
            by_code[leaf.code] = part
    for part in parts:
        part.sort()
    return tuple(_without_strangers(parts))


def _begins(leaf: Leaf, part: Part) -> bool:
    """Say whether a page cannot go on with the form before it."""
    if leaf.code and part.code:
        return leaf.code != part.code
    if leaf.title and leaf.title != next((each.title for each in part.leaves if each.title), leaf.title):
        return True
    return leaf.number == 1 and any(each.number == 1 for each in part.leaves)


def _without_strangers(parts: list[Part]) -> Iterable[Part]:
    """Yield the parts; a part without first page that fills the gap of another is a page swapped in."""
    for part in parts:
        numbers = {leaf.number for leaf in part.leaves}
        host = next(
            (
                each
                for each in parts
                if each is not part
                and part.code != each.code
                and part.code
                and 0 not in numbers
                and 1 not in numbers
                and numbers <= set(each.lacks)
                and each.code
            ),
            None,
        )
        if host is None:
            yield part
        else:
            host.strange.extend(part.leaves)
