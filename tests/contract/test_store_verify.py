"""What `verify` finds, on both databases: nothing in a store that we wrote, everything that is amiss."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from agent.domain.effects import Seal
from store.blobs import Blobs
from store.unit import Unit
from store.verify import verify
from tests.unit.store.builders import CASE, NOON, a_case
from tests.unit.store.life import a_life


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    """An empty folder of blobs."""
    return Blobs(tmp_path / "blobs")


@pytest.fixture(autouse=True)
def names(engine: Engine, blobs: Blobs) -> Mapping[str, str]:
    """The digests of what one short life has left in the store."""
    return a_life(engine, blobs)


def test_a_store_that_we_wrote_is_in_order(engine: Engine, blobs: Blobs) -> None:
    """What one decision writes together agrees."""
    with Unit(engine, reading=True) as unit:
        head = str(unit.journal.head())
    assert verify(engine, blobs, head) == ()


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("UPDATE cases SET title = 'x'", "projection"),
        ("UPDATE cases SET digest = 'x'", "projection"),
        ("UPDATE cases SET status = 'closed'", "projection"),
        ("DELETE FROM timers", "timers"),
        ("UPDATE timers SET fired = due", "no-clock"),
        ("UPDATE timers SET due = '2026-01-01 00:00:00'", "timers"),
        ("DELETE FROM processes", "no-process"),
        ("DELETE FROM worlds", "no-world"),
        ("UPDATE worlds SET body = '{}'", "edited"),
        ("DELETE FROM addressees; DELETE FROM outbox", "no-effect"),
        ("DELETE FROM addressees; DELETE FROM outbox", "no-letter"),
        ("UPDATE outbox SET sent_at = NULL", "unsent"),
        ("UPDATE outbox SET \"case\" = 'other'", "projection"),
        ("UPDATE outbox SET folded_into = 'nothing'", "unfolded"),
        ("UPDATE inbox SET because = NULL", "unreasoned"),
        ("UPDATE inbox SET state = 'read', settled_at = NULL, because = NULL, mail = NULL", "unread"),
        ("UPDATE inbox SET state = 'read', settled_at = NULL, because = NULL", "filed"),
        ("UPDATE journal SET cause = 'x' WHERE seq = 1", "edited"),
        ("DELETE FROM timers; DELETE FROM tombstones; DELETE FROM cases", "no-case"),
        ("DELETE FROM journal; DELETE FROM journal_head", "undecided"),
        ("DELETE FROM readings; DELETE FROM inbox", "no-mail"),
        ("UPDATE inbox SET sender = 'x@example.com'", "projection"),
        ("UPDATE inbox SET subject = 'x'", "projection"),
        ("UPDATE outbox SET letter = 'help'", "projection"),
        ("UPDATE outbox SET urgency = 'notice'", "projection"),
        ("UPDATE sheets SET item = 'confirm/研发部/9'", "projection"),
        ("UPDATE sheets SET token = 'x'", "projection"),
        ("UPDATE processes SET version = 9", "projection"),
        ("UPDATE cases SET body = '{}'", "illegible"),
        ("UPDATE readings SET body = 'x'", "illegible"),
        ("UPDATE outbox SET body = '[]'", "illegible"),
        ("UPDATE journal SET event = '{}'", "illegible"),
    ],
)
def test_what_is_amiss_is_found(engine: Engine, blobs: Blobs, deed: str, code: str) -> None:
    """Each disagreement between rows has a name, and is said in both languages."""
    with engine.begin() as connection:
        for statement in deed.split(";"):
            connection.execute(text(statement))

    found = verify(engine, blobs)
    assert code in {each.code for each in found}
    assert all(each.say.zh and each.say.en and each.where for each in found)


def test_an_undecided_change_is_found(engine: Engine, blobs: Blobs) -> None:
    """Whoever rewrites a case with all its columns still has the journal against him."""
    with Unit(engine) as unit:
        unit.cases.load(CASE)
        unit.cases.save(a_case(title="changed"), at=NOON)
        unit.commit()
    assert [each.code for each in verify(engine, blobs)] == ["undecided"]


@pytest.mark.parametrize(
    "name", ["raw mail", "attachment", "letter", "picture", "crop", "Word file as sent", "PDF as sent"]
)
def test_missing_and_changed_blobs_are_found(
    engine: Engine, blobs: Blobs, names: Mapping[str, str], name: str
) -> None:
    """Every file that a row speaks of must be there, byte for byte."""
    path = blobs.path(names[name])
    path.write_bytes(b"changed")
    assert {each.code for each in verify(engine, blobs)} == {"blob"}
    path.unlink()
    assert {each.code for each in verify(engine, blobs)} == {"blob"}


def test_a_seal_that_was_given_to_another_case_is_found(engine: Engine, blobs: Blobs) -> None:
    """Its body says whose archive it asked for."""
    with Unit(engine) as unit:
        unit.seals.add(Seal(key=f"{CASE}/seal", case=CASE, retention="10y"), NOON)
        unit.commit()
    assert verify(engine, blobs) == ()
    with engine.begin() as connection:
        connection.execute(text("UPDATE seals SET \"case\" = 'other'"))
    assert [each.code for each in verify(engine, blobs)] == ["projection"]


def test_a_file_that_only_a_forged_tombstone_excuses_is_missed(
    engine: Engine, blobs: Blobs, names: Mapping[str, str]
) -> None:
    """Removals are journalled: a tombstone of which the journal knows nothing is no excuse."""
    with Unit(engine) as unit:
        unit.tombstones.put(CASE, (names["letter"],), NOON)
        unit.commit()
    blobs.path(names["letter"]).unlink()
    assert "no-removal" in {each.code for each in verify(engine, blobs)}
