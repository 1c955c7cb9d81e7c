"""Orders of the command line: a keyword said without mail, decided and journalled like one by mail."""

from dataclasses import dataclass

from agent.domain.case import CaseId
from agent.domain.events import KeywordSaid
from agent.domain.keywords import Keyword
from agent.domain.mail import Address
from agent.domain.plans import Plan
from agent.domain.work_items import ItemId
from agent.letters.mime import message_id
from agent.service import advancing
from agent.service.house import House


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody orders, and why."""

    case: CaseId
    keyword: Keyword
    by: Address
    argument: str = ""
    item: ItemId | None = None
    why: str = ""


def steer(house: House, order: Order) -> Plan | None:
    """Decide `order` at once; None when the very same was ordered within this minute.

    Raises:
        WillNotWork: there is no such case.
        Conflict: somebody else decided first.
    """
    with house.turn() as turn:
        said = (order.case, order.keyword.value, order.argument, order.item or "", order.by)
        cause = f"command/{'/'.join(said)}/{turn.now:%Y-%m-%dT%H:%M}"
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
        turn.commit()
    if plan is not None:
        advancing.tell(house, plan, event)
    return plan
