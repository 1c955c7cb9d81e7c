"""When what was authenticated speaks for a From: alignment (RFC 7489, 3.1), without public suffixes."""

_LABELS = 2
"""No single label is anybody's domain."""


def domain_of(address: str) -> str:
    """Return the domain of an address, or of a bare domain, in lower case; empty when there is none."""
    return address.strip().strip("<>").rpartition("@")[2].rstrip(".").lower()


def aligned(found: str, sender: str) -> bool:
    """Say whether `found`, a domain that was authenticated, speaks for the domain `sender`.

    The same domain does, and one above or below it: nobody else gets to sign for those.  RFC 7489 takes
    sisters (`a.example.com` for `b.example.com`) as well; telling these from strangers under `com.cn` needs
    a list of public suffixes, and few mails need it.
    """
    one, other = found.lower().rstrip("."), sender.lower().rstrip(".")
    if min(one.count("."), other.count(".")) + 1 < _LABELS:
        return False
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
