"""Exchange on a bad day: what each fault means, and that nothing is lost, sent twice or tried too often."""

import time
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from agent.domain.errors import TryLater, Unsure, WillNotWork
from agent.domain.mail import Address
from agent.mailbox.port import Shelf
from tests.contract.ews_stage import LETTER, LETTER_ID, SENDER, WANG, EwsStage
from tests.contract.mailboxes import mail
from tests.servers.ews import ews_server


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
def test_a_letter_whose_answer_was_lost_is_in_doubt_and_found(ews: EwsStage, fault: dict[str, Any]) -> None:
    """Only the sent mail can tell whether it left, and it is handed over once whatever was answered."""
    ews.server.fail("CreateItem", **fault)
    with closing(ews.mailbox()) as mailbox:
        with pytest.raises(Unsure):
            mailbox.send(LETTER_ID, SENDER, (WANG,), LETTER)
        assert ews.server.asked.count("CreateItem") == 1
    with closing(ews.mailbox()) as mailbox:
        assert mailbox.find_sent(LETTER_ID) is bool(fault.get("acts"))


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
    ews: EwsStage, fault: dict[str, Any], expected: type[Exception]
) -> None:
    """A letter that certainly stayed may be sent again, or named to a person, at once."""
    ews.server.fail("CreateItem", **fault)
    with closing(ews.mailbox()) as mailbox, pytest.raises(expected):
        mailbox.send(LETTER_ID, SENDER, (WANG,), LETTER)
    assert ews.post.outside == []


def test_a_server_that_is_away_has_certainly_sent_nothing(ews: EwsStage) -> None:
    """No connection, no doubt."""
    nobody = "http://127.0.0.1:9/EWS/Exchange.asmx"
    with closing(ews.mailbox(endpoint=nobody)) as mailbox, pytest.raises(TryLater, match="refused"):
        mailbox.send(LETTER_ID, SENDER, (WANG,), LETTER)


def test_a_server_that_goes_away_between_two_letters_leaves_no_doubt() -> None:
    """A connection that cannot be made carries no letter, however far the work had come."""
    with ews_server() as other:
        going = EwsStage(other)
        mailbox = going.mailbox()
        mailbox.send(LETTER_ID, SENDER, (WANG,), LETTER)
        mailbox._work._used_at -= 60
    with closing(mailbox), pytest.raises(TryLater):
        mailbox.send(LETTER_ID, SENDER, (WANG,), LETTER)


def test_a_busy_server_is_left_alone_as_long_as_it_asks(ews: EwsStage) -> None:
    """Whoever hammers a throttled server is throttled longer."""
    ews.server.fail("SyncFolderItems", status=503, headers=(("Retry-After", "120"),))
    with closing(ews.mailbox()) as mailbox:
        with pytest.raises(TryLater, match="503"):
            list(mailbox.arrived())
        asked = len(ews.server.asked)
        with pytest.raises(TryLater, match="503"):
            list(mailbox.arrived())
        assert len(ews.server.asked) == asked


def test_a_server_that_never_answers_costs_the_time_allowed(ews: EwsStage) -> None:
    """A black hole holds nobody for longer than the time-out, and is called what it is."""
    ews.server.fail("", hangs=True)
    began = time.monotonic()
    hurried = ews.mailbox(timeout=timedelta(seconds=0.5))
    with closing(hurried) as mailbox, pytest.raises(TryLater, match="no answer in time"):
        list(mailbox.arrived())
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("bare", [True, False])
def test_a_lost_state_is_begun_anew(ews: EwsStage, *, bare: bool) -> None:
    """A server that was moved or restored knows our state no more, and some do not even say so."""
    ews.drop(1, mail(1))
    with closing(ews.mailbox()) as mailbox:
        assert len(list(mailbox.arrived())) == 1
        ews.drop(2, mail(2))
        ews.server.fail("SyncFolderItems", code="ErrorInvalidSyncStateData", bare=bare)

        assert [each.content for each in mailbox.arrived()] == [mail(1), mail(2)]


