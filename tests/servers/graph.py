"""A small Microsoft Graph with its sign-in service, on this machine, over TLS: it misbehaves on demand.

It refuses what the real one refuses: requests over 4 MB, uploads under 3 MB, ids that moved (where immutable
ones were not asked for), calls without their permission.  Source: Microsoft Graph v1.0 reference.
"""

import base64
import hashlib
import ipaddress
import json
import re
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from agent.clock import now
from tests.servers.graph_state import WELL_KNOWN, Account, Exchange, Item, assembled

TENANT = "contoso.example"
CLIENT = "5f1b2c3d-0000-4000-8000-00000000c1e4"
SECRET = "s3cret~of~the~clerk"  # noqa: S105 - of a server that lives for a test
_LIMIT = 4 * 1024 * 1024
_SMALLEST_UPLOAD = 3_000_000
_FILTER = re.compile(r"(?P<name>\w+) eq '(?P<value>(?:[^']|'')*)'")
_PATIENCE = 30.0


@dataclass(slots=True, kw_only=True)
class Fault:
    """What goes wrong, how often, at which requests."""

    path: str
    """An expression that the method and the path begin with: `POST .*/sendMail`."""
    status: int = 0
    """Answer with this; 0 when the answer is lost."""
    code: str = "InjectedFault"
    retry_after: str = ""
    acts: bool = False
    """Whether the request is carried out all the same."""
    silent: bool = False
    """Never answer, instead of cutting the line."""
    times: int = 1


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


