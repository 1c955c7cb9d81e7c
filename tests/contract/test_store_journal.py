"""What the journal promises, on both databases: nothing is changed, taken out or cut off unseen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from agent.domain.case import CaseId
from agent.domain.errors import Conflict
from store import chain
from store.chain import Entry
from store.codec import EVENT
from store.unit import Unit
from tests.unit.store.builders import BECAUSE, CASE, NOON, a_keyword, a_send

OTHER = CaseId("XT-2026-0002")


def wrote(unit: Unit, cause: str, case: CaseId = CASE) -> Entry:
    """Journal one decision."""
    return unit.journal.append(
        at=NOON + timedelta(minutes=1),
        case=case,
        cause=cause,
        event=a_keyword(),
        because=BECAUSE,
        process="p" * 64,
        world="w" * 64,
        after="a" * 64,
        effects=(a_send(),),
    )


@pytest.fixture
def written(engine: Engine) -> Engine:
    """A store with five decisions about two cases."""
    with Unit(engine) as unit:
        for number, case in enumerate((CASE, OTHER, CASE, OTHER, CASE), start=1):
            wrote(unit, f"mail/{number}", case)
        unit.commit()
    return engine


def test_what_was_decided_can_be_read_again(written: Engine) -> None:
    """Replay gets the event, its cause and what came of it, in order, for a case and for all."""
    with Unit(written, reading=True) as unit:
        entries = unit.journal.of_case(CASE)
        assert [entry.cause for entry in entries] == ["mail/1", "mail/3", "mail/5"]
        assert EVENT.load(entries[0].event) == a_keyword()
        assert entries[0].effects == f'["{a_send().key}"]'
        assert [entry.seq for entry in unit.journal.every(after=2)] == [3, 4, 5]
        assert list(chain.check_case(entries, entries[-1].hash)) == []
        assert [found.code for found in chain.check_case(entries[:-1], entries[-1].hash)] == ["cut"]


def test_a_cause_is_decided_once(written: Engine) -> None:
    """The same mail, timer or command never leads to two decisions."""
    with Unit(written) as unit:
        assert unit.journal.knows("mail/1")
        with pytest.raises(Conflict):
            wrote(unit, "mail/1")


def test_an_untouched_journal_is_in_order(written: Engine) -> None:
    """A head that was kept stays good while the journal grows."""
    with Unit(written) as unit:
        head = str(unit.journal.head())
        assert unit.journal.check() == ()
        wrote(unit, "mail/6")
        assert unit.journal.check(head) == ()
        assert [found.code for found in unit.journal.check("nonsense")] == ["no-head"]


@pytest.mark.parametrize(
    ("deed", "codes"),
    [
        ("UPDATE journal SET because = '{}' WHERE seq = 2", {"edited"}),
        ("UPDATE journal SET at = '2026-01-01 00:00:00' WHERE seq = 2", {"edited"}),
        ("DELETE FROM journal WHERE seq = 2", {"deleted", "broken-case"}),
        ("DELETE FROM journal WHERE seq = 5", {"cut"}),
        ("UPDATE journal_head SET seq = 4", {"cut"}),
    ],
)
def test_deeds_are_seen(written: Engine, deed: str, codes: set[str]) -> None:
    """Whoever changes, removes or cuts something leaves a trace that the check finds."""
    with written.begin() as connection:
        connection.execute(text(deed))

    with Unit(written, reading=True) as unit:
        assert {found.code for found in unit.journal.check()} == codes


def rechained(engine: Engine, change: Callable[[Unit], None]) -> None:
    """Do what a careful forger does: cut the end, mend the head, write on."""
    with Unit(engine) as unit:
        session = unit.session
        session.connection().execute(text("DELETE FROM journal WHERE seq = 5"))
        session.connection().execute(
            text("UPDATE journal_head SET seq = 4, hash = (SELECT hash FROM journal WHERE seq = 4)")
        )
        change(unit)
        unit.commit()


@pytest.mark.parametrize(
    ("change", "code"),
    [(lambda _: None, "cut"), (lambda unit: wrote(unit, "mail/forged"), "other-head")],
    ids=["cut", "cut and written on"],
)
def test_only_a_head_kept_elsewhere_shows_a_mended_end(
    written: Engine, change: Callable[[Unit], None], code: str
) -> None:
    """A hash chain alone accepts a cut tail; the head in an archive or digest does not."""
    with Unit(written, reading=True) as unit:
        head = str(unit.journal.head())
    rechained(written, change)

    with Unit(written, reading=True) as unit:
        assert unit.journal.check() == ()
        assert [found.code for found in unit.journal.check(head)] == [code]
