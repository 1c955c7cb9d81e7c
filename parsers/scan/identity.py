"""Which sheet a page of a scan belongs to: by its QR code, else by the short code that OCR reads.

A short code cannot be guessed; read with one letter wrong it still names one sheet of those that the
page may be, and no other.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agent.domain.sheets import Sheet, TokenStatus, check, claimed
from parsers.known import Known, Sent

_CODE = re.compile(r"F[CG]\s*[-–—_.]?\s*([0-9A-Z]{10})(?![0-9A-Z])")
_LETTERS = 10
_MISREAD = 1
"""Letters of a short code that may be wrong."""
_PAGE = re.compile(
    r"第\s*(\d{1,3})\s*页\s*[,，/／]?\s*共\s*(\d{1,3})\s*页|[Pp]age\s*(\d{1,3})\s*of\s*(\d{1,3})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a page says it is."""

    sheet: Sheet | None = None
    token: TokenStatus = TokenStatus.ABSENT
    code: str = ""
    """The short code, of the token or as printed; empty when neither could be read."""

    @property
    def key(self) -> str:
        """Return what pages of one sheet share; empty for a page that says nothing."""
        return self.code


NOBODY = Identity()


def by_codes(texts: Iterable[str], known: Known) -> Identity:
    """Return the identity that the QR codes of a page claim, one that we issued before any other."""
    claims = [(text.strip(), sheet) for text in texts if (sheet := claimed(text)) is not None]
    for text, sheet in claims:
        if check(text, known.secret) is TokenStatus.VALID:
            return Identity(sheet=sheet, token=TokenStatus.VALID, code=sheet.code(known.secret))
    for text, sheet in claims:
        return Identity(sheet=sheet, token=TokenStatus.UNKNOWN, code=text.rpartition("|")[2])
    return NOBODY


def by_words(words: Iterable[str], known: Known) -> Identity:
    """Return the identity that the printed short code gives a page; it is proven only by a sheet we sent."""
    text = "\n".join(words).upper()
    printed = list(dict.fromkeys(_CODE.findall(text)))
    for code in printed:
        sent = _nearest(code, known.sent)
        if sent is not None:
            return Identity(sheet=sent.sheet, token=TokenStatus.VALID, code=sent.sheet.code(known.secret))
    return Identity(code=printed[0]) if printed else NOBODY


def page_of(words: Iterable[str]) -> tuple[int, int] | None:
    """Return number and count of pages as printed (`第1页 共2页`, `Page 1 of 2`); None when unreadable."""
    found = {
        (int(match[1] or match[3]), int(match[2] or match[4]))
        for each in words
        for match in _PAGE.finditer(each)
    }
    sane = {(number, total) for number, total in found if 1 <= number <= total}
    return sane.pop() if len(sane) == 1 else None


def _nearest(code: str, sent: Mapping[str, Sent]) -> Sent | None:
    if code in sent:
        return sent[code]
    near = [
        each
        for name, each in sent.items()
        if len(name) == _LETTERS and sum(a != b for a, b in zip(name, code, strict=True)) <= _MISREAD
    ]
    return near[0] if len(near) == 1 else None
