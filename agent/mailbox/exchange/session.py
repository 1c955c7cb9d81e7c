"""One connection to a mailbox on an Exchange server: made when needed, replaced when it breaks."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any

from agent.domain.errors import FormclerkError, TryLater, WillNotWork
from agent.mailbox.exchange import errors
from agent.mailbox.exchange.settings import EwsSettings
from agent.mailbox.exchange.wire import connect, disconnect
from agent.mailbox.patience import Patience
from agent.mailbox.wires import shown

_QUIET = 30.0
"""Seconds of silence after which a connection may have been forgotten on the way: a new one is made."""
_PATIENCE_AT_CLOSE = 2.0

Judge = Callable[[str, str, Exception], FormclerkError]


class EwsSession:
    """A connection of its own, for one thread at a time; several sessions may share a `Patience`."""

    def __init__(self, settings: EwsSettings, patience: Patience, *, aside: bool = False) -> None:
        """Connect nowhere yet.

        Args:
            settings: The mailbox.
            patience: Remembers when the server may be asked again.
            aside: A line of this session that breaks holds up none of the others (something on the way may
                end every long answer); a refusal and throttling still do.
        """
        self._aside = aside
        self._settings = settings
        self._patience = patience
        self._account: Any = None
        self._used_at = 0.0
        self._lock = Lock()
        self._closed = False

    @contextmanager
    def speaking(self, what: str, judge: Judge = errors.translate) -> Iterator[Any]:
        """Yield an account that let us in; no error but ours leaves the block.

        Args:
            what: What is being done, for messages.
            judge: Makes our error of (host, what, the error that was raised).

        Raises:
            TryLater: the server is away or busy, or what it said made no sense.
            WillNotWork: the server refuses us.
        """
        with self._lock:
            account = self._ready()
            try:
                yield account
            except Exception as error:
                # All of them: requests, urllib3 and lxml come through, and the library's own mistakes.
                trouble = self._trouble(judge(self._settings.host, what, error), error)
                raise trouble from error
            except BaseException:  # we were stopped in mid-sentence
                self._drop()
                raise
            self._used_at = time.monotonic()
            self._patience.proved()

    def forget(self) -> None:
        """Give the connection up; the next call makes another."""
        with self._lock:
            self._drop()

    def close(self) -> None:
        """Let go of the connection, from any thread; an answer that is under way may still come in."""
        self._closed = True
        got = self._lock.acquire(timeout=_PATIENCE_AT_CLOSE)
        try:
            self._drop()
        finally:
            if got:
                self._lock.release()

    def _ready(self) -> Any:  # noqa: ANN401 - the library has no types
        if self._closed:
            raise TryLater("the mailbox is closed")
        self._patience.check()
        if self._account is not None and time.monotonic() - self._used_at > _QUIET:
            self._account.protocol.close()  # its folders stay known
        if self._account is None:
            try:
                account = connect(self._settings)
                self._account = account
                _ = account.inbox  # proves address, login and the right to read
            except Exception as error:
                host = self._settings.host
                trouble = errors.translate(host, f"{self._settings.mailbox} at {host}", error)
                self._drop()
                self._note(trouble, error)
                raise trouble from error
            self._patience.worked()
        return self._account

    def _trouble(self, trouble: FormclerkError, error: Exception) -> FormclerkError:
        if not errors.concerns_all(error):
            return trouble
        self._drop()
        self._note(trouble if isinstance(trouble, WillNotWork) else TryLater(shown(str(trouble))), error)
        return trouble

    def _note(self, trouble: TryLater | WillNotWork, error: Exception) -> None:
        wait = errors.wait_of(error)
        if wait or not (self._aside and isinstance(trouble, TryLater)):
            self._patience.failed(trouble, at_least=wait)

    def _drop(self) -> None:
        account, self._account = self._account, None
        if account is not None:
            with suppress(Exception):  # a pool that is torn down half-way has nothing left to tell
                disconnect(account)
