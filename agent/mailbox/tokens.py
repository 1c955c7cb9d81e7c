"""Where OAuth 2 access tokens come from: a command of the site's own, or a refresh token."""

import json
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from threading import Lock
from typing import Protocol
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from agent.domain.errors import TryLater, WillNotWork

_TIMEOUT = 30.0
_EARLY = 60.0
"""Seconds before its end at which a token is renewed."""
_LIFETIME = 300.0
"""Seconds that a token is believed to live when nobody says."""
_ANSWER_LIMIT = 64 * 1024
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
_SERVER_ERROR = 500
_TOO_MANY = 429


class TokenSource(Protocol):
    """Somebody who knows a valid access token."""

    def token(self, *, fresh: bool = False) -> str:
        """Return an access token; `fresh` says that the last one was refused.

        Raises:
            TryLater: the source is away.
            WillNotWork: consent was withdrawn, or the source is set up wrongly.
        """
        ...


@dataclass(slots=True, kw_only=True)
class _Kept:
    """A token and how long it may be used."""

    monotonic: Callable[[], float]
    token: str = field(default="", repr=False)
    until: float = 0.0

    def get(self) -> str:
        return self.token if self.monotonic() < self.until else ""

    def keep(self, token: str, lifetime: float) -> str:
        self.token = token
        self.until = self.monotonic() + max(lifetime - _EARLY, 0.0)
        return token


class CommandTokens:
    """The token is what a command prints: for sites that have their own way of getting one."""

    def __init__(self, command: Sequence[str], *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Set the command, program first; no shell sees it."""
        self._command = tuple(command)
        self._kept = _Kept(monotonic=monotonic)

    def token(self, *, fresh: bool = False) -> str:
        """See `TokenSource`; a token is asked for every four minutes at most, unless it was refused."""
        return (not fresh and self._kept.get()) or self._kept.keep(self._run(), _LIFETIME)

    def _run(self) -> str:
        name = self._command[0]
        try:
            done = subprocess.run(  # noqa: S603  # the site's own configuration names the program
                self._command, capture_output=True, timeout=_TIMEOUT, check=False, stdin=subprocess.DEVNULL
            )
        except subprocess.TimeoutExpired as error:
            raise TryLater(f"the token command {name} gave no answer") from error
        except OSError as error:
            raise WillNotWork(f"the token command {name} cannot run: {error.strerror}") from error
        token = done.stdout.decode("ascii", "replace").strip()
        if done.returncode or not token:
            raise TryLater(f"the token command {name} ended with {done.returncode} and no token")
        return token


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a provider gave when somebody consented that we use the mailbox (RFC 6749, 6).

    Raises:
        ValueError: the endpoint would see the secrets in the open.
    """

    endpoint: str
    """The token endpoint: https, or http on this machine."""
    client_id: str
    refresh_token: str = field(repr=False)
    client_secret: str = field(repr=False, default="")
    """Empty for public clients."""
    scope: str = ""
    """Separated by spaces; empty: as consented to."""

    def __post_init__(self) -> None:
        place = urlsplit(self.endpoint)
        if place.scheme != "https" and not (place.scheme == "http" and place.hostname in _HERE):
            raise ValueError(f"the token endpoint {place.hostname} must be reached by https")

    def fields(self, refresh_token: str) -> dict[str, str]:
        """Return the form to send; `refresh_token` may be a later one."""
        every = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "scope": self.scope,
        }
        return {name: value for name, value in every.items() if value}


class RefreshTokens:
    """The token is bought with a refresh token."""

    def __init__(
        self,
        consent: Consent,
        *,
        renewed: Callable[[str], None] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Set the account; `renewed` is told each new refresh token, to keep it for the next start."""
        self._consent = consent
        self._refresh_token = consent.refresh_token
        self._renewed = renewed
        self._lock = Lock()
        self._kept = _Kept(monotonic=monotonic)

    def token(self, *, fresh: bool = False) -> str:
        """See `TokenSource`."""
        with self._lock:  # a refresh token may be good for one purchase only
            return (not fresh and self._kept.get()) or self._buy()

    def _buy(self) -> str:
        said = _post(self._consent.endpoint, self._consent.fields(self._refresh_token))
        token, lifetime, renewed = (
            said.get(name) for name in ("access_token", "expires_in", "refresh_token")
        )
        if not isinstance(token, str) or not token:
            raise TryLater("the token endpoint answered without a token")
        if isinstance(renewed, str) and renewed and renewed != self._refresh_token:
            self._refresh_token = renewed
            if self._renewed is not None:
                self._renewed(renewed)
        return self._kept.keep(token, float(lifetime) if isinstance(lifetime, int | float) else _LIFETIME)


def _post(endpoint: str, fields: Mapping[str, str]) -> Mapping[str, object]:
    """Send a form and return the JSON object that comes back; redirects are not followed."""
    opener = OpenerDirector()
    opener.add_handler(HTTPSHandler())
    opener.add_handler(HTTPHandler())
    opener.add_handler(ProxyHandler())
    request = Request(endpoint, data=urlencode(fields).encode(), headers={"Accept": "application/json"})  # noqa: S310  # the constructor admits https and this machine only
    try:
        with opener.open(request, timeout=_TIMEOUT) as answer:
            status, body = answer.status, answer.read(_ANSWER_LIMIT)
    except (OSError, HTTPException) as error:
        raise TryLater(f"the token endpoint is away: {error}") from error
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        said = {}
    if status >= _SERVER_ERROR or status == _TOO_MANY:
        raise TryLater(f"the token endpoint answered {status}")
    if not 200 <= status < 300:  # noqa: PLR2004  # RFC 9110, 15.3: success
        reason = str(said.get("error", ""))[:100]
        raise WillNotWork(f"the token endpoint answered {status} {reason}: consent must be given anew")
    return said
