"""The single pieces of WordprocessingML that the walk meets: controls, cells, symbols."""

import re

from lxml import etree

from parsers.word.layout import Cell, Control
from parsers.word.package import W, child, is_on

W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"

TICK, NO_TICK = "☑", "☐"

SYMBOLS = {
    "wingdings": {"þ": TICK, "ý": TICK, "ü": "✓", "x": TICK, "¨": NO_TICK, "o": NO_TICK, "q": NO_TICK},
    "wingdings 2": {"R": TICK, "S": TICK, "T": TICK, "P": "✓", "£": NO_TICK, "*": NO_TICK},
}
"""What people insert from the symbol fonts to tick a box; the private-use codes are these plus F000."""
_PRIVATE_USE = 0xF000
_WHITE = re.compile(r"(?:F[0-9A-F]){3}", re.IGNORECASE)
_TRANSPARENT = frozenset({f"{W}customXml", f"{W}ins", f"{W}moveTo"})
_WIDEST = 64
"""Grid columns; Word allows 63."""


def read_symbol(char: str, symbols: dict[str, str]) -> str:
    """Return the mark that a character of a symbol font stands for, else the character."""
    code = ord(char)
    known = chr(code - _PRIVATE_USE) if _PRIVATE_USE <= code <= _PRIVATE_USE + 0xFF else char
    return symbols.get(known, known if known == char else "")


def is_white(properties: etree._Element) -> bool:
    """Say whether a run is as white as paper (17.3.2.6): on dark ground it was so when it was sent."""
    colour = child(properties, f"{W}color")
    value = str(colour.get(f"{W}val", "")) if colour is not None else ""
    return _WHITE.fullmatch(value) is not None


def read_cell(element: etree._Element, *, table: int, row: int, number: int, column: int) -> Cell:
    """Return the cell that begins in grid column `column` (17.4.65)."""
    properties = child(element, f"{W}tcPr")
    span, merge = child(properties, f"{W}gridSpan"), child(properties, f"{W}vMerge")
    width = span.get(f"{W}val", "1") if span is not None else "1"
    return Cell(
        table=table,
        row=row,
        number=number,
        column=column,
        span=min(int(width), _WIDEST) if width.isdecimal() and width != "0" else 1,
        continues=merge is not None and merge.get(f"{W}val", "continue") == "continue",
    )


def grid_before(row: etree._Element) -> int:
    """Return how many grid columns a row leaves out at its beginning (17.4.15)."""
    skipped = child(child(row, f"{W}trPr"), f"{W}gridBefore")
    width = skipped.get(f"{W}val", "0") if skipped is not None else "0"
    return min(int(width), _WIDEST) if width.isdecimal() else 0


def members(element: etree._Element, tag: str) -> list[etree._Element]:
    """Return the rows of a table or the cells of a row, through controls and other wrappers."""
    return [each for _, each in with_wrappers(element, tag)]


def with_wrappers(
    element: etree._Element, tag: str
) -> list[tuple[tuple[etree._Element, ...], etree._Element]]:
    """Return rows or cells, each with the properties of the controls around it alone."""
    found: list[tuple[tuple[etree._Element, ...], etree._Element]] = []
    for each in element:
        if each.tag == tag:
            found.append(((), each))
        elif each.tag == f"{W}sdt":
            properties, content = child(each, f"{W}sdtPr"), child(each, f"{W}sdtContent")
            inner = with_wrappers(content, tag) if content is not None else []
            own = (properties,) if properties is not None and len(inner) == 1 and tag == f"{W}tc" else ()
            found.extend(((*own, *wrappers), member) for wrappers, member in inner)
        elif each.tag in _TRANSPARENT:
            found.extend(with_wrappers(each, tag))
    return found


def read_control(properties: etree._Element | None) -> Control:
    """Return what the properties of a control say (17.5.2)."""
    if properties is None:
        return Control(tag="", placeholder=False)
    said: dict[str, etree._Element] = {}
    for each in properties:
        said.setdefault(each.tag, each)
    tag, box, date = said.get(f"{W}tag"), said.get(f"{W14}checkbox"), said.get(f"{W}date")
    items = [
        item
        for tagged in (f"{W}dropDownList", f"{W}comboBox")
        for offered in properties.iterchildren(tagged)
        for item in offered.iterchildren(f"{W}listItem")
    ]
    checked = child(box, f"{W14}checked")
    return Control(
        tag=str(tag.get(f"{W}val", "")).strip() if tag is not None else "",
        placeholder=is_on(said.get(f"{W}showingPlcHdr")),
        ticked=None
        if box is None
        else checked is not None and checked.get(f"{W14}val", "1") in {"1", "true", "on"},
        offers={
            str(i.get(f"{W}displayText") or i.get(f"{W}value", "")).strip(): str(i.get(f"{W}value", ""))
            for i in items
        },
        day=str(date.get(f"{W}fullDate", ""))[:10] if date is not None else "",
    )
