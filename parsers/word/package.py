"""A .docx taken apart: the XML that we read and the pictures it refers to, within bounds.

Office Open XML, ECMA-376 parts 1 and 2.  Nothing outside the file is ever fetched.
"""

import posixpath
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from lxml import etree

from parsers.limits import Limits

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(wordprocessingml|officeDocument|drawingml)/")
_TRANSITIONAL = {b"wordprocessingml": b"2006", b"officeDocument": b"2006", b"drawingml": b"2006"}
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_OFFICE_DOCUMENT = "/officeDocument"
_CUSTOM = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
)
_MARGINS = frozenset({"header", "footer"})
_NOTES = frozenset({"footnotes", "endnotes", "comments"})
_MOST_BESIDE = 40
"""Headers and footers, or notes, that are looked at; a form has a handful."""


class Unreadable(Exception):
    """The bytes are not a Word file that can be read; the message is a code of `complain`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One relationship of a part (ECMA-376 part 2, 6.5)."""

    kind: str
    """The last word of its type: `image`, `footer`, …"""
    target: str
    """The name of the part it points to; for an external one, what the file says."""
    external: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Styles:
    """Styles that change what their text means, by id; Word in Chinese has other ids, never other names."""

    hidden: frozenset[str] = frozenset()
    placeholder: frozenset[str] = frozenset()
    """`Placeholder Text`: Word puts it on the words that wait in an empty control."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The parts of one Word file."""

    document: etree._Element
    margins: tuple[etree._Element, ...]
    """Headers and footers."""
    notes: tuple[etree._Element, ...]
    """Footnotes, endnotes and comments."""
    properties: Mapping[str, str]
    """The custom properties (docProps/custom.xml) by name."""
    relations: Mapping[str, Relation]
    """Those of the main document, by id."""
    styles: "Styles"
    signed: bool
    """It carries a digital signature of the package."""
    main: str
    """The name of the part that `document` was read from."""
    archive: ZipFile = field(repr=False)
    """The file itself; a digital signature is about its bytes."""
    limits: Limits
    """The bounds within which it was opened."""
    _members: Mapping[str, str]

    def picture(self, relation: str) -> bytes | None:
        """Return the bytes of an embedded picture of the main document, None when they are not there."""
        found = self.relations.get(relation)
        return None if found is None or found.external else self.part(found.target, self.limits.file_bytes)

    def part(self, name: str, most: int) -> bytes | None:
        """Return the bytes of a part, None when it is not there or has more than `most`."""
        member = self._members.get(name.casefold())
        try:
            return _part(self.archive, member, most) if member is not None else None
        except Unreadable:
            return None


def open_package(content: bytes, limits: Limits) -> Package:
    """Take a Word file apart.

    Raises:
        Unreadable: it is damaged, too big, encrypted, or no Word document at all.
    """
    try:
        return _opened(ZipFile(BytesIO(content)), limits)
    except (BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Unreadable("unreadable") from error


def _opened(archive: ZipFile, limits: Limits) -> Package:
    infos = archive.infolist()
    if len(infos) > limits.zip_members or sum(each.file_size for each in infos) > limits.unzipped_bytes:
        raise Unreadable("too_big")
    members = {each.filename.lstrip("/").casefold(): each.filename for each in infos}

    def tree(name: str) -> etree._Element | None:
        member = members.get(name.casefold())
        return None if member is None else _parsed(_part(archive, member, limits.xml_bytes))

    main = _main_part(tree("_rels/.rels"))
    document = tree(main)
    if document is None or document.tag != f"{W}document":
        raise Unreadable("not_a_document")
    folder, base = posixpath.split(main)
    relations = _relations(tree(f"{folder}/_rels/{base}.rels"), folder)

    def trees(kinds: frozenset[str]) -> tuple[etree._Element, ...]:
        names = dict.fromkeys(r.target for r in relations.values() if r.kind in kinds and not r.external)
        return tuple(root for name in list(names)[:_MOST_BESIDE] if (root := tree(name)) is not None)

    return Package(
        document=document,
        margins=trees(_MARGINS),
        notes=trees(_NOTES),
        properties=_properties(tree("docProps/custom.xml")),
        relations=relations,
        styles=_styles(tree(f"{folder}/styles.xml")),
        signed=any(name.startswith("_xmlsignatures/") for name in members),
        _members=members,
        main=main,
        archive=archive,
        limits=limits,
    )


def _part(archive: ZipFile, member: str, most: int) -> bytes:
    try:
        with archive.open(member) as stream:
            content = stream.read(most + 1)
    except (BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise Unreadable("unreadable") from error
    if len(content) > most:
        raise Unreadable("too_big")
    return content


def _parsed(content: bytes) -> etree._Element:
    if b"purl.oclc.org" in content:
        content = _STRICT.sub(
            lambda m: b"http://schemas.openxmlformats.org/" + m[1] + b"/" + _TRANSITIONAL[m[1]] + b"/",
            content,
        )
    try:
        root = etree.fromstring(content, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("unreadable") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("unreadable")
    return root


def _main_part(relations: etree._Element | None) -> str:
    if relations is not None:
        for each in relations.iter(_RELATIONS):
            if str(each.get("Type", "")).endswith(_OFFICE_DOCUMENT):
                return str(each.get("Target", "")).lstrip("/")
    return "word/document.xml"


def _relations(root: etree._Element | None, folder: str) -> dict[str, Relation]:
    found: dict[str, Relation] = {}
    if root is None:
        return found
    for each in root.iter(_RELATIONS):
        target = str(each.get("Target", ""))
        external = each.get("TargetMode") == "External"
        if not external:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        kind = str(each.get("Type", "")).rpartition("/")[2]
        found[str(each.get("Id", ""))] = Relation(kind=kind, target=target, external=external)
    return found


def _properties(root: etree._Element | None) -> dict[str, str]:
    if root is None:
        return {}
    return {
        str(each.get("name", "")): "".join(str(text) for text in each.itertext()).strip()
        for each in root.iter(_CUSTOM)
    }


def _styles(root: etree._Element | None) -> Styles:
    hidden, placeholder = set(), set()
    for style in root.iter(f"{W}style") if root is not None else ():
        name = child(style, f"{W}name")
        if is_on(child(child(style, f"{W}rPr"), f"{W}vanish")):
            hidden.add(str(style.get(f"{W}styleId", "")))
        if name is not None and name.get(f"{W}val", "").casefold() == "placeholder text":
            placeholder.add(str(style.get(f"{W}styleId", "")))
    return Styles(hidden=frozenset(hidden), placeholder=frozenset(placeholder))


def child(element: etree._Element | None, tag: str) -> etree._Element | None:
    """Return the first child of an element that may be missing; `find` would take the tag for a path."""
    return next(element.iterchildren(tag), None) if element is not None else None


def is_on(toggle: etree._Element | None) -> bool:
    """Say whether a toggle property (ECMA-376 part 1, 17.17.4) is there and not switched off."""
    return toggle is not None and toggle.get(f"{W}val", "1") not in {"0", "false", "off"}
