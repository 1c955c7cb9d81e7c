"""Which sheets of ours a document may be, found quickly and without OCR.

The service asks this first, fetches the copies that were sent, and then reads the document against them.
What is found is only a name to look up: a token that we issued, or letters in the shape of a short code.
Whether the document really is that sheet, reading it decides.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from io import BytesIO

from agent.domain.sheets import TokenStatus, check
from parsers.containers import members
from parsers.known import Known
from parsers.limits import Limits
from parsers.pdf import fields as pdf_fields
from parsers.pdf import pages as pdf_pages
from parsers.pdf.enclosed import enclosed
from parsers.sniff import Kind, sniff
from parsers.word.identity import CODE, TOKEN

_MOST = 50
"""Codes of one document; an honest one has one, a file of several forms a handful."""
_PART_BYTES = 4 * 1024 * 1024
"""Of one part of a Word file that is searched; a filled form has 0.3 MB."""
_PARTS = 60
_WORDS = re.compile(
    r"(?:docProps/custom|word/(?:document|header\d*|footer\d*|footnotes|endnotes)|content|styles|meta)\.xml",
    re.IGNORECASE,
)
"""Parts with words: of Word files (ECMA-376), and of OpenDocument files, which LibreOffice makes of them."""
_PICTURES = re.compile(r"(?:word/media|Pictures)/[^/]+\.(?:png|jpe?g|tiff?|heic|bmp|gif|webp)", re.IGNORECASE)
_PICTURES_MOST = 6
_ENDS = re.compile(r"</(?:w:p|w:tc|vt:lpwstr|text:p|text:h|meta:user-defined)>|<w:(?:tab|br)\b[^>]*>")
_TAGS = re.compile(r"<[^>]*>")
_SHOWN = frozenset({Kind.PNG, Kind.JPEG, Kind.TIFF, Kind.HEIC, Kind.PICTURE})
_PACKED = frozenset({Kind.DOCX, Kind.DOCM, Kind.ODT})
_FIRST = 2
"""Pages of a PDF with text that are searched for a code where no text names a sheet."""
_SEEN_DPI = 150
"""2 cm are 118 pixels, three for each module of the code."""
_SEEN_PAGES = 12
"""Pages of one PDF that are rendered for their QR codes; each takes 0.05 to 0.3 s."""


def identities(content: bytes, name: str, known: Known) -> tuple[str, ...]:
    """Return the short codes of our sheets that a document names, in the order of how well they prove it.

    A Word file takes 5 to 15 ms, a page of a PDF or scan below half a second.  Never raises; nothing is found
    in what cannot be opened.  QR codes are read only where the extra `ocr` is installed.

    Args:
        content: the bytes of the file.
        name: its name as the sender gave it; only for telling what kind of file it is.
        known: the secret behind the tokens, and the limits.
    """
    try:
        found = dict.fromkeys(code for texts in _texts(content, name, known) for code in _codes(texts, known))
    except Exception:  # noqa: BLE001 - a stranger's file never stops the clerk; it is read without a hint
        return ()
    return tuple(found)[:_MOST]


def _codes(texts: tuple[str, ...], known: Known) -> Iterator[str]:
    """Yield the codes of valid tokens first, then whatever looks like a short code."""
    for text in texts:
        for token in TOKEN.findall(text)[:_MOST]:
            if check(token, known.secret) is TokenStatus.VALID:
                yield token.rpartition("|")[2]
    for text in texts:
        yield from CODE.findall(text)[:_MOST]


def _texts(content: bytes, name: str, known: Known) -> Iterator[tuple[str, ...]]:
    """Yield what a document, or each document in a ZIP, says in words and in codes."""
    kind = _kind(content, name, known.limits)
    if kind is Kind.ZIP:
        for each in members(content, known.limits):
            inner = _kind(each.content, each.name, known.limits)
            yield _said(each.content, inner, known)
    else:
        yield _said(content, kind, known)


def _kind(content: bytes, name: str, limits: Limits) -> Kind:
    if len(content) > limits.file_bytes:
        return Kind.UNKNOWN
    return sniff(content, name, limits).kind


def _said(content: bytes, kind: Kind, known: Known, *, within: bool = False) -> tuple[str, ...]:
    if kind in _PACKED:
        return _package(content, known)
    if kind is Kind.PDF:
        return _pdf(content, known, within=within)
    if kind in _SHOWN:
        return _pictures(content, known.limits)
    return ()


def _package(content: bytes, known: Known) -> tuple[str, ...]:
    """Return the words of a Word or OpenDocument file; of codes in its pictures where they name no sheet."""
    words, pictures = _parts(content)
    if next(_codes(words, known), ""):
        return words
    # Somebody pasted a scan into a Word file.
    return tuple(text for picture in pictures for text in _pictures(picture, known.limits))


def _parts(content: bytes) -> tuple[tuple[str, ...], tuple[bytes, ...]]:
    words: list[str] = []
    pictures: list[bytes] = []
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for member in archive.infolist():
                if _WORDS.fullmatch(member.filename) and len(words) < _PARTS:
                    with archive.open(member) as stream:
                        words.append(_plain(stream.read(_PART_BYTES).decode("utf-8", "replace")))
                elif _PICTURES.fullmatch(member.filename) and len(pictures) < _PICTURES_MOST:
                    with archive.open(member) as stream:
                        pictures.append(stream.read(_PART_BYTES))
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
        return tuple(words), tuple(pictures)
    return tuple(words), tuple(pictures)


def _plain(xml: str) -> str:
    """Return the words of XML, paragraph by paragraph; a word may be split over any number of runs."""
    return unescape(_TAGS.sub("", _ENDS.sub("\n", xml)))


def _pdf(content: bytes, known: Known, *, within: bool) -> tuple[str, ...]:
    """Return hidden fields and text of a PDF, and the QR codes of pages that are pictures.

    Where none names a sheet, and the PDF does not lie `within` another, what its own files say.
    """
    fields = pdf_fields.read_fields(content, known.limits)
    # pdfium draws a page when it loads it: one that draws without end is not even loaded.
    if fields.wild:
        return fields.tokens
    texts = pdf_pages.said(content, known.limits)
    is_told = bool(fields.tokens) or any(CODE.search(text) for text in texts)
    mute = tuple(
        page.number
        for page, text in zip(pdf_pages.look(content, known.limits).pages, texts, strict=False)
        # Fonts that name wrong letters leave text in which nothing is found.
        if (not page.has_text and not CODE.search(text)) or (not is_told and page.number <= _FIRST)
    )
    found = (*fields.tokens, *texts, *_on_pages(content, mute[:_SEEN_PAGES], known.limits))
    if next(_codes(found, known), "") or within:
        return found
    files = enclosed(content, known.limits)
    inner = ((each.content, _kind(each.content, each.name, known.limits)) for each in files)
    return (*found, *(text for held, kind in inner for text in _said(held, kind, known, within=True)))


def _on_pages(content: bytes, numbers: tuple[int, ...], limits: Limits) -> tuple[str, ...]:
    if not numbers:
        return ()
    try:
        from parsers.scan.codes import read_image  # noqa: PLC0415 - absent without the extra `ocr`
    except ImportError:
        return ()
    drawn = pdf_pages.pictures(content, numbers, _SEEN_DPI, limits)
    return tuple(code.text for image, _ in drawn.values() for code in read_image(image))


def _pictures(content: bytes, limits: Limits) -> tuple[str, ...]:
    """Return the words of the QR codes in a scan or photo."""
    try:
        from parsers.scan.codes import read_codes  # noqa: PLC0415 - absent without the extra `ocr`
        from parsers.scan.pictures import open_pictures  # noqa: PLC0415 - likewise
    except ImportError:
        return ()
    opened = open_pictures(content, limits)
    if isinstance(opened, str):
        return ()
    return tuple(code.text for picture in opened for code in read_codes(picture.pixels))
