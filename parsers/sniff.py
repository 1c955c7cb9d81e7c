"""What an attached file is, by its content and never by its extension, and whether we can open it."""

import re
from dataclasses import dataclass
from enum import Enum

from agent.domain.problems import Problem
from parsers.containers import ZIP_MAGIC, Fault, inspect, is_nested_too_deep, is_plain_zip
from parsers.limits import Limits
from parsers.mail import ole
from parsers.sniff_words import FAULTS, KINDS, file_problem


class Kind(Enum):
    """A kind of file; the value is its name in reports."""

    DOCX = "docx"
    DOCM = "docm"
    DOC = "doc"
    """Word 97–2003, also as WPS writes it."""
    ENCRYPTED = "encrypted"
    """An Office file with a password ([MS-OFFCRYPTO])."""
    PDF = "pdf"
    PNG = "png"
    JPEG = "jpg"
    HEIC = "heic"
    TIFF = "tiff"
    PICTURE = "picture"
    """GIF, BMP, WebP: pictures that nobody scans to."""
    ZIP = "zip"
    ARCHIVE = "archive"
    """RAR or 7z."""
    RTF = "rtf"
    ODT = "odt"
    OFD = "ofd"
    """GB/T 33190."""
    XLSX = "xlsx"
    OFFICE = "office"
    """Another Office file: a presentation, an old workbook."""
    TEXT = "txt"
    HTML = "html"
    CALENDAR = "ics"
    EML = "eml"
    MSG = "msg"
    WINMAIL = "winmail"
    EMPTY = "empty"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sniffed:
    """What a file is; `problem` is there when we do not open it, and tells its sender what to do."""

    kind: Kind
    problem: Problem | None = None


def sniff(content: bytes, name: str, limits: Limits) -> Sniffed:
    """Say what a file is; never raises.

    Only a sound .docx, a .pdf (whether it asks for a password, its reader tells), and a sound .zip whose
    files are then asked one by one, come back without a problem; so do plain texts, calendars and mails,
    which are no forms but need no word either.  A problem that does not block (`Problem.blocks`) is one that
    a person on our side deals with.

    Args:
        content: the bytes of the file.
        name: its name, for the words of the problem only.
        limits: what we are ready to open.
    """
    kind, fault = _kind(content, limits)
    if fault is not None:
        return Sniffed(kind=kind, problem=file_problem(fault.value, FAULTS[fault.value], name))
    if len(content) > limits.file_bytes:
        return Sniffed(kind=kind, problem=file_problem("file_too_large", FAULTS["file_too_large"], name))
    if kind in _READ or (say := KINDS.get(kind.value)) is None:
        return Sniffed(kind=kind)
    return Sniffed(kind=kind, problem=file_problem(_CODES.get(kind, kind.value), say, name))


_READ = frozenset({Kind.PDF})
"""Kinds for which there is a word, and a reader too: the word is said where it is not installed."""
_CODES = {
    Kind.DOCM: "macros",
    Kind.DOC: "old_word",
    Kind.PNG: "read_by_person",
    Kind.JPEG: "read_by_person",
    Kind.HEIC: "read_by_person",
    Kind.TIFF: "read_by_person",
    Kind.PICTURE: "read_by_person",
    Kind.OFD: "read_by_person",
    Kind.RTF: "wrong_kind",
    Kind.ODT: "wrong_kind",
    Kind.XLSX: "wrong_kind",
    Kind.OFFICE: "wrong_kind",
    Kind.HTML: "wrong_kind",
    Kind.UNKNOWN: "unknown_kind",
    Kind.EMPTY: "empty_file",
}

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"II+\x00", Kind.TIFF),
    (b"MM\x00+", Kind.TIFF),
    (b"GIF8", Kind.PICTURE),
    (b"BM", Kind.PICTURE),
    (b"{\\rtf", Kind.RTF),
    (b"\x78\x9f\x3e\x22", Kind.WINMAIL),
    (b"Rar!\x1a\x07", Kind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
)
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif"})
_PDF_WITHIN = 1024
_MAIL_FIELD = re.compile(
    rb"(?im)^(?:from|to|subject|date|received|message-id|mime-version|return-path|content-type):"
)
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!doctype html|<html|<head|<body|<meta)", re.IGNORECASE
)


def _kind(content: bytes, limits: Limits) -> tuple[Kind, Fault | None]:
    if not content.strip(b"\0\r\n\t "):
        return Kind.EMPTY, None
    if content.startswith(ZIP_MAGIC):
        return _zip_kind(content, limits)
    if content.startswith(ole.MAGIC):
        return _ole_kind(content), None
    for magic, kind in _MAGIC:
        if content.startswith(magic) and (magic != b"BM" or b"\0" in content[:32]):
            return kind, None
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        return Kind.HEIC, None
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Kind.PICTURE, None
    if b"%PDF-" in content[:_PDF_WITHIN]:
        return Kind.PDF, None
    return _text_kind(content), None


def _zip_kind(content: bytes, limits: Limits) -> tuple[Kind, Fault | None]:
    opened = inspect(content, limits)
    names = {name.casefold() for name in opened.names}
    if "[content_types].xml" in names:
        if any(name.endswith("vbaproject.bin") for name in names):
            return Kind.DOCM, opened.fault
        if any(name.startswith("word/") for name in names):
            return Kind.DOCX, opened.fault
        return (Kind.XLSX if "xl/workbook.xml" in names else Kind.OFFICE), opened.fault
    if "ofd.xml" in names:
        return Kind.OFD, opened.fault
    if b"mimetypeapplication/vnd.oasis.opendocument" in content[:200]:
        return (Kind.ODT if b"opendocument.text" in content[:200] else Kind.OFFICE), opened.fault
    if not names and not is_plain_zip(content):
        return Kind.DOCX, opened.fault
    if opened.fault is None and is_nested_too_deep(content, limits):
        return Kind.ZIP, Fault.NESTED
    # A DOCTYPE harms only where we parse; in a plain ZIP the XML is somebody's own business.
    return Kind.ZIP, None if opened.fault is Fault.DOCTYPE else opened.fault


def _ole_kind(content: bytes) -> Kind:
    for entry, kind in (
        ("EncryptedPackage", Kind.ENCRYPTED),
        ("__properties_version1.0", Kind.MSG),
        ("WordDocument", Kind.DOC),
    ):
        if ole.has_entry(content, entry):
            return kind
    return Kind.OFFICE


def _text_kind(content: bytes) -> Kind:
    start = content[:4096].removeprefix(b"\xef\xbb\xbf")
    if _HTML_START.match(start):
        return Kind.HTML
    if start.lstrip().upper().startswith(b"BEGIN:VCALENDAR"):
        return Kind.CALENDAR
    head = start.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if len({field.lower() for field in _MAIL_FIELD.findall(head)}) > 1:
        return Kind.EML
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Kind.TEXT
    controls = sum(c < 32 and c not in b"\t\n\r\x0c\x1b" for c in start)  # noqa: PLR2004 below the space
    return Kind.UNKNOWN if controls or not _is_text(content[:4096]) else Kind.TEXT


def _is_text(start: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        try:
            start.decode(encoding)
        except UnicodeDecodeError as error:
            # A character cut in two at the very end is no damage.
            if error.start >= len(start) - 4:
                return True
            continue
        return True
    return False