def test_what_was_told_is_not_told_again(ews: EwsStage) -> None:
    """A long inbox is listed page by page, a cut goes on at its page, and a quiet look is one question."""
    ews.server.page = 3
    for number in range(1, 9):
        ews.drop(number, mail(number))
    with closing(ews.mailbox()) as mailbox:
        ews.server.fail("SyncFolderItems", after=1, cuts=True)
        with pytest.raises(TryLater):
            list(mailbox.arrived())
        assert [each.content for each in mailbox.arrived()] == [mail(number) for number in range(1, 9)]
        assert ews.server.asked.count("SyncFolderItems") == 1 + 1 + 2
        list(mailbox.arrived())
        assert ews.server.asked.count("SyncFolderItems") == 5


def test_what_the_server_forgot_to_tell_comes_to_light_within_the_hour(ews: EwsStage) -> None:
    """Following what changed is quick; listing everything anew now and then makes it safe."""
    ews.drop(1, mail(1))
    with closing(ews.mailbox()) as mailbox:
        list(mailbox.arrived())
        ews.drop(2, mail(2))
        journal = ews.post.folder("inbox").journal
        journal.insert(0, journal.pop())
        assert [each.content for each in mailbox.arrived()] != [mail(1), mail(2)]
        mailbox._inbox._began -= 3601
        assert [each.content for each in mailbox.arrived()] == [mail(1), mail(2)]


def test_a_mail_that_vanished_is_passed_over(ews: EwsStage) -> None:
    """Somebody else tidied up meanwhile."""
    ews.drop(1, mail(1))
    ews.drop(2, mail(2))
    with closing(ews.mailbox()) as mailbox:
        found = mailbox.arrived()
        next(found)
        (second,) = [each for each in ews.post.items.values() if each.mime == mail(2)]
        ews.post.move(second.id, ews.post.folder("sentitems"))

        assert list(found) == []


def test_a_mail_that_the_server_cannot_write_out_holds_up_nobody(
    ews: EwsStage, caplog: pytest.LogCaptureFixture
) -> None:
    """It stays where it is, and the log names it."""
    ews.drop(1, mail(1))
    ews.drop(2, mail(2))
    with closing(ews.mailbox()) as mailbox:
        fault = ews.server.fail("GetItem", code="ErrorMimeContentConversionFailed", times=2)
        assert [each.content for each in mailbox.arrived()] == [mail(2)]
        assert fault.times == 0, "the headers and the first mail"
    assert "passed over" in caplog.text


def test_filing_whose_answer_was_lost_is_done_once(ews: EwsStage) -> None:
    """The next try finds nothing to move, and that is as it should be."""
    ews.drop(1, mail(1))
    ews.server.fail("MoveItem", cuts=True, acts=True)
    with closing(ews.mailbox()) as mailbox:
        (found,) = mailbox.arrived()
        with pytest.raises(TryLater):
            mailbox.file_away(found.handle, Shelf.HANDLED)
        mailbox.file_away(found.handle, Shelf.HANDLED)
        assert list(mailbox.arrived()) == []
    assert ews.on_shelf(Shelf.HANDLED) == [mail(1)]


def test_a_shelf_that_somebody_deleted_is_made_again(ews: EwsStage) -> None:
    """What the server does not find may be the mail, or the folder: only the mail ends the matter."""
    ews.drop(1, mail(1))
    ews.drop(2, mail(2))
    with closing(ews.mailbox()) as mailbox:
        first, second = mailbox.arrived()
        mailbox.file_away(first.handle, Shelf.HANDLED)
        shelf = ews.post.named("Handled")
        assert shelf is not None
        del ews.post.folders[shelf.id]
        mailbox.file_away(second.handle, Shelf.HANDLED)
    assert ews.on_shelf(Shelf.HANDLED) == [mail(2)]


def test_only_what_lies_in_the_inbox_is_filed(ews: EwsStage) -> None:
    """A handle of another folder's mail moves nothing, even in the program's first act."""
    sent = ews.post.put(mail(1), folder="sentitems")
    with closing(ews.mailbox()) as mailbox:
        mailbox.file_away(sent.id, Shelf.IGNORED)
    assert ews.sent() == [mail(1)]


