"""What an IMAP server's refusals mean: try again, or tell a person (RFC 5530)."""

import ssl

from imapclient.exceptions import (
    CapabilityError,
    IMAPClientAbortError,
    IMAPClientError,
    IMAPClientReadOnlyError,
)

from agent.domain.errors import TryLater, WillNotWork
from agent.mailbox.wires import shown

MISUNDERSTOOD = (ValueError, TypeError, KeyError, IndexError, AttributeError)
"""What the client library raises on an answer that makes no sense."""

_PASSING = (
    "[unavailable]",
    "[inuse]",
    "[limit]",
    "[serverbug]",
    "too many",
    "try again",
    "temporar",
    "later",
)
_FOR_A_PERSON = ("[overquota]", "[noperm]", "[cannot]", "[contactadmin]", "[privacyrequired]")


def translate(what: str, error: Exception) -> TryLater | WillNotWork:
    """Return our error for one that was raised while doing `what`."""
    words = shown(f"{what}: {error}")
    match error:
        case IMAPClientReadOnlyError() | CapabilityError() | ssl.SSLCertVerificationError():
            return WillNotWork(words)
        case IMAPClientAbortError():
            return TryLater(words)
        case IMAPClientError() if any(code in words.lower() for code in _FOR_A_PERSON):
            return WillNotWork(words)
        case _:
            return TryLater(words)


def of_login(user: str, error: Exception) -> TryLater | WillNotWork:
    """Return our error for a login that failed: refused for good, unless the server says otherwise."""
    words = shown(f"{user} cannot log in: {error}")
    broke = isinstance(error.__context__, IMAPClientAbortError | OSError)
    if broke or not isinstance(error, IMAPClientError) or any(sign in words.lower() for sign in _PASSING):
        return TryLater(words)
    return WillNotWork(words)


def connection_is_lost(error: Exception) -> bool:
    """Say whether the connection cannot be used after `error`: a plain NO leaves it as it was."""
    return isinstance(error, IMAPClientAbortError) or not isinstance(error, IMAPClientError)
