"""Rows, and nothing but rows.  Only this package ever sees them.

Words of other people (subjects, addresses, Message-IDs) are kept as plain columns only where a list or a
look-up needs them; the whole value lies beside them as canonical JSON (`store.codec`).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, MetaData, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from agent.domain.case import CaseStatus
from agent.domain.inbox import MailState

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraints have names that we chose, so that a later migration can find them in every database."""

_BIG: Any = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits on PostgreSQL; on SQLite only the word INTEGER makes a row id (and it has 64 bits anyway)."""

OUTBOX_STATES = ("pending", "sending", "sent", "unsure", "failed", "dropped", "folded")
SEAL_STATES = ("pending", "working", "done", "failed")


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


class Stored(SQLModel):
    """What every table shares: metadata of our own, with the names above."""

    metadata = MetaData(naming_convention=_NAMES)


class CaseRow(Stored, table=True):
    """One case as last decided; `version` counts the decisions.  The other columns are for lists."""

    __tablename__ = "cases"
    __table_args__ = (_one_of("status", tuple(s.value for s in CaseStatus)),)

    id: str = Field(primary_key=True)
    version: int
    body: str = Field(sa_type=Text)
    digest: str
    title: str
    status: str = Field(index=True)
    stage: str
    initiator: str
    process: str
    """Digest of the definition that it runs on."""
    began: datetime
    updated: datetime


class SeriesRow(Stored, table=True):
    """The last serial number drawn for a pattern of case numbers in a year."""

    __tablename__ = "series"

    pattern: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    last: int


class TimerRow(Stored, table=True):
    """One moment at which a case wants to be looked at; open until it has struck."""

    __tablename__ = "timers"
    __table_args__ = (
        Index(
            "ix_timers_due_open",
            "due",
            sqlite_where=text("fired IS NULL"),
            postgresql_where=text("fired IS NULL"),
        ),
    )

    case: str = Field(primary_key=True, foreign_key="cases.id")
    key: str = Field(primary_key=True)
    due: datetime
    kind: str
    subject: str
    fired: datetime | None = None


class InboxRow(Stored, table=True):
    """One mail: its raw bytes are the blob `digest`."""

    __tablename__ = "inbox"
    __table_args__ = (
        _one_of("state", tuple(s.value for s in MailState)),
        Index("ix_inbox_state_received_at", "state", "received_at", "id"),
        Index(
            "ix_inbox_unfiled",
            "id",
            sqlite_where=text("settled_at IS NOT NULL AND filed_at IS NULL"),
            postgresql_where=text("settled_at IS NOT NULL AND filed_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=_BIG)
    digest: str = Field(unique=True)
    message_id: str = Field(index=True)
    twin: bool
    """Another mail has the same Message-ID and different bytes."""
    received_at: datetime
    size: int = Field(sa_type=_BIG)
    handle: str
    state: str
    attempts: int
    sender: str
    subject: str
    mail: str | None = Field(default=None, sa_type=Text)
    files: str | None = Field(default=None, sa_type=Text)
    because: str | None = Field(default=None, sa_type=Text)
    case: str | None = Field(default=None, index=True)
    settled_at: datetime | None = None
    filed_at: datetime | None = None


class ReadingRow(Stored, table=True):
    """One document of a mail, read."""

    __tablename__ = "readings"

    mail: int = Field(primary_key=True, foreign_key="inbox.id", sa_type=_BIG)
    part: int = Field(primary_key=True)
    digest: str
    body: str = Field(sa_type=Text)


class OutboxRow(Stored, table=True):
    """A letter that was decided; `due` is when to look at it again."""

    __tablename__ = "outbox"
    __table_args__ = (
        _one_of("state", OUTBOX_STATES),
        Index("ix_outbox_state_due", "state", "due", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=_BIG)
    key: str = Field(unique=True)
    message_id: str = Field(unique=True)
    case: str | None = Field(default=None, index=True)
    item: str | None = None
    letter: str
    urgency: str
    body: str = Field(sa_type=Text)
    state: str
    due: datetime
    attempts: int
    added_at: datetime
    sent_at: datetime | None = None
    rendered: str | None = None
    """Digest of the blob with the bytes that leave."""
    why: str = Field(default="", sa_type=Text)
    folded_into: str | None = Field(default=None, index=True)


class AddresseeRow(Stored, table=True):
    """Who gets a letter, for counting what one person gets in a day."""

    __tablename__ = "addressees"

    address: str = Field(primary_key=True)
    letter: int = Field(primary_key=True, foreign_key="outbox.id", sa_type=_BIG)


class SealRow(Stored, table=True):
    """An archive that was asked for."""

    __tablename__ = "seals"
    __table_args__ = (_one_of("state", SEAL_STATES),)

    key: str = Field(primary_key=True)
    case: str = Field(index=True)
    body: str = Field(sa_type=Text)
    state: str = Field(index=True)
    due: datetime
    attempts: int
    added_at: datetime
    why: str = Field(default="", sa_type=Text)


class StrikeRow(Stored, table=True):
    """A period of a recurring schedule that has been struck: once, for ever."""

    __tablename__ = "strikes"

    schedule: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    at: datetime


class SheetRow(Stored, table=True):
    """One issued copy of a form, by the short code that is printed on it."""

    __tablename__ = "sheets"

    code: str = Field(primary_key=True)
    token: str
    case: str = Field(index=True)
    item: str
    form: str
    version: int
    language: str
    letter: str
    """Key of the letter that it went out with."""
    at: datetime


class CopyRow(Stored, table=True):
    """The files of a sheet as a letter carried them, by their digests; a reminder may carry others."""

    __tablename__ = "copies"

    code: str = Field(primary_key=True, foreign_key="sheets.code")
    word: str = Field(primary_key=True)
    pdf: str = Field(primary_key=True)
    """Empty when no PDF went out."""
    fixed: str
    """SHA-256 of the Word file's fixed text; empty when it could not be taken."""
    at: datetime


