"""What an IMAP server may do to us, done by a real Dovecot (and by a bad line to it)."""

import logging
import re
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import pytest

from agent.domain.errors import TryLater, WillNotWork
from agent.domain.mail import Address, MessageId
from agent.mailbox.imap.mailbox import ImapMailbox
from agent.mailbox.port import Shelf
from agent.mailbox.settings import OAuth, Password, Security
from tests.contract.mailboxes import ImapStage, Token, mail
from tests.servers import dovecot
from tests.servers.dovecot import BARE, BARER, token_for
from tests.servers.fault_proxy import Cut, FaultProxy
from tests.servers.shared import MailServers, need_mail_servers

T = TypeVar("T")

_CLERK = Address("clerk@example.com")


@pytest.fixture
def stage(mail_servers: MailServers) -> ImapStage:
    """An account that nobody has used yet."""
    return ImapStage(mail_servers)


def test_what_leaves_by_smtp_arrives_by_imap(stage: ImapStage) -> None:
    """The whole way: submission, queue, delivery, IDLE, fetching; and a copy among the sent mail."""
    letter = mail(7, body="请确认。\r\n".encode())
    message_id = MessageId("<7@elsewhere.example>")
    with closing(stage.mailbox()) as mailbox:
        mailbox.wait(0)
        mailbox.send(message_id, _CLERK, (Address(stage.user),), letter)
        found = _next(mailbox)

        assert found.endswith(letter)
        assert mailbox.find_sent(message_id)
    assert stage.sent() == [letter]


def test_the_folder_of_sent_mail_is_made_with_the_first_letter(stage: ImapStage) -> None:
    """A new account has none, and somebody may remove it; no letter is missing there."""
    with closing(stage.mailbox()) as mailbox:
        for number in (1, 2):
            mailbox.send(MessageId(f"<{number}@elsewhere.example>"), _CLERK, (_CLERK,), mail(number))
        assert mailbox.find_sent(MessageId("<2@elsewhere.example>"))
        with stage.client() as client:
            client.delete_folder("Sent")
        mailbox.send(MessageId("<3@elsewhere.example>"), _CLERK, (_CLERK,), mail(3))
        assert mailbox.find_sent(MessageId("<3@elsewhere.example>"))
    assert stage.sent() == [mail(3)]


def test_copies_of_what_was_sent_are_not_lost_when_the_mailbox_is_closed(stage: ImapStage) -> None:
    """They are put there beside the work, and whoever closes waits for the last of them."""
    with closing(stage.mailbox()) as mailbox:
        for number in range(12):
            name = MessageId(f"<{number}@elsewhere.example>")
            mailbox.send(name, _CLERK, (_CLERK,), mail(number))
    assert stage.sent() == [mail(number) for number in range(12)]


def test_copies_that_wait_are_kept_by_one_command(stage: ImapStage) -> None:
    """RFC 3502; where the folder is missing they are kept one by one, which makes it."""
    sent = [mail(number) for number in range(9)]
    with FaultProxy(stage.servers.dovecot.imap) as proxy:
        settings = stage.imap(port=proxy.port, security=Security.NONE)
        with closing(ImapMailbox(settings, stage.smtp())) as mailbox:
            for number, content in enumerate(sent):
                mailbox.send(MessageId(f"<{number}@elsewhere.example>"), _CLERK, (_CLERK,), content)
                if number == 0:
                    mailbox.find_sent(MessageId("<0@elsewhere.example>"))  # it is there, the folder too
                    proxy.latency = 0.3  # the next ones come while the first of them is on its way
            mailbox.find_sent(MessageId("<8@elsewhere.example>"))
            commands = proxy.heard().count(b" APPEND ")
    assert stage.sent() == sent
    with stage.client() as client:
        client.select_folder("Sent", readonly=True)
        assert len(client.search(["SEEN"])) == len(sent)
    assert commands < len(sent) - 2


def test_a_copy_that_cannot_be_kept_holds_up_no_letter(stage: ImapStage) -> None:
    """The letters have left: that the reading side is away must not say otherwise, nor stop the next one."""
    imap = stage.imap(host="127.0.0.1", port=1)
    with closing(ImapMailbox(imap, stage.smtp())) as mailbox:
        for number in range(12):
            mailbox.send(
                MessageId(f"<{number}@elsewhere.example>"), _CLERK, (Address(stage.user),), mail(number)
            )
    deadline = time.monotonic() + 20
    while len(stage.lying_in("INBOX")) < 12 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(stage.lying_in("INBOX")) == 12
    assert stage.sent() == []


