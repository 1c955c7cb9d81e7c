"""Who is let in to a mailbox on Exchange, by which proof and right; whoever is not is told what to change."""

from contextlib import closing
from pathlib import Path

import pytest

from agent.domain.errors import NotLetIn, TryLater, WillNotWork
from agent.domain.mail import Address
from agent.mailbox.exchange import errors
from agent.mailbox.exchange.mailbox import EwsMailbox
from agent.mailbox.exchange.settings import Access, Proof
from agent.mailbox.port import Shelf
from agent.mailbox.settings import OAuth, Password
from tests.contract.ews_stage import LETTER, LETTER_ID, PASSWORD, WANG, EwsStage
from tests.contract.mailboxes import Token, mail
from tests.servers.ews import ews_server
from tests.servers.loopback_tls import loopback_tls


def test_a_wrong_password_is_tried_once(ews: EwsStage) -> None:
    """Accounts are locked by those who try again; a person must change something first."""
    wrong = Password(user=ews.post.address, secret="old")  # noqa: S106
    with closing(ews.mailbox(login=wrong)) as mailbox:
        for _ in range(3):
            with pytest.raises(NotLetIn, match="does not accept this login"):
                list(mailbox.arrived())
        with pytest.raises(WillNotWork):
            mailbox.wait(0.1)
    assert len(ews.server.logins) == 1


def test_a_refused_login_on_a_line_that_is_closed_is_still_a_refused_login(ews: EwsStage) -> None:
    """The library calls it a busy server then, which would be asked again and again."""
    ews.server.fail("", status=401, headers=(("Connection", "close"),))
    with closing(ews.mailbox()) as mailbox, pytest.raises(NotLetIn, match="login"):
        mailbox.find_sent(LETTER_ID)


def test_a_shared_mailbox_needs_full_access(ews: EwsStage) -> None:
    """The refusal names the right that a person must grant."""
    other = ews.server.post("desk@example.com")
    other.put(mail(1))
    shared = ews.mailbox(mailbox=Address(other.address))
    with closing(shared) as mailbox, pytest.raises(WillNotWork, match="FullAccess"):
        list(mailbox.arrived())
    ews.server.full_access.add((ews.post.address, other.address))
    with closing(ews.mailbox(mailbox=Address(other.address))) as mailbox:
        (found,) = mailbox.arrived()
        mailbox.file_away(found.handle, Shelf.REVIEW)
        mailbox.send(LETTER_ID, Address(other.address), (WANG,), LETTER)
    assert [each.mime for each in other.items.values()] == [mail(1), LETTER]
    assert other.named("Review") is not None


def test_impersonation_needs_its_role(ews: EwsStage) -> None:
    """A service account acts as the mailbox, if it may."""
    other = ews.server.post("desk@example.com")
    other.put(mail(1))

    def acting() -> EwsMailbox:
        return ews.mailbox(mailbox=Address(other.address), access=Access.IMPERSONATION)

    with closing(acting()) as mailbox, pytest.raises(WillNotWork, match="ApplicationImpersonation"):
        list(mailbox.arrived())
    ews.server.impersonators.add(ews.post.address)
    with closing(acting()) as mailbox:
        assert [each.content for each in mailbox.arrived()] == [mail(1)]
        assert mailbox.wait(10)


def test_a_token_that_ran_out_is_renewed_once(ews: EwsStage) -> None:
    """OAuth tokens live an hour; a mailbox lives a year."""
    ews.drop(1, mail(1))
    ews.server.tokens.add("good")
    tokens = Token("old", "good")
    with closing(ews.mailbox(login=OAuth(user=ews.post.address, tokens=tokens))) as mailbox:
        assert len(list(mailbox.arrived())) == 1
    assert tokens.asked.count(True) == 1
    ews.server.tokens.clear()
    again = ews.mailbox(login=OAuth(user=ews.post.address, tokens=tokens))
    with closing(again) as mailbox, pytest.raises(WillNotWork, match="login"):
        list(mailbox.arrived())


@pytest.mark.parametrize("user", ["EXAMPLE\\clerk", "clerk@example.com"])
def test_ntlm_proves_the_password_without_sending_it(
    ews: EwsStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: str
) -> None:
    """What Exchange on premises asks for by default, with a login of either form; wrong is wrong at once."""
    domain, _, name = user.rpartition("\\")
    (tmp_path / "users").write_text(f"{domain}:{name}:{PASSWORD}\n", encoding="utf-8")
    monkeypatch.setenv("NTLM_USER_FILE", str(tmp_path / "users"))
    ews.server.ntlm = True
    ews.server.full_access.add((name, ews.post.address))
    ews.drop(1, mail(1))
    right, wrong = (Password(user=user, secret=secret) for secret in (PASSWORD, "old"))
    with closing(ews.mailbox(login=right, proof=Proof.NTLM)) as mailbox:
        assert [each.content for each in mailbox.arrived()] == [mail(1)]
        assert mailbox.wait(10)
    tried = len(ews.server.logins)
    with closing(ews.mailbox(login=wrong, proof=Proof.NTLM)) as mailbox:
        for _ in range(2):
            with pytest.raises(WillNotWork, match="login"):
                list(mailbox.arrived())
    assert len(ews.server.logins) == tried + 1


def test_a_server_must_show_a_certificate_that_we_trust(tmp_path: Path) -> None:
    """A stranger on the way gets no password; the company's own authority may be named."""
    trusted = tmp_path / "ca.pem"
    with ews_server(loopback_tls(trusted)) as server:
        ews = EwsStage(server)
        ews.drop(1, mail(1))
        with closing(ews.mailbox()) as mailbox, pytest.raises(NotLetIn, match="certificate"):
            list(mailbox.arrived())
        assert server.logins == []
        with closing(ews.mailbox(ca_file=trusted)) as mailbox:
            assert mailbox.wait(10)
            assert [each.content for each in mailbox.arrived()] == [mail(1)]
            ews.drop(2, mail(2))
            assert mailbox.wait(10)
        with closing(ews.mailbox(ca_file=tmp_path / "none.pem")) as mailbox, pytest.raises(WillNotWork):
            list(mailbox.arrived())


def test_exchange_online_says_why_it_refuses() -> None:
    """EWS ended there; the person who reads the log must know what to do instead."""
    refusal = errors.HttpRefusal(403, "Forbidden", 0.0)
    words = str(errors.translate("outlook.office365.com", "clerk@example.com", refusal))
    for said in ("2026-10-01", "2027-04-01", 'kind = "graph"'):
        assert said in words
    assert "graph" not in str(errors.translate("mail.example.com", "clerk@example.com", refusal))


def test_no_secret_stands_in_what_we_say(ews: EwsStage) -> None:
    """Settings, errors and handles are logged; passwords are not."""
    settings = ews.settings()
    assert PASSWORD not in repr(settings)
    ews.server.fail("", status=500, times=9)
    with closing(ews.mailbox()) as mailbox, pytest.raises(TryLater) as caught:
        mailbox.find_sent(LETTER_ID)
    assert PASSWORD not in repr(caught.value)
