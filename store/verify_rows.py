"""Checks of `store.verify` that hold rows against each other, table by table; nothing is changed."""

import json
from collections.abc import Callable, Iterator
from hashlib import sha256

from sqlmodel import col, select

from agent.domain.events import PapersRemoved
from agent.domain.sheets import claimed
from store import canonical, sql
from store.codec import CASE, EVENT, FILES, MAIL, PROCESS, READING, SEAL, SEND, WORDS, WORLD
from store.finding import Finding, amiss
from store.references import MAIL_CAUSE
from store.session import Session
from store.tables import (
    CaseRow,
    EntryRow,
    InboxRow,
    OutboxRow,
    ProcessRow,
    ReadingRow,
    SealRow,
    SheetRow,
    Stored,
    TombstoneRow,
    WorldRow,
)

_WRITTEN: tuple[tuple[type[Stored], tuple[str, ...], dict[str, Callable[[str], object]]], ...] = (
    (CaseRow, ("id",), {"body": CASE.load}),
    (EntryRow, ("seq",), {"event": EVENT.load, "because": WORDS.load}),
    (WorldRow, ("digest",), {"body": WORLD.load}),
    (ProcessRow, ("digest",), {"body": PROCESS.load}),
    (InboxRow, ("id",), {"mail": MAIL.load, "files": FILES.load, "because": WORDS.load}),
    (ReadingRow, ("mail", "part"), {"body": READING.load}),
    (OutboxRow, ("id",), {"body": SEND.load}),
    (SealRow, ("key",), {"body": SEAL.load}),
)


def decided(session: Session) -> Iterator[Finding]:
    """Every case was begun by a decision, and whatever was decided about, by case or mail, is there."""
    cases, journal = set(session.exec(select(CaseRow.id))), set(session.exec(select(EntryRow.case)))
    for case in sorted(journal - cases):
        yield amiss("no-case", f"cases/{case}", "日志中的事项不存在", "the journal's case is not there")
    for case in sorted(cases - journal):
        yield amiss("undecided", f"cases/{case}", "日志中没有这一事项", "the journal knows no such case")
    mails = set(session.exec(select(InboxRow.digest)))
    causes = select(EntryRow.seq, EntryRow.cause).where(col(EntryRow.cause).startswith(MAIL_CAUSE))
    for seq, cause in session.exec(causes):
        if cause.split("/")[1] not in mails:
            yield amiss("no-mail", f"journal/{seq}", "所依据的邮件不存在", "the mail behind it is not there")


def mails(session: Session) -> Iterator[Finding]:
    """The columns of a mail say what was read of it."""
    for row in sql.every(session, InboxRow, InboxRow.id):
        read = json.loads(row.mail) if row.mail is not None else None
        if read is not None and (row.sender, row.subject) != tuple(
            map(canonical.column, (read["sender"], read["subject"]))
        ):
            yield amiss(
                "projection", f"inbox/{row.id}", "列与邮件内容不符", "its columns differ from the mail"
            )


def sheets(session: Session) -> Iterator[Finding]:
    """The columns of a sheet say what its token says."""
    for row in sql.every(session, SheetRow, SheetRow.code):
        sheet = claimed(row.token)
        said = (sheet.case, sheet.item, sheet.form, sheet.version, sheet.language.value) if sheet else ()
        if said != (row.case, row.item, row.form, row.version, row.language) or not row.token.endswith(
            f"|{row.code}"
        ):
            yield amiss(
                "projection", f"sheets/{row.code}", "列与标识不符", "its columns differ from its token"
            )


def definitions(session: Session) -> Iterator[Finding]:
    """The columns of a definition and of a seal say what their bodies say."""
    for row in sql.every(session, ProcessRow, ProcessRow.digest):
        process = PROCESS.load(row.body)
        if (process.digest, process.id, process.version) != (row.digest, row.id, row.version):
            where = f"processes/{row.digest}"
            yield amiss("projection", where, "列与流程定义不符", "its columns differ from the definition")
    for seal in session.exec(select(SealRow)):
        if SEAL.load(seal.body).case != seal.case:
            yield amiss(
                "projection", f"seals/{seal.key}", "列与封存内容不符", "its columns differ from the seal"
            )


def removals(session: Session) -> Iterator[Finding]:
    """No tombstone without a decision: else whoever takes a file away could say that a rule did."""
    told = col(EntryRow.event).contains("papers-removed")
    events = ((row.case, EVENT.load(row.event)) for row in session.exec(select(EntryRow).where(told)))
    listed = {(case, event.listing) for case, event in events if isinstance(event, PapersRemoved)}
    groups: dict[tuple[str, str], list[str]] = {}
    for row in session.exec(select(TombstoneRow)):
        groups.setdefault((row.case, row.at.isoformat()), []).append(row.digest)
    for (case, at), digests in sorted(groups.items()):
        if (case, sha256("\n".join(sorted(digests)).encode()).hexdigest()) not in listed:
            where = f"tombstones/{case}/{at}"
            yield amiss("no-removal", where, "日志中没有这次删除", "the journal knows of no such removal")


def illegible(session: Session) -> Iterator[Finding]:
    """Yield every row that does not hold what we write; asked only when a check met one."""
    for table, key, bodies in _WRITTEN:
        for row in sql.every(session, table, *(getattr(table, name) for name in key)):
            where = "/".join((str(table.__tablename__), *(str(getattr(row, name)) for name in key)))
            for name, load in bodies.items():
                text = getattr(row, name)
                try:
                    load(text) if text is not None else None
                except Exception as error:  # noqa: BLE001 - `load` raises many kinds; each means: not ours
                    why = type(error).__name__
                    yield amiss(
                        "illegible", where, f"“{name}”无法读取（{why}）", f"its {name} cannot be read ({why})"
                    )
