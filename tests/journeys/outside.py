"""A company that meets the clerk from outside only: a folder of mails, a Word processor, and the command.

Nothing of the program is imported here: this is what an integrator has.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime, getaddresses
from pathlib import Path
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
CLERK = "collab@example.com"

CONFIG = f"""\
[agent]
address = "{CLERK}"
name = "协同助手"
language = "zh"
zone = "Asia/Shanghai"

[mailbox]
kind = "folder"
path = "."

[directory]
file = "people.csv"
"""

PEOPLE = """\
姓名,邮箱,部门,角色,上级,语言
张伟,zhang@example.com,市场部,staff,wang@example.com,zh
王芳,wang@example.com,市场部,head,zhao@example.com,zh
李娜,li@example.com,研发部,head,qian@example.com,zh
刘洋,liu@example.com,研发部,staff,li@example.com,zh
Emma Brown,emma@example.com,Quality,head,qian@example.com,en
John Miller,john@example.com,Quality,staff,emma@example.com,en
赵敏,zhao@example.com,总经办,supervisor,sun@example.com,zh
钱坤,qian@example.com,总经办,supervisor,sun@example.com,zh
孙立,sun@example.com,总经办,executive,,zh
周洁,zhou@example.com,总经办,coordinator,,zh
"""

WORD = "vnd.openxmlformats-officedocument.wordprocessingml.document"
_ROOT = Path(__file__).parent.parent.parent


def formclerk(
    *arguments: str, at: Path, language: str = "en", before: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the program as a script of the company would, standing in the folder `at`.

    `before` is a program that starts it, such as faketime.
    """
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("FORMCLERK", "LC_", "XDG"))}
    known = {**clean, "FORMCLERK_LANG": language, "PYTHONPATH": str(_ROOT), "HOME": str(at), **environment}
    return subprocess.run(
        [*before, sys.executable, "-m", "agent", *arguments],
        cwd=at,
        env=known,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail of the clerk."""

    mail: EmailMessage

    @property
    def to(self) -> tuple[str, ...]:
        """The addresses of the recipients."""
        return tuple(a for _, a in getaddresses([str(self.mail[h]) for h in ("To", "Cc") if self.mail[h]]))

    @property
    def subject(self) -> str:
        """The subject."""
        return str(self.mail["Subject"])

    @property
    def text(self) -> str:
        """The words of the mail."""
        body = self.mail.get_body(("plain",))
        return str(body.get_content()) if body is not None else ""

    @property
    def files(self) -> dict[str, bytes]:
        """The attachments by name."""
        return {
            part.get_filename() or "": bytes(part.get_payload(decode=True) or b"")
            for part in self.mail.iter_attachments()
        }

    def word(self) -> tuple[str, bytes]:
        """Return the only Word file of the mail, with its name."""
        ((name, content),) = [(n, c) for n, c in self.files.items() if n.endswith(".docx")]
        return name, content


@dataclass
class Outside:
    """A company in a folder of its own."""

    folder: Path
    now: datetime = MONDAY
    told: list[dict[str, object]] = field(default_factory=list)
    """Everything that `rehearse --json` has printed."""
    _seen: set[str] = field(default_factory=set)
    _written: int = 0

    def __post_init__(self) -> None:
        """Lay out the folder."""
        (self.folder / "Inbox").mkdir(parents=True, exist_ok=True)
        (self.folder / "formclerk.toml").write_text(CONFIG, encoding="utf-8")
        (self.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")

    def rehearse(self, until: datetime) -> tuple[Letter, ...]:
        """Let the clerk work from now to `until`; return the letters that it sent."""
        moments = ("--at", _local(self.now), "--until", _local(until))
        done = formclerk("rehearse", str(self.folder), *moments, "--json", at=self.folder)
        assert (done.returncode, done.stderr) == (0, "")
        self.told += [json.loads(line) for line in done.stdout.splitlines()]
        self.now = until
        new = sorted(f for f in (self.folder / "Sent").glob("*.eml") if f.name not in self._seen)
        self._seen |= {file.name for file in new}
        return tuple(letter_of(file.read_bytes()) for file in new)

    def write(
        self,
        sender: str,
        *,
        subject: str = "",
        text: str = "",
        answers: Letter | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> str:
        """Let somebody send a mail a few minutes from now; return its Message-ID."""
        self._written += 1
        mail = EmailMessage()
        mail["From"], mail["To"] = sender, CLERK
        mail["Subject"] = f"Re: {answers.subject}" if answers is not None else subject
        mail["Date"] = format_datetime(self.now + timedelta(minutes=self._written % 10))
        mail["Message-ID"] = f"<{self._written}.{sender}>"
        if answers is not None:
            mail["In-Reply-To"] = mail["References"] = str(answers.mail["Message-ID"])
        mail.set_content(text or "\n")
        for name, content in (files or {}).items():
            mail.add_attachment(content, maintype="application", subtype=WORD, filename=name)
        (self.folder / "Inbox" / f"{self._written:03}.eml").write_bytes(bytes(mail))
        return str(mail["Message-ID"])

    def names(self, folder: str) -> list[str]:
        """Return the names of the mails in one of the folders."""
        return sorted(file.name for file in (self.folder / folder).glob("*.eml"))


def letter_of(content: bytes) -> Letter:
    """Return a mail as the standard library reads it."""
    mail = BytesParser(policy=policy.default).parsebytes(content)
    assert isinstance(mail, EmailMessage)
    return Letter(mail)


def about(letters: Sequence[Letter], subject: str, to: str = "") -> tuple[Letter, ...]:
    """Return the letters whose subject matches the expression, to one person when named."""
    return tuple(x for x in letters if re.search(subject, x.subject) and (not to or to in x.to))


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"
