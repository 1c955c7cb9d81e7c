"""Loops, letters that come back, and mail that a person moves behind our back, in a real house in memory."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from agent.core.echoes import MOST
from agent.domain.inbox import MailState
from agent.mailbox.port import Shelf
from agent.service import receiving, rounds
from agent.service.happenings import What
from parsers.mail.message import read_mail
from store.letters import LetterState
from store.mail_entries import MailEntry
from tests.houses import CLERK, COORDINATOR, INITIATOR, PEOPLE, Company, company, mail
from tests.mails import a_bounce

STRIPPED = (b"auto-submitted:", b"x-formclerk-", b"x-auto-response-suppress:", b"precedence:")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Company]:
    """Open a company."""
    with company(tmp_path) as opened:
        yield opened


def without_marks(content: bytes, sender: str, to: str, number: int) -> bytes:
    """Return a letter of ours as a gateway passes it on that takes every sign of a machine away."""
    head, gap, body = content.partition(b"\r\n\r\n")
    folded = head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(b"\r\n")
    gone = (*STRIPPED, b"from:", b"to:", b"message-id:")
    kept = [line for line in folded if not line.lower().startswith(gone)]
    new = (f"From: {sender}", f"To: {to}", f"Message-ID: <{number}.{sender}>")
    return b"\r\n".join((*(line.encode() for line in new), *kept)) + gap + body


def test_two_clerks_that_write_to_each_other_fall_silent(tmp_path: Path) -> None:
    """Each takes the other for a person: after so many empty answers both stop, and a person is shown it."""
    with ExitStack() as stack:
        one, other = (stack.enter_context(company(tmp_path / name)) for name in ("one", "other"))
        one.write(mail(sender=INITIATOR, subject="你好", text="收到了吗\n"))
        pairs = ((one, other), (other, one))
        told = {id(each): 0 for each in (one, other)}
        passed = 0
        for _ in range(4 * MOST):
            for here, there in pairs:
                rounds.until_quiet(here.house)
                letters = list(here.mailbox.sent.values())
                for letter in letters[told[id(here)] :]:
                    passed += 1
                    there.write(without_marks(letter.content, INITIATOR, CLERK, passed))
                told[id(here)] = len(letters)

        assert passed <= 2 * MOST
        reviewed: list[MailEntry] = []
        for each in (one, other):
            with each.house.look() as work:
                reviewed += work.inbox.review()
        assert len(reviewed) == 1
        assert reviewed[0].because is not None
        assert "疑似自动往来" in reviewed[0].because.zh


def test_a_mail_that_a_person_puts_back_is_filed_again_and_done_once(house: Company) -> None:
    """The ledger knows its bytes: nothing is answered twice, and it does not stay in the Inbox."""
    content = mail(subject="帮助")
    house.write(content)
    rounds.until_quiet(house.house)
    assert list(house.mailbox.shelves[Shelf.HANDLED].values()) == [content]
    sent = len(house.mailbox.sent)

    handle = house.write(content)
    assert receiving.reconcile(house.house).unfiled == 1
    rounds.until_quiet(house.house)

    assert handle not in house.mailbox.inbox
    assert len(house.mailbox.sent) == sent
    assert receiving.reconcile(house.house).agrees
    assert [each.facts.get("again") for each in house.happened(What.FILED)] == [None, "yes"]


@pytest.mark.parametrize("moved_to", [None, Shelf.REVIEW], ids=["deleted", "moved"])
def test_a_mail_that_a_person_takes_away_still_ends(house: Company, moved_to: Shelf | None) -> None:
    """Its bytes are ours since it was taken in; filing what is gone is no error."""
    handle = house.write(mail(subject="帮助"))
    receiving.receive(house.house)
    content = house.mailbox.inbox.pop(handle)
    if moved_to is not None:
        house.mailbox.shelves[moved_to][handle] = content
    rounds.until_quiet(house.house)

    with house.house.look() as work:
        assert work.inbox.counts()[MailState.DONE] == 1
        assert work.inbox.unfiled() == ()
    assert len(house.mailbox.sent) == 1
    assert receiving.reconcile(house.house).agrees
    assert not house.house.faults.all()


def test_a_letter_of_no_case_that_comes_back_is_shown(house: Company) -> None:
    """An answer to 帮助 has no case; whom it did not reach is on the review list all the same."""
    house.write(mail(subject="帮助"))
    rounds.until_quiet(house.house)
    (letter,) = house.mailbox.sent
    house.write(a_bounce(to=CLERK, failed=INITIATOR, of=letter))
    rounds.until_quiet(house.house)

    with house.house.look() as work:
        (entry,) = work.inbox.review()
        assert work.outbox.counts()[LetterState.PENDING] == 0
    assert entry.because is not None
    assert f"王芳（{INITIATOR}）" in entry.because.zh
    assert "for good" in entry.because.en
    assert COORDINATOR in PEOPLE


def test_the_journal_of_a_case_tells_that_its_letter_came_back(house: Company) -> None:
    """Whoever asks `explain` learns that nobody was asked; released, it is not told twice."""
    house.write(mail())
    rounds.until_quiet(house.house)
    (letter,) = house.mailbox.sent
    house.write(a_bounce(to=CLERK, failed=INITIATOR, of=letter))
    rounds.until_quiet(house.house)
    with house.house.look() as work:
        (entry,) = work.inbox.review()
    house.write(
        mail(sender=COORDINATOR, subject="待审", text=f"放行 {entry.id}\n", name="<release@example.com>")
    )
    rounds.until_quiet(house.house)

    with house.house.look() as work:
        case = work.cases.load(next(iter(work.cases.all_open())).id)
        assert case is not None
        told = [each.because for each in work.journal.of_case(case.id)]
        released = work.inbox.load(entry.id)
    assert len([each for each in told if "未能送达" in each]) == 1
    assert released is not None
    assert released.state is MailState.DONE


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "邮件已加密"),
        ("message/partial; id=a; number=1; total=2", "邮件被拆成了几封"),
    ],
)
def test_the_sender_of_a_closed_mail_is_told_what_to_do(house: Company, kind: str, said: str) -> None:
    """What only its recipient could open, or came in pieces, is answered with what to send instead."""
    house.write(f"From: {INITIATOR}\nSubject: x\nMessage-ID: <c@b>\nContent-Type: {kind}\n\n0\n".encode())
    rounds.until_quiet(house.house)

    (letter,) = house.mailbox.sent.values()
    assert said in read_mail(letter.content, own=frozenset()).text
    with house.house.look() as work:
        assert work.inbox.counts()[MailState.DONE] == 1
