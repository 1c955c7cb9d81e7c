"""Absences that out-of-office replies told us of, with their evidence."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam

from agent.domain.absences import Absence
from store import canonical, sql
from store.session import Session
from store.tables import AbsenceRow

_COLUMNS = sql.table_of(AbsenceRow).c
_ALL = sql.columns_of(AbsenceRow).order_by(_COLUMNS.learned, _COLUMNS.mail)
_RUNNING = _ALL.where(
    _COLUMNS.ended.is_(None), _COLUMNS.first <= bindparam("day"), _COLUMNS.last >= bindparam("day")
)
_SINCE = _ALL.where(_COLUMNS.learned >= bindparam("moment"))
_LIKE_IT = _ALL.where(
    _COLUMNS.person == bindparam("person"), _COLUMNS.words == bindparam("words"), _COLUMNS.ended.is_(None)
)
_OPEN = _ALL.where(
    _COLUMNS.person == bindparam("person"), _COLUMNS.ended.is_(None), _COLUMNS.last.is_not(None)
)


class Absences:
    """See the module.  Days are kept as ISO 8601 texts, which sort as days do."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def learn(self, absence: Absence) -> bool:
        """Keep what a reply told; False when an earlier reply of the same absence said the same.

        Exchange answers each correspondent once, other programs answer every letter of ours.
        """
        words = canonical.column(absence.words)
        last = absence.last.isoformat() if absence.last is not None else None
        for known in sql.ask(self._session, _LIKE_IT, person=absence.person, words=words):
            if known.last == last:
                return False
        row = {
            "mail": canonical.name(absence.mail),
            "person": absence.person,
            "first": absence.first.isoformat(),
            "last": last,
            "deputy": absence.deputy,
            "words": words,
            "learned": absence.learned,
            "ended": None,
        }
        before = tuple(each.mail for each in sql.ask(self._session, _OPEN, person=absence.person))
        new = sql.insert_new(self._session, AbsenceRow, row)
        if new and last is not None and before:  # the later word holds, even where it is the shorter one
            sql.change(self._session, AbsenceRow, {"mail": before}, ended=absence.learned)
        return new

    def back(self, person: str, at: datetime, *, wrote: datetime) -> int:
        """End what is known of a person's absence, because they wrote; return how many replies that ends.

        Args:
            person: their main address.
            at: now.
            wrote: the Date of what they wrote; what was learned after it goes on.
        """
        open_ones = sql.ask(self._session, _OPEN, person=person)
        ended = [row.mail for row in open_ones if row.learned <= wrote]
        if ended:
            sql.change(self._session, AbsenceRow, {"mail": tuple(ended)}, ended=at)
        return len(ended)

    def running(self, day: date) -> tuple[Absence, ...]:
        """Return the absences that hold on `day`, the last one learned of a person last."""
        return tuple(_absence(row) for row in sql.ask(self._session, _RUNNING, day=day.isoformat()))

    def since(self, moment: datetime) -> tuple[Absence, ...]:
        """Return everything that was learned since `moment`, the uncertain ones too, in that order."""
        return tuple(_absence(row) for row in sql.ask(self._session, _SINCE, moment=moment))


def _absence(row: Row[Any]) -> Absence:
    return Absence(
        person=row.person,
        first=date.fromisoformat(row.first),
        last=date.fromisoformat(row.last) if row.last is not None else None,
        deputy=row.deputy,
        mail=row.mail,
        words=row.words,
        learned=row.learned,
        ended=row.ended,
    )
