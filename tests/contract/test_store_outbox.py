"""What the store promises about letters, archives, sheets and schedules, on both databases."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import Engine

from agent.domain.effects import Seal, Urgency
from agent.domain.errors import Conflict
from agent.domain.mail import Address, MessageId
from agent.domain.sheets import Sheet
from agent.domain.words import Language
from store.letters import LetterState
from store.sheets import Copy, Issued
from store.unit import Unit
from tests.unit.store.builders import CASE, HOSTILE_NAMES, LI_NA, NOON, a_send

KEY = a_send().key
SOON = NOON + timedelta(minutes=5)
CODE = "7KQ2M9XW4T"


def added(unit: Unit, key: str = KEY, **changes: object) -> bool:
    """Decide a letter."""
    return unit.outbox.add(a_send(key, **changes), message_id=name_of(key), at=NOON)


def name_of(key: str) -> MessageId:
    """Return the Message-ID of a letter, derived from its key as ours are."""
    return MessageId(f"<{sha256(key.encode(errors='surrogatepass')).hexdigest()}@formclerk>")


def test_the_same_letter_twice_is_one(engine: Engine) -> None:
    """A pass that is repeated after a crash sends no second letter."""
    with Unit(engine) as unit:
        assert added(unit)
        assert not added(unit)
        (letter,) = unit.outbox.due(NOON)
        assert letter.send == a_send()
        assert letter.state is LetterState.PENDING
        assert [each.send.key for each in unit.outbox.of_case(CASE)] == [KEY]


def test_a_message_id_names_one_letter(engine: Engine) -> None:
    """A second letter under the name of another would vanish: it is refused aloud."""
    with Unit(engine) as unit:
        added(unit)
        with pytest.raises(Conflict):
            unit.outbox.add(a_send("other"), message_id=name_of(KEY), at=NOON)


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
def test_hostile_names_are_kept_apart(engine: Engine, name: str) -> None:
    """A key made of a sender's Message-ID is found again, whatever the sender wrote."""
    with Unit(engine) as unit:
        keys = (f"mail/{name}/help/", f"mail/{name}/status/")
        assert [added(unit, key, case=None) for key in (*keys, *keys)] == [True, True, False, False]
        for key in keys:
            assert unit.outbox.lease(key, now=NOON, until=SOON) is not None
            found = unit.outbox.find(key)
            assert found is not None
            assert found.send.key == key


def test_what_cannot_leave_is_kept_and_shown(engine: Engine) -> None:
    """A refused letter and one that lost its reason are told apart, and since when."""
    with Unit(engine) as unit:
        for key in ("refused", "pointless"):
            added(unit, key)
        unit.outbox.failed("refused", "550 no such user")
        unit.outbox.dropped("pointless", "answered meanwhile")

        assert [each.why for each in unit.outbox.in_state(LetterState.FAILED)] == ["550 no such user"]
        assert unit.outbox.in_state(LetterState.FAILED, since=SOON) == ()
        assert [each.why for each in unit.outbox.in_state(LetterState.DROPPED, since=NOON)] == [
            "answered meanwhile"
        ]
        assert unit.outbox.due(SOON) == ()


def test_a_leased_letter_is_nobody_elses(engine: Engine) -> None:
    """Two senders never hold the same letter; when one dies, its lease runs out and attempts are counted."""
    with Unit(engine) as unit:
        added(unit)
        first = unit.outbox.lease(KEY, now=NOON, until=SOON)
        assert first is not None
        assert (first.attempts, first.state) == (1, LetterState.SENDING)
        assert unit.outbox.lease(KEY, now=NOON, until=SOON) is None
        assert unit.outbox.due(NOON) == ()
        again = unit.outbox.lease(KEY, now=SOON, until=SOON + timedelta(minutes=5))
        assert again is not None
        assert again.attempts == 2


