"""Outbox to mailbox: each letter leaves once, at an hour when people work, or a person is told why not."""

import logging
from datetime import datetime, timedelta
from typing import TypeAlias

from agent.core.notices import Leave, when
from agent.domain.effects import Send, Urgency
from agent.domain.errors import NotLetIn, TryLater, Unsure, WillNotWork
from agent.domain.mail import MessageId
from agent.domain.words import Words
from agent.mailbox.port import PartlySent, Refusal
from agent.service import budgets, folding, guard, partly, writing
from agent.service.happenings import What
from agent.service.house import House, Turn
from agent.service.left import Left, about
from agent.service.rendering import is_wanted
from store.letters import LetterState, Outgoing
from store.settings import RESTORED

log = logging.getLogger(__name__)

_Told: TypeAlias = tuple[tuple[What, Send], ...]
"""What has become of letters, to be told once it is true."""

_LEASE = timedelta(minutes=10)
"""Longer than any send takes; a letter whose sender died is due again after it."""
_CATCHING_UP = timedelta(days=7)
"""So long after a restore each letter is looked for among the sent mail before it leaves."""
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
_ATTEMPTS = 60
"""About two and a half days with the waits above; then a person has to look."""


def deliver(house: House) -> int:
    """Deal with every letter that is due; return how many moved on.

    Where the provider limits us, answers go first and what is over stays due (`agent.service.budgets`).
    """
    limited = budgets.is_limited(house)
    left = Left(house, at_once=limited)

    def due(limit: int) -> tuple[Outgoing, ...]:
        left.note()
        with house.look() as work:
            if limited:
                room = budgets.room(house, work)
                return work.outbox.due_urgent_first(house.now(), limit) if room else ()
            found = work.outbox.due(house.now(), limit)
        return writing.ahead(house, found)

    def work(outgoing: Outgoing) -> bool:
        return not (limited and _is_full(house)) and deliver_one(house, outgoing, left)

    moved = guard.everything(house, due, lambda o: f"letter {o.send.key}", work)
    left.note()
    return moved


def _is_full(house: House) -> bool:
    with house.look() as work:
        return budgets.room(house, work) == 0


def recover(house: House) -> int:
    """End the leases of a process that died, when none but us works on this store; return how many.

    The letters stay in doubt: `deliver_one` looks for them once they would be among the sent mail.  Of a
    store that has just been restored the first moment of work is noted.
    """
    due = house.now() + (house.mailbox.sent_within or timedelta(0))
    with house.unit() as work:
        ended = work.outbox.end_leases(due)
        if work.settings.get(RESTORED) == "":
            work.settings.set(RESTORED, house.now().isoformat())
        work.commit()
    return ended


def deliver_one(house: House, outgoing: Outgoing, left: Left) -> bool:
    """Deal with one due letter: drop it, hold it, fold it, or send it; `left` is the one that left before it.

    A letter whose sender died with it in hand may have left.  Where the mailbox cannot prove that it did not
    (`Mailbox.sent_within`), a person is asked (ADR 0012).
    """
    asked = outgoing.state is not LetterState.PENDING
    if outgoing.rendered is None:
        left.note()  # writing takes a while
        if not asked and not _may_leave(house, outgoing.send):  # what does not leave is not written either
            return True
        asked = True
    content = _content(house, outgoing)
    if content is None:
        return True
    told: _Told = ()
    leased: Outgoing | None = None
    with house.turn() as turn:
        left.note_in(turn.work)
        leaves = asked
        if not asked:
            leaves, told = _ask(turn, outgoing.send)
        if leaves:
            leased = turn.work.outbox.lease(outgoing.send.key, now=turn.now, until=turn.now + _LEASE)
        restored = turn.work.settings.get(RESTORED)
        turn.commit()
    left.tell()
    _tell(house, told)
    if not leaves:
        return True
    if leased is None:
        return False
    try:
        may_have_left = leased.attempts > 1 or _is_catching_up(restored, house.now())
        was_sent = may_have_left and house.mailbox.find_sent(leased.message_id)
    except (TryLater, WillNotWork) as error:
        if outgoing.state is LetterState.SENDING:
            raise  # whether it left before we were stopped stays open until somebody can look
        _put_off(house, leased, error)
        return True
    if was_sent:
        left.add(leased)
    elif outgoing.state is LetterState.SENDING and house.mailbox.sent_within is None:
        _unsure(house, leased.send, "we were stopped while it was being handed over")
    else:
        _send(house, leased, content, left)
    return True


def _is_catching_up(restored: str | None, now: datetime) -> bool:
    """Say whether the rows came from a backup lately: what has not left by their account may have left."""
    if not restored:
        return False
    since = datetime.fromisoformat(restored)
    return since <= now < since + _CATCHING_UP


