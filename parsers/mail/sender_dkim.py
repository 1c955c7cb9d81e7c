"""DKIM (RFC 6376) and ARC (RFC 8617) checked by us: the one door to dkimpy.

A signature counts when it covers the whole body with an algorithm that RFC 8301 allows.  DNS is asked for
few names, each for a few seconds; tests bring the answers along.
"""

import logging
from dataclasses import dataclass, field
from enum import Enum
from importlib.util import find_spec

from parsers.mail.sender_domains import aligned
from parsers.mail.sender_trust import LookUp

_MOST_SIGNATURES = 3
"""Signatures of the sender's domain that are tried; two (RSA and Ed25519) are usual."""
_MOST_LOOKUPS = 8
_ALGORITHMS = frozenset({b"rsa-sha256", b"ed25519-sha256"})
"""RFC 8301, 3.1 takes SHA-1 away."""
_DNS_SECONDS = 3.0

_quiet = logging.getLogger("formclerk.dkimpy")
_quiet.disabled = True  # what it says about a stranger's mail belongs into no log


class Held(Enum):
    """Whether a signature of the sender's domain holds."""

    YES = "yes"
    NONE = "no_signature"
    BAD = "bad_signature"
    WEAK = "weak_signature"
    UNKNOWN = "dns_away"
    NOT_HERE = "no_dkim_here"


@dataclass(slots=True)
class _Counted:
    """A look-up that ends: dkimpy would ask as often as a mail wants."""

    ask: LookUp
    left: int = _MOST_LOOKUPS
    was_away: bool = False
    known: dict[str, bytes | None] = field(default_factory=dict)

    def __call__(self, name: bytes, timeout: int = 5) -> bytes | None:
        """Return the TXT record of `name`, as dkimpy asks for it."""
        del timeout
        text = name.decode("ascii", "replace").rstrip(".")
        if text not in self.known:
            if not self.left:
                return None
            self.left -= 1
            try:
                self.known[text] = self.ask(text)
            except TimeoutError:
                self.was_away = True
                self.known[text] = None
        return self.known[text]


def is_here() -> bool:
    """Say whether what checks signatures is installed."""
    return find_spec("dkim") is not None and find_spec("dns") is not None


def dkim_holds(raw: bytes, domain: str, lookup: LookUp) -> tuple[Held, str]:
    """Say whether a DKIM signature that speaks for `domain` holds, and of which domain the last one was.

    Args:
        raw: the whole mail.
        domain: that of its From.
        lookup: asks DNS.
    """
    if not is_here():
        return Held.NOT_HERE, ""
    import dkim  # noqa: PLC0415 - an extra

    ask = _Counted(lookup)
    found, of = Held.NONE, ""
    tried = 0
    try:
        signed = dkim.DKIM(raw, logger=_quiet)
        values = [value for name, value in signed.headers if name.lower() == b"dkim-signature"]
    except Exception:  # noqa: BLE001 - dkimpy raises many kinds on damaged mail; each means: nothing holds
        return Held.BAD, ""
    for index, value in enumerate(values[:50]):
        try:
            tags = dkim.parse_tag_value(value)
        except Exception:  # noqa: BLE001, S112 - as above
            continue
        signer = tags.get(b"d", b"").decode("ascii", "replace").casefold()
        if not aligned(signer, domain):
            continue
        if tried == _MOST_SIGNATURES:
            break
        tried, of = tried + 1, signer
        if b"l" in tags or tags.get(b"a", b"") not in _ALGORITHMS:
            found = Held.WEAK
            continue
        try:
            holds = bool(signed.verify(index, dnsfunc=ask))
        except Exception:  # noqa: BLE001 - as above
            holds = False
        if holds:
            return Held.YES, signer
        found = Held.UNKNOWN if ask.was_away else Held.BAD
    return found, of


def seals_hold(raw: bytes, lookup: LookUp) -> bool:
    """Say whether the chain of ARC sets of a mail is whole and the last one covers it as it came."""
    if not is_here():
        return False
    import dkim  # noqa: PLC0415 - an extra

    try:
        verdict, _, _ = dkim.ARC(raw, logger=_quiet).verify(dnsfunc=_Counted(lookup))
    except Exception:  # noqa: BLE001 - as above
        return False
    return bool(verdict == dkim.CV_Pass)


def dns_text(name: str) -> bytes | None:
    """Return a TXT record from the machine's resolver, within seconds.

    Raises:
        TimeoutError: it did not answer.
    """
    import dns.exception  # noqa: PLC0415 - an extra
    import dns.resolver  # noqa: PLC0415

    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=_DNS_SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return None
    except dns.exception.DNSException as error:
        raise TimeoutError(type(error).__name__) from None
    return next((b"".join(record.strings) for record in answer), None)