def test_the_leases_of_a_dead_sender_end_and_its_letters_stay_in_doubt(engine: Engine) -> None:
    """They are due again, and still count as in hand: whoever takes them looks for them first."""
    with Unit(engine) as unit:
        added(unit)
        unit.outbox.lease(KEY, now=NOON, until=NOON + timedelta(days=1))
        assert unit.outbox.end_leases(SOON) == 1
        (letter,) = unit.outbox.due(SOON)
        assert letter.state is LetterState.SENDING


def test_a_sent_letter_never_leaves_again(engine: Engine) -> None:
    """Whatever comes later, a letter that the server has accepted stays sent."""
    with Unit(engine) as unit:
        added(unit)
        unit.outbox.lease(KEY, now=NOON, until=SOON)
        unit.outbox.rendered(KEY, "a" * 64)
        unit.outbox.sent(KEY, at=NOON)
        letter = unit.outbox.find(KEY)
        assert letter is not None
        assert (letter.state, letter.sent_at, letter.rendered) == (LetterState.SENT, NOON, "a" * 64)
        assert unit.outbox.lease(KEY, now=SOON, until=SOON) is None
        with pytest.raises(Conflict):
            unit.outbox.retry_at(KEY, SOON)
        with pytest.raises(Conflict):
            unit.outbox.dropped(KEY, "too late")
        with pytest.raises(Conflict):
            unit.outbox.rendered(KEY, "b" * 64)


def test_an_unsure_letter_waits_for_a_person(engine: Engine) -> None:
    """What may have left is not sent again by itself; a person's word sends it, or calls it sent."""
    with Unit(engine) as unit:
        added(unit)
        unit.outbox.lease(KEY, now=NOON, until=SOON)
        unit.outbox.unsure(KEY, "time-out after DATA\0")
        assert unit.outbox.due(SOON) == ()
        (letter,) = unit.outbox.in_state(LetterState.UNSURE)
        assert letter.why == "time-out after DATA\ufffd"
        unit.outbox.retry_at(KEY, SOON)
        assert [each.send.key for each in unit.outbox.due(SOON)] == [KEY]


def test_letters_wait_for_the_morning(engine: Engine) -> None:
    """A letter that is held back is not due before its moment, and the next moment is known."""
    with Unit(engine) as unit:
        added(unit)
        unit.outbox.hold_until(KEY, SOON)
        assert unit.outbox.due(NOON) == ()
        assert unit.outbox.next_due() == SOON
        assert len(unit.outbox.due(SOON)) == 1


def test_notices_above_the_budget_are_folded(engine: Engine) -> None:
    """Only notices that were sent count, for everyone who got them, since the day began."""
    with Unit(engine) as unit:
        others = (Address("wang.wei@example.com"),)
        for key, urgency in (("n1", Urgency.NOTICE), ("n2", Urgency.NOTICE), ("w", Urgency.WORK)):
            added(unit, key, urgency=urgency, cc=others)
        added(unit, "digest", case=None)
        for key in ("n1", "w"):
            unit.outbox.lease(key, now=NOON, until=SOON)
            unit.outbox.sent(key, at=NOON)
        unit.outbox.folded("n2", into="digest")

        assert unit.outbox.sent_today(LI_NA, NOON) == 1
        assert unit.outbox.sent_today(others[0], NOON) == 1
        assert unit.outbox.sent_today(LI_NA, SOON) == 0
        assert [each.send.key for each in unit.outbox.folded_into("digest")] == ["n2"]
        assert unit.outbox.counts()[LetterState.FOLDED] == 1


def test_the_answers_of_a_day_are_counted_by_their_names(engine: Engine) -> None:
    """What a loop consists of: letters of some names to one person, decided after a moment."""
    with Unit(engine) as unit:
        for key, letter, at in (("1", "help", NOON), ("2", "help", SOON), ("3", "received", SOON)):
            unit.outbox.add(a_send(key, letter=letter), message_id=name_of(key), at=at)
        since = NOON - timedelta(seconds=1)

        assert unit.outbox.answered(LI_NA, ("help", "filed"), since) == 2
        assert unit.outbox.answered(LI_NA, ("help", "filed"), NOON) == 1
        assert unit.outbox.answered(LI_NA, ("filed",), since) == 0


