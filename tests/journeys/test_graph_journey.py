"""`formclerk run --once` in a mailbox at Microsoft Graph: a case begins there, and nothing is sent twice."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest

from agent.clock import now
from tests.journeys.kept_log import LOUD, must_be_discreet
from tests.journeys.outside import SHANGHAI, WORD, Letter, formclerk, letter_of
from tests.journeys.signed_request import signed_request
from tests.servers.graph import Fault, GraphServer
from tests.servers.graph_signin import CLIENT, SECRET, TENANT

_CLERK = "collab@example.com"
_ASKS = "zhang@example.com"
_WORKS = "li@example.com"

_CONFIG = (
    """\
[agent]
address = "{clerk}"
zone = "Asia/Shanghai"

[mailbox]
kind = "graph"

[mailbox.graph]
tenant = "{tenant}"
client_id = "{client}"
client_secret_file = "secret"
login = "{address}"
service = "{address}"
ca_file = "{certificate}"

[directory]
file = "people.csv"

[calendar]
extra = "days.csv"

[hours]
quiet = ""
"""
    + LOUD
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A folder with the clerk's configuration, and a Graph with the mailboxes of three people."""

    folder: Path
    server: GraphServer

    log: list[str] = field(default_factory=list)
    """What it has logged, run by run."""

    def run(self) -> None:
        """Let the clerk do what there is to do now."""
        done = formclerk("run", "--once", at=self.folder)
        assert done.returncode == 0, done.stderr
        self.log.append(done.stderr)
        assert SECRET not in done.stdout + done.stderr

    def write(self, subject: str, answers: Letter | None = None, content: bytes = b"") -> None:
        """Let the person who asks send a mail through the company's Exchange Online."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = _ASKS, _CLERK, subject
        mail["Date"] = format_datetime(now().astimezone(SHANGHAI))
        mail["Message-ID"] = f"<{len(subject)}.{_ASKS}>"
        if answers is not None:
            mail["In-Reply-To"] = str(answers.mail["Message-ID"])
        mail.set_content("机密正文\n" if answers is None else "\n")
        if content:
            mail.add_attachment(content, maintype="application", subtype=WORD, filename="form.docx")
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
    """Lay out the folder; every day is a workday there, since the machine's clock is ours."""
    with GraphServer(tmp_path) as server:
        for who in (_CLERK, _ASKS, _WORKS):
            server.exchange.account(who)
        config = _CONFIG.format(
            clerk=_CLERK,
            tenant=TENANT,
            client=CLIENT,
            address=server.address,
            certificate=server.certificate,
        )
        today = now().astimezone(SHANGHAI).date()
        days = [today + timedelta(days=n) for n in range(-1, 40)]
        (tmp_path / "formclerk.toml").write_text(config, encoding="utf-8")
        (tmp_path / "secret").write_text(SECRET, encoding="utf-8")
        (tmp_path / "days.csv").write_text("date,day\n" + "".join(f"{day},work\n" for day in days), "utf-8")
        (tmp_path / "people.csv").write_text(
            "姓名,邮箱,部门,角色,语言\n"
            f"张伟,{_ASKS},市场部,staff,zh\n"
            f"王芳,wang@example.com,市场部,head,zh\n"
            f"李娜,{_WORKS},研发部,head,zh\n",
            encoding="utf-8",
        )
        yield Site(folder=tmp_path, server=server)


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
