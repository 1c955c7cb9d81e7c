"""Answers of Microsoft Graph: read within bounds, with what they ask of us."""

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from agent.domain.errors import TryLater
from agent.mailbox.graph.errors import Doubtful

_ANSWER_LIMIT = 16 * 1024 * 1024
"""Bytes of an answer that is no mail."""
_COUNTED = 512 * 1024 * 1024
"""Bytes up to which a mail above the limit is counted; Exchange takes none above 150 MB."""
_LONGEST = 600.0
"""Seconds that one answer may drip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer that is no refusal."""

    status: int
    body: bytes
    size: int
    """Bytes there were, of which `body` may be only the beginning."""

    def json(self, what: str) -> Mapping[str, Any]:
        """Return the object that it holds.

        Raises:
            TryLater: it holds none: somebody else answered, a proxy perhaps.
        """
        try:
            said = json.loads(self.body)
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise TryLater(f"{what}: the answer ({self.status}) made no sense")
        return said


def read(what: str, response: httpx.Response, limit: int) -> tuple[bytes, int]:
    """Read an answer: all of JSON, or the beginning of a mail and the size of the whole.

    Raises:
        Doubtful: it has no end, or drips.
    """
    raw = limit > 0 and response.is_success
    keep = limit if raw else _ANSWER_LIMIT
    kept = bytearray()
    size, end = 0, time.monotonic() + _LONGEST
    declared = response.headers.get("content-length", "")
    for chunk in response.iter_raw():
        size += len(chunk)
        kept += chunk[: max(0, keep - len(kept))]
        if size > keep:
            if not raw:
                raise Doubtful(f"{what}: the answer has no end")
            if declared.isdecimal() and int(declared) > keep:
                return bytes(kept), int(declared)
            if size > _COUNTED:
                break
        if time.monotonic() > end:
            raise Doubtful(f"{what}: the answer takes too long")
    return bytes(kept), size


def pause_in(headers: httpx.Headers) -> float:
    """Return the seconds for which Graph wants to be left alone (RFC 9110, 10.2.3); 0 when it is silent."""
    said = headers.get("retry-after", "").strip()
    if said.isdecimal():
        return float(said[:9])
    try:
        return max(
            0.0, (parsedate_to_datetime(said) - parsedate_to_datetime(headers["date"])).total_seconds()
        )
    except (ValueError, TypeError, KeyError, IndexError, OverflowError):
        return 0.0


def why(error: Exception) -> str:
    """Return an error's words, its kind when it has none."""
    return str(error) or type(error).__name__


def is_untrusted(error: BaseException | None) -> bool:
    """Say whether a connection was not made because nobody vouches for the other side."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