def test_an_answer_finds_its_case_by_its_thread(engine: Engine) -> None:
    """Our own Message-IDs lead back to case and item, those of no case to none; others lead nowhere."""
    with Unit(engine) as unit:
        added(unit, "asked")
        added(unit, "help", case=None, item=None)
        names = [name_of("asked"), name_of("help"), MessageId("<strange\0>")]

        assert unit.outbox.thread(names) == {names[0]: (CASE, a_send().item), names[1]: (None, None)}
        assert unit.outbox.thread([]) == {}


def test_an_archive_is_built_by_one(engine: Engine) -> None:
    """Archives are jobs with a lease, like letters."""
    seal = Seal(key="XT-2026-0001/seal", case=CASE, retention="10y")
    with Unit(engine) as unit:
        assert unit.seals.add(seal, at=NOON)
        assert not unit.seals.add(seal, at=NOON)
        job = unit.seals.lease(seal.key, now=NOON, until=SOON)
        assert job is not None
        assert (job.seal, job.attempts) == (seal, 1)
        assert unit.seals.lease(seal.key, now=NOON, until=SOON) is None
        unit.seals.retry_at(seal.key, NOON, "disk full")
        assert [each.why for each in unit.seals.due(NOON)] == ["disk full"]
        unit.seals.done(seal.key)
        assert unit.seals.due(SOON) == ()
        with pytest.raises(Conflict):
            unit.seals.retry_at(seal.key, SOON, "too late")


def test_a_period_strikes_once(engine: Engine) -> None:
    """A restart, a second daemon or the hour that DST repeats strikes nothing twice."""
    with Unit(engine) as unit:
        assert unit.strikes.last("digest") is None
        assert unit.strikes.strike("digest", "2026-03-02", at=NOON)
        assert not unit.strikes.strike("digest", "2026-03-02", at=SOON)
        assert unit.strikes.strike("digest", "2026-03-03", at=SOON)
        assert unit.strikes.last("digest") == SOON


def test_a_code_on_paper_finds_its_sheet(engine: Engine) -> None:
    """The short code leads to the issued copy; a code that we never issued leads nowhere."""
    sheet = Sheet(case=CASE, item="request//1", form="request", version=3, language=Language.ZH)
    with Unit(engine) as unit:
        first = Issued(code=CODE, token="FC1|…", sheet=sheet, letter_key=KEY, at=NOON)  # noqa: S106 - a sample
        assert unit.sheets.issued([first, replace(first, letter_key="a twin")]) == 1
        assert unit.sheets.issued([replace(first, letter_key="b", at=SOON)]) == 0
        found = unit.sheets.by_code(CODE)
        assert found is not None
        assert (found.sheet, found.letter_key) == (sheet, KEY)
        assert unit.sheets.of_case(CASE) == (found,)
        assert unit.sheets.by_code("2222222222\0") is None


def test_a_sheet_keeps_every_distinct_copy(engine: Engine) -> None:
    """A reminder with the same files adds nothing; one with others does, and the last comes first."""
    sheet = Sheet(case=CASE, item="request//1", form="request", version=3, language=Language.ZH)
    first = Copy(code=CODE, word="a" * 64, at=NOON)
    second = Copy(code=CODE, word="a" * 64, pdf="b" * 64, fixed="c" * 64, at=SOON)
    with Unit(engine) as unit:
        unit.sheets.issued([Issued(code=CODE, token="FC1|…", sheet=sheet, letter_key=KEY, at=NOON)])  # noqa: S106
        assert unit.sheets.written(first)
        assert unit.sheets.written(second)
        assert not unit.sheets.written(replace(first, at=SOON))
        assert unit.sheets.copies(CODE) == (second, first)
        assert unit.sheets.fixed_texts(CODE) == {"c" * 64}
        assert unit.sheets.copies("2222222222\0") == ()
