"""Names of files that every system accepts, Windows included."""

import re
import unicodedata

from agent.domain.sheets import COMPILED, Sheet
from agent.domain.subjects import ADDED, GROUP
from agent.letters.form_filling.wording import Look

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?")
_OURS = re.compile(r"[a-z_]+\d*")
"""A word of the process pack (`liaison`, `acceptance1`), which nobody reads in the name of a file."""
_LONGEST = 80
"""Characters; with a folder before it a path still fits into the 260 of Windows."""


def file_name(sheet: Sheet, title: str, look: Look) -> str:
    """Return `XT-2026-0001 需求确认函 研发部.docx`: case, title, and whom or what it is about."""
    said = " ".join(part for part in (sheet.case, title, _subject(sheet.item, look)) if part)
    return f"{safe(said)}.docx"


def safe(text: str) -> str:
    """Return `text` as a name that is no path, no device and ends in no dot or space.

    Compatibility forms are folded first (`．．／` is `../`), what is forbidden goes last.
    """
    folded = unicodedata.normalize("NFKC", text)
    plain = " ".join(_FORBIDDEN.sub(" ", folded).split())[:_LONGEST].strip(" .")
    return f"_{plain}" if _RESERVED.fullmatch(plain) else plain or "_"


def _subject(item: str, look: Look) -> str:
    """Return the seat in `step/seat/round` as people call it, the day of a document that we compiled.

    A person's address becomes the name; of the second and later meetings of a step the number stays.
    """
    step, *subject, last = item.split("/")
    if not subject:
        return ""
    if step == COMPILED:
        return last
    seat = "/".join(subject)
    if seat.startswith(f"{step}-"):
        meeting = seat.removeprefix(f"{step}-")
        return "" if meeting == "1" else meeting
    return " ".join(_name(part, look) for part in re.split(f"[{GROUP}{ADDED}]", seat))


def _name(part: str, look: Look) -> str:
    found = next((p for p in look.directory.people if part in {p.address, *p.aliases}), None)
    if found is not None:
        return found.name
    named = part in look.directory.departments() or _OURS.fullmatch(part) is None
    return part if named else ""
