"""Recurring schedules strike each period once, whatever the clock, DST or a restart do."""

from datetime import datetime

from sqlmodel import col, func, select

from store import sql
from store.session import Session
from store.tables import StrikeRow


class Strikes:
    """See the module."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def strike(self, schedule: str, period: str, at: datetime) -> bool:
        """Strike `period` (`2026-W12`) of `schedule`; False when it has been struck."""
        return sql.insert_new(self._session, StrikeRow, {"schedule": schedule, "period": period, "at": at})

    def last(self, schedule: str) -> datetime | None:
        """Return when `schedule` was struck last, None when never."""
        return self._session.exec(
            select(func.max(col(StrikeRow.at))).where(col(StrikeRow.schedule) == schedule)
        ).one()
