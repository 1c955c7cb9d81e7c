"""What becomes of a letter, told exactly: left, not left, left for some, or unsure; by a real Postfix."""

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from agent.domain.errors import NotLetIn, TryLater, Unsure, WillNotWork
from agent.domain.mail import Address, MessageId
from agent.mailbox.port import PartlySent
from agent.mailbox.settings import OAuth, Password, Security, SmtpSettings
from agent.mailbox.smtp.sender import SmtpSender
from tests.contract.mailboxes import ImapStage, Token, mail
from tests.servers.dovecot import token_for
from tests.servers.fault_proxy import Cut, FaultProxy
from tests.servers.postfix import BUSY, SIZE_LIMIT, UNKNOWN
from tests.servers.shared import MailServers

_CLERK = Address("clerk@example.com")
_ID = MessageId("<1@elsewhere.example>")


@pytest.fixture
def stage(mail_servers: MailServers) -> ImapStage:
    """An account that nobody has used yet."""
    return ImapStage(mail_servers)


@pytest.fixture(params=["together", "in turn"])
def proxy(stage: ImapStage, request: pytest.FixtureRequest) -> Iterator[FaultProxy]:
    """A line without TLS, whose words can be seen, to a server that takes commands so."""
    postfix = stage.servers.postfix
    with FaultProxy(postfix.plain if request.param == "together" else postfix.in_turn) as proxy:
        yield proxy


def _in_the_open(stage: ImapStage, proxy: FaultProxy, **changes: object) -> SmtpSettings:
    return stage.smtp(port=proxy.port, security=Security.NONE, login=None, **changes)


def _arrivals(stage: ImapStage, expected: int) -> list[bytes]:
    """Return what lies in the inbox once it is `expected` mails, or after a second."""
    deadline = time.monotonic() + (15 if expected else 1)
    found = stage.lying_in("INBOX")
    while len(found) != expected and time.monotonic() < deadline:
        time.sleep(0.1)
        found = stage.lying_in("INBOX")
    return found


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_letter_leaves_protected(stage: ImapStage, security: Security) -> None:
    """Both usual ways of protecting submission work, with a login and a difficult password."""
    postfix = stage.servers.postfix
    port = postfix.implicit if security is Security.TLS else postfix.starttls
    with closing(SmtpSender(stage.smtp(port=port, security=security))) as sender:
        sender.send(_ID, _CLERK, (Address(stage.user),), mail(1))

    (found,) = _arrivals(stage, 1)
    assert found.endswith(mail(1))
    assert b"Return-Path: <clerk@example.com>" in found, "bounces come back to us"


def test_a_token_is_as_good_as_a_password(stage: ImapStage) -> None:
    """OAuth 2 on submission, a stale token replaced on the way."""
    tokens = Token("stale", token_for(stage.user))
    with closing(SmtpSender(stage.smtp(login=OAuth(user=stage.user, tokens=tokens)))) as sender:
        sender.send(_ID, _CLERK, (Address(stage.user),), mail(1))
    assert len(_arrivals(stage, 1)) == 1
    assert tokens.asked == [False, True]


def test_a_wrong_password_is_tried_once(stage: ImapStage) -> None:
    """One refused login; after it nobody knocks for a quarter of an hour."""
    with FaultProxy(stage.servers.postfix.starttls) as proxy:
        login = Password(user=stage.user, secret="wrong-secret")  # noqa: S106
        with closing(SmtpSender(stage.smtp(port=proxy.port, login=login))) as sender:
            for _ in range(3):
                with pytest.raises(NotLetIn) as refused:
                    sender.send(_ID, _CLERK, (Address(stage.user),), mail(1))
                assert "wrong-secret" not in str(refused.value)
        assert proxy.connections == 1
    assert _arrivals(stage, 0) == []


def test_an_untrusted_certificate_ends_the_conversation(stage: ImapStage) -> None:
    """Nobody between us and the server reads the letter."""
    for port, security in (
        (stage.servers.postfix.implicit, Security.TLS),
        (stage.servers.postfix.starttls, Security.STARTTLS),
    ):
        settings = stage.smtp(port=port, security=security, ca_file=None)
        with closing(SmtpSender(settings)) as sender, pytest.raises(NotLetIn, match="certificate"):
            sender.send(_ID, _CLERK, (Address(stage.user),), mail(1))


def test_several_letters_share_a_connection(stage: ImapStage) -> None:
    """A morning's notices do not cost a handshake each."""
    with FaultProxy(stage.servers.postfix.starttls) as proxy:
        with closing(SmtpSender(stage.smtp(port=proxy.port))) as sender:
            for number in (1, 2, 3):
                sender.send(_ID, _CLERK, (Address(stage.user),), mail(number))
        assert proxy.connections == 1
    assert len(_arrivals(stage, 3)) == 3


