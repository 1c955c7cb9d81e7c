"""What the errors of an Exchange server, and of the libraries on the way to it, mean for us.

The client library derives nearly everything from one base class, even a missing permission: only names are
judged here, never a base class.  What has no name here may pass, and is tried again.
"""

import ssl
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from agent.domain.errors import FormclerkError, NotLetIn, TryLater, Unsure, WillNotWork
from agent.mailbox.wires import shown

_ONLINE = frozenset({"outlook.office365.com", "outlook.office.com"})
_ONLINE_WORDS = (
    "Exchange Online has blocked EWS since 2026-10-01 and ends it on 2027-04-01: "
    'use kind = "graph" for this mailbox ({said})'
)
_LONGEST_WAIT = 3600.0
_UNAUTHORISED = 401
_TOO_MANY = 429

_REFUSED_STATUS: Mapping[int, str] = MappingProxyType(
    {
        301: "the server points elsewhere: endpoint must be the address of the web service itself",
        302: "the server points elsewhere: endpoint must be the address of the web service itself",
        307: "the server points elsewhere: endpoint must be the address of the web service itself",
        308: "the server points elsewhere: endpoint must be the address of the web service itself",
        401: "the server does not accept this login (user, password, or the kind of login)",
        403: "the server lets this login use no EWS (it is switched off for it, or for this program)",
        404: "there is no web service at this address (usually https://SERVER/EWS/Exchange.asmx)",
        405: "there is no web service at this address (usually https://SERVER/EWS/Exchange.asmx)",
        407: "a proxy on the way wants a login of its own",
        410: "the web service at this address was given up",
        413: "the server takes no request as large as this",
    }
)

_MISSING_RIGHTS: Mapping[str, str] = MappingProxyType(
    {
        "ErrorAccessDenied": "the login needs full access to the mailbox (right FullAccess)",
        "ErrorCreateItemAccessDenied": "the login needs full access to the mailbox (right FullAccess)",
        "ErrorCreateSubfolderAccessDenied": "the login may not make folders (right FullAccess)",
        "ErrorDeleteDistinguishedFolder": "the login may not change this folder (right FullAccess)",
        "ErrorImpersonateUserDenied": "the login needs the role ApplicationImpersonation for this mailbox",
        "ErrorImpersonationDenied": "the login needs the role ApplicationImpersonation",
        "ErrorImpersonationFailed": "the login needs the role ApplicationImpersonation for this mailbox",
        "ErrorSendAsDenied": "the login needs the right SendAs for the address of the sender",
        "ErrorSubscriptionAccessDenied": "the login may not watch this inbox (right FullAccess)",
        "ErrorSubscriptionDelegateAccessNotSupported": "watching needs full access or impersonation",
    }
)

_FOR_A_PERSON = frozenset(
    {
        "ErrorAccountDisabled",
        "ErrorFolderNotFound",
        "ErrorIncorrectSchemaVersion",
        "ErrorInvalidId",
        "ErrorInvalidIdEmpty",
        "ErrorInvalidIdMalformed",
        "ErrorInvalidIdMalformedEwsLegacyIdFormat",
        "ErrorInvalidRecipients",
        "ErrorInvalidSchemaVersionForMailboxVersion",
        "ErrorInvalidServerVersion",
        "ErrorInvalidSmtpAddress",
        "ErrorMailRecipientNotFound",
        "ErrorMailboxConfiguration",
        "ErrorMessageSizeExceeded",
        "ErrorMimeContentInvalid",
        "ErrorMimeContentInvalidBase64String",
        "ErrorMissingEmailAddress",
        "ErrorMissingRecipients",
        "ErrorNonExistentMailbox",
        "ErrorNonPrimarySmtpAddress",
        "ErrorPasswordChangeRequired",
        "ErrorPasswordExpired",
        "ErrorQuotaExceeded",
        "ErrorSchemaValidation",
    }
)
"""Answers after which a person must change something.  Each is given before anything was done."""

_BUSY = frozenset(
    {"ErrorServerBusy", "ErrorExceededConnectionCount", "ErrorTooManyObjectsOpened", "RateLimitError"}
)
_WHOLE = frozenset({"ErrorTimeoutExpired", "TransportError", "UnauthorizedError", "MalformedResponseError"})
"""Errors of the library that are none of the server's answers, or leave nothing to go on with."""

_NEVER_REACHED = frozenset(
    {"ConnectTimeout", "ConnectTimeoutError", "NewConnectionError", "NameResolutionError"}
)
"""What `requests` and `urllib3` call it when no connection was made at all."""


