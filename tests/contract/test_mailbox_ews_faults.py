"""Exchange on a bad day: what each fault means, and that nothing is lost, sent twice or tried too often."""

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from agent.domain.errors import TryLater, Unsure, WillNotWork
from agent.domain.mail import Address, MessageId
from agent.mailbox.port import Shelf
from tests.contract.ews_stage import EwsStage
from tests.contract.mailboxes import mail
from tests.servers.ews import ews_server
from tests.servers.ews_world import EwsWorld

_ID = MessageId("<due.XT-2026-0001.1@example.com>")
_SENDER = Address("clerk@example.com")
_WANG = Address("wang@elsewhere.example")
_LETTER = (
    b"Message-ID: <due.XT-2026-0001.1@example.com>\r\nFrom: clerk@example.com\r\n"
    b"To: wang@elsewhere.example\r\nSubject: letter\r\n\r\nhello\r\n"
)


@pytest.fixture
def server() -> Iterator[EwsWorld]:
    """A server of this test alone."""
    with ews_server() as running:
        yield running


@pytest.fixture
def stage(server: EwsWorld) -> EwsStage:
    """The clerk's mailbox there."""
    return EwsStage(server)


@pytest.mark.parametrize(
    "fault",
    [
        {"cuts": True, "acts": True},
        {"cuts": True},
        {"status": 503, "acts": True},
        {"status": 500, "acts": True},
        {"code": "ErrorInternalServerError", "acts": True},
        {"code": "ErrorInternalServerTransientError", "acts": True},
        {"code": "ErrorTimeoutExpired", "soap_fault": True, "acts": True},
    ],
    ids=str,
)
def test_a_letter_whose_answer_was_lost_is_in_doubt_and_found(stage: EwsStage, fault: dict[str, Any]) -> None:
    """Only the sent mail can tell whether it left, and it is handed over once whatever was answered."""
    stage.server.fail("CreateItem", **fault)
    with closing(stage.mailbox()) as mailbox:
        with pytest.raises(Unsure):
            mailbox.send(_ID, _SENDER, (_WANG,), _LETTER)
        assert stage.server.asked.count("CreateItem") == 1
    with closing(stage.mailbox()) as mailbox:
        assert mailbox.find_sent(_ID) is bool(fault.get("acts"))


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"code": "ErrorServerBusy", "soap_fault": True}, TryLater),
        ({"status": 429, "headers": (("Retry-After", "7"),)}, TryLater),
        ({"status": 401}, WillNotWork),
        ({"status": 413}, WillNotWork),
        ({"code": "ErrorSendAsDenied"}, WillNotWork),
        ({"code": "ErrorMessageSizeExceeded"}, WillNotWork),
        ({"code": "ErrorQuotaExceeded"}, WillNotWork),
    ],
    ids=str,
)
def test_a_refusal_before_the_act_leaves_no_doubt(
    stage: EwsStage, fault: dict[str, Any], expected: type[Exception]
) -> None:
    """A letter that certainly stayed may be sent again, or named to a person, at once."""
    stage.server.fail("CreateItem", **fault)
    with closing(stage.mailbox()) as mailbox, pytest.raises(expected):
        mailbox.send(_ID, _SENDER, (_WANG,), _LETTER)
    assert stage.post.outside == []


def test_a_server_that_is_away_has_certainly_sent_nothing(stage: EwsStage) -> None:
    """No connection, no doubt."""
    nobody = "http://127.0.0.1:9/EWS/Exchange.asmx"
    with closing(stage.mailbox(endpoint=nobody)) as mailbox, pytest.raises(TryLater, match="refused"):
        mailbox.send(_ID, _SENDER, (_WANG,), _LETTER)


def test_a_server_that_goes_away_between_two_letters_leaves_no_doubt() -> None:
    """A connection that cannot be made carries no letter, however far the work had come."""
    with ews_server() as other:
        going = EwsStage(other)
        mailbox = going.mailbox()
        mailbox.send(_ID, _SENDER, (_WANG,), _LETTER)
        mailbox._work._used_at -= 60
    with closing(mailbox), pytest.raises(TryLater):
        mailbox.send(_ID, _SENDER, (_WANG,), _LETTER)


def test_a_busy_server_is_left_alone_as_long_as_it_asks(stage: EwsStage) -> None:
    """Whoever hammers a throttled server is throttled longer."""
    stage.server.fail("SyncFolderItems", status=503, headers=(("Retry-After", "120"),))
    with closing(stage.mailbox()) as mailbox:
        with pytest.raises(TryLater, match="503"):
            list(mailbox.arrived())
        asked = len(stage.server.asked)
        with pytest.raises(TryLater, match="503"):
            list(mailbox.arrived())
        assert len(stage.server.asked) == asked


