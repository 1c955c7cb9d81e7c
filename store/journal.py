"""Every decision, in the order they were made, chained over the whole store (`store.chain`)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from agent.domain.case import CaseId
from agent.domain.effects import Effect
from agent.domain.errors import Conflict
from agent.domain.events import Event
from agent.domain.words import Words
from store import canonical, chain, sql
from store.chain import Entry, Head
from store.codec import EVENT, WORDS
from store.finding import Finding
from store.session import Session
from store.tables import EntryRow, HeadRow

_BATCH = 500
_HEAD = 1
_ENTRIES = sql.table_of(EntryRow).c
_LAST_OF = (
    select_columns(_ENTRIES.hash)
    .where(_ENTRIES.case == bindparam("of"))
    .order_by(_ENTRIES.seq.desc())
    .limit(1)
    .scalar_subquery()
)
_ENDS = sql.columns_of(HeadRow).add_columns(_LAST_OF.label("of_case"))
"""The end of the chain, and the last entry of one case in it.

On PostgreSQL the wait for the first does not make the second anew; nobody else can have added to the case
meanwhile, since whoever decides has loaded it, which holds it.
"""


class Journal:
    """See the module.  Entries are read as they were written: `EVENT.load(entry.event)` decodes one."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(  # noqa: PLR0913 - an entry says all of this
        self,
        *,
        at: datetime,
        case: CaseId,
        cause: str,
        event: Event,
        because: Words,
        process: str,
        world: str,
        after: str,
        effects: Sequence[Effect],
    ) -> Entry:
        """Write one decision at the end of the chain, and hold the end until the unit is over.

        Do it late in the unit: nobody else can append meanwhile.

        Raises:
            Conflict: `cause` was decided before.
        """
        head, of_case = self._hold_ends(case)
        entry = Entry(
            seq=head.seq + 1,
            at=at.astimezone(UTC),
            case=case,
            cause=canonical.name(cause),
            event=EVENT.dump(event),
            because=WORDS.dump(because),
            process=process,
            world=world,
            after=after,
            effects=canonical.to_text([effect.key for effect in effects]),
            of_case=of_case,
            prev=head.hash,
        ).sealed()
        row = {name: getattr(entry, name) for name in Entry.__slots__}
        if not sql.insert_new(self._session, EntryRow, row):
            raise Conflict(f"{cause} was decided before")
        sql.change(self._session, HeadRow, {"id": _HEAD}, seq=entry.seq, hash=entry.hash)
        return entry

    def knows(self, cause: str) -> bool:
        """Say whether `cause` was decided before."""
        return sql.has(self._session, EntryRow, cause=canonical.name(cause))

    def of_case(self, case: CaseId) -> tuple[Entry, ...]:
        """Return the decisions of `case`, in order."""
        rows = self._session.exec(
            select(EntryRow).where(col(EntryRow.case) == case).order_by(col(EntryRow.seq))
        )
        return tuple(_entry(row) for row in rows)

    def every(self, after: int = 0) -> Iterator[Entry]:
        """Yield every decision after the entry `after`, in order, a batch at a time."""
        while True:
            rows = self._session.exec(
                select(EntryRow).where(col(EntryRow.seq) > after).order_by(col(EntryRow.seq)).limit(_BATCH)
            ).all()
            for row in rows:
                yield _entry(row)
                self._session.expunge(row)
            if len(rows) < _BATCH:
                return
            after = rows[-1].seq

    def head(self) -> Head:
        """Return the end of the chain, to be kept where this store cannot reach it."""
        row = self._session.exec(select(HeadRow), execution_options=sql.FRESH).first()
        return Head(seq=row.seq, hash=row.hash) if row is not None else Head(seq=0, hash=chain.START)

    def check(self, head: str | None = None) -> tuple[Finding, ...]:
        """Check the whole chain: edits, deletions, and with a `head` kept elsewhere a cut tail."""
        kept = Head.parse(head) if head is not None else None
        if head is not None and kept is None:
            return (chain.finding("no-head", 0, chain.NO_HEAD),)
        found = list(chain.check(self.every(), keep=kept))
        if self._last() != self.head():
            found.append(chain.finding("cut", self.head().seq, chain.CUT))
        return tuple(found)

    def _last(self) -> Head:
        last = self._session.exec(
            select(EntryRow.seq, EntryRow.hash).order_by(col(EntryRow.seq).desc()).limit(1)
        ).first()
        return Head(seq=last[0], hash=last[1]) if last is not None else Head(seq=0, hash=chain.START)

    def _hold_ends(self, case: CaseId) -> tuple[Head, str]:
        holds = sql.is_postgresql(self._session)  # on SQLite units that write wait for each other anyway
        for row in sql.ask(self._session, _ENDS.with_for_update() if holds else _ENDS, of=case):
            return Head(seq=row.seq, hash=row.hash), row.of_case or chain.START
        sql.insert_new(self._session, HeadRow, {"id": _HEAD, "seq": 0, "hash": chain.START})
        return self._hold_ends(case)


def _entry(row: EntryRow) -> Entry:
    return Entry(**{name: getattr(row, name) for name in Entry.__slots__})
