"""Moments at which cases want to be looked at, in one table indexed on the open ones' due moment."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Delete, Row, bindparam, delete
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from agent.domain.case import CaseId, Timer, TimerKind
from store import sql
from store.session import Session
from store.tables import TimerRow

_OPEN = col(TimerRow.fired).is_(None)
_TIMERS = sql.table_of(TimerRow)
_OF_CASE = sql.columns_of(TimerRow).where(_TIMERS.c.case == bindparam("of"))


@lru_cache(maxsize=100)
def _gone(number: int) -> Delete:
    these = _TIMERS.c.key.in_(sql.places("key", number))
    return delete(_TIMERS).where(_TIMERS.c.case == bindparam("of"), these)


class Timers:
    """See the module.  `Cases.save` keeps the table equal to the timers of the case."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def due(self, now: datetime, limit: int = 100) -> tuple[tuple[CaseId, Timer], ...]:
        """Return the open timers that are due at `now`, the longest overdue first."""
        rows = self._session.connection().execute(  # columns, not objects: twice as quick
            select_columns(
                col(TimerRow.case),
                col(TimerRow.key),
                col(TimerRow.due),
                col(TimerRow.kind),
                col(TimerRow.subject),
            )
            .where(_OPEN, col(TimerRow.due) <= now)
            .order_by(col(TimerRow.due))
            .limit(limit)
        )
        return tuple(
            (CaseId(case), Timer(key=key, due=due, kind=TimerKind(kind), subject=subject))
            for case, key, due, kind, subject in rows
        )

    def next_due(self) -> datetime | None:
        """Return when the next open timer is due, None when there is none."""
        return self._session.exec(
            select(TimerRow.due).where(_OPEN).order_by(col(TimerRow.due)).limit(1)
        ).first()

    def count_due(self, now: datetime, *, late_seconds: float) -> tuple[int, int]:
        """Count the open timers that are due, and of these the ones due for longer than `late_seconds`."""
        late = now - timedelta(seconds=late_seconds)
        return (
            sql.count(self._session, TimerRow, _OPEN, col(TimerRow.due) <= now),
            sql.count(self._session, TimerRow, _OPEN, col(TimerRow.due) <= late),
        )

    def strike(self, case: CaseId, timer: Timer, at: datetime) -> bool:
        """Turn `timer` from open to struck; False when it has been struck, moved or cancelled meanwhile.

        Belongs into the unit that decides what the timer means, after the case was loaded.
        """
        return (
            sql.update(
                self._session,
                TimerRow,
                col(TimerRow.case) == case,
                col(TimerRow.key) == timer.key,
                col(TimerRow.due) == timer.due,
                _OPEN,
                fired=at,
            )
            == 1
        )

    def of_case(self, case: CaseId) -> tuple[Timer, ...]:
        """Return the open timers of `case`, the next one first."""
        rows = self._session.exec(
            select(TimerRow)
            .where(col(TimerRow.case) == case, _OPEN)
            .order_by(col(TimerRow.due), col(TimerRow.key))
        )
        return tuple(_timer(row) for row in rows)

    def replace(self, case: CaseId, wanted: Iterable[Timer]) -> None:
        """Make the timers of `case` equal to `wanted`, touching only what differs.

        A timer that was struck and is still wanted for the same moment stays struck; for another moment it
        opens again.
        """
        standing = {row.key: row for row in sql.ask(self._session, _OF_CASE, of=case)}
        new = {timer.key: timer for timer in wanted}
        gone = [key for key in standing if key not in new]
        if gone:
            sql.remove(self._session, _gone(len(gone)), of=case, **sql.in_places("key", gone))
        fresh = [{"case": case, "key": k, **_columns(timer)} for k, timer in new.items() if k not in standing]
        sql.insert_many(self._session, TimerRow, fresh)
        for key, row in standing.items():
            timer = new.get(key)
            if timer is not None and _timer(row) != timer:
                changes = _columns(timer) | ({"fired": None} if row.due != timer.due else {})
                sql.change(self._session, TimerRow, {"case": case, "key": key}, **changes)


def _columns(timer: Timer) -> dict[str, object]:
    return {"due": timer.due, "kind": timer.kind.value, "subject": timer.subject}


def _timer(row: TimerRow | Row[Any]) -> Timer:
    return Timer(key=row.key, due=row.due, kind=TimerKind(row.kind), subject=row.subject)
