"""What Microsoft Graph may do to a letter on its way out: it leaves once, or a person is told (ADR 0025)."""

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from agent.domain.errors import TryLater, Unsure, WillNotWork
from agent.domain.mail import Address
from agent.mailbox.graph.mailbox import GraphMailbox
from agent.mailbox.graph.sender import WHOLE
from tests.contract.graph_stage import CLERK, LETTER, LETTER_ID, WANG, GraphStage, send
from tests.contract.mailboxes import Token
from tests.servers.graph import Fault, GraphServer

_SENDING = "POST .*/sendMail"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GraphServer]:
    """A Graph that nobody has used yet."""
    with GraphServer(tmp_path) as listening:
        yield listening


@pytest.fixture
def stage(server: GraphServer) -> GraphStage:
    """A mailbox there."""
    return GraphStage(server)


def large(*sizes: int, text: str = "请确认") -> bytes:
    """Return a letter with files of these sizes, as our own letters are written."""
    parts = [b'Content-Type: text/plain; charset="utf-8"\r\n\r\n' + text.encode() + b"\r\n"]
    for number, size in enumerate(sizes):
        lines = b"QUJD" * 18 + b"\r\n"
        parts.append(
            b"Content-Type: application/pdf\r\n"
            b"Content-Disposition: attachment; filename*=UTF-8''%E8%A1%A8"
            + f"{number}.pdf\r\n".encode()
            # Three bytes for four letters, 54 in a line.
            + b"Content-Transfer-Encoding: base64\r\n\r\n"
            + lines * (size // 54)
            + b"QUJD\r\n"
        )
    head = LETTER.partition(b"\r\n\r\n")[0]
    head += b"\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0"
    head += b'\r\nContent-Type: multipart/mixed; boundary="=_b"'
    return head + b"\r\n\r\n" + b"".join(b"--=_b\r\n" + part for part in parts) + b"--=_b--\r\n"


# -- letters leave once -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [0, 500, 502, 504])
def test_an_answer_lost_after_sending_is_looked_up(stage: GraphStage, status: int) -> None:
    """The letter left, whatever the answer says: it is found among the sent mail and not sent again."""
    stage.server.faults = [Fault(path=_SENDING, status=status, acts=True)]
    with closing(stage.mailbox()) as mailbox:
        send(mailbox)
    assert stage.account.submitted == [LETTER]


def test_a_letter_that_cannot_be_found_yet_is_in_doubt(stage: GraphStage) -> None:
    """Exchange shows what was sent a little later: until then nobody may say that it did not leave."""
    stage.server.exchange.hides_sent = True
    stage.server.faults = [Fault(path=_SENDING, status=500, acts=True)]
    with closing(stage.mailbox()) as mailbox:
        with pytest.raises(Unsure):
            send(mailbox)
        stage.server.exchange.hides_sent = False
        assert mailbox.find_sent(LETTER_ID)
        assert mailbox.sent_within is not None
    assert stage.server.count(_SENDING) == 1


@pytest.mark.parametrize("status", [0, 500])
def test_an_answer_lost_before_sending_is_in_doubt_as_well(stage: GraphStage, status: int) -> None:
    """From here both look the same; repeating by ourselves would be a gamble."""
    stage.server.faults = [Fault(path=_SENDING, status=status)]
    with closing(stage.mailbox()) as mailbox, pytest.raises(Unsure):
        send(mailbox)
    assert stage.server.count(_SENDING) == 1


def test_silence_after_sending_is_in_doubt(stage: GraphStage) -> None:
    """A black hole: the request left, no answer ever comes."""
    stage.server.faults = [Fault(path=_SENDING, silent=True, acts=True)]
    stage.server.exchange.hides_sent = True
    settings = replace(stage.settings(), timeout=timedelta(seconds=1))
    with closing(GraphMailbox(settings)) as mailbox, pytest.raises(Unsure):
        send(mailbox)
    assert stage.account.submitted == [LETTER]


def test_an_acceptance_that_is_none_is_in_doubt(stage: GraphStage) -> None:
    """Graph is known to answer 200 to a mail that is too long, and to send nothing; only 202 is a yes."""
    stage.server.faults = [Fault(path=_SENDING, status=200)]
    with closing(stage.mailbox()) as mailbox, pytest.raises(Unsure):
        send(mailbox)


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_service_has_not_sent(stage: GraphStage, status: int) -> None:
    """429 and 503 say that the request was not worked on; the outbox tries again, after a look."""
    stage.server.faults = [Fault(path=_SENDING, status=status, retry_after="1")]
    with closing(stage.mailbox()) as mailbox:
        with pytest.raises(TryLater):
            send(mailbox)
        assert stage.account.submitted == []
        send(mailbox)
    assert stage.account.submitted == [LETTER]


def test_a_service_that_cannot_be_reached_has_not_sent(stage: GraphStage) -> None:
    """No connection, no letter: there is nothing to be unsure of."""
    with closing(GraphMailbox(stage.settings(), Token("t"))) as mailbox:
        stage.server.__exit__(None, None, None)
        with pytest.raises(TryLater, match="reached"):
            send(mailbox)


def test_a_reader_whom_the_header_does_not_name_gets_a_blind_copy(stage: GraphStage) -> None:
    """Graph reads the recipients from the header, so the header names those of the envelope."""
    li = Address("li@example.com")
    stage.server.exchange.account(li)
    with closing(stage.mailbox()) as mailbox:
        mailbox.send(LETTER_ID, CLERK, (WANG, li), LETTER)
        with pytest.raises(WillNotWork, match="wang@elsewhere"):
            mailbox.send(LETTER_ID, CLERK, (li,), LETTER)
        with pytest.raises(WillNotWork, match="no mail address"):
            mailbox.send(LETTER_ID, CLERK, (WANG, Address("li@example.com\r\nSubject: x")), LETTER)
    assert stage.account.submitted == [b"Bcc: li@example.com\r\n" + LETTER]
    assert [each.content for each in stage.server.exchange.account(li).lying_in("ID-inbox")] == [LETTER]


# -- large letters ------------------------------------------------------------------------------------------


def test_a_large_letter_leaves_as_a_draft_with_its_files(stage: GraphStage) -> None:
    """One request takes 4 MB: big files are uploaded in ranges, small ones attached, the headers stay."""
    letter = large(4_000_000, 100_000, 2_500_000)
    with closing(stage.mailbox()) as mailbox:
        send(mailbox, letter)
        assert mailbox.find_sent(LETTER_ID)

    (left,) = stage.account.submitted
    sent = _read(left)
    meant = _read(letter)
    for name in ("Message-ID", "In-Reply-To", "Auto-Submitted", "To", "Subject"):
        assert sent[name] == meant[name]
    # Some files stay in the mail, the largest travel on their own and come last.
    assert sorted(_files(sent)) == sorted(_files(meant))
    assert stage.account.lying_in("ID-drafts") == []
    assert stage.server.count("PUT /upload") == 2
    assert stage.server.count("POST .*/attachments$") == 1


@pytest.mark.parametrize("acts", [True, False])
def test_a_large_letter_whose_answer_is_lost_leaves_once_at_most(stage: GraphStage, acts: bool) -> None:  # noqa: FBT001
    """The sending of a draft is as final as that of a mail."""
    stage.server.faults = [Fault(path="POST .*/send$", status=500, acts=acts)]
    with closing(stage.mailbox()) as mailbox:
        if acts:
            send(mailbox, large(4_000_000))
        else:
            with pytest.raises(Unsure):
                send(mailbox, large(4_000_000))
    assert len(stage.account.submitted) == acts
    assert stage.server.count("POST .*/send$") == 1


@pytest.mark.parametrize(
    "path", ["POST .*/messages$", "POST .*/createUploadSession$", "PUT /upload", "POST .*/attachments$"]
)
@pytest.mark.parametrize("acts", [True, False])
def test_a_draft_that_fails_half_way_leaves_nothing_behind(
    stage: GraphStage,
    path: str,
    acts: bool,  # noqa: FBT001
) -> None:
    """Nothing has left, so it is tried again; no half-made draft waits for somebody to send it by hand."""
    stage.server.faults = [Fault(path=path, acts=acts)]
    letter = large(3_100_000, 2_900_000)
    with closing(stage.mailbox()) as mailbox:
        try:
            send(mailbox, letter)
        except TryLater:
            send(mailbox, letter)
    assert len(stage.account.submitted) == 1
    sent = _read(stage.account.submitted[0])
    assert sorted(_files(sent)) == sorted(_files(_read(letter)))
    assert stage.account.lying_in("ID-drafts") == []


def test_a_draft_without_our_message_id_is_not_sent(stage: GraphStage) -> None:
    """By its Message-ID alone we know later whether it left: without, twice is only a matter of time."""
    stage.server.exchange.renames_drafts = True
    with closing(stage.mailbox()) as mailbox, pytest.raises(WillNotWork, match="Message-ID"):
        send(mailbox, large(4_000_000))
    assert stage.account.submitted == []
    assert stage.account.lying_in("ID-drafts") == []


def test_a_letter_that_is_long_without_its_files_is_refused(stage: GraphStage) -> None:
    """Nothing is cut off silently."""
    with closing(stage.mailbox()) as mailbox, pytest.raises(WillNotWork, match="longer than Graph takes"):
        send(mailbox, large(10, text="x" * (WHOLE + 1)))
    assert stage.account.submitted == []


def test_no_log_has_a_token_or_a_secret(stage: GraphStage, caplog: pytest.LogCaptureFixture) -> None:
    """Logs are read by many; the address of an upload alone is a permission."""
    with caplog.at_level(logging.DEBUG), closing(stage.mailbox()) as mailbox:
        send(mailbox, large(4_000_000))
    words = caplog.text
    assert "s3cret" not in words
    assert "/upload/" not in words
    assert "eyJ" not in words, "a JSON web token begins like this"


def _files(sent: EmailMessage) -> list[tuple[str, bytes]]:
    return [(str(each.get_filename()), bytes(each.get_content())) for each in sent.iter_attachments()]


def _read(content: bytes) -> EmailMessage:
    found = BytesParser(policy=policy.default).parsebytes(content)
    assert isinstance(found, EmailMessage)
    return found