def test_headers_that_the_server_left_out_are_put_back(ews: EwsStage) -> None:
    """An automatic answer must be known as one, or two machines write to each other for ever."""
    ews.post.put(
        mail(1),
        headers=(
            ("Message-ID", "<1@elsewhere.example>"),
            ("Auto-Submitted", "auto-replied"),
            ("Authentication-Results", "mx.example.com;\r\n dkim=pass"),
            ("Content-Type", "text/plain"),
            ("Bad name", "x"),
        ),
    )
    with closing(ews.mailbox()) as mailbox:
        (found,) = mailbox.arrived()
    added = b"Auto-Submitted: auto-replied\r\nAuthentication-Results: mx.example.com; dkim=pass\r\n"
    assert found.content == added + mail(1)
    assert found.whole


def test_whatever_lies_in_the_inbox_arrives(ews: EwsStage) -> None:
    """Meeting requests, and kinds of which the library has never heard, are mail like any other."""
    for kind in ("MeetingRequest", "PostItem", "SharingInvitation"):
        ews.post.put(mail(1), kind=kind)
    with closing(ews.mailbox()) as mailbox:
        assert [each.content for each in mailbox.arrived()] == [mail(1)] * 3


def test_a_subscription_that_ran_out_is_taken_anew(ews: EwsStage) -> None:
    """The server forgets who watches when it restarts; people must not wait for the next full look."""
    with closing(ews.mailbox()) as mailbox:
        mailbox.wait(10)
        ews.post.subscriptions.clear()
        assert mailbox.wait(10), "nobody knows what came meanwhile"
        assert not mailbox.wait(0.3)
        ews.drop(1, mail(1))
        assert mailbox.wait(10)


def test_a_line_that_is_always_cut_while_watching_holds_up_no_work(ews: EwsStage) -> None:
    """Some firewalls end every long answer; the mail must flow all the same."""
    ews.server.fail("GetStreamingEvents", cuts=True, times=1000)
    ews.drop(1, mail(1))
    with closing(ews.mailbox()) as mailbox:
        assert mailbox.wait(10)
        deadline = time.monotonic() + 20
        while ews.server.asked.count("GetStreamingEvents") < 3 and time.monotonic() < deadline:
            assert len(list(mailbox.arrived())) == 1
            time.sleep(0.1)


def test_what_we_file_ourselves_wakes_nobody(ews: EwsStage) -> None:
    """Else every filed mail would cost a look at the inbox."""
    ews.drop(1, mail(1))
    with closing(ews.mailbox()) as mailbox:
        mailbox.wait(10)
        (found,) = mailbox.arrived()
        mailbox.file_away(found.handle, Shelf.HANDLED)
        assert not mailbox.wait(1.5)


def test_a_stream_ends_with_its_mailbox(ews: EwsStage) -> None:
    """An account may only have a few watchers: whoever leaves says so."""
    mailbox = ews.mailbox()
    mailbox.wait(10)
    assert len(ews.post.subscriptions) == 1
    mailbox.close()
    assert ews.post.subscriptions == {}


def test_a_letter_that_names_somebody_who_shall_not_get_it_is_not_sent(ews: EwsStage) -> None:
    """Exchange sends to whom the letter names; whom it does not name gets it hidden."""
    with closing(ews.mailbox()) as mailbox:
        with pytest.raises(WillNotWork, match="wang@elsewhere"):
            mailbox.send(LETTER_ID, SENDER, (Address("li@elsewhere.example"),), LETTER)
        mailbox.send(LETTER_ID, SENDER, (WANG, Address("li@elsewhere.example")), LETTER)
    assert ews.post.outside == [(("wang@elsewhere.example", "li@elsewhere.example"), LETTER)]


def test_shelves_may_stand_under_the_inbox(ews: EwsStage) -> None:
    """Whoever may do nothing outside the inbox still has a place for them; each level is made once."""
    ews.drop(1, mail(1))
    ews.drop(2, mail(2))
    with closing(ews.mailbox(prefix="Inbox/文书")) as mailbox:
        for found, shelf in zip(list(mailbox.arrived()), (Shelf.HANDLED, Shelf.REVIEW), strict=True):
            mailbox.file_away(found.handle, shelf)
    above, handled = ews.post.named("文书"), ews.post.named("Handled")
    assert above is not None
    assert above.parent == "inbox"
    assert handled is not None
    assert handled.parent == above.name
