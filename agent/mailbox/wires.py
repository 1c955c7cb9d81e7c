"""What IMAP and SMTP have in common on the wire: TLS, bearer tokens, names in ASCII."""

import socket
import ssl
from pathlib import Path

from agent.domain.errors import WillNotWork

_SHOWN = 200


def tls(ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that checks certificate and host name, TLS 1.2 or newer (RFC 8996).

    Raises:
        WillNotWork: `ca_file` cannot be read.
    """
    try:
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise WillNotWork(f"the certificates in {ca_file} cannot be read: {error}") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def at_once(line: socket.socket | None) -> None:
    """Have what we write leave at once, however little it is.

    Both protocols end a long text by a short line of its own.  Without this the short line waits until the
    server has confirmed the long one, which it puts off for 40 ms (RFC 896 meets RFC 1122, 4.2.3.2).
    """
    if line is not None:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def trusted(ca_file: Path | None) -> str | bool:
    """Return the certificates to trust as `requests` wants to be told: a file, a folder, or True for its own.

    Without `ca_file` they are the system's, among which a company puts its own.
    """
    system = ssl.get_default_verify_paths()
    return str(ca_file) if ca_file else system.cafile or system.capath or True


def xoauth2(user: str, token: str) -> str:
    """Return the only message of the XOAUTH2 mechanism (Google, Microsoft)."""
    return f"user={user}\1auth=Bearer {token}\1\1"


def oauthbearer(user: str, token: str) -> str:
    """Return the first message of OAUTHBEARER (RFC 7628, 3.1)."""
    who = user.replace("=", "=3D").replace(",", "=2C")
    return f"n,a={who},\1auth=Bearer {token}\1\1"


def shown(words: str | bytes) -> str:
    """Return what a server said as one short line that is safe to log."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return "".join(sign if sign.isprintable() else " " for sign in text)[:_SHOWN].strip()
