"""What Graph's refusals mean: try again, or tell a person what to put right."""

import json
from collections.abc import Mapping

from agent.domain.errors import TryLater, WillNotWork
from agent.mailbox.wires import shown

_PASSING = frozenset(
    {
        "activitylimitreached",
        "applicationthrottled",
        "errorconnectionfailed",
        "errorconcurrencylimitexceeded",
        "errorexceededconnectioncount",
        "errorinternalservertransienterror",
        "errormailboxmoveinprogress",
        "errormailboxstoreunavailable",
        "errorserverbusy",
        "errortimeoutexpired",
        "errortoomanyobjectsopened",
        "mailboxconcurrency",
        "quotalimitreached",
    }
)
_NO_MAILBOX = frozenset(
    {
        "errorinvaliduser",
        "errornonexistentmailbox",
        "mailboxnotenabledforrestapi",
        "mailboxnotsupportedforrestapi",
        "request_resourcenotfound",
        "resourcenotfound",
    }
)
_GONE = frozenset({"erroritemnotfound", "errormessagenotfound"})
_UNREADABLE = frozenset(
    {"errormimecontentconversionfailed", "errormimecontentinvalid", "errorcontentconversionfailed"}
)
_LOST_TRACK = frozenset(
    {"syncstatenotfound", "syncstateinvalid", "resyncrequired", "errorinvalidsyncstatedata"}
)
_FORBIDDEN, _NOT_FOUND, _CONFLICT, _GONE_FOR_GOOD, _BAD_REQUEST = 403, 404, 409, 410, 400


class Doubtful(TryLater):
    """The call may have been carried out: its answer was lost, or says nothing of it."""


class Refused(WillNotWork):
    """Graph refused a call, by name."""

    def __init__(self, words: str, *, status: int, code: str) -> None:
        super().__init__(words)
        self.status = status
        self.code = code
        """As Graph spells it."""

    @property
    def item_is_gone(self) -> bool:
        """Say whether the mail or folder is not there (any more); the mailbox is."""
        return self.status == _NOT_FOUND and self.code.lower() in _GONE

    @property
    def exists_already(self) -> bool:
        """Say whether what was to be made is there."""
        return self.status == _CONFLICT or self.code.lower() == "errorfolderexists"

    @property
    def is_unreadable(self) -> bool:
        """Say whether the mail cannot be handed out, now or ever."""
        return self.code.lower() in _UNREADABLE

    @property
    def lost_track(self) -> bool:
        """Say whether a link (the next page, the next changes) means nothing any more: begin anew."""
        return self.status in {_GONE_FOR_GOOD, _BAD_REQUEST} or self.code.lower() in _LOST_TRACK


def refusal(  # noqa: PLR0913 - what a person must be told
    what: str, status: int, body: bytes, *, mailbox: str, needs: str, trace: str
) -> TryLater | Refused:
    """Return our error for an answer that refuses; `TryLater` where the same call may succeed later.

    Args:
        what: what was being done.
        status: of the answer.
        body: of the answer; JSON with a code and words, normally.
        mailbox: whose mail it is about.
        needs: the application permission without which this call is refused.
        trace: the id by which Microsoft's support finds the call.
    """
    code, message = _read(body)
    known = code.lower()
    if known in _PASSING:
        return TryLater(f"{what}: {code}: {message}")
    if known in _NO_MAILBOX:
        words = f"there is no mailbox {mailbox} in Exchange Online ({code})"
    elif known == "errorsendasdenied":
        words = f"{what}: {mailbox} may not send under this From address ({code})"
    elif status == _FORBIDDEN:
        words = (
            f"{what} is forbidden ({code}): the application needs the permission {needs} with admin consent, "
            f"and an application access policy, if there is one, must include {mailbox}"
        )
    else:
        words = f"{what}: {status} {code}: {message}"
    return Refused(f"{words} [request-id {trace}]" if trace else words, status=status, code=code)


def _read(body: bytes) -> tuple[str, str]:
    try:
        said = json.loads(body)
    except ValueError:
        return "", ""
    error = said.get("error") if isinstance(said, Mapping) else None
    if not isinstance(error, Mapping):
        return "", ""
    return shown(str(error.get("code", ""))[:80]), shown(str(error.get("message", "")))
