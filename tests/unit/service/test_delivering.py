"""Delivering: each letter leaves once, at a decent hour, or a person is told why not."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from agent.domain.effects import Send, Urgency
from agent.domain.errors import NotLetIn, StoreAway, TryLater, Unsure, WillNotWork
from agent.domain.keywords import Keyword
from agent.domain.mail import Address, MessageId, address
from agent.domain.words import Language, Words
from agent.mailbox.memory import MemoryMailbox
from agent.mailbox.port import PartlySent, Refusal
from agent.service import advancing, delivering, digests, reviewing, rounds
from agent.service.happenings import Happening, What
from agent.service.rendering import letter_for
from store.backup import backup, restore
from store.blobs import Blobs
from store.engine import connect
from store.letters import LetterState
from store.outbox import Outbox
from tests.houses import COORDINATOR, INITIATOR, MONDAY, Company, company, mail


class Moody(MemoryMailbox):
    """A mailbox whose server has moods: each is used up by one send."""

    def __init__(self) -> None:
        super().__init__()
        self.moods: list[Exception] = []
        self.swallows = False
        self.calls = 0

    def send(
        self, message_id: MessageId, sender: Address, recipients: tuple[Address, ...], content: bytes
    ) -> None:
        """See `Mailbox`."""
        self.calls += 1
        if self.moods:
            mood = self.moods.pop(0)
            if self.swallows:
                super().send(message_id, sender, recipients, content)
            raise mood
        super().send(message_id, sender, recipients, content)


class Forgetful(Moody):
    """A mailbox that may never find what left, like IMAP where we keep the sent mail ourselves."""

    @property
    def sent_within(self) -> timedelta | None:
        """See `Mailbox`."""
        return None

    def find_sent(self, message_id: MessageId) -> bool:
        """See `Mailbox`."""
        del message_id
        return False


class Locked(Forgetful):
    """A mailbox whose password was changed, for reading and for sending."""

    locked = True

    def send(
        self, message_id: MessageId, sender: Address, recipients: tuple[Address, ...], content: bytes
    ) -> None:
        """See `Mailbox`."""
        self._knock()
        super().send(message_id, sender, recipients, content)

    def find_sent(self, message_id: MessageId) -> bool:
        """See `Mailbox`."""
        self._knock()
        return super().find_sent(message_id)

    def _knock(self) -> None:
        if self.locked:
            raise NotLetIn("wrong password")


def _order(  # noqa: PLR0913 - a letter is made of that much
    here: Company,
    key: str = "k",
    urgency: Urgency = Urgency.ANSWER,
    to: tuple[Address, ...] = (address(INITIATOR),),
    cc: tuple[Address, ...] = (),
    letter: str = "help",
) -> Send:
    send = Send(
        key=key,
        letter=letter,
        to=to,
        cc=cc,
        language=Language.ZH,
        urgency=urgency,
        case=None,
        facts={"can": Words(zh="帮助", en="help")},
    )
    with here.house.turn() as turn:
        advancing.keep_letters(turn, (send,))
        turn.commit()
    return send


def _state(here: Company, key: str = "k") -> LetterState:
    with here.house.look() as work:
        outgoing = work.outbox.find(key)
    assert outgoing is not None
    return outgoing.state


def test_a_letter_leaves_once_with_the_message_id_of_its_key(tmp_path: Path) -> None:
    """However often the pass runs, there is one mail (design, sentence 2)."""
    with company(tmp_path) as here:
        _order(here)
        _order(here)
        delivering.deliver(here.house)
        delivering.deliver(here.house)
        assert len(here.mailbox.sent) == 1
        assert _state(here) is LetterState.SENT


def test_letters_that_leave_together_are_written_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is waited for once for a heap; what may be folded, or cannot be written, is left alone."""
    kept: list[int] = []
    with company(tmp_path) as here:
        puts = here.house.blobs.put_all

        def put_all(contents: Sequence[bytes]) -> tuple[str, ...]:
            kept.append(len(contents))
            return puts(contents)

        monkeypatch.setattr(here.house.blobs, "put_all", put_all)
        for number in range(3):
            _order(here, key=f"answer/{number}")
        _order(here, key="notice", urgency=Urgency.NOTICE)
        _order(here, key="broken", letter="no_such_letter")
        _order(here, key="last")
        delivering.deliver(here.house)

        assert kept == [4, 1], "the heap, and the notice when its turn came"
        assert _state(here, "broken") is LetterState.FAILED
        sent = here.mailbox.sent.values()
        assert len(sent) == 5
        for key in ("answer/0", "answer/1", "answer/2", "notice", "last"):
            assert _state(here, key) is LetterState.SENT


