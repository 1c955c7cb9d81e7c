"""What Microsoft Graph may do to us, done by a stand-in that remembers."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from agent.domain.errors import TryLater, Unsure, WillNotWork
from agent.domain.mail import Address, MessageId
from agent.mailbox.graph import GraphMailbox
from agent.mailbox.graph_sender import WHOLE
from agent.mailbox.graph_settings import ClientCertificate, ClientSecret, Cloud
from agent.mailbox.port import Shelf
from tests.contract.graph_stage import GraphStage
from tests.contract.mailboxes import Token, mail
from tests.servers.graph import Fault, GraphServer
from tests.servers.graph_signin import key_and_certificate, registered

_ID = MessageId("<due.XT-2026-0001.1@example.com>")
_CLERK = Address("clerk@example.com")
_WANG = Address("wang@elsewhere.example")
_LETTER = (
    b"Message-ID: <due.XT-2026-0001.1@example.com>\r\nIn-Reply-To: <0@elsewhere.example>\r\n"
    b"From: clerk@example.com\r\nTo: wang@elsewhere.example\r\nSubject: due\r\n\r\nhello\r\n"
)
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


def send(mailbox: GraphMailbox, content: bytes = _LETTER) -> None:
    """Send a letter to Wang."""
    mailbox.send(_ID, _CLERK, (_WANG,), content)


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
    head = _LETTER.partition(b"\r\n\r\n")[0]
    head += b"\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0"
    head += b'\r\nContent-Type: multipart/mixed; boundary="=_b"'
    return head + b"\r\n\r\n" + b"".join(b"--=_b\r\n" + part for part in parts) + b"--=_b--\r\n"


# -- being let in -------------------------------------------------------------------------------------------


def test_a_certificate_opens_the_mailbox(stage: GraphStage) -> None:
    """Companies that allow no client secrets register a certificate; its thumbprint may be worked out."""
    key, certificate = key_and_certificate()
    shown = x509.load_pem_x509_certificate(certificate).fingerprint(hashes.SHA1())  # noqa: S303 - Microsoft's
    stage.server.certificates = registered(certificate)
    stage.drop(1, mail(1))
    by_hand = ClientCertificate(pem=key.decode(), thumbprint=shown.hex(":").upper())
    both = ClientCertificate(pem=(key + certificate).decode())
    for credential in (by_hand, both):
        with closing(GraphMailbox(replace(stage.settings(), credential=credential))) as mailbox:
            assert len(list(mailbox.arrived())) == 1

    other, _ = key_and_certificate()
    unknown = ClientCertificate(pem=other.decode(), thumbprint=shown.hex())
    with (
        closing(GraphMailbox(replace(stage.settings(), credential=unknown))) as mailbox,
        pytest.raises(WillNotWork, match="certificate is not registered"),
    ):
        list(mailbox.arrived())
    for pem, thumbprint in (("-----BEGIN", "00"), (key.decode(), ""), (key.decode(), "no digits")):
        nonsense = ClientCertificate(pem=pem, thumbprint=thumbprint)
        with (
            closing(GraphMailbox(replace(stage.settings(), credential=nonsense))) as mailbox,
            pytest.raises(WillNotWork, match=r"cannot sign in|no RSA private key") as refused,
        ):
            list(mailbox.arrived())
        assert "PRIVATE" not in str(refused.value)


def test_a_wrong_secret_is_tried_once_and_never_shown(stage: GraphStage) -> None:
    """Whoever sets it up reads what is wrong; a sign-in that was refused is not repeated for a while."""
    wrong = replace(stage.settings(), credential=ClientSecret(secret="not~the~secret"))  # noqa: S106
    with closing(GraphMailbox(wrong)) as mailbox:
        for _ in range(3):
            with pytest.raises(WillNotWork, match="client secret is wrong") as refused:
                list(mailbox.arrived())
            assert "not~the~secret" not in str(refused.value)
        with pytest.raises(WillNotWork):
            mailbox.wait(5)
    assert stage.server.count("POST .*/token") == 1
    assert "not~the~secret" not in repr(wrong)


def test_an_expired_secret_is_called_by_its_name(stage: GraphStage) -> None:
    """After a year or two every secret ends: the words say what to do."""
    stage.server.expired = True
    with closing(stage.mailbox()) as mailbox, pytest.raises(WillNotWork, match="expired: make a new one"):
        list(mailbox.arrived())


def test_a_tenant_that_does_not_exist_is_a_matter_for_a_person(stage: GraphStage) -> None:
    """A slip in the configuration is no reason to go on trying."""
    wrong = replace(stage.settings(), tenant="nobody.example")
    with closing(GraphMailbox(wrong)) as mailbox, pytest.raises(WillNotWork, match="cannot sign in"):
        list(mailbox.arrived())


@pytest.mark.parametrize("path", ["GET .*/openid-configuration", "POST .*/token"])
def test_a_sign_in_service_that_fails_is_asked_again_later(stage: GraphStage, path: str) -> None:
    """Microsoft's bad minute is no reason to wake anybody."""
    for status in (500, 503, 0):
        stage.server.faults = [Fault(path=path, status=status, times=9)]
        with closing(stage.mailbox()) as mailbox, pytest.raises(TryLater):
            list(mailbox.arrived())


