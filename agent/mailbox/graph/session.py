"""Talking to Microsoft Graph: tokens, pauses that it asks for, repetition where that is harmless."""

import json
import logging
import time
from collections.abc import Iterator, Mapping
from enum import Enum
from threading import Event
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from agent.domain.errors import NotLetIn, TryLater, WillNotWork
from agent.mailbox.graph.answers import Answer, is_untrusted, pause_in, read, why
from agent.mailbox.graph.errors import Doubtful, refusal
from agent.mailbox.graph.settings import GraphSettings
from agent.mailbox.patience import Patience
from agent.mailbox.tokens import TokenSource
from agent.mailbox.wires import shown, tls

# It tells every address at INFO, and the address of an upload is the permission to it.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_ATTEMPTS = 4
_BACK_OFF = 1.0
_LONGEST_PAUSE = 900.0
"""Seconds; a service that asks for more is asked again all the same."""
_UNAUTHORISED, _TIMED_OUT, _TOO_MANY, _BROKEN, _UNAVAILABLE, _FULL = 401, 408, 429, 500, 503, 507
_READ_WRITE = "Mail.ReadWrite"

# A connection that was never made, or a proxy that would not make it: nothing was asked of the service.
_NEVER_ASKED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class Repeat(Enum):
    """When a request is made again by ourselves."""

    ALWAYS = "always"
    """Asking twice is as good as asking once."""
    REFUSED = "refused"
    """Only after an answer that says that nothing was done (429, 503)."""
    NEVER = "never"
    """Whoever asked decides."""


