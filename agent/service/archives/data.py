"""The part of an archive that is for programs: what `verify` checks, and what a later system may read.

Each line of a `.jsonl` file is one canonical JSON object (`store.canonical`).
"""

import json
from collections.abc import Iterator

from agent.domain.words import Words
from agent.service.archives.layout import Layout
from agent.service.archives.manifest import CASE, JOURNAL, LETTERS, MAILS, PROCESS, Kind
from agent.service.archives.parts import Holdings, Made, Mail, Part
from store import canonical
from store.chain import Entry
from store.codec import CASE as CASES
from store.codec import PROCESS as PROCESSES
from store.codec import READING, SEND, WORDS
from store.letters import Outgoing

_CASE = Words(zh="事项的全部内容", en="the whole case")
_JOURNAL = Words(zh="事项日志（哈希链）", en="the case's journal, chained")
_LETTERS = Words(zh="全部发信记录", en="every letter, and what became of it")
_MAILS = Words(zh="全部收信记录与识别结果", en="every mail, and what was read in it")
_PROCESS = Words(zh="所用的流程定义", en="the process it ran on")


def data_of(held: Holdings, layout: Layout) -> Iterator[Part]:
    """Yield the files for programs, once everything else has its place."""
    yield _part(CASE, _CASE, CASES.dump(held.case))
    yield _part(PROCESS, _PROCESS, PROCESSES.dump(held.process))
    yield _part(JOURNAL, _JOURNAL, _lines(entry_line(each) for each in held.entries))
    yield _part(LETTERS, _LETTERS, _lines(_letter(each, layout) for each in held.letters))
    yield _part(MAILS, _MAILS, _lines(_mail(each, layout) for each in held.mails))


def entry_line(entry: Entry) -> dict[str, object]:
    """Return a journal entry as JSON has it; the texts in it stay as they were written and hashed."""
    said: dict[str, object] = {name: getattr(entry, name) for name in Entry.__slots__}
    return {**said, "at": entry.at.isoformat()}


def _letter(letter: Outgoing, layout: Layout) -> dict[str, object]:
    send = letter.send
    path = layout.letters.get(send.key)
    said: dict[str, object] = {
        "key": canonical.name(send.key),
        "letter": send.letter,
        "message_id": letter.message_id,
        "state": letter.state.value,
        "decided": letter.added_at.isoformat(),
        "sent": letter.sent_at.isoformat() if letter.sent_at is not None else None,
        "to": list(send.to),
        "cc": list(send.cc),
        "why": letter.why,
        "path": path,
        "sha256": letter.rendered,
    }
    if path is None:  # it was told in a digest or never left: what it was meant to say is kept
        said["wish"] = json.loads(SEND.dump(send))
    return said


def _mail(mail: Mail, layout: Layout) -> dict[str, object]:
    entry = mail.entry
    readings = mail.read.readings if mail.read is not None else ()
    return {
        "number": entry.id,
        "message_id": entry.message_id,
        "sender": entry.sender,
        "subject": entry.subject,
        "received": entry.received_at.isoformat(),
        "state": entry.state.value,
        "because": json.loads(WORDS.dump(entry.because)) if entry.because is not None else None,
        "path": layout.mails[entry.id],
        "sha256": entry.digest,
        "readings": [json.loads(READING.dump(each)) for each in readings],
    }


def _lines(values: Iterator[dict[str, object]]) -> str:
    return "".join(f"{canonical.to_text(each)}\n" for each in values)


def _part(path: str, about: Words, text: str) -> Part:
    return Part(path=path, kind=Kind.DATA, source=Made(text.encode()), about=about)
