"""A delivery report as read: RFC 3464 first, then what the servers of the world write instead.

Half of them keep to no standard.  QQ, NetEase, Aliyun and Tencent write Chinese prose, qmail and Exim
English, Exchange both around a report of its own.  What cannot be told stays empty: a person looks anyway.
"""

import re
from collections.abc import Iterator

from agent.domain.bounces import Bounce, Fate, Undelivered
from agent.domain.mail import Address, address
from parsers.limits import Limits
from parsers.mail.bounce_words import is_delay, is_passing, recipients, status_in, telling_line
from parsers.mail.headers import Headers, message_ids, plain_line, read_headers, split
from parsers.mail.mime import Part

_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_HEADERS = frozenset({"text/rfc822-headers", "message/global-headers"})
_MAILS = frozenset({"message/rfc822", "message/global"})
_BLOCKS = re.compile(rb"(?:\r*\n){2,}")
_ACTIONS = {
    "failed": Fate.FAILED,
    "delayed": Fate.DELAYED,
    "delivered": Fate.DELIVERED,
    "relayed": Fate.DELIVERED,
    "expanded": Fate.DELIVERED,
}
_MOST = 20
"""Recipients of one report that are told; our letters have fewer."""
_WORDS = 300
_QUOTED_ID = re.compile(r"(?im)^[>\s|]*message-id\s*:\s*(<[^<>\s]{3,900}>)")


def read_bounce(
    headers: Headers, leaves: tuple[Part, ...], text: str, own: frozenset[Address], limits: Limits
) -> Bounce:
    """Return what a delivery report says; never raises.

    Args:
        headers: of the report itself.
        leaves: its parts.
        text: its prose.
        own: our addresses, which are never the recipient that failed.
        limits: how much is read.
    """
    inner = tuple(_returned(leaves, limits))
    subject = next((found for each in inner if (found := each.first("subject"))), "")
    told = tuple(_reported(leaves, limits))[:_MOST]
    if not told:
        told = tuple(_prose(headers, inner, text, own))
    return Bounce(of=told, subject=subject[:_WORDS])


def returned_ids(leaves: tuple[Part, ...], text: str, limits: Limits) -> tuple[str, ...]:
    """Return the Message-IDs of the letters that a report brings back: whole, as headers, or in its prose."""
    found = [name for each in _returned(leaves, limits) for name in message_ids(each.all("message-id")[:1])]
    return tuple(dict.fromkeys((*found, *_QUOTED_ID.findall(text)[:5])))


def _returned(leaves: tuple[Part, ...], limits: Limits) -> Iterator[Headers]:
    """Yield the headers of the mails that a report brings back (RFC 6522, 3)."""
    for leaf in leaves:
        if leaf.media_type in _MAILS or leaf.file_name.casefold().endswith(".eml"):
            yield read_headers(split(leaf.content)[0][: limits.header_bytes], limits)
        elif leaf.media_type in _HEADERS:
            yield read_headers(leaf.content[: limits.header_bytes].strip(), limits)


def _reported(leaves: tuple[Part, ...], limits: Limits) -> Iterator[Undelivered]:
    """Yield each recipient of the machine-readable part (RFC 3464, 2.3)."""
    for leaf in leaves:
        if leaf.media_type not in _REPORTS:
            continue
        for block in _BLOCKS.split(leaf.content[: limits.header_bytes]):
            fields = read_headers(block, limits)
            who = _typed(fields, "original-recipient") or _typed(fields, "final-recipient")
            action = fields.first("action").casefold().partition(" ")[0]
            status = status_in(fields.first("status"))
            if not who and not action:
                continue  # the fields about the whole message
            words = fields.first("diagnostic-code").partition(";")[2] or fields.first("diagnostic-code")
            fate = _ACTIONS.get(action, Fate.DELAYED if status.startswith("4") else Fate.FAILED)
            yield Undelivered(
                recipient=who,
                fate=fate,
                permanent=fate is Fate.FAILED and not is_passing(status or status_in(words), words),
                status=status or status_in(words),
                words=plain_line(words)[:_WORDS],
            )


def _typed(fields: Headers, name: str) -> str:
    """Return the address of a recipient field, `rfc822; li.na@example.com` (RFC 3464, 2.3.1)."""
    kind, _, said = fields.first(name).partition(";")
    found = recipients(said or kind)
    return found[0] if found else ""


def _prose(
    headers: Headers, inner: tuple[Headers, ...], text: str, own: frozenset[Address]
) -> Iterator[Undelivered]:
    """Yield the recipients that a report without a machine-readable part names."""
    ours = {
        *own,
        *(one for _, one in headers.mailboxes("from")),
        *(one for _, one in headers.mailboxes("to")),
    }
    named = [one for value in headers.all("x-failed-recipients") for one in recipients(value)]
    if not named:
        named = [one for one in recipients(text, marked=True) if address(one) not in ours]
    if not named:
        written = [one for each in inner for _, one in each.mailboxes("to")]
        named = list(written) if len(set(written)) == 1 else []
    if not named:
        named = [one for one in recipients(text) if address(one) not in ours][:1]
    words = telling_line(text)
    status = status_in(words) or status_in(text)
    fate = Fate.DELAYED if is_delay(headers.first("subject"), text) else Fate.FAILED
    for one in (list(dict.fromkeys(named)) or [""])[:_MOST]:
        yield Undelivered(
            recipient=one,
            fate=fate,
            permanent=fate is Fate.FAILED and not is_passing(status, words),
            status=status,
            words=words[:_WORDS],
        )
