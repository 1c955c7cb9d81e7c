"""Letters that were decided, and whether they left.

pending ──► sending ──► sent | unsure | failed          pending ──► dropped | folded
   ▲───────────┘ retried, or its lease ran out
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, literal, or_, update
from sqlalchemy import case as which
from sqlalchemy import select as select_columns
from sqlmodel import col, func, select

from agent.domain.case import CaseId
from agent.domain.effects import Send, Urgency
from agent.domain.errors import Conflict
from agent.domain.mail import Address, MessageId
from agent.domain.work_items import ItemId
from store import canonical, sql
from store.letters import LetterState, Outgoing, outgoing, row_of
from store.session import Session
from store.tables import AddresseeRow, OutboxRow

_LETTERS = sql.table_of(OutboxRow).c
_OF_KEY = sql.columns_of(OutboxRow).where(_LETTERS.key == bindparam("key"))
_ADDRESSEES = sql.table_of(AddresseeRow).c
_WAITING = col(OutboxRow.state).in_((literal("pending"), literal("sending")))  # two places, not one to expand
_DUE = (
    sql.columns_of(OutboxRow)
    .where(_WAITING, _LETTERS.due <= bindparam("now"))
    .order_by(_LETTERS.due, _LETTERS.id)
    .limit(bindparam("limit"))
)
_LEASE = (
    update(sql.table_of(OutboxRow))
    .where(_LETTERS.key == bindparam("of_key"), _WAITING, _LETTERS.due <= bindparam("now"))
    .values(state=LetterState.SENDING.value, due=bindparam("until"), attempts=_LETTERS.attempts + 1)
    .returning(*_LETTERS)
)


@lru_cache(maxsize=100)
def _thread(number: int) -> Select[Any]:
    these = _LETTERS.message_id.in_(sql.places("name", number))
    return select_columns(_LETTERS.message_id, _LETTERS.case, _LETTERS.item).where(these)


@lru_cache(maxsize=100)
def _answered(number: int) -> Select[Any]:
    return (
        select_columns(func.count())
        .select_from(sql.table_of(AddresseeRow))
        .join(sql.table_of(OutboxRow), _LETTERS.id == _ADDRESSEES.letter)
        .where(
            _ADDRESSEES.address == bindparam("address"),
            _LETTERS.letter.in_(sql.places("letter", number)),
            _LETTERS.added_at > bindparam("since"),
        )
    )


class Outbox:
    """See the module."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, send: Send, *, message_id: MessageId, at: datetime) -> bool:
        """Enter a letter, due at once; False when its key was entered before (asking twice is once).

        Raises:
            Conflict: another letter has that Message-ID.
        """
        return self.add_all({message_id: send}, at=at) == 1

    def add_all(self, letters: Mapping[MessageId, Send], *, at: datetime) -> int:
        """Enter letters by their Message-IDs, as `add` does each, and return how many were new.

        Raises:
            Conflict: another letter has one of the Message-IDs.
        """
        rows = [row_of(send, message_id, at) for message_id, send in letters.items()]
        numbers = sql.insert_numbered_many(self._session, OutboxRow, rows, known_by="message_id")
        addressees: list[dict[str, object]] = []
        for message_id, send in letters.items():
            number = numbers.get(message_id)
            if number is not None:
                people = dict.fromkeys(canonical.column(address) for address in (*send.to, *send.cc))
                addressees += [{"address": address, "letter": number} for address in people]
            elif self.find(send.key) is None:
                raise Conflict(f"{message_id} names another letter than {send.key}")
        sql.insert_many(self._session, AddresseeRow, addressees)
        return len(numbers)

    def due(self, now: datetime, limit: int = 20) -> tuple[Outgoing, ...]:
        """Return letters to look at now, the longest waiting first; leases that ran out are among them."""
        return tuple(map(outgoing, sql.ask(self._session, _DUE, now=now, limit=limit)))

    def due_urgent_first(self, now: datetime, limit: int = 20) -> tuple[Outgoing, ...]:
        """Return letters to look at now where not all may leave: answers, urgent ones, work, notices."""
        rank = which(
            {each.value: place for place, each in enumerate(Urgency)},
            value=col(OutboxRow.urgency),
            else_=len(Urgency),
        )
        return self._letters(
            select(OutboxRow)
            .where(_WAITING, col(OutboxRow.due) <= now)
            .order_by(rank, col(OutboxRow.due), col(OutboxRow.id))
            .limit(limit)
        )

    def count_due(self, now: datetime) -> int:
        """Count the letters that could be looked at now."""
        return sql.count(self._session, OutboxRow, _WAITING, col(OutboxRow.due) <= now)

    def left_since(self, since: datetime) -> int:
        """Count the mails that left after that moment; one that may have left counts from its decision."""
        return sql.count(
            self._session,
            OutboxRow,
            or_(
                and_(col(OutboxRow.state) == LetterState.SENT.value, col(OutboxRow.sent_at) > since),
                and_(col(OutboxRow.state) == LetterState.UNSURE.value, col(OutboxRow.added_at) > since),
            ),
        )

    def next_due(self) -> datetime | None:
        """Return when the next letter is to be looked at, None when none waits."""
        return self._session.exec(
            select(OutboxRow.due).where(_WAITING).order_by(col(OutboxRow.due), col(OutboxRow.id)).limit(1)
        ).first()

    def lease(self, key: str, *, now: datetime, until: datetime) -> Outgoing | None:
        """Take a due letter for sending until `until`; None when somebody else has it or it is not due."""
        given = {"of_key": canonical.name(key), "now": now, "until": until}
        return next(map(outgoing, self._session.say(_LEASE, given).rows), None)

    def end_leases(self, due: datetime) -> int:
        """Let every lease that is held run out at `due`: its holder is dead; return how many there were."""
        held = col(OutboxRow.state) == LetterState.SENDING.value
        return sql.update(self._session, OutboxRow, held, due=due)

    def rendered(self, key: str, digest: str) -> None:
        """Note the blob with the bytes that leave; every later attempt sends the same bytes."""
        self._move(key, (LetterState.PENDING, LetterState.SENDING), rendered=digest)

    def sent(self, key: str, at: datetime) -> None:
        """Note that the server has accepted the letter, or that it was found among the sent mails."""
        sent = LetterState.SENT.value
        self._move(key, (LetterState.SENDING, LetterState.UNSURE), state=sent, sent_at=at, why="")

    def unsure(self, key: str, why: str) -> None:
        """Note that the letter may have left and that nobody can tell."""
        self._move(key, (LetterState.SENDING,), state=LetterState.UNSURE.value, why=canonical.column(why))

    def failed(self, key: str, why: str) -> None:
        """Note that the letter cannot leave as it is."""
        waiting = (LetterState.PENDING, LetterState.SENDING)
        self._move(key, waiting, state=LetterState.FAILED.value, why=canonical.column(why))

    def retry_at(self, key: str, moment: datetime, why: str = "") -> None:
        """Give a letter back that surely did not leave, or let a person's word send it again."""
        stuck = (LetterState.SENDING, LetterState.UNSURE, LetterState.FAILED)
        pending = LetterState.PENDING.value
        self._move(key, stuck, state=pending, due=moment, why=canonical.column(why))

    def hold_until(self, key: str, moment: datetime) -> None:
        """Look at a pending letter again at `moment` (quiet hours)."""
        self._move(key, (LetterState.PENDING,), due=moment)

    def dropped(self, key: str, why: str) -> None:
        """Do not send a letter for which there is no reason left."""
        unsent = (LetterState.PENDING, LetterState.SENDING, LetterState.UNSURE, LetterState.FAILED)
        self._move(key, unsent, state=LetterState.DROPPED.value, why=canonical.column(why))

    def folded(self, key: str, into: str) -> None:
        """Note that the letter is told in another one (a digest), by the other's key."""
        self._move(
            key, (LetterState.PENDING,), state=LetterState.FOLDED.value, folded_into=canonical.name(into)
        )

    def folded_into(self, key: str) -> tuple[Outgoing, ...]:
        """Return the letters that are told in the letter `key`."""
        return self._letters(
            select(OutboxRow)
            .where(col(OutboxRow.folded_into) == canonical.name(key))
            .order_by(col(OutboxRow.id))
        )

    def find(self, key: str) -> Outgoing | None:
        """Return the letter of that key."""
        found = tuple(map(outgoing, sql.ask(self._session, _OF_KEY, key=canonical.name(key))))
        return found[0] if found else None

    def in_state(
        self, state: LetterState, limit: int = 1000, *, since: datetime | None = None
    ) -> tuple[Outgoing, ...]:
        """Return the letters in `state`, in the order they were decided; only those decided since then."""
        found = select(OutboxRow).where(col(OutboxRow.state) == state.value)
        if since is not None:
            found = found.where(col(OutboxRow.added_at) >= since)
        return self._letters(found.order_by(col(OutboxRow.id)).limit(limit))

    def of_case(self, case: CaseId) -> tuple[Outgoing, ...]:
        """Return the letters of `case`, in the order they were decided."""
        return self._letters(select(OutboxRow).where(col(OutboxRow.case) == case).order_by(col(OutboxRow.id)))

    def thread(
        self, message_ids: Iterable[MessageId]
    ) -> Mapping[MessageId, tuple[CaseId | None, ItemId | None]]:
        """Return, for those Message-IDs that are our own letters, the case and item they were about."""
        names = [canonical.name(name) for name in message_ids]
        asked = sql.in_places("name", names)
        rows = sql.ask(self._session, _thread(len(names)), **asked) if names else ()
        return {
            MessageId(row.message_id): (
                CaseId(row.case) if row.case is not None else None,
                ItemId(row.item) if row.item is not None else None,
            )
            for row in rows
        }

    def sent_today(self, address: Address, since: datetime) -> int:
        """Count the notices (`Urgency.NOTICE`) that `address` was sent since that moment."""
        return self._session.exec(
            select(func.count())
            .select_from(AddresseeRow)
            .join(OutboxRow, col(OutboxRow.id) == col(AddresseeRow.letter))
            .where(
                col(AddresseeRow.address) == canonical.column(address),
                col(OutboxRow.urgency) == Urgency.NOTICE.value,
                col(OutboxRow.state) == LetterState.SENT.value,
                col(OutboxRow.sent_at) >= since,
            )
        ).one()

    def answered(self, address: Address, letters: Iterable[str], since: datetime) -> int:
        """Count the letters of those names that were decided for `address` after that moment."""
        names = sorted(letters)
        given = {"address": canonical.column(address), "since": since, **sql.in_places("letter", names)}
        ((number,),) = sql.ask(self._session, _answered(len(names)), **given)
        return int(number)

    def folded_since(self, since: datetime) -> Mapping[Address, int]:
        """Count, for each address, the letters decided after that moment and told in a digest instead."""
        rows = self._session.exec(
            select(AddresseeRow.address, func.count())
            .join(OutboxRow, col(OutboxRow.id) == col(AddresseeRow.letter))
            .where(col(OutboxRow.state) == LetterState.FOLDED.value, col(OutboxRow.added_at) > since)
            .group_by(col(AddresseeRow.address))
            .order_by(col(AddresseeRow.address))
        )
        return {Address(address): number for address, number in rows}

    def counts(self) -> Mapping[LetterState, int]:
        """Return how many letters are in each state."""
        rows = self._session.exec(select(OutboxRow.state, func.count()).group_by(col(OutboxRow.state)))
        found = {LetterState(state): number for state, number in rows}
        return {state: found.get(state, 0) for state in LetterState}

    def _letters(self, statement: sql.Rows[OutboxRow]) -> tuple[Outgoing, ...]:
        return tuple(outgoing(row) for row in self._session.exec(statement, execution_options=sql.FRESH))

    def _move(self, key: str, states: tuple[LetterState, ...], /, **changes: object) -> None:
        here = {"key": canonical.name(key), "state": tuple(state.value for state in states)}
        if sql.change(self._session, OutboxRow, here, **changes) != 1:
            raise Conflict(f"letter {key} is not {' or '.join(s.value for s in states)} (any more)")