def test_a_refused_token_is_replaced_once(stage: GraphStage) -> None:
    """A token that was revoked before its time costs one more request, a second refusal is final."""
    stage.drop(1, mail(1))
    with closing(stage.mailbox()) as mailbox:
        list(mailbox.arrived())
        stage.server.generation += 1
        assert len(list(mailbox.arrived())) == 1
        assert stage.server.tokens_sold == 2

    tokens = Token("stale")
    with closing(GraphMailbox(stage.settings(), tokens)) as mailbox:
        for _ in range(2):
            with pytest.raises(WillNotWork, match="token"):
                list(mailbox.arrived())
    assert tokens.asked == [False, True]


def test_a_token_that_ends_while_a_letter_leaves_sends_it_once(stage: GraphStage) -> None:
    """A refused token means that nothing was sent, so the letter goes with the next one."""
    with closing(stage.mailbox()) as mailbox:
        assert not mailbox.find_sent(_ID)
        stage.server.generation += 1
        send(mailbox)
    assert stage.account.submitted == [_LETTER]


def test_an_untrusted_certificate_ends_the_conversation(stage: GraphStage) -> None:
    """Nobody between us and Microsoft learns the secret."""
    alone = replace(stage.settings(), ca_file=None)
    with closing(GraphMailbox(alone)) as mailbox, pytest.raises(WillNotWork, match="CERTIFICATE"):
        list(mailbox.arrived())
    with closing(GraphMailbox(alone, Token("t"))) as mailbox, pytest.raises(WillNotWork, match="CERTIFICATE"):
        list(mailbox.arrived())
    assert stage.server.asked == []


def test_secrets_travel_by_https_only(stage: GraphStage) -> None:
    """A slip in an address must not put the secret on the wire."""
    with pytest.raises(ValueError, match="https"):
        replace(stage.settings(), cloud=Cloud(login="http://login.example", service="https://graph.example"))


def test_a_missing_permission_is_named(stage: GraphStage) -> None:
    """An administrator reads which tick is missing, for reading and for sending."""
    with closing(stage.mailbox()) as mailbox:
        stage.server.permissions = {"Mail.ReadWrite"}
        with pytest.raises(WillNotWork, match=r"permission Mail\.Send with admin consent"):
            send(mailbox)
        stage.server.permissions = {"Mail.Send"}
        with pytest.raises(WillNotWork, match=r"permission Mail\.ReadWrite with admin consent"):
            list(mailbox.arrived())
        stage.server.permissions = {"Mail.ReadWrite", "Mail.Send"}
        stage.server.excluded = {stage.user}
        with pytest.raises(WillNotWork, match="access policy.*" + stage.user):
            list(mailbox.arrived())
    assert stage.account.submitted == []


def test_a_mailbox_that_does_not_exist_is_named(stage: GraphStage) -> None:
    """A mailbox still on premises, or a slip, is told from an empty one."""
    nobody = replace(stage.settings(), mailbox=Address("nobody@example.com"))
    with closing(GraphMailbox(nobody)) as mailbox:
        with pytest.raises(WillNotWork, match=r"no mailbox nobody@example\.com"):
            list(mailbox.arrived())
        with pytest.raises(WillNotWork, match=r"no mailbox nobody@example\.com"):
            mailbox.wait(0)
        with pytest.raises(WillNotWork, match=r"no mailbox nobody@example\.com"):
            send(mailbox)


