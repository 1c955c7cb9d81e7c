"""A Word form on somebody's desk: read, filled and signed the way people do it in Word.

Staff know nothing of the clerk's own filling code; they write into the content controls that they see, pick
from the lists that drop down, and paste a picture of their signature.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, datetime

from lxml import etree

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_BODY = "word/document.xml"
_RELATIONS = "word/_rels/document.xml.rels"
_TYPES = "[Content_Types].xml"
_EPOCH = (2026, 1, 1, 0, 0, 0)
_EMU = 9525
"""English Metric Units in a pixel of 96 dpi."""
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _w(name: str) -> str:
    return f"{{{_W}}}{name}"


class Paper:
    """One Word form that came by mail, until it is saved again."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            self._parts = {each: packed.read(each) for each in packed.namelist()}
        self._root = etree.fromstring(self._parts[_BODY])
        self._pictures = 0

    @property
    def title(self) -> str:
        """Return the title that is printed on top."""
        for paragraph in self._root.iter(_w("p")):
            style = paragraph.find(f"{_w('pPr')}/{_w('pStyle')}")
            if style is not None and style.get(_w("val")) == "FormTitle":
                return _seen(paragraph)
        return ""

    def has(self, tag: str) -> bool:
        """Say whether there is a place called `tag`."""
        return any(True for _ in self._places(tag))

    def read(self, tag: str) -> str:
        """Return what stands in a place, empty while it shows its hint."""
        place = next(self._places(tag), None)
        if place is None or place.find(f"{_w('sdtPr')}/{_w('showingPlcHdr')}") is not None:
            return ""
        inside = place.find(_w("sdtContent"))
        return _seen(inside) if inside is not None else ""

    def rows(self, name: str) -> int:
        """Return how many lines the table `name` has."""
        pattern = re.compile(rf"{re.escape(name)}\.(\d+)\.")
        found = {int(m[1]) for tag in self._tags() if (m := pattern.match(tag))}
        return len(found)

    def row_of(self, name: str, column: str, words: str) -> int:
        """Return the line of the table `name` whose `column` says `words`; -1 when none does."""
        found = (n for n in range(self.rows(name)) if self.read(f"{name}.{n}.{column}") == words)
        return next(found, -1)

    def write(self, tag: str, words: str) -> None:
        """Type `words` into a place; nothing empties it."""
        place = next(self._places(tag))
        _replace(place, [_run(line) for line in words.split("\n")] if words else [])

    def pick(self, tag: str, value: str) -> None:
        """Choose from a list that drops down, by what the choice stands for."""
        place = next(self._places(tag))
        item = next(each for each in place.iter(_w("listItem")) if each.get(_w("value")) == value)
        _replace(place, [_run(item.get(_w("displayText")) or "")])

    def pick_day(self, tag: str, day: date | datetime) -> None:
        """Pick a day from the calendar of a place, or type a moment into a text."""
        place = next(self._places(tag))
        picker = place.find(f"{_w('sdtPr')}/{_w('date')}")
        if picker is None:
            _replace(place, [_run(f"{day:%Y-%m-%d %H:%M}" if isinstance(day, datetime) else f"{day}")])
            return
        pattern = picker.find(_w("dateFormat"))
        picker.set(_w("fullDate"), f"{day:%Y-%m-%d}T00:00:00Z")
        _replace(place, [_run(_formatted(day, pattern.get(_w("val")) or "" if pattern is not None else ""))])

    def tick(self, tag: str) -> None:
        """Tick a box."""
        place = next(self._places(tag))
        checked = place.find(f".//{{{_W14}}}checked")
        if checked is not None:
            checked.set(f"{{{_W14}}}val", "1")
        for text in place.iter(_w("t")):
            text.text = "☒"

    def sign(self, slot: str, picture: bytes, day: date, size: tuple[int, int] = (180, 60)) -> None:
        """Paste a picture of a signature, `size` pixels large, and date it."""
        self._pictures += 1
        name = f"signature{self._pictures}.png"
        relation = f"rIdPasted{self._pictures}"
        self._parts[f"word/media/{name}"] = picture
        relations = etree.fromstring(self._parts[_RELATIONS])
        etree.SubElement(
            relations,
            f"{{{_PACKAGE}/relationships}}Relationship",
            Id=relation,
            Type=f"{_OFFICE}/relationships/image",
            Target=f"media/{name}",
        )
        self._parts[_RELATIONS] = _xml(relations)
        self._know_png()
        _replace(next(self._places(f"sig.{slot}")), [_drawing(relation, 900 + self._pictures, size)])
        self._date_signature(slot, day)

    def type_name(self, slot: str, name: str, day: date) -> None:
        """Sign by typing a name, and date it."""
        _replace(next(self._places(f"sig.{slot}")), [_run(name)])
        self._date_signature(slot, day)

    def save(self) -> bytes:
        """Return the file as it would be attached to a mail."""
        parts = {**self._parts, _BODY: _xml(self._root)}
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in parts.items():
                packed.writestr(zipfile.ZipInfo(name, date_time=_EPOCH), content, zipfile.ZIP_DEFLATED)
        return whole.getvalue()

    def _date_signature(self, slot: str, day: date) -> None:
        if self.has(f"sig.{slot}.date"):
            self.pick_day(f"sig.{slot}.date", day)

    def _know_png(self) -> None:
        types = etree.fromstring(self._parts[_TYPES])
        if not any(each.get("Extension") == "png" for each in types):
            default = etree.Element(
                f"{{{_PACKAGE}/content-types}}Default", Extension="png", ContentType="image/png"
            )
            types.insert(0, default)
            self._parts[_TYPES] = _xml(types)

    def _places(self, tag: str) -> Iterator[etree._Element]:
        for place in self._root.iter(_w("sdt")):
            if _tag(place) == tag:
                yield place

    def _tags(self) -> Iterator[str]:
        for place in self._root.iter(_w("sdt")):
            yield _tag(place)


