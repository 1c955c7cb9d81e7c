"""Handing mail to a submission server, and saying exactly what became of it."""

import logging
import re
import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock

from agent.domain.errors import NotLetIn, TryLater, WillNotWork
from agent.domain.mail import Address, MessageId
from agent.mailbox.patience import Patience
from agent.mailbox.port import PartlySent, Refusal
from agent.mailbox.settings import Security, SmtpSettings
from agent.mailbox.smtp.login import log_in
from agent.mailbox.smtp.replies import check
from agent.mailbox.smtp.transaction import BROKEN, Stale, deliver
from agent.mailbox.wires import at_once, shown, tls

log = logging.getLogger(__name__)

_REUSED_FOR = 30.0
"""Seconds for which a connection is kept for the next mail."""
_FAREWELL = 2.0
"""Seconds that a QUIT may take."""
_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+", re.IGNORECASE)


class SmtpSender:
    """A connection to one submission server, for one thread at a time."""

    def __init__(self, settings: SmtpSettings, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Connect nowhere yet."""
        self._settings = settings
        self._monotonic = monotonic
        self._patience = Patience(monotonic)
        self._smtp: smtplib.SMTP | None = None
        self._used_at = 0.0
        self._lock = Lock()

    def send(
        self, message_id: MessageId, sender: Address, recipients: tuple[Address, ...], content: bytes
    ) -> None:
        """See `Mailbox.send`."""
        if not recipients:
            raise WillNotWork(f"{message_id} is addressed to nobody")
        with self._lock:
            clean = False
            try:
                refused = self._deliver(sender, recipients, content)
                clean = True
            except BROKEN as error:
                trouble = TryLater(shown(f"{self._settings.host} broke off: {error}"))
                self._patience.failed(trouble)
                raise trouble from error
            finally:
                if not clean:
                    self._drop()
            self._used_at = self._monotonic()
            self._patience.proved()
        if refused:
            raise PartlySent(refused)

    def close(self) -> None:
        """Take leave, unless a mail is just on its way."""
        if self._lock.acquire(timeout=1.0):
            try:
                if self._smtp is not None:
                    with suppress(*BROKEN):
                        _set_timeout(self._smtp, _FAREWELL)
                        self._smtp.quit()
                self._drop()
            finally:
                self._lock.release()

    def _deliver(
        self, sender: Address, recipients: tuple[Address, ...], content: bytes
    ) -> tuple[Refusal, ...]:
        """Hand a mail over on the last connection, if it still answers, else on a new one."""
        last_word = self._settings.last_word.total_seconds()
        smtp = self._smtp
        if smtp is not None and self._monotonic() - self._used_at < _REUSED_FOR:
            _set_timeout(smtp, self._settings.timeout.total_seconds())
            with suppress(Stale):
                return deliver(smtp, sender, recipients, content, last_word=last_word, kept=True)
        self._drop()
        return deliver(self._anew(sender), sender, recipients, content, last_word=last_word)

    def _anew(self, sender: Address) -> smtplib.SMTP:
        """Return a new connection on which a mail may begin."""
        self._patience.check()
        try:
            self._smtp = self._connect(sender)
        except TryLater as trouble:
            self._patience.failed(trouble)
            raise
        except WillNotWork as trouble:
            refused = NotLetIn(*trouble.args)
            self._patience.failed(refused)
            raise refused from trouble
        self._patience.worked()
        return self._smtp

    def _connect(self, sender: Address) -> smtplib.SMTP:
        settings = self._settings
        where = f"{settings.host}:{settings.port}"
        smtp: smtplib.SMTP | None = None
        try:
            smtp = _greet(settings, settings.hello or _hello(sender))
            if settings.login is not None:
                log_in(smtp, settings.login)
        except (ssl.SSLCertVerificationError, smtplib.SMTPNotSupportedError) as error:
            raise WillNotWork(shown(f"{where}: {error}")) from error
        except smtplib.SMTPResponseException as error:
            check((error.smtp_code, _bytes(error.smtp_error)), where)
            raise TryLater(shown(f"{where}: {error}")) from error
        except BROKEN as error:
            raise TryLater(shown(f"{where}: {error}")) from error
        else:
            log.info("connected to %s", where, extra={"action": "connected"})
            greeted, smtp = smtp, None
            return greeted
        finally:
            if smtp is not None:
                smtp.close()

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


def _greet(settings: SmtpSettings, hello: str) -> smtplib.SMTP:
    """Connect, protect the connection as asked, and say hello."""
    context = tls(settings.ca_file)
    seconds = settings.timeout.total_seconds()
    host, port = settings.host, settings.port
    smtp = (
        smtplib.SMTP_SSL(host, port, local_hostname=hello, timeout=seconds, context=context)
        if settings.security is Security.TLS
        else smtplib.SMTP(host, port, local_hostname=hello, timeout=seconds)
    )
    try:
        check(smtp.ehlo(), host)
        if settings.security is Security.STARTTLS:
            smtp.starttls(context=context)
            check(smtp.ehlo(), host)
        at_once(smtp.sock)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _set_timeout(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def _hello(sender: Address) -> str:
    """Return the name we greet with: our domain; a literal where that is no host name (RFC 5321, 4.1.3)."""
    domain = sender.rpartition("@")[2]
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    return domain if _HOST_NAME.fullmatch(domain) else "[127.0.0.1]"


def _bytes(words: bytes | str) -> bytes:
    return words.encode() if isinstance(words, str) else words
