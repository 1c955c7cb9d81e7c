"""What a mailbox in Exchange Online needs to be told.  Secrets come as values and are never shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import urlsplit

from agent.domain.mail import Address
from agent.mailbox.port import SIZE_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """One of Microsoft's clouds: they share no accounts, and each has its own hosts."""

    login: str
    """Where tokens are bought."""
    service: str
    """Where Graph answers."""


CLOUDS: Mapping[str, Cloud] = MappingProxyType(
    {
        "global": Cloud(login="https://login.microsoftonline.com", service="https://graph.microsoft.com"),
        "china": Cloud(
            login="https://login.partner.microsoftonline.cn",
            service="https://microsoftgraph.chinacloudapi.cn",
        ),
        "us": Cloud(login="https://login.microsoftonline.us", service="https://graph.microsoft.us"),
        "us-dod": Cloud(login="https://login.microsoftonline.us", service="https://dod-graph.microsoft.us"),
    }
)
"""By name; `china` is the one that 21Vianet operates.  Source: Microsoft, "National cloud deployments"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSecret:
    """The application proves itself by a password."""

    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCertificate:
    """The application proves itself by a key whose certificate the tenant knows."""

    pem: str = field(repr=False)
    """The private key, unencrypted; the certificate may stand in the same text."""
    thumbprint: str = ""
    """SHA-1 of the certificate in hexadecimal digits, as the portal shows it; empty: worked out from the
    certificate in `pem`."""


Credential: TypeAlias = ClientSecret | ClientCertificate


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphSettings:
    """One mailbox and the application that may use it.

    Raises:
        ValueError: a token or a secret would travel in the open.
    """

    mailbox: Address
    """Whose mail it is: a person's or a shared mailbox."""
    tenant: str
    """The directory (tenant) id, or one of its domains."""
    client_id: str
    credential: Credential
    cloud: Cloud = CLOUDS["global"]
    ca_file: Path | None = None
    """PEM certificates to trust instead of the system's: for networks that open TLS."""
    prefix: str = ""
    """The folder under which the shelves are made; empty: beside the inbox.  `/` separates levels."""
    poll: timedelta = timedelta(seconds=15)
    """How often to ask for what is new.  Graph allows one application 10,000 requests to a mailbox in ten
    minutes; this is 40."""
    timeout: timedelta = timedelta(seconds=60)
    """How long one answer may take."""
    patience: timedelta = timedelta(seconds=30)
    """How long a call waits when the service asks for a pause; longer pauses are passed on to the caller."""
    settling: timedelta = timedelta(seconds=10)
    """How long to look among the sent mail for one whose answer was lost."""
    limit: int = SIZE_LIMIT

    def __post_init__(self) -> None:
        for place in (self.cloud.login, self.cloud.service):
            parts = urlsplit(place)
            if parts.scheme != "https" or not parts.hostname:
                raise ValueError(f"{place} must be an address with https://")
