"""The errors we raise, sorted by the only question a caller asks: try again?"""

from agent.domain.words import Words


class FormclerkError(Exception):
    """Something went wrong that we know how to talk about."""

    def __init__(self, why: str | Words = "") -> None:
        """Take what happened; words in both languages where people without English read it."""
        self.said = Words.same(why) if isinstance(why, str) else why
        super().__init__(self.said.en)


class TryLater(FormclerkError):
    """The world is busy or away; the same call may succeed unchanged."""


class StoreAway(TryLater):
    """The store cannot be used now: its disk is full or read-only, or its database locked or away.

    Whatever was at hand is not at fault.
    """


class WillNotWork(FormclerkError):
    """Repeating the call cannot help; a person must change something."""


class NotLetIn(WillNotWork):
    """A server refuses us whatever we ask: a wrong password, a missing right, an untrusted certificate.

    What was asked is not at fault and can be asked again once a person has changed something there.
    """


class Unsure(FormclerkError):
    """A letter may or may not have left (a time-out after DATA, RFC 1047); look before sending again."""


class Conflict(FormclerkError):
    """Another pass changed the case first; load it again and decide anew."""
