"""What a house trusts to say who sent a mail (ADR 0026)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

LookUp: TypeAlias = Callable[[str], bytes | None]
"""Returns the TXT record of a DNS name, its strings joined; None when there is none.

Raises:
    TimeoutError: DNS did not answer.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Whose word counts.  It can be pickled; the default trusts nobody, and then nothing is checked."""

    server: str = ""
    """The authserv-id of the house's own mail server, in lower case; `-` for Exchange Online, which writes
    none."""
    hops: int = 1
    """Received fields of the house's own servers that may stand above that server's results."""
    sealers: frozenset[str] = frozenset()
    """Domains whose ARC seals count (RFC 8617), in lower case."""
    exchange: bool = False
    """Exchange's mark of internal mail counts: only where the mailbox itself is on Exchange, which takes
    that header away from mail of the outside."""
    dkim: bool = False
    """DKIM signatures are checked here, too; DNS is asked."""

    @property
    def checks(self) -> bool:
        """Say whether anything is trusted at all."""
        return bool(self.server or self.exchange or self.dkim)


NOBODY = Trust()