class GraphSession:
    """One mailbox at Graph.  For several threads."""

    def __init__(self, settings: GraphSettings, tokens: TokenSource, patience: Patience) -> None:
        """Connect nowhere yet.

        Raises:
            WillNotWork: the certificates to trust cannot be read.
        """
        self.closed = Event()
        """Set when nobody wants answers any more."""
        self._settings = settings
        self._tokens = tokens
        self._patience = patience
        self._not_before = 0.0
        self._own = f"{settings.cloud.service}/v1.0/users/{quote(settings.mailbox, safe='@')}"
        self._client = httpx.Client(
            verify=tls(settings.ca_file),
            timeout=settings.timeout.total_seconds(),
            headers={"User-Agent": "formclerk", "Accept-Encoding": "identity"},
        )

    def close(self) -> None:
        """Let go of every connection; whoever waits is told at once."""
        self.closed.set()
        self._client.close()

    def rest(self) -> float:
        """Return the seconds until the service may be asked again, 0 when that is now."""
        return max(self._patience.left(), self._not_before - time.monotonic(), 0.0)

    def get(self, what: str, path: str, **options: str) -> Mapping[str, Any]:
        """Fetch one object of the mailbox; `options` are OData's, without the dollar."""
        return self.call(what, "GET", path, options=options).json(what)

    def pages(
        self, what: str, link: str, *, size: int = 0, **options: str
    ) -> Iterator[tuple[Mapping[str, Any], ...]]:
        """Yield the pages of a list from a path or from a link that an earlier answer gave.

        The last thing yielded is one entry with the link to future changes, where the list has one.

        Raises:
            TryLater: the list has no end.
        """
        prefer = f"odata.maxpagesize={size}" if size else ""
        seen: set[str] = set()
        while link:
            if link in seen:
                raise TryLater(f"{what}: the list leads in a circle")
            seen.add(link)
            said = self.call(what, "GET", link, options=options, prefer=prefer).json(what)
            options = {}
            rows = said.get("value")
            yield tuple(row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()
            future = said.get("@odata.deltaLink")
            if isinstance(future, str):
                yield ({"@odata.deltaLink": future},)
            following = said.get("@odata.nextLink")
            link = following if isinstance(following, str) else ""

    def content(self, what: str, path: str, limit: int) -> Answer:
        """Fetch raw bytes: at most `limit` of them, with the count of all."""
        return self.call(what, "GET", path, limit=limit)

    def call(  # noqa: PLR0913 - what there is to say about a request
        self,
        what: str,
        method: str,
        path: str,
        *,
        options: Mapping[str, str] | None = None,
        body: bytes | Mapping[str, object] | None = None,
        repeat: Repeat = Repeat.ALWAYS,
        needs: str = _READ_WRITE,
        prefer: str = "",
        limit: int = 0,
    ) -> Answer:
        """Ask for something below the mailbox, or at a link that Graph gave us.

        Args:
            what: what is being done, for messages.
            method: of HTTP.
            path: below the mailbox, or a whole address at the same service.
            options: of OData, without the dollar.
            body: JSON, or a mail in base64.
            repeat: when to ask again by ourselves.
            needs: the application permission that the call needs.
            prefer: how the answer shall be.
            limit: of the raw bytes to fetch; 0 when the answer is JSON.

        Raises:
            Doubtful: it may have been carried out.
            TryLater: it was not carried out.
            Refused: it will not be, as things are.
            WillNotWork: the application is not let in.
        """
        headers = {"Prefer": ", ".join(each for each in ('IdType="ImmutableId"', prefer) if each)}
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        if content is not None:
            headers["Content-Type"] = "text/plain" if isinstance(body, bytes) else "application/json"
        request = self._client.build_request(
            method,
            self._address(what, path) + _query(path, options or {}),
            content=content,
            headers=headers,
        )
        return self._insist(what, request, repeat=repeat, needs=needs, limit=limit)

    def put(self, what: str, address: str, chunk: bytes, *, start: int, total: int) -> Answer:
        """Put a part of a file where Graph said; the address itself is the permission, no token goes there.

        Raises:
            TryLater: it did not get there, or not for sure.
            WillNotWork: it was refused.
        """
        if not address.startswith("https://"):
            raise TryLater(f"{what}: the place to upload to is not reached by https")
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Range": f"bytes {start}-{start + len(chunk) - 1}/{total}",
        }
        request = self._client.build_request("PUT", address, content=chunk, headers=headers)
        status, answer_headers, answer = self._exchange(what, request, 0)
        if not 200 <= status < 300:  # noqa: PLR2004  # RFC 9110, 15.3: success
            self._note_pause(status, answer_headers)
            raise TryLater(f"{what}: the upload was answered with {status}")
        return answer

    def _address(self, what: str, path: str) -> str:
        if path.startswith("/"):
            return self._own + path
        if not path.startswith(self._settings.cloud.service + "/"):
            raise TryLater(f"{what}: a link leads to another place")
        return path

    def _insist(self, what: str, request: httpx.Request, *, repeat: Repeat, needs: str, limit: int) -> Answer:
        renewed = False
        for attempt in range(1, _ATTEMPTS + 1):
            last = attempt == _ATTEMPTS or repeat is Repeat.NEVER
            self._hold(what)
            request.headers["Authorization"] = f"Bearer {self._token(fresh=False)}"
            try:
                status, headers, answer = self._exchange(what, request, limit)
            except Doubtful as error:
                # A connection that merely broke is replaced once; silence is not waited for again.
                silent = isinstance(error.__cause__, httpx.TimeoutException)
                if last or attempt > 1 or silent or repeat is not Repeat.ALWAYS:
                    raise
                continue
            if 200 <= status < 300:  # noqa: PLR2004  # RFC 9110, 15.3: success
                self._patience.worked()
                self._patience.proved()
                return answer
            if status == _UNAUTHORISED and not renewed:
                renewed = True
                request.headers["Authorization"] = f"Bearer {self._token(fresh=True)}"
                status, headers, answer = self._exchange(what, request, limit)
                if 200 <= status < 300:  # noqa: PLR2004  # likewise
                    return answer
            verdict = self._verdict(what, status, headers, answer, needs)
            doubtful = isinstance(verdict, Doubtful) and repeat is not Repeat.ALWAYS
            if last or doubtful or not self._may_repeat(status):
                raise verdict
            if status not in {_TOO_MANY, _UNAVAILABLE} or "retry-after" not in headers:
                self.closed.wait(_BACK_OFF * 2 ** (attempt - 1))
        raise TryLater(f"{what}: given up")

    @staticmethod
    def _may_repeat(status: int) -> bool:
        return status in {_TIMED_OUT, _TOO_MANY} or (status >= _BROKEN and status != _FULL)

    def _verdict(
        self, what: str, status: int, headers: httpx.Headers, answer: Answer, needs: str
    ) -> Exception:
        """Return our error for an answer that is no success, and note what it asks of us."""
        self._note_pause(status, headers)
        if status == _UNAUTHORISED:
            refused = NotLetIn(f"{what}: Graph refuses the application's token, a fresh one as well")
            self._patience.failed(refused)
            return refused
        if status in {_TOO_MANY, _UNAVAILABLE}:
            return TryLater(f"{what}: the service is busy ({status})")
        if status == _TIMED_OUT or (status >= _BROKEN and status != _FULL):
            code = shown(answer.body[:300])
            return Doubtful(f"{what}: the service failed ({status}): {code}")
        trace = shown(headers.get("request-id", ""))[:40]
        return refusal(what, status, answer.body, mailbox=self._settings.mailbox, needs=needs, trace=trace)

    def _token(self, *, fresh: bool) -> str:
        try:
            return self._tokens.token(fresh=fresh)
        except TryLater as error:
            self._patience.failed(error)
            raise
        except WillNotWork as error:
            refused = NotLetIn(*error.args)
            self._patience.failed(refused)
            raise refused from error

    def _hold(self, what: str) -> None:
        """Wait as long as the service asked us to, or say that this is too long."""
        self._patience.check()
        left = self._not_before - time.monotonic()
        if left > self._settings.patience.total_seconds():
            raise TryLater(f"{what}: the service asked for a pause; {left:.0f} seconds of it are left")
        if (left > 0 and self.closed.wait(left)) or self.closed.is_set():
            raise TryLater(f"{what}: the mailbox is closed")

    def _note_pause(self, status: int, headers: httpx.Headers) -> None:
        if status in {_TOO_MANY, _UNAVAILABLE}:
            pause = min(pause_in(headers), _LONGEST_PAUSE)
            self._not_before = max(self._not_before, time.monotonic() + pause)

    def _exchange(self, what: str, request: httpx.Request, limit: int) -> tuple[int, httpx.Headers, Answer]:
        try:
            response = self._client.send(request, stream=True)
            try:
                body, size = read(what, response, limit)
            finally:
                response.close()
        except _NEVER_ASKED as error:
            words = shown(f"{what}: {self._settings.cloud.service} cannot be reached: {why(error)}")
            if is_untrusted(error):
                raise NotLetIn(words) from error
            away = TryLater(words)
            self._patience.failed(away)
            raise away from error
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise Doubtful(shown(f"{what}: the answer was lost: {why(error)}")) from error
        except RuntimeError as error:
            # Closed from another thread while we were asking.
            raise Doubtful(f"{what}: the mailbox is closed") from error
        return (
            response.status_code,
            response.headers,
            Answer(status=response.status_code, body=body, size=size),
        )


def _query(path: str, options: Mapping[str, str]) -> str:
    """Return OData's options, to be put behind a path; httpx would drop those that stand there already."""
    if not options:
        return ""
    named = {f"${name}": value for name, value in options.items()}
    return ("&" if "?" in path else "?") + urlencode(named, quote_via=quote, safe="$")