def test_looking_marks_nothing_as_read(stage: ImapStage) -> None:
    """A colleague who looks into the mailbox sees which mails nobody has opened."""
    stage.drop(1, mail(1))
    with closing(stage.mailbox()) as mailbox:
        list(mailbox.arrived())
    with stage.client() as client:
        client.select_folder("INBOX", readonly=True)
        assert client.search(["UNSEEN"]) == [1]


def test_no_mail_is_written_out_for_a_logger(stage: ImapStage, caplog: pytest.LogCaptureFixture) -> None:
    """Logs hold no bodies, however much they are asked to tell; and spelling megabytes out takes time."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("imapclient").setLevel(logging.DEBUG)
    try:
        stage.drop(1, mail(1, body=b"the secret words\r\n"))
        with closing(stage.mailbox()) as mailbox:
            assert len(list(mailbox.arrived())) == 1
    finally:
        logging.getLogger("imapclient").setLevel(logging.WARNING)
    assert "the secret words" not in caplog.text


def test_what_others_have_read_arrives_all_the_same(stage: ImapStage) -> None:
    """The flags of a mail belong to people: a curious colleague must not swallow a form."""
    stage.drop(1, mail(1))
    with stage.client() as client:
        client.select_folder("INBOX")
        client.add_flags([1], [rb"\Seen", rb"\Answered", rb"\Flagged"])
    with closing(stage.mailbox()) as mailbox:
        assert [each.content for each in mailbox.arrived()] == [mail(1)]


def test_a_wrong_password_is_tried_once(stage: ImapStage) -> None:
    """Accounts get locked by programs that try again; a person must act first."""
    with FaultProxy(stage.servers.dovecot.imaps) as proxy:
        wrong = stage.imap(port=proxy.port, login=Password(user=stage.user, secret="wrong-secret"))  # noqa: S106
        with closing(ImapMailbox(wrong, stage.smtp())) as mailbox:
            for _ in range(3):
                with pytest.raises(WillNotWork) as refused:
                    list(mailbox.arrived())
                assert "wrong-secret" not in str(refused.value)
                with pytest.raises(WillNotWork):
                    mailbox.wait(5)
        assert proxy.connections == 1


def test_an_untrusted_certificate_ends_the_conversation(stage: ImapStage) -> None:
    """Nobody between us and the server learns the password."""
    with (
        closing(ImapMailbox(stage.imap(ca_file=None), stage.smtp())) as mailbox,
        pytest.raises(WillNotWork, match="certificate"),
    ):
        list(mailbox.arrived())


def test_starttls_is_insisted_on(stage: ImapStage) -> None:
    """The connection that begins in the open is protected before the login."""
    stage.drop(1, mail(1))
    settings = stage.imap(port=stage.servers.dovecot.imap, security=Security.STARTTLS)
    with closing(ImapMailbox(settings, stage.smtp())) as mailbox:
        assert len(list(mailbox.arrived())) == 1


def test_a_token_opens_the_mailbox(stage: ImapStage) -> None:
    """OAuth 2 works against a server that checks signatures."""
    stage.drop(1, mail(1))
    settings = stage.imap(login=OAuth(user=stage.user, tokens=Token(token_for(stage.user))))
    with closing(ImapMailbox(settings, stage.smtp())) as mailbox:
        assert len(list(mailbox.arrived())) == 1


def test_a_refused_token_is_replaced_once(stage: ImapStage) -> None:
    """A token that was revoked before its time costs one more try, a second refusal is final."""
    tokens = Token("stale", token_for(stage.user))
    settings = stage.imap(login=OAuth(user=stage.user, tokens=tokens))
    with closing(ImapMailbox(settings, stage.smtp())) as mailbox:
        assert list(mailbox.arrived()) == []
    assert tokens.asked == [False, True]

    refused = stage.imap(login=OAuth(user=stage.user, tokens=Token("stale")))
    with closing(ImapMailbox(refused, stage.smtp())) as mailbox, pytest.raises(WillNotWork):
        list(mailbox.arrived())


def test_after_a_rebuild_old_handles_touch_nothing(stage: ImapStage) -> None:
    """With another UIDVALIDITY the same number may be another mail: it is left where it is."""
    stage.drop(1, mail(1))
    with closing(stage.mailbox()) as mailbox:
        (old,) = mailbox.arrived()
        stage.servers.dovecot.command(
            "mailbox", "update", "-u", stage.user, "--uid-validity", "424242", "INBOX"
        )
        _patiently(lambda: mailbox.file_away(old.handle, Shelf.HANDLED))
        (new,) = mailbox.arrived()

        assert new.handle == "424242/1"
        assert new.content == old.content
        mailbox.file_away(old.handle, Shelf.HANDLED)
        assert len(list(mailbox.arrived())) == 1
        mailbox.file_away(new.handle, Shelf.HANDLED)
        assert list(mailbox.arrived()) == []
    assert stage.on_shelf(Shelf.HANDLED) == [mail(1)]


@pytest.mark.parametrize("host", [BARE, BARER])
def test_a_server_that_cannot_move_is_served_by_copying(mail_servers: MailServers, host: str) -> None:
    """Without MOVE, and without UIDPLUS, each mail ends on one shelf; what others deleted stays theirs."""
    stage = ImapStage(mail_servers, host=host)
    for number in (1, 2, 3):
        stage.drop(number, mail(number))
    with stage.client() as client:
        client.select_folder("INBOX")
        client.add_flags([3], [rb"\Deleted"])
    with closing(stage.mailbox()) as mailbox:
        for found in mailbox.arrived():
            mailbox.file_away(found.handle, Shelf.HANDLED)
            mailbox.file_away(found.handle, Shelf.REVIEW)

        assert list(mailbox.arrived()) == []
    assert stage.on_shelf(Shelf.HANDLED) == [mail(1), mail(2)]
    assert stage.on_shelf(Shelf.REVIEW) == []
    with stage.client() as client:
        client.select_folder("INBOX", readonly=True)
        assert 3 in client.search(["DELETED"])


def test_without_idle_the_mailbox_is_looked_at_now_and_then(mail_servers: MailServers) -> None:
    """Old servers are asked; the wait still ends when something came."""
    stage = ImapStage(mail_servers, host=BARER, poll=timedelta(seconds=0.2))
    with closing(stage.mailbox()) as mailbox:
        mailbox.wait(0)
        assert not mailbox.wait(0.5)
        stage.drop(1, mail(1))

        assert mailbox.wait(10)


def test_idle_goes_on_in_rounds(mail_servers: MailServers) -> None:
    """A mail that comes after several rounds wakes us like one that comes in the first."""
    stage = ImapStage(mail_servers, idle_round=timedelta(seconds=0.3))
    with closing(stage.mailbox()) as mailbox:
        mailbox.wait(0)
        assert not mailbox.wait(1.2)
        sender = threading.Timer(0.8, stage.drop, (1, mail(1)))
        sender.start()

        assert mailbox.wait(10)
        sender.join()


def test_a_line_that_is_cut_in_idle_is_replaced(stage: ImapStage) -> None:
    """A firewall that forgets us in the night costs nothing: the wait goes on and hears the next mail."""
    with (
        FaultProxy(stage.servers.dovecot.imaps) as proxy,
        closing(ImapMailbox(stage.imap(port=proxy.port), stage.smtp())) as mailbox,
    ):
        mailbox.wait(0)
        assert not mailbox.wait(0.3)
        cutter = threading.Timer(0.5, proxy.reset)
        cutter.start()

        assert mailbox.wait(10), "whoever reconnects cannot know what was missed, and looks"
        cutter.join()
        assert not mailbox.wait(0.5)
        stage.drop(1, mail(1))
        assert mailbox.wait(10)
        assert proxy.connections == 2


def test_a_line_that_is_cut_while_fetching_is_try_later(stage: ImapStage) -> None:
    """Half a mail is no mail: it comes whole at the next look."""
    big = mail(1, body=b"x" * 70 + b"\r\n" * 30_000)
    stage.drop(1, big)
    with (
        FaultProxy(stage.servers.dovecot.imaps) as proxy,
        closing(ImapMailbox(stage.imap(port=proxy.port), stage.smtp())) as mailbox,
    ):
        proxy.cut = Cut(after=30_000, by_client=False)
        with pytest.raises(TryLater):
            list(mailbox.arrived())

        assert [each.content for each in mailbox.arrived()] == [big]


def test_mails_are_fetched_by_few(stage: ImapStage) -> None:
    """A morning's heap does not cost a question each; what is big is asked for alone, and only in part."""
    for number in range(30):
        stage.drop(number, mail(number))
    stage.drop(30, mail(30, body=b"x" * 3_000))
    with FaultProxy(stage.servers.dovecot.imap) as proxy:
        settings = stage.imap(port=proxy.port, security=Security.NONE, limit=2_000)
        with closing(ImapMailbox(settings, stage.smtp())) as mailbox:
            mails = list(mailbox.arrived())
        asked = re.findall(rb"UID FETCH (\S+) \(BODY", proxy.heard())

    assert [each.content for each in mails[:30]] == [mail(number) for number in range(30)]
    assert (len(mails[30].content), mails[30].size) == (2_000, len(mail(30, body=b"x" * 3_000)))
    assert [len(each.split(b",")) for each in asked] == [25, 5, 1]


