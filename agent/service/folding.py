"""What one person gets in a day is capped: a notice above the budget is told in the reader's own digest.

The budget is each reader's own (process.md, Time).  A notice whose holder has had enough is folded whole.
One whose holder has not leaves, and only the copies above the budgets of their readers are folded: a head of
many late people, or the coordinator, would otherwise get every reminder of everybody.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from agent.domain.effects import Send, Urgency
from agent.domain.mail import Address
from agent.domain.words import Language
from agent.letters.mime import message_id
from agent.service import digests
from agent.service.house import House, Turn
from agent.service.schedules import following
from store.unit import Unit

_COPY = " copy "
"""No address and no Message-ID has a space, so neither has the key of another letter."""


def sent_today(turn: Turn, readers: Iterable[Address]) -> int:
    """Return how many notices the busiest of `readers` has had since local midnight."""
    zone = turn.world.workdays.zone
    morning = turn.now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return max((turn.work.outbox.sent_today(address, since=morning) for address in readers), default=0)


def fold(turn: Turn, send: Send) -> None:
    """Keep a notice back for its readers' next personal digest, which is ordered with the first one."""
    turn.work.outbox.folded(send.key, _digest(turn, send))


def fold_copies(turn: Turn, send: Send) -> tuple[Send, ...]:
    """Keep back the copies of a notice that are above their readers' budgets, and return them."""
    if send.urgency is not Urgency.NOTICE:
        return ()
    most = turn.house.courtesy.budget
    found: list[Send] = []
    for reader in send.cc:
        if reader in send.to or sent_today(turn, (reader,)) < most:
            continue
        person = turn.world.directory.find(reader)
        language = person.language if person is not None else send.language
        copy = replace(send, key=f"{send.key}{_COPY}{reader}", to=(reader,), cc=(), language=language)
        name = message_id(copy.key, turn.house.sender.domain)
        if turn.work.outbox.add(copy, message_id=name, at=turn.now):
            fold(turn, copy)
            found.append(copy)
    return tuple(found)


def readers(house: House, send: Send) -> tuple[Address, ...]:
    """Return who gets a letter now: everybody but those whose copies were folded."""
    everybody = tuple(dict.fromkeys((*send.to, *send.cc)))
    if send.urgency is not Urgency.NOTICE or not send.cc:
        return everybody
    with house.look() as work:
        return tuple(each for each in everybody if work.outbox.find(f"{send.key}{_COPY}{each}") is None)


def copied_from(work: Unit, copy: Send) -> Send | None:
    """Return the letter that `copy` is a folded copy of, in its reader's language; None when it is none."""
    key, is_copy, _ = copy.key.partition(_COPY)
    letter = work.outbox.find(key) if is_copy else None
    return replace(letter.send, language=copy.language) if letter is not None else None


def copy_line(letter: Send, names: Iterable[str]) -> str:
    """Return the line that tells the reader of a folded copy whom the notice asks."""
    listed = "、".join(names) if letter.language is Language.ZH else ", ".join(names)
    return (
        f"（抄送您知悉，办理人：{listed}）"
        if letter.language is Language.ZH
        else f"(A copy for you; it asks {listed}.)"
    )


def _digest(turn: Turn, send: Send) -> str:
    """Order the personal digest that tells `send`, unless it was ordered; return its key."""
    stroke = following(turn.house.courtesy.daily, turn.now, turn.world.workdays)
    moment = stroke.at if stroke is not None else turn.now + timedelta(days=1)
    everybody = ",".join(sorted({*send.to, *send.cc}))
    digest = Send(
        key=f"{digests.PERSONAL}/{moment.isoformat()}/{send.language.value}/{everybody}",
        letter=digests.PERSONAL,
        to=send.to,
        cc=send.cc,
        language=send.language,
        urgency=Urgency.WORK,
        case=None,
    )
    name = message_id(digest.key, turn.house.sender.domain)
    if turn.work.outbox.add(digest, message_id=name, at=turn.now):
        turn.work.outbox.hold_until(digest.key, moment)
    return digest.key