def test_the_last_line_does_not_wait_for_the_server_to_confirm_the_one_before(stage: ImapStage) -> None:
    """A server may put off that confirmation for 40 ms, which is longer than it works on a letter."""
    took = []
    with closing(SmtpSender(stage.smtp())) as sender:
        for number in range(12):
            began = time.monotonic()
            sender.send(_ID, _CLERK, (Address(stage.user),), mail(number))
            took.append(time.monotonic() - began)
    assert min(took[4:]) < 0.04  # the first ones of a connection are confirmed at once


def test_a_connection_that_died_between_two_letters_is_replaced(stage: ImapStage) -> None:
    """Nothing of the second letter was said on the dead line, so it may simply go on another."""
    with (
        FaultProxy(stage.servers.postfix.starttls) as proxy,
        closing(SmtpSender(stage.smtp(port=proxy.port))) as sender,
    ):
        sender.send(_ID, _CLERK, (Address(stage.user),), mail(1))
        proxy.reset()
        sender.send(_ID, _CLERK, (Address(stage.user),), mail(2))
    assert len(_arrivals(stage, 2)) == 2


def test_a_letter_is_opened_in_one_breath_where_the_server_takes_that(stage: ImapStage) -> None:
    """RFC 2920; to others each command is said once the one before was answered."""
    postfix = stage.servers.postfix
    opened = {}
    for port in (postfix.plain, postfix.in_turn):
        with FaultProxy(port) as proxy, closing(SmtpSender(_in_the_open(stage, proxy))) as sender:
            for number in (1, 2):
                sender.send(_ID, _CLERK, (Address(stage.user),), mail(number))
            opened[port] = [
                [line.split()[0].decode() for line in said.splitlines()]
                for said in proxy.asked()
                if b"MAIL FROM" in said
            ]
            assert proxy.heard().count(b"RSET") == 1, "a line that served before is asked whether it lives"

    assert opened[postfix.plain] == [["MAIL", "RCPT", "DATA"], ["RSET", "MAIL", "RCPT", "DATA"]]
    assert opened[postfix.in_turn] == [["MAIL"], ["MAIL"]]
    assert len(_arrivals(stage, 4)) == 4


def test_a_recipient_who_does_not_exist_is_final(stage: ImapStage) -> None:
    """The coordinator learns of it now, not after a week of trying."""
    with closing(SmtpSender(stage.smtp())) as sender, pytest.raises(WillNotWork, match="550") as refused:
        sender.send(_ID, _CLERK, (Address(UNKNOWN),), mail(1))
    assert not isinstance(refused.value, PartlySent)


def test_a_full_mailbox_is_tried_later(stage: ImapStage) -> None:
    """A refusal for now leaves the letter in the outbox."""
    with closing(SmtpSender(stage.smtp())) as sender, pytest.raises(TryLater, match="450"):
        sender.send(_ID, _CLERK, (Address(BUSY), Address(UNKNOWN)), mail(1))


def test_who_can_be_reached_is_reached(stage: ImapStage) -> None:
    """One wrong address among the recipients neither stops the letter nor goes unnoticed."""
    recipients = (Address(UNKNOWN), Address(stage.user), Address(BUSY), Address("no address"))
    with closing(SmtpSender(stage.smtp())) as sender, pytest.raises(PartlySent) as partly:
        sender.send(_ID, _CLERK, recipients, mail(1))

    assert {each.recipient: each.final for each in partly.value.refused} == {
        UNKNOWN: True,
        BUSY: False,
        "no address": True,
    }
    assert len(_arrivals(stage, 1)) == 1


