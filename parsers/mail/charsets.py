"""Bytes of a mail become text, whatever their label says."""

import codecs
import re
import unicodedata

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,39}\Z")

# GB2312, GBK and HZ-less kin are all subsets of GB 18030; mails labelled gb2312 carry GBK bytes every day.
# The web standard reads the ISO names as their Windows supersets (https://encoding.spec.whatwg.org).
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "gb2312-80": "gb18030",
    "chinese": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "windows-936": "gb18030",
    "big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "shift_jis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "utf8mb4": "utf-8",
}

# Bytes of GBK that are sound UTF-8 with an ideograph of three bytes do not occur but by rare chance.
_IDEOGRAPH_IN_UTF8 = re.compile(rb"[\xe3-\xe9][\x80-\xbf][\x80-\xbf]")

_TWO_BYTES = re.compile("[\u0080-\u07ff]+")
_OTHERS = re.compile("[\u0800-\U0010ffff]")
_GLANCE = 2_000
"""Characters; in a longer text some ideograph is no sound UTF-8."""

# A label is the sender's: without this list `charset=zlib` or `charset=punycode` would run that codec.
_TEXT_CODECS = frozenset(
    {
        *("utf-8", "utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "hz", "big5hkscs"),
        *("cp932", "euc_jp", "iso2022_jp", "cp949", "iso2022_kr", "koi8-r", "koi8-u", "tis-620", "cp874"),
        *(f"cp{number}" for number in (437, 850, 852, 855, 866, *range(1250, 1259))),
        *(f"iso8859-{number}" for number in (*range(2, 12), *range(13, 17))),
        *("mac-roman", "mac-cyrillic", "ascii"),
    }
)


def guess(content: bytes) -> str:
    """Return bytes without a trustworthy label as text: UTF-8 if they are, else GB 18030, else Latin."""
    for encoding in ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _seen_through(content, text) if encoding == "utf-8" else text
    return content.decode("cp1252", "replace")


def decode(content: bytes, label: str) -> tuple[str, bool]:
    """Return `content` as text, and whether its label was believed.

    A label that is missing, `us-ascii` or unknown is set aside for `guess`; one that is plainly wrong
    (UTF-8 called gb2312, GBK called UTF-8) is seen through.
    """
    name = _codec(label)
    if name is None or name == "ascii":
        return guess(content), name is not None or _is_silent(label)
    if name == "gb18030" and _IDEOGRAPH_IN_UTF8.search(content) and (text := _strictly(content, "utf-8")):
        return text, True
    try:
        return content.decode(name), True
    except (UnicodeError, ValueError):
        # UTF-8 is the label that programs write without looking.
        if name == "utf-8" and (text := _strictly(content, "gb18030")):
            return text, True
        # One damaged character in a long text must not change how the rest is read.
        return content.decode(name, "replace"), True


def _seen_through(content: bytes, text: str) -> str:
    """Return GB 2312 for what is UTF-8 only by chance: 协同 in GBK is a Cyrillic letter and a mark.

    Chance makes runs of letters from several scripts; a language keeps to one, and its accents stand alone.
    """
    runs = _TWO_BYTES.findall(text)
    if not runs or len(text) > _GLANCE or _OTHERS.search(text) or any(len(run) == 1 for run in runs):
        return text
    scripts = {unicodedata.name(c, "").partition(" ")[0] for run in runs for c in run}
    if len(scripts) == 1:
        return text
    return _strictly(content, "gb2312") or text


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _is_silent(label: str) -> bool:
    return label.strip().casefold() in {"", "default", "unknown-8bit", "x-unknown", "binary"}


def _codec(label: str) -> str | None:
    name = label.strip().strip("\"'").casefold()
    name = _WIDER.get(name, name)
    if not _PLAIN_NAME.match(name):
        return None
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return found if found in _TEXT_CODECS else None
