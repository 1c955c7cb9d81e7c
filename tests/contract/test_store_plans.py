"""The questions that are asked every few seconds use their indexes, on both databases."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, event

from agent.domain.mail import MessageId
from store.unit import Unit
from tests.unit.store.builders import CASE, LI_NA, NOON

QUESTIONS: dict[str, Callable[[Unit], object]] = {
    "ix_timers_due_open": lambda unit: unit.timers.due(NOON),
    "ix_timers_due_open again": lambda unit: unit.timers.next_due(),
    "ix_outbox_state_due": lambda unit: unit.outbox.due(NOON),
    "ix_outbox_state_due again": lambda unit: unit.outbox.next_due(),
    "uq_outbox_message_id": lambda unit: unit.outbox.thread([MessageId("<a@b>")]),
    "pk_addressees": lambda unit: unit.outbox.sent_today(LI_NA, NOON),
    "ix_outbox_case": lambda unit: unit.outbox.of_case(CASE),
    "ix_inbox_state_received_at": lambda unit: unit.inbox.next_received(),
    "ix_inbox_unfiled": lambda unit: unit.inbox.unfiled(),
    "ix_inbox_message_id": lambda unit: unit.inbox.find(MessageId("<a@b>")),
    "uq_journal_case_seq": lambda unit: unit.journal.of_case(CASE),
    "uq_journal_cause": lambda unit: unit.journal.knows("mail/1"),
}


@pytest.mark.parametrize("index", QUESTIONS)
def test_a_frequent_question_uses_its_index(engine: Engine, index: str) -> None:
    """The answer takes as long with a million rows as with ten: no table is read from end to end."""
    asked: list[tuple[str, Any]] = []

    def listen(*args: Any) -> None:  # noqa: ANN401 - what SQLAlchemy hands over
        asked.append((args[2], args[3]))

    event.listen(engine, "before_cursor_execute", listen)
    with Unit(engine, reading=True) as unit:
        QUESTIONS[index](unit)
    event.remove(engine, "before_cursor_execute", listen)
    (statement, parameters) = next((said, given) for said, given in asked if said.startswith("SELECT"))
    name = index.removesuffix(" again")
    if engine.dialect.name == "sqlite" and name.startswith(("uq_", "pk_")):
        name = f"sqlite_autoindex_{name.split('_')[1]}"  # SQLite forgets the names of constraints
    assert name in plan(engine, statement, parameters)


def plan(engine: Engine, statement: str, parameters: Any) -> str:  # noqa: ANN401 - as the driver takes them
    """Return how the database would answer, in its own words."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # the tables are empty
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
            return str(connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).all())
        return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all())
