"""Paths inside an archive that every system can unpack, Windows included.

What people wrote (titles, file names) becomes part of a path only here.  The rules are those of Win32
("Naming Files, Paths, and Namespaces"): no forbidden characters, no device names, no dot or space at the end
of a part, and two names that differ only in case or Unicode form are the same name.
"""

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST_PATH = 240
"""UTF-16 units of a whole path: with a drive and a folder before it, it stays within Windows' 260."""
_LONGEST_PART = 80
"""UTF-16 units: at three bytes of UTF-8 each they fit into the 255 bytes of a name on Linux."""
_LONGEST_ENDING = 12
_FORBIDDEN = frozenset('<>:"/\\|?*')
_UNPRINTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_TIME = re.compile(r"(?<=\d)[:：](?=\d)")
"""The colon of `18:00`, which becomes `1800`."""
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\..*)?")


def part(text: str, longest: int = _LONGEST_PART) -> str:
    """Return `text` as one part of a path: never empty, never two parts, its ending kept when it is cut.

    Args:
        text: words of anybody.
        longest: UTF-16 units that the part may have.
    """
    folded = _TIME.sub("", unicodedata.normalize("NFC", text))
    plain = "".join(" " if c.isspace() or not _is_allowed(c) else c for c in folded)
    whole = unicodedata.normalize("NFC", " ".join(plain.split())).strip(" .")
    stem, dot, ending = whole.rpartition(".")
    if dot and units(ending) <= _LONGEST_ENDING:
        whole = f"{_cut(stem, longest - units(ending) - 1).strip(' .')}.{ending}".lstrip(".")
    else:
        whole = _cut(whole, longest)
    whole = whole.strip(" .")
    if _DEVICE.fullmatch(whole):
        whole = f"_{_cut(whole, longest - 1)}"
    return whole or "_"


def is_sound(path: str) -> bool:
    """Say whether `path` can be unpacked everywhere and stays inside the folder it is unpacked into."""
    return 0 < units(path) <= LONGEST_PATH and all(_is_sound_part(each) for each in path.split("/"))


def key(path: str) -> str:
    """Return what two paths share that are one file on Windows or macOS."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def units(text: str) -> int:
    """Return the length of `text` as Windows counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Names:
    """Hands out paths, each once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def claim(self, folder: str, name: str) -> str:
        """Return a path in `folder` for a file called `name` that no other file has.

        Args:
            folder: made of parts, without a slash at its end; empty for the top.
            name: words of anybody; an ending in it is kept.
        """
        room = LONGEST_PATH - units(folder) - 1
        plain = part(name, min(_LONGEST_PART, room))
        number = 1
        while True:
            told = plain if number == 1 else _numbered(plain, number, min(_LONGEST_PART, room))
            path = f"{folder}/{told}" if folder else told
            if key(path) not in self._taken:
                self._taken.add(key(path))
                return path
            number += 1


def _numbered(plain: str, number: int, longest: int) -> str:
    mark = f" ({number})"
    pure = PurePosixPath(plain)
    return f"{_cut(pure.stem, longest - units(mark) - units(pure.suffix))}{mark}{pure.suffix}"


def _cut(text: str, longest: int) -> str:
    """Return the beginning of `text` with at most `longest` UTF-16 units, never half a character."""
    kept = text[: max(longest, 0)]
    while units(kept) > longest > 0:
        kept = kept[:-1]
    return kept


def _is_allowed(character: str) -> bool:
    """Say whether a name may hold it; `／` is refused with `/`, for which old unpackers take it."""
    if unicodedata.category(character) in _UNPRINTED:
        return False
    return _FORBIDDEN.isdisjoint(unicodedata.normalize("NFKC", character))


def _is_sound_part(name: str) -> bool:
    return (
        name not in {"", ".", ".."}
        and all(_is_allowed(c) for c in name)
        and name == unicodedata.normalize("NFC", name)
        and name[-1] not in " ."
        and name[0] != " "
        and not _DEVICE.fullmatch(name)
        and len(name.encode()) <= 255  # noqa: PLR2004 - NAME_MAX of Linux and macOS
    )
