"""What a mailbox on an Exchange server needs to be told.  Secrets come as values and are never shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from agent.domain.mail import Address
from agent.mailbox.port import SIZE_LIMIT, Shelf
from agent.mailbox.settings import Login

_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


class Proof(Enum):
    """How a password is shown to the server; tokens need no choice."""

    NTLM = "ntlm"
    """The password itself never travels: what Exchange on premises asks for by default."""

    BASIC = "basic"


class Access(Enum):
    """By which right the login works in the mailbox."""

    DELEGATE = "delegate"
    """It is its own mailbox, or it was given full access to it (a shared mailbox)."""

    IMPERSONATION = "impersonation"
    """A service account with the role ApplicationImpersonation acts as the mailbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EwsSettings:
    """One mailbox on one Exchange server.

    Raises:
        ValueError: `endpoint` is no https address, or `mailbox` is no mail address.
    """

    endpoint: str
    """The address of the web service; http is allowed to this machine only."""
    mailbox: Address
    """The primary address of the mailbox to work in, which need not be that of the login."""
    login: Login
    proof: Proof = Proof.NTLM
    access: Access = Access.DELEGATE
    ca_file: Path | None = None
    """PEM certificates to trust instead of the system's."""
    prefix: str = ""
    """The folder under which the shelves are made; empty: beside the inbox.  `/` separates levels, and a
    first level `inbox` is the inbox itself, whatever it is called in the language of its owner."""
    shelves: Mapping[Shelf, str] = field(default_factory=lambda: MappingProxyType({}))
    """What the shelves are called; by default as in `Shelf`."""
    timeout: timedelta = timedelta(seconds=60)
    """How long one answer may take to begin, and to go on."""
    last_word: timedelta = timedelta(minutes=5)
    """How long to wait for the answer to a whole letter: who gives up earlier is unsure more often."""
    limit: int = SIZE_LIMIT
    """Bytes of one mail that are fetched."""

    def __post_init__(self) -> None:
        place = urlsplit(self.endpoint)
        here = place.scheme == "http" and place.hostname in _HERE
        if not place.hostname or not (place.scheme == "https" or here):
            raise ValueError(
                "the Exchange web service must be reached by https, such as "
                f"https://mail.example.com/EWS/Exchange.asmx, not by {self.endpoint!r}"
            )
        if self.mailbox.count("@") != 1:
            raise ValueError(f"{self.mailbox!r} is not the address of a mailbox")

    @property
    def host(self) -> str:
        """Return the name of the server."""
        return urlsplit(self.endpoint).hostname or ""

    def levels(self, shelf: Shelf) -> tuple[str, ...]:
        """Return the names of the folders that lead to `shelf`, itself the last."""
        above = tuple(level.strip() for level in self.prefix.split("/") if level.strip())
        return (*above, self.shelves.get(shelf, shelf.value))
