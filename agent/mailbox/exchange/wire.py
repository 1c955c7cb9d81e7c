"""The connection to an Exchange server as we want it: one of our own, one try, our way in.

The client library shares one connection pool among all who name the same server and login, retries by
itself (a letter left twice, an account was locked), and repeats whole requests in its log.  None of that
happens here.
"""

import logging
import random
from typing import Any
from urllib.request import getproxies, proxy_bypass

from exchangelib import Account, Configuration
from exchangelib.credentials import DELEGATE, IMPERSONATION, BaseCredentials
from exchangelib.ewsdatetime import UTC
from exchangelib.protocol import FailFast, Protocol
from exchangelib.transport import BASIC, NTLM, OAUTH2, get_auth_instance
from exchangelib.util import is_xml
from exchangelib.version import EXCHANGE_2016, Version

from agent.mailbox.exchange.errors import HttpRefusal
from agent.mailbox.exchange.settings import Access, EwsSettings, Proof
from agent.mailbox.settings import OAuth
from agent.mailbox.tokens import TokenSource
from agent.mailbox.wires import shown, tls, trusted

# It writes whole requests, mails included, beside an error; what we raise says enough.
logging.getLogger("exchangelib").setLevel(logging.CRITICAL)

_OK = 200
_SERVER_ERROR = 500
_UNAUTHORISED = 401
_REASONS = ("X-CasErrorCode", "X-MS-Diagnostics", "ms-diagnostics-public")
_ACCESS = {Access.DELEGATE: DELEGATE, Access.IMPERSONATION: IMPERSONATION}


def connect(settings: EwsSettings) -> Any:  # noqa: ANN401 - the library has no types
    """Return an account over a pool of its own that holds one connection; nothing is asked yet.

    Raises:
        WillNotWork: the certificates to trust cannot be read.
    """
    if settings.ca_file is not None:
        tls(settings.ca_file)
    config = Configuration(
        service_endpoint=settings.endpoint,
        credentials=_Key(settings),
        auth_type=_kind(settings),
        version=Version(build=EXCHANGE_2016, api_version="Exchange2016"),
        retry_policy=_Once(),
        max_connections=1,
    )
    wire = _Wire(config=config)  # first: the account takes what it finds under this key
    wire.TIMEOUT = settings.timeout.total_seconds()
    return Account(
        primary_smtp_address=settings.mailbox,
        config=config,
        access_type=_ACCESS[settings.access],
        autodiscover=False,
        default_timezone=UTC,
    )


def disconnect(account: Any) -> None:  # noqa: ANN401 - likewise
    """Let go of an account's connections, and have the library forget it."""
    wire = account.protocol
    wire.close()
    if wire.config.credentials in {key for _, key in Protocol._protocol_cache}:  # noqa: SLF001 - it has no door for one
        del Protocol[wire.config]


class _Key(BaseCredentials):  # type: ignore[misc]  # the library has no types
    """What makes a connection ours alone: no two keys are equal."""

    def __init__(self, settings: EwsSettings) -> None:
        self.settings = settings

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"the login of {self.settings.mailbox}"


class _Once(FailFast):  # type: ignore[misc]  # likewise
    """Tries once, and keeps the status: the library calls a 401 busy where the server closes the line."""

    def raise_response_errors(self, response: Any) -> None:  # noqa: ANN401 - likewise
        status = response.status_code
        if status == _OK or (status == _SERVER_ERROR and response.content and is_xml(response.content)):
            return  # a SOAP fault comes with 500
        headers = response.headers
        words = " ".join([response.reason or "", *(headers[name] for name in _REASONS if name in headers)])
        after = headers.get("Retry-After", "")
        raise HttpRefusal(status, shown(words), float(after) if after.isdecimal() else 0.0)


class _Wire(Protocol):  # type: ignore[misc]  # likewise
    def create_session(self) -> Any:  # noqa: ANN401 - likewise
        settings: EwsSettings = self.config.credentials.settings
        session = self.raw_session(self.service_endpoint)
        session.auth = _way_in(settings)
        # A variable of the environment would win over the certificates that we were told to trust, and a
        # .netrc over our login; of all that, only the way through a proxy is wanted.
        session.trust_env = False
        session.proxies = {} if proxy_bypass(settings.host) else getproxies()
        session.verify = trusted(settings.ca_file)
        session.session_id = random.randint(10000, 99999)  # noqa: S311 - a label in the library's debugging
        session.usage_count = 0
        return session


def _kind(settings: EwsSettings) -> str:
    if isinstance(settings.login, OAuth):
        return str(OAUTH2)
    return str(NTLM if settings.proof is Proof.NTLM else BASIC)


def _way_in(settings: EwsSettings) -> Any:  # noqa: ANN401 - likewise
    login = settings.login
    if isinstance(login, OAuth):
        return _Bearer(login.tokens)
    if settings.proof is Proof.NTLM:
        # A mail address is no DOMAIN\user, and the server finds the domain itself.
        user = f"\\{login.user}" if "@" in login.user else login.user
        return get_auth_instance(auth_type=NTLM, username=user, password=login.secret)
    # As UTF-8 (RFC 7617, 2.1): as text it would be Latin-1, and fail on a Chinese password.
    return get_auth_instance(auth_type=BASIC, username=login.user.encode(), password=login.secret.encode())


class _Bearer:
    """Shows the token of the moment, and once a fresh one where it is refused (RFC 6750)."""

    def __init__(self, tokens: TokenSource) -> None:
        self._tokens = tokens

    def __call__(self, request: Any) -> Any:  # noqa: ANN401 - likewise
        request.headers["Authorization"] = f"Bearer {self._tokens.token()}"
        request.register_hook("response", self._once_more)
        return request

    def _once_more(self, response: Any, **how: Any) -> Any:  # noqa: ANN401 - likewise
        if response.status_code != _UNAUTHORISED:
            return response
        _ = response.content  # read to the end, so that the connection can be used again
        response.close()
        again = response.request.copy()
        again.deregister_hook("response", self._once_more)
        again.headers["Authorization"] = f"Bearer {self._tokens.token(fresh=True)}"
        return response.connection.send(again, **how)
