"""Which mails are fetched together, and what the server hands out."""

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from agent.mailbox.port import RawMail

log = logging.getLogger(__name__)

_TOGETHER = 25
_BYTES = 2_000_000
"""Of mails that are fetched together, or one mail: all of them are held in memory."""


@dataclass(frozen=True, slots=True, order=True)
class Listed:
    """One mail of the inbox, in the order of its arrival."""

    received: datetime
    uid: int
    size: int
    """Bytes (RFC822.SIZE), 0 where the server does not tell."""


def by_few(listed: Iterable[Listed], *, alone: Collection[int], limit: int) -> Iterator[list[Listed]]:
    """Yield mails by few, in their order.

    Args:
        listed: the mails.
        alone: the UIDs of those that are fetched apart from others.
        limit: bytes of a mail above which it is not fetched whole, and so not with others; nor is one whose
            size the server does not tell.
    """
    few: list[Listed] = []
    size = 0
    for each in listed:
        apart = each.uid in alone or not 0 < each.size <= limit
        if few and (apart or len(few) == _TOGETHER or size + each.size > _BYTES):
            yield few
            few, size = [], 0
        few.append(each)
        size += each.size
        if apart:
            yield few
            few, size = [], 0
    if few:
        yield few


def fetch(client: IMAPClient, few: Sequence[Listed], *, validity: int, limit: int) -> list[RawMail]:
    """Fetch mails without marking them; what has vanished or cannot be handed out is left out.

    Where the server refuses several, each is asked for by itself.

    Raises:
        IMAPClientAbortError: the connection broke.
    """
    part = "BODY.PEEK[]" if len(few) > 1 or few[0].size <= limit else f"BODY.PEEK[]<0.{limit}>"
    try:
        answers = client.fetch([each.uid for each in few], [part])
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        if len(few) > 1:
            return [mail for each in few for mail in fetch(client, (each,), validity=validity, limit=limit)]
        log.warning("mail %s is passed over: %s", few[0].uid, error, extra={"action": "passed_over"})
        return []
    found: list[RawMail] = []
    for each in few:
        answer = answers.get(each.uid, {})
        content = next((value for key, value in answer.items() if key.startswith(b"BODY[")), None)
        if isinstance(content, bytes):
            # Of a mail that was fetched whole, what came counts: servers are known to miscount.
            size = len(content) if each.size <= limit else each.size
            found.append(RawMail(handle=f"{validity}/{each.uid}", content=content, size=size))
    return found
