"""What the store promises, asked of SQLite and of PostgreSQL."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import Engine, text

from agent.domain.case import CaseId, CaseStatus
from agent.domain.errors import Conflict, WillNotWork
from agent.domain.inbox import MailState
from agent.domain.mail import Address, MessageId
from store.mail_entries import MailEntry
from store.unit import Unit
from tests.unit.store.builders import (
    BECAUSE,
    CASE,
    HOSTILE_NAMES,
    NOON,
    WORLD,
    a_case,
    a_large_case,
    a_mail,
    a_reading,
    a_send,
    a_timer,
)


def opened(engine: Engine) -> None:
    """Put the plain case into the store."""
    with Unit(engine) as unit:
        unit.cases.open(a_case(), at=NOON)
        unit.commit()


def test_a_case_comes_back_as_it_was_decided(engine: Engine) -> None:
    """Whatever a decision made of a case, the next decision starts from exactly that."""
    opened(engine)
    with Unit(engine) as unit:
        unit.cases.load(CASE)
        unit.cases.save(a_large_case(), at=NOON)
        unit.commit()

    with Unit(engine) as unit:
        assert unit.cases.load(CASE) == a_large_case()
        assert unit.cases.load(CaseId("XT-2026-0002")) is None


def test_no_commit_no_trace(engine: Engine) -> None:
    """An error between save and commit leaves the old case, its timers and no letter."""
    opened(engine)
    with Unit(engine) as unit:
        unit.cases.load(CASE)
        unit.cases.save(a_case(title="changed", timers=()), at=NOON)
        unit.outbox.add(a_send(), message_id=MessageId("<a@b>"), at=NOON)

    with Unit(engine) as unit:
        assert unit.cases.load(CASE) == a_case()
        assert unit.timers.of_case(CASE) == (a_timer(),)
        assert unit.outbox.due(NOON) == ()


def test_timers_follow_the_case(engine: Engine) -> None:
    """The table of timers says what the case says: what it dropped is gone, what it moved has moved."""
    with Unit(engine) as unit:
        unit.cases.open(a_case(timers=(a_timer("a"), a_timer("b"), a_timer("c"))), at=NOON)
        unit.commit()
    wanted = (a_timer("b"), a_timer("c", minutes=5), a_timer("d", minutes=9))
    with Unit(engine) as unit:
        unit.cases.load(CASE)
        unit.cases.save(a_case(timers=wanted), at=NOON)
        unit.commit()

    with Unit(engine) as unit:
        assert unit.timers.of_case(CASE) == wanted
        assert unit.timers.due(NOON + timedelta(minutes=5)) == ((CASE, wanted[0]), (CASE, wanted[1]))
        assert unit.timers.next_due() == NOON


def test_a_timer_strikes_once(engine: Engine) -> None:
    """A moment is decided once, even when its case goes on wanting the same moment."""
    opened(engine)
    for expected in (True, False):
        with Unit(engine) as unit:
            unit.cases.load(CASE)
            assert unit.timers.strike(CASE, a_timer(), at=NOON) is expected
            unit.cases.save(a_case(), at=NOON)
            unit.commit()
    later = a_timer(minutes=60)
    with Unit(engine) as unit:
        assert unit.timers.due(NOON) == ()
        unit.cases.load(CASE)
        unit.cases.save(a_case(timers=(later,)), at=NOON)

        assert unit.timers.next_due() == later.due


def test_a_decision_on_an_old_version_is_refused(engine: Engine) -> None:
    """Nobody overwrites a decision that they have not seen, nor opens a number that is taken."""
    opened(engine)
    with Unit(engine) as unit:
        unit.cases.load(CASE)
        unit.session.connection().execute(text("UPDATE cases SET version = version + 1"))
        with pytest.raises(Conflict):
            unit.cases.save(a_case(), at=NOON)
        with pytest.raises(Conflict):
            unit.cases.open(a_case(), at=NOON)
        with pytest.raises(KeyError):
            unit.cases.save(a_case("XT-2026-0002"), at=NOON)


def test_numbers_have_no_gaps(engine: Engine) -> None:
    """A number that was drawn in vain is drawn again; each year and pattern counts for itself."""
    with Unit(engine) as unit:
        assert unit.cases.draw_number("XT-{year}-{serial:04}", 2026) == "XT-2026-0001"
    with Unit(engine) as unit:
        assert unit.cases.draw_number("XT-{year}-{serial:04}", 2026) == "XT-2026-0001"
        assert unit.cases.draw_number("XT-{year}-{serial:04}", 2026) == "XT-2026-0002"
        assert unit.cases.draw_number("XT-{year}-{serial:04}", 2027) == "XT-2027-0001"
        assert unit.cases.draw_number("C{serial}", 2026) == "C1"
        assert unit.cases.draw_number("C{serial}", 2027) == "C2"


def test_lists_show_cases_without_reading_them(engine: Engine) -> None:
    """A list has a line per case, of the statuses that were asked for."""
    opened(engine)
    with Unit(engine) as unit:
        unit.cases.open(a_case("XT-2026-0002", status=CaseStatus.CLOSED, title="旧"), at=NOON)
        unit.commit()

    with Unit(engine, reading=True) as unit:
        assert [line.title for line in unit.cases.list()] == ["新产品上市", "旧"]
        assert [line.id for line in unit.cases.list({CaseStatus.CLOSED})] == ["XT-2026-0002"]
        assert list(unit.cases.all_open()) == [a_case()]


def took(unit: Unit, content: bytes = b"raw", name: str = "<1@example.com>") -> MailEntry | None:
    """Take a mail in."""
    return unit.inbox.take_in(
        digest=sha256(content).hexdigest(),
        message_id=MessageId(name),
        received_at=NOON,
        size=len(content),
        handle="1.eml",
    )


def test_the_same_bytes_are_one_mail(engine: Engine) -> None:
    """A mail that the mailbox shows again, after a lost sync state, is known."""
    with Unit(engine) as unit:
        first = took(unit)
        assert first is not None
        assert took(unit) is None
        assert unit.inbox.counts()[MailState.RECEIVED] == 1
        assert not first.twin


def test_the_same_name_with_other_bytes_is_flagged(engine: Engine) -> None:
    """Somebody who re-uses a Message-ID goes to a person, and so does the mail that had it first."""
    with Unit(engine) as unit:
        took(unit, b"one")
        second = took(unit, b"two")

        assert second is not None
        assert second.twin
        assert [entry.twin for entry in unit.inbox.find(MessageId("<1@example.com>"))] == [True, True]


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
def test_a_hostile_message_id_keeps_no_mail_out(engine: Engine, name: str) -> None:
    """Every mail is taken in and found again, whatever its sender wrote into its headers."""
    with Unit(engine) as unit:
        entry = took(unit, name=name)
        assert entry is not None
        unit.inbox.read(entry.id, replace(a_mail(name), subject=name, sender=Address(name)), ())
        assert [found.id for found in unit.inbox.find(MessageId(name))] == [entry.id]
        assert [found.mail.subject for found in unit.inbox.next_read()] == [name]
        assert unit.inbox.find(MessageId(f"{name}x")) == ()


def test_a_mail_goes_its_way_once(engine: Engine) -> None:
    """received, read, done; nothing moves a mail that is done, and its files keep their digests."""
    with Unit(engine) as unit:
        entry = took(unit)
        assert entry is not None
        assert unit.inbox.next_received() == (entry,)
        assert unit.inbox.started_reading(entry.id) == 1
        unit.inbox.read(entry.id, a_mail(), (a_reading(),))
        (read,) = unit.inbox.next_read()
        assert read.readings == (a_reading(),)
        assert [(file.name, file.size, file.digest) for file in read.files] == [
            ("需求申请表.docx", 2, sha256(b"PK").hexdigest())
        ]
        assert read.mail == replace(a_mail(), attachments=(replace(a_mail().attachments[0], content=b""),))
        unit.inbox.settle(entry.id, MailState.DONE, BECAUSE, at=NOON, case=CASE)
        assert [each.id for each in unit.inbox.unfiled()] == [entry.id]
        unit.inbox.filed(entry.id, at=NOON)
        assert unit.inbox.unfiled() == ()
        with pytest.raises(Conflict):
            unit.inbox.settle(entry.id, MailState.REVIEW, BECAUSE, at=NOON)
        assert [each.because for each in unit.inbox.of_case(CASE)] == [BECAUSE]


def test_a_person_puts_a_mail_back(engine: Engine) -> None:
    """What waits in review can be decided or read again, with all its attempts."""
    with Unit(engine) as unit:
        entry = took(unit)
        assert entry is not None
        unit.inbox.started_reading(entry.id)
        unit.inbox.settle(entry.id, MailState.QUARANTINED, BECAUSE, at=NOON)
        assert [each.state for each in unit.inbox.review()] == [MailState.QUARANTINED]
        with pytest.raises(Conflict):
            unit.inbox.put_back(entry.id, MailState.READ)
        unit.inbox.put_back(entry.id, MailState.RECEIVED)
        assert unit.inbox.next_received() == (entry,)
        unit.inbox.read(entry.id, a_mail(), (a_reading(), a_reading()))
        unit.inbox.settle(entry.id, MailState.REVIEW, BECAUSE, at=NOON)
        unit.inbox.put_back(entry.id, MailState.READ)
        assert [len(each.readings) for each in unit.inbox.next_read()] == [2]
        unit.inbox.settle(entry.id, MailState.REVIEW, BECAUSE, at=NOON)
        unit.inbox.put_back(entry.id, MailState.RECEIVED)
        unit.inbox.read(entry.id, a_mail(), (a_reading(),))
        assert [len(each.readings) for each in unit.inbox.next_read()] == [1]


@pytest.mark.parametrize("number", [0, -1, 7, 1 << 63, 1 << 70])
def test_a_number_that_somebody_typed_names_a_mail_or_none(engine: Engine, number: int) -> None:
    """Numbers in keywords and commands are other people's words."""
    with Unit(engine) as unit:
        assert unit.inbox.load(number) is None


def test_worlds_and_secrets_are_remembered(engine: Engine) -> None:
    """What something was decided in can be fetched by its digest; the secret never changes."""
    with Unit(engine) as unit:
        digest = unit.worlds.remember(WORLD)
        secret = unit.settings.secret()
        unit.commit()

    with Unit(engine) as unit:
        assert unit.worlds.fetch(digest) == WORLD
        with pytest.raises(WillNotWork):
            unit.worlds.fetch("0" * 64)
        assert unit.settings.secret() == secret
        assert len(secret) == 32