class Watched(MemoryMailbox):
    """A mailbox at which somebody looks at each letter that is handed over."""

    look: Callable[[], object] = staticmethod(lambda: None)

    def send(
        self, message_id: MessageId, sender: Address, recipients: tuple[Address, ...], content: bytes
    ) -> None:
        """See `Mailbox`."""
        self.look()
        super().send(message_id, sender, recipients, content)


def test_one_letter_at_most_is_in_doubt_at_any_moment(tmp_path: Path) -> None:
    """That it left is written down before the next is handed over, and told once it is true (ADR 0012)."""
    box = Watched()
    keys = ["answer/0", "answer/1", "notice", "answer/2"]
    seen: list[list[LetterState]] = []
    with company(tmp_path, mailbox=box) as here:
        told: list[tuple[str, LetterState]] = []

        def tell(happening: Happening) -> None:
            if happening.what is What.SENT:
                key = happening.facts["key"]
                told.append((key, _state(here, key)))

        house = replace(here.house, tell=tell)
        for key in keys:
            _order(here, key=key, urgency=Urgency.NOTICE if key == "notice" else Urgency.ANSWER)
        box.look = lambda: seen.append([_state(here, key) for key in keys])
        delivering.deliver(house)

    sent, sending, waits = LetterState.SENT, LetterState.SENDING, LetterState.PENDING
    assert seen == [[sent] * done + [sending] + [waits] * (3 - done) for done in range(4)]
    assert told == [(key, sent) for key in keys]


def test_a_letter_that_left_while_the_store_was_away_is_noted_with_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be written down is kept in mind, and nobody gets a letter twice."""
    sent = Outbox.sent
    away = iter([True, True])
    with company(tmp_path) as here:
        for number in range(3):
            _order(here, key=f"answer/{number}")

        def fails(self: Outbox, key: str, at: datetime) -> None:
            if key == "answer/0" and next(away, False):
                raise StoreAway("locked")
            sent(self, key, at)

        monkeypatch.setattr(Outbox, "sent", fails)
        delivering.deliver(here.house)
        states = [_state(here, f"answer/{number}") for number in range(3)]
        assert states == [LetterState.SENT, LetterState.PENDING, LetterState.PENDING]
        here.clock.advance(MONDAY + timedelta(hours=1))
        delivering.deliver(here.house)
        assert [_state(here, f"answer/{number}") for number in range(3)] == [LetterState.SENT] * 3
        assert len(here.mailbox.sent) == 3


def test_a_sender_that_died_after_sending_sends_nothing_again(tmp_path: Path) -> None:
    """The lease of a dead sender is taken back, and Sent is looked at before anything leaves."""
    box = Moody()
    with company(tmp_path, mailbox=box) as here:
        _order(here)
        box.moods = [KeyboardInterrupt()]  # type: ignore[list-item]
        box.swallows = True
        with pytest.raises(KeyboardInterrupt):
            delivering.deliver(here.house)
        assert _state(here) is LetterState.SENDING
        assert delivering.recover(here.house) == 1
        delivering.deliver(here.house)
        assert (_state(here), box.calls) == (LetterState.SENT, 1)


def test_after_a_restore_nothing_leaves_that_left_after_the_backup(tmp_path: Path) -> None:
    """The restored rows know nothing of it, and Sent does; a week later the past is caught up with."""
    box = Moody()
    with company(tmp_path / "here", mailbox=box) as here:
        _order(here)
        backup(here.house.engine, here.house.blobs, tmp_path / "copy.zip")
        delivering.deliver(here.house)
        assert (_state(here), box.calls) == (LetterState.SENT, 1)

        engine, blobs = connect(f"sqlite:///{tmp_path / 'restored.db'}"), Blobs(tmp_path / "blobs")
        restore(tmp_path / "copy.zip", engine, blobs)
        here.house = replace(here.house, engine=engine, blobs=blobs)
        assert _state(here) is LetterState.PENDING
        delivering.recover(here.house)
        here.clock.advance(MONDAY + timedelta(days=2))
        delivering.deliver(here.house)
        assert (_state(here), box.calls) == (LetterState.SENT, 1)
        engine.dispose()


def test_a_sender_that_died_with_a_letter_in_hand_asks_a_person_where_sent_proves_nothing(
    tmp_path: Path,
) -> None:
    """Whether it died before the server's OK or after it, nobody knows: a silent duplicate is no answer."""
    box = Forgetful()
    with company(tmp_path, mailbox=box) as here:
        _order(here)
        box.moods = [KeyboardInterrupt()]  # type: ignore[list-item]
        with pytest.raises(KeyboardInterrupt):
            delivering.deliver(here.house)
        delivering.recover(here.house)
        delivering.deliver(here.house)
        assert (_state(here), box.calls) == (LetterState.UNSURE, 1)
        assert here.happened(What.UNSURE)


