"""Finding a company's Exchange server: no password leaves, nothing without a certificate is believed."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import SSLContext, create_default_context

import pytest

from agent.domain.mail import Address
from agent.mailbox.exchange.find import find_endpoint, hosts_for
from tests.servers.loopback_tls import loopback_tls

CLERK = Address("clerk@company.example")
TOLD = "https://mail.company.example/EWS/Exchange.asmx"


class Front:
    """A web server of a company, over TLS."""

    def __init__(self, folder: Path) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        """Status, headers and body by path."""
        self.asked: list[tuple[str, str]] = []
        """Path and Authorization of each request."""
        front = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                front.asked.append((self.path, self.headers.get("Authorization", "")))
                status, headers, body = front.answers.get(path, (404, {}, b""))
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.socket = loopback_tls(folder / "front.pem").wrap_socket(
            self._server.socket, server_side=True
        )
        self.trust: SSLContext = create_default_context(cafile=folder / "front.pem")
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._server.server_close()

    def says(self, body: object) -> None:
        """Let Autodiscover v2 answer."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers["/autodiscover/autodiscover.json"] = (200, {}, content)

    def demands(self, how: str, status: int = 401) -> None:
        """Let Exchange Web Services want a login."""
        self.answers["/EWS/Exchange.asmx"] = (status, {"WWW-Authenticate": how}, b"")


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    """A web server that knows nothing yet."""
    found = Front(tmp_path)
    yield found
    found.close()


def test_a_server_that_tells_its_address_is_believed_and_gets_no_password(front: Front) -> None:
    """Autodiscover v2 answers anybody."""
    front.says({"Protocol": "EWS", "Url": TOLD})
    assert find_endpoint(CLERK, [front.host], trust=front.trust) == TOLD
    assert front.asked == [("/autodiscover/autodiscover.json?Email=clerk%40company.example&Protocol=EWS", "")]


@pytest.mark.parametrize("how", ["NTLM", "Negotiate", 'Basic realm="mail.company.example"'])
def test_an_older_server_shows_itself_by_the_login_that_it_wants(front: Front, how: str) -> None:
    """Exchange 2013 speaks no Autodiscover v2."""
    front.demands(how)
    assert find_endpoint(CLERK, [front.host], trust=front.trust) == f"https://{front.host}/EWS/Exchange.asmx"
    assert all(not login for _, login in front.asked)


@pytest.mark.parametrize(
    "said",
    [
        b"<html>",
        b"[" * 50_000,
        b"\xff",
        [],
        {"Url": None},
        {"Url": "http://mail.company.example/EWS/Exchange.asmx"},
        {"Url": "https://user:secret@evil.example/"},
        {"Url": "https://mail.company.example/\x1b[2J"},
        {"Url": "https://["},
    ],
)
def test_nonsense_finds_nothing(front: Front, said: object) -> None:
    """A web shop at the bare domain is no Exchange server."""
    front.says(said)
    front.demands("Bearer")
    assert find_endpoint(CLERK, [front.host], trust=front.trust) == ""


def test_a_server_without_a_certificate_that_counts_is_not_believed(front: Front) -> None:
    """Whoever answers for the domain in this network need not be the company."""
    front.says({"Protocol": "EWS", "Url": TOLD})
    front.demands("NTLM")
    assert find_endpoint(CLERK, [front.host]) == ""


def test_the_likeliest_host_that_answers_decides(front: Front) -> None:
    """Hosts that are not there hold nothing up."""
    front.demands("NTLM")
    assert hosts_for(CLERK)[0] == "autodiscover.company.example"
    found = find_endpoint(CLERK, ["127.0.0.1:1", front.host], trust=front.trust)
    assert found == f"https://{front.host}/EWS/Exchange.asmx"
