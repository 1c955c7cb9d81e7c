"""A Word file as a package of parts (ECMA-376, part 2), always with the same bytes for the same parts."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_FIXED = (2020, 1, 1, 0, 0, 0)
"""Every part carries this time, so that the same form gives the same file."""
_LEVEL = 6


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Return the package; `[Content_Types].xml` comes first, as readers that sniff expect."""
    first = "[Content_Types].xml"
    names = sorted(parts, key=lambda name: (name != first, not name.startswith("_rels/"), name))
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name in names:
            info = ZipInfo(name, _FIXED)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            archive.writestr(info, parts[name])
    return buffer.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """Return the parts of one of our own templates.

    Raises:
        BadZipFile: it is no package.
    """
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
