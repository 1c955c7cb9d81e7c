"""What triage may know beside the mail: cases it might concern, our letters that it answers, its files."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from agent.core.desk import Surroundings
from agent.core.echoes import EMPTY
from agent.domain.case import Case, CaseId, FileRef
from agent.domain.mail import InboundMail, MessageId, Nature
from agent.domain.meetings import meeting_of
from agent.domain.reading import Reading
from agent.domain.sheets import TokenStatus
from agent.letters.mime import message_id
from agent.service.house import Turn
from parsers.answers import in_mail
from store.mail_entries import ReadMail

_DAY = timedelta(hours=24)
_LONGEST_STOP = timedelta(days=60)
"""A server's clock that is further behind is wrong."""
_MOST_NUMBERS = 10
"""A mail that names more cases than this is a list of cases, not about one."""


def collect(turn: Turn, found: ReadMail, mail: InboundMail, *, released: bool = False) -> Surroundings:
    """Load every case that the mail might concern, and keep it for this turn, with what else triage asks.

    `released` says that a coordinator lets a reviewed mail through.
    """
    process = turn.house.pack.process
    threads = turn.work.outbox.thread((*mail.in_reply_to, *mail.references))
    named = f"{mail.subject} {mail.bounce.subject}" if mail.bounce is not None else mail.subject
    numbers = tuple(numbers_in(named, process.number))
    wanted = {*numbers, *_of_sheets(found.readings), *(case for case, _ in threads.values() if case)}
    if mail.meeting_reply is not None and (meeting := meeting_of(mail.meeting_reply.uid)) is not None:
        wanted.add(meeting[0])
    # Always in one order, so that two who want the same cases never wait for each other.
    loaded = (turn.work.cases.load(name) for name in sorted(wanted))
    cases = {case.id: case for case in loaded if case is not None}
    return Surroundings(
        at=turn.now,
        process=process,
        world=turn.world,
        cases=cases,
        processes={case.process.digest: turn.process(case.process) for case in cases.values()},
        threads=threads,
        numbers=numbers,
        documents={
            file.digest: FileRef(name=file.name, digest=file.digest, media_type=file.media_type)
            for file in found.files
        },
        raw=FileRef(
            name=f"{mail.subject or 'mail'}.eml", digest=found.entry.digest, media_type="message/rfc822"
        ),
        start_aliases=turn.house.sender.starts,
        asking=dict(_asking(turn, mail, tuple(cases.values()))),
        understand=in_mail(turn.world.directory, turn.world.workdays.day_of(turn.now)),
        rounds=_rounds(turn, mail),
        came=_came(found, mail, turn.now),
        released=released,
    )


def _came(found: ReadMail, mail: InboundMail, now: datetime) -> datetime | None:
    """Return when the mail lay in the mailbox; None when that is now, or later by a clock that was put back.

    We may have been stopped for a while before we took it in: then the server's own word counts.
    """
    came = taken = found.entry.received_at
    if mail.handed_in is not None and taken - _LONGEST_STOP <= mail.handed_in <= taken:
        came = mail.handed_in
    return came if came < now else None


def _asking(turn: Turn, mail: InboundMail, cases: tuple[Case, ...]) -> Iterator[tuple[MessageId, str]]:
    """Yield those of the answered mails with which we asked to confirm something, with their keys."""
    answered = {*mail.in_reply_to, *mail.references}
    for case in cases:
        for held in case.held:
            letters = (key for listing in held.listings for key in listing.letters)
            for key in (*letters, *held.stale):
                name = message_id(key, turn.house.sender.domain)
                if name in answered:
                    yield name, key


def _rounds(turn: Turn, mail: InboundMail) -> int:
    person = turn.world.directory.find(mail.sender)
    if person is None or mail.nature is not Nature.PERSONAL:
        return 0  # nobody answers those
    return turn.work.outbox.answered(person.address, EMPTY, turn.now - _DAY)


def numbers_in(text: str, pattern: str) -> Iterator[CaseId]:
    """Yield every case number in `text`, however it is padded or spelled, as `pattern` would write it.

    Args:
        text: a subject, with half- or full-width letters and digits.
        pattern: how the process numbers its cases: `XT-{year}-{serial:04}`.
    """
    expression = "".join(_part(part) for part in re.split(r"(\{[^}]*\})", pattern))
    plain = unicodedata.normalize("NFKC", text)
    found = re.finditer(rf"(?<![0-9A-Za-z]){expression}(?![0-9A-Za-z])", plain, re.IGNORECASE)
    numbers = (pattern.format(**{name: int(digits) for name, digits in m.groupdict().items()}) for m in found)
    for number in islice(dict.fromkeys(numbers), _MOST_NUMBERS):
        yield CaseId(number)


def _part(part: str) -> str:
    if part.startswith("{year"):
        return "(?P<year>[0-9]{4})"
    return "(?P<serial>[0-9]{1,9})" if part.startswith("{serial") else re.escape(part)


def _of_sheets(readings: tuple[Reading, ...]) -> Iterator[CaseId]:
    for reading in readings:
        if reading.sheet is not None and reading.token is TokenStatus.VALID:
            yield CaseId(reading.sheet.case)
