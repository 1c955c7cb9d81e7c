"""What of a text is compared with what was sent: everything that a reader sees, or what OCR can tell."""

import re
import unicodedata

KEPT = re.compile(r"(?<=\d)[.:/-](?=\d)|(?<=\d)%|[^\W_]")
"""What OCR can tell: letters and digits, and what stands between the digits of one number."""
_HYPHEN = re.compile(r"(?<=[A-Za-z\u00c0-\u024f])[-\u2010\u2011](?=[A-Za-z\u00c0-\u024f]|$)")
"""Where a Latin word may be parted at the end of a line."""
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that show the others in another order (Unicode, UAX 9): nothing is drawn, all is changed."""
_BLANK = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
"""Characters with no drawing of their own that Unicode does not count among formats or blanks."""
_SELECTORS = (("\ufe00", "\ufe0f"), ("\U000e0100", "\U000e01ef"))
_SAME_LOOK = (("\u2e80", "\u2fdf"), ("\uf900", "\ufaff"), ("\ufb00", "\ufb06"), ("\U0002f800", "\U0002fa1f"))
"""Radicals, compatibility ideographs and ligatures, which print drivers put for the usual characters."""
_WIDTHS = ("<wide>", "<narrow>")


def visible(text: str) -> str:
    """Return every character of `text` that a reader sees, each in its one usual form.

    Spacing, line ends, hyphens within Latin words, and the width of a character are left out; so is what is
    never drawn, such as a zero-width space.  A character that only looks like another remains another.
    """
    kept = "".join(_usual(each) for each in unicodedata.normalize("NFC", text) if _is_drawn(each))
    return _HYPHEN.sub("", kept)


def _is_drawn(each: str) -> bool:
    if each.isspace() or each in _BLANK or any(low <= each <= high for low, high in _SELECTORS):
        return False
    return each in _TURNS or unicodedata.category(each) not in {"Cc", "Cf"}


def _usual(each: str) -> str:
    if each.isascii():
        return each
    if unicodedata.decomposition(each).startswith(_WIDTHS) or any(a <= each <= b for a, b in _SAME_LOOK):
        return unicodedata.normalize("NFKC", each)
    return each
