"""The schema on both databases, and how it comes about."""

import subprocess
import sys
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from agent.domain.errors import WillNotWork
from store.engine import connect
from store.migrate import migrate, newest, present, scripts, upgrade
from store.tables import Stored
from store.unit import Unit


def test_tables_and_migrations_agree(engine: Engine) -> None:
    """What the code speaks of is what a migrated database has."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Stored.metadata) == []


def test_the_newest_revision_is_the_last_script() -> None:
    """The number that spares us loading Alembic at every start is the right one."""
    config = Config()
    config.set_main_option("script_location", str(scripts()))
    assert ScriptDirectory.from_config(config).get_current_head() == newest()


def test_starting_does_not_load_alembic() -> None:
    """A store of the present schema is opened without the half second that Alembic takes to load."""
    program = "import store.migrate, store.unit, sys; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_an_empty_database_becomes_a_store(database_url: str) -> None:
    """Migrating is from nothing or from any revision to the present one, and twice is once."""
    engine = connect(database_url)
    assert present(engine) is None
    migrate(engine)
    assert present(engine) == newest()
    with Unit(engine) as unit:
        secret = unit.settings.secret()
    migrate(engine)
    with Unit(engine) as unit:
        assert unit.settings.get("secret") == secret.hex()
    engine.dispose()


def test_a_store_of_the_first_schema_keeps_everything(database_url: str) -> None:
    """What an earlier version wrote is there after the upgrade; sheets of that time have no copies."""
    engine = connect(database_url)
    with engine.begin() as connection:
        upgrade(connection, "0001")
        row = "'K7', 'FC1', 'XT-2026-0001', 'request', 'request', 3, 'zh', 'first', '2026-03-02 01:00:00'"
        connection.execute(text(f"INSERT INTO sheets VALUES ({row})"))  # noqa: S608 - our own words
    assert present(engine) == "0001"

    migrate(engine)

    assert present(engine) == newest()
    with Unit(engine, reading=True) as unit:
        found = unit.sheets.by_code("K7")
        assert found is not None
        assert found.sheet.case == "XT-2026-0001"
        assert unit.sheets.copies("K7") == ()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Stored.metadata) == []
    engine.dispose()


def test_two_that_start_together_migrate_once(database_url: str) -> None:
    """The second waits for the first and finds the work done."""
    engine = connect(database_url)
    failures: list[BaseException] = []

    def start() -> None:
        try:
            migrate(engine)
        except BaseException as error:  # noqa: BLE001 - shown below, whatever it was
            failures.append(error)

    threads = [Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert present(engine) == newest()
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO timers VALUES ('XT-0', 'k', '2026-01-01', 'remind', '', NULL)",
        "INSERT INTO readings VALUES (7, 0, 'd', '{}')",
        "INSERT INTO copies VALUES ('no such sheet', 'w', '', '', '2026-01-01')",
        "INSERT INTO seals VALUES ('k', 'c', '{}', 'lost', '2026-01-01', 0, '2026-01-01', '')",
    ],
    ids=["timer of no case", "reading of no mail", "copy of no sheet", "unknown state"],
)
def test_the_database_itself_refuses_nonsense(engine: Engine, statement: str) -> None:
    """Foreign keys and states hold whoever writes."""
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_other_databases_are_refused(url: str) -> None:
    """A store without a file would forget everything; others were never tried."""
    with pytest.raises(WillNotWork):
        connect(url)
