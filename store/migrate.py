"""Bring a database to the present schema, from nothing or from any earlier one."""

from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

import store.migrations
from store.session import Session
from store.unit import Unit

NEWEST = "0004"
"""The revision that this code speaks; known without loading Alembic, which takes a while."""

_LOCK = 0x666F726D
"""The advisory lock that migrations take on PostgreSQL ("form")."""


def migrate(engine: Engine) -> None:
    """Bring the database to the present schema, in one transaction, and draw the store's secret."""
    if present(engine) != NEWEST:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            upgrade(connection, NEWEST)
    with Unit(engine) as unit:
        unit.settings.secret()
        unit.commit()


def present(engine: Engine) -> str | None:
    """Return the revision of the database, None when it is empty."""
    with closing(Session(engine, reading=True)) as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            return None
        found = session.connection().execute(text("SELECT version_num FROM alembic_version"))
        revision: str | None = found.scalar()
        return revision


def newest() -> str:
    """Return the revision that this code speaks."""
    return NEWEST


def revisions() -> frozenset[str]:
    """Return every revision that this code can begin with and bring to the present one."""
    return frozenset(script.name.partition("_")[0] for script in (scripts() / "versions").glob("[0-9]*.py"))


def scripts() -> Path:
    """Return the folder of the migrations, in the checkout or in an installed wheel."""
    return Path(store.migrations.__file__).parent


def upgrade(connection: Connection, revision: str) -> None:
    """Bring the database up to `revision`, within the transaction that `connection` is in."""
    from alembic import command  # noqa: PLC0415 - loading it takes longer than everything else here
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