def test_what_a_busy_server_refused_is_in_no_doubt_even_where_sent_proves_nothing(tmp_path: Path) -> None:
    """The server said no: the letter surely did not leave, and leaves later."""
    box = Forgetful()
    with company(tmp_path, mailbox=box) as here:
        _order(here)
        box.moods = [TryLater("busy")]
        delivering.deliver(here.house)
        here.clock.advance(MONDAY + timedelta(minutes=1))
        delivering.deliver(here.house)
        assert (_state(here), box.calls) == (LetterState.SENT, 2)


_BUSY, _GONE = address("chen.qiang@example.com"), address("gone@example.com")


def _refused_in_part() -> PartlySent:
    return PartlySent(
        (
            Refusal(recipient=_BUSY, words="452 mailbox full", final=False),
            Refusal(recipient=_GONE, words="550 no such user", final=True),
        )
    )


def test_whoever_was_refused_for_now_gets_the_letter_later_and_nobody_gets_it_twice(tmp_path: Path) -> None:
    """A full mailbox among three readers holds up none of them, and is asked again."""
    box = Moody()
    with company(tmp_path, mailbox=box) as here:
        _order(here, to=(address(INITIATOR), _BUSY, _GONE))
        box.moods = [_refused_in_part(), TryLater("452 mailbox full")]
        for minutes in (0, 1, 2, 3):
            here.clock.advance(MONDAY + timedelta(minutes=minutes))
            delivering.deliver(here.house)
        assert _state(here) is LetterState.SENT
        assert [each.recipients for each in box.sent.values()] == [(_BUSY,)]
        assert box.calls == 3


def test_whoever_was_refused_for_good_is_shown_to_the_coordinator(tmp_path: Path) -> None:
    """The letter left for the others; the digest names the one person who never got it, and why."""
    box = Moody()
    with company(tmp_path, mailbox=box) as here:
        _order(here, to=(address(INITIATOR), _BUSY, _GONE))
        box.moods = [_refused_in_part()]
        delivering.deliver(here.house)
        with here.house.turn(reading=True) as turn:
            (trouble,) = digests.facts(turn, weekly=False).troubles
        assert (trouble.to, trouble.why, trouble.unsure) == ((_GONE,), "550 no such user", False)
        assert [each.facts["to"] for each in here.happened(What.FAILED)] == [_GONE]


def test_a_timeout_after_the_mail_was_handed_over_is_looked_up(tmp_path: Path) -> None:
    """RFC 1047: the server took it and the answer was lost."""
    box = Moody()
    with company(tmp_path, mailbox=box) as here:
        _order(here)
        box.moods, box.swallows = [Unsure("time-out after DATA")], True
        delivering.deliver(here.house)
        assert _state(here) is LetterState.SENT