def test_a_letter_above_the_servers_limit_is_not_even_begun(stage: ImapStage) -> None:
    """The server says what it takes; forty megabytes need not travel to be refused."""
    big = mail(1, body=(b"x" * 98 + b"\r\n") * (SIZE_LIMIT // 100 + 1))
    with closing(SmtpSender(stage.smtp())) as sender, pytest.raises(WillNotWork, match="bytes"):
        sender.send(_ID, _CLERK, (Address(stage.user),), big)


def test_a_line_cut_after_the_last_line_is_unsure(stage: ImapStage, proxy: FaultProxy) -> None:
    """The server has the letter and could not say so (RFC 1047): sending again would double it."""
    proxy.cut = Cut(words=b"\r\n.\r\n")
    with closing(SmtpSender(_in_the_open(stage, proxy))) as sender, pytest.raises(Unsure):
        sender.send(_ID, _CLERK, (Address(stage.user),), mail(1))

    assert len(_arrivals(stage, 1)) == 1, "this time it had left"


def test_a_line_cut_before_the_last_line_arrives_is_unsure_too(stage: ImapStage, proxy: FaultProxy) -> None:
    """From our side both look the same, so the answer is the same."""
    proxy.cut = Cut(words=b"\r\n.\r\n", deliver=False)
    with closing(SmtpSender(_in_the_open(stage, proxy))) as sender, pytest.raises(Unsure):
        sender.send(_ID, _CLERK, (Address(stage.user),), mail(1))

    assert _arrivals(stage, 0) == [], "this time it had not"


@pytest.mark.parametrize("words", [b"ehlo", b"MAIL FROM", b"RCPT TO", b"DATA"])
def test_a_line_cut_earlier_is_try_later(stage: ImapStage, proxy: FaultProxy, words: bytes) -> None:
    """Before its last line a letter belongs to us: trying again cannot double it."""
    proxy.cut = Cut(words=words)
    with closing(SmtpSender(_in_the_open(stage, proxy))) as sender:
        with pytest.raises(TryLater):
            sender.send(_ID, _CLERK, (Address(stage.user),), mail(1))
        sender.send(_ID, _CLERK, (Address(stage.user),), mail(2))

    (found,) = _arrivals(stage, 1)
    assert found.endswith(mail(2))


def test_a_line_cut_in_the_middle_of_a_big_letter_is_try_later(stage: ImapStage, proxy: FaultProxy) -> None:
    """Half a letter is no letter."""
    proxy.cut = Cut(after=1_000_000)
    big = mail(1, body=(b"x" * 98 + b"\r\n") * 150_000)
    with closing(SmtpSender(_in_the_open(stage, proxy))) as sender, pytest.raises(TryLater):
        sender.send(_ID, _CLERK, (Address(stage.user),), big)
    assert _arrivals(stage, 0) == []


def test_a_server_that_is_silent_after_the_last_line_is_unsure(stage: ImapStage, proxy: FaultProxy) -> None:
    """Patience ends one day, and then nobody knows."""
    settings = _in_the_open(stage, proxy, last_word=timedelta(seconds=0.3))
    with closing(SmtpSender(settings)) as sender:
        sender.send(_ID, _CLERK, (Address(stage.user),), mail(1))
        proxy.latency = 0.6
        began = time.monotonic()
        with pytest.raises(Unsure):
            sender.send(_ID, _CLERK, (Address(stage.user),), mail(2))
        assert time.monotonic() - began < 30
    proxy.latency = 0.0
    assert len(_arrivals(stage, 2)) == 2


def test_a_server_that_is_away_is_not_called_again_and_again(stage: ImapStage) -> None:
    """A hundred letters in the outbox do not mean a hundred time-outs in a row."""
    with FaultProxy(9) as proxy, closing(SmtpSender(_in_the_open(stage, proxy))) as sender:
        for _ in range(20):
            with pytest.raises(TryLater):
                sender.send(_ID, _CLERK, (Address(stage.user),), mail(1))
        assert proxy.connections <= 3


def test_a_chinese_address_asks_for_what_it_needs(stage: ImapStage) -> None:
    """SMTPUTF8 is used for an address outside ASCII, and only then (RFC 6531)."""
    person = Address(f"u王伟{stage.user}")
    with (
        FaultProxy(stage.servers.postfix.plain) as proxy,
        closing(SmtpSender(_in_the_open(stage, proxy))) as sender,
    ):
        sender.send(_ID, _CLERK, (Address(stage.user),), mail(1))
        assert b"SMTPUTF8" not in proxy.heard()
        sender.send(_ID, _CLERK, (person,), mail(2))
        assert b"SMTPUTF8" in proxy.heard()
        assert f"RCPT TO:<{person}>".encode() in proxy.heard()


def test_a_chinese_domain_needs_nothing_special(stage: ImapStage) -> None:
    """A domain has a spelling in ASCII that every server understands (RFC 5890)."""
    with (
        FaultProxy(stage.servers.postfix.plain) as proxy,
        closing(SmtpSender(_in_the_open(stage, proxy))) as sender,
    ):
        sender.send(_ID, _CLERK, (Address("wang@例子.公司"),), mail(1))
        assert b"RCPT TO:<wang@xn--fsqu00a.xn--55qx5d>" in proxy.heard()
        assert b"SMTPUTF8" not in proxy.heard()
