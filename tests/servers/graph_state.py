"""What a small Exchange Online knows: mailboxes with folders and mails."""

import itertools
import re
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.encoders import encode_base64
from email.mime.nonmultipart import MIMENonMultipart
from email.parser import BytesParser
from email.utils import getaddresses
from threading import RLock

from agent.clock import now

_AS_WRITTEN = policy.compat32.clone(linesep="\r\n", max_line_length=None)
_MESSAGE_ID = re.compile(rb"^message-id:\s*(?P<id>\S+)", re.IGNORECASE | re.MULTILINE)
_BCC = re.compile(rb"^bcc:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n", re.IGNORECASE | re.MULTILINE)
WELL_KNOWN = {"inbox": "收件箱", "drafts": "草稿", "sentitems": "已发送邮件", "deleteditems": "已删除邮件"}


@dataclass(slots=True)
class Item:
    """One mail."""

    number: int
    folder: str
    content: bytes
    received: datetime
    draft: bool = False
    moves: int = 0
    message_id: str = ""
    files: list[tuple[str, str, bytes]] = field(default_factory=list)
    """Name, type and content of what was attached to a draft."""

    def name(self, *, immutable: bool) -> str:
        """Return its id: one stays, the other changes with every move."""
        return f"AAkALg{self.number:014}AA=" if immutable else f"AAMkA{self.number:010}-{self.moves:04}AA="


@dataclass(slots=True)
class Account:
    """One mailbox."""

    address: str
    folders: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Display name and parent by id; the well-known ones have their names as ids."""
    items: list[Item] = field(default_factory=list)
    log: list[tuple[str, int]] = field(default_factory=list)
    """Folder and number of each mail that appeared somewhere, in order: what delta queries read."""
    submitted: list[bytes] = field(default_factory=list)
    """Every mail that left, as often as it left."""

    def __post_init__(self) -> None:
        self.folders |= {f"ID-{name}": (shown, "") for name, shown in WELL_KNOWN.items()}

    def put(self, item: Item) -> Item:
        """Let a mail appear."""
        self.items.append(item)
        self.log.append((item.folder, item.number))
        return item

    def lying_in(self, folder: str) -> list[Item]:
        """Return the mails of a folder by its id."""
        return [each for each in self.items if each.folder == folder]

    def folder_named(self, name: str, parent: str = "") -> str:
        """Return the id of a folder, empty when there is none."""
        shown = name.casefold()
        return next((k for k, (n, p) in self.folders.items() if p == parent and n.casefold() == shown), "")


class Exchange:
    """All mailboxes; what is submitted for one of them is delivered there."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.accounts: dict[str, Account] = {}
        self.hides_sent = False
        """True while what was sent is not shown among the sent mail yet."""
        self.renames_drafts = False
        """True when a draft gets a Message-ID of Exchange's own, whatever it had."""
        self.leaves_out = ""
        """A header that is not in the mails that are handed out, though it was received."""
        self._numbers = itertools.count(1)

    def number(self) -> int:
        """Return a number that nothing has yet."""
        return next(self._numbers)

    def account(self, address: str) -> Account:
        """Return a mailbox, opened if need be."""
        with self.lock:
            return self.accounts.setdefault(address.casefold(), Account(address.casefold()))

    def item(self, folder: str, content: bytes, received: datetime | None = None) -> Item:
        """Return a mail that lies nowhere yet."""
        found = _MESSAGE_ID.search(content)
        return Item(
            number=self.number(),
            folder=folder,
            content=content,
            received=received or now(),
            message_id=found["id"].decode() if found else f"<{id(content)}@exchange.example>",
        )

    def deliver(self, address: str, content: bytes, received: datetime | None = None) -> Item:
        """Let a mail arrive in somebody's inbox."""
        with self.lock:
            return self.account(address).put(self.item("ID-inbox", content, received))

    def submit(self, account: Account, content: bytes) -> None:
        """Send a mail: a copy is kept, and each recipient with a mailbox here gets one, without Bcc."""
        head = BytesParser(policy=policy.default).parsebytes(content, headersonly=True)
        given = [str(value) for name in ("To", "Cc", "Bcc") for value in head.get_all(name, [])]
        account.submitted.append(content)
        account.put(self.item("ID-sentitems", content))
        plain = _BCC.sub(b"", content, count=1)
        for _, to in getaddresses(given):
            if to.casefold() in self.accounts:
                self.deliver(to, plain)


def assembled(item: Item) -> bytes:
    """Return a draft with everything that was attached to it."""
    if not item.files:
        return item.content
    whole = BytesParser(policy=_AS_WRITTEN).parsebytes(item.content)
    for name, media, content in item.files:
        main, _, sub = media.partition("/")
        part = MIMENonMultipart(main, sub)
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
        part.set_payload(content)
        encode_base64(part)
        whole.attach(part)
    return whole.as_bytes(policy=_AS_WRITTEN)


def headers(content: bytes) -> list[dict[str, str]]:
    """Return the headers of a mail as Graph tells them."""
    head = BytesParser(policy=policy.compat32).parsebytes(content, headersonly=True)
    return [{"name": name, "value": str(value)} for name, value in head.items()]


def without(content: bytes, name: str) -> bytes:
    """Return a mail without one of its headers."""
    return re.sub(rb"(?ims)\A(.*?)^%b:[^\r\n]*\r\n" % name.encode(), rb"\1", content, count=1)
