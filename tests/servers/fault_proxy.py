"""A TCP proxy that misbehaves on demand: slow, deaf, cut after so many bytes or after certain words."""

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

_CHUNK = 16 * 1024
_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: closing sends a reset."""


@dataclass(slots=True, kw_only=True)
class Cut:
    """When to cut a connection, seen in what one side says: once, then the proxy behaves again."""

    words: bytes = b""
    """Cut when this has been said ..."""
    after: int = 0
    """... and at least so many bytes, counted over both sides' words of that connection."""
    by_client: bool = True
    deliver: bool = True
    """Whether the other side still hears the words at which the line is cut."""


@dataclass(slots=True)
class _Line:
    client: socket.socket
    server: socket.socket
    said: dict[bool, bytearray] = field(default_factory=lambda: {True: bytearray(), False: bytearray()})
    asked: list[bytes] = field(default_factory=list)


class FaultProxy:
    """Stands on `port` before a server on this machine."""

    def __init__(self, target: int, *, latency: float = 0.0) -> None:
        """Listen at once.

        Args:
            target: The server's port.
            latency: Seconds by which everything is late, in both directions.
        """
        self.latency = latency
        self.cut: Cut | None = None
        self.connections = 0
        """How many have been made so far."""
        self._target = target
        self._lines: list[_Line] = []
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self._closed = False

    def __enter__(self) -> Self:
        self._run(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.reset()
        for thread in self._threads:
            thread.join(timeout=10)

    def reset(self) -> None:
        """Cut every connection, hard."""
        with self._lock:
            lines, self._lines = self._lines, []
        for line in lines:
            _reset(line)

    def heard(self) -> bytes:
        """Return what clients have said on the connections that still stand."""
        with self._lock:
            return b"".join(bytes(line.said[True]) for line in self._lines)

    def asked(self) -> list[bytes]:
        """Return the same, apart what came apart."""
        with self._lock:
            return [chunk for line in self._lines for chunk in line.asked]

    def _run(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closed:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            self.connections += 1
            try:
                server = socket.create_connection(("127.0.0.1", self._target), timeout=10)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            line = _Line(client, server)
            with self._lock:
                self._lines.append(line)
            self._run(self._pump, line, line.client, line.server)
            self._run(self._pump, line, line.server, line.client)

    def _pump(self, line: _Line, source: socket.socket, sink: socket.socket) -> None:
        by_client = source is line.client
        try:
            while chunk := source.recv(_CHUNK):
                time.sleep(self.latency)
                line.said[by_client] += chunk
                if by_client:
                    line.asked.append(chunk)
                cut = self.cut
                if cut is not None and cut.by_client is by_client and _is_due(cut, line):
                    self.cut = None
                    if cut.deliver:
                        _deaf(line.client)
                        sink.sendall(chunk)
                        time.sleep(0.3)  # let the server do what it was told
                    _reset(line)
                    return
                sink.sendall(chunk)
        except OSError:
            _reset(line)
            return
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


def _is_due(cut: Cut, line: _Line) -> bool:
    said = line.said
    return cut.words in said[cut.by_client] and len(said[True]) + len(said[False]) >= cut.after


def _deaf(client: socket.socket) -> None:
    """Let the client hear nothing more: what the server answers is lost with the line."""
    with suppress(OSError):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        client.shutdown(socket.SHUT_WR)


def _reset(line: _Line) -> None:
    for each in (line.client, line.server):
        with suppress(OSError):
            each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            each.shutdown(socket.SHUT_RDWR)
        each.close()
