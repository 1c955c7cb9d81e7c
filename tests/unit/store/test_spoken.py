"""What is said to SQLite past SQLAlchemy is what SQLAlchemy would have said, and goes wrong in its words."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError, OperationalError

from agent.domain.inbox import MailState
from agent.domain.mail import MessageId
from agent.domain.words import Words
from store import inbox_questions as questions
from store import sql
from store.engine import connect
from store.migrate import migrate
from store.session import Session
from store.tables import InboxRow, ReadingRow
from store.unit import Unit
from tests.unit.store.builders import NOON


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A store with one mail that has been settled."""
    engine = connect(f"sqlite:///{tmp_path}/formclerk.db")
    migrate(engine)
    with Unit(engine) as unit:
        entry = unit.inbox.take_in(
            digest="d", message_id=MessageId("<a@b>"), received_at=NOON, size=7, handle="1/1"
        )
        assert entry is not None
        unit.inbox.settle(entry.id, MailState.REVIEW, Words.same("why"), at=NOON)
        unit.commit()
    yield engine
    engine.dispose()


def test_a_row_is_the_one_that_sqlalchemy_reads(engine: Engine) -> None:
    """Moments with their zone, truth values and what is missing: each column by its name and in its place."""
    with closing(Session(engine, reading=True)) as session:
        (ours,) = session.say(questions.OF_DIGEST, {"digest": "d"}).rows
        (theirs,) = session.connection().execute(questions.OF_DIGEST, {"digest": "d"}).all()
    assert ours._asdict() == dict(theirs._mapping)
    assert (ours.received_at, ours.twin, ours.case) == (NOON, False, None)


def test_an_error_is_told_as_whoever_listens_knows_it(engine: Engine) -> None:
    """The units tell a database that is away from a mistake of ours by these errors."""
    heard: list[object] = []
    event.listen(engine, "handle_error", heard.append)
    with closing(Session(engine)) as session:
        sql.insert(session, ReadingRow, {"mail": 1, "part": 0, "digest": "d", "body": "{}"})
        with pytest.raises(IntegrityError, match="UNIQUE"):
            sql.insert(session, ReadingRow, {"mail": 1, "part": 0, "digest": "d", "body": "{}"})
        assert sql.change(session, InboxRow, {"id": 1}, sender="li@example.com") == 1
    assert len(heard) == 1


def test_a_transaction_that_the_database_has_ended_is_not_gone_on_with(engine: Engine) -> None:
    """Whatever is said after that would be true at once, and without what was said before it."""
    with closing(Session(engine)) as session:
        sql.change(session, InboxRow, {"id": 1}, sender="li@example.com")
        session.connection().connection.cursor().execute("ROLLBACK")
        session.connection().connection.cursor().execute("PRAGMA query_only = ON")
        with pytest.raises(OperationalError, match="readonly"):
            sql.change(session, InboxRow, {"id": 1}, subject="lost")


def test_a_unit_that_reads_says_nothing_but_questions(engine: Engine) -> None:
    """The connection is the one that others write with afterwards."""
    with pytest.raises(OperationalError, match="readonly"), Unit(engine, reading=True) as unit:
        unit.settings.set("a", "b")
    with Unit(engine) as unit:
        unit.settings.set("a", "b")
        unit.commit()
    with Unit(engine, reading=True) as unit:
        assert unit.settings.get("a") == "b"
