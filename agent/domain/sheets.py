"""A sheet: one issued copy of a form, and how it proves which one it is when it comes back.

The identity travels in four places of the file (custom property, hidden bookmark, QR code,
printed short code), so that a sheet finds its case from Word, PDF, scan or photo.
"""

import hmac
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from agent.domain.words import Language

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, 1, I, O: a short code is read aloud and typed from paper."""
_CODE_LENGTH = 10
_FIELDS = 6
COMPILED = "compiled"
"""What the item of a document begins with that we compiled and nobody sends back."""


class TokenStatus(Enum):
    """What the token on a returned sheet is worth (cli.md, `parse --json`)."""

    VALID = "valid"
    UNKNOWN = "unknown"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The identity of one issued copy."""

    case: str
    item: str
    form: str
    version: int
    language: Language

    def code(self, secret: bytes) -> str:
        """Return the short code that is printed on every page: unguessable, easy to type."""
        digest = hmac.new(secret, self._said().encode(), sha256).digest()
        number = int.from_bytes(digest)
        letters: list[str] = []
        for _ in range(_CODE_LENGTH):
            number, rest = divmod(number, len(_ALPHABET))
            letters.append(_ALPHABET[rest])
        return "".join(letters)

    def token(self, secret: bytes) -> str:
        """Return the text of the custom property, the bookmark and the QR code."""
        return f"{self._said()}|{self.code(secret)}"

    def _said(self) -> str:
        return f"FC1|{self.case}|{self.item}|{self.form}|{self.version}|{self.language.value}"


def claimed(token: str) -> Sheet | None:
    """Return the identity that `token` claims, without believing it; None when it is no token."""
    mark, *parts = token.strip().split("|")
    if mark != "FC1" or len(parts) != _FIELDS:
        return None
    case, item, form, version, language, _ = parts
    if not version.isdigit() or language not in {each.value for each in Language}:
        return None
    return Sheet(case=case, item=item, form=form, version=int(version), language=Language(language))


def check(token: str, secret: bytes) -> TokenStatus:
    """Say whether we issued `token`."""
    if not token:
        return TokenStatus.ABSENT
    sheet = claimed(token)
    if sheet is None or not hmac.compare_digest(sheet.token(secret).encode(), token.strip().encode()):
        return TokenStatus.UNKNOWN
    return TokenStatus.VALID
