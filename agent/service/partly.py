"""A letter that left for some of its readers only: the others get it later, or a person is told of them.

Whom the server did not take becomes a letter of its own, so that it is held, tried, given up, shown and
retried like any other, and nobody who has the first one gets it again.
"""

import re
from dataclasses import replace
from datetime import timedelta

from agent.domain.effects import Send
from agent.letters.mime import message_id
from agent.mailbox.port import Refusal
from agent.service.house import Turn

_SUFFIX = re.compile(r" (?:later|refused)\b")
"""No address and no Message-ID has a space, so neither has the key of a digest."""


def keep_the_rest(
    turn: Turn, send: Send, refused: tuple[Refusal, ...], *, wait: timedelta
) -> tuple[tuple[Send, str], ...]:
    """Enter letters for the recipients that were refused; return those refused for good, with the reason.

    Args:
        turn: the transaction that notes that `send` has left.
        send: the letter that left for the others.
        refused: whom the server did not take.
        wait: how long until those refused for now are asked again; they are fewer each time, so it ends.
    """
    domain = turn.house.sender.domain
    if waiting := tuple(each.recipient for each in refused if not each.final):
        later = replace(send, key=f"{send.key} later", to=waiting, cc=())
        turn.work.outbox.add(later, message_id=message_id(later.key, domain), at=turn.now)
        turn.work.outbox.hold_until(later.key, turn.now + wait)
    lost: list[tuple[Send, str]] = []
    for each in refused:
        if each.final:
            letter = replace(send, key=f"{send.key} refused {each.recipient}", to=(each.recipient,), cc=())
            turn.work.outbox.add(letter, message_id=message_id(letter.key, domain), at=turn.now)
            turn.work.outbox.failed(letter.key, each.words)
            lost.append((letter, each.words))
    return tuple(lost)


def first_key(key: str) -> str:
    """Return the key of the digest that left first, of which `key` is the rest; else `key` itself."""
    return _SUFFIX.split(key, maxsplit=1)[0]
