"""Does what an archive says of the case agree with itself: journal, case, letters, mails and files?

These checks hold for a file that is unchanged since it was sealed, too: they show a case that was altered
before the archive was built.  They look at the plain JSON, not at our present vocabulary: an archive has to
be verifiable for as long as it is kept, whatever a case has become by then.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from typing import TypeAlias

from agent.domain.case import CaseId
from agent.domain.words import Words
from agent.service.archives.manifest import CASE, JOURNAL, LETTERS, MAILS, Kind, Manifest
from store import canonical, chain
from store.chain import Entry
from store.finding import Finding

Json: TypeAlias = Mapping[str, object]

_TEXTS = ("cause", "event", "because", "process", "world", "after", "effects", "of_case", "prev", "hash")
_MAIL = re.compile(r"mail/([0-9a-f]{64})/")
_MOVED = "definition-moved"
_EVER_LEFT = frozenset({"sent", "unsure"})

_NO_DATA = Words(zh="内容无法识别", en="what it says cannot be understood")
_NO_CASE = Words(zh="内容与日志最后一次决定不符", en="it is not as the journal's last decision left it")
_OTHER_CASE = Words(zh="混入了其他事项的记录", en="there are records of another case in it")
_COUNT = Words(zh="记录数与清单不符", en="it has not as many entries as the manifest says")
_NEIGHBOUR = Words(
    zh="与全库日志链不衔接", en="it does not follow from the entry before it in the store's chain"
)
_PROCESS = Words(zh="所用流程与事项不符", en="it was decided on another process than the case's")
_LETTER = Words(zh="日志决定的信件没有记录", en="a letter that the journal decided is not recorded")
_NO_MAIL = Words(zh="信件或邮件的原文缺失", en="the raw bytes of a mail are missing")
_FILED = Words(
    zh="事项中登记的表格或文件不在归档中", en="a form or file that the case speaks of is not in the archive"
)
_HEADING = Words(zh="清单与事项内容不符", en="the manifest does not agree with the case")


def check(manifest: Manifest, data: Mapping[str, bytes]) -> Iterator[Finding]:
    """Check the data files of an archive against each other and against the manifest.

    Args:
        manifest: of the archive, whose members are as it says.
        data: the bytes of the case, journal, letters and mails, by their paths.
    """
    case = _object(data[CASE].decode(errors="replace"))
    entries = _entries(data[JOURNAL])
    letters, mails = _objects(data[LETTERS]), _objects(data[MAILS])
    for path, found in ((CASE, case), (JOURNAL, entries), (LETTERS, letters), (MAILS, mails)):
        if found is None:
            yield _finding("data", path, _NO_DATA)
    if case is None or entries is None or letters is None or mails is None:
        return
    yield from _journal(manifest, case, entries, data[CASE])
    yield from _files(manifest, case, entries)
    yield from _letters(manifest, entries, letters)
    yield from _mails(manifest, entries, mails)


def _journal(manifest: Manifest, case: Json, entries: tuple[Entry, ...], content: bytes) -> Iterator[Finding]:
    yield from chain.check_case(entries, manifest.head.hash)
    for before, entry in pairwise(entries):
        follows = entry.seq == before.seq + 1
        if entry.seq <= before.seq or follows != (entry.prev == before.hash):
            yield chain.finding("broken", entry.seq, _NEIGHBOUR)
    if any(entry.case != case.get("id") for entry in entries):
        yield _finding("other-case", JOURNAL, _OTHER_CASE)
    if not _is_of_its_processes(case, entries):
        yield _finding("other-process", JOURNAL, _PROCESS)
    last = entries[-1] if entries else None
    if last is None or len(entries) != manifest.entries or last.seq != manifest.head.seq:
        yield _finding("entries", JOURNAL, _COUNT)
    elif last.after != sha256(content).hexdigest():
        yield _finding("undecided", CASE, _NO_CASE)
    status = case.get("status", "open")  # a field that has its default is left out
    said = (manifest.case, manifest.status, manifest.language.value)
    if said != (case.get("id"), status, case.get("language")) or (last and last.at != manifest.sealed):
        yield _finding("heading", CASE, _HEADING)


def _is_of_its_processes(case: Json, entries: tuple[Entry, ...]) -> bool:
    """Say whether each decision was made on the definition that the case had then, the last one its own."""
    running = entries[0].process if entries else ""
    for entry in entries:
        event = _object(entry.event) or {}
        to = event.get("to") if event.get("$type") == _MOVED else None
        if isinstance(to, dict):
            running = _text(to, "digest")
        if entry.process != running:
            return False
    process = case.get("process")
    return isinstance(process, dict) and process.get("digest") == running


def _files(manifest: Manifest, case: Json, entries: tuple[Entry, ...]) -> Iterator[Finding]:
    """Everything that the case and its events speak of lies in the archive, each as what it is."""
    returned = _digests(manifest, Kind.RETURNED, Kind.FILE)
    every = {member.digest for member in manifest.members}
    for filing in _list(case, "filings"):
        document = filing.get("document")
        there = isinstance(document, dict) and _text(document, "digest") in returned
        if not there or not every.issuperset(_named(filing)):
            yield _finding("not-filed", f"filings/{filing.get('item')}", _FILED)
    for file in _list(case, "communications"):
        if _text(file, "digest") not in every:
            yield _finding("not-filed", f"communications/{file.get('name')}", _FILED)
    for entry in entries:
        event = _object(entry.event)
        if event is not None and not every.issuperset(_named(event)):
            yield _finding("not-filed", f"journal/{entry.seq}", _FILED)


def _named(said: Json) -> Iterator[str]:
    """Yield the digest of every file that a filing or an event names."""
    document = said.get("document")
    if isinstance(document, dict):
        yield _text(document, "digest")
    yield from (_text(file, "digest") for name in ("files", "parts") for file in _list(said, name))
    yield from (_text(each, "picture") for each in _list(said, "confirmed") if each.get("picture"))
    yield from (_text(mark, "picture") for mark in _list(said, "signatures") if mark.get("picture"))


def _letters(manifest: Manifest, entries: tuple[Entry, ...], letters: tuple[Json, ...]) -> Iterator[Finding]:
    known = {_text(letter, "key") for letter in letters} | {canonical.name(manifest.order)}
    for entry in entries:
        for key in _keys(entry):
            if canonical.name(key) not in known:
                yield _finding("no-letter", f"journal/{entry.seq}", _LETTER)
    there = _digests(manifest, Kind.MAIL_OUT)
    for letter in letters:
        name = _text(letter, "sha256")
        if name not in there and (name or _text(letter, "state") in _EVER_LEFT):
            yield _finding("no-mail", f"{LETTERS} {letter.get('key')}", _NO_MAIL)


def _mails(manifest: Manifest, entries: tuple[Entry, ...], mails: tuple[Json, ...]) -> Iterator[Finding]:
    there = _digests(manifest, Kind.MAIL_IN)
    for mail in mails:
        if _text(mail, "sha256") not in there:
            yield _finding("no-mail", f"{MAILS} {mail.get('number')}", _NO_MAIL)
    for entry in entries:
        found = _MAIL.match(entry.cause)
        if found is not None and found[1] not in there:
            yield _finding("no-mail", f"journal/{entry.seq}", _NO_MAIL)


def _digests(manifest: Manifest, *kinds: Kind) -> frozenset[str]:
    return frozenset(member.digest for member in manifest.members if member.kind in kinds)


def _keys(entry: Entry) -> tuple[str, ...]:
    try:
        keys = json.loads(entry.effects)
    except ValueError:
        return ()  # shows as an edited entry
    return tuple(key for key in keys if isinstance(key, str)) if isinstance(keys, list) else ()


def _text(said: Json, name: str) -> str:
    found = said.get(name)
    return found if isinstance(found, str) else ""


def _list(said: Json, name: str) -> tuple[Json, ...]:
    found = said.get(name, [])
    return tuple(each for each in found if isinstance(each, dict)) if isinstance(found, list) else ()


def _object(text: str) -> Json | None:
    """Return the object that canonical JSON says; None when it is something else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _entries(content: bytes) -> tuple[Entry, ...] | None:
    objects = _objects(content)
    if objects is None:
        return None
    try:
        return tuple(_entry(each) for each in objects)
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


def _entry(said: Json) -> Entry:
    seq, texts = said["seq"], {name: said[name] for name in _TEXTS}
    if not isinstance(seq, int) or isinstance(seq, bool) or set(said) != {*texts, "seq", "at", "case"}:
        raise ValueError("no journal entry")
    plain = {name: text for name, text in texts.items() if isinstance(text, str)}
    at = datetime.fromisoformat(str(said["at"]))
    if len(plain) != len(_TEXTS) or at.tzinfo is None or at != at.astimezone(UTC):
        raise ValueError("no journal entry")
    return Entry(seq=seq, at=at, case=CaseId(str(said["case"])), **plain)


def _objects(content: bytes) -> tuple[Json, ...] | None:
    """Return the objects of a file that has one canonical JSON object a line; None when it has not."""
    try:
        lines: Iterable[str] = content.decode().split("\n")
        *full, rest = lines
        found = tuple(json.loads(line) for line in full)
        same = rest == "" and all(
            isinstance(each, dict) and canonical.to_text(each) == line
            for each, line in zip(found, full, strict=True)
        )
    except (ValueError, TypeError, RecursionError):
        return None
    return found if same else None


def _finding(code: str, where: str, what: Words) -> Finding:
    return Finding(code=code, where=where, say=what)