class EntryRow(Stored, table=True):
    """One decision, chained to the one before it (`store.chain`)."""

    __tablename__ = "journal"
    __table_args__ = (UniqueConstraint("case", "seq"),)

    seq: int = Field(primary_key=True, sa_type=_BIG, sa_column_kwargs={"autoincrement": False})
    at: datetime
    case: str
    cause: str = Field(unique=True)
    event: str = Field(sa_type=Text)
    because: str = Field(sa_type=Text)
    process: str
    world: str
    after: str
    """Digest of the case as decided."""
    effects: str = Field(sa_type=Text)
    of_case: str
    """Hash of the entry before this one of the same case."""
    prev: str
    hash: str


class HeadRow(Stored, table=True):
    """The end of the chain: one row, and whoever appends holds it."""

    __tablename__ = "journal_head"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seq: int = Field(sa_type=_BIG)
    hash: str


class WorldRow(Stored, table=True):
    """A world (directory and calendars) that something was decided in; immutable."""

    __tablename__ = "worlds"

    digest: str = Field(primary_key=True)
    body: str = Field(sa_type=Text)


class ProcessRow(Stored, table=True):
    """A definition that a case runs on; immutable."""

    __tablename__ = "processes"

    digest: str = Field(primary_key=True)
    id: str
    version: int
    body: str = Field(sa_type=Text)


class AbsenceRow(Stored, table=True):
    """An absence that an out-of-office reply told us of; `last` is null when it is not certain."""

    __tablename__ = "absences"

    mail: str = Field(primary_key=True)
    """Message-ID of the reply."""
    person: str = Field(index=True)
    first: str
    """Days as ISO 8601, which sort as days do."""
    last: str | None
    deputy: str | None
    words: str = Field(sa_type=Text)
    learned: datetime
    ended: datetime | None


class TombstoneRow(Stored, table=True):
    """A file of a case that was removed by the rule of retention: whoever misses it finds why."""

    __tablename__ = "tombstones"

    case: str = Field(primary_key=True, foreign_key="cases.id")
    digest: str = Field(primary_key=True, index=True)
    """SHA-256 of its bytes."""
    at: datetime


class SettingRow(Stored, table=True):
    """A small thing that the store remembers about itself."""

    __tablename__ = "settings"

    key: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)