# -- being slowed down --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
def test_a_pause_that_is_asked_for_is_kept(stage: GraphStage, status: int) -> None:
    """Whoever does not wait is kept out for longer."""
    stage.drop(1, mail(1))
    with closing(stage.mailbox()) as mailbox:
        list(mailbox.arrived())
        stage.server.faults = [Fault(path="GET .*/inbox/messages$", status=status, retry_after="1")]
        began = time.monotonic()
        assert len(list(mailbox.arrived())) == 1
        assert time.monotonic() - began >= 1.0


def test_a_long_pause_is_passed_on_and_kept_by_everybody(stage: GraphStage) -> None:
    """A pass does not sleep for minutes, and neither letters nor looks disturb the service meanwhile."""
    with closing(stage.mailbox()) as mailbox:
        mailbox.wait(0)
        stage.server.faults = [Fault(path="GET", status=429, retry_after="600")]
        with pytest.raises(TryLater, match="pause"):
            list(mailbox.arrived())
        asked = len(stage.server.asked)
        with pytest.raises(TryLater, match="pause"):
            send(mailbox)
        assert not mailbox.wait(0.5)
        assert len(stage.server.asked) == asked


def test_a_service_that_stays_busy_is_given_up_for_now(stage: GraphStage) -> None:
    """Repetition has an end."""
    with closing(stage.mailbox()) as mailbox:
        stage.server.faults = [Fault(path="GET .*/inbox/messages$", status=503, retry_after="0", times=99)]
        with pytest.raises(TryLater, match="busy"):
            list(mailbox.arrived())
    assert stage.server.count("GET .*/inbox/messages$") == 4


# -- letters leave once -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [0, 500, 502, 504])
def test_an_answer_lost_after_sending_is_looked_up(stage: GraphStage, status: int) -> None:
    """The letter left, whatever the answer says: it is found among the sent mail and not sent again."""
    stage.server.faults = [Fault(path=_SENDING, status=status, acts=True)]
    with closing(stage.mailbox()) as mailbox:
        send(mailbox)
    assert stage.account.submitted == [_LETTER]


def test_a_letter_that_cannot_be_found_yet_is_in_doubt(stage: GraphStage) -> None:
    """Exchange shows what was sent a little later: until then nobody may say that it did not leave."""
    stage.server.exchange.hides_sent = True
    stage.server.faults = [Fault(path=_SENDING, status=500, acts=True)]
    with closing(stage.mailbox()) as mailbox:
        with pytest.raises(Unsure):
            send(mailbox)
        stage.server.exchange.hides_sent = False
        assert mailbox.find_sent(_ID)
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
    assert stage.account.submitted == [_LETTER]


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
    assert stage.account.submitted == [_LETTER]


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
        mailbox.send(_ID, _CLERK, (_WANG, li), _LETTER)
        with pytest.raises(WillNotWork, match="wang@elsewhere"):
            mailbox.send(_ID, _CLERK, (li,), _LETTER)
        with pytest.raises(WillNotWork, match="no mail address"):
            mailbox.send(_ID, _CLERK, (_WANG, Address("li@example.com\r\nSubject: x")), _LETTER)
    assert stage.account.submitted == [b"Bcc: li@example.com\r\n" + _LETTER]
    assert [each.content for each in stage.server.exchange.account(li).lying_in("ID-inbox")] == [_LETTER]


# -- large letters ------------------------------------------------------------------------------------------


def test_a_large_letter_leaves_as_a_draft_with_its_files(stage: GraphStage) -> None:
    """One request takes 4 MB: big files are uploaded in ranges, small ones attached, the headers stay."""
    letter = large(4_000_000, 100_000, 2_500_000)
    with closing(stage.mailbox()) as mailbox:
        send(mailbox, letter)
        assert mailbox.find_sent(_ID)

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


# -- mail that comes ----------------------------------------------------------------------------------------


def test_a_long_inbox_comes_in_pages_and_in_order(stage: GraphStage) -> None:
    """Every mail of every page arrives, oldest first, once."""
    stage.server.page_size = 2
    for number in (5, 1, 4, 2, 3):
        stage.drop(number, mail(number))
    with closing(stage.mailbox()) as mailbox:
        assert [each.content for each in mailbox.arrived()] == [mail(n) for n in (1, 2, 3, 4, 5)]


