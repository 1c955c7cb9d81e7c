"""Waiting for new mail: IDLE in rounds, looking now and then where the server cannot IDLE."""

import time
from collections.abc import Iterable
from threading import Event

from imapclient import IMAPClient

from agent.domain.errors import TryLater
from agent.mailbox.imap.session import ImapSession
from agent.mailbox.patience import Patience
from agent.mailbox.settings import ImapSettings

_SLICE = 1.0
"""Seconds between two looks at whether we have been closed."""
_NEWS = frozenset({b"EXISTS", b"RECENT"})


class ImapWatch:
    """A connection of its own that only watches the inbox: work never has to wait for an IDLE to end."""

    def __init__(self, settings: ImapSettings, patience: Patience) -> None:
        """Connect nowhere yet."""
        self._settings = settings
        self._patience = patience
        self._session = ImapSession(settings, patience)
        self._closed = Event()

    def wait(self, seconds: float) -> bool:
        """See `Mailbox.wait`; while the server is away this waits and tries again, ever more rarely.

        Raises:
            WillNotWork: the server refuses us.
        """
        end = time.monotonic() + seconds
        while not self._closed.is_set():
            left = max(0.0, end - time.monotonic())
            try:
                if self._round(min(left, self._settings.idle_round.total_seconds())):
                    return True
            except TryLater:
                self._session.forget()
                self._closed.wait(min(left, max(_SLICE, self._patience.left())))
            if time.monotonic() >= end:
                return False
        return False

    def close(self) -> None:
        """End a `wait` in another thread and log out."""
        self._closed.set()
        self._session.close()

    def _round(self, seconds: float) -> bool:
        """Watch for `seconds`; say whether something may have arrived.

        A fresh connection cannot know what came before it, so it says yes.  NOOP first collects what was
        announced since the last round: IDLE alone would miss what is already in the reading buffer.
        """
        with self._session.speaking("watching", prove=False) as client:
            if not self._session.folder:
                self._session.open(client, self._settings.inbox, readonly=True)
                return True
            if _is_news(client.noop()[1]):
                return True
            if seconds <= 0:
                return False
            if client.has_capability("IDLE"):
                return self._idle(client, seconds)
        self._closed.wait(min(seconds, self._settings.poll.total_seconds()))
        return False

    def _idle(self, client: IMAPClient, seconds: float) -> bool:
        client.idle()
        end = time.monotonic() + seconds
        news = False
        while not news and not self._closed.is_set():
            before = time.monotonic()
            slice_ = min(_SLICE, end - before)
            if slice_ <= 0:
                break
            heard = client.idle_check(timeout=slice_)
            news = _is_news(heard)
            if not heard and time.monotonic() - before < slice_ / 2:
                break  # an empty answer before its time: leaving IDLE shows whether the line is dead
        return _is_news(client.idle_done()[1]) or news


def _is_news(responses: Iterable[object]) -> bool:
    return any(isinstance(each, tuple) and not _NEWS.isdisjoint(each[:2]) for each in responses)