def test_what_nobody_can_tell_is_shown_and_never_sent_again(tmp_path: Path) -> None:
    """An uncertain send is counted, not repeated (promise 6)."""
    box = Moody()
    with company(tmp_path, mailbox=box) as here:
        _order(here)
        box.moods = [Unsure("time-out after DATA")]
        delivering.deliver(here.house)
        here.clock.advance(MONDAY + timedelta(days=2))
        delivering.deliver(here.house)
        assert (_state(here), box.calls) == (LetterState.UNSURE, 1)
        assert here.happened(What.UNSURE)


def test_a_person_who_looked_sends_an_uncertain_letter_again_or_gives_it_up(tmp_path: Path) -> None:
    """What the clerk cannot know, a person can see in the other's mailbox."""
    box = Moody()
    with company(tmp_path, mailbox=box) as here:
        _order(here, "again")
        _order(here, "never")
        box.moods = [Unsure("time-out"), Unsure("time-out")]
        delivering.deliver(here.house)
        with here.house.turn() as turn:
            for key, keyword in (("again", Keyword.RETRY), ("never", Keyword.DROP)):
                assert reviewing.work_letter(turn, keyword, key, by=address(COORDINATOR)).known
            turn.commit()
        delivering.deliver(here.house)
        assert (_state(here, "again"), _state(here, "never")) == (LetterState.SENT, LetterState.DROPPED)


def test_a_busy_server_is_asked_again_ever_more_slowly_with_the_same_bytes(tmp_path: Path) -> None:
    """What surely did not leave is tried again; the mail is made once."""
    box = Moody()
    with company(tmp_path, mailbox=box) as here:
        _order(here)
        box.moods = [TryLater("busy"), TryLater("busy")]
        for minutes in (0, 1, 2, 3):
            here.clock.advance(MONDAY + timedelta(minutes=minutes))
            delivering.deliver(here.house)
        assert (_state(here), box.calls) == (LetterState.SENT, 3)
        (sent,) = box.sent.values()
        assert b"09:00:00 +0800" in sent.content


def test_a_refused_letter_is_told_to_a_person(tmp_path: Path) -> None:
    """It is in the digest and in the queue, and stops nobody else."""
    box = Moody()
    with company(tmp_path, mailbox=box) as here:
        _order(here, "bad")
        _order(here, "good")
        box.moods = [WillNotWork("no such user")]
        delivering.deliver(here.house)
        assert _state(here, "bad") is LetterState.FAILED
        assert _state(here, "good") is LetterState.SENT


def test_a_changed_password_fails_no_letter_however_long_it_takes(tmp_path: Path) -> None:
    """The letter is not at fault: it leaves, once and in no doubt, when somebody has given us the new one."""
    box = Locked()
    with company(tmp_path, mailbox=box) as here:
        _order(here)
        for hours in range(100):
            here.clock.advance(MONDAY + timedelta(hours=hours))
            delivering.deliver(here.house)
            assert _state(here) is LetterState.PENDING
        box.locked = False
        here.clock.advance(MONDAY + timedelta(hours=101))
        delivering.deliver(here.house)
        assert (_state(here), len(box.sent)) == (LetterState.SENT, 1)


def test_a_letter_that_cannot_be_written_fails_alone(tmp_path: Path) -> None:
    """A broken template of the company's own must not hold up the outbox."""
    with company(tmp_path) as here:
        with here.house.turn() as turn:
            send = Send(
                key="broken",
                letter="no_such_letter",
                to=(address(INITIATOR),),
                language=Language.ZH,
                urgency=Urgency.ANSWER,
                case=None,
            )
            advancing.keep_letters(turn, (send,))
            turn.commit()
        _order(here)
        delivering.deliver(here.house)
        assert _state(here, "broken") is LetterState.FAILED
        assert _state(here) is LetterState.SENT


