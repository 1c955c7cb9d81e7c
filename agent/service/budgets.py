"""What the provider lets us send in a minute and in a day: more than that waits, and nothing is lost.

The windows slide, which keeps to a limit by the calendar day as well.  What left is counted in the outbox,
so that a restart begins no new day.
"""

from datetime import timedelta

from agent.domain.words import Words
from agent.service.house import House
from store.unit import Unit

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


def is_limited(house: House) -> bool:
    """Say whether there is a limit at all."""
    return bool(house.courtesy.most_per_minute or house.courtesy.most_per_day)


def room(house: House, work: Unit) -> int | None:
    """Return how many mails may leave now; None when there is no limit."""
    limits = ((house.courtesy.most_per_minute, _MINUTE), (house.courtesy.most_per_day, _DAY))
    left = [max(0, most - work.outbox.left_since(house.now() - window)) for most, window in limits if most]
    return min(left, default=None)


def held_back(house: House, work: Unit) -> int:
    """Return how many letters wait for no other reason than the limit."""
    if room(house, work) != 0:
        return 0
    return work.outbox.count_due(house.now())


def warning(house: House, work: Unit) -> Words | None:
    """Return what the digest says when letters wait for the limit; None when none does."""
    waiting = held_back(house, work)
    if not waiting:
        return None
    return Words(
        zh=f"已达到邮箱服务商的发信上限，{waiting} 封邮件排队待发（答复优先，一封不丢）",
        en=f"the provider's sending limit is reached; {waiting} mails wait (answers first, none is lost)",
    )
