"""What a delivery report says: whom a letter did not reach, why, and whether that can pass."""

from dataclasses import dataclass
from enum import Enum


class Fate(Enum):
    """What became of a letter for one recipient (Action, RFC 3464, 2.3.3)."""

    FAILED = "failed"
    """It was given up."""

    DELAYED = "delayed"
    """The server still tries: nothing is lost."""

    DELIVERED = "delivered"
    """It arrived, or went on to a system that does not report (delivered, relayed, expanded)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """What a report says about one recipient."""

    recipient: str
    """The address that we wrote to, in lower case; empty when the report does not name it."""
    fate: Fate
    permanent: bool
    """True when the same letter can never arrive (RFC 3463: class 5); a full mailbox passes."""
    status: str = ""
    """The enhanced status code, `5.1.1`, or the SMTP reply code, `550`; empty when there is none."""
    words: str = ""
    """The server's own words, on one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A delivery report as read; which letter it is about stands among the references of its mail."""

    of: tuple[Undelivered, ...] = ()
    subject: str = ""
    """The subject of the letter that came back, where the report brings it."""

    @property
    def fate(self) -> Fate:
        """Return the worst that happened to any recipient."""
        fates = {each.fate for each in self.of}
        return next((one for one in (Fate.FAILED, Fate.DELAYED, Fate.DELIVERED) if one in fates), Fate.FAILED)