def test_a_mail_at_which_the_line_breaks_each_time_holds_up_no_other(stage: ImapStage) -> None:
    """Of several that were fetched together nobody knows which one it was: each is then fetched alone."""
    stage.drop(1, mail(1))
    stage.drop(2, mail(2, body=b"x" * 30_000))
    stage.drop(3, mail(3))
    with (
        FaultProxy(stage.servers.dovecot.imaps) as proxy,
        closing(ImapMailbox(stage.imap(port=proxy.port), stage.smtp())) as mailbox,
    ):

        def before() -> None:
            proxy.cut = Cut(after=20_000, by_client=False)

        assert _come(mailbox, until=mail(3), before=before) == {mail(1), mail(3)}


def test_a_mail_that_the_server_cannot_hand_out_holds_up_no_other(stage: ImapStage) -> None:
    """Of a file that broke on its disk Dovecot says no more than BYE."""
    for number in (1, 2, 3):
        stage.drop(number, mail(number))
    home = stage.servers.dovecot.folder / "homes" / stage.user
    (broken,) = (path for path in home.glob("Maildir/[cn]*/*") if b"<2@else" in path.read_bytes())
    broken.chmod(0)
    with closing(stage.mailbox()) as mailbox:
        assert _come(mailbox, until=mail(3)) == {mail(1), mail(3)}


