"""The sign-in service beside the small Microsoft Graph: client credentials, by secret or certificate."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from agent.clock import now

if TYPE_CHECKING:  # each needs the other
    from tests.servers.graph import GraphServer

TENANT = "contoso.example"
CLIENT = "5f1b2c3d-0000-4000-8000-00000000c1e4"
SECRET = "s3cret~of~the~clerk"  # noqa: S105 - of a server that lives for a test


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server says."""

    status: int
    body: Mapping[str, Any] | bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Trouble(Exception):
    """A request is refused."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(code)
        self.reply = Reply(status, {"error": {"code": code, "message": message or code}})


def discovery(server: "GraphServer", tenant: str) -> Reply:
    """Say where tokens are sold."""
    if tenant != TENANT:
        return Reply(400, {"error": "invalid_tenant", "error_description": "AADSTS90002: no such tenant"})
    base = f"{server.address}/{tenant}"
    return Reply(
        200,
        {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
        },
    )


def token(server: "GraphServer", tenant: str, body: bytes) -> Reply:
    """Sell a token to who proves to be the application."""
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    if tenant != TENANT or form.get("client_id") != CLIENT:
        return _no_token("unauthorized_client", 700016, "Application was not found in the directory")
    if "client_assertion" in form:
        if not _proves(server, form["client_assertion"]):
            return _no_token("invalid_client", 700027, "The certificate is not registered")
    elif server.expired:
        return _no_token("invalid_client", 7000222, "The provided client secret keys are expired")
    elif form.get("client_secret") not in server.secrets:
        return _no_token("invalid_client", 7000215, "Invalid client secret provided")
    if form.get("scope") != f"{server.address}/.default":
        return _no_token("invalid_scope", 70011, "The scope is not valid")
    server.tokens_sold += 1
    claims = {"roles": sorted(server.permissions), "gen": server.generation}
    head, payload = (_urlsafe(json.dumps(each).encode()) for each in ({"alg": "none"}, claims))
    token = f"{head}.{payload}.{server.tokens_sold}"
    return Reply(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": token})


def _proves(server: "GraphServer", assertion: str) -> bool:
    head = jwt.get_unverified_header(assertion)
    known = server.certificates.get(str(head.get("x5t#S256") or head.get("x5t")).rstrip("="))
    if known is None:
        return False
    key = known.public_key()
    audience = f"{server.address}/{TENANT}/oauth2/v2.0/token"
    try:
        jwt.decode(assertion, key=key, algorithms=["RS256", "PS256"], audience=audience)  # type: ignore[arg-type]  # RSA
    except jwt.InvalidTokenError:
        return False
    return True


def let_in(server: "GraphServer", bearer: str, address: str, action: str) -> None:
    """Refuse whoever has no token, no permission, or no business in this mailbox."""
    token = bearer.removeprefix("Bearer ")
    try:
        claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    except (IndexError, ValueError):
        claims = {}
    if claims.get("gen") != server.generation:
        raise Trouble(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
    needed = "Mail.Send" if action in {"sendMail", "send"} else "Mail.ReadWrite"
    if needed not in server.permissions:
        raise Trouble(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
    if address.casefold() in server.excluded:
        raise Trouble(403, "ErrorAccessDenied", "Access to OData is disabled: [RAOP]")


def key_and_certificate() -> tuple[bytes, bytes]:
    """Return a private key and its certificate (PEM), as an administrator makes them."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "formclerk")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=2))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, certificate.public_bytes(Encoding.PEM)


def registered(pem: bytes) -> dict[str, x509.Certificate]:
    """Return a certificate as a tenant knows it: by thumbprint (RFC 7515, 4.1.7)."""
    found = x509.load_pem_x509_certificate(pem)
    return {_urlsafe(found.fingerprint(kind)): found for kind in (hashes.SHA1(), hashes.SHA256())}  # noqa: S303


def _no_token(error: str, number: int, words: str) -> Reply:
    description = f"AADSTS{number}: {words}. Trace ID: 0000 Correlation ID: 0000 Timestamp: then"
    return Reply(401, {"error": error, "error_description": description, "error_codes": [number]})


def _urlsafe(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
