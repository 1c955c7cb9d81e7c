"""What an Exchange server says: nothing is lost between the pieces, and nothing hostile gets far."""

import base64
import ssl

import pytest
from exchangelib import errors
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.errors import TryLater, Unsure, WillNotWork
from agent.mailbox.exchange import errors as ours
from agent.mailbox.exchange.mime import MimeReader
from agent.mailbox.lost_heads import restored
from tests.servers.ews_answers import soap_fault, success, wrapped

_PIECE = 64 * 1024
"""What the reader takes at once."""


def _answer(mail: bytes, gap: str = "") -> bytes:
    text = base64.b64encode(mail).decode()
    cut = gap.join(text[at : at + 7] for at in range(0, len(text), 7))
    return wrapped(
        "GetItem",
        [
            success(
                "GetItem", f"<m:Items><t:Message><t:MimeContent>{cut}</t:MimeContent></t:Message></m:Items>"
            )
        ],
    )


@given(mail=st.binary(max_size=300), step=st.integers(1, 97), gap=st.sampled_from(["", "\n", " \r\n"]))
def test_a_mail_is_the_same_however_its_answer_was_cut(mail: bytes, step: int, gap: str) -> None:
    """Pieces end anywhere, in the middle of a letter of base64 too."""
    answer = _answer(mail, gap)
    reader = MimeReader(1000)
    for at in range(0, len(answer), step):
        reader.feed(answer[at : at + step])

    assert bytes(reader.content) == mail
    assert reader.code == "NoError"


@pytest.mark.parametrize("limit", [0, 1, 1000, 70_000])
def test_little_more_than_the_limit_is_kept(limit: int) -> None:
    """One mail cannot fill the memory."""
    reader = MimeReader(limit)
    answer = _answer(b"x" * 400_000)
    for at in range(0, len(answer), _PIECE):
        reader.feed(answer[at : at + _PIECE])

    assert reader.full
    assert len(reader.content) <= limit + _PIECE


@given(st.binary(max_size=200))
def test_rubbish_is_rubbish(rubbish: bytes) -> None:
    """An answer that is no answer is one kind of error."""
    reader = MimeReader(1000)
    try:
        reader.feed(rubbish)
    except ValueError:
        return
    assert not reader.content


def test_an_answer_with_a_document_type_is_refused() -> None:
    """Entities that grow into gigabytes begin with one."""
    with pytest.raises(ValueError, match="document type"):
        MimeReader(1000).feed(b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')


def test_a_fault_is_told_by_name() -> None:
    """A busy server says so instead of giving the mail."""
    reader = MimeReader(1000)
    reader.feed(soap_fault("ErrorServerBusy", "later"))
    assert (reader.code, reader.words) == ("ErrorServerBusy", "later")


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=60)), max_size=8))
def test_headers_that_are_put_back_stay_headers(received: list[tuple[str, str]]) -> None:
    """No value of a sender ends the header or begins another one."""
    mail = b"Subject: x\r\n\r\nbody"
    found = restored(mail, received)

    assert found.endswith(mail)
    for line in found[: -len(mail)].split(b"\r\n")[:-1]:
        name, colon, _ = line.partition(b":")
        assert colon
        assert name.decode("ascii") in [each for each, _ in received]
    assert b"\r\n\r\n" not in found[: -len(mail)]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (errors.ErrorAccessDenied("no"), WillNotWork),
        (errors.ErrorItemNotFound("gone"), TryLater),
        (errors.TransportError("something"), TryLater),
        (errors.ErrorServerBusy("later", back_off=5), TryLater),
        (errors.ErrorQuotaExceeded("full"), WillNotWork),
        (errors.UnauthorizedError("locked out"), WillNotWork),
        (ours.HttpRefusal(401, "Unauthorized", 0), WillNotWork),
        (ours.HttpRefusal(403, "Forbidden", 0), WillNotWork),
        (ours.HttpRefusal(502, "Bad Gateway", 0), TryLater),
        (ssl.SSLCertVerificationError("self-signed"), WillNotWork),
        (AttributeError("'NoneType' object has no attribute 'text'"), TryLater),
        (KeyError("www-authenticate"), TryLater),
        (ConnectionResetError("reset"), TryLater),
    ],
    ids=repr,
)
def test_errors_are_judged_by_name(error: Exception, kind: type[Exception]) -> None:
    """The library derives a missing permission and a lost connection from the same class."""
    assert isinstance(ours.translate("mail.example.com", "trying", error), kind)


@pytest.mark.parametrize("code", ["ErrorInternalServerError", "ErrorTimeoutExpired", "ErrorItemNotFound"])
def test_whatever_is_not_known_to_come_before_the_act_leaves_a_doubt(code: str) -> None:
    """A letter is sent again only when it certainly stayed."""
    error = getattr(errors, code)("?")
    assert isinstance(ours.of_sending("mail.example.com", "sending", error), Unsure)
