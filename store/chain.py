"""The journal's hash chain, as pure functions: an archive is checked offline with the same ones.

An entry's hash covers everything it says, the hash of the entry before it and the hash of the entry before
it *of the same case*.  The first link shows an edit or a deletion anywhere; the second lets the entries of
one case be checked alone, in an archive.  A cut tail shows only against a head that was kept elsewhere
(promise 14), so every archive and digest carries one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Self

from agent.domain.case import CaseId
from agent.domain.words import Words
from store import canonical
from store.finding import Finding

MISSING = Words(zh="此处缺少记录", en="entries are missing here")
BROKEN = Words(zh="与上一条记录不衔接", en="it does not follow from the entry before it")
BROKEN_CASE = Words(zh="与该事项的上一条记录不衔接", en="it does not follow from its case's entry before it")
EDITED = Words(zh="内容被改动", en="what it says has been changed")
OTHER_HEAD = Words(zh="与另存的链首不符", en="it differs from the head kept elsewhere")
CUT = Words(zh="其后的末尾记录被截去", en="the end of the journal has been cut off")
NO_HEAD = Words(zh="给出的链首无法识别", en="what was given as its head is none")

START = "0" * 64
"""Stands where there is no entry before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One decision of the journal; values inside it are canonical JSON, as they were written."""

    seq: int
    at: datetime
    """UTC."""
    case: CaseId
    cause: str
    """What it answers, unique for ever: a mail and its ordinal, a timer, a command."""
    event: str
    because: str
    process: str
    """Digest of the definition."""
    world: str
    """Digest of the world."""
    after: str
    """Digest of the case as decided."""
    effects: str
    """The keys of the effects, in order."""
    of_case: str
    """Hash of the entry before this one of the same case."""
    prev: str
    hash: str = ""

    def sealed(self) -> Self:
        """Return the entry with its hash."""
        return replace(self, hash=self.computed())

    def computed(self) -> str:
        """Return the hash that the entry must have."""
        said = {name: value for name, value in _parts(self).items() if name != "hash"}
        said["at"] = self.at.astimezone(UTC).isoformat()
        return canonical.digest(canonical.to_text(said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of the chain: `17:ab12…`.  Printed where the store cannot reach it."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the head that `text` names; None when it names none."""
        seq, _, name = text.strip().partition(":")
        if not (seq.isascii() and seq.isdigit()) or len(name) != len(START):
            return None
        return cls(seq=int(seq), hash=name)


def check(entries: Iterable[Entry], *, keep: Head | None = None) -> Iterator[Finding]:
    """Check the whole chain from its first entry, in order, and against a head kept elsewhere."""
    expected, prev = 1, START
    cases: dict[CaseId, str] = {}
    met = keep is None or keep.seq == 0
    for entry in entries:
        if entry.seq != expected:
            yield finding("deleted", expected, MISSING)
        elif entry.prev != prev:
            yield finding("broken", entry.seq, BROKEN)
        if entry.computed() != entry.hash:
            yield finding("edited", entry.seq, EDITED)
        if entry.of_case != cases.get(entry.case, START):
            yield finding("broken-case", entry.seq, BROKEN_CASE)
        if keep is not None and entry.seq == keep.seq:
            met = True
            if entry.hash != keep.hash:
                yield finding("other-head", entry.seq, OTHER_HEAD)
        expected, prev = entry.seq + 1, entry.hash
        cases[entry.case] = entry.hash
    if not met and keep is not None:
        yield finding("cut", keep.seq, CUT)


def check_case(entries: Iterable[Entry], head: str) -> Iterator[Finding]:
    """Check the entries of one case alone, in order, up to the hash of its last entry."""
    prev = START
    for entry in entries:
        if entry.computed() != entry.hash:
            yield finding("edited", entry.seq, EDITED)
        if entry.of_case != prev:
            yield finding("broken-case", entry.seq, BROKEN)
        prev = entry.hash
    if prev != head:
        yield finding("cut", 0, CUT)


def _parts(entry: Entry) -> dict[str, object]:
    return {each.name: getattr(entry, each.name) for each in fields(entry)}


def finding(code: str, seq: int, what: Words) -> Finding:
    """Return a finding about the entry `seq`."""
    say = Words(zh=f"日志第 {seq} 条：{what.zh}。", en=f"Journal entry {seq}: {what.en}.")
    return Finding(code=code, where=f"journal/{seq}", say=say)
