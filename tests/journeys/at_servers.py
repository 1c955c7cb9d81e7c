"""What the journeys over mail servers share: the clerk's folder, its runs, and the mails of the staff.

The days are those of the servers, whose clock is the machine's; so every day is a workday there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from agent import config
from agent.clock import now
from tests.journeys.kept_log import LOUD
from tests.journeys.outside import SHANGHAI, WORD, Letter, formclerk

_REST = (
    """
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
class Desk:
    """The clerk's folder."""

    folder: Path
    secret: str
    """By which it is let in; it may be said nowhere."""
    log: list[str] = field(default_factory=list)
    """What it has logged, run by run."""

    def run(self) -> None:
        """Let the clerk do what there is to do now."""
        done = formclerk("run", "--once", at=self.folder)
        assert done.returncode == 0, done.stderr
        assert self.secret not in done.stdout + done.stderr
        self.log.append(done.stderr)


def lay_out(  # noqa: PLR0913 - a company has that many parts, each named
    folder: Path, *, clerk: str, mailbox: str, asks: str, head: str, works: str, secrets: Mapping[str, str]
) -> None:
    """Write configuration, calendar, directory and secrets of a small company into `folder`.

    Args:
        folder: where the clerk works.
        clerk: its address.
        mailbox: the tables about its mailbox.
        asks: who begins a case, in 市场部.
        head: the head there.
        works: the head of 研发部.
        secrets: files that hold one secret each, by name.
    """
    agent = f'[agent]\naddress = "{clerk}"\nzone = "Asia/Shanghai"\n\n'
    (folder / config.NAME).write_text(agent + mailbox + _REST, encoding="utf-8")
    today = now().astimezone(SHANGHAI).date()
    days = [today + timedelta(days=n) for n in range(-1, 40)]
    (folder / "days.csv").write_text("date,day\n" + "".join(f"{day},work\n" for day in days), "utf-8")
    (folder / "people.csv").write_text(
        "姓名,邮箱,部门,角色,语言\n"
        f"张伟,{asks},市场部,staff,zh\n"
        f"王芳,{head},市场部,head,zh\n"
        f"李娜,{works},研发部,head,zh\n",
        encoding="utf-8",
    )
    for name, secret in secrets.items():
        (folder / name).write_text(secret, encoding="utf-8")


def written(
    sender: str, clerk: str, subject: str, answers: Letter | None = None, content: bytes = b""
) -> EmailMessage:
    """Return the mail that somebody sends to the clerk now, with a form if there is one."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, clerk, subject
    mail["Date"] = format_datetime(now().astimezone(SHANGHAI))
    mail["Message-ID"] = f"<{len(subject)}.{sender}>"
    if answers is not None:
        mail["In-Reply-To"] = str(answers.mail["Message-ID"])
    mail.set_content("机密正文\n" if answers is None else "\n")
    if content:
        mail.add_attachment(content, maintype="application", subtype=WORD, filename="form.docx")
    return mail