class GraphServer:
    """Listens as long as its block lasts."""

    def __init__(self, folder: Path) -> None:
        """Keep the certificate to trust in `folder`."""
        self.exchange = Exchange()
        self.faults: list[Fault] = []
        self.asked: list[str] = []
        """Method and path of every request, in order."""
        self.permissions = {"Mail.ReadWrite", "Mail.Send"}
        self.excluded: set[str] = set()
        """Addresses that an application access policy keeps the application out of."""
        self.secrets = {SECRET}
        self.certificates: dict[str, bytes] = {}
        """Registered certificates (PEM) by what a JWT names them by: `x5t#S256` or `x5t`."""
        self.page_size = 500
        self.generation = 0
        """Tokens of earlier generations are refused; raise it to revoke them."""
        self.tokens_sold = 0
        self.uploads: dict[str, tuple[Account, Item, dict[str, Any], bytearray]] = {}
        self.tracks = 0
        """Delta links of earlier tracks mean nothing any more."""
        self.stopping = threading.Event()
        self.certificate = folder / "graph.pem"
        context = _context(self.certificate)
        outer = self

        class Handler(_Handler):
            server_of = outer

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def address(self) -> str:
        """Return where both services are."""
        return f"https://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def count(self, expression: str) -> int:
        """Return how many requests so far begin like this."""
        return sum(1 for each in self.asked if re.match(expression, each))

    def fault_at(self, line: str) -> Fault | None:
        """Return what shall go wrong at a request, and count it."""
        for fault in self.faults:
            if fault.times > 0 and re.match(fault.path, line):
                fault.times -= 1
                return fault
        return None


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_of: GraphServer
    timeout = _PATIENCE

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""

    def handle(self) -> None:
        """Survive clients that leave."""
        try:
            super().handle()
        except OSError:
            self.close_connection = True

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - likewise

    def _serve(self) -> None:
        server = self.server_of
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        line = f"{self.command} {unquote(urlsplit(self.path).path)}"
        with server.exchange.lock:
            server.asked.append(line)
            fault = server.fault_at(line)
        if fault is None or fault.acts:
            reply = self._reply(body)
        if fault is None:
            self._say(reply)
            return
        if fault.silent:
            server.stopping.wait(_PATIENCE)
        if fault.silent or not fault.status:
            self.close_connection = True
            return
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        wrong = {"error": {"code": fault.code, "message": "injected"}}
        self._say(Reply(fault.status, wrong, headers))

    def _reply(self, body: bytes) -> Reply:
        server = self.server_of
        try:
            with server.exchange.lock:
                return _Request(server, self.command, self.path, dict(self.headers.items()), body).answer()
        except Trouble as trouble:
            return trouble.reply

    def _say(self, reply: Reply) -> None:
        content = (
            reply.body
            if isinstance(reply.body, bytes)
            else b""
            if reply.body is None
            else json.dumps(reply.body).encode()
        )
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("request-id", "00000000-0000-4000-8000-000000000001")
        if reply.headers.get("Transfer-Encoding") == "chunked":
            self.end_headers()
            for start in range(0, len(content), 65536):
                chunk = content[start : start + 65536]
                self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            self.wfile.write(b"0\r\n\r\n")
            return
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class _Request:
    """One request and what becomes of it; whoever answers holds the lock."""

    def __init__(
        self, server: GraphServer, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> None:
        self.server = server
        self.exchange = server.exchange
        self.method = method
        self.place = urlsplit(target)
        self.options = {name: values[0] for name, values in parse_qs(self.place.query).items()}
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body
        self.immutable = 'IdType="ImmutableId"' in self.headers.get("prefer", "")

    def answer(self) -> Reply:
        parts = [unquote(part) for part in self.place.path.strip("/").split("/")]
        if self.place.path.endswith("/.well-known/openid-configuration"):
            return self._discovery(parts[0])
        if self.place.path.endswith("/oauth2/v2.0/token"):
            return self._token(parts[0])
        if parts[0] == "upload":
            return self._upload(parts[1])
        if parts[:2] != ["v1.0", "users"]:
            raise Trouble(404, "UnknownPath")
        self._let_in(parts[2], parts[-1])
        account = self.exchange.accounts.get(parts[2].casefold())
        if account is None:
            raise Trouble(404, "ErrorInvalidUser", f"The requested user '{parts[2]}' is invalid.")
        if len(self.body) > _LIMIT:
            raise Trouble(413, "RequestEntityTooLarge")
        return self._mailbox(account, parts[3:])

    # -- sign-in ----------------------------------------------------------------------------------

    def _discovery(self, tenant: str) -> Reply:
        if tenant != TENANT:
            return Reply(400, {"error": "invalid_tenant", "error_description": "AADSTS90002: no such tenant"})
        base = f"{self.server.address}/{tenant}"
        return Reply(
            200,
            {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
            },
        )

    def _token(self, tenant: str) -> Reply:
        form = {name: values[0] for name, values in parse_qs(self.body.decode()).items()}
        if tenant != TENANT or form.get("client_id") != CLIENT:
            return _no_token("unauthorized_client", 700016, "Application was not found in the directory")
        if "client_assertion" in form:
            if not self._proves(form["client_assertion"]):
                return _no_token("invalid_client", 700027, "The certificate is not registered")
        elif form.get("client_secret") not in self.server.secrets:
            return _no_token("invalid_client", 7000215, "Invalid client secret provided")
        if form.get("scope") != f"{self.server.address}/.default":
            return _no_token("invalid_scope", 70011, "The scope is not valid")
        self.server.tokens_sold += 1
        claims = {"roles": sorted(self.server.permissions), "gen": self.server.generation}
        head, payload = (_urlsafe(json.dumps(each).encode()) for each in ({"alg": "none"}, claims))
        token = f"{head}.{payload}.{self.server.tokens_sold}"
        return Reply(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": token})

    def _proves(self, assertion: str) -> bool:
        head = jwt.get_unverified_header(assertion)
        pem = self.server.certificates.get(str(head.get("x5t#S256") or head.get("x5t")))
        if pem is None:
            return False
        key = x509.load_pem_x509_certificate(pem).public_key()
        audience = f"{self.server.address}/{TENANT}/oauth2/v2.0/token"
        try:
            jwt.decode(assertion, key=key, algorithms=["RS256", "PS256"], audience=audience)  # type: ignore[arg-type]  # RSA
        except jwt.InvalidTokenError:
            return False
        return True

    def _let_in(self, address: str, action: str) -> None:
        token = self.headers.get("authorization", "").removeprefix("Bearer ")
        try:
            claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        except (IndexError, ValueError):
            claims = {}
        if claims.get("gen") != self.server.generation:
            raise Trouble(
                401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."
            )
        needed = "Mail.Send" if action in {"sendMail", "send"} else "Mail.ReadWrite"
        if needed not in self.server.permissions:
            raise Trouble(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        if address.casefold() in self.server.excluded:
            raise Trouble(403, "ErrorAccessDenied", "Access to OData is disabled: [RAOP]")

    # -- the mailbox ------------------------------------------------------------------------------

    def _mailbox(self, account: Account, path: list[str]) -> Reply:
        match self.method, path:
            case "POST", ["sendMail"]:
                self.exchange.submit(account, self._mime())
                return Reply(202)
            case "POST", ["messages"]:
                return self._draft(account)
            case "GET", ["mailFolders"]:
                return self._folders(account, "")
            case "GET", ["mailFolders", above, "childFolders"]:
                return self._folders(account, self._folder(account, above))
            case "POST", ["mailFolders"]:
                return self._new_folder(account, "")
            case "POST", ["mailFolders", above, "childFolders"]:
                return self._new_folder(account, self._folder(account, above))
            case "GET", ["mailFolders", name]:
                folder = self._folder(account, name)
                count = len(account.lying_in(folder))
                return Reply(200, {"id": folder, "totalItemCount": count})
            case "GET", ["mailFolders", name, "messages"]:
                return self._list(account, self._folder(account, name))
            case "GET", ["mailFolders", name, "messages", "delta"]:
                return self._delta(account, self._folder(account, name))
            case _, ["messages", name, *action]:
                return self._message(account, self._item(account, name), action)
            case _:
                raise Trouble(400, "BadRequest", f"{self.method} {'/'.join(path)}")

    def _message(self, account: Account, item: Item, action: list[str]) -> Reply:
        match self.method, action:
            case "GET", []:
                return Reply(200, self._shown(item))
            case "GET", ["$value"]:
                return Reply(
                    200, assembled(item), {"Content-Type": "text/plain", "Transfer-Encoding": "chunked"}
                )
            case "PATCH", []:
                if not item.draft:
                    raise Trouble(400, "ErrorInvalidPropertySet")
                if not self.exchange.renames_drafts:
                    item.message_id = str(self._json().get("internetMessageId", item.message_id))
                return Reply(200, self._shown(item))
            case "DELETE", []:
                item.folder, item.moves = "ID-deleteditems", item.moves + 1
                return Reply(204)
            case "POST", ["move"]:
                return self._move(account, item)
            case "POST", ["attachments"]:
                return self._attach(item)
            case "POST", ["attachments", "createUploadSession"]:
                return self._upload_session(account, item)
            case "POST", ["send"]:
                if not item.draft:
                    raise Trouble(400, "ErrorInvalidOperation", "only drafts are sent")
                account.items.remove(item)  # the copy among the sent mail is another one, with another id
                self.exchange.submit(account, assembled(item))
                return Reply(202)
            case _:
                raise Trouble(400, "BadRequest", f"{self.method} {'/'.join(action)}")

    def _draft(self, account: Account) -> Reply:
        item = self.exchange.item("ID-drafts", self._mime())
        item.draft = True
        if self.exchange.renames_drafts:
            item.message_id = f"<{item.number}@exchange.example>"
        account.put(item)
        return Reply(201, self._shown(item))

    def _move(self, account: Account, item: Item) -> Reply:
        target = str(self._json().get("destinationId"))
        target = f"ID-{target}" if target in WELL_KNOWN else target
        if target not in account.folders:
            raise Trouble(404, "ErrorItemNotFound", "The specified folder could not be found.")
        item.folder, item.moves = target, item.moves + 1
        account.log.append((target, item.number))
        return Reply(201, self._shown(item))

    def _attach(self, item: Item) -> Reply:
        said = self._json()
        content = base64.b64decode(said["contentBytes"])
        item.files.append((said["name"], said["contentType"], content))
        return Reply(201, {"id": f"ATT{len(item.files)}"})

    def _upload_session(self, account: Account, item: Item) -> Reply:
        said = self._json()["AttachmentItem"]
        if said["size"] < _SMALLEST_UPLOAD:
            raise Trouble(400, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize")
        token = f"t{len(self.server.uploads)}"
        self.server.uploads[token] = (account, item, said, bytearray())
        return Reply(
            201, {"uploadUrl": f"{self.server.address}/upload/{token}", "nextExpectedRanges": ["0-"]}
        )

    def _upload(self, token: str) -> Reply:
        if "authorization" in self.headers:
            raise Trouble(401, "Unauthorized", "no token belongs here")
        _, item, said, kept = self.server.uploads[token]
        found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", self.headers.get("content-range", ""))
        if found is None or int(found[1]) != len(kept) or int(found[3]) != said["size"]:
            raise Trouble(416, "InvalidRange")
        if len(self.body) != int(found[2]) - int(found[1]) + 1 or len(self.body) >= _LIMIT:
            raise Trouble(400, "InvalidRange")
        kept += self.body
        if len(kept) < said["size"]:
            return Reply(200, {"nextExpectedRanges": [f"{len(kept)}-"]})
        item.files.append((said["name"], said["contentType"], bytes(kept)))
        return Reply(201, None, {"Location": f"{self.server.address}/attachment"})

    def _folder(self, account: Account, name: str) -> str:
        found = f"ID-{name.lower()}" if name.lower() in WELL_KNOWN else name
        if found not in account.folders:
            raise Trouble(404, "ErrorItemNotFound", "The specified folder could not be found.")
        return found

    def _folders(self, account: Account, parent: str) -> Reply:
        wanted = _FILTER.fullmatch(self.options["$filter"])
        assert wanted is not None
        assert wanted["name"] == "displayName"
        found = account.folder_named(wanted["value"].replace("''", "'"), parent)
        rows = [{"id": found, "displayName": account.folders[found][0]}] if found else []
        return Reply(200, {"value": rows})

    def _new_folder(self, account: Account, parent: str) -> Reply:
        name = str(self._json()["displayName"])
        if account.folder_named(name, parent):
            raise Trouble(409, "ErrorFolderExists", "A folder with the specified name already exists.")
        made = f"FOLDER{len(account.folders):05}="
        account.folders[made] = (name, parent)
        return Reply(201, {"id": made, "displayName": name})

    def _list(self, account: Account, folder: str) -> Reply:
        items = account.lying_in(folder)
        if folder == "ID-sentitems" and self.exchange.hides_sent:
            items = []
        if wanted := _FILTER.fullmatch(self.options.get("$filter", "")):
            assert wanted["name"] == "internetMessageId"
            items = [each for each in items if each.message_id == wanted["value"].replace("''", "'")]
        if self.options.get("$orderby") == "receivedDateTime asc":
            items.sort(key=lambda each: each.received)
        first = int(self.options.get("$skip", "0"))
        size = min(int(self.options.get("$top", "10")), self.server.page_size)
        said: dict[str, Any] = {"value": [self._shown(each) for each in items[first : first + size]]}
        if first + size < len(items):
            options = {**self.options, "$skip": str(first + size)}
            said["@odata.nextLink"] = f"{self.server.address}{self.place.path}?{urlencode(options)}"
        return Reply(200, said)

    def _delta(self, account: Account, folder: str) -> Reply:
        """Return a page of what has appeared since the link was made; from the beginning, what there is."""
        token = self.options.get("$skiptoken") or self.options.get("$deltatoken") or ""
        track, _, at = token.partition("-")
        if token and track != str(self.server.tracks):
            raise Trouble(
                410, "SyncStateNotFound", "The sync state generation is not found; resync required."
            )
        first = int(at or 0)
        news = account.log[first:][: self.server.page_size]
        there = {each.number: each for each in account.lying_in(folder)}
        rows = [self._shown(there[number]) for where, number in news if where == folder and number in there]
        following = first + len(news)
        more = following < len(account.log)
        options = {("$skiptoken" if more else "$deltatoken"): f"{self.server.tracks}-{following}"}
        link = f"{self.server.address}{self.place.path}?{urlencode(options)}"
        return Reply(200, {"value": rows, ("@odata.nextLink" if more else "@odata.deltaLink"): link})

    def _item(self, account: Account, name: str) -> Item:
        for each in account.items:
            if each.name(immutable=self.immutable) == name:
                return each
        if not re.fullmatch(r"AA(kALg|MkA)[0-9-]+AA=", name):
            raise Trouble(400, "ErrorInvalidIdMalformed", "Id is malformed.")
        raise Trouble(404, "ErrorItemNotFound", "The specified object was not found in the store.")

    def _shown(self, item: Item) -> dict[str, Any]:
        return {
            "id": item.name(immutable=self.immutable),
            "receivedDateTime": f"{item.received:%Y-%m-%dT%H:%M:%SZ}",
            "isDraft": item.draft,
            "parentFolderId": item.folder,
            "internetMessageId": item.message_id,
        }

    def _json(self) -> dict[str, Any]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found

    def _mime(self) -> bytes:
        if self.headers.get("content-type") != "text/plain":
            raise Trouble(400, "ErrorInvalidRequest", "only MIME is understood here")
        return base64.b64decode(self.body, validate=True)


def thumbprints(pem: bytes) -> tuple[str, str]:
    """Return the SHA-1 of a certificate as the portal shows it, and the key under which it is registered."""
    der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    digest = hashlib.sha1(der)  # noqa: S324 - what Microsoft calls a thumbprint
    return digest.hexdigest().upper(), _urlsafe(digest.digest())


def _no_token(error: str, number: int, words: str) -> Reply:
    description = f"AADSTS{number}: {words}. Trace ID: 0000 Correlation ID: 0000 Timestamp: then"
    return Reply(401, {"error": error, "error_description": description, "error_codes": [number]})


def _urlsafe(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _context(file: Path) -> ssl.SSLContext:
    """Make a certificate for this machine, which vouches for itself; leave what to trust in `file`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int(time.monotonic() * 1000) + 1)
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=2))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file.write_bytes(certificate.public_bytes(Encoding.PEM))
    private = file.with_name(f"{file.stem}-key.pem")
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, private)
    return context
