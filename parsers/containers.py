"""ZIP files opened within bounds: what they say, and what really comes out of them."""

import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass
from enum import Enum
from io import BytesIO

from agent.domain.mail import Attachment
from parsers.limits import STANDARD, Limits
from parsers.mail.charsets import guess
from parsers.mail.files import safe_name

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

_CENTRAL_HEADER = b"PK\x01\x02"
_CHUNK = 64 * 1024
_OVERLAP = 64
_ENCRYPTED = 0x1
_UTF8 = 0x800
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError)
_ODD = (NotImplementedError, RuntimeError, ValueError, KeyError, IndexError, OverflowError, UnicodeError)


class Fault(Enum):
    """Why a ZIP is not opened."""

    BROKEN = "broken"
    ENCRYPTED = "encrypted_zip"
    TOO_MANY = "too_many_members"
    BOMB = "zip_bomb"
    NESTED = "nested_zip"
    DOCTYPE = "doctype"
    """An XML part declares a DOCTYPE, which no Office file may (ECMA-376-2, 8.1.1) and only bombs need."""
    XML_TOO_LARGE = "xml_too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What is known of a ZIP after every member was expanded once, within bounds."""

    names: tuple[str, ...] = ()
    fault: Fault | None = None


def inspect(content: bytes, limits: Limits = STANDARD) -> Opened:
    """Expand every member of a ZIP without keeping it, and say what is in it or what is wrong with it."""
    if has_too_many(content, limits):
        return Opened(fault=Fault.TOO_MANY)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            names = tuple(member.filename for member in members)
            return Opened(names=names, fault=_fault(archive, members, len(content), limits))
    except (*_DAMAGE, *_ODD):
        return Opened(fault=Fault.BROKEN)


def members(content: bytes, limits: Limits = STANDARD) -> tuple[Attachment, ...]:
    """Return the files in a ZIP, and in the ZIPs within it, as if each had been attached by itself.

    Folders vanish into the names (`报价/一.docx` becomes `报价_一.docx`); the litter of macOS and Windows is
    left out.  At most `limits.attachments` files are taken.  A ZIP with a fault gives nothing:
    `parsers.sniff` says why.
    """
    if inspect(content, limits).fault is not None or is_nested_too_deep(content, limits):
        return ()
    files: list[Attachment] = []
    _collect(content, limits, files)
    return tuple(files)


def _collect(content: bytes, limits: Limits, files: list[Attachment]) -> None:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for member in archive.infolist():
            total = sum(len(file.content) for file in files)
            if len(files) >= limits.attachments or total + member.file_size > limits.unzipped_bytes:
                return
            if member.is_dir() or _is_litter(member.filename):
                continue
            inner = archive.read(member)
            # A ZIP with a fault stays a file, so that whoever sniffs it tells the sender what is wrong.
            if is_plain_zip(inner) and inspect(inner, limits).fault is None:
                _collect(inner, limits, files)
                continue
            name = safe_name(_name(member), f"file-{len(files) + 1}")
            files.append(Attachment(name=name, media_type="application/octet-stream", content=inner))


def is_nested_too_deep(content: bytes, limits: Limits = STANDARD) -> bool:
    """Say whether ZIPs lie in ZIPs too deeply or too many; `content` itself was found without fault."""
    waiting = [(content, 1)]
    inner_zips = 0
    while waiting:
        outer, depth = waiting.pop()
        with zipfile.ZipFile(BytesIO(outer)) as archive:
            for member in archive.infolist():
                with archive.open(member) as stream:
                    if not stream.read(4).startswith(ZIP_MAGIC):
                        continue
                inner = archive.read(member)
                if not is_plain_zip(inner):
                    continue
                inner_zips += 1
                if depth >= limits.zip_depth or inner_zips > limits.zips_within:
                    return True
                if inspect(inner, limits).fault is None:
                    waiting.append((inner, depth + 1))
    return False


def has_too_many(content: bytes, limits: Limits) -> bool:
    """Say whether a ZIP has more members than it may; counted in its bytes, nothing is opened.

    Reading the directory of a million members is itself the harm.
    """
    return content.count(_CENTRAL_HEADER) > limits.zip_members


def is_plain_zip(content: bytes) -> bool:
    """Say whether `content` is a ZIP that is no document (Word, OpenDocument and OFD files are ZIPs, too)."""
    if not content.startswith(ZIP_MAGIC):
        return False
    return not any(sign in content for sign in (b"[Content_Types].xml", b"OFD.xml")) and (
        b"mimetypeapplication/vnd.oasis" not in content[:200]
    )


def _fault(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], packed: int, limits: Limits
) -> Fault | None:
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        return Fault.ENCRYPTED
    if any(entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for entry in entries):
        return Fault.BROKEN
    if _too_much(sum(entry.file_size for entry in entries), packed, limits):
        return Fault.BOMB
    # Expanded once: `zipfile` hands out no more than was declared and raises when more, or other, comes out.
    for entry in entries:
        is_xml = entry.filename.casefold().endswith((".xml", ".rels"))
        if is_xml and entry.file_size > limits.xml_bytes:
            return Fault.XML_TOO_LARGE
        with archive.open(entry) as stream:
            tail = b""
            while chunk := stream.read(_CHUNK):
                if is_xml and _declares_doctype(tail + chunk):
                    return Fault.DOCTYPE
                tail = chunk[-_OVERLAP:]
    return None


def _too_much(expanded: int, packed: int, limits: Limits) -> bool:
    if expanded > limits.unzipped_bytes:
        return True
    return expanded > limits.zip_free_bytes and expanded > packed * limits.zip_ratio


def _declares_doctype(chunk: bytes) -> bool:
    # Without its zero bytes UTF-16 and UTF-32 show the same letters.
    plain = chunk.replace(b"\0", b"") if b"\0" in chunk else chunk
    return b"<!DOCTYPE" in plain or b"<!ENTITY" in plain


def _name(member: zipfile.ZipInfo) -> str:
    """Return the name as its author saw it.

    Without the UTF-8 flag `zipfile` reads names as code page 437, which loses nothing: the bytes are taken
    back and read as UTF-8 (macOS) or GB 18030 (Windows in Chinese).
    """
    if member.flag_bits & _UTF8:
        return member.filename
    try:
        return guess(member.filename.encode("cp437"))
    except UnicodeEncodeError:
        return member.filename


def _is_litter(name: str) -> bool:
    last = name.rpartition("/")[2]
    return name.startswith("__MACOSX/") or last in {".DS_Store", "Thumbs.db", "desktop.ini"}
