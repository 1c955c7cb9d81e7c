"""`formclerk run --once` in a mailbox at Microsoft Graph: a case begins there, and nothing is sent twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import format_datetime
from pathlib import Path

import pytest

from agent.clock import now
from tests.journeys.at_servers import Desk, lay_out, written
from tests.journeys.kept_log import must_be_discreet
from tests.journeys.outside import Letter, letter_of
from tests.journeys.signed_request import signed_request
from tests.servers.graph import Fault, GraphServer
from tests.servers.graph_signin import CLIENT, SECRET, TENANT

_CLERK = "collab@example.com"
_ASKS = "zhang@example.com"
_WORKS = "li@example.com"

_MAILBOX = """\
[mailbox]
kind = "graph"

[mailbox.graph]
tenant = "{tenant}"
client_id = "{client}"
client_secret_file = "secret"
login = "{address}"
service = "{address}"
ca_file = "{certificate}"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(Desk):
    """The clerk's folder, and a Graph with the mailboxes of three people."""

    server: GraphServer

    def write(self, subject: str, answers: Letter | None = None, content: bytes = b"") -> None:
        """Let the person who asks send a mail through the company's Exchange Online."""
        mail = written(_ASKS, _CLERK, subject, answers, content)
        self.server.exchange.deliver(_CLERK, bytes(mail))

    def letters(self, who: str) -> list[Letter]:
        """Return what lies in somebody's inbox."""
        return [letter_of(each.content) for each in self.server.exchange.account(who).lying_in("ID-inbox")]

    def count(self, folder: str) -> int:
        """Return how many mails lie in a folder of the clerk."""
        account = self.server.exchange.account(_CLERK)
        return len(account.lying_in(account.folder_named(folder)))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Lay out the folder, and open three mailboxes."""
    with GraphServer(tmp_path) as server:
        for who in (_CLERK, _ASKS, _WORKS):
            server.exchange.account(who)
        mailbox = _MAILBOX.format(
            tenant=TENANT, client=CLIENT, address=server.address, certificate=server.certificate
        )
        lay_out(
            tmp_path,
            clerk=_CLERK,
            mailbox=mailbox,
            asks=_ASKS,
            head="wang@example.com",
            works=_WORKS,
            secrets={"secret": SECRET},
        )
        yield Site(folder=tmp_path, secret=SECRET, server=server)


def test_a_request_goes_through_exchange_online_and_nothing_leaves_twice(site: Site) -> None:
    """Start, form, filled form, question to the asked head; answers get lost on the way."""
    site.write("发起协同")
    site.server.faults = [
        Fault(path="POST .*/sendMail", status=500, acts=True),
        Fault(path="POST .*/move$", acts=True),
        Fault(path="GET .*/inbox/messages$", status=429, retry_after="1"),
    ]
    site.run()
    (form,) = site.letters(_ASKS)
    assert "多部门协同需求申请表" in form.subject

    signed = signed_request(form)
    site.write(f"Re: {form.subject} 绝密计划", form, signed)
    site.run()
    site.run()

    _, received = site.letters(_ASKS)
    assert "已收到" in received.subject, received.text
    (asked,) = site.letters(_WORKS)
    assert "需求确认函" in asked.subject
    assert [site.count(name) for name in ("收件箱", "Handled", "已发送邮件")] == [0, 2, 3]
    assert len(site.server.exchange.account(_CLERK).submitted) == 3
    must_be_discreet("".join(site.log), SECRET, "eyJhbGci")


def test_the_mark_of_internal_mail_decides_who_is_believed(site: Site) -> None:
    """Graph tells the mark beside the mail, from which Exchange Online has left it out."""
    with (site.folder / "formclerk.toml").open("a", encoding="utf-8") as config:
        config.write("\n[security]\nexchange_internal = true\n")
    site.server.exchange.leaves_out = "X-MS-Exchange-Organization-AuthAs"
    for number, mark in enumerate(("Internal", "Anonymous")):
        head = f"X-MS-Exchange-Organization-AuthAs: {mark}\r\nMessage-ID: <{number}@example.com>\r\n"
        site.server.exchange.deliver(
            _CLERK,
            f"{head}From: {_ASKS}\r\nTo: {_CLERK}\r\nSubject: start\r\n"
            f"Date: {format_datetime(now())}\r\n\r\n\r\n".encode(),
        )
    site.run()
    (form,) = site.letters(_ASKS)
    assert "多部门协同需求申请表" in form.subject
    assert [site.count(name) for name in ("收件箱", "Handled", "Review")] == [0, 1, 1]
