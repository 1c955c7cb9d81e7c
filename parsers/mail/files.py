"""File names from mails and ZIPs, made safe for every disk we write to."""

from unicodedata import category, normalize

_FORBIDDEN = frozenset('<>:"/\\|?*')
_RESERVED = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{port}{n}" for port in ("COM", "LPT") for n in "0123456789"}
)
_LONGEST = 120
_LONGEST_BYTES = 200

EXTENSIONS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-word.document.macroenabled.12": ".docm",
    "application/msword": ".doc",
    "application/vnd.ms-outlook": ".msg",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/pdf": ".pdf",
    "application/rtf": ".rtf",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/ms-tnef": ".dat",
    "application/pkcs7-signature": ".p7s",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/tiff": ".tif",
    "image/heic": ".heic",
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/rfc822-headers": ".txt",
}
"""The usual extension of a media type, for files that came without a name."""


def safe_name(name: str, otherwise: str = "") -> str:
    """Return `name` as a plain file name for Windows, macOS and Linux, or `otherwise` when nothing is left.

    Separators, control and direction characters go, also those that only normalising (NFKC) would bring out,
    such as the full-width `．．／`; reserved device names are prefixed; Chinese punctuation stays.  A name is
    cut at 120 characters (200 bytes in UTF-8); its extension is kept.
    """
    plain = "".join(_safe(c) for c in normalize("NFC", name))
    plain = " ".join(plain.split()).lstrip(". ").rstrip(". ")
    stem, dot, extension = plain.rpartition(".")
    if not dot or len(extension) > 10:  # noqa: PLR2004 a longer one is no extension but a sentence
        stem, dot, extension = plain, "", ""
    while len(stem) + len(extension) >= _LONGEST or len(f"{stem}.{extension}".encode()) > _LONGEST_BYTES:
        stem = stem[:-1]
    plain = f"{stem.rstrip()}{dot}{extension}"
    if normalize("NFKC", plain).partition(".")[0].strip().upper() in _RESERVED:
        plain = f"_{plain}"
    return plain if plain.strip("_. ") else otherwise


def _safe(c: str) -> str:
    if c.isspace():
        return " "
    if category(c) in {"Cc", "Cf", "Cs", "Co", "Cn"}:
        return ""
    meant = normalize("NFKC", c)
    if any(m in _FORBIDDEN for m in meant):
        return "_"
    return meant if set(meant) <= {".", " "} else c
