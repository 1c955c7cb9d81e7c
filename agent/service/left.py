"""The letter that has just left: that it has is written down with the lease of the next one.

One transaction instead of two.  Still one letter at most is in doubt after a crash (ADR 0012): the next one
is not leased before this one is noted.  Nothing that takes longer may come between, so whoever is about to
write letters or to look for them calls `note` first.
"""

from agent.domain.effects import Send
from agent.service.happenings import What
from agent.service.house import House
from store.letters import Outgoing
from store.unit import Unit


class Left:
    """At most one letter, that of a pass; nothing of it is told before it is true."""

    def __init__(self, house: House, *, at_once: bool = False) -> None:
        """Begin without one; `at_once` has each letter written down as it leaves."""
        self._house = house
        self._at_once = at_once
        self._letter: Outgoing | None = None

    def add(self, letter: Outgoing) -> None:
        """Take the letter that has just left.

        Raises:
            TryLater: it was to be written down at once, and the store cannot be used now.
        """
        self._letter = letter
        if self._at_once:
            self.note()

    def note_in(self, work: Unit) -> None:
        """Write it down in a transaction that goes on; `tell` is called once that is committed."""
        if self._letter is not None:
            work.outbox.sent(self._letter.send.key, self._house.now())

    def tell(self) -> None:
        """Tell that it has left, which is true now, and forget it."""
        letter, self._letter = self._letter, None
        if letter is not None:
            self._house.happened(What.SENT, mail=letter.message_id, **about(letter.send))

    def note(self) -> None:
        """Write it down now.

        Raises:
            TryLater: the store cannot be used now.
        """
        if self._letter is not None:
            with self._house.unit() as work:
                self.note_in(work)
                work.commit()
            self.tell()


def about(send: Send) -> dict[str, str]:
    """Return what is told of a letter, whatever has become of it."""
    return {
        "letter": send.letter,
        "key": send.key,
        "case": send.case or "",
        "to": ", ".join((*send.to, *send.cc)),
    }
