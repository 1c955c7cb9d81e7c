"""`formclerk run --once` in a mailbox on an Exchange server: every step runs twice, nothing is sent twice."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest

from agent.clock import now
from tests.contract.ews_stage import PASSWORD, EwsStage
from tests.journeys.kept_log import LOUD, must_be_discreet
from tests.journeys.outside import SHANGHAI, WORD, Letter, formclerk, letter_of
from tests.journeys.signed_request import signed_request
from tests.servers.ews import ews_server

_CONFIG = (
    """\
[agent]
address = "clerk@example.com"
zone = "Asia/Shanghai"

[mailbox]
kind = "exchange"

[mailbox.exchange]
endpoint = "{endpoint}"
login = "basic"
password_file = "password"

[directory]
file = "people.csv"

[calendar]
extra = "days.csv"

[hours]
quiet = ""
"""
    + LOUD
)
_PEOPLE = """\
姓名,邮箱,部门,角色,语言
张伟,zhang.wei@example.com,市场部,staff,zh
王芳,wang.fang@example.com,市场部,head,zh
李娜,li.na@example.com,研发部,head,zh
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A folder with the clerk's configuration, and a server on which everybody has a mailbox."""

    folder: Path
    clerk: EwsStage

    log: list[str] = field(default_factory=list)
    """What it has logged, run by run."""

    def run(self) -> None:
        """Let the clerk do what there is to do now."""
        done = formclerk("run", "--once", at=self.folder)
        assert done.returncode == 0, done.stderr
        self.log.append(done.stderr)

    def write(self, subject: str, answers: Letter | None = None, content: bytes = b"") -> None:
        """Let the asking person send a mail."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "zhang.wei@example.com", "clerk@example.com", subject
        mail["Date"] = format_datetime(now().astimezone(SHANGHAI))
        mail["Message-ID"] = f"<{len(subject)}.zhang.wei@example.com>"
        if answers is not None:
            mail["In-Reply-To"] = str(answers.mail["Message-ID"])
        mail.set_content("机密正文\n" if answers is None else "\n")
        if content:
            mail.add_attachment(content, maintype="application", subtype=WORD, filename="form.docx")
        self.clerk.post.put(mail.as_bytes())

    def inbox_of(self, address: str) -> list[Letter]:
        """Return what somebody got."""
        post = self.clerk.server.post(address)
        return [letter_of(each.mime) for each in reversed(post.lying_in(post.folder("inbox")))]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Lay out the folder; every day is a workday there, since the server's clock is ours."""
    today = now().astimezone(SHANGHAI).date()
    days = [today + timedelta(days=n) for n in range(-1, 40)]
    (tmp_path / "days.csv").write_text("date,day\n" + "".join(f"{day},work\n" for day in days), "utf-8")
    (tmp_path / "people.csv").write_text(_PEOPLE, encoding="utf-8")
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    with ews_server() as server:
        for address in ("zhang.wei@example.com", "wang.fang@example.com", "li.na@example.com"):
            server.post(address)
        (tmp_path / "formclerk.toml").write_text(_CONFIG.format(endpoint=server.endpoint), encoding="utf-8")
        yield Site(folder=tmp_path, clerk=EwsStage(server))


def test_a_request_goes_through_exchange_and_nothing_leaves_twice(site: Site) -> None:
    """Start, form, filled form, question to the head; the server's answer to the first letter is lost."""
    site.clerk.server.fail("CreateItem", cuts=True, acts=True)
    site.write("发起协同")
    site.run()
    site.run()
    (form,) = site.inbox_of("zhang.wei@example.com")
    assert "多部门协同需求申请表" in form.subject

    signed = signed_request(form)
    site.write(f"Re: {form.subject} 绝密计划", form, signed)
    site.run()
    site.run()

    _, received = site.inbox_of("zhang.wei@example.com")
    assert "已收到" in received.subject, received.text
    (asked,) = site.inbox_of("li.na@example.com")
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
    (form,) = site.inbox_of("zhang.wei@example.com")
    assert "多部门协同需求申请表" in form.subject
    assert [len(site.clerk.lying_in(name)) for name in ("inbox", "Handled", "Review")] == [0, 1, 1]
    queue = json.loads(formclerk("queue", "--json", at=site.folder).stdout)
    assert [each["id"] for each in queue["mails"]] == [2], queue

    released = formclerk("queue", "release", "2", "--by", "li.na@example.com", at=site.folder)
    assert released.returncode == 0, released.stderr
    site.run()
    assert [len(site.clerk.lying_in(name)) for name in ("Handled", "Review")] == [2, 0]


def _start(name: str) -> bytes:
    """Return a mail that asks to begin a case."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "zhang.wei@example.com", "clerk@example.com", "发起协同"
    mail["Date"] = format_datetime(now().astimezone(SHANGHAI))
    mail["Message-ID"] = name
    mail.set_content("\n")
    return bytes(mail)
