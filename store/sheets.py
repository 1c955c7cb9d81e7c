"""Issued copies of forms: which case and item a short code on paper belongs to."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from agent.domain.sheets import Sheet
from agent.domain.words import Language
from store import canonical, sql
from store.tables import SheetRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """One sheet as it went out."""

    code: str
    token: str
    sheet: Sheet
    letter_key: str
    at: datetime


class Sheets:
    """See the module."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def issued(self, *, code: str, token: str, sheet: Sheet, letter_key: str, at: datetime) -> bool:
        """Remember an issued copy; False when the same sheet went out before (a reminder)."""
        row = {
            "code": code,
            "token": token,
            "case": sheet.case,
            "item": sheet.item,
            "form": sheet.form,
            "version": sheet.version,
            "language": sheet.language.value,
            "letter": canonical.name(letter_key),
            "at": at,
        }
        return sql.insert_new(self._session, SheetRow, row)

    def by_code(self, code: str) -> Issued | None:
        """Return the sheet with that short code."""
        row = self._session.exec(select(SheetRow).where(col(SheetRow.code) == canonical.column(code))).first()
        return _issued(row) if row is not None else None

    def of_case(self, case: str) -> tuple[Issued, ...]:
        """Return the sheets of `case`, in the order they went out."""
        rows = self._session.exec(
            select(SheetRow).where(col(SheetRow.case) == case).order_by(col(SheetRow.at), col(SheetRow.code))
        )
        return tuple(_issued(row) for row in rows)


def _issued(row: SheetRow) -> Issued:
    sheet = Sheet(
        case=row.case, item=row.item, form=row.form, version=row.version, language=Language(row.language)
    )
    return Issued(code=row.code, token=row.token, sheet=sheet, letter_key=row.letter, at=row.at)
