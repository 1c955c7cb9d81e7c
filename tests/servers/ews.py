"""A small Exchange server on this machine: stateful, speaking EWS over HTTP, with faults to order.

It knows the operations that formclerk uses and answers them as Exchange does, as far as was measured.
"""

import base64
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import spnego

from tests.servers.ews_answers import error, soap_fault, wrapped
from tests.servers.ews_operations import TOKEN, Asked, Operations
from tests.servers.ews_store import Fault
from tests.servers.ews_world import PATH, EwsWorld, Trouble

_LONG = 20.0
_STATE = "<m:SyncState/><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>"


@contextmanager
def ews_server(tls: ssl.SSLContext | None = None) -> Iterator[EwsWorld]:
    """Run a server for the length of the block, by https where it is given a context."""
    http = _Server(("127.0.0.1", 0), _Handler)
    if tls is not None:
        http.socket = tls.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
    world = http.world = EwsWorld(port=http.server_address[1], scheme="https" if tls else "http")
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield world
    finally:
        world.stopped.set()
        http.shutdown()
        http.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    world: EwsWorld


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    protocol_version = "HTTP/1.1"
    ntlm: spnego.ContextProxy | None = None
    """The handshake of this connection, which is logged in by it (MS-NTHT)."""
    user = ""
    _said = b""
    timeout = 30

    def handle(self) -> None:
        """Serve a connection, unless its other side walks off: over a certificate, say."""
        with suppress(OSError):
            super().handle()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        """Answer one request, well or badly."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != PATH:
            self._answer(404, b"", ())
            return
        login = self._login()
        if login is None:
            self._answer(401, b"", (("WWW-Authenticate", self._challenge()),))
            return
        asked = Asked(body)
        trouble = self.server.world.trouble_of(asked.operation)
        if trouble is not None and not trouble.acts:
            self._fail(trouble, asked.operation, b"")
            return
        try:
            answer = Operations(self.server.world, login, asked).answer()
        except Fault as fault:
            answer = soap_fault(fault.code, fault.words)
        if trouble is not None:
            self._fail(trouble, asked.operation, answer if isinstance(answer, bytes) else b"")
        elif isinstance(answer, bytes):
            self._answer(500 if b"<s:Fault>" in answer else 200, answer, ())
        else:
            self._stream(answer)

    def _fail(self, trouble: Trouble, operation: str, answer: bytes) -> None:
        """Do what was ordered instead of giving `answer`."""
        if trouble.hangs:
            self.server.world.stopped.wait(_LONG)
            self.close_connection = True
        elif trouble.cuts:
            with suppress(OSError):
                if answer:
                    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"
                    self.wfile.write(head + answer[: len(answer) // 2])
                self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif trouble.status:
            self._answer(trouble.status, b"<html>no</html>", trouble.headers)
        elif trouble.soap_fault:
            self._answer(500, soap_fault(trouble.code, "ordered"), ())
        else:
            more = _STATE if operation == "SyncFolderItems" and not trouble.bare else ""
            self._answer(200, wrapped(operation, [error(operation, trouble.code, "ordered", more)]), ())

    def _login(self) -> str | None:
        """Return who logs in, None when nobody may."""
        world = self.server.world
        kind, _, proof = self.headers.get("Authorization", "").partition(" ")
        if kind == "NTLM":
            return self._shake_hands(base64.b64decode(proof))
        if world.ntlm:
            return self.user or None
        if kind == "Bearer":
            world.logins.append(proof)
            return TOKEN if proof in world.tokens else None
        if kind != "Basic":
            return None
        user, _, password = base64.b64decode(proof).decode().partition(":")
        world.logins.append(user)
        return user if world.passwords.get(user) == password else None

    def _shake_hands(self, message: bytes) -> str | None:
        """Go on with a handshake: the library on the other side proves the password for us."""
        if self.ntlm is None:
            self.ntlm = spnego.server(protocol="ntlm")
            self._said = self.ntlm.step(message) or b""
            return None
        try:
            self.ntlm.step(message)
        except spnego.exceptions.SpnegoError:
            self._said = b""
        self.user = str(self.ntlm.client_principal or "").rpartition("\\")[2] if self.ntlm.complete else ""
        self.server.world.logins.append(self.user)
        self.ntlm = None
        return self.user or None

    def _challenge(self) -> str:
        if not self.server.world.ntlm:
            return 'Basic realm="ews"'
        said = self._said if self.ntlm is not None else b""
        return f"NTLM {base64.b64encode(said).decode()}".strip()

    def _answer(self, status: int, body: bytes, headers: tuple[tuple[str, str], ...]) -> None:
        with suppress(OSError):
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def _stream(self, pieces: Iterator[bytes]) -> None:
        with suppress(OSError):
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for each in pieces:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(each), each))
            self.wfile.write(b"0\r\n\r\n")
