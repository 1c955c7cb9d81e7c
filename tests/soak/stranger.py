"""A stranger with a database tool: reads the store, wherever it is kept, and cannot change it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from typing import Any, TypeAlias

import psycopg

Ask: TypeAlias = Callable[..., list[tuple[Any, ...]]]
"""Returns the rows that answer a question; `?` stands for what is given with it."""

_PATIENCE = 3


@contextmanager
def looking(address: str) -> Iterator[Ask]:
    """Look at a store for the length of the block: the path of a SQLite file, or `postgresql://…`.

    PostgreSQL shows all answers of one moment; the file is looked at when nobody writes.
    """
    if address.startswith("postgresql"):
        with _connected(address) as server:
            server.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            server.read_only = True
            yield lambda question, *given: [
                tuple(map(_plain, row)) for row in server.execute(question.replace("?", "%s"), given)
            ]
        return
    with closing(sqlite3.connect(f"file:{address}?mode=ro", uri=True)) as file:
        yield lambda question, *given: file.execute(question, given).fetchall()


def _connected(address: str) -> psycopg.Connection[Any]:
    """Connect; a server that has just been started again may be slow to let somebody in."""
    for _ in range(_PATIENCE):
        with suppress(psycopg.OperationalError):
            return psycopg.connect(address)
    return psycopg.connect(address)


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    return value.isoformat() if isinstance(value, datetime) else value
