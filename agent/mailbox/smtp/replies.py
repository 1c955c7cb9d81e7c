"""What the replies of a submission server mean (RFC 5321, 4.2)."""

from typing import TypeAlias

from agent.domain.errors import TryLater, WillNotWork
from agent.mailbox.wires import shown

Reply: TypeAlias = tuple[int, bytes]
"""The code and the words of one reply."""

CLOSING = 421


def is_good(reply: Reply) -> bool:
    """Say whether the server did what it was asked."""
    return 200 <= reply[0] < 300  # noqa: PLR2004  # 2yz


def is_final(reply: Reply) -> bool:
    """Say whether asking again is useless."""
    return 500 <= reply[0] < 600  # noqa: PLR2004  # 5yz


def said(reply: Reply) -> str:
    """Return the reply as one line for people."""
    return f"{reply[0]} {shown(reply[1])}"


def check(reply: Reply, what: str) -> None:
    """Return when the reply is good.

    Raises:
        WillNotWork: the server refuses for good.
        TryLater: it refuses for now, or says something that is no reply.
    """
    if is_final(reply):
        raise WillNotWork(f"{what}: {said(reply)}")
    if not is_good(reply):
        raise TryLater(f"{what}: {said(reply)}")