def _come(mailbox: ImapMailbox, *, until: bytes, before: Callable[[], None] = lambda: None) -> set[bytes]:
    """Look for mails until one comes, 20 s at most; return what came."""
    came: set[bytes] = set()
    deadline = time.monotonic() + 20
    while until not in came and time.monotonic() < deadline:
        before()
        with suppress(TryLater):
            came.update(each.content for each in mailbox.arrived())
        time.sleep(0.2)
    return came


def test_a_server_that_restarts_is_waited_for(own_folder: Path, mail_servers: MailServers) -> None:
    """Maintenance on the server needs nobody to restart us."""
    need_mail_servers()
    server = dovecot.prepare(own_folder / "dovecot")
    stage = ImapStage(MailServers(dovecot=server, postfix=mail_servers.postfix))
    server.start()
    try:
        stage.drop(1, mail(1))
        with closing(stage.mailbox()) as mailbox:
            (first,) = mailbox.arrived()
            mailbox.wait(0)
            server.stop()
            with pytest.raises(TryLater):
                _until_it_breaks(mailbox)
            assert not mailbox.wait(0.2)
            server.start()

            assert mailbox.wait(20)
            assert _patiently(lambda: list(mailbox.arrived())) == [first]
            mailbox.file_away(first.handle, Shelf.HANDLED)
            assert list(mailbox.arrived()) == []
    finally:
        server.stop()


