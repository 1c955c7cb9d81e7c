"""A consistent copy of a store while it runs, in one zip, and the way back.

The rows are written as JSON lines, table by table, as one reading unit sees them; so the copy of a SQLite
store can be restored into PostgreSQL and the other way round.  Blobs are copied after the rows: they are
durable before a row refers to them, so every one that a row speaks of is there, save those that the rule of
retention removes meanwhile: then the copy is begun anew, for their tombstones belong into it.

    manifest.json            schema revision, head of the journal, and for each table rows and SHA-256
    tables/<table>.jsonl     one row a line, in the order of the primary key
    blobs/<sha256>           the bytes
"""

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from cattrs import Converter
from sqlalchemy import Connection, Engine, Table, delete, func, insert, literal, select
from sqlmodel.sql.sqltypes import UTCDateTime

from agent.domain.errors import TryLater, WillNotWork
from store import canonical, references
from store.blobs import Blobs
from store.migrate import NEWEST, migrate, present, revisions, upgrade
from store.settings import RESTORED
from store.tables import Stored
from store.unit import Unit

_MANIFEST = "manifest.json"
_FORMAT = "formclerk-backup/1"
_BATCH = 500
_CHUNK = 1 << 20
_TRIES = 5
"""A removal that goes on for longer than so many copies is no removal by rule."""
_PLAIN = Converter(detailed_validation=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """What a backup holds."""

    rows: int
    blobs: int
    head: str
    """The end of the journal in it: `verify` takes it."""
    damaged: tuple[str, ...] = ()
    """Blobs that could not be copied: missing bytes must not keep the rest from being saved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lines:
    rows: int
    sha256: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    format: str
    revision: str
    head: str
    tables: dict[str, _Lines]
    blobs: int


def backup(engine: Engine, blobs: Blobs, file: Path) -> BackedUp:
    """Write a consistent copy of the store to `file`; a copy that was there is replaced at the end.

    Raises:
        TryLater: the disk is full or fails; `file` is as it was.
    """
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        draft = Path(name)
        try:
            with os.fdopen(handle, "wb") as target:
                done = _write_whole(engine, blobs, target)
                target.flush()
                os.fsync(target.fileno())
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise TryLater(f"{file} cannot be written: {error.strerror}") from error
    return done


def restore(file: Path, engine: Engine, blobs: Blobs) -> BackedUp:
    """Fill an empty database and a folder of blobs from a backup; all rows or none.

    Raises:
        WillNotWork: `file` is no backup of ours or was changed, was written by a later version than this
            one, or the database is not empty.
    """
    try:
        with ZipFile(file) as archive:
            manifest = _manifest(archive)
            _check_rows(archive, manifest)
            restored = _restore_blobs(archive, blobs)
            _begin_as(engine, manifest.revision)
            with engine.begin() as connection:
                rows = _restore_rows(archive, manifest, connection)
            migrate(engine)
            with Unit(engine) as unit:
                unit.settings.set(RESTORED, "")
                unit.commit()
    except (BadZipFile, KeyError, TypeError, ValueError) as error:
        raise WillNotWork(f"{file} is no backup of formclerk, or was damaged: {error}") from error
    return BackedUp(rows=rows, blobs=restored, head=manifest.head)


def _write_whole(engine: Engine, blobs: Blobs, target: IO[bytes]) -> BackedUp:
    """Write the copy; anew when files went by the rule of retention meanwhile: its rows must say so."""
    left = _TRIES
    while True:
        target.seek(0)
        target.truncate()
        with ZipFile(target, "w", ZIP_DEFLATED) as archive:
            done = _write(engine, blobs, archive)
        left -= 1
        if not (left and any(_was_removed(engine, blobs, name) for name in done.damaged)):
            return done


def _write(engine: Engine, blobs: Blobs, archive: ZipFile) -> BackedUp:
    tables: dict[str, _Lines] = {}
    with Unit(engine, reading=True) as unit:
        connection = unit.session.connection()
        for table in Stored.metadata.sorted_tables:
            tables[table.name] = _write_table(connection, table, archive)
        head = str(unit.journal.head())
    kept, damaged = 0, list[str]()
    for name in blobs.names():
        try:
            archive.writestr(f"blobs/{name}", blobs.get(name))
            kept += 1
        except WillNotWork:
            damaged.append(name)
    manifest = _Manifest(format=_FORMAT, revision=NEWEST, head=head, tables=tables, blobs=kept)
    archive.writestr(_MANIFEST, canonical.to_text(asdict(manifest)))
    rows = sum(each.rows for each in tables.values())
    return BackedUp(rows=rows, blobs=kept, head=head, damaged=tuple(damaged))


def _was_removed(engine: Engine, blobs: Blobs, name: str) -> bool:
    """Say whether a blob that was listed a moment ago went by the rule of retention, and may be missing."""
    if blobs.has(name):
        return False
    with Unit(engine, reading=True) as unit:
        return name in unit.tombstones.all() or name not in references.owned(unit.session)


def _manifest(archive: ZipFile) -> _Manifest:
    manifest = _PLAIN.structure(json.loads(archive.read(_MANIFEST)), _Manifest)
    if manifest.format != _FORMAT:
        raise WillNotWork(f"it is a {manifest.format}")
    if manifest.revision not in revisions():
        raise WillNotWork(
            f"it has the schema {manifest.revision}, this version speaks {NEWEST}: "
            "restore it with the version that wrote it, or a later one"
        )
    return manifest


def _begin_as(engine: Engine, revision: str) -> None:
    """Give an empty database the schema that the rows were written in; they are migrated with it."""
    if revision == NEWEST:
        migrate(engine)
    elif present(engine) is None:
        with engine.begin() as connection:
            upgrade(connection, revision)
    elif present(engine) != revision:
        raise WillNotWork(
            f"the backup has the schema {revision}, the database has {present(engine)} already: "
            "name a database in the configuration that does not exist yet"
        )


def _tables(manifest: _Manifest) -> tuple[Table, ...]:
    """Return the tables of a backup, those first that others refer to."""
    return tuple(table for table in Stored.metadata.sorted_tables if table.name in manifest.tables)


def _write_table(connection: Connection, table: Table, archive: ZipFile) -> _Lines:
    rows, running = 0, sha256()
    statement = select(table).order_by(*table.primary_key)
    with archive.open(_place(table), "w") as lines:
        for row in connection.execution_options(yield_per=_BATCH).execute(statement):
            line = canonical.to_text([_plain(value) for value in row]).encode() + b"\n"
            running.update(line)
            lines.write(line)
            rows += 1
    columns = tuple(column.name for column in table.columns)
    return _Lines(rows=rows, sha256=running.hexdigest(), columns=columns)


def _place(table: Table) -> str:
    return f"tables/{table.name}.jsonl"


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _restore_blobs(archive: ZipFile, blobs: Blobs) -> int:
    names = [name for name in archive.namelist() if name.startswith("blobs/")]
    for name in names:
        if blobs.put(archive.read(name)) != name.removeprefix("blobs/"):
            raise WillNotWork(f"{name} was changed in the backup")
    return len(names)


def _check_rows(archive: ZipFile, manifest: _Manifest) -> None:
    for table in _tables(manifest):
        running = sha256()
        with archive.open(_place(table)) as lines:
            while part := lines.read(_CHUNK):
                running.update(part)
        if running.hexdigest() != manifest.tables[table.name].sha256:
            raise WillNotWork(f"table {table.name} was changed in the backup")


def _restore_rows(archive: ZipFile, manifest: _Manifest, connection: Connection) -> int:
    tables = _tables(manifest)
    _must_be_empty(connection, tables)
    for table in tables:
        with archive.open(_place(table)) as lines:
            while batch := list(islice(lines, _BATCH)):
                columns = manifest.tables[table.name].columns
                connection.execute(insert(table), [_row(table, columns, line) for line in batch])
        if connection.dialect.name == "postgresql":
            _advance_sequence(connection, table)
    return sum(each.rows for each in manifest.tables.values())


def _row(table: Table, columns: tuple[str, ...], line: bytes) -> dict[str, object]:
    row = dict(zip(columns, json.loads(line), strict=True))
    for name, value in row.items():
        if value is not None and isinstance(table.columns[name].type, UTCDateTime):
            row[name] = datetime.fromisoformat(value)
    return row


def _must_be_empty(connection: Connection, tables: tuple[Table, ...]) -> None:
    """Clear what a migration puts into a new store; refuse anything more."""
    connection.execute(delete(Stored.metadata.tables["settings"]))
    for table in tables:
        if connection.execute(select(literal(1)).select_from(table).limit(1)).first() is not None:
            raise WillNotWork(f"the database is not empty: there are {table.name}")


def _advance_sequence(connection: Connection, table: Table) -> None:
    """Let the next id follow the restored ones: PostgreSQL's counter does not see them."""
    key = table.autoincrement_column
    if key is not None:
        highest = select(func.max(key)).scalar_subquery()
        counter = func.pg_get_serial_sequence(table.name, key.name)
        connection.execute(select(func.setval(counter, func.coalesce(highest, 1), highest.is_not(None))))