def test_a_page_that_went_stale_begins_the_list_anew(stage: GraphStage) -> None:
    """A link to the next page that means nothing any more costs a second listing, no mail."""
    stage.server.page_size = 2
    for number in (1, 2, 3):
        stage.drop(number, mail(number))
    with closing(stage.mailbox()) as mailbox:
        stage.server.stale_pages = 1
        assert len(list(mailbox.arrived())) == 3
        stage.server.stale_pages = 9
        with pytest.raises(TryLater, match="stale"):
            list(mailbox.arrived())


def test_a_draft_in_the_inbox_is_passed_over(stage: GraphStage) -> None:
    """Somebody who writes in the inbox is not done yet."""
    stage.drop(1, mail(1))
    stage.drop(2, mail(2))
    stage.account.items[0].draft = True
    with closing(stage.mailbox()) as mailbox:
        assert [each.content for each in mailbox.arrived()] == [mail(2)]


def test_a_mail_that_vanishes_while_we_look_is_passed_over(stage: GraphStage) -> None:
    """A colleague deletes one; the others arrive."""
    for number in (1, 2, 3):
        stage.drop(number, mail(number))
    with closing(stage.mailbox()) as mailbox:
        arriving = mailbox.arrived()
        first = next(arriving)
        del stage.account.items[1]
        assert [first.content, *(each.content for each in arriving)] == [mail(1), mail(3)]


def test_a_mail_that_a_colleague_moves_while_we_look_is_passed_over(stage: GraphStage) -> None:
    """Its immutable id still opens it, yet it is no longer ours to deal with."""
    for number in (1, 2):
        stage.drop(number, mail(number))
    with closing(stage.mailbox()) as mailbox:
        arriving = mailbox.arrived()
        next(arriving)
        stage.account.items[1].folder = "ID-deleteditems"
        assert list(arriving) == []


def test_a_mail_that_was_taken_out_and_put_back_is_the_same(stage: GraphStage) -> None:
    """Exchange's usual ids change with every move; the ledger must know the mail again."""
    stage.drop(1, mail(1))
    with closing(stage.mailbox()) as mailbox:
        (before,) = mailbox.arrived()
        stage.account.items[0].moves += 2
        assert list(mailbox.arrived()) == [before]


def test_headers_that_exchange_leaves_out_are_put_back(stage: GraphStage) -> None:
    """Exchange writes mails anew; whether a machine wrote one stands in a header that must not be lost."""
    written = b"Auto-Submitted: auto-replied\r\n" + mail(1)
    stage.drop(1, written)
    stage.server.exchange.leaves_out = "Auto-Submitted"
    with closing(stage.mailbox()) as mailbox:
        (found,) = mailbox.arrived()
    assert found.content == written
    assert found.whole


def test_a_mail_that_exchange_cannot_hand_out_does_not_hold_up_the_others(stage: GraphStage) -> None:
    """Known by name it is passed over at once; one that fails again and again comes last."""
    for number in (1, 2, 3):
        stage.drop(number, mail(number))
    one = stage.account.items[0].name(immutable=True)
    value = f"GET .*/{one}/.value"
    with closing(stage.mailbox()) as mailbox:
        stage.server.faults = [Fault(path=value, status=400, code="ErrorMimeContentConversionFailed")]
        assert len(list(mailbox.arrived())) == 2
        stage.server.faults = [Fault(path=value, status=503, retry_after="0", times=99)]
        for _ in range(3):
            with pytest.raises(TryLater):
                list(mailbox.arrived())
        arriving = mailbox.arrived()
        assert [next(arriving).content, next(arriving).content] == [mail(2), mail(3)]


def test_filing_whose_answer_is_lost_is_filing_once(stage: GraphStage) -> None:
    """The handle stays the same on the shelf: asking where it lies keeps the first shelf."""
    stage.drop(1, mail(1))
    with closing(stage.mailbox()) as mailbox:
        (found,) = mailbox.arrived()
        stage.server.faults = [
            Fault(path="POST .*/move$"),
            Fault(path="POST .*/move$", status=500, acts=True),
        ]
        with pytest.raises(TryLater):
            mailbox.file_away(found.handle, Shelf.REVIEW)
        mailbox.file_away(found.handle, Shelf.REVIEW)
        mailbox.file_away(found.handle, Shelf.HANDLED)
    assert stage.on_shelf(Shelf.REVIEW) == [mail(1)]
    assert stage.on_shelf(Shelf.HANDLED) == []


