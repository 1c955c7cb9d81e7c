"""Mail as we think of it: plain values, no protocol, no vendor."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NewType

from agent.domain.absences import Away
from agent.domain.authenticity import UNCHECKED, Authenticity
from agent.domain.bounces import Bounce

Address = NewType("Address", str)
"""A mail address without a display name, in lower case: `li.na@example.com`."""

MessageId = NewType("MessageId", str)
"""A Message-ID with its angle brackets (RFC 5322, 3.6.4)."""


def address(text: str) -> Address:
    """Return `text` as the one spelling by which we compare addresses."""
    return Address(text.strip().strip("<>").lower())  # casefold would make another domain of straße


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came, or goes, with a mail; `cid` is set when the HTML shows it inline."""

    name: str
    media_type: str
    content: bytes
    cid: str = ""


class Nature(Enum):
    """What kind of thing a mail is, before anyone asks what it says."""

    PERSONAL = "personal"
    """Written by a person; the only nature that can move a case."""

    BOUNCE = "bounce"
    """A delivery report (RFC 3464, or one that only looks like it)."""

    AUTO_REPLY = "auto-reply"
    """Out of office, vacation, any mail with Auto-Submitted (RFC 3834)."""

    LIST = "list"
    """Mail of a mailing list or bulk sender (RFC 2919, Precedence)."""

    RECEIPT = "receipt"
    """A read receipt (RFC 8098)."""

    MEETING_REPLY = "meeting-reply"
    """An iTIP REPLY to one of our invitations (RFC 5546)."""

    RECALL = "recall"
    """Outlook asks to take a mail back; outside the sender's own Exchange that is only a mail."""

    OWN = "own"
    """Sent by ourselves: a loop, or a copy to our own address."""


class MeetingAnswer(Enum):
    """PARTSTAT of an iTIP reply (RFC 5545, 3.2.12)."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingReply:
    """What somebody answered to an invitation; `uid` is the UID that we gave the event."""

    uid: str
    answer: MeetingAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMail:
    """One mail as read from its raw bytes; everything in it is the sender's claim."""

    message_id: MessageId
    """As in the header; when there was none, one derived from the digest of the bytes."""
    sender: Address
    sender_name: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None
    """The Date header, aware; None when missing or not a date."""
    in_reply_to: tuple[MessageId, ...]
    references: tuple[MessageId, ...]
    text: str
    """The plain text of the whole body, quotes included."""
    first_line: str
    """The first non-empty line that the sender wrote: where a keyword counts (cli.md, By mail)."""
    attachments: tuple[Attachment, ...]
    nature: Nature
    meeting_reply: MeetingReply | None = None
    top: tuple[str, ...] = ()
    """The lines that stand above any quotation, stripped, the empty ones too: the only place where the
    values of a confirmation are taken from."""
    between: tuple[str, ...] = ()
    """The lines that stand between marked lines of a quotation: an answer within it, line by line."""
    problems: tuple[str, ...] = ()
    """What was odd or cut short while reading, each as `code: words`."""
    authenticated: Authenticity = UNCHECKED
    """Whether `sender` wrote it, as far as the house can tell."""
    bounce: Bounce | None = None
    """Of a delivery report what it says; which letter it is about stands among `references`."""
    away: Away | None = None
    """Of an out-of-office reply what it says about the absence."""
    handed_in: datetime | None = None
    """When the house's own server took it, as its Received field says (RFC 5321, 4.4): the topmost one, which
    no sender can write; None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A finished mail, ready to leave; `key` names the intention behind it."""

    key: str
    message_id: MessageId
    date: datetime
    sender: Address
    sender_name: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    invitation: bytes | None = None
    """An iCalendar object (RFC 5545) that goes as text/calendar alternative."""
    method: str = "REQUEST"
    """The iTIP method of `invitation`: REQUEST or CANCEL."""
    in_reply_to: MessageId | None = None
    references: tuple[MessageId, ...] = ()
    case: str = ""
    """The case number for X-Formclerk-Case; empty outside any case."""
    answers: bool = False
    """True when it replies to a mail that somebody sent (RFC 3834: auto-replied, not auto-generated)."""
    names: Mapping[Address, str] = field(default_factory=dict)
    """Display names of the people in `to` and `cc`, where the directory has one."""
