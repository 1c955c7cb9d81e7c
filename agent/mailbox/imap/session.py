"""One IMAP connection: made when needed, proved alive before use, replaced when it breaks."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from agent.domain.errors import TryLater, WillNotWork
from agent.mailbox.imap import errors
from agent.mailbox.patience import Patience
from agent.mailbox.settings import ImapSettings, OAuth, Password, Security
from agent.mailbox.wires import at_once, oauthbearer, tls, xoauth2

log = logging.getLogger(__name__)
logging.getLogger("imapclient").setLevel(logging.WARNING)  # it repeats whole conversations when debugging

_QUIET = 30.0
"""Seconds of silence after which a connection is proved alive before it is trusted with work."""
_PATIENCE_AT_CLOSE = 2.0
"""Seconds that taking leave may cost."""
_BROKEN = (IMAPClientError, OSError, *errors.MISUNDERSTOOD)


class ImapSession:
    """A connection to one account, for one thread at a time; several sessions may share a `Patience`."""

    def __init__(self, settings: ImapSettings, patience: Patience) -> None:
        """Connect nowhere yet."""
        self._settings = settings
        self._patience = patience
        self._client: IMAPClient | None = None
        self._used_at = 0.0
        self._lock = Lock()
        self._closed = False
        self.folder = ""
        """The selected folder, empty when there is none."""
        self.validity = 0
        """UIDVALIDITY of the selected folder (RFC 3501, 2.3.1.1)."""

    @contextmanager
    def speaking(self, what: str, *, prove: bool = True) -> Iterator[IMAPClient]:
        """Yield a connection that is logged in; `prove` has it checked after a silence.

        Raises:
            TryLater: the server is away, or the connection broke: the next call makes another.
            WillNotWork: the server refuses us.
        """
        with self._lock:
            client = self._ready(prove=prove)
            try:
                yield client
            except _BROKEN as error:
                trouble = errors.translate(what, error)
                if errors.connection_is_lost(error):
                    self._drop()
                    self._patience.failed(trouble)
                raise trouble from error
            except BaseException:  # we were stopped in mid-sentence: what the server says next is no answer
                self._drop()
                raise
            self._used_at = time.monotonic()

    def open(self, client: IMAPClient, folder: str, *, readonly: bool = False) -> int:
        """Select `folder`, or look at it anew, and return how many mails lie in it."""
        self.folder = ""
        answer = client.select_folder(folder, readonly=readonly)
        self.validity = int(answer.get(b"UIDVALIDITY", 0))
        self.folder = folder
        return int(answer[b"EXISTS"])

    def forget(self) -> None:
        """Give the connection up; the next call makes another."""
        with self._lock:
            self._drop()

    def close(self) -> None:
        """Log out, from any thread; whoever is just speaking is interrupted after a moment."""
        self._closed = True
        got = self._lock.acquire(timeout=_PATIENCE_AT_CLOSE)
        try:
            client, self._client = self._client, None
            if client is not None:
                _hang_up(client, politely=got)
        finally:
            if got:
                self._lock.release()

    def _ready(self, *, prove: bool) -> IMAPClient:
        if self._closed:
            raise TryLater("the mailbox is closed")
        if self._client is not None and prove and time.monotonic() - self._used_at > _QUIET:
            try:
                self._client.noop()
            except _BROKEN:
                self._drop()
        if self._client is None:
            self._patience.check()
            try:
                self._client = self._connect()
            except (TryLater, WillNotWork) as trouble:
                self._patience.failed(trouble)
                raise
            self._patience.worked()
        return self._client

    def _drop(self) -> None:
        client, self._client = self._client, None
        self.folder = ""
        if client is not None:
            _hang_up(client, politely=False)

    def _connect(self) -> IMAPClient:
        settings = self._settings
        where = f"{settings.host}:{settings.port}"
        seconds = settings.timeout.total_seconds()
        context = tls(settings.ca_file)
        try:
            client = IMAPClient(
                settings.host,
                settings.port,
                ssl=settings.security is Security.TLS,
                ssl_context=context,
                timeout=SocketTimeout(connect=min(seconds, 30.0), read=seconds),
            )
        except _BROKEN as error:
            raise errors.translate(where, error) from error
        try:
            client.normalise_times = False
            # The library has each answer written out twice, whole mails too, for a logger that is off.
            client._imap.debug = 0  # noqa: SLF001 - it offers no switch
            if settings.security is Security.STARTTLS:
                client.starttls(context)
            at_once(client.socket())
            self._log_in(client)
            _introduce(client)
        except _BROKEN as error:
            _hang_up(client, politely=False)
            raise errors.translate(where, error) from error
        except (TryLater, WillNotWork):
            _hang_up(client, politely=False)
            raise
        log.info("connected to %s", where, extra={"action": "connected"})
        return client

    def _log_in(self, client: IMAPClient) -> None:
        login = self._settings.login
        try:
            match login:
                case Password():
                    if client.has_capability("AUTH=PLAIN"):
                        client.plain_login(login.user, login.secret)
                    else:
                        client.login(login.user, login.secret)
                case OAuth():
                    self._log_in_with_token(client, login)
        except _BROKEN as error:
            raise errors.of_login(login.user, error) from error

    def _log_in_with_token(self, client: IMAPClient, login: OAuth) -> None:
        """Log in by token; one that is refused is replaced once (it may have been revoked early)."""
        mechanism, said = (
            ("OAUTHBEARER", oauthbearer)
            if client.has_capability("AUTH=OAUTHBEARER")
            else ("XOAUTH2", xoauth2)
        )
        try:
            client.sasl_login(mechanism, _once(said(login.user, login.tokens.token())))
        except IMAPClientError as error:
            if isinstance(error.__context__, IMAPClientAbortError):
                raise
            client.sasl_login(mechanism, _once(said(login.user, login.tokens.token(fresh=True))))


def _once(first: str) -> Callable[[bytes], str]:
    """Return a SASL conversation: `first`, then an empty line to whatever the server objects."""
    lines = iter((first,))
    return lambda _: next(lines, "\1")


def _introduce(client: IMAPClient) -> None:
    """Say who we are where the server knows ID (RFC 2971); NetEase opens no folder before."""
    if client.has_capability("ID"):
        with suppress(IMAPClientError):
            client.id_({"name": "formclerk", "vendor": "formclerk"})


def _hang_up(client: IMAPClient, *, politely: bool) -> None:
    with suppress(*_BROKEN):
        if politely:
            client.socket().settimeout(_PATIENCE_AT_CLOSE)
            client.logout()
            return
    with suppress(*_BROKEN):
        client.shutdown()