def test_work_waits_for_the_end_of_the_quiet_hours_and_an_answer_does_not(tmp_path: Path) -> None:
    """Nobody is written to at night unless they just wrote to us (process.md, Time)."""
    with company(tmp_path, at=MONDAY.replace(hour=22)) as here:
        _order(here, "work", Urgency.WORK)
        _order(here, "answer", Urgency.ANSWER)
        delivering.deliver(here.house)
        assert (_state(here, "work"), _state(here, "answer")) == (LetterState.PENDING, LetterState.SENT)
        assert rounds.next_moment(here.house) == MONDAY.replace(hour=8) + timedelta(days=1)
        here.clock.advance(MONDAY.replace(hour=8) + timedelta(days=1))
        delivering.deliver(here.house)
        assert _state(here, "work") is LetterState.SENT


def test_a_letter_that_a_busy_server_held_up_until_night_waits_for_the_morning(tmp_path: Path) -> None:
    """A second attempt asks again whether this is a time to write to people."""
    evening, morning = (
        MONDAY.replace(hour=19, minute=59, second=30),
        MONDAY.replace(hour=8) + timedelta(days=1),
    )
    box = Moody()
    with company(tmp_path, at=evening, mailbox=box) as here:
        _order(here, urgency=Urgency.WORK)
        box.moods = [TryLater("busy")]
        for moment in (evening, evening + timedelta(minutes=2)):
            here.clock.advance(moment)
            delivering.deliver(here.house)
        assert (_state(here), box.calls) == (LetterState.PENDING, 1)
        here.clock.advance(morning)
        delivering.deliver(here.house)
        assert (_state(here), box.calls) == (LetterState.SENT, 2)


def test_notices_above_the_budget_come_in_one_digest_the_next_morning(tmp_path: Path) -> None:
    """Eight notices a day are enough for anybody; the ninth and tenth share a mail."""
    with company(tmp_path) as here:
        for number in range(10):
            _order(here, f"n{number}", Urgency.NOTICE)
        rounds.until_quiet(here.house)
        assert len(here.mailbox.sent) == 8
        assert len(here.happened(What.FOLDED)) == 2
        here.clock.advance(MONDAY.replace(hour=8, minute=30) + timedelta(days=1))
        rounds.until_quiet(here.house)
        digests = [each for each in here.happened(What.SENT) if each.facts["letter"] == "personal_digest"]
        assert [each.facts["to"] for each in digests] == [INITIATOR]


def test_copies_above_the_budget_of_their_reader_come_in_a_digest_and_hold_up_nobody(tmp_path: Path) -> None:
    """A head is copied on the reminders of many late people: each is reminded, the head gets eight."""
    people = [address(f"late{number}@example.com") for number in range(10)]
    with company(tmp_path) as here:
        for number, person in enumerate(people):
            _order(here, f"n{number}", Urgency.NOTICE, (person,), cc=(address(COORDINATOR),))
        rounds.until_quiet(here.house)
        sent = tuple(here.mailbox.sent.values())
        assert [each.recipients[0] for each in sent] == people
        assert sum(COORDINATOR in each.recipients for each in sent) == 8
        with here.house.turn(reading=True) as turn:
            (line,) = digests.facts(turn, weekly=False).withheld
        assert (line.person, line.count) == (COORDINATOR, 2)
        here.clock.advance(MONDAY.replace(hour=8, minute=30) + timedelta(days=1))
        rounds.until_quiet(here.house)
        (told,) = (each for each in here.mailbox.sent.values() if each not in sent)
    assert told.recipients == (COORDINATOR,)
    body = BytesParser(policy=policy.default).parsebytes(told.content).get_body(("plain",))
    text = body.get_content() if body is not None else ""
    assert [f"（抄送您知悉，办理人：{each}）" in text for each in people] == [False] * 8 + [True] * 2


