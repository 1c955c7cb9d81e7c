"""`formclerk run --once` in a real mailbox: Dovecot and Postfix in between, and nothing is sent twice."""

import smtplib
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contract.mailboxes import ImapStage, new_user
from tests.journeys.at_servers import Desk, lay_out, written
from tests.journeys.kept_log import must_be_discreet
from tests.journeys.outside import Letter, formclerk, letter_of
from tests.journeys.signed_request import signed_request
from tests.servers.dovecot import PASSWORD
from tests.servers.shared import MailServers

_PATIENCE = 20.0
"""Seconds; Postfix delivers in a moment, on a busy machine in a few."""

_MAILBOX = """\
[mailbox]
kind = "imap"

[mailbox.imap]
host = "127.0.0.1"
port = {imaps}
user = "{clerk}"
password_file = "password"
ca_file = "{certificate}"

[mailbox.smtp]
host = "127.0.0.1"
port = {submission}
ca_file = "{certificate}"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(Desk):
    """The clerk's folder, and the accounts of three people at the servers."""

    servers: MailServers
    clerk: ImapStage
    asks: ImapStage
    works: ImapStage

    def write(
        self, sender: ImapStage, subject: str, answers: Letter | None = None, content: bytes = b""
    ) -> None:
        """Let somebody send a mail through the company's own server."""
        mail = written(sender.user, self.clerk.user, subject, answers, content)
        with smtplib.SMTP("127.0.0.1", self.servers.postfix.plain) as client:
            client.send_message(mail)
        wait_for(self.clerk, 1)


def wait_for(who: ImapStage, count: int) -> list[Letter]:
    """Return what lies in somebody's INBOX once so many mails have been delivered there."""
    deadline = time.monotonic() + _PATIENCE
    while len(found := who.lying_in("INBOX")) < count and time.monotonic() < deadline:
        time.sleep(0.1)
    letters = [letter_of(each) for each in found]
    assert len(letters) == count, [letter.subject for letter in letters]
    return letters


@pytest.fixture
def site(mail_servers: MailServers, tmp_path: Path) -> Site:
    """Lay out the folder, with accounts of this test alone."""
    clerk, asks, works = (ImapStage(mail_servers) for _ in range(3))
    mailbox = _MAILBOX.format(
        clerk=clerk.user,
        imaps=mail_servers.dovecot.imaps,
        submission=mail_servers.postfix.implicit,
        certificate=mail_servers.dovecot.certificate,
    )
    lay_out(
        tmp_path,
        clerk=clerk.user,
        mailbox=mailbox,
        asks=asks.user,
        head=new_user(),
        works=works.user,
        secrets={"password": PASSWORD},
    )
    return Site(folder=tmp_path, secret=PASSWORD, servers=mail_servers, clerk=clerk, asks=asks, works=works)


def test_a_request_goes_through_a_real_mailbox_and_nothing_leaves_twice(site: Site) -> None:
    """Start, form, filled form, question to the asked head; every step is run a second time."""
    site.write(site.asks, "发起协同")
    site.run()
    site.run()
    (form,) = wait_for(site.asks, 1)
    assert "多部门协同需求申请表" in form.subject

    signed = signed_request(form)
    site.write(site.asks, f"Re: {form.subject} 绝密计划", form, signed)
    site.run()
    site.run()

    _, received = wait_for(site.asks, 2)
    assert "已收到" in received.subject, received.text
    (asked,) = wait_for(site.works, 1)
    assert "需求确认函" in asked.subject
    assert [len(site.clerk.lying_in(name)) for name in ("INBOX", "Handled", "Sent")] == [0, 2, 3]
    listed = formclerk("cases", "--json", at=site.folder).stdout
    assert "星河一号" in listed
    must_be_discreet("".join(site.log), PASSWORD)