def test_a_server_that_never_answers_costs_the_time_allowed(stage: EwsStage) -> None:
    """A black hole holds nobody for longer than the time-out, and is called what it is."""
    stage.server.fail("", hangs=True)
    began = time.monotonic()
    hurried = stage.mailbox(timeout=timedelta(seconds=0.5))
    with closing(hurried) as mailbox, pytest.raises(TryLater, match="no answer in time"):
        list(mailbox.arrived())
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("bare", [True, False])
def test_a_lost_state_is_begun_anew(stage: EwsStage, *, bare: bool) -> None:
    """A server that was moved or restored knows our state no more, and some do not even say so."""
    stage.drop(1, mail(1))
    with closing(stage.mailbox()) as mailbox:
        assert len(list(mailbox.arrived())) == 1
        stage.drop(2, mail(2))
        stage.server.fail("SyncFolderItems", code="ErrorInvalidSyncStateData", bare=bare)

        assert [each.content for each in mailbox.arrived()] == [mail(1), mail(2)]


def test_what_was_told_is_not_told_again(stage: EwsStage) -> None:
    """A long inbox is listed page by page, a cut goes on at its page, and a quiet look is one question."""
    stage.server.page = 3
    for number in range(1, 9):
        stage.drop(number, mail(number))
    with closing(stage.mailbox()) as mailbox:
        stage.server.fail("SyncFolderItems", after=1, cuts=True)
        with pytest.raises(TryLater):
            list(mailbox.arrived())
        assert [each.content for each in mailbox.arrived()] == [mail(number) for number in range(1, 9)]
        assert stage.server.asked.count("SyncFolderItems") == 1 + 1 + 2
        list(mailbox.arrived())
        assert stage.server.asked.count("SyncFolderItems") == 5


def test_what_the_server_forgot_to_tell_comes_to_light_within_the_hour(stage: EwsStage) -> None:
    """Following what changed is quick; listing everything anew now and then makes it safe."""
    stage.drop(1, mail(1))
    with closing(stage.mailbox()) as mailbox:
        list(mailbox.arrived())
        stage.drop(2, mail(2))
        journal = stage.post.folder("inbox").journal
        journal.insert(0, journal.pop())
        assert [each.content for each in mailbox.arrived()] != [mail(1), mail(2)]
        mailbox._inbox._began -= 3601
        assert [each.content for each in mailbox.arrived()] == [mail(1), mail(2)]


def test_a_mail_that_vanished_is_passed_over(stage: EwsStage) -> None:
    """Somebody else tidied up meanwhile."""
    stage.drop(1, mail(1))
    stage.drop(2, mail(2))
    with closing(stage.mailbox()) as mailbox:
        found = mailbox.arrived()
        next(found)
        (second,) = [each for each in stage.post.items.values() if each.mime == mail(2)]
        stage.post.move(second.id, stage.post.folder("sentitems"))

        assert list(found) == []


def test_a_mail_that_the_server_cannot_write_out_holds_up_nobody(
    stage: EwsStage, caplog: pytest.LogCaptureFixture
) -> None:
    """It stays where it is, and the log names it."""
    stage.drop(1, mail(1))
    stage.drop(2, mail(2))
    with closing(stage.mailbox()) as mailbox:
        fault = stage.server.fail("GetItem", code="ErrorMimeContentConversionFailed", times=2)
        assert [each.content for each in mailbox.arrived()] == [mail(2)]
        assert fault.times == 0, "the headers and the first mail"
    assert "passed over" in caplog.text


def test_filing_whose_answer_was_lost_is_done_once(stage: EwsStage) -> None:
    """The next try finds nothing to move, and that is as it should be."""
    stage.drop(1, mail(1))
    stage.server.fail("MoveItem", cuts=True, acts=True)
    with closing(stage.mailbox()) as mailbox:
        (found,) = mailbox.arrived()
        with pytest.raises(TryLater):
            mailbox.file_away(found.handle, Shelf.HANDLED)
        mailbox.file_away(found.handle, Shelf.HANDLED)
        assert list(mailbox.arrived()) == []
    assert stage.on_shelf(Shelf.HANDLED) == [mail(1)]


def test_a_shelf_that_somebody_deleted_is_made_again(stage: EwsStage) -> None:
    """What the server does not find may be the mail, or the folder: only the mail ends the matter."""
    stage.drop(1, mail(1))
    stage.drop(2, mail(2))
    with closing(stage.mailbox()) as mailbox:
        first, second = mailbox.arrived()
        mailbox.file_away(first.handle, Shelf.HANDLED)
        shelf = stage.post.named("Handled")
        assert shelf is not None
        del stage.post.folders[shelf.id]
        mailbox.file_away(second.handle, Shelf.HANDLED)
    assert stage.on_shelf(Shelf.HANDLED) == [mail(2)]


