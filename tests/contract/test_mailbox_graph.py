"""What Microsoft Graph may do to us, done by a stand-in that remembers."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from agent.domain.errors import NotLetIn, TryLater, WillNotWork
from agent.domain.mail import Address
from agent.mailbox.graph.mailbox import GraphMailbox
from agent.mailbox.graph.settings import ClientCertificate, ClientSecret, Cloud
from agent.mailbox.port import Shelf
from tests.contract.graph_stage import LETTER, LETTER_ID, GraphStage, send
from tests.contract.mailboxes import Token, mail
from tests.servers.graph import Fault, GraphServer
from tests.servers.graph_signin import key_and_certificate, registered


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GraphServer]:
    """A Graph that nobody has used yet."""
    with GraphServer(tmp_path) as listening:
        yield listening


@pytest.fixture
def stage(server: GraphServer) -> GraphStage:
    """A mailbox there."""
    return GraphStage(server)


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
            with pytest.raises(NotLetIn, match="token"):
                list(mailbox.arrived())
    assert tokens.asked == [False, True]


def test_a_token_that_ends_while_a_letter_leaves_sends_it_once(stage: GraphStage) -> None:
    """A refused token means that nothing was sent, so the letter goes with the next one."""
    with closing(stage.mailbox()) as mailbox:
        assert not mailbox.find_sent(LETTER_ID)
        stage.server.generation += 1
        send(mailbox)
    assert stage.account.submitted == [LETTER]


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
        with pytest.raises(NotLetIn, match=r"permission Mail\.Send with admin consent"):
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
