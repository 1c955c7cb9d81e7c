"""The ledger of mails: each that came, and what became of it.

received ──► read ──► done | review | quarantined | ignored
    ▲─────────┴─────────────────┴──────────┘ put back by a person
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select
from sqlmodel import col, func, select

from agent.domain.case import CaseId
from agent.domain.errors import Conflict
from agent.domain.inbox import FINAL, MailState
from agent.domain.mail import Address, InboundMail, MessageId
from agent.domain.reading import Reading
from agent.domain.words import Words
from store import canonical, sql
from store import inbox_questions as questions
from store.codec import FILES, MAIL, READING, WORDS
from store.mail_entries import MailEntry, ReadMail, entry_of
from store.session import Session
from store.stored import files_of
from store.tables import InboxRow, ReadingRow

_SETTLES_FROM = tuple(
    s.value for s in (MailState.RECEIVED, MailState.READ, MailState.REVIEW, MailState.QUARANTINED)
)
_TOO_LARGE = 1 << 63
_FINAL = tuple(s.value for s in FINAL)


class Inbox:
    """See the module."""

    def __init__(self, session: Session, *, reading: bool = False) -> None:
        self._session = session
        self._reading = reading

    def take_in(
        self, *, digest: str, message_id: MessageId, received_at: datetime, size: int, handle: str
    ) -> MailEntry | None:
        """Enter a mail whose raw bytes are durable; None when the same bytes came before.

        A Message-ID that came before with different bytes flags this mail and all of that name as twins.
        """
        name = MessageId(canonical.name(message_id))
        sql.one_at_a_time(self._session, f"inbox {name}")
        twin = bool(sql.ask(self._session, questions.TWINS, name=name, digest=digest))
        row: dict[str, Any] = {
            "digest": digest,
            "message_id": name,
            "twin": twin,
            "received_at": received_at,
            "size": size,
            "handle": canonical.column(handle),
            "state": MailState.RECEIVED.value,
            "attempts": 0,
            "sender": "",
            "subject": "",
        }
        number = sql.insert_numbered(self._session, InboxRow, row)
        if number is None:
            return None
        if twin:
            sql.change(self._session, InboxRow, {"message_id": name}, twin=True)
        return MailEntry(
            id=number,
            digest=digest,
            message_id=name,
            twin=twin,
            received_at=received_at,
            size=size,
            handle=row["handle"],
            state=MailState.RECEIVED,
            attempts=0,
            sender=Address(""),
            subject="",
            because=None,
            case=None,
            settled_at=None,
        )

    def load(self, mail: int) -> MailEntry | None:
        """Return an entry, and keep it for this unit: another that would settle it waits."""
        if not 0 < mail < _TOO_LARGE:  # somebody typed the number
            return None
        holds = not self._reading and sql.is_postgresql(self._session)
        found = self._entries(
            questions.BY_NUMBER.with_for_update() if holds else questions.BY_NUMBER, number=mail
        )
        return found[0] if found else None

    def of_digest(self, digest: str) -> MailEntry | None:
        """Return the mail whose raw bytes have that SHA-256."""
        found = self._entries(questions.OF_DIGEST, digest=digest)
        return found[0] if found else None

    def find(self, message_id: MessageId) -> tuple[MailEntry, ...]:
        """Return every mail with that Message-ID, in the order they came; twins give more than one."""
        return self._entries(questions.OF_NAME, name=canonical.name(message_id))

    def next_received(self, limit: int = 10) -> tuple[MailEntry, ...]:
        """Return mails that wait to be read, oldest first."""
        return self._in_state((MailState.RECEIVED,), limit)

    def started_reading(self, mail: int) -> int:
        """Count one more attempt and return how many there were, this one included.

        Commit before the reader runs: a reader that kills us has then been counted (promise 3).
        """
        ((attempts,),) = self._session.say(questions.ONE_MORE, {"number": mail}).rows
        return int(attempts)

    def put_off(self, mail: int) -> None:
        """Take back what `started_reading` counted: the mail was looked at and is read later."""
        self._session.say(questions.ONE_LESS, {"number": mail})

    def read(self, mail: int, contents: InboundMail, readings: Iterable[Reading]) -> None:
        """Keep what was understood of a mail; pictures and attachments must be among the blobs already.

        Raises:
            Conflict: the mail does not wait to be read (any more).
        """
        self._move(
            mail,
            (MailState.RECEIVED.value,),
            state=MailState.READ.value,
            sender=canonical.column(contents.sender),
            subject=canonical.column(contents.subject),
            mail=MAIL.dump(contents),
            files=FILES.dump(files_of(contents)),
        )
        self._session.say(questions.FORGET_READINGS, {"number": mail})
        rows = [
            {"mail": mail, "part": part, "digest": each.digest, "body": READING.dump(each)}
            for part, each in enumerate(readings)
        ]
        sql.insert_many(self._session, ReadingRow, rows)

    def next_read(self, limit: int = 10) -> tuple[ReadMail, ...]:
        """Return mails that wait for a decision, oldest first."""
        rows = sql.ask(self._session, questions.NEXT_READ, limit=limit)
        return tuple(found for row in rows if (found := self._contents(entry_of(row), row)) is not None)

    def contents(self, entry: MailEntry) -> ReadMail | None:
        """Return what was understood of a mail, None when it was never read."""
        (row,) = sql.ask(self._session, questions.BODIES, number=entry.id)
        return self._contents(entry, row)

    def _contents(self, entry: MailEntry, row: Row[Any]) -> ReadMail | None:
        if row.mail is None or row.files is None:
            return None
        bodies = sql.ask(self._session, questions.READINGS_OF, number=entry.id)
        return ReadMail(
            entry=entry,
            mail=MAIL.load(row.mail),
            files=FILES.load(row.files),
            readings=tuple(READING.load(body) for (body,) in bodies),
        )

    def settle(
        self, mail: int, state: MailState, because: Words, *, at: datetime, case: CaseId | None = None
    ) -> None:
        """End a mail in one of the four last states; one that was filed is filed anew.

        Raises:
            Conflict: it has ended as done or ignored already.
            ValueError: `state` is not one of the last states.
        """
        if state not in FINAL:
            raise ValueError(f"no mail ends as {state.value}")
        changes: dict[str, object] = {"case": case} if case is not None else {}
        self._move(
            mail,
            _SETTLES_FROM,
            state=state.value,
            because=WORDS.dump(because),
            settled_at=at,
            filed_at=None,
            **changes,
        )

    def put_back(self, mail: int, state: MailState) -> None:
        """Let a mail that ended be read again (RECEIVED) or decided again (READ).

        Raises:
            Conflict: it has not ended, or it is to be decided and was never read.
            ValueError: `state` is another one.
        """
        if state not in {MailState.RECEIVED, MailState.READ}:
            raise ValueError(f"no mail is put back as {state.value}")
        was_read = (col(InboxRow.mail).is_not(None),) if state is MailState.READ else ()
        changed = sql.update(
            self._session,
            InboxRow,
            col(InboxRow.id) == mail,
            col(InboxRow.state).in_(_FINAL),
            *was_read,
            state=state.value,
            attempts=0,
            because=None,
            settled_at=None,
            filed_at=None,
        )
        if changed != 1:
            raise Conflict(f"mail {mail} cannot be put back as {state.value}")

    def review(self, limit: int = 1000) -> tuple[MailEntry, ...]:
        """Return the mails that wait for a person, in review or quarantine, in the order they came."""
        return self._in_state((MailState.REVIEW, MailState.QUARANTINED), limit)

    def of_case(self, case: CaseId) -> tuple[MailEntry, ...]:
        """Return the mails that were settled for `case`, in the order they came."""
        return self._entries(questions.OF_CASE, case=case)

    def latest(self, limit: int) -> tuple[MailEntry, ...]:
        """Return the mails that came last, the newest first, whatever became of them."""
        return self._entries(questions.LATEST, limit=limit)

    def unfiled(self, limit: int = 100) -> tuple[MailEntry, ...]:
        """Return mails that have ended and still lie in the mailbox's inbox."""
        return self._entries(questions.UNFILED, limit=limit)

    def filed(self, mail: int, at: datetime, handle: str = "") -> None:
        """Note that the mailbox has moved the mail to its shelf, where it is known by `handle`, if told."""
        if handle:
            sql.change(self._session, InboxRow, {"id": mail}, filed_at=at, handle=canonical.column(handle))
        else:
            sql.change(self._session, InboxRow, {"id": mail}, filed_at=at)

    def oldest_waiting(self) -> datetime | None:
        """Return when the oldest mail came that is not settled yet; None when all are."""
        waiting = col(InboxRow.state).in_((MailState.RECEIVED.value, MailState.READ.value))
        return self._session.exec(select(func.min(col(InboxRow.received_at))).where(waiting)).one()

    def counts(self) -> Mapping[MailState, int]:
        """Return how many mails are in each state."""
        rows = self._session.exec(select(InboxRow.state, func.count()).group_by(col(InboxRow.state)))
        found = {MailState(state): number for state, number in rows}
        return {state: found.get(state, 0) for state in MailState}

    def _in_state(self, states: tuple[MailState, ...], limit: int) -> tuple[MailEntry, ...]:
        return self._entries(questions.in_states(states), limit=limit)

    def _entries(self, question: Select[Any], **given: object) -> tuple[MailEntry, ...]:
        return tuple(entry_of(row) for row in sql.ask(self._session, question, **given))

    def _move(self, mail: int, states: tuple[str, ...], /, **changes: object) -> None:
        if sql.change(self._session, InboxRow, {"id": mail, "state": states}, **changes) != 1:
            raise Conflict(f"mail {mail} is not {' or '.join(states)} (any more)")
