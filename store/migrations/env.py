"""How Alembic runs our migrations: on the connection it is handed, inside its transaction."""

import sqlmodel  # noqa: F401 - the types of generated migrations
from alembic import context

from store.tables import Stored

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Stored.metadata,
    render_as_batch=True,
    transactional_ddl=True,  # SQLite can do it, when the driver does not begin transactions of its own
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
