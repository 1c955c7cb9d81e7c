"""Cases: the whole value as JSON, a version that counts decisions, and columns for lists."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from agent.domain.case import Case, CaseId, CaseStatus
from agent.domain.errors import Conflict
from agent.domain.mail import Address
from store import canonical, sql
from store.codec import CASE
from store.session import Session
from store.tables import CaseRow, SeriesRow
from store.timers import Timers

_BATCH = 200
_CASES = sql.table_of(CaseRow).c
_LOADED = select_columns(_CASES.version, _CASES.body).where(_CASES.id == bindparam("case"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case as a list shows it."""

    id: CaseId
    title: str
    status: CaseStatus
    stage: str
    initiator: Address
    began: datetime
    updated: datetime


class Cases:
    """See the module.  A case that was loaded in this unit, and no other, may be saved in it."""

    def __init__(self, session: Session, timers: Timers, *, reading: bool = False) -> None:
        self._session = session
        self._timers = timers
        self._reading = reading
        self._seen: dict[CaseId, int] = {}
        self._at_hand: dict[CaseId, Case] = {}
        """What was loaded in this unit: nobody else can have changed it since."""

    def draw_number(self, pattern: str, year: int) -> CaseId:
        """Return the next number of `pattern` (`XT-{year}-{serial:04}`) in `year`.

        Numbers are without gaps: the series waits for this unit, and a unit that leaves no trace gives its
        number back.
        """
        counted = year if "{year" in pattern else 0
        series = {"pattern": pattern, "year": counted}
        sql.insert_new(self._session, SeriesRow, {**series, "last": 0})
        mine = (col(SeriesRow.pattern) == pattern, col(SeriesRow.year) == counted)
        sql.update(self._session, SeriesRow, *mine, last=col(SeriesRow.last) + 1)
        serial = self._session.exec(select(SeriesRow.last).where(*mine)).one()
        return CaseId(pattern.format(year=year, serial=serial))

    def load(self, case: CaseId) -> Case | None:
        """Return the case as last decided, and keep it for this unit: others wait to load it."""
        if (known := self._at_hand.get(case)) is not None:
            return known
        holds = not self._reading and sql.is_postgresql(self._session)
        for row in sql.ask(self._session, _LOADED.with_for_update() if holds else _LOADED, case=case):
            self._seen[case] = row.version
            self._at_hand[case] = CASE.load(row.body)
        return self._at_hand.get(case)

    def open(self, case: Case, at: datetime) -> str:
        """Write a case that did not exist before; return the digest of its canonical form.

        Raises:
            Conflict: there is a case of that number.
        """
        columns = columns_of(case, at)
        if not sql.insert_new(self._session, CaseRow, {"id": case.id, "version": 1, **columns}):
            raise Conflict(f"case {case.id} exists")
        self._seen[case.id] = 1
        self._at_hand[case.id] = case
        self._timers.replace(case.id, case.timers)
        return str(columns["digest"])

    def save(self, case: Case, at: datetime) -> str:
        """Replace a loaded case and its timers; return the digest of its canonical form.

        Raises:
            Conflict: the case has been decided by somebody else since `load`.
            KeyError: the case was not loaded in this unit.
        """
        seen = self._seen[case.id]
        columns = columns_of(case, at)
        here = {"id": case.id, "version": seen}
        if sql.change(self._session, CaseRow, here, version=seen + 1, **columns) != 1:
            raise Conflict(f"case {case.id} moved on from version {seen}")
        self._seen[case.id] = seen + 1
        self._at_hand[case.id] = case
        self._timers.replace(case.id, case.timers)
        return str(columns["digest"])

    def list(self, statuses: Collection[CaseStatus] | None = None) -> tuple[CaseLine, ...]:
        """Return a line for every case, or for those of `statuses`, in the order of their numbers."""
        lines = select(CaseRow).options(*sql.without(CaseRow.body)).order_by(col(CaseRow.id))
        if statuses is not None:
            lines = lines.where(col(CaseRow.status).in_([s.value for s in statuses]))
        return tuple(_line(row) for row in self._session.exec(lines))

    def all_open(self) -> Iterator[Case]:
        """Yield every case whose status is open or suspended, a batch at a time."""
        yield from self.every({CaseStatus.OPEN, CaseStatus.SUSPENDED})

    def every(self, statuses: Collection[CaseStatus] | None = None) -> Iterator[Case]:
        """Yield every case, or those of `statuses`, in the order of their numbers, a batch at a time."""
        last = ""
        while True:
            statement = select(CaseRow.id, CaseRow.body).where(col(CaseRow.id) > last)
            if statuses is not None:
                statement = statement.where(col(CaseRow.status).in_([s.value for s in statuses]))
            rows = self._session.exec(statement.order_by(col(CaseRow.id)).limit(_BATCH)).all()
            for _, body in rows:
                yield CASE.load(body)
            if len(rows) < _BATCH:
                return
            last = rows[-1][0]


def _line(row: CaseRow) -> CaseLine:
    return CaseLine(
        id=CaseId(row.id),
        title=row.title,
        status=CaseStatus(row.status),
        stage=row.stage,
        initiator=Address(row.initiator),
        began=row.began,
        updated=row.updated,
    )


def columns_of(case: Case, at: datetime) -> dict[str, object]:
    """Return what the row of `case` says, besides its number and version."""
    body = CASE.dump(case)
    return {
        "body": body,
        "digest": canonical.digest(body),
        "title": canonical.column(case.title),
        "status": case.status.value,
        "stage": case.stage,
        "initiator": canonical.column(case.initiator),
        "process": case.process.digest,
        "began": case.began,
        "updated": at,
    }
