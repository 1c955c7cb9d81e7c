"""Check everything that must be true of a store, and change nothing."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

from sqlalchemy import Engine
from sqlmodel import col, select

from agent.domain.case import Case, CaseStatus
from agent.domain.errors import FormclerkError
from agent.domain.inbox import FINAL, MailState
from store import canonical, references, sql
from store import verify_rows as rows
from store.blobs import Blobs
from store.cases import columns_of
from store.codec import CASE, SEND
from store.finding import Finding, amiss
from store.session import Session
from store.tables import (
    CaseRow,
    EntryRow,
    InboxRow,
    OutboxRow,
    ProcessRow,
    SealRow,
    SheetRow,
    TimerRow,
    WorldRow,
)
from store.tombstones import Tombstones
from store.unit import Unit

_Check: TypeAlias = Callable[[Session], Iterator[Finding]]


def verify(engine: Engine, blobs: Blobs, head: str | None = None) -> tuple[Finding, ...]:
    """Return everything that is not as it must be, nothing when all is well.

    The store may be in use: it is seen as it was at one moment.  `head` is the end of the journal as an
    archive or a digest carries it; with it, a cut tail is found, too.
    """
    with Unit(engine, reading=True) as unit:
        session = unit.session
        found = [*unit.journal.check(head)]
        unread: tuple[Finding, ...] = ()
        checks: tuple[_Check, ...] = (*_CHECKS, partial(_blobs, blobs=blobs))
        for check in checks:
            try:
                found.extend(check(session))
            except Exception:
                unread = unread or tuple(rows.illegible(session))
                if not unread:
                    raise
    return (*found, *unread)


def _cases(session: Session) -> Iterator[Finding]:
    for row in sql.every(session, CaseRow, CaseRow.id):
        case = CASE.load(row.body)
        where = f"cases/{row.id}"
        for name, value in columns_of(case, row.updated).items():
            if getattr(row, name) != value:
                yield amiss(
                    "projection", where, f"“{name}”列与事项内容不符", f"column {name} differs from the case"
                )
        if case.id != row.id:
            yield amiss("projection", where, "编号与事项内容不符", "its number differs from the case")
        yield from _timers(session, case)
        last = session.exec(
            select(EntryRow.after)
            .where(col(EntryRow.case) == row.id)
            .order_by(col(EntryRow.seq).desc())
            .limit(1)
        ).first()
        if last is not None and last != row.digest:
            yield amiss(
                "undecided",
                where,
                "内容与日志最后一次决定不符",
                "it is not as the journal's last decision left it",
            )
        if sql.count(session, ProcessRow, col(ProcessRow.digest) == row.process) == 0:
            yield amiss("no-process", where, "所用流程定义缺失", "its process definition is missing")


def _timers(session: Session, case: Case) -> Iterator[Finding]:
    where = f"cases/{case.id}"
    rows = session.exec(select(TimerRow).where(col(TimerRow.case) == case.id)).all()
    if {(row.key, row.due) for row in rows} != {(timer.key, timer.due) for timer in case.timers}:
        yield amiss("timers", where, "定时记录与事项内容不符", "its timers differ from the case")
    if case.status is not CaseStatus.OPEN:
        return
    watched = {row.subject for row in rows if row.fired is None}
    for item in case.open_items():
        if item.id not in watched:
            yield amiss("no-clock", f"{where}/{item.id}", "待办没有定时", "an open item has no clock")


def _journal(session: Session) -> Iterator[Finding]:
    letters = set(session.exec(select(OutboxRow.key))) | set(session.exec(select(SealRow.key)))
    worlds = set(session.exec(select(WorldRow.digest)))
    processes = set(session.exec(select(ProcessRow.digest)))
    for row in sql.every(session, EntryRow, EntryRow.seq):
        where = f"journal/{row.seq}"
        for key in json.loads(row.effects):
            if canonical.name(key) not in letters:
                yield amiss(
                    "no-effect", where, f"决定的“{key}”未登记", f"the effect {key} is not in the store"
                )
        if row.world not in worlds:
            yield amiss(
                "no-world", where, "决定时的通讯录与日历缺失", "the world it was decided in is missing"
            )
        if row.process not in processes:
            yield amiss("no-process", where, "所用流程定义缺失", "its process definition is missing")


def _worlds(session: Session) -> Iterator[Finding]:
    for row in sql.every(session, WorldRow, WorldRow.digest):
        if canonical.digest(row.body) != row.digest:
            yield amiss("edited", f"worlds/{row.digest}", "内容被改动", "it has been changed")


def _inbox(session: Session) -> Iterator[Finding]:
    finals = {state.value for state in FINAL}
    for row in sql.every(session, InboxRow, InboxRow.id):
        where = f"inbox/{row.id}"
        ended = row.state in finals
        if ended != (row.settled_at is not None) or ended != (row.because is not None):
            yield amiss("unreasoned", where, "状态与理由不符", "its state and its reason do not agree")
        if row.state == MailState.READ.value and row.mail is None:
            yield amiss("unread", where, "标为已读却无内容", "it counts as read and nothing was kept")
        if row.filed_at is not None and not ended:
            yield amiss("filed", where, "未处理完却已归档", "it was filed before it ended")


def _outbox(session: Session) -> Iterator[Finding]:
    for row in sql.every(session, OutboxRow, OutboxRow.id):
        send = SEND.load(row.body)
        where = f"outbox/{row.key}"
        said = (canonical.name(send.key), send.case, send.item, send.letter, send.urgency.value)
        if said != (row.key, row.case, row.item, row.letter, row.urgency):
            yield amiss("projection", where, "列与信件内容不符", "its columns differ from the letter")
        if (row.state == "sent") != (row.sent_at is not None):
            yield amiss(
                "unsent", where, "发送状态与时间不符", "its state and its moment of sending do not agree"
            )
        if (
            row.folded_into is not None
            and sql.count(session, OutboxRow, col(OutboxRow.key) == row.folded_into) == 0
        ):
            yield amiss("unfolded", where, "并入的汇总不存在", "the digest it was folded into is not there")


def _sheets(session: Session) -> Iterator[Finding]:
    letters = select(OutboxRow.key)
    lost = select(SheetRow.code).where(col(SheetRow.letter).not_in(letters))
    for code in session.exec(lost):
        yield amiss(
            "no-letter", f"sheets/{code}", "随附的信件不存在", "the letter it went out with is not there"
        )


def _blobs(session: Session, blobs: Blobs) -> Iterator[Finding]:
    removed = Tombstones(session).all()
    for digest, referred in sorted(references.owned(session).items()):
        if referred.owners <= removed.get(digest, frozenset()):
            continue  # removed by the rule of retention, and nobody else speaks of it
        try:
            blobs.get(digest)
        except FormclerkError as error:
            yield amiss("blob", referred.where, f"文件缺失或被改动（{digest}）", str(error))


_CHECKS: tuple[_Check, ...] = (
    _cases,
    _journal,
    _worlds,
    _inbox,
    _outbox,
    _sheets,
    rows.decided,
    rows.mails,
    rows.sheets,
    rows.definitions,
    rows.removals,
)
