"""Which blobs the rows speak of, and where."""

from collections.abc import Iterator, Mapping

from sqlmodel import Session

from agent.domain.answers import Answers
from agent.domain.case import Case, FileRef
from agent.domain.events import ArchiveSealed, CaseStarted, Event, FormReturned, MailFiled
from agent.domain.signatures import Signature
from store import sql
from store.codec import CASE, EVENT, FILES, READING, SEND
from store.tables import CaseRow, CopyRow, EntryRow, InboxRow, OutboxRow, ReadingRow


def every(session: Session) -> Mapping[str, str]:
    """Return every digest that a row refers to, with one place where it does."""
    found: dict[str, str] = {}
    for digest, where in _all(session):
        if digest:
            found.setdefault(digest, where)
    return found


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
            yield from ((crop, where) for crop in crops(event.answers))


def crops(answers: Answers) -> Iterator[str]:
    """Yield the digest of every picture of the paper that an answer was read from."""
    yield from (answer.picture for answer in answers.all if answer.picture)


def of_case(case: Case) -> Iterator[str]:
    """Yield the digest of every file that `case` refers to."""
    for filing in case.filings:
        yield from _of_form(filing.document, (*filing.files, *filing.parts), filing.signatures)
        yield from (each.picture for each in filing.confirmed if each.picture)
    for held in case.held:
        yield from _of_form(held.document, (*held.files, *held.parts), held.signatures)
        yield from (each.picture for each in held.confirmed if each.picture)
        yield from crops(held.answers)
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
        case MailFiled():
            return (event.document,)
        case ArchiveSealed():
            return (event.archive,)
        case _:
            return ()
