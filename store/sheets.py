"""Issued copies of forms: which case and item a short code on paper belongs to, and what files went out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from agent.domain.sheets import Sheet
from agent.domain.words import Language
from store import canonical, sql
from store.session import Session
from store.tables import CopyRow, SheetRow

_COPIES = sql.table_of(CopyRow).c
_FIXED = select_columns(_COPIES.fixed).where(_COPIES.code == bindparam("code"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """One sheet as it went out."""

    code: str
    token: str
    sheet: Sheet
    letter_key: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The files of a sheet as one or more letters carried them; their bytes lie among the blobs."""

    code: str
    word: str
    """SHA-256 of the Word file."""
    pdf: str = ""
    """SHA-256 of the fillable PDF, empty when none went out."""
    fixed: str = ""
    """SHA-256 of the fixed text of the Word file (`parsers.word.drift`); empty when it is not known."""
    at: datetime
    """When the first letter with these files was written."""


class Sheets:
    """See the module."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def issued(self, sheets: Iterable[Issued]) -> int:
        """Remember sheets that go out; return how many are new (in a reminder the same goes out again)."""
        rows = [
            {
                "code": each.code,
                "token": each.token,
                "case": each.sheet.case,
                "item": each.sheet.item,
                "form": each.sheet.form,
                "version": each.sheet.version,
                "language": each.sheet.language.value,
                "letter": canonical.name(each.letter_key),
                "at": each.at,
            }
            for each in sheets
        ]
        return sql.insert_new_many(self._session, SheetRow, rows)

    def by_code(self, code: str) -> Issued | None:
        """Return the sheet with that short code."""
        row = self._session.exec(select(SheetRow).where(col(SheetRow.code) == canonical.column(code))).first()
        return _issued(row) if row is not None else None

    def written(self, copy: Copy) -> bool:
        """Remember the files of a sheet that was issued; False when they are known (a reminder)."""
        row = {"code": copy.code, "word": copy.word, "pdf": copy.pdf, "fixed": copy.fixed, "at": copy.at}
        return sql.insert_new(self._session, CopyRow, row)

    def copies(self, code: str) -> tuple[Copy, ...]:
        """Return the distinct copies of the sheet with that short code, the last one first."""
        rows = self._session.exec(
            select(CopyRow)
            .where(col(CopyRow.code) == canonical.column(code))
            .order_by(col(CopyRow.at).desc(), col(CopyRow.word), col(CopyRow.pdf))
        )
        return tuple(
            Copy(code=row.code, word=row.word, pdf=row.pdf, fixed=row.fixed, at=row.at) for row in rows
        )

    def fixed_texts(self, code: str) -> frozenset[str]:
        """Return the digests of the fixed text of every copy of the sheet with that short code."""
        found = sql.ask(self._session, _FIXED, code=canonical.column(code))
        return frozenset(fixed for (fixed,) in found if fixed)

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
