"""A copy of a running store, and the way back, on both databases and across them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine

from agent.domain.errors import TryLater, WillNotWork
from store.backup import backup, restore
from store.blobs import Blobs
from store.engine import connect
from store.migrate import NEWEST, migrate, present
from store.unit import Unit
from store.verify import verify
from tests.unit.store.builders import CASE, a_case
from tests.unit.store.life import a_life, opened


@pytest.fixture
def blobs(tmp_path: Path, engine: Engine) -> Blobs:
    """The blobs of a store with two cases in it."""
    blobs = Blobs(tmp_path / "blobs")
    for number in (1, 2):
        a_life(engine, blobs, number)
    return blobs


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Engine]:
    """A SQLite database without anything in it."""
    engine = connect(f"sqlite:///{tmp_path}/elsewhere/formclerk.db")
    yield engine
    engine.dispose()


def test_a_store_comes_back_whole(engine: Engine, blobs: Blobs, elsewhere: Engine, tmp_path: Path) -> None:
    """What is restored verifies against the head of the copy, keeps its secret, and goes on working."""
    done = backup(engine, blobs, tmp_path / "copy.zip")
    there = Blobs(tmp_path / "there")
    assert restore(tmp_path / "copy.zip", elsewhere, there) == done

    assert verify(elsewhere, there, done.head) == ()
    assert opened(elsewhere, CASE) == a_case()
    with Unit(engine) as one, Unit(elsewhere) as other:
        assert one.settings.secret() == other.settings.secret()
    a_life(elsewhere, there, 3)
    assert verify(elsewhere, there, done.head) == ()


def test_a_small_store_moves_into_postgresql(elsewhere: Engine, postgres_url: str, tmp_path: Path) -> None:
    """A company that has grown restores its SQLite copy into PostgreSQL and goes on."""
    migrate(elsewhere)
    blobs = Blobs(tmp_path / "blobs")
    a_life(elsewhere, blobs)
    done = backup(elsewhere, blobs, tmp_path / "copy.zip")
    grown = connect(postgres_url)
    restore(tmp_path / "copy.zip", grown, blobs)
    a_life(grown, blobs, 2)
    assert verify(grown, blobs, done.head) == ()
    grown.dispose()


def test_a_copy_is_of_one_moment(engine: Engine, blobs: Blobs, tmp_path: Path) -> None:
    """What is decided while the copy is written is wholly in it or not at all."""
    with Unit(engine) as unit:
        unit.cases.load(CASE)
        unit.cases.save(a_case(title="half"), at=a_case().began)
        done = backup(engine, blobs, tmp_path / "copy.zip")
        unit.commit()
    assert done.damaged == ()
    with ZipFile(tmp_path / "copy.zip") as copy:
        assert "half" not in copy.read("tables/cases.jsonl").decode()


def test_a_store_is_not_restored_over_another(engine: Engine, blobs: Blobs, tmp_path: Path) -> None:
    """Nothing that stands is overwritten or mixed."""
    backup(engine, blobs, tmp_path / "copy.zip")
    with pytest.raises(WillNotWork, match="not empty"):
        restore(tmp_path / "copy.zip", engine, blobs)
    assert verify(engine, blobs) == ()


@pytest.mark.parametrize("part", ["tables/cases.jsonl", "manifest.json", "blobs/"])
def test_a_changed_copy_is_refused(
    engine: Engine, blobs: Blobs, elsewhere: Engine, tmp_path: Path, part: str
) -> None:
    """A copy that was changed or damaged restores no row."""
    backup(engine, blobs, tmp_path / "copy.zip")
    with ZipFile(tmp_path / "copy.zip") as copy, ZipFile(tmp_path / "changed.zip", "w") as changed:
        for name in copy.namelist():
            content = copy.read(name)
            changed.writestr(name, content.replace(b"1", b"2") if name.startswith(part) else content)
    with pytest.raises(WillNotWork):
        restore(tmp_path / "changed.zip", elsewhere, Blobs(tmp_path / "there"))
    migrate(elsewhere)
    assert opened(elsewhere, CASE) is None


_LATER = ("absences", "copies", "tombstones")
"""The tables that the first schema did not have."""


def _rewritten(copy: Path, revision: str, *, without: tuple[str, ...] = ()) -> Path:
    """Return the copy as another version would have written it."""
    other = copy.with_name(f"{revision}.zip")
    with ZipFile(copy) as whole, ZipFile(other, "w") as written:
        manifest = json.loads(whole.read("manifest.json"))
        manifest["revision"] = revision
        for table in without:
            del manifest["tables"][table]
        written.writestr("manifest.json", json.dumps(manifest))
        for name in whole.namelist():
            if name not in {"manifest.json", *(f"tables/{table}.jsonl" for table in without)}:
                written.writestr(name, whole.read(name))
    return other


def test_a_copy_of_the_first_schema_is_restored_and_brought_up_to_date(
    engine: Engine, blobs: Blobs, elsewhere: Engine, tmp_path: Path
) -> None:
    """A backup outlives the version that wrote it."""
    done = backup(engine, blobs, tmp_path / "copy.zip")
    old = _rewritten(tmp_path / "copy.zip", "0001", without=_LATER)
    there = Blobs(tmp_path / "there")

    restore(old, elsewhere, there)

    assert present(elsewhere) == NEWEST
    assert verify(elsewhere, there, done.head) == ()
    assert opened(elsewhere, CASE) == a_case()


def test_a_copy_of_an_older_schema_wants_a_database_that_nobody_has_made(
    engine: Engine, blobs: Blobs, elsewhere: Engine, tmp_path: Path
) -> None:
    """There is no way back from a newer schema, even an empty one; the words say what to do."""
    backup(engine, blobs, tmp_path / "copy.zip")
    migrate(elsewhere)
    with pytest.raises(WillNotWork, match="does not exist yet"):
        restore(_rewritten(tmp_path / "copy.zip", "0001", without=_LATER), elsewhere, Blobs(tmp_path / "b"))


def test_a_copy_of_a_later_schema_is_refused(
    engine: Engine, blobs: Blobs, elsewhere: Engine, tmp_path: Path
) -> None:
    """Rows that a later version wrote are not guessed into these tables."""
    backup(engine, blobs, tmp_path / "copy.zip")
    with pytest.raises(WillNotWork, match="schema 9999"):
        restore(_rewritten(tmp_path / "copy.zip", "9999"), elsewhere, Blobs(tmp_path / "there"))


def test_a_missing_blob_does_not_keep_the_rest_from_being_saved(
    engine: Engine, blobs: Blobs, tmp_path: Path
) -> None:
    """The copy names what it could not take along."""
    name = next(blobs.names())
    blobs.path(name).write_bytes(b"changed")
    done = backup(engine, blobs, tmp_path / "copy.zip")
    assert done.damaged == (name,)
    assert done.blobs > 0


def test_a_copy_that_fails_leaves_the_last_one(engine: Engine, blobs: Blobs, tmp_path: Path) -> None:
    """The place of the copy is written at the very end, or not at all."""
    backup(engine, blobs, tmp_path / "copy.zip")
    copyfile(tmp_path / "copy.zip", tmp_path / "kept.zip")
    with pytest.raises(TryLater):
        backup(engine, blobs, tmp_path / "no-such-folder" / "copy.zip")
    assert (tmp_path / "copy.zip").read_bytes() == (tmp_path / "kept.zip").read_bytes()
    assert not list(tmp_path.glob(".copy.zip.*"))


class Retiring(Blobs):
    """Blobs of which one goes while the others are copied."""

    def __init__(self, root: Path, engine: Engine, *, noted: bool) -> None:
        super().__init__(root)
        self.engine, self.noted, self.gone = engine, noted, ""

    def get(self, digest: str) -> bytes:
        """See `Blobs`."""
        if not self.gone:
            self.gone = digest
            if self.noted:
                with Unit(self.engine) as unit:
                    unit.tombstones.put(CASE, [digest], datetime(2036, 1, 1, tzinfo=UTC))
                    unit.commit()
            self.remove(digest)
        return super().get(digest)


@pytest.mark.parametrize("noted", [True, False])
def test_a_file_that_retention_removes_meanwhile_is_no_damage(
    engine: Engine, blobs: Blobs, elsewhere: Engine, tmp_path: Path, *, noted: bool
) -> None:
    """The copy says that it went; a file that goes without a tombstone is damage."""
    going = Retiring(blobs.root, engine, noted=noted)
    done = backup(engine, going, tmp_path / "copy.zip")
    assert done.damaged == (() if noted else (going.gone,))
    assert done.blobs == len(list(blobs.names()))
    restore(tmp_path / "copy.zip", elsewhere, Blobs(tmp_path / "again"))
    with Unit(elsewhere, reading=True) as unit:
        assert set(unit.tombstones.all()) == ({going.gone} if noted else set())
