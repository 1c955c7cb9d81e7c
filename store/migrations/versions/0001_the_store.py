"""The store: cases, timers, inbox, outbox, journal and what belongs to them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_MOMENT = sa.DateTime(timezone=True)
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("initiator", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("began", _MOMENT, nullable=False),
        sa.Column("updated", _MOMENT, nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'suspended', 'closed', 'failed', 'withdrawn', 'cancelled')",
            name=op.f("ck_cases_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index(op.f("ix_cases_status"), "cases", ["status"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("twin", sa.Boolean(), nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("size", _BIG, nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("mail", sa.Text(), nullable=True),
        sa.Column("files", sa.Text(), nullable=True),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("case", sa.String(), nullable=True),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.Column("filed_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('received', 'read', 'done', 'review', 'quarantined', 'ignored')",
            name=op.f("ck_inbox_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("digest", name=op.f("uq_inbox_digest")),
    )
    op.create_index(op.f("ix_inbox_case"), "inbox", ["case"], unique=False)
    op.create_index(op.f("ix_inbox_message_id"), "inbox", ["message_id"], unique=False)
    op.create_index("ix_inbox_state_received_at", "inbox", ["state", "received_at", "id"], unique=False)
    op.create_index(
        "ix_inbox_unfiled",
        "inbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NOT NULL AND filed_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NOT NULL AND filed_at IS NULL"),
    )
    op.create_table(
        "journal",
        sa.Column("seq", _BIG, autoincrement=False, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("world", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("effects", sa.Text(), nullable=False),
        sa.Column("of_case", sa.String(), nullable=False),
        sa.Column("prev", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal")),
        sa.UniqueConstraint("case", "seq", name=op.f("uq_journal_case_seq")),
        sa.UniqueConstraint("cause", name=op.f("uq_journal_cause")),
    )
    op.create_table(
        "journal_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", _BIG, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_head")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=True),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due", _MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("sent_at", _MOMENT, nullable=True),
        sa.Column("rendered", sa.String(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("folded_into", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'unsure', 'failed', 'dropped', 'folded')",
            name=op.f("ck_outbox_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
    )
    op.create_index(op.f("ix_outbox_case"), "outbox", ["case"], unique=False)
    op.create_index("ix_outbox_state_due", "outbox", ["state", "due", "id"], unique=False)
    op.create_index(op.f("ix_outbox_folded_into"), "outbox", ["folded_into"], unique=False)
    op.create_table(
        "processes",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_processes")),
    )
    op.create_table(
        "seals",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due", _MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('pending', 'working', 'done', 'failed')", name=op.f("ck_seals_state")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_seals")),
    )
    op.create_index(op.f("ix_seals_case"), "seals", ["case"], unique=False)
    op.create_index(op.f("ix_seals_state"), "seals", ["state"], unique=False)
    op.create_table(
        "series",
        sa.Column("pattern", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("pattern", "year", name=op.f("pk_series")),
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_settings")),
    )
    op.create_table(
        "sheets",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_sheets")),
    )
    op.create_index(op.f("ix_sheets_case"), "sheets", ["case"], unique=False)
    op.create_table(
        "strikes",
        sa.Column("schedule", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("schedule", "period", name=op.f("pk_strikes")),
    )
    op.create_table(
        "worlds",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_worlds")),
    )
    op.create_table(
        "addressees",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("letter", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["letter"], ["outbox.id"], name=op.f("fk_addressees_letter_outbox")),
        sa.PrimaryKeyConstraint("address", "letter", name=op.f("pk_addressees")),
    )
    op.create_table(
        "readings",
        sa.Column("mail", _BIG, nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mail"], ["inbox.id"], name=op.f("fk_readings_mail_inbox")),
        sa.PrimaryKeyConstraint("mail", "part", name=op.f("pk_readings")),
    )
    op.create_table(
        "timers",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("due", _MOMENT, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("fired", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_timers_case_cases")),
        sa.PrimaryKeyConstraint("case", "key", name=op.f("pk_timers")),
    )
    op.create_index(
        "ix_timers_due_open",
        "timers",
        ["due"],
        unique=False,
        sqlite_where=sa.text("fired IS NULL"),
        postgresql_where=sa.text("fired IS NULL"),
    )
