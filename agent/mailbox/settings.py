"""What an IMAP and an SMTP account need to be told.  Secrets come as values and are never shown."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from agent.mailbox.port import SIZE_LIMIT, Shelf
from agent.mailbox.tokens import TokenSource

_IDLE_LIMIT = timedelta(minutes=29)


class Security(Enum):
    """How the connection is protected."""

    TLS = "tls"
    """From the first byte (RFC 8314); the usual ports are 993 and 465."""

    STARTTLS = "starttls"
    """Asked for and insisted on; the usual ports are 143 and 587."""

    NONE = "none"
    """Not at all: allowed to this machine only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    """A password or an app password."""

    user: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth:
    """OAuth 2: the access tokens of `user` come from `tokens`."""

    user: str
    tokens: TokenSource = field(repr=False)


Login: TypeAlias = Password | OAuth


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapSettings:
    """One IMAP account.

    Raises:
        ValueError: `security` is `none` and `host` is another machine, or `idle_round` is 29 minutes or more.
    """

    host: str
    login: Login
    port: int = 993
    security: Security = Security.TLS
    ca_file: Path | None = None
    """PEM certificates to trust instead of the system's."""
    inbox: str = "INBOX"
    prefix: str = ""
    """The folder under which the shelves are made; empty: beside the inbox.  `/` separates levels,
    whatever the server's separator is."""
    shelves: Mapping[Shelf, str] = field(default_factory=lambda: MappingProxyType({}))
    """What the shelves are called; by default as in `Shelf`."""
    sent: str = ""
    """The folder of sent mail; empty: the one that the server marks as such (RFC 6154), else `Sent`."""
    keeps_sent: bool = False
    """True when the server files what leaves by SMTP among the sent mail itself (Gmail, Exchange Online)."""
    idle_round: timedelta = timedelta(minutes=4)
    """How long one IDLE lasts before the connection is proved alive; under 29 minutes (RFC 2177), and
    short enough for address translators that forget quiet connections."""
    poll: timedelta = timedelta(minutes=1)
    """How often to look where the server knows no IDLE."""
    timeout: timedelta = timedelta(seconds=60)
    limit: int = SIZE_LIMIT
    """Bytes of one mail that are fetched."""

    def __post_init__(self) -> None:
        _check_security(self.security, self.host)
        if not timedelta(0) < self.idle_round < _IDLE_LIMIT:
            raise ValueError("an IDLE round lasts less than 29 minutes (RFC 2177)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """One submission account (RFC 6409).

    Raises:
        ValueError: `security` is `none` and `host` is another machine.
    """

    host: str
    login: Login | None
    """None where the server takes mail from this machine without asking who we are."""
    port: int = 465
    security: Security = Security.TLS
    ca_file: Path | None = None
    """PEM certificates to trust instead of the system's."""
    hello: str = ""
    """The name we greet with; empty: the domain of the sender."""
    timeout: timedelta = timedelta(seconds=60)
    last_word: timedelta = timedelta(minutes=10)
    """How long to wait for the answer to a whole mail (RFC 5321, 4.5.3.2.6): who gives up earlier
    makes duplicates (RFC 1047)."""

    def __post_init__(self) -> None:
        _check_security(self.security, self.host)


def _check_security(security: Security, host: str) -> None:
    if security is Security.NONE and not _is_this_machine(host):
        raise ValueError(f"a password would travel to {host} in the open: security must be tls or starttls")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"
