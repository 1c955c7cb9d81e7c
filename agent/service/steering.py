"""Orders of the command line: a keyword said without mail, decided and journalled like one by mail."""

import json
from dataclasses import dataclass

from agent.domain.case import CaseId
from agent.domain.effects import Send
from agent.domain.errors import Conflict
from agent.domain.events import KeywordSaid
from agent.domain.keywords import Keyword
from agent.domain.mail import Address
from agent.domain.words import Words
from agent.domain.work_items import ItemId
from agent.letters.mime import message_id
from agent.service import advancing
from agent.service.house import House, Turn
from store import canonical
from store.chain import Entry
from store.codec import WORDS

_REFUSALS = frozenset({"not_entitled", "closed_case", "not_understood"})
"""Letters with which a decision says no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody orders, and why."""

    case: CaseId
    keyword: Keyword
    by: Address
    argument: str = ""
    item: ItemId | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steered:
    """What came of an order."""

    because: Words
    refused: bool
    """True when whoever ordered it may not, or the case is not in a state for it."""
    again: bool = False
    """True when the very same was ordered within this minute: it was done then, and is not done twice."""


def steer(house: House, order: Order) -> Steered:
    """Decide `order` at once; the very same again within a minute, with nothing in between, tells what came.

    Raises:
        WillNotWork: there is no such case.
        Conflict: somebody else decided first.
    """
    with house.turn() as turn:
        said = (order.case, order.keyword.value, order.argument, order.item or "", order.by)
        cause = f"command/{'/'.join(said)}/{turn.now:%Y-%m-%dT%H:%M}"
        if turn.work.journal.knows(cause):
            last = turn.work.journal.of_case(order.case)[-1]
            if last.cause.startswith(canonical.name(cause)):
                return _earlier(turn, last, order.by)
            cause = f"{cause}/{last.seq}"  # something else was decided since, which may have undone it
        event = KeywordSaid(
            at=turn.now,
            mail=message_id(cause, house.sender.domain),
            by=order.by,
            keyword=order.keyword,
            argument=order.argument,
            item=order.item,
            why=order.why,
        )
        plan = advancing.advance(turn, order.case, event, cause=cause)
        if plan is None:
            raise Conflict(f"somebody ordered the very same for {order.case}")
        turn.commit()
    advancing.tell(house, plan, event)
    letters = tuple(effect for effect in plan.effects if isinstance(effect, Send))
    return Steered(because=plan.because, refused=_refuse(letters, order.by))


def _earlier(turn: Turn, entry: Entry, by: Address) -> Steered:
    found = (turn.work.outbox.find(key) for key in json.loads(entry.effects))
    letters = tuple(outgoing.send for outgoing in found if outgoing is not None)
    return Steered(because=WORDS.load(entry.because), refused=_refuse(letters, by), again=True)


def _refuse(letters: tuple[Send, ...], by: Address) -> bool:
    return any(letter.letter in _REFUSALS and by in letter.to for letter in letters)
