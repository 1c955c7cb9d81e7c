"""A small company with a clerk: a real configuration, store and process pack, in a folder of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from agent import config, wiring
from agent.clock import StoppedClock
from agent.mailbox.memory import MemoryMailbox
from agent.service.happenings import Happening, What
from agent.service.house import House

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
"""A workday, in the morning."""

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
name,email,aliases,department,role,supervisor,deputy,absent_from,absent_until,language
王芳,wang.fang@example.com,,市场部,staff,,,,,zh
李娜,li.na@example.com,,市场部,head,zhao.lei@example.com,,,,zh
陈强,chen.qiang@example.com,,研发部,head,zhao.lei@example.com,,,,zh
Peter Smith,peter.smith@example.com,,生产部,head,zhao.lei@example.com,,,,en
赵磊,zhao.lei@example.com,,管理层,supervisor;head,sun.wei@example.com,,,,zh
孙伟,sun.wei@example.com,,管理层,executive,,,,,zh
周敏,zhou.min@example.com,,行政部,coordinator;head,,,,,zh
"""

INITIATOR = "wang.fang@example.com"
COORDINATOR = "zhou.min@example.com"
STRANGER = "somebody@elsewhere.example"


@dataclass
class Company:
    """A house with its clock, its mailbox, and what happened in it so far."""

    house: House
    clock: StoppedClock
    mailbox: MemoryMailbox
    told: list[Happening] = field(default_factory=list)

    def happened(self, what: What) -> list[Happening]:
        """Return what happened of one kind, in order."""
        return [each for each in self.told if each.what is what]

    def write(self, content: bytes) -> str:
        """Let a mail arrive; return its handle."""
        return self.mailbox.deliver(content)


def found(folder: Path, people: str = PEOPLE) -> Path:
    """Write the files of the company into `folder`; return the configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "people.csv").write_text(people, encoding="utf-8")
    (folder / config.NAME).write_text(CONFIG, encoding="utf-8")
    return folder / config.NAME


@contextmanager
def company(
    folder: Path, *, at: datetime = MONDAY, mailbox: MemoryMailbox | None = None
) -> Iterator[Company]:
    """Open the company in `folder`; opened again, it has the same store."""
    settings = config.load(found(folder))
    clock = StoppedClock(at)
    box = mailbox or MemoryMailbox()
    told: list[Happening] = []
    with wiring.opened(settings, clock=clock, mailbox=box, tell=told.append) as house:
        yield Company(house=house, clock=clock, mailbox=box, told=told)


def mail(  # noqa: PLR0913 - a mail has that many parts
    *,
    sender: str = INITIATOR,
    subject: str = "发起协同",
    text: str = "",
    name: str = "<first@example.com>",
    at: datetime = MONDAY,
    answers: str = "",
    files: tuple[tuple[str, bytes], ...] = (),
) -> bytes:
    """Return the bytes of a mail as a mail program would send it."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = CLERK
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = name
    if answers:
        message["In-Reply-To"] = answers
        message["References"] = answers
    message.set_content(text or "\n")
    for file, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=file)
    return bytes(message)
