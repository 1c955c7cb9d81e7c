"""What a mail brought to read: every file by itself, out of whatever wraps it, within bounds.

People zip forms, forward the mail that held them, and save mails from Outlook.  Each file that comes out is
named after everything that it came out of (`转发.eml/附件.zip/申请表.docx`), so that a person finds it again.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from agent.domain.mail import Address, Attachment, InboundMail
from agent.domain.reading import Reading
from parsers import containers
from parsers.bounded import bounded
from parsers.known import Known, Sent
from parsers.limits import Limits
from parsers.mail import outlook_msg, outlook_tnef
from parsers.mail.message import read_mail
from parsers.sniff import Kind, sniff

_PICTURES = frozenset({Kind.PNG, Kind.JPEG, Kind.HEIC, Kind.TIFF, Kind.PICTURE})
_WRAPS = frozenset({Kind.ZIP, Kind.EML, Kind.MSG, Kind.WINMAIL})
_OFFICE = (b"[Content_Types].xml", b"_rels/.rels")
"""Either is the first member of a package as Word, WPS and LibreOffice write it (ECMA-376 part 2)."""
_FIRST_NAME = 30
"""Where the name of the first member stands in a ZIP (APPNOTE 4.3.7)."""
_DRAWING = re.compile(r"image/", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file that may be a form."""

    name: str
    content: bytes
    paper: bool = False
    """A PDF or a picture: read with more memory and more time."""
    picture: bool = False
    """A scan or photo of one or more pages; others may show the other pages of the same sheet."""
    more: tuple[bytes, ...] = ()
    """Pictures of further pages of the same sheet, which came as files of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedMail:
    """A mail, and the documents in it."""

    mail: InboundMail
    documents: tuple[Document, ...]
    readings: tuple[tuple[Reading, ...], ...] = ()
    """Those of each document, where none is paper; nothing was held against what was sent."""


def open_mail(raw: bytes, own: frozenset[Address], size: int, known: Known) -> OpenedMail:
    """Read a mail and take out what it brought; without paper, its documents are read at once.

    One call does for most mails: their bytes need not come back to be read.  Never raises.

    Args:
        raw: the mail, or its beginning.
        own: the clerk's addresses.
        size: bytes of the whole mail.
        known: what readers know of the house.
    """
    mail = read_mail(raw, own=own, limits=known.limits, size=size, trust=known.trust)
    found = documents(mail.attachments, known.limits)
    if any(document.paper for document in found):
        return OpenedMail(mail=mail, documents=found)
    readings = tuple(read_with(document, known, {}) for document in found)
    return OpenedMail(mail=mail, documents=found, readings=readings)


def documents(files: tuple[Attachment, ...], limits: Limits) -> tuple[Document, ...]:
    """Return the files themselves, or what is in them where they wrap others.

    Whatever cannot be opened stays as it is: reading it tells what is wrong with it.
    """
    found: list[Document] = []
    room = limits.unzipped_bytes
    waiting = [(file.name, file, 0) for file in reversed(files) if _is_meant(file)]
    while waiting and len(found) < limits.attachments:
        name, file, depth = waiting.pop()
        kind = _kind(file.content, name, limits)
        inside = _opened(kind, file.content, limits) if depth < limits.wrapped else ()
        size = sum(len(each.content) for each in inside)
        if inside and size <= room:
            room -= size
            waiting.extend((f"{name}/{each.name}", each, depth + 1) for each in reversed(inside))
            continue
        is_picture = kind in _PICTURES
        is_paper = is_picture or kind is Kind.PDF
        found.append(Document(name=name, content=file.content, paper=is_paper, picture=is_picture))
    return tuple(found)


def joined(pages: tuple[Document, ...]) -> Document:
    """Return one document out of pictures, at least one, that show pages of the same sheet."""
    first, *others = pages
    if not others:
        return first
    more = tuple(content for each in others for content in (each.content, *each.more))
    return replace(first, name=" + ".join(each.name for each in pages), more=(*first.more, *more))


def codes_in(content: bytes, name: str, known: Known) -> tuple[str, ...]:
    """Return the short codes of our sheets that a document on paper shows, found without OCR."""
    from parsers.identify import identities  # noqa: PLC0415 - only paper needs what it loads

    return identities(content, name, known)


def read_with(document: Document, known: Known, sent: Mapping[str, Sent]) -> tuple[Reading, ...]:
    """Read one document that may be one of the sheets `sent`: they travel each time, what is `known` once."""
    from parsers.reading import read_file, read_pages  # noqa: PLC0415 - it opens wrappers with this module

    told = replace(known, sent=sent) if sent else known
    if document.more:
        readings = read_pages((document.content, *document.more), document.name, told)
    else:
        readings = read_file(document.content, document.name, told)
    return tuple(bounded(reading, known.limits) for reading in readings)


def _is_meant(file: Attachment) -> bool:
    """Say whether somebody sent this file on purpose: pictures inside the text are logos and signatures."""
    return not (file.cid and _DRAWING.match(file.media_type))


def _kind(content: bytes, name: str, limits: Limits) -> Kind:
    """Return the kind of a file; a Word file is known by its first member and not unpacked for it."""
    if content.startswith(containers.ZIP_MAGIC) and content.startswith(_OFFICE, _FIRST_NAME):
        return Kind.DOCX
    return sniff(content, name, limits).kind


def _opened(kind: Kind, content: bytes, limits: Limits) -> tuple[Attachment, ...]:
    if kind not in _WRAPS:
        return ()
    return tuple(each for each in _within(kind, content, limits) if _is_meant(each))


def _within(kind: Kind, content: bytes, limits: Limits) -> Iterator[Attachment]:
    match kind:
        case Kind.ZIP:
            yield from containers.members(content, limits)
        case Kind.EML:
            yield from read_mail(content, own=frozenset(), limits=limits).attachments
        case Kind.MSG:
            yield from outlook_msg.attachments(content, limits)
        case _:
            yield from outlook_tnef.attachments(content, limits)