def _may_leave(house: House, send: Send) -> bool:
    """Ask whether the letter may leave now, in a turn of its own."""
    with house.turn() as turn:
        leaves, told = _ask(turn, send)
        turn.commit()
    _tell(house, told)
    return leaves


def _ask(turn: Turn, send: Send) -> tuple[bool, _Told]:
    """Ask whether the letter is still wanted and whether this is a time for it; write down what is not so.

    Returns:
        Whether it may leave, and what to tell once the turn is committed.
    """
    house = turn.house
    if not is_wanted(turn, send):
        turn.work.outbox.dropped(send.key, "its reason went away before it left")
        return False, ((What.DROPPED, send),)
    hold = when(
        send,
        now=turn.now,
        quiet=house.courtesy.quiet,
        sent_today=folding.sent_today(turn, send.to) if send.urgency is Urgency.NOTICE else 0,
        budget=house.courtesy.budget,
        workdays=turn.world.workdays,
    )
    match hold.leave:
        case Leave.NOW:
            return True, tuple((What.FOLDED, copy) for copy in folding.fold_copies(turn, send))
        case Leave.HOLD:
            turn.work.outbox.hold_until(send.key, hold.until or turn.now + _FIRST_WAIT)
            return False, ()
        case Leave.FOLD:
            folding.fold(turn, send)
            return False, ((What.FOLDED, send),)


def _tell(house: House, told: _Told) -> None:
    for what, send in told:
        house.happened(what, **about(send))


def _content(house: House, outgoing: Outgoing) -> bytes | None:
    """Return the bytes that leave; None when there can be none, which a person is told."""
    try:
        return writing.content(house, outgoing)
    except WillNotWork as error:
        log.exception("%s cannot be written", outgoing.send.key, extra={"action": "unwritten"})
        _failed(house, outgoing.send, str(error))
        return None


def _send(house: House, leased: Outgoing, content: bytes, left: Left) -> None:
    send = leased.send
    recipients = folding.readers(house, send)
    try:
        house.mailbox.send(leased.message_id, house.sender.address, recipients, content)
    except Unsure as error:
        if _is_found(house, leased.message_id):
            left.add(leased)
        else:
            _unsure(house, send, str(error))
    except PartlySent as error:
        _partly_sent(house, leased, error.refused)
    except (TryLater, NotLetIn) as error:
        _put_off(house, leased, error)
    except WillNotWork as error:
        _failed(house, send, str(error))
    else:
        left.add(leased)


def _is_found(house: House, name: MessageId) -> bool:
    try:
        return house.mailbox.find_sent(name)
    except (TryLater, WillNotWork):
        return False


def _partly_sent(house: House, outgoing: Outgoing, refused: tuple[Refusal, ...]) -> None:
    send = outgoing.send
    with house.turn() as turn:
        turn.work.outbox.sent(send.key, turn.now)
        lost = partly.keep_the_rest(turn, send, refused, wait=_FIRST_WAIT)
        turn.commit()
    house.happened(What.SENT, mail=outgoing.message_id, **about(send))
    for letter, why in lost:
        house.happened(What.FAILED, Words.same(why), **about(letter))


def _unsure(house: House, send: Send, why: str) -> None:
    with house.unit() as work:
        work.outbox.unsure(send.key, why)
        work.commit()
    house.happened(What.UNSURE, Words.same(why), **about(send))


def _later(house: House, leased: Outgoing, why: str) -> None:
    if leased.attempts >= _ATTEMPTS:
        _failed(house, leased.send, f"given up after {leased.attempts} attempts: {why}")
        return
    wait = min(_FIRST_WAIT * 2 ** min(leased.attempts - 1, 10), _LONGEST_WAIT)
    with house.unit() as work:
        work.outbox.retry_at(leased.send.key, house.now() + wait, why)
        work.commit()
    house.happened(What.DELAYED, Words.same(why), **about(leased.send))


def _put_off(house: House, leased: Outgoing, error: TryLater | WillNotWork) -> None:
    """Keep a letter that certainly has not left, and is not at fault.

    Where the server does not let us in, it waits however long it takes until somebody changes the password.
    """
    if isinstance(error, TryLater):
        _later(house, leased, str(error))
        return
    with house.unit() as work:
        work.outbox.retry_at(leased.send.key, house.now() + _LONGEST_WAIT, str(error))
        work.commit()
    house.happened(What.DELAYED, Words.same(str(error)), **about(leased.send))


def _failed(house: House, send: Send, why: str) -> None:
    with house.unit() as work:
        work.outbox.failed(send.key, why)
        work.commit()
    house.happened(What.FAILED, Words.same(why), **about(send))
