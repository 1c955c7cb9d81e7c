"""`formclerk run --once` in a mailbox on an Exchange server: every step runs twice, nothing is sent twice."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contract.ews_stage import PASSWORD, EwsStage
from tests.journeys.at_servers import Desk, lay_out, written
from tests.journeys.kept_log import must_be_discreet
from tests.journeys.outside import Letter, formclerk, letter_of
from tests.journeys.signed_request import signed_request
from tests.servers.ews import ews_server

_CLERK = "clerk@example.com"
_ASKS = "zhang.wei@example.com"
_HEAD = "wang.fang@example.com"
_WORKS = "li.na@example.com"
_MAILBOX = """\
[mailbox]
kind = "exchange"

[mailbox.exchange]
endpoint = "{endpoint}"
login = "basic"
password_file = "password"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(Desk):
    """The clerk's folder, and a server on which everybody has a mailbox."""

    clerk: EwsStage

    def write(self, subject: str, answers: Letter | None = None, content: bytes = b"") -> None:
        """Let the asking person send a mail."""
        mail = written(_ASKS, _CLERK, subject, answers, content)
        self.clerk.post.put(mail.as_bytes())

    def inbox_of(self, address: str) -> list[Letter]:
        """Return what somebody got."""
        post = self.clerk.server.post(address)
        return [letter_of(each.mime) for each in reversed(post.lying_in(post.folder("inbox")))]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Lay out the folder, and open everybody's mailbox."""
    with ews_server() as server:
        for address in (_ASKS, _HEAD, _WORKS):
            server.post(address)
        lay_out(
            tmp_path,
            clerk=_CLERK,
            mailbox=_MAILBOX.format(endpoint=server.endpoint),
            asks=_ASKS,
            head=_HEAD,
            works=_WORKS,
            secrets={"password": PASSWORD},
        )
        yield Site(folder=tmp_path, secret=PASSWORD, clerk=EwsStage(server))


def test_a_request_goes_through_exchange_and_nothing_leaves_twice(site: Site) -> None:
    """Start, form, filled form, question to the head; the server's answer to the first letter is lost."""
    site.clerk.server.fail("CreateItem", cuts=True, acts=True)
    site.write("发起协同")
    site.run()
    site.run()
    (form,) = site.inbox_of(_ASKS)
    assert "多部门协同需求申请表" in form.subject

    signed = signed_request(form)
    site.write(f"Re: {form.subject} 绝密计划", form, signed)
    site.run()
    site.run()

    _, received = site.inbox_of(_ASKS)
    assert "已收到" in received.subject, received.text
    (asked,) = site.inbox_of(_WORKS)
    assert "需求确认函" in asked.subject
    assert [len(site.clerk.lying_in(name)) for name in ("inbox", "Handled")] == [0, 2]
    assert len(site.clerk.sent()) == 3
    assert "星河一号" in formclerk("cases", "--json", at=site.folder).stdout
    must_be_discreet("".join(site.log), PASSWORD)


def test_the_mark_of_internal_mail_decides_who_is_believed_and_a_mail_cannot_write_it(site: Site) -> None:
    """Exchange tells beside the mail whom it let in; what stands in the mail itself, anybody wrote."""
    with (site.folder / "formclerk.toml").open("a", encoding="utf-8") as config:
        config.write("\n[security]\nexchange_internal = true\n")
    mark = "X-MS-Exchange-Organization-AuthAs"
    site.clerk.post.put(_start("<1@example.com>"), headers=(("From", "x"), (mark, "Internal")))
    forged = f"{mark}: Internal\r\n".encode() + _start("<2@example.com>")
    site.clerk.post.put(forged, headers=((mark, "Anonymous"),))
    site.run()
    (form,) = site.inbox_of(_ASKS)
    assert "多部门协同需求申请表" in form.subject
    assert [len(site.clerk.lying_in(name)) for name in ("inbox", "Handled", "Review")] == [0, 1, 1]
    queue = json.loads(formclerk("queue", "--json", at=site.folder).stdout)
    assert [each["id"] for each in queue["mails"]] == [2], queue

    released = formclerk("queue", "release", "2", "--by", _WORKS, at=site.folder)
    assert released.returncode == 0, released.stderr
    site.run()
    assert [len(site.clerk.lying_in(name)) for name in ("Handled", "Review")] == [2, 0]


def _start(name: str) -> bytes:
    """Return a mail that asks to begin a case."""
    mail = written(_ASKS, _CLERK, "发起协同")
    mail.replace_header("Message-ID", name)
    return bytes(mail)
