"""The styles of a Word file, resolved (ECMA-376, part 1, 17.7): defaults, chains, what is said directly."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from lxml import etree

from agent.letters.form_filling.xml import w
from agent.letters.paper.model import Align, Edge, Look, Paragraph

_OFF = {"0", "false", "off", "none"}
_ALIGN = {"center": Align.CENTRE, "right": Align.RIGHT, "end": Align.RIGHT}
_EIGHTHS = 8
_TWIPS = 20
_LINE = 240
_LONGEST_CHAIN = 20


def number(element: etree._Element | None, name: str, otherwise: float = 0.0) -> float:
    """Return an attribute as a number; `otherwise` when it is missing or none."""
    text = element.get(w(name), "") if element is not None else ""
    try:
        return float(text)
    except ValueError:
        return otherwise


def twips(element: etree._Element | None, name: str, otherwise: float = 0.0) -> float:
    """Return an attribute in twentieths of a point as points."""
    return number(element, name, otherwise * _TWIPS) / _TWIPS


def on(properties: etree._Element, name: str, otherwise: bool) -> bool:  # noqa: FBT001 - what it was before
    """Return a toggle property (17.3.2): present means yes, unless it says no."""
    found = properties.find(w(name))
    return otherwise if found is None else found.get(w("val"), "true") not in _OFF


def colour(text: str | None) -> str:
    """Return a colour as six hexadecimal digits; `auto` and theme colours without value are black."""
    return text.upper() if text and len(text) == 6 and _is_hex(text) else "000000"  # noqa: PLR2004 - RRGGBB


def edge(element: etree._Element | None) -> Edge | None:
    """Return a border; None where there is none."""
    if element is None or element.get(w("val"), "none") in {"none", "nil"}:
        return None
    return Edge(max(number(element, "sz", 4) / _EIGHTHS, 0.25), colour(element.get(w("color"))))


def looked(look: Look, properties: etree._Element | None) -> Look:
    """Return `look` as the run properties change it."""
    if properties is None:
        return look
    size, ink, under = properties.find(w("sz")), properties.find(w("color")), properties.find(w("u"))
    return Look(
        size=number(size, "val", look.size * 2) / 2,
        bold=on(properties, "b", look.bold),
        italic=on(properties, "i", look.italic),
        underline=look.underline if under is None else under.get(w("val"), "single") not in _OFF,
        strike=on(properties, "strike", look.strike),
        colour=look.colour if ink is None else colour(ink.get(w("val"))),
    )


def shaped(shape: Paragraph, properties: etree._Element | None) -> Paragraph:
    """Return `shape` as the paragraph properties change it."""
    if properties is None:
        return shape
    spacing, indent = properties.find(w("spacing")), properties.find(w("ind"))
    side, rules = properties.find(w("jc")), properties.find(w("pBdr"))
    if spacing is not None:
        rule, line = spacing.get(w("lineRule"), "auto"), number(spacing, "line", -1)
        shape = replace(
            shape,
            before=twips(spacing, "before", shape.before),
            after=twips(spacing, "after", shape.after),
        )
        if line >= 0:
            times = {"exact": 0.0, "atLeast": 1.0}.get(rule, line / _LINE)
            shape = replace(shape, spacing=times, height=0.0 if rule == "auto" else line / _TWIPS)
    if indent is not None:
        start = twips(indent, "left", twips(indent, "start", shape.left))
        first = twips(indent, "firstLine", shape.first) - twips(indent, "hanging")
        end = twips(indent, "right", twips(indent, "end", shape.right))
        shape = replace(shape, left=start, right=end, first=first)
    if side is not None:
        shape = replace(shape, align=_ALIGN.get(side.get(w("val"), ""), Align.LEFT))
    if rules is not None:
        shape = replace(shape, above=edge(rules.find(w("top"))), below=edge(rules.find(w("bottom"))))
    stops = properties.find(w("tabs"))
    if stops is not None:
        listed = ((twips(s, "pos"), s.get(w("val"), "left")) for s in stops)
        kept = sorted((at, _ALIGN.get(how, Align.LEFT).value) for at, how in listed if how != "clear")
        shape = replace(shape, stops=tuple((at, Align(how)) for at, how in kept))
    return replace(
        shape,
        keep=on(properties, "keepNext", shape.keep),
        new_page=on(properties, "pageBreakBefore", shape.new_page),
    )


class Styles:
    """What `word/styles.xml` says."""

    def __init__(self, content: bytes) -> None:
        root = etree.fromstring(content) if content else etree.Element(w("styles"))
        self._styles = {each.get(w("styleId"), ""): each for each in root.iter(w("style"))}
        self._default = next(
            (
                name
                for name, each in self._styles.items()
                if each.get(w("type")) == "paragraph" and each.get(w("default")) in {"1", "true"}
            ),
            "",
        )
        run = root.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}")
        paragraph = root.find(f"{w('docDefaults')}/{w('pPrDefault')}/{w('pPr')}")
        look = looked(Look(), run)
        self._base = shaped(Paragraph(inlines=(), look=look), paragraph)
        self._shapes: dict[str, Paragraph] = {}

    def paragraph(self, name: str) -> Paragraph:
        """Return an empty paragraph in the style of that name, or in the default one."""
        if name not in self._shapes:
            shape = self._base
            for style in self.chain(name or self._default):
                look = looked(shape.look, style.find(w("rPr")))
                shape = replace(shaped(shape, style.find(w("pPr"))), look=look)
            self._shapes[name] = shape
        return self._shapes[name]

    def run(self, look: Look, name: str) -> Look:
        """Return `look` in the character style of that name."""
        for style in self.chain(name):
            look = looked(look, style.find(w("rPr")))
        return look

    def chain(self, name: str) -> tuple[etree._Element, ...]:
        """Return the style and those that it is based on, the most general first."""
        found: list[etree._Element] = []
        while (style := self._styles.get(name)) is not None and len(found) < _LONGEST_CHAIN:
            found.insert(0, style)
            parent = style.find(w("basedOn"))
            name = parent.get(w("val"), "") if parent is not None else ""
        return tuple(found)

    def has_numbers(self, name: str) -> bool:
        """Say whether the style of that name numbers its paragraphs."""
        return any(style.find(f"{w('pPr')}/{w('numPr')}") is not None for style in self.chain(name))

    def table(self, own: etree._Element | None) -> "TableLook":
        """Return the borders and cell margins of a table with these properties."""
        named = own.find(w("tblStyle")) if own is not None else None
        told = [s.find(w("tblPr")) for s in self.chain(named.get(w("val"), "") if named is not None else "")]
        edges: dict[str, Edge | None] = {}
        padding = {"top": 0.0, "right": 5.4, "bottom": 0.0, "left": 5.4}
        for properties in (*told, own):
            if properties is None:
                continue
            for border in _children(properties, "tblBorders"):
                edges[_side(border)] = edge(border)
            for margin in _children(properties, "tblCellMar"):
                padding[_side(margin)] = twips(margin, "w")
        return TableLook(edges, padding)


class TableLook:
    """Borders and cell margins that a table gives to its cells."""

    def __init__(self, edges: Mapping[str, Edge | None], padding: Mapping[str, float]) -> None:
        self.edges = dict(edges)
        self.padding = dict(padding)


@lru_cache(maxsize=64)
def styles_from(content: bytes) -> Styles:
    """Return the styles of a `word/styles.xml`; those of the last forms are kept."""
    return Styles(content)


def _children(properties: etree._Element, name: str) -> Iterator[etree._Element]:
    found = properties.find(w(name))
    if found is not None:
        yield from found


def _side(element: etree._Element) -> str:
    name = etree.QName(element).localname
    return {"start": "left", "end": "right"}.get(name, name)


def _is_hex(text: str) -> bool:
    return all(each in "0123456789abcdefABCDEF" for each in text)
