"""The parts of a mail, cut at their boundaries without recursion (RFC 2046, 5.1).

The bytes are cut here rather than by the standard library because a part then costs no more than finding its
boundary, a forwarded mail keeps its very bytes, and 3,000 parts within parts end at a limit, not in a
RecursionError.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from parsers.limits import Limits
from parsers.mail import cms as message_cms
from parsers.mail import uu as message_uu
from parsers.mail.headers import Headers, from_base64, parameters, read_headers, split, words

_LINE_END = re.compile(rb"[ \t]*(?:\r*\n|\Z)")
_UNTYPED = "application/octet-stream"
_ELSEWHERE = {
    "message/partial": "partial_mail: only a piece of the mail came (RFC 2046, 5.2.2)",
    "message/external-body": "cloud_attachment: a file was left on a server and only a link came",
}
"""Parts whose content is somewhere else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part that holds no others, decoded."""

    headers: Headers
    media_type: str
    parameters: dict[str, str]
    disposition: str
    """`inline`, `attachment`, or empty."""
    file_name: str
    """As the sender gave it, decoded but not made safe."""
    content: bytes
    alternative: int
    """The number of the multipart/alternative it is one version in; 0 for none."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Every leaf of a mail in order, and what was odd on the way."""

    leaves: tuple[Part, ...]
    containers: tuple[str, ...]
    """Media types of the multiparts, outermost first, each with its `report-type` when it has one."""
    problems: tuple[str, ...]


@dataclass(slots=True)
class _Walk:
    limits: Limits
    leaves: list[Part] = field(default_factory=list)
    containers: list[str] = field(default_factory=list)
    problems: dict[str, None] = field(default_factory=dict)
    alternatives: int = 0

    def note(self, problem: str) -> None:
        self.problems[problem] = None


@dataclass(frozen=True, slots=True)
class _Open:
    headers: Headers
    body: bytes
    depth: int
    alternative: int
    inherited: str = "text/plain"


def walk(headers: Headers, body: bytes, limits: Limits) -> Parts:
    """Take a mail apart; what exceeds `limits` is left out and named."""
    state = _Walk(limits)
    waiting = [_Open(headers, body, 0, 0)]
    visited = 0
    while waiting:
        part = waiting.pop()
        visited += 1
        if visited > limits.parts:
            state.note(f"too_many_parts: only the first {limits.parts} parts were read")
            break
        waiting.extend(reversed(_opened(part, state)))
    return Parts(tuple(state.leaves), tuple(state.containers), tuple(state.problems))


def _opened(part: _Open, state: _Walk) -> list[_Open]:
    """Return the parts within `part`; a leaf is added to `state` instead."""
    limits = state.limits
    for problem in part.headers.problems:
        state.note(problem)
    kind, given = parameters(next(iter(part.headers.raw("content-type")), b""), limits)
    if not re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind):
        # RFC 2045, 5.2: without a type that can be read it is plain text.
        kind = part.inherited
    boundary = given.get("boundary", "")
    if not kind.startswith("multipart/") or not boundary:
        if kind.startswith("multipart/"):
            state.note("broken_mime: a multipart without a boundary was read as text")
            kind = "text/plain"
        return _leaves(part, kind, given, state)
    if part.depth >= limits.depth:
        state.note(f"too_deep: parts within parts deeper than {limits.depth} were not opened")
        return []
    report = given.get("report-type", "").casefold()
    state.containers.append(f"{kind}; {report}" if report else kind)
    alternative = part.alternative
    if kind == "multipart/alternative":
        state.alternatives += 1
        alternative = state.alternatives
    inherited = "message/rfc822" if kind == "multipart/digest" else "text/plain"
    pieces: list[_Open] = []
    for piece in _cut(part.body, boundary.encode("utf-8", "replace")):
        if len(pieces) >= limits.parts:
            state.note(f"too_many_parts: only the first {limits.parts} parts were read")
            break
        block, body = split(piece)
        inner = read_headers(block, limits)
        pieces.append(_Open(inner, body, part.depth + 1, alternative, inherited))
    if not pieces and part.body.strip():
        state.note("broken_mime: a multipart held no parts and was read as text")
        state.leaves.append(_leaf(part, "text/plain", {}, state))
    return pieces


def _cut(body: bytes, boundary: bytes) -> Iterator[bytes]:
    delimiter = b"--" + boundary
    start = -1
    at = body.find(delimiter)
    while at >= 0:
        after = at + len(delimiter)
        last = body.startswith(b"--", after)
        line_end = _LINE_END.match(body, after)
        if (at == 0 or body[at - 1 : at] == b"\n") and (last or line_end is not None):
            if start >= 0:
                # The line end before a boundary belongs to the boundary (RFC 2046, 5.1.1).
                end = at - 1 if body[at - 2 : at] != b"\r\n" else at - 2
                yield body[start : max(start, end)]
            if last:
                return
            start = after if line_end is None else line_end.end()
            after = start
        at = body.find(delimiter, after)
    if start >= 0:
        yield body[start:]


def _leaves(part: _Open, kind: str, given: dict[str, str], state: _Walk) -> list[_Open]:
    """Add a part that holds no others to `state`; what is only wrapped in a signature is returned."""
    leaf = _leaf(part, kind, given, state)
    if kind in _ELSEWHERE:
        state.note(_ELSEWHERE[kind])
    if message_cms.is_envelope(kind, leaf.file_name):
        inner = message_cms.opened(leaf.content, state.limits) if part.depth < state.limits.depth else None
        if inner is not None:
            block, body = split(inner)
            return [_Open(read_headers(block, state.limits), body, part.depth + 1, part.alternative)]
        state.note(f"encrypted_mail: {leaf.file_name or 'the mail'} can be read only by its recipient")
    files: tuple[tuple[bytes, bytes], ...] = ()
    if kind == "text/plain" and b"begin" in leaf.content:
        text, files = message_uu.files_in(leaf.content, state.limits)
        leaf = replace(leaf, content=text)
    state.leaves.append(leaf)
    state.leaves.extend(
        replace(leaf, media_type=_UNTYPED, parameters={}, file_name=words(name), content=content)
        for name, content in files
    )
    return []


def _leaf(part: _Open, kind: str, given: dict[str, str], state: _Walk) -> Part:
    disposition, told = parameters(next(iter(part.headers.raw("content-disposition")), b""), state.limits)
    return Part(
        headers=part.headers,
        media_type=kind,
        parameters=given,
        disposition=disposition,
        file_name=told.get("filename", "") or given.get("name", ""),
        content=_decoded(part, state),
        alternative=part.alternative,
    )


def _decoded(part: _Open, state: _Walk) -> bytes:
    coding = part.headers.first("content-transfer-encoding").casefold().partition(";")[0].strip()
    match coding:
        case "base64":
            content, whole = from_base64(part.body)
            if not whole:
                state.note("broken_base64: a part was damaged on its way")
            return content
        case "quoted-printable":
            return binascii.a2b_qp(part.body)
        case "x-uuencode" | "x-uue" | "uuencode" if (plain := message_uu.decoded(part.body)) is not None:
            return plain
        case "" | "7bit" | "8bit" | "binary":
            return part.body
        case _:
            state.note(f"unknown_encoding: a part is encoded as {coding[:40]}")
            return part.body
