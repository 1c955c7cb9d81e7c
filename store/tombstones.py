"""Files that were removed by the rule of retention: what, of which case, and when.

A tombstone is true before its file goes.  A crash in between leaves a file too many, which the next removal
takes; never a file too few.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlmodel import select

from agent.domain.case import CaseId
from store import sql
from store.session import Session
from store.tables import TombstoneRow


class Tombstones:
    """See the module."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, case: CaseId, digests: Iterable[str], at: datetime) -> int:
        """Note that files of `case` are removed; return how many were not noted before."""
        rows = ({"case": case, "digest": digest, "at": at} for digest in sorted(set(digests)))
        return sum(sql.insert_new(self._session, TombstoneRow, row) for row in rows)

    def all(self) -> Mapping[str, frozenset[str]]:
        """Return, for every digest that has a tombstone, the cases whose file it was."""
        found: dict[str, set[str]] = {}
        for case, digest in self._pairs():
            found.setdefault(digest, set()).add(case)
        return {digest: frozenset(cases) for digest, cases in found.items()}

    def _pairs(self) -> Iterator[tuple[str, str]]:
        yield from self._session.exec(select(TombstoneRow.case, TombstoneRow.digest))