_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"


def with_macros(content: bytes) -> bytes:
    """Return a Word file as it looks after somebody saved it with macros (.docm)."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {each: packed.read(each) for each in packed.namelist()}
    plain = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts[_TYPES] = parts[_TYPES].replace(plain, b"application/vnd.ms-word.document.macroEnabled.main+xml")
    parts["word/vbaProject.bin"] = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(zipfile.ZipInfo(name, date_time=_EPOCH), part, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def _tag(place: etree._Element) -> str:
    tag = place.find(f"{_w('sdtPr')}/{_w('tag')}")
    return (tag.get(_w("val")) or "") if tag is not None else ""


def _seen(element: etree._Element) -> str:
    """Return the words that the eye sees: hidden text is not among them."""
    runs = (run for run in element.iter(_w("r")) if run.find(f"{_w('rPr')}/{_w('vanish')}") is None)
    return "".join(text.text or "" for run in runs for text in run.iter(_w("t"))).strip()


def _replace(place: etree._Element, runs: list[etree._Element]) -> None:
    """Put runs where the hint or the old words stood, in the font that stood there."""
    properties, inside = place.find(_w("sdtPr")), place.find(_w("sdtContent"))
    if properties is None or inside is None:
        return
    for hint in properties.findall(_w("showingPlcHdr")):
        properties.remove(hint)
    look = next((each for each in inside.iter(_w("rPr")) if each.find(_w("rStyle")) is None), None)
    for child in list(inside):
        inside.remove(child)
    for number, run in enumerate(runs):
        if look is not None:
            run.insert(0, deepcopy(look))
        if number:
            run.insert(1 if look is not None else 0, etree.Element(_w("br")))
        inside.append(run)


def _run(words: str) -> etree._Element:
    run = etree.Element(_w("r"))
    text = etree.SubElement(run, _w("t"))
    text.text = words
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return run


def _formatted(day: date | datetime, pattern: str) -> str:
    if "年" in pattern:
        return f"{day.year}年{day.month}月{day.day}日"
    if "MMMM" in pattern:
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day:%Y-%m-%d}"


def _xml(root: etree._Element) -> bytes:
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def _drawing(relation: str, number: int, size: tuple[int, int]) -> etree._Element:
    wide, high = (each * _EMU for each in size)
    main = "http://schemas.openxmlformats.org/drawingml/2006"
    return etree.fromstring(
        f'<w:r xmlns:w="{_W}" xmlns:r="{_OFFICE}/relationships" xmlns:wp="{main}/wordprocessingDrawing" '
        f'xmlns:a="{main}/main" xmlns:pic="{main}/picture"><w:drawing><wp:inline distT="0" distB="0" '
        f'distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="{number}" '
        f'name="Picture {number}"/><a:graphic><a:graphicData uri="{main}/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="Picture {number}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="rect">'
        f"<a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
        f"</w:r>"
    )
