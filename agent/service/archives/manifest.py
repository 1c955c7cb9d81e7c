"""The manifest of an archive: every file with its digest, and the seal over all of it.

The seal is a digest that anybody can compute, so that `verify` needs nothing but the archive; it shows any
change that did not make everything anew.  Against one who does, the archive carries a message authentication
code that only the owner of the store can make, and the end of the journal's chain as it then was.
"""

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from hashlib import sha256
from typing import Self

from agent.domain.words import Language, Words
from store.chain import Head

MANIFEST = "manifest.json"
SEAL = "seal.json"
CASE = "data/case.json"
JOURNAL = "data/journal.jsonl"
LETTERS = "data/letters.jsonl"
MAILS = "data/mails.jsonl"
PROCESS = "data/process.json"

_FORMAT = "formclerk-archive-1"
_SEAL_FORMAT = "formclerk-seal-1"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_YEARS = re.compile(r"(\d{1,3}) years?")


class Kind(Enum):
    """What a file of the archive is."""

    INDEX = "index"
    SENT = "form-sent"
    RETURNED = "form-returned"
    READ = "form-read"
    FILE = "file"
    """What was attached to a form or mail: background, deliverables."""
    SIGNATURE = "signature"
    COMPILED = "compiled"
    RECORD = "record"
    MAIL_IN = "mail-in"
    MAIL_OUT = "mail-out"
    DATA = "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of the archive."""

    path: str
    kind: Kind
    size: int
    """Bytes."""
    digest: str
    """SHA-256 of its bytes, hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything that the archive says about itself."""

    case: str
    title: str
    status: str
    language: Language
    sealed: datetime
    """UTC; the moment of the decision that the archive closes with, not of its building."""
    day: date
    """The same as a day at the site; retention counts from it."""
    retention: str
    """The retention class, as the process states it: `10 years`."""
    legal_hold: str
    """Why it must be kept beyond its retention; empty when nobody said so."""
    order: str
    """The key of the effect that ordered the archive."""
    entries: int
    """How many journal entries the case has."""
    head: Head
    """The last of them: the end of the whole store's chain at that moment, for `verify --store --head`."""
    members: tuple[Member, ...]
    """In the order of the archive; the manifest and the seal follow them."""

    @property
    def until(self) -> date | None:
        """Return the last day of its retention; None when the class names no number of years."""
        found = _YEARS.fullmatch(self.retention)
        if found is None or self.day.year + int(found[1]) > date.max.year:
            return None
        year = self.day.year + int(found[1])
        leap_day = (self.day.month, self.day.day) == (2, 29)
        return date(year, 2, 28) if leap_day else self.day.replace(year=year)

    @property
    def kept(self) -> Words:
        """Return the retention as a person reads it: the class, and the day until which it lasts."""
        found, until = _YEARS.fullmatch(self.retention), self.until
        if found is None or until is None:
            stated = Words.same(self.retention)
            return stated if self.retention else Words(zh="未规定", en="not stated")
        return Words(zh=f"{found[1]} 年，至 {until}", en=f"{self.retention}, until {until}")

    def to_bytes(self) -> bytes:
        """Return the file; the same manifest is always the same bytes."""
        until = self.until
        said = {
            "format": _FORMAT,
            "case": self.case,
            "title": self.title,
            "status": self.status,
            "language": self.language.value,
            "sealed": self.sealed.isoformat(),
            "retention": {
                "class": self.retention,
                "from": self.day.isoformat(),
                "until": until.isoformat() if until is not None else None,
            },
            "legal_hold": self.legal_hold,
            "order": self.order,
            "journal": {"entries": self.entries, "head": str(self.head)},
            "files": [
                {"path": m.path, "kind": m.kind.value, "size": m.size, "sha256": m.digest}
                for m in self.members
            ],
        }
        return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def parse(cls, content: bytes) -> Self | None:
        """Return the manifest that `content` is; None when it is none, or not as `to_bytes` writes it."""
        try:
            found = cls._structure(json.loads(content))
            return found if found.to_bytes() == content else None
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
            return None

    @classmethod
    def _structure(cls, said: Mapping[str, object]) -> Self:
        retention, journal, files = said["retention"], said["journal"], said["files"]
        if not (isinstance(retention, dict) and isinstance(journal, dict) and isinstance(files, list)):
            raise TypeError("no manifest")
        head = Head.parse(_text(journal["head"]))
        entries = journal["entries"]
        if said["format"] != _FORMAT or head is None or not isinstance(entries, int):
            raise ValueError("no manifest of this format")
        return cls(
            case=_text(said["case"]),
            title=_text(said["title"]),
            status=_text(said["status"]),
            language=Language(said["language"]),
            sealed=datetime.fromisoformat(_text(said["sealed"])),
            day=date.fromisoformat(_text(retention["from"])),
            retention=_text(retention["class"]),
            legal_hold=_text(said["legal_hold"]),
            order=_text(said["order"]),
            entries=entries,
            head=head,
            members=tuple(_member(each) for each in files),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """The last file of the archive: what the manifest must be."""

    manifest: str
    """SHA-256 of the manifest's bytes."""
    code: str
    """HMAC-SHA-256 of that digest under the store's secret, for whoever holds it."""

    @classmethod
    def over(cls, manifest: bytes, secret: bytes) -> Self:
        """Return the seal of a manifest."""
        digest = sha256(manifest).hexdigest()
        code = hmac.new(secret, f"{_SEAL_FORMAT}|{digest}".encode(), sha256).hexdigest()
        return cls(manifest=digest, code=code)

    def to_bytes(self) -> bytes:
        """Return the file; a digest over both values shows a change in either."""
        both = sha256(f"{_SEAL_FORMAT}|{self.manifest}|{self.code}".encode()).hexdigest()
        said = {"format": _SEAL_FORMAT, "manifest": self.manifest, "hmac": self.code, "seal": both}
        return (json.dumps(said, indent=1) + "\n").encode()

    @classmethod
    def parse(cls, content: bytes) -> Self | None:
        """Return the seal that `content` is; None when it is none, or has been changed."""
        try:
            said = json.loads(content)
            found = cls(manifest=_digest(said["manifest"]), code=_digest(said["hmac"]))
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
        return found if found.to_bytes() == content else None


def _member(said: Mapping[str, object]) -> Member:
    size = said["size"]
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise ValueError("no size")
    return Member(
        path=_text(said["path"]), kind=Kind(said["kind"]), size=size, digest=_digest(said["sha256"])
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _digest(value: object) -> str:
    text = _text(value)
    if not _DIGEST.fullmatch(text):
        raise ValueError("no digest")
    return text