def test_a_full_mailbox_is_a_matter_for_a_person(stage: GraphStage) -> None:
    """No repetition makes room."""
    stage.drop(1, mail(1))
    with closing(stage.mailbox()) as mailbox:
        (found,) = mailbox.arrived()
        stage.server.faults = [Fault(path="POST .*/move$", status=507, code="ErrorQuotaExceeded")]
        with pytest.raises(WillNotWork, match="ErrorQuotaExceeded"):
            mailbox.file_away(found.handle, Shelf.REVIEW)
        mailbox.file_away(found.handle, Shelf.REVIEW)


def test_a_shelf_that_somebody_deleted_is_made_again(stage: GraphStage) -> None:
    """People tidy up mailboxes; the next mail finds its shelf all the same."""
    for number in (1, 2):
        stage.drop(number, mail(number))
    with closing(stage.mailbox()) as mailbox:
        first, second = mailbox.arrived()
        mailbox.file_away(first.handle, Shelf.HANDLED)
        account = stage.account
        del account.folders[account.folder_named("Handled")]
        mailbox.file_away(second.handle, Shelf.HANDLED)
    assert stage.on_shelf(Shelf.HANDLED) == [mail(2)]


def test_shelves_may_stand_below_a_folder(stage: GraphStage) -> None:
    """A shared mailbox keeps its own order; a folder that a colleague made first is used."""
    stage.drop(1, mail(1))
    settings = replace(stage.settings(), prefix="助手's/archive")
    with closing(GraphMailbox(settings)) as mailbox:
        stage.server.faults = [Fault(path="POST .*/mailFolders$", status=409, acts=True)]
        mailbox.file_away(next(mailbox.arrived()).handle, Shelf.HANDLED)
    account = stage.account
    above = account.folder_named("archive", account.folder_named("助手's"))
    assert [each.content for each in account.lying_in(account.folder_named("Handled", above))] == [mail(1)]


# -- waiting ------------------------------------------------------------------------------------------------


def test_lost_track_of_changes_begins_anew(stage: GraphStage) -> None:
    """410 Gone: the state of the watch is only a wake-up; a needless look is all that it costs."""
    with closing(stage.mailbox()) as mailbox:
        assert mailbox.wait(0)
        assert not mailbox.wait(0.3)
        stage.server.tracks += 1
        assert mailbox.wait(5)
        assert not mailbox.wait(0.3)
        stage.drop(1, mail(1))
        assert mailbox.wait(5)


def test_changes_come_in_pages(stage: GraphStage) -> None:
    """A burst is told once, however many pages it has."""
    stage.server.page_size = 2
    for number in range(5):
        stage.drop(number, mail(number))
    with closing(stage.mailbox()) as mailbox:
        assert mailbox.wait(0)
        for number in range(5, 10):
            stage.drop(number, mail(number))
        assert mailbox.wait(5)
        assert not mailbox.wait(0.5)


def test_a_wait_outlives_a_service_that_is_away(stage: GraphStage) -> None:
    """The watch goes on by itself when Graph is back."""
    with closing(stage.mailbox()) as mailbox:
        mailbox.wait(0)
        stage.server.faults = [Fault(path="GET .*delta", status=500, times=2), Fault(path="GET .*delta")]
        dropping = threading.Timer(0.3, stage.drop, (1, mail(1)))
        dropping.start()
        assert mailbox.wait(20)
        dropping.join()


def test_links_lead_to_the_same_service_only(stage: GraphStage) -> None:
    """An answer that was tampered with must not carry our token elsewhere."""
    stage.server.elsewhere = "https://evil.example/v1.0/next"
    stage.drop(1, mail(1))
    with closing(stage.mailbox()) as mailbox, pytest.raises(TryLater, match="another place"):
        list(mailbox.arrived())


# -- for whoever sets it up ---------------------------------------------------------------------------------


def test_a_look_at_the_mailbox_changes_nothing(stage: GraphStage) -> None:
    """`doctor` may be run at any time."""
    stage.drop(1, mail(1))
    with closing(stage.mailbox()) as mailbox:
        standing = mailbox.standing()
    assert standing.waiting == 1
    assert standing.roles == frozenset({"Mail.ReadWrite", "Mail.Send"})
    assert stage.server.count("(POST|PUT|PATCH|DELETE) /v1.0") == 0


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