def test_a_copy_that_was_folded_stays_folded_when_the_letter_is_tried_again(tmp_path: Path) -> None:
    """Whoever reads it in the digest does not get it a second time."""
    box = Moody()
    with company(tmp_path, mailbox=box) as here:
        for number in range(8):
            _order(here, f"n{number}", Urgency.NOTICE, (address(COORDINATOR),))
        rounds.until_quiet(here.house)
        box.moods = [TryLater("busy")]
        _order(here, "k", Urgency.NOTICE, cc=(address(COORDINATOR),))
        rounds.until_quiet(here.house)
        assert _state(here) is LetterState.PENDING
        here.clock.advance(MONDAY.replace(hour=10) + timedelta(days=1))
        rounds.until_quiet(here.house)
        assert _state(here) is LetterState.SENT
        assert len(here.happened(What.FOLDED)) == 1
    letters = [each for each in box.sent.values() if "personal" not in str(each.message_id)]
    assert [each.recipients for each in letters[8:9]] == [(INITIATOR,)]
    assert [each.recipients for each in letters[9:]] == [(COORDINATOR,)]


def test_a_folded_notice_is_told_without_greeting_and_footer(tmp_path: Path) -> None:
    """Ten notices share one greeting and one footer, the digest's own; each keeps when it was decided."""
    with company(tmp_path) as here:
        _order(here, urgency=Urgency.NOTICE)
        with here.house.turn(reading=True) as turn:
            outgoing = turn.work.outbox.find("k")
            assert outgoing is not None
            letter = letter_for(turn, outgoing.send)
        here.clock.advance(MONDAY + timedelta(days=1))
        told = digests.folded(outgoing, letter)
    footer = letter.text.partition("\n--\n")[2].strip()
    assert footer
    assert "您好" in letter.text
    assert footer.splitlines()[0] not in told.words
    assert "您好" not in told.words
    assert told.at == MONDAY


def test_the_digest_says_how_many_notices_were_kept_back_from_whom_since_yesterday(tmp_path: Path) -> None:
    """However many there were before: only the last day counts."""
    with company(tmp_path) as here:
        for day in range(3):
            here.clock.advance(MONDAY + timedelta(days=day))
            for number in range(9 + day):
                _order(here, f"{day}/{number}", Urgency.NOTICE)
            delivering.deliver(here.house)
        with here.house.turn(reading=True) as turn:
            (line,) = digests.facts(turn, weekly=False).withheld
        assert (line.person, line.count) == (INITIATOR, 3)


def test_a_reminder_whose_item_was_closed_overnight_does_not_leave(tmp_path: Path) -> None:
    """What lost its reason before it left is dropped."""
    with company(tmp_path) as here:
        here.write(mail())
        rounds.until_quiet(here.house)
        with here.house.turn() as turn:
            (line,) = turn.work.cases.list()
            case = turn.work.cases.load(line.id)
            assert case is not None
            send = Send(
                key="late",
                letter="reminder",
                to=(address(INITIATOR),),
                language=Language.ZH,
                urgency=Urgency.WORK,
                case=case.id,
                item=case.items[0].id,
                only_while_open=True,
            )
            advancing.keep_letters(turn, (send,))
            turn.commit()
        here.write(mail(subject=f"[{line.id}]", text="撤回\n", name="<2@example.com>"))
        rounds.until_quiet(here.house)
        assert _state(here, "late") in {LetterState.DROPPED, LetterState.SENT}
        assert here.happened(What.DROPPED)


def test_a_sheet_that_left_is_remembered_as_it_left(tmp_path: Path) -> None:
    """The Word file in the mail and the one that a returned document is held against are the same bytes."""
    with company(tmp_path) as here:
        here.write(mail())
        rounds.until_quiet(here.house)
        with here.house.look() as work:
            (line,) = work.cases.list()
            (issued,) = work.sheets.of_case(line.id)
            (copy,) = work.sheets.copies(issued.code)
        carried = [
            part.get_payload(decode=True)
            for sent in here.mailbox.sent.values()
            for part in BytesParser(policy=policy.default).parsebytes(sent.content).walk()
            if (part.get_filename() or "").endswith(".docx")
        ]
        assert carried == [here.house.blobs.get(copy.word)]
