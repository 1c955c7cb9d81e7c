"""Mails by few: what is read, kept and entered together, so that the disk is waited for once."""

from collections.abc import Iterator, Sequence

from agent.domain.errors import FormclerkError
from agent.mailbox.port import RawMail

_TOGETHER = 25
_BYTES = 2_000_000
"""Of mails that are held in memory together, or one mail."""


def by_few(mails: Iterator[RawMail]) -> Iterator[Sequence[RawMail]]:
    """Yield mails by few, in their order.

    Raises:
        FormclerkError: what `mails` breaks off with, once those that came before it were yielded.
    """
    few: list[RawMail] = []
    size = 0
    try:
        for mail in mails:
            few.append(mail)
            size += len(mail.content)
            if len(few) == _TOGETHER or size >= _BYTES:
                yield few
                few, size = [], 0
    except FormclerkError:
        if few:
            yield few
        raise
    if few:
        yield few
