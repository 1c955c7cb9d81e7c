"""A small Microsoft Graph with its sign-in service, on this machine, over TLS: it misbehaves on demand.

It refuses what the real one refuses: requests over 4 MB, uploads under 3 MB, ids that moved (where immutable
ones were not asked for), calls without their permission.  Source: Microsoft Graph v1.0 reference.
"""

import json
import re
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from cryptography import x509

from tests.servers.graph_requests import Request
from tests.servers.graph_signin import SECRET, Reply, Trouble
from tests.servers.graph_state import Account, Exchange, Item
from tests.servers.loopback_tls import loopback_tls

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
        self.certificates: dict[str, x509.Certificate] = {}
        """Registered ones, see `graph_signin.registered`."""
        self.page_size = 500
        self.generation = 0
        """Tokens of earlier generations are refused; raise it to revoke them."""
        self.tokens_sold = 0
        self.uploads: dict[str, tuple[Account, Item, dict[str, Any], bytearray]] = {}
        self.expired = False
        """True when the secrets have ended."""
        self.stale_pages = 0
        """How many links to the next page of a list mean nothing any more."""
        self.elsewhere = ""
        """Where the link to the next page of every list leads instead."""
        self.tracks = 0
        """Delta links of earlier tracks mean nothing any more."""
        self.stopping = threading.Event()
        self.certificate = folder / "graph.pem"
        context = loopback_tls(self.certificate)
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
    # Headers and body leave as one: otherwise each answer waits 40 ms for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

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
        if fault is None:
            self._say(self._reply(body))
            return
        if fault.acts:
            self._reply(body)
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
                return Request(server, self.command, self.path, dict(self.headers.items()), body).answer()
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
