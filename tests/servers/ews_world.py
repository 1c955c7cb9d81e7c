"""What the small Exchange server knows, and what is to go wrong with it."""

from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

from tests.servers.ews_store import Post

PATH = "/EWS/Exchange.asmx"


@dataclass(slots=True, kw_only=True)
class Trouble:
    """What goes wrong with the next requests of one kind."""

    operation: str
    """Such as `CreateItem`; empty for any."""
    times: int = 1
    after: int = 0
    """So many go well first."""
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    code: str = ""
    """An answer by name."""
    soap_fault: bool = False
    """`code` comes as a SOAP fault, for the request as a whole."""
    acts: bool = False
    """The server does what was asked before it fails."""
    hangs: bool = False
    """It never answers."""
    cuts: bool = False
    """It closes the line instead of answering; with a half of the answer where `acts`."""
    bare: bool = False
    """An error of SyncFolderItems without SyncState."""


@dataclass(slots=True)
class EwsWorld:
    """A running server, as it looks from outside."""

    port: int
    scheme: str = "http"
    posts: dict[str, Post] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)
    ntlm: bool = False
    """Only NTLM lets anybody in; `NTLM_USER_FILE` names the users, as for every program of that library."""
    tokens: set[str] = field(default_factory=set)
    full_access: set[tuple[str, str]] = field(default_factory=set)
    """(login, mailbox) with the right FullAccess."""
    impersonators: set[str] = field(default_factory=set)
    troubles: list[Trouble] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Every operation that was asked for, in order."""
    logins: list[str] = field(default_factory=list)
    """Every login that was tried, whether it succeeded or not."""
    page: int = 500
    rights: str = "true"
    lock: Lock = field(default_factory=Lock)
    stopped: Event = field(default_factory=Event)

    @property
    def endpoint(self) -> str:
        """Return the address of the web service."""
        return f"{self.scheme}://127.0.0.1:{self.port}{PATH}"

    def post(self, address: str, password: str = "") -> Post:
        """Return a mailbox, made at the first asking, with a login of the same name."""
        if address not in self.posts:
            self.posts[address] = Post(address)
            self.passwords[address] = password
        return self.posts[address]

    def fail(self, operation: str, **how: Any) -> Trouble:  # noqa: ANN401 - any field of it
        """Order a fault."""
        made = Trouble(operation=operation, **how)
        self.troubles.append(made)
        return made

    def trouble_of(self, operation: str) -> Trouble | None:
        """Return the fault that is due, and count it."""
        with self.lock:
            self.asked.append(operation)
            for each in self.troubles:
                if each.operation not in ("", operation) or each.times <= 0:
                    continue
                if each.after:
                    each.after -= 1
                    continue
                each.times -= 1
                return each
        return None

    def deliver(self, sender: Post, recipients: tuple[str, ...], mime: bytes) -> None:
        """Bring a mail to whoever lives here."""
        sender.outside.append((recipients, mime))
        for each in recipients:
            if each in self.posts:
                self.posts[each].put(mime)
