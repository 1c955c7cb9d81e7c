"""Settings, tokens and patience of mail accounts."""

import json
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar
from urllib.parse import parse_qs

import pytest

from agent.domain.errors import TryLater, WillNotWork
from agent.mailbox.patience import Patience
from agent.mailbox.settings import ImapSettings, OAuth, Password, Security, SmtpSettings
from agent.mailbox.tokens import CommandTokens, Consent, RefreshTokens

_LOGIN = Password(user="clerk", secret="geheim")  # noqa: S106 - to look for it in what is shown


class Seconds:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_password_never_travels_in_the_open() -> None:
    """Without TLS only this machine is spoken to."""
    for host in ("imap.example.com", "10.0.0.5", "localhost.example.com"):
        with pytest.raises(ValueError, match="in the open"):
            ImapSettings(host=host, login=_LOGIN, security=Security.NONE)
        with pytest.raises(ValueError, match="in the open"):
            SmtpSettings(host=host, login=None, security=Security.NONE)
    for host in ("127.0.0.1", "::1", "localhost", "127.8.8.8"):
        SmtpSettings(host=host, login=None, security=Security.NONE)


def test_no_secret_is_shown() -> None:
    """Settings end up in logs and crash reports."""
    secret = _LOGIN.secret
    consent = Consent(endpoint="https://x/t", client_id="c", refresh_token=secret, client_secret=secret)
    settings = ImapSettings(host="x", login=_LOGIN)
    tokens = ImapSettings(host="x", login=OAuth(user="clerk", tokens=RefreshTokens(consent)))

    assert "geheim" not in f"{settings!r} {tokens!r} {consent!r}"


def test_an_idle_round_ends_before_the_server_hangs_up() -> None:
    """RFC 2177: 29 minutes."""
    with pytest.raises(ValueError, match="29"):
        ImapSettings(host="x", login=_LOGIN, idle_round=timedelta(minutes=29))


def test_a_broken_connection_is_replaced_at_once_and_then_ever_more_rarely() -> None:
    """A server that is down is asked after 0, 1, 2, 4, 8 seconds, at last every five minutes."""
    clock = Seconds()
    patience = Patience(clock)
    waits = []
    for _ in range(12):
        patience.check()
        patience.failed(TryLater("away"))
        waits.append(patience.left())
        clock.now += patience.left()

    assert waits == [0, 1, 2, 4, 8, 15, 30, 60, 120, 300, 300, 300]


def test_while_it_waits_the_last_reason_is_given() -> None:
    """Whoever asks too early hears why, without anybody being called."""
    clock = Seconds()
    patience = Patience(clock)
    patience.failed(TryLater("away"))
    patience.failed(TryLater("still away"))
    with pytest.raises(TryLater, match="still away"):
        patience.check()


def test_a_connection_that_lived_is_forgiven() -> None:
    """A line that breaks once a day is no reason to wait."""
    clock = Seconds()
    patience = Patience(clock)
    for _ in range(5):
        patience.failed(TryLater("away"))
        clock.now += patience.left()
    patience.worked()
    clock.now += 60
    patience.failed(TryLater("broke"))

    assert patience.left() == 0


def test_a_server_that_lets_us_in_and_throws_us_out_is_not_hammered() -> None:
    """A login that works is not yet a connection that works."""
    clock = Seconds()
    patience = Patience(clock)
    for _ in range(6):
        patience.worked()
        patience.failed(TryLater("thrown out"))
        clock.now += patience.left()
    patience.worked()
    patience.failed(TryLater("thrown out"))

    assert patience.left() >= 15


def test_a_letter_that_left_proves_the_server() -> None:
    """One letter that breaks every connection must not slow down all others."""
    clock = Seconds()
    patience = Patience(clock)
    for _ in range(6):
        patience.worked()
        patience.proved()
        patience.failed(TryLater("broke off"))

    assert patience.left() == 0


def test_a_refused_login_rests_a_quarter_of_an_hour() -> None:
    """Accounts are locked by those who try again."""
    clock = Seconds()
    patience = Patience(clock)
    patience.failed(WillNotWork("wrong password"))
    clock.now += 899
    with pytest.raises(WillNotWork, match="wrong password"):
        patience.check()
    clock.now += 1
    patience.check()


