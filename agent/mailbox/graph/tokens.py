"""Access tokens for Microsoft Graph: the application signs in as itself (client credentials)."""

import base64
import json
from collections.abc import Mapping
from json import JSONDecodeError
from threading import Lock
from types import MappingProxyType
from typing import Any

import httpx
import msal
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from msal.exceptions import MsalError

from agent.domain.errors import TryLater, WillNotWork
from agent.mailbox.graph.answers import is_untrusted, why
from agent.mailbox.graph.settings import ClientSecret, Credential, GraphSettings
from agent.mailbox.wires import shown, tls

_TIMEOUT = 30.0
_PASSING = frozenset({"temporarily_unavailable", "server_error", "slow_down"})
_HINTS: Mapping[int, str] = MappingProxyType(
    {
        7000215: "the client secret is wrong (its value is needed, not its id)",
        7000222: "the client secret has expired: make a new one",
        700016: "there is no application with this client_id in the tenant",
        90002: "there is no such tenant",
        700027: "the certificate is not registered with the application, or is another one",
        700024: "the clock of this machine is wrong",
        53003: "a conditional access policy keeps the application out",
    }
)
"""What Microsoft's numbers (AADSTS…) mean for whoever has to put it right."""


class ClientTokens:
    """See `TokenSource`.  For several threads."""

    def __init__(self, settings: GraphSettings) -> None:
        """Ask nobody yet: the first token does.

        Raises:
            WillNotWork: the certificates to trust cannot be read.
        """
        self._settings = settings
        self._lock = Lock()
        self._http = httpx.Client(verify=tls(settings.ca_file), timeout=_TIMEOUT)
        self._client: Any = None

    def token(self, *, fresh: bool = False) -> str:
        """See `TokenSource`; a token is kept until shortly before its end, unless it was refused."""
        with self._lock:
            said = self._ask(fresh=fresh)
        token = said.get("access_token")
        if isinstance(token, str) and token:
            return token
        raise _refusal(said)

    def close(self) -> None:
        """Let go of every connection."""
        self._http.close()

    def _ask(self, *, fresh: bool) -> Mapping[str, Any]:
        try:
            if self._client is None:
                self._client = self._make()
            if fresh:
                self._client.remove_tokens_for_client()
            scope = f"{self._settings.cloud.service}/.default"
            said: Mapping[str, Any] = self._client.acquire_token_for_client([scope])
        except httpx.HTTPError as error:
            words = self._safe(f"the sign-in service {self._settings.cloud.login} is away: {why(error)}")
            if is_untrusted(error):
                raise WillNotWork(words) from None
            raise TryLater(words) from None
        except (MsalError, RuntimeError, KeyError, JSONDecodeError) as error:
            raise TryLater(self._safe(f"the sign-in service failed: {error}")) from None
        except (ValueError, TypeError) as error:
            words = self._safe(f"the application cannot sign in: {error}")
            if isinstance(error.__context__, JSONDecodeError):
                raise TryLater(words) from None  # somebody else answered, a proxy perhaps
            raise WillNotWork(words) from None  # a tenant that does not exist, a key that is none
        return said

    def _make(self) -> Any:  # noqa: ANN401 - the library has no types
        settings = self._settings
        return msal.ConfidentialClientApplication(
            settings.client_id,
            authority=f"{settings.cloud.login}/{settings.tenant}",
            client_credential=_credential(settings.credential),
            # The hosts are ours to know: otherwise an unknown one is looked up at the global cloud.
            instance_discovery=False,
            # Its own client lets REQUESTS_CA_BUNDLE overrule the certificates that are configured.
            http_client=_Web(self._http),
        )

    def _safe(self, words: str) -> str:
        secret = self._settings.credential
        if isinstance(secret, ClientSecret):
            words = words.replace(secret.secret, "…")
        return shown(words)


class _Web:
    """httpx as msal wants to use it: some of its form values are bytes, which httpx would misspell."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def post(
        self,
        url: str,
        *,
        params: Any = None,  # noqa: ANN401 - msal's
        data: Any = None,  # noqa: ANN401 - likewise
        headers: Any = None,  # noqa: ANN401 - likewise
        **_: object,
    ) -> httpx.Response:
        fields = {name: _text(value) for name, value in (data or {}).items() if value is not None}
        return self._client.post(url, params=params, data=fields, headers=headers)

    def get(self, url: str, *, params: Any = None, headers: Any = None, **_: object) -> httpx.Response:  # noqa: ANN401 - likewise
        return self._client.get(url, params=params, headers=headers)

    def close(self) -> None:
        self._client.close()


def _text(value: object) -> str:
    return value.decode("ascii") if isinstance(value, bytes) else str(value)


def roles(token: str) -> frozenset[str] | None:
    """Return the application permissions that a token names; None when it cannot be read.

    Only to explain things to a person: what a token allows, the service alone decides.
    """
    try:
        payload = token.split(".")[1]
        said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return frozenset(str(each) for each in said.get("roles", ()))
    except (ValueError, IndexError, AttributeError, TypeError):
        return None


def _credential(credential: Credential) -> str | dict[str, str]:
    if isinstance(credential, ClientSecret):
        return credential.secret
    try:
        key = load_pem_private_key(credential.pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise WillNotWork("the certificate's file has no RSA private key (PEM, not encrypted)") from None
    if credential.thumbprint:
        return {"private_key": credential.pem, "thumbprint": credential.thumbprint.replace(":", "")}
    return {"private_key": credential.pem, "public_certificate": credential.pem}


def _refusal(said: Mapping[str, Any]) -> TryLater | WillNotWork:
    """Return our error for an answer without a token; Microsoft's words hold ids but no secret."""
    what = str(said.get("error", "no token"))
    numbers = said.get("error_codes") or ()
    hint = next((_HINTS[number] for number in numbers if number in _HINTS), "")
    said_so = str(said.get("error_description", "")).partition("Trace ID")[0]
    words = shown(f"the application cannot sign in: {hint or what} ({said_so})")
    return TryLater(words) if what in _PASSING else WillNotWork(words)
