"""A rehearsal: the daemon's own rounds under a clock that jumps from one moment to the next.

Mails arrive at the moment of their Date; the clock never runs backwards, not even when a rehearsal that was
killed is begun again.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from agent.clock import StoppedClock
from agent.domain.mail import Address, MessageId
from agent.mailbox import heads
from agent.mailbox.port import Mailbox, RawMail, Shelf
from agent.service import delivering, rounds, sealing
from agent.service.house import House

_MOMENT = "rehearsal"
"""The setting that holds the last moment that was played."""


class Dated:
    """A mailbox whose mails arrive at the moment of their Date header, within the time that is played.

    What is dated before the first moment, or not at all, lies there from the beginning; what is dated after
    the last one arrives with the last one: a rehearsal leaves no mail unread.
    """

    def __init__(self, inner: Mailbox, clock: StoppedClock, until: datetime) -> None:
        self._inner = inner
        self._clock = clock
        self._until = until.astimezone(UTC)

    @property
    def sent_within(self) -> timedelta | None:
        """See `Mailbox`."""
        return self._inner.sent_within

    def arrived(self) -> Iterator[RawMail]:
        """See `Mailbox`."""
        for raw in self._inner.arrived():
            if self._moment(raw) <= self._clock.now():
                yield raw

    def next_arrival(self) -> datetime | None:
        """Return when the next mail arrives that has not yet; None when none is to come."""
        now = self._clock.now()
        moments = (self._moment(raw) for raw in self._inner.arrived())
        return min((moment for moment in moments if moment > now), default=None)

    def file_away(self, handle: str, shelf: Shelf) -> str:
        """See `Mailbox`."""
        return self._inner.file_away(handle, shelf)

    def send(
        self, message_id: MessageId, sender: Address, recipients: tuple[Address, ...], content: bytes
    ) -> None:
        """See `Mailbox`."""
        self._inner.send(message_id, sender, recipients, content)

    def find_sent(self, message_id: MessageId) -> bool:
        """See `Mailbox`."""
        return self._inner.find_sent(message_id)

    def wait(self, seconds: float) -> bool:
        """See `Mailbox`; nobody waits in a rehearsal."""
        del seconds
        return False

    def close(self) -> None:
        """See `Mailbox`."""
        self._inner.close()

    def _moment(self, raw: RawMail) -> datetime:
        dated = heads.date_of(raw.content)
        return (
            min(dated.astimezone(UTC), self._until) if dated is not None else datetime.min.replace(tzinfo=UTC)
        )


def play(
    house: House,
    clock: StoppedClock,
    until: datetime,
    between: Callable[[datetime], bool] = lambda _: False,
) -> int:
    """Play from the clock's moment to `until`; return how many moments there were.

    Args:
        house: the tools; its mailbox may be any.
        clock: the clock that the house looks at.
        until: the last moment that is played, inclusive.
        between: told of each moment once everything has been done that was to do then; it may put new mail
            into the mailbox and says so by True: the mail is dealt with before the clock moves on.
    """
    mailbox = Dated(house.mailbox, clock, until)
    stage = replace(house, mailbox=mailbox)
    _begin(stage, clock)
    count = 0
    while not stage.stopping.is_set():
        count += 1
        rounds.until_quiet(stage)
        while between(clock.now()) and not stage.stopping.is_set():
            rounds.until_quiet(stage)
        moments = (rounds.next_moment(stage), mailbox.next_arrival())
        coming = min((moment for moment in moments if moment is not None), default=None)
        if coming is None or coming > until:
            break
        _move(stage, clock, coming)
    if clock.now() < until and not stage.stopping.is_set():
        _move(stage, clock, until)
        rounds.until_quiet(stage)
    return count


def reached(house: House) -> datetime | None:
    """Return the last moment that was played in this store, None when it never saw a rehearsal."""
    with house.look() as work:
        moment = work.settings.get(_MOMENT)
    return datetime.fromisoformat(moment) if moment is not None else None


def _begin(house: House, clock: StoppedClock) -> None:
    """Go on where an earlier rehearsal ended or was ended."""
    if (moment := reached(house)) is not None:
        clock.advance(moment)
    _move(house, clock, clock.now())
    delivering.recover(house)
    sealing.recover(house)


def _move(house: House, clock: StoppedClock, moment: datetime) -> None:
    clock.advance(moment)
    with house.unit() as work:
        work.settings.set(_MOMENT, clock.now().isoformat())
        work.commit()
