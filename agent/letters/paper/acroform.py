"""The form fields of a PDF (AcroForm, ISO 32000-2, 12.7): names, values, and how they look."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from agent.domain.pdf_names import TOKEN, pdf_name
from agent.domain.words import Language
from agent.letters.paper.cells import INSET
from agent.letters.paper.faces import Face
from agent.letters.paper.fonts import TYPING, Fonts, typing_fonts
from agent.letters.paper.ink import Ink, default_appearance
from agent.letters.paper.lines import Breaker
from agent.letters.paper.model import Look
from agent.letters.paper.places import Nature, Place

_PRINTED, _HIDDEN = 4, 2
_READ_ONLY, _REQUIRED, _LINES, _RADIO, _COMBO, _EDIT = 1, 1 << 1, 1 << 12, 1 << 15, 1 << 17, 1 << 18
_SIGNATURES_EXIST = 1
_CROSS = "8"
_SMALLEST = 6.0
"""Points; what is smaller is not read on paper."""
_SLACK = 0.5
"""Points that a line may lack: leading, not letters."""
"""A cross in ZapfDingbats: the caption that a viewer draws in a ticked box."""


@dataclass(slots=True)
class Spot:
    """Where a place is drawn: the page, and left, bottom, right and top in its coordinates."""

    page: pikepdf.Object
    box: tuple[float, float, float, float]
    look: Look
    value: str = ""
    """Of one choice of several, and of a check box: the state that this box stands for."""


@dataclass(slots=True)
class _Node:
    """A part of the name of a field: either a field, or what stands before a point."""

    kids: "dict[str, _Node]" = field(default_factory=dict)
    made: pikepdf.Object | None = None


class AcroForm:
    """Collects the fields of one PDF."""

    def __init__(self, pdf: pikepdf.Pdf, fonts: Fonts, breaker: Breaker, language: Language) -> None:
        self._pdf = pdf
        self._fonts = fonts
        self._breaker = breaker
        self._root = _Node()
        self._resources = pdf.make_indirect(Dictionary(Font=typing_fonts(pdf)))
        self._typing = TYPING if language is Language.ZH else Face.LATIN.value
        self._waiting: list[pikepdf.Object] = []

    @property
    def typing(self) -> pikepdf.Object:
        """Return the un-embedded Chinese font."""
        return self._resources.Font[TYPING]

    def add(self, place: Place, spots: list[Spot]) -> None:
        """Add the field of a place that is drawn at these spots: one, or one for each choice."""
        path = place.path
        common = {"/TU": String(place.label), "/Ff": _flags(place)}
        if pdf_name(path) != path:
            common["/TM"] = String(path)
        match place.nature:
            case Nature.BOXES | Nature.TICK:
                made = self._buttons(place, spots, common)
            case Nature.SIGN:
                made = self._widget(spots[0], {**common, "/FT": Name("/Sig")})
            case _:
                made = self._written(place, spots[0], common)
        self._hang(pdf_name(path), made)

    def hide(self, page: pikepdf.Object, token: str) -> None:
        """Add the hidden field that carries the token."""
        spot = Spot(page, (0, 0, 0, 0), Look())
        entries = {
            "/FT": Name("/Tx"),
            "/Ff": _READ_ONLY,
            "/V": String(token),
            "/DA": String(default_appearance(spot.look, Face.LATIN.value, 1)),
        }
        made = self._widget(spot, entries)
        made.F = _HIDDEN
        self._hang(TOKEN, made)

    def close(self, fonts: Dictionary) -> Dictionary:
        """Return the AcroForm dictionary; `fonts` are those that the values are drawn with."""
        for each in self._waiting:
            each.Resources = Dictionary(Font=fonts)
        return Dictionary(
            Fields=Array(self._kids(self._root, None)),
            DR=self._resources,
            DA=String(default_appearance(Look(), self._typing, 0)),
            SigFlags=_SIGNATURES_EXIST,
        )

    def _hang(self, name: str, made: pikepdf.Object) -> None:
        node = self._root
        for part in name.split("."):
            node = node.kids.setdefault(part, _Node())
        node.made = made

    def _kids(self, node: _Node, parent: pikepdf.Object | None) -> Iterable[pikepdf.Object]:
        for part, kid in node.kids.items():
            made = kid.made
            if made is None:
                made = self._pdf.make_indirect(Dictionary())
                made.Kids = Array(self._kids(kid, made))
            made.T = String(part)
            if parent is not None:
                made.Parent = parent
            yield made

    def _widget(self, spot: Spot, entries: dict[str, object]) -> pikepdf.Object:
        made = self._pdf.make_indirect(
            Dictionary(
                {
                    "/Type": Name("/Annot"),
                    "/Subtype": Name("/Widget"),
                    "/Rect": Array([round(each, 2) for each in spot.box]),
                    "/F": _PRINTED,
                    "/P": spot.page,
                    **entries,
                }
            )
        )
        if "/Annots" not in spot.page:
            spot.page.Annots = Array()
        spot.page.Annots.append(made)
        return made

    def _written(self, place: Place, spot: Spot, common: dict[str, object]) -> pikepdf.Object:
        chosen = place.nature in {Nature.LIST, Nature.COMBO}
        size = 0 if place.nature is Nature.TEXT else spot.look.size
        entries: dict[str, object] = {
            **common,
            "/FT": Name("/Ch") if chosen else Name("/Tx"),
            "/DA": String(default_appearance(spot.look, self._typing, size)),
            "/AP": Dictionary(N=self._shown(place, spot)),
        }
        if chosen:
            options = place.options
            if place.value and all(place.value != value for value, _ in options):
                options = (*options, (place.value, place.shown))
            entries["/Opt"] = Array(
                String(said) if value == said else Array([String(value), String(said)])
                for value, said in options
            )
        if place.value:
            entries["/V"] = String(place.value)
        return self._widget(spot, entries)

    def _buttons(self, place: Place, spots: list[Spot], common: dict[str, object]) -> pikepdf.Object:
        """Return a check box, or a field with one widget for each choice."""
        kids = []
        for spot in spots:
            state = Name(f"/{spot.value}")
            ticked = place.value == spot.value
            drawn: dict[str, object] = {
                "/AP": Dictionary(
                    N=Dictionary({f"/{spot.value}": self._cross(spot), "/Off": self._form(spot, b"")})
                ),
                "/AS": state if ticked else Name("/Off"),
                "/MK": Dictionary(CA=String(_CROSS)),
                "/DA": String(default_appearance(spot.look, "/ZaDb", 0)),
            }
            if place.nature is Nature.TICK:
                drawn = {**drawn, **common, "/FT": Name("/Btn"), "/V": drawn["/AS"]}
            kids.append(self._widget(spot, drawn))
        if place.nature is Nature.TICK:
            return kids[0]
        known = any(place.value == spot.value for spot in spots)
        entries = {**common, "/FT": Name("/Btn"), "/Kids": Array(kids)}
        entries["/V"] = Name(f"/{place.value}") if known else Name("/Off")
        made = self._pdf.make_indirect(Dictionary(entries))
        for kid in kids:
            kid.Parent = made
        return made

    def _shown(self, place: Place, spot: Spot) -> pikepdf.Object:
        """Return how a value looks, so that every viewer shows it without drawing it anew."""
        left, bottom, right, top = spot.box
        width, height = right - left, top - bottom
        if not place.shown:
            return self._form(spot, b"/Tx BMC\nEMC")
        ink = Ink(self._fonts, height)
        look = spot.look
        lines, each = self._lines(place, look, width)
        while each * len(lines) + 2 * INSET > height + _SLACK and look.size > _SMALLEST:
            # As a viewer does with a field of automatic size: what is not seen was not signed.
            look = replace(look, size=look.size - 0.5)
            lines, each = self._lines(place, look, width)
        start = (height - each) / 2 if len(lines) == 1 else INSET
        ink.raw(f"/Tx BMC q 0 0 {width:.2f} {height:.2f} re W n")
        for number, line in enumerate(lines):
            ink.say(line, look, INSET, start + number * each + (each - look.size) / 2 + look.size * 0.86)
        ink.raw("Q EMC")
        return self._form(spot, ink.stream())

    def _lines(self, place: Place, look: Look, width: float) -> tuple[tuple[str, ...], float]:
        """Return the lines that a value takes in a place of this width, and the height of each."""
        each = max(self._breaker.height(place.shown, look), look.size * 1.2)
        if place.nature is not Nature.TEXT:
            return (" ".join(place.shown.split()),), each
        return self._breaker.said(place.shown, look, width - 2 * INSET), each

    def _cross(self, spot: Spot) -> pikepdf.Object:
        side = spot.box[2] - spot.box[0]
        a, b = 2.0, side - 2.0
        lines = f"{a} {a} m {b:.2f} {b:.2f} l S {a} {b:.2f} m {b:.2f} {a} l S"
        return self._form(spot, f"q 0 G 1.4 w 1 J {lines} Q".encode("ascii"))

    def _form(self, spot: Spot, content: bytes) -> pikepdf.Object:
        left, bottom, right, top = spot.box
        made = pikepdf.Stream(
            self._pdf,
            content,
            Dictionary(
                Type=Name("/XObject"),
                Subtype=Name("/Form"),
                BBox=Array([0, 0, round(right - left, 2), round(top - bottom, 2)]),
            ),
        )
        self._waiting.append(made)
        return made


def _flags(place: Place) -> int:
    flags = {
        Nature.TEXT: _LINES,
        Nature.LIST: _COMBO,
        Nature.COMBO: _COMBO | _EDIT,
        Nature.BOXES: _RADIO,
    }.get(place.nature, 0)
    return flags | (_REQUIRED if place.required and "." not in place.path else 0)