def test_many_mails_are_moved_by_one_command(stage: ImapStage) -> None:
    """Those that lie in the inbox are moved; what has vanished, or is of another time, is not said to be."""
    for number in (1, 2, 3, 4):
        stage.drop(number, mail(number))
    with closing(stage.mailbox()) as mailbox:
        first, second, third, _ = (each.handle for each in mailbox.arrived())
        mailbox.file_away(second, Shelf.IGNORED)
        validity = int(first.partition("/")[0])
        lie = mailbox.file_together([first, second, third, f"{validity + 1}/4"], Shelf.REVIEW)

        assert set(lie) == {first, third}
        assert stage.on_shelf(Shelf.REVIEW) == [mail(1), mail(3)]
        assert [each.content for each in mailbox.arrived()] == [mail(4)]
        mailbox.file_away(lie[third], Shelf.HANDLED)
        assert stage.on_shelf(Shelf.HANDLED) == [mail(3)]
        assert mailbox.file_together([first, third], Shelf.REVIEW) == {}


@pytest.mark.parametrize("host", [BARE, BARER])
def test_a_server_that_cannot_move_moves_nothing_together(mail_servers: MailServers, host: str) -> None:
    """Copying and expunging many leaves nobody sure of each: they are filed one by one."""
    stage = ImapStage(mail_servers, host=host)
    stage.drop(1, mail(1))
    stage.drop(2, mail(2))
    with closing(stage.mailbox()) as mailbox:
        handles = [each.handle for each in mailbox.arrived()]
        assert mailbox.file_together(handles, Shelf.HANDLED) == {}
        assert [each.handle for each in mailbox.arrived()] == handles


def test_chinese_shelves_under_a_chinese_folder(mail_servers: MailServers) -> None:
    """A company names its folders in its own language, and sees them in its mail programs."""
    shelves = MappingProxyType({Shelf.HANDLED: "已处理", Shelf.REVIEW: "待复核 & 确认"})
    stage = ImapStage(mail_servers, prefix="协同助手/归档", shelves=shelves)
    for number in (1, 2):
        stage.drop(number, mail(number))
    with closing(stage.mailbox()) as mailbox:
        for found, shelf in zip(mailbox.arrived(), shelves, strict=True):
            mailbox.file_away(found.handle, shelf)
    assert stage.lying_in("协同助手.归档.已处理") == [mail(1)]
    assert stage.lying_in("协同助手.归档.待复核 & 确认") == [mail(2)]
    with stage.client() as client:
        assert "协同助手.归档.已处理" in [name for _, _, name in client.list_sub_folders()]


def test_twenty_megabytes_come_and_go(stage: ImapStage) -> None:
    """A presentation with pictures is a usual attachment."""
    big = mail(20, body=(b"x" * 70 + b"\r\n") * 290_000)
    assert len(big) > 20_000_000
    message_id = MessageId("<20@elsewhere.example>")
    with closing(stage.mailbox()) as mailbox:
        mailbox.send(message_id, _CLERK, (Address(stage.user),), big)

        assert _next(mailbox).endswith(big)
        assert mailbox.find_sent(message_id)


def test_sent_mail_of_a_server_that_keeps_it_itself_is_not_kept_twice(stage: ImapStage) -> None:
    """Gmail files what leaves; a second copy would only confuse."""
    with closing(ImapMailbox(stage.imap(keeps_sent=True), stage.smtp())) as mailbox:
        mailbox.send(MessageId("<8@elsewhere.example>"), _CLERK, (Address(stage.user),), mail(8))
    assert stage.sent() == []


def test_finding_nothing_among_the_sent_mail_proves_something_only_where_the_server_keeps_it(
    stage: ImapStage,
) -> None:
    """Between the OK to a letter and our own copy of it, we may die: then none is there, and it has left."""
    with closing(stage.mailbox()) as ours:
        assert ours.sent_within is None
    with closing(ImapMailbox(stage.imap(keeps_sent=True), stage.smtp())) as kept:
        assert kept.sent_within == timedelta(minutes=1)


def _next(mailbox: ImapMailbox) -> bytes:
    """Return the next mail that arrives, which it must within seconds."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for found in mailbox.arrived():
            return found.content
        mailbox.wait(1)
    raise TimeoutError("no mail arrived")


def _patiently(work: Callable[[], T]) -> T:
    """Do it again until the server is back and the back-off is over."""
    for _ in range(20):
        try:
            return work()
        except TryLater:
            time.sleep(0.5)
    raise TimeoutError("the server stays away")


def _until_it_breaks(mailbox: ImapMailbox) -> None:
    """Look again and again: a server that stops lets its last guests finish."""
    for _ in range(50):
        list(mailbox.arrived())
        time.sleep(0.1)
