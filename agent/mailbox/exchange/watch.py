"""Waiting for new mail at an Exchange server: its stream of events is a bell, and nothing more."""

import time
from contextlib import suppress
from socket import SHUT_RDWR
from threading import Condition, Event, Thread
from typing import Any

from exchangelib.services import GetStreamingEvents, SubscribeToStreaming, Unsubscribe

from agent.domain.errors import TryLater, WillNotWork
from agent.mailbox.exchange.session import EwsSession
from agent.mailbox.exchange.settings import EwsSettings
from agent.mailbox.patience import Patience

_MINUTES = 1
"""How long one stream lasts: a dead line is noticed a minute after its end."""
_EVENTS = ("NewMailEvent", "CreatedEvent", "CopiedEvent", "MovedEvent")
_SHORTEST_REST, _LONGEST_REST = 0.5, 60.0
_GOOD_LIFE = 30.0
"""Seconds that a stream must have lasted for its end to count as a first failure."""
_AT_CLOSE = 2.0


class EwsWatch:
    """A connection and a thread of its own: work never shares either, which would come to a standstill."""

    def __init__(self, settings: EwsSettings, patience: Patience) -> None:
        """Connect nowhere yet: the first `wait` does."""
        self._settings = settings
        self._patience = patience
        self._session = EwsSession(settings, patience, aside=True)
        self._bell = Condition()
        self._closed = Event()
        self._thread: Thread | None = None
        self._stream: Any = None
        self._subscription = ""
        self._tried = False
        self._news = False
        self._refused: WillNotWork | None = None

    def wait(self, seconds: float) -> bool:
        """See `Mailbox.wait`; the first call also waits until it is known whether the server lets us watch.

        Raises:
            WillNotWork: the server refuses us.
        """
        with self._bell:
            if self._thread is None and not self._closed.is_set():
                self._thread = Thread(target=self._watch, name="ews-watch", daemon=True)
                self._thread.start()
            end = time.monotonic() + seconds
            first = max(seconds, self._settings.timeout.total_seconds())
            self._bell.wait_for(lambda: self._closed.is_set() or self._tried, timeout=first)
            left = max(0.0, end - time.monotonic())
            self._bell.wait_for(lambda: self._closed.is_set() or self._news or self._refused, timeout=left)
            if self._closed.is_set():
                return False
            if self._refused is not None:
                raise WillNotWork(*self._refused.args) from self._refused
            news, self._news = self._news, False
            return news

    def close(self) -> None:
        """End a `wait` in another thread, and the stream."""
        self._closed.set()
        with self._bell:
            self._bell.notify_all()
        if self._stream is not None:
            _cut(self._stream)
        if self._thread is not None:
            self._thread.join(_AT_CLOSE)
        self._session.close()

    def _watch(self) -> None:
        """Run until closed; a line that breaks is replaced, ever more rarely."""
        rest = _SHORTEST_REST
        while not self._closed.is_set():
            began = time.monotonic()
            refused: WillNotWork | None = None
            try:
                with self._session.speaking("watching the inbox") as account:
                    self._listen(account)
            except TryLater:
                self._subscription = ""
            except WillNotWork as error:
                self._subscription, refused = "", error
            self._tell(refused=refused)
            if time.monotonic() - began > _GOOD_LIFE:
                rest = _SHORTEST_REST
            self._closed.wait(max(rest, self._patience.left()))
            rest = min(rest * 2, _LONGEST_REST)
        self._take_leave()

    def _listen(self, account: Any) -> None:  # noqa: ANN401 - the library has no types
        """Subscribe if need be, then ring for what is told until the stream ends."""
        if not self._subscription:
            (self._subscription,) = SubscribeToStreaming(account=account).call(
                folders=[account.inbox], event_types=_EVENTS
            )
            self._tell(news=True)  # nobody knows what came before
        stream = GetStreamingEvents(account=account)
        self._stream = stream
        told = stream.call(subscription_ids=[self._subscription], connection_timeout=_MINUTES)
        try:
            for each in told:
                if self._closed.is_set():
                    return
                if any(_is_arrival(event, account.inbox.id) for event in each.events):
                    self._tell(news=True)
        finally:
            self._stream = None
            told.close()  # one that is left lying keeps the only connection
            stream.stop_streaming()

    def _tell(self, *, news: bool = False, refused: WillNotWork | None = None) -> None:
        with self._bell:
            self._tried = True
            self._news = self._news or news
            self._refused = refused
            self._bell.notify_all()

    def _take_leave(self) -> None:
        """Give the subscription back: an account may only have a few."""
        if self._subscription:
            with suppress(TryLater, WillNotWork), self._session.speaking("taking leave") as account:
                list(Unsubscribe(account=account, timeout=_AT_CLOSE).call(self._subscription))


def _is_arrival(event: Any, inbox: str) -> bool:  # noqa: ANN401 - likewise
    """Say whether something came into the inbox: what we file away ourselves also moves."""
    into = getattr(event, "parent_folder_id", None)
    return event.ELEMENT_NAME in _EVENTS and (
        event.ELEMENT_NAME != "MovedEvent" or into is None or into.id == inbox
    )


def _cut(stream: Any) -> None:  # noqa: ANN401 - likewise
    """End a stream that another thread is reading: only its socket can be told so."""
    with suppress(Exception):  # it may be ending by itself at this very moment
        stream._streaming_response.raw.connection.sock.shutdown(SHUT_RDWR)  # noqa: SLF001 - there is no other way in
