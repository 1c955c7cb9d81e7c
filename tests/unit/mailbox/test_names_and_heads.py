"""Names of sent files, and the one header that a mailbox reads by itself."""

from datetime import UTC, datetime
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from agent.domain.mail import Address, MessageId
from agent.mailbox import heads
from agent.mailbox.folder import sent_names

_ID = MessageId("<x@example.com>")


@given(
    subject=st.text(), recipient=st.text(min_size=1), serial=st.integers(1, 10**9), count=st.integers(1, 500)
)
def test_every_name_is_safe_and_found_again(subject: str, recipient: str, serial: int, count: int) -> None:
    """Whatever stands in a subject or address, the name fits Windows and Linux, and says which mail it is."""
    content = f"Subject: {' '.join(subject.split())}\r\n\r\n".encode("utf-8", "replace")
    name = sent_names.name_for(serial, _ID, (Address(recipient),) * count, content)

    assert sent_names.understood(name) == (serial, sent_names.digest_of(_ID))
    assert len(name.encode()) <= 255
    assert not set(name) & set('<>:"/\\|?*\r\n\t\0')
    assert not name.startswith((".", " "))


def test_a_stranger_among_the_sent_is_no_mail_of_ours() -> None:
    """A file that somebody put there has no number and no digest."""
    assert sent_names.understood("0001 copy of a letter.eml") is None
    assert sent_names.understood("desktop.ini") is None


@given(st.binary(max_size=400))
def test_no_bytes_make_the_date_fail(content: bytes) -> None:
    """Anybody may put anything into the Inbox."""
    for text in (content, b"Date: " + content, b"date:" + content + b"\r\n\r\n"):
        found = heads.date_of(text)
        assert found is None or found.tzinfo is not None


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 - made aware below
def test_a_usual_date_is_understood(moment: datetime) -> None:
    """RFC 5322 dates give the moment they name, folded or not."""
    moment = moment.replace(tzinfo=UTC, microsecond=0)
    written = moment.strftime("%a, %d %b %Y\r\n %H:%M:%S +0000").encode()

    assert heads.date_of(b"From: x\r\nDate: " + written + b"\r\nTo: y\r\n\r\n") == moment


def test_a_date_in_the_body_is_no_date() -> None:
    """A quoted mail must not decide the order."""
    assert heads.date_of(b"Subject: x\n\nDate: Mon, 05 Jan 2026 08:00:00 +0000\n") is None


def test_only_the_head_is_read() -> None:
    """Ordering a thousand scans does not read a thousand scans."""
    source = BytesIO(b"Subject: x\r\n\r\n" + b"y" * 10_000_000)
    assert len(heads.head_of(source)) <= 8192
    assert len(heads.head_of(BytesIO(b"z" * 10_000_000))) <= heads.HEAD_LIMIT
