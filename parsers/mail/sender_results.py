"""Authentication-Results (RFC 8601): what a mail server found out about a mail's sender.

Only the bytes are understood here; whose field may be believed is asked in `parsers.mail.sender`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_LONGEST = 16 * 1024
"""Characters of one field; twenty signatures with their reasons take a third."""
_MOST = 60
"""Verdicts of one field."""
_METHOD = re.compile(r"([a-z0-9][a-z0-9_-]{0,40})\s*(?:/\s*\d{1,4}\s*)?=\s*([a-z]{1,20})\b", re.IGNORECASE)
_STATED = re.compile(
    r'(?<!\S)(?:reason|([a-z]{1,20})\s*\.\s*([a-z0-9_-]{1,40}))\s*=\s*((?:"[^"]*"|[^\s;"])+)(?!\S)',
    re.IGNORECASE,
)
"""A reason, or a property with the whole of its value.  What is quoted in a reason states nothing, and the
local part of an address may be quoted with an @ in it: `"x@example.com"@evil.example` (RFC 5321, 4.1.2)."""
_ID = re.compile(r'\s*("[^"]{1,255}"|[^\s;="]{1,255})(?:\s+\d{1,4})?\s*\Z')
_INSTANCE = re.compile(r"\s*i\s*=\s*(\d{1,3})\s*\Z")

NO_ID = "-"
"""Stands for the missing authserv-id of Exchange Online, which writes none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One verdict: `dkim=pass header.d=example.com`."""

    method: str
    result: str
    properties: Mapping[str, str] = field(default_factory=dict)
    """By `ptype.property`, in lower case; the first of a name counts."""

    @property
    def passed(self) -> bool:
        """Say whether it is a pass; `neutral`, `none`, `policy` and every error are not."""
        return self.result == "pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One field."""

    server: str
    """The authserv-id in lower case; `NO_ID` when the field begins with a verdict."""
    results: tuple[Result, ...] = ()
    instance: int = 0
    """Of an ARC-Authentication-Results field its `i=` (RFC 8617, 4.1.1)."""

    def of(self, method: str) -> tuple[Result, ...]:
        """Return the verdicts of one method."""
        return tuple(each for each in self.results if each.method == method)


def read_results(value: str) -> Results:
    """Understand one field; what cannot be understood is left out, and a field without sense has no id."""
    pieces = list(_pieces(value[:_LONGEST]))
    instance = 0
    if pieces and (numbered := _INSTANCE.match(pieces[0])):
        instance = int(numbered[1])
        pieces = pieces[1:]
    if not pieces:
        return Results(server="", instance=instance)
    named = _ID.match(pieces[0])
    if named is not None:
        server, pieces = named[1].strip('"').casefold(), pieces[1:]
    else:
        server = NO_ID if _METHOD.match(pieces[0].strip()) else ""
    return Results(server=server, results=tuple(_results(pieces)), instance=instance)


def _results(pieces: list[str]) -> Iterator[Result]:
    for piece in pieces[:_MOST]:
        method = _METHOD.match(piece.strip())
        if method is None:
            continue
        properties: dict[str, str] = {}
        for found in _STATED.finditer(piece):
            if found[1]:
                properties.setdefault(f"{found[1]}.{found[2]}".casefold(), found[3].strip('"').lower())
        yield Result(method=method[1].casefold(), result=method[2].casefold(), properties=properties)


def _pieces(value: str) -> Iterator[str]:
    """Cut a field at its semicolons; comments (RFC 5322, 3.2.2) fall away, quotes hold together."""
    piece: list[str] = []
    quoted = escaped = False
    comments = 0
    for c in value:
        if escaped:
            escaped = False
        elif c == "\\":
            escaped = True
            continue
        elif c == '"' and not comments:
            quoted = not quoted
        elif c == "(" and not quoted:
            comments += 1
        elif c == ")" and comments:
            comments -= 1
            piece.append(" ")
            continue
        elif c == ";" and not quoted and not comments:
            yield "".join(piece)
            piece = []
            continue
        if not comments:
            piece.append(c)
    yield "".join(piece)
