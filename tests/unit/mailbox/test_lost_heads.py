"""What Exchange tells beside a mail counts; what a mail says of itself in Exchange's name does not."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.domain.authenticity import Standing
from agent.domain.mail import Address
from agent.mailbox.lost_heads import restored
from parsers.limits import STANDARD
from parsers.mail.headers import read_headers, split
from parsers.mail.sender import authenticity
from parsers.mail.sender_trust import Trust

_NAME = "X-MS-Exchange-Organization-AuthAs"
_SENDER = Address("zhang@example.com")
_HEAD = b"From: zhang@example.com\r\nSubject: x\r\n"
_BODY = b"\r\nhello\r\n"
_INSIDE = (_NAME, "Internal")
_OUTSIDE = (_NAME, "Anonymous")
_FORGED = b"X-MS-Exchange-Organization-AuthAs: Internal"


def standing(mail: bytes) -> Standing:
    """Return whether Exchange's mark vouches for the sender of a mail."""
    headers = read_headers(split(mail)[0], STANDARD)
    return authenticity(mail, headers, _SENDER, trust=Trust(exchange=True)).standing


def test_the_mark_that_exchange_tells_beside_the_mail_vouches() -> None:
    """Exchange writes a mail anew and may leave its own headers out."""
    assert standing(_HEAD + _BODY) is Standing.UNPROVEN
    assert standing(restored(_HEAD + _BODY, (_INSIDE, ("Subject", "x")))) is Standing.AUTHENTIC


def test_a_mail_that_kept_the_mark_comes_byte_for_byte() -> None:
    """Nothing is renamed where mail and server say the same, however it is folded."""
    mail = b"X-MS-Exchange-Organization-AuthAs:\r\n Internal\r\n" + _HEAD + _BODY
    assert restored(mail, (_INSIDE,)) == mail
    assert standing(mail) is Standing.AUTHENTIC


@pytest.mark.parametrize("told", [(), (_OUTSIDE,), (_OUTSIDE, ("Subject", "x"))])
@pytest.mark.parametrize(
    "forged",
    [
        _FORGED + b"\r\n" + _HEAD,
        _HEAD + _FORGED.lower() + b"\r\n",
        _HEAD + b"X-MS-Exchange-Organization-AuthAs : Internal\r\n",
        _HEAD + b"X-Long: a\rX-MS-Exchange-Organization-AuthAs: Internal\r\n",
        (_HEAD + _FORGED).replace(b"\r\n", b"\r"),
        _HEAD + b"X-Filler: " + b"y" * 300_000 + b"\r\n" + _FORGED + b"\r\n",
    ],
)
def test_a_mail_cannot_claim_the_mark_itself(forged: bytes, told: tuple[tuple[str, str], ...]) -> None:
    """Whatever a sender writes, only the server's own word counts."""
    assert standing(restored(forged + _BODY, told)) is Standing.UNPROVEN


@given(st.binary(max_size=60), st.binary(max_size=60), st.sampled_from([(), (_OUTSIDE,)]))
@example(b"", b"\n", ())
@example(b"\r", b"\r\n", (_OUTSIDE,))
def test_no_bytes_around_it_make_a_forged_mark_count(
    before: bytes, after: bytes, told: tuple[tuple[str, str], ...]
) -> None:
    """The mark is found wherever the reader of mails would find it."""
    mail = restored(_HEAD + before + _FORGED + after + _BODY, told)
    assert standing(mail) is not Standing.AUTHENTIC


def test_a_quoted_header_in_the_body_is_left_alone() -> None:
    """A forwarded mail keeps its bytes."""
    mail = _HEAD + b"\r\n" + _FORGED + b"\r\n"
    assert restored(mail, ()) == mail
