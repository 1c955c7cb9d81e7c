"""`formclerk run --once` in a real mailbox: Dovecot and Postfix in between, and nothing is sent twice."""

import smtplib
import time
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest

from agent.clock import now
from tests.contract.mailboxes import ImapStage, new_user
from tests.journeys.kept_log import LOUD, must_be_discreet
from tests.journeys.outside import SHANGHAI, WORD, Letter, formclerk, letter_of
from tests.journeys.signed_request import signed_request
from tests.servers.dovecot import PASSWORD
from tests.servers.shared import MailServers

_PATIENCE = 20.0
"""Seconds; Postfix delivers in a moment, on a busy machine in a few."""

_CONFIG = (
    """\
[agent]
address = "{clerk}"
zone = "Asia/Shanghai"

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
    """A folder with the clerk's configuration, and the accounts of three people at the servers."""

    folder: Path
    servers: MailServers
    clerk: ImapStage
    asks: ImapStage
    works: ImapStage

    log: list[str] = field(default_factory=list)
    """What it has logged, run by run."""

    def run(self) -> None:
        """Let the clerk do what there is to do now."""
        done = formclerk("run", "--once", at=self.folder)
        assert done.returncode == 0, done.stderr
        self.log.append(done.stderr)

    def write(
        self, sender: ImapStage, subject: str, answers: Letter | None = None, content: bytes = b""
    ) -> None:
        """Let somebody send a mail through the company's own server."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender.user, self.clerk.user, subject
        mail["Date"] = format_datetime(now().astimezone(SHANGHAI))
        mail["Message-ID"] = f"<{len(subject)}.{sender.user}>"
        if answers is not None:
            mail["In-Reply-To"] = str(answers.mail["Message-ID"])
        mail.set_content("机密正文\n" if answers is None else "\n")
        if content:
            mail.add_attachment(content, maintype="application", subtype=WORD, filename="form.docx")
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
    """Lay out the folder; every day is a workday there, since the servers' clock is ours."""
    clerk, asks, works = (ImapStage(mail_servers) for _ in range(3))
    config = _CONFIG.format(
        clerk=clerk.user,
        imaps=mail_servers.dovecot.imaps,
        submission=mail_servers.postfix.implicit,
        certificate=mail_servers.dovecot.certificate,
    )
    today = now().astimezone(SHANGHAI).date()
    days = [today + timedelta(days=n) for n in range(-1, 40)]
    (tmp_path / "formclerk.toml").write_text(config, encoding="utf-8")
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    (tmp_path / "days.csv").write_text("date,day\n" + "".join(f"{day},work\n" for day in days), "utf-8")
    (tmp_path / "people.csv").write_text(
        "姓名,邮箱,部门,角色,语言\n"
        f"张伟,{asks.user},市场部,staff,zh\n"
        f"王芳,{new_user()},市场部,head,zh\n"
        f"李娜,{works.user},研发部,head,zh\n",
        encoding="utf-8",
    )
    return Site(folder=tmp_path, servers=mail_servers, clerk=clerk, asks=asks, works=works)


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
