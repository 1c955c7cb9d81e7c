"""Sheets remember the files that went out: what a returned document is held against."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "copies",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("pdf", sa.String(), nullable=False),
        sa.Column("fixed", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["sheets.code"], name=op.f("fk_copies_code_sheets")),
        sa.PrimaryKeyConstraint("code", "word", "pdf", name=op.f("pk_copies")),
    )