def test_only_what_lies_in_the_inbox_is_filed(stage: EwsStage) -> None:
    """A handle of another folder's mail moves nothing, even in the program's first act."""
    sent = stage.post.put(mail(1), folder="sentitems")
    with closing(stage.mailbox()) as mailbox:
        mailbox.file_away(sent.id, Shelf.IGNORED)
    assert stage.sent() == [mail(1)]


def test_headers_that_the_server_left_out_are_put_back(stage: EwsStage) -> None:
    """An automatic answer must be known as one, or two machines write to each other for ever."""
    stage.post.put(
        mail(1),
        headers=(
            ("Message-ID", "<1@elsewhere.example>"),
            ("Auto-Submitted", "auto-replied"),
            ("Authentication-Results", "mx.example.com;\r\n dkim=pass"),
            ("Content-Type", "text/plain"),
            ("Bad name", "x"),
        ),
    )
    with closing(stage.mailbox()) as mailbox:
        (found,) = mailbox.arrived()
    added = b"Auto-Submitted: auto-replied\r\nAuthentication-Results: mx.example.com; dkim=pass\r\n"
    assert found.content == added + mail(1)
    assert found.whole


def test_whatever_lies_in_the_inbox_arrives(stage: EwsStage) -> None:
    """Meeting requests, and kinds of which the library has never heard, are mail like any other."""
    for kind in ("MeetingRequest", "PostItem", "SharingInvitation"):
        stage.post.put(mail(1), kind=kind)
    with closing(stage.mailbox()) as mailbox:
        assert [each.content for each in mailbox.arrived()] == [mail(1)] * 3


def test_a_subscription_that_ran_out_is_taken_anew(stage: EwsStage) -> None:
    """The server forgets who watches when it restarts; people must not wait for the next full look."""
    with closing(stage.mailbox()) as mailbox:
        mailbox.wait(10)
        stage.post.subscriptions.clear()
        assert mailbox.wait(10), "nobody knows what came meanwhile"
        assert not mailbox.wait(0.3)
        stage.drop(1, mail(1))
        assert mailbox.wait(10)


def test_a_line_that_is_always_cut_while_watching_holds_up_no_work(stage: EwsStage) -> None:
    """Some firewalls end every long answer; the mail must flow all the same."""
    stage.server.fail("GetStreamingEvents", cuts=True, times=1000)
    stage.drop(1, mail(1))
    with closing(stage.mailbox()) as mailbox:
        assert mailbox.wait(10)
        deadline = time.monotonic() + 20
        while stage.server.asked.count("GetStreamingEvents") < 3 and time.monotonic() < deadline:
            assert len(list(mailbox.arrived())) == 1
            time.sleep(0.1)


def test_what_we_file_ourselves_wakes_nobody(stage: EwsStage) -> None:
    """Else every filed mail would cost a look at the inbox."""
    stage.drop(1, mail(1))
    with closing(stage.mailbox()) as mailbox:
        mailbox.wait(10)
        (found,) = mailbox.arrived()
        mailbox.file_away(found.handle, Shelf.HANDLED)
        assert not mailbox.wait(1.5)


def test_a_stream_ends_with_its_mailbox(stage: EwsStage) -> None:
    """An account may only have a few watchers: whoever leaves says so."""
    mailbox = stage.mailbox()
    mailbox.wait(10)
    assert len(stage.post.subscriptions) == 1
    mailbox.close()
    assert stage.post.subscriptions == {}


def test_a_letter_that_names_somebody_who_shall_not_get_it_is_not_sent(stage: EwsStage) -> None:
    """Exchange sends to whom the letter names; whom it does not name gets it hidden."""
    with closing(stage.mailbox()) as mailbox:
        with pytest.raises(WillNotWork, match="wang@elsewhere"):
            mailbox.send(_ID, _SENDER, (Address("li@elsewhere.example"),), _LETTER)
        mailbox.send(_ID, _SENDER, (_WANG, Address("li@elsewhere.example")), _LETTER)
    assert stage.post.outside == [(("wang@elsewhere.example", "li@elsewhere.example"), _LETTER)]


def test_shelves_may_stand_under_the_inbox(stage: EwsStage) -> None:
    """Whoever may do nothing outside the inbox still has a place for them; each level is made once."""
    stage.drop(1, mail(1))
    stage.drop(2, mail(2))
    with closing(stage.mailbox(prefix="Inbox/文书")) as mailbox:
        for found, shelf in zip(list(mailbox.arrived()), (Shelf.HANDLED, Shelf.REVIEW), strict=True):
            mailbox.file_away(found.handle, shelf)
    above, handled = stage.post.named("文书"), stage.post.named("Handled")
    assert above is not None
    assert above.parent == "inbox"
    assert handled is not None
    assert handled.parent == above.name