_NO_ANSWER = frozenset({"ConnectTimeout", "ReadTimeout", "ReadTimeoutError", "TimeoutError"})


class HttpRefusal(Exception):
    """The server answered with a status other than success."""

    def __init__(self, status: int, words: str, wait: float) -> None:
        super().__init__(f"HTTP {status} {words}".strip())
        self.status = status
        self.wait = wait
        """Seconds after which it wants to be asked again, 0 when it did not say."""


def translate(host: str, what: str, error: Exception) -> TryLater | WillNotWork:
    """Return our error for one that was raised while doing `what` at `host`."""
    if isinstance(error, TryLater | WillNotWork):
        return error
    name = type(error).__name__
    reason = ""
    if isinstance(error, HttpRefusal):
        reason = _REFUSED_STATUS.get(error.status, "")
    elif name in _MISSING_RIGHTS:
        reason = _MISSING_RIGHTS[name]
    elif name == "UnauthorizedError":
        reason = _REFUSED_STATUS[_UNAUTHORISED]
    elif certificate := _of_certificate(error):
        return NotLetIn(shown(f"{what}: the certificate of {host} is not trusted: {certificate}"))
    elif name not in _FOR_A_PERSON:
        return TryLater(shown(f"{what}: {_said(error)}"))
    if reason and host.casefold() in _ONLINE:
        return NotLetIn(f"{what}: " + _ONLINE_WORDS.format(said=shown(_said(error))))
    if reason:
        return NotLetIn(f"{what}: {reason} ({shown(_said(error))})")
    if isinstance(error, HttpRefusal):
        return TryLater(shown(f"{what}: {error}"))
    return WillNotWork(shown(f"{what}: {_said(error)}"))


def of_sending(host: str, what: str, error: Exception) -> FormclerkError:
    """Return our error for one that was raised while a letter was handed over.

    Only what certainly came before the letter left is no doubt: a connection that was never made, a
    refusal of the login, an answer by name that the server gives before it acts.  Whoever answers 503, or
    with an internal error, or not at all, may have sent it.
    """
    trouble = translate(host, what, error)
    if isinstance(trouble, WillNotWork) or trouble is error:
        return trouble
    if isinstance(error, HttpRefusal) and error.status == _TOO_MANY:
        return trouble
    causes = {type(each).__name__ for each in _causes(error)}
    if type(error).__name__ in _BUSY and not causes & {
        "ErrorInternalServerTransientError",
        "ErrorTimeoutExpired",
    }:
        return trouble  # throttled before its turn; the library also calls other things busy, by a cause
    if causes & _NEVER_REACHED:
        return trouble
    return Unsure(str(trouble))


def concerns_all(error: Exception) -> bool:
    """Say whether whatever comes next will fail as well: login, connection, throttling, not one mail."""
    if isinstance(error, HttpRefusal):
        return True
    name = type(error).__name__
    answered = name.startswith("Error") and name not in _WHOLE and name not in _BUSY
    return not answered and not isinstance(error, ValueError | TypeError | LookupError | AttributeError)


def wait_of(error: Exception) -> float:
    """Return the seconds that the server asked us to leave it alone, 0 when it did not."""
    asked = error.wait if isinstance(error, HttpRefusal) else getattr(error, "back_off", None)
    return min(float(asked), _LONGEST_WAIT) if isinstance(asked, int | float) and asked > 0 else 0.0


def _said(error: Exception) -> str:
    """Return what happened in the words of whoever noticed it first: the library wraps it in its own."""
    if isinstance(error, HttpRefusal):
        return str(error)
    name = type(error).__name__
    if name in _WHOLE or isinstance(error, OSError):
        causes = list(_causes(error))
        if {type(each).__name__ for each in causes} & _NO_ANSWER:
            return "no answer in time"
        reasons = [each.strerror for each in causes if isinstance(each, OSError) and each.strerror]
        if reasons:
            return reasons[-1]
    return f"{name}: {error}"


def _of_certificate(error: Exception) -> str:
    for each in _causes(error):
        if isinstance(each, ssl.SSLCertVerificationError):
            return getattr(each, "verify_message", "") or str(each)
    return ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield everything that `error` came from: what it was raised in, and what it carries as its reason."""
    seen: list[BaseException] = []
    left: list[object] = [error]
    while left:
        each = left.pop()
        if not isinstance(each, BaseException) or each in seen:
            continue
        seen.append(each)
        yield each
        left += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