def test_a_token_command_is_asked_rarely_and_again_after_a_refusal(tmp_path: object) -> None:
    """The site's own program gives the token; it is kept for a while."""
    clock = Seconds()
    script = f"open({str(tmp_path) + '/calls'!r}, 'a').write('x'); print('token-1')"
    tokens = CommandTokens((sys.executable, "-c", script), monotonic=clock)

    def calls() -> int:
        with open(f"{tmp_path}/calls") as file:  # noqa: PTH123
            return len(file.read())

    assert (tokens.token(), tokens.token(), calls()) == ("token-1", "token-1", 1)
    assert (tokens.token(fresh=True), calls()) == ("token-1", 2)
    clock.now += 300
    assert (tokens.token(), calls()) == ("token-1", 3)


def test_a_token_command_that_fails_says_so_without_its_words() -> None:
    """What it printed may be a secret."""
    with pytest.raises(TryLater) as failed:
        CommandTokens((sys.executable, "-c", "print('geheim'); raise SystemExit(3)")).token()
    assert "geheim" not in str(failed.value)
    with pytest.raises(WillNotWork):
        CommandTokens(("/no/such/program",)).token()


class Endpoint(BaseHTTPRequestHandler):
    """A token endpoint that gives prepared answers and notes what it was asked."""

    answers: ClassVar[list[tuple[int, object]]] = []
    asked: ClassVar[list[dict[str, list[str]]]] = []

    def do_POST(self) -> None:
        """Answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append(parse_qs(body.decode()))
        status, said = self.answers.pop(0)
        content = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    """The address of a token endpoint on this machine."""
    Endpoint.answers.clear()
    Endpoint.asked.clear()
    with HTTPServer(("127.0.0.1", 0), Endpoint) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/token"
        server.shutdown()
        thread.join()


def test_a_refresh_token_buys_access_tokens(endpoint: str) -> None:
    """One is bought when the last is about to end; a replaced refresh token is used and handed on."""
    clock = Seconds()
    kept: list[str] = []
    consent = Consent(endpoint=endpoint, client_id="id", refresh_token="r1", scope="imap smtp")  # noqa: S106
    tokens = RefreshTokens(consent, renewed=kept.append, monotonic=clock)
    Endpoint.answers.extend(
        [
            (200, {"access_token": "a1", "expires_in": 3600, "refresh_token": "r2"}),
            (200, {"access_token": "a2", "expires_in": 3600}),
        ]
    )

    assert (tokens.token(), tokens.token()) == ("a1", "a1")
    clock.now += 3600 - 59
    assert tokens.token() == "a2"
    assert kept == ["r2"]
    assert Endpoint.asked[0] == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["r1"],
        "client_id": ["id"],
        "scope": ["imap smtp"],
    }
    assert Endpoint.asked[1]["refresh_token"] == ["r2"]


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        (400, {"error": "invalid_grant"}, WillNotWork),
        (401, b"no", WillNotWork),
        (302, b"", WillNotWork),
        (429, {}, TryLater),
        (503, b"<html>", TryLater),
        (200, {"no": "token"}, TryLater),
        (200, b"[1", TryLater),
    ],
)
def test_an_endpoint_that_gives_no_token_is_understood(
    endpoint: str, status: int, said: object, kind: type[Exception]
) -> None:
    """Consent that was withdrawn is for a person; an endpoint that is busy is not."""
    Endpoint.answers.append((status, said))
    tokens = RefreshTokens(Consent(endpoint=endpoint, client_id="id", refresh_token="geheim"))  # noqa: S106

    with pytest.raises(kind) as refused:
        tokens.token()
    assert "geheim" not in str(refused.value)


def test_an_endpoint_that_is_away_is_try_later() -> None:
    """Nobody listens on the discard port."""
    consent = Consent(endpoint="http://127.0.0.1:9/token", client_id="id", refresh_token="r")  # noqa: S106
    with pytest.raises(TryLater):
        RefreshTokens(consent).token()


@pytest.mark.parametrize(
    "endpoint", ["http://login.example.com/token", "ftp://localhost/x", "file:///etc/passwd"]
)
def test_secrets_are_sent_by_https_only(endpoint: str) -> None:
    """A refresh token is a password."""
    with pytest.raises(ValueError, match="https"):
        Consent(endpoint=endpoint, client_id="id", refresh_token="r")  # noqa: S106
