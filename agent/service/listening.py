"""`/healthz` and `/metrics` over HTTP, for monitors on this machine (off unless configured).

A thread of its own answers from what the last round left and from the ledger, which it asks at most once in
a few seconds and only for reading: a monitor that hammers us costs the passes nothing.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

from agent.domain.errors import FormclerkError, WillNotWork
from agent.service import metrics
from agent.service.health import Health
from agent.service.house import House

log = logging.getLogger(__name__)

_FRESH_SECONDS = 5.0
_STALE_SECONDS = 600.0
"""A daemon that dealt with nothing for so long hangs: no one thing takes longer (reading a long scan)."""
_REQUEST_SECONDS = 5.0


class Board:
    """What the last round left for the monitor; put up by the daemon, read by the thread."""

    def __init__(self) -> None:
        """Begin empty."""
        self._lock = Lock()
        self._health: Health | None = None
        self._figures = ""
        self._taken = float("-inf")

    def put(self, health: Health) -> None:
        """Replace what stands there."""
        self._health = health

    def health(self, house: House) -> tuple[bool, dict[str, object]]:
        """Return whether all is well, and the health JSON."""
        state = self._health
        if state is None:
            return False, {"well": False, "say": "no round has ended yet"}
        fresh = house.measures.silence < _STALE_SECONDS
        return state.well and fresh, {**state.as_json(), "well": state.well and fresh, "fresh": fresh}

    def figures(self, house: House) -> str:
        """Return the metrics, not older than a few seconds."""
        with self._lock:
            if time.monotonic() - self._taken >= _FRESH_SECONDS:
                self._figures = metrics.exposition(metrics.gather(house))
                self._taken = time.monotonic()
            return self._figures


@contextmanager
def listening(house: House, board: Board, host: str, port: int) -> Iterator[int]:
    """Answer on `host`:`port` for the length of the block; yield the port (0 asks for any free one).

    Raises:
        WillNotWork: the address is not of this machine's loopback, or somebody else has the port.
    """
    if not (host == "::1" or host.startswith("127.")):
        raise WillNotWork(f"{host} is reachable from elsewhere; health is told on loopback only")
    try:
        server = _Server((host, port), _handler(house, board))
    except OSError as error:
        raise WillNotWork(f"[health] listen: {host}:{port} cannot be used: {error.strerror}") from error
    thread = Thread(target=server.serve_forever, name="health", daemon=True, kwargs={"poll_interval": 0.1})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5.0)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 16

    def __init__(self, address: tuple[str, int], handler: Callable[..., BaseHTTPRequestHandler]) -> None:
        if ":" in address[0]:
            import socket  # noqa: PLC0415 - for IPv6 alone

            self.address_family = socket.AF_INET6
        super().__init__(address, handler)


def _handler(house: House, board: Board) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _REQUEST_SECONDS
        server_version = "formclerk"
        sys_version = ""

        def do_GET(self) -> None:
            if not _is_local(self.headers.get("Host", "")):
                self._answer(HTTPStatus.FORBIDDEN, "text/plain", b"loopback only\n")
                return
            try:
                match self.path.partition("?")[0]:
                    case "/healthz":
                        well, said = board.health(house)
                        status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
                        body = json.dumps(said, ensure_ascii=False).encode()
                        self._answer(status, "application/json; charset=utf-8", body)
                    case "/metrics":
                        self._answer(HTTPStatus.OK, metrics.CONTENT_TYPE, board.figures(house).encode())
                    case _:
                        self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"/healthz or /metrics\n")
            except FormclerkError:
                self._answer(HTTPStatus.SERVICE_UNAVAILABLE, "text/plain", b"try again\n")

        def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            log.debug(format, *args)

    return Handler


def _is_local(host: str) -> bool:
    """Refuse what a web page elsewhere lets a browser of this machine ask (DNS rebinding)."""
    name = host.rpartition(":")[0] if host.count(":") == 1 or host.startswith("[") else host
    return name.strip("[]") in {"", "localhost", "::1"} or name.startswith("127.")
