"""Which blobs the rows speak of, and where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlmodel import col, select

from agent.domain.answers import Answers
from agent.domain.case import Case, FileRef
from agent.domain.events import ArchiveSealed, CaseStarted, Event, FormReturned, LetterReturned, MailFiled
from agent.domain.reading import Uncompared
from agent.domain.signatures import Signature
from store import sql
from store.codec import CASE, EVENT, FILES, READING, SEND
from store.session import Session
from store.tables import CaseRow, CopyRow, EntryRow, InboxRow, OutboxRow, ReadingRow, SheetRow


@dataclass(frozen=True, slots=True)
class Referred:
    """Where a digest is spoken of, and by which cases."""

    where: str
    """One of the places."""
    owners: frozenset[str]
    """Every case that speaks of it; `NOBODY` for a mail or letter of no case, `KEPT` for an archive."""


MAIL_CAUSE = "mail/"
"""What the cause of a decision begins with that a mail led to; the digest of the mail follows."""

NOBODY = ""
KEPT = "*"
"""Owns what is never removed: the sealed archives."""


def owned(session: Session) -> Mapping[str, Referred]:
    """Return every digest that a row refers to, with the cases that it belongs to.

    A mail belongs to every case that it moved.
    """
    known = _owners_of(session)
    places: dict[str, str] = {}
    owners: dict[str, set[str]] = {}
    for digest, where in _all(session):
        if digest:
            places.setdefault(digest, where)
            owners.setdefault(digest, set()).update(known.of(where))
    for digest in _archives(session):
        owners.setdefault(digest, set()).add(KEPT)
    return {digest: Referred(where, frozenset(owners[digest])) for digest, where in places.items()}


def _all(session: Session) -> Iterator[tuple[str, str]]:
    for mail in sql.every(session, InboxRow, InboxRow.id):
        where = f"inbox/{mail.id}"
        yield mail.digest, where
        if mail.files is not None:
            yield from ((file.digest, where) for file in FILES.load(mail.files))
    for read in sql.every(session, ReadingRow, ReadingRow.mail, ReadingRow.part):
        reading = READING.load(read.body)
        where = f"inbox/{read.mail}"
        yield from ((mark.picture, where) for mark in reading.signatures)
        yield from ((crop, where) for crop in unread(reading.uncompared))
        yield from ((crop, where) for crop in (*crops(reading.answers), *reading.sights.values()))
    for letter in sql.every(session, OutboxRow, OutboxRow.id):
        where = f"outbox/{letter.key}"
        yield letter.rendered or "", where
        send = SEND.load(letter.body)
        yield from ((file.digest, where) for file in send.files)
        yield from ((doubt.picture, where) for doubt in send.doubts if doubt.picture)
    for copy in sql.every(session, CopyRow, CopyRow.code, CopyRow.word, CopyRow.pdf):
        yield from ((file, f"sheets/{copy.code}") for file in (copy.word, copy.pdf))
    for row in sql.every(session, CaseRow, CaseRow.id):
        yield from ((file, f"cases/{row.id}") for file in of_case(CASE.load(row.body)))
    for entry in sql.every(session, EntryRow, EntryRow.seq):
        event, where = EVENT.load(entry.event), f"journal/{entry.seq}"
        yield from ((file.digest, where) for file in _of_event(event))
        if isinstance(event, FormReturned):
            yield from ((crop, where) for crop in (*crops(event.answers), *unread(event.uncompared)))


def crops(answers: Answers) -> Iterator[str]:
    """Yield the digest of every picture of the paper that an answer was read from."""
    yield from (answer.picture for answer in answers.all if answer.picture)


def unread(places: tuple[Uncompared, ...]) -> Iterator[str]:
    """Yield the digest of every picture of print that could not be compared with what was sent."""
    yield from (place.picture for place in places if place.picture)


def of_case(case: Case) -> Iterator[str]:
    """Yield the digest of every file that `case` refers to."""
    for filing in case.filings:
        yield from _of_form(filing.document, (*filing.files, *filing.parts), filing.signatures)
        yield from (each.picture for each in filing.confirmed if each.picture)
    for held in (*case.held, *case.laid_by):
        yield from _of_form(held.document, (*held.files, *held.parts), held.signatures)
        yield from (each.picture for each in held.confirmed if each.picture)
        yield from crops(held.answers)
        yield from unread(held.uncompared)
    yield from (file.digest for file in case.communications)
    if case.archive is not None:
        yield case.archive.digest


def _of_form(
    document: FileRef, files: tuple[FileRef, ...], signatures: tuple[Signature, ...]
) -> Iterator[str]:
    yield document.digest
    yield from (file.digest for file in files)
    yield from (mark.picture for mark in signatures if mark.picture)


def _of_event(event: Event) -> tuple[FileRef, ...]:
    match event:
        case CaseStarted():
            return event.files
        case FormReturned():
            return (event.document, *event.files, *event.parts)
        case MailFiled() | LetterReturned():
            return (event.document,)
        case ArchiveSealed():
            return (event.archive,)
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class _Owners:
    """To whom rows that name no case in their place belong."""

    mails: Mapping[str, frozenset[str]]
    letters: Mapping[str, str]
    sheets: Mapping[str, str]
    entries: Mapping[str, str]

    def of(self, where: str) -> frozenset[str]:
        table, _, key = where.partition("/")
        match table:
            case "inbox":
                return self.mails.get(key) or frozenset({NOBODY})
            case "outbox":
                return frozenset({self.letters.get(key, NOBODY)})
            case "sheets":
                return frozenset({self.sheets.get(key, NOBODY)})
            case "journal":
                return frozenset({self.entries.get(key, NOBODY)})
            case _:
                return frozenset({key})


def _owners_of(session: Session) -> _Owners:
    entries = session.exec(select(EntryRow.seq, EntryRow.case, EntryRow.cause)).all()
    moved: dict[str, set[str]] = {}
    for _, case, cause in entries:
        if cause.startswith(MAIL_CAUSE):
            moved.setdefault(cause.split("/")[1], set()).add(case)
    mails = session.exec(select(InboxRow.id, InboxRow.digest, InboxRow.case)).all()
    letters = session.exec(select(OutboxRow.key, OutboxRow.case)).all()
    return _Owners(
        mails={
            str(number): frozenset({*moved.get(digest, ()), *((case,) if case is not None else ())})
            for number, digest, case in mails
        },
        letters={key: case or NOBODY for key, case in letters},
        sheets=dict(session.exec(select(SheetRow.code, SheetRow.case)).all()),
        entries={str(number): case for number, case, _ in entries},
    )


def _archives(session: Session) -> Iterator[str]:
    sealed = col(EntryRow.event).contains("archive-sealed")
    for text in session.exec(select(EntryRow.event).where(sealed)):
        event = EVENT.load(text)
        if isinstance(event, ArchiveSealed):
            yield event.archive.digest
