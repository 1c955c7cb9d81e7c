"""Files that were removed by the rule of retention leave a tombstone."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "tombstones",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_tombstones_case_cases")),
        sa.PrimaryKeyConstraint("case", "digest", name=op.f("pk_tombstones")),
    )
    op.create_index(op.f("ix_tombstones_digest"), "tombstones", ["digest"])
