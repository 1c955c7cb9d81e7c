"""Statements that were built before, said to SQLite past SQLAlchemy, which takes five times as long as it.

What a statement is, how it is spelt, and how its values are written and read is SQLAlchemy's word all the
same, asked for once per statement.  Statements whose spelling depends on their values are left to it, and so
is telling what went wrong.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import Select

_Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What the database answered."""

    rows: Sequence[Any]
    """Each with its columns by name and in order; empty when the statement asks for none."""
    count: int
    """How many rows were changed."""


class Spoken:
    """One statement as the driver takes it."""

    def __init__(self, compiled: SQLCompiler, dialect: Dialect, answers: Sequence[Any]) -> None:
        """Keep what `compiled` knows.

        Args:
            compiled: the statement.
            dialect: whose spelling it is.
            answers: the columns of its rows.
        """
        self.text = str(compiled)
        self._places = tuple(_place(compiled, name, dialect) for name in compiled.positiontup or ())
        read = (column.type.dialect_impl(dialect).result_processor(dialect, None) for column in answers)
        self._readers = tuple((at, process) for at, process in enumerate(read) if process is not None)
        self._row = _row(tuple(str(column.key) for column in answers))
        self._answers = bool(answers)

    def say(self, raw: sqlite3.Connection, given: Sequence[Mapping[str, Any]]) -> Said:
        """Say it once for each of `given`.

        Raises:
            sqlite3.Error: the database refuses.
        """
        rows: list[Any] = []
        count = 0
        cursor = raw.cursor()
        try:
            for values in given:
                cursor.execute(self.text, [place(values) for place in self._places])
                if self._answers:
                    rows += map(self._read if self._readers else self._row, cursor.fetchall())
                count += cursor.rowcount
        finally:
            cursor.close()
        return Said(rows, count)

    def _read(self, row: Sequence[Any]) -> Any:  # noqa: ANN401 - a row of this statement
        values = list(row)
        for at, read in self._readers:
            values[at] = read(values[at])
        return self._row(values)


@lru_cache(maxsize=1_000)
def spoken(statement: Select[Any] | UpdateBase, names: tuple[str, ...], dialect: Dialect) -> Spoken | None:
    """Return how a statement is said with values of those names; None when that depends on the values."""
    keys = list(names) if isinstance(statement, UpdateBase) and statement.is_insert else None
    compiled = statement.compile(dialect=dialect, column_keys=keys)
    if compiled.literal_execute_params or compiled.post_compile_params:
        return None
    return Spoken(compiled, dialect, list(statement.exported_columns))


def _row(names: tuple[str, ...]) -> Callable[[Sequence[Any]], Any]:
    kind: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc] # noqa: PYI024 - known only now
    make: Callable[[Sequence[Any]], Any] = kind._make
    return make


def _place(compiled: SQLCompiler, name: str, dialect: Dialect) -> Callable[[Mapping[str, Any]], Any]:
    """Return what finds the value for one place of a statement, as the driver takes it."""
    bound: BindParameter[Any] = compiled.binds[name]
    write = bound.type.dialect_impl(dialect).bind_processor(dialect)
    if not bound.required:
        fixed = write(bound.effective_value) if write is not None else bound.effective_value
        return lambda _: fixed
    key = bound.key
    if write is None:
        return lambda given: given[key]
    return lambda given: write(given[key])
