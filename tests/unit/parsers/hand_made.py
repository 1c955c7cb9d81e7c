"""Files for the tests of sniffing and unpacking, sound and hostile, made by hand."""

import struct
import zipfile
from io import BytesIO

from docx import Document
from openpyxl import Workbook

TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def a_zip(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Build a ZIP."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def a_docx() -> bytes:
    """Build a sound Word file."""
    buffer = BytesIO()
    Document().save(buffer)
    return buffer.getvalue()


def an_xlsx() -> bytes:
    """Build a sound workbook."""
    buffer = BytesIO()
    Workbook().save(buffer)
    return buffer.getvalue()


def an_ole(*entries: str) -> bytes:
    """Build a compound file by hand: header, one FAT sector, one directory sector with `entries`."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header = header.ljust(512, b"\0")
    fat = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE).ljust(512, b"\xff")
    directory = b""
    for name, kind in (("Root Entry", 5), *((entry, 2) for entry in entries)):
        spelled = name.encode("utf-16-le") + b"\0\0"
        directory += (spelled.ljust(64, b"\0") + struct.pack("<HB", len(spelled), kind)).ljust(128, b"\0")
    return header + fat + directory.ljust(512, b"\0")
