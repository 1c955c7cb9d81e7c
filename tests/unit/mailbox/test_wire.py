"""What goes over the wire, and what the words of servers mean."""

import imaplib
import re
import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imapclient.exceptions import CapabilityError, LoginError

from agent.domain.errors import TryLater, WillNotWork
from agent.domain.mail import Address
from agent.mailbox.imap import errors
from agent.mailbox.smtp.replies import check
from agent.mailbox.smtp.transaction import on_the_wire, spelt
from agent.mailbox.wires import shown


@given(st.lists(st.sampled_from([b".", b"..", b"\r\n", b"\n", b"\r", b"x", b"\xff", b".\r\n"])).map(b"".join))
def test_no_line_of_a_mail_ends_it(content: bytes) -> None:
    """A line with a lone dot inside a mail would make the rest a command; a bare line end is no line end."""
    data = on_the_wire(content)

    assert data.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", data)
    assert all(line != b"." for line in data.split(b"\r\n"))
    lines = [line.removeprefix(b".") if line.startswith(b"..") else line for line in data.split(b"\r\n")]
    assert b"\r\n".join(lines).removesuffix(b"\r\n") == re.sub(rb"\r\n|\r|\n", b"\r\n", content).removesuffix(
        b"\r\n"
    )


@pytest.mark.parametrize("text", ["", "wang", "@x", "a@", "a b@x", "a@x>\r\nRCPT TO:<b@x", "<a@x>", "a\0@x"])
def test_what_is_no_address_is_never_sent(text: str) -> None:
    """A value from a form must not become a command."""
    with pytest.raises(ValueError, match="no mail address"):
        spelt(Address(text))


@pytest.mark.parametrize(
    ("code", "kind"), [(421, TryLater), (450, TryLater), (550, WillNotWork), (-1, TryLater), (354, TryLater)]
)
def test_the_code_says_whether_to_try_again(code: int, kind: type[Exception]) -> None:
    """RFC 5321, 4.2.1: 4yz is for now, 5yz for good; what is no reply is for now."""
    with pytest.raises(kind):
        check((code, b"words"), "MAIL")
    check((250, b"ok"), "MAIL")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (imaplib.IMAP4.abort("EOF"), TryLater),
        (imaplib.IMAP4.readonly("read-only"), WillNotWork),
        (CapabilityError("no STARTTLS"), WillNotWork),
        (imaplib.IMAP4.error("MOVE failed: [OVERQUOTA] full"), WillNotWork),
        (imaplib.IMAP4.error("MOVE failed: [SERVERBUG] oops"), TryLater),
        (ConnectionResetError(), TryLater),
        (TimeoutError(), TryLater),
        (ssl.SSLCertVerificationError("self-signed"), WillNotWork),
        (KeyError(b"EXISTS"), TryLater),
    ],
)
def test_an_imap_error_says_whether_to_try_again(error: Exception, kind: type[Exception]) -> None:
    """What a person must change is told to a person; everything else passes."""
    assert type(errors.translate("x", error)) is kind


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("[AUTHENTICATIONFAILED] Authentication failed.", WillNotWork),
        ("LOGIN Login error or password error", WillNotWork),
        ("[UNAVAILABLE] Temporary authentication failure", TryLater),
        ("[ALERT] Too many simultaneous connections. (Failure)", TryLater),
    ],
)
def test_a_refused_login_is_final_unless_the_server_is_busy(words: str, kind: type[Exception]) -> None:
    """RFC 5530, and what Gmail says instead."""
    assert type(errors.of_login("clerk", LoginError(words))) is kind


def test_a_line_cut_while_logging_in_is_no_refusal() -> None:
    """The library calls both a login error; only one of them may stop us for a quarter of an hour."""
    error = LoginError("socket error: EOF")
    error.__context__ = imaplib.IMAP4.abort("socket error: EOF")

    assert type(errors.of_login("clerk", error)) is TryLater


@given(st.binary())
def test_what_a_server_says_is_one_short_safe_line(words: bytes) -> None:
    """Its words end up in logs and on terminals."""
    line = shown(words)
    assert len(line) <= 200
    assert line.isprintable()
