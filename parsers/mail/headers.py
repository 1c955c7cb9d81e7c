"""The headers of a mail: fields, encoded words, parameters, addresses; linear in their length, never raising.

The standard library's parser takes minutes for 40,000 RFC 2231 parameters and recurses into nested comments,
so bounds are checked first and the little that we need is read here.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from unicodedata import category
from urllib.parse import unquote_to_bytes

from agent.domain.mail import Address, MessageId, address
from parsers.limits import Limits
from parsers.mail.charsets import decode, guess

_EMPTY_LINE = re.compile(rb"\n\r*\n")
_NO_FIELD = re.compile(rb"(?m)^(?![!-9;-~]{1,200}[ \t]*:|[ \t\r\n]|>?From )(?=.)")
_GLANCE = 64 * 1024
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*(.*)", re.DOTALL)
_WORD = re.compile(r"=\?([^?\s]{1,64})\?([bBqQ])\?([^?]*)\?=")
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,80})\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)', re.DOTALL)
_NO_MAIN_WORD = re.compile(r"\s*(?:file)?name\*?\s*=", re.IGNORECASE)
_CONTINUED = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?\Z")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}@[^\s@<>()\[\]\\,;:\"]{1,255}\Z")
_PARAMETER_FIELD_CHARS = 16 * 1024
_WITH_PARAMETERS = frozenset({"content-type", "content-disposition"})
_MOST_ADDRESSES = 2_000
_MOST_REFERENCES = 200


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of one header block, in order; names in lower case, values unfolded but not decoded."""

    fields: tuple[tuple[str, bytes], ...]
    problems: tuple[str, ...] = ()

    def raw(self, name: str) -> tuple[bytes, ...]:
        """Return every value of the field `name` (lower case), undecoded."""
        return tuple(value for field, value in self.fields if field == name)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of the field `name` as plain text, encoded words decoded."""
        return tuple(words(value) for value in self.raw(name))

    def first(self, name: str) -> str:
        """Return the first value of the field `name`, decoded; empty when there is none."""
        return next((words(value) for field, value in self.fields if field == name), "")

    def mailboxes(self, name: str) -> tuple[tuple[str, Address], ...]:
        """Return (display name, address) for every mailbox in every field `name`."""
        return tuple(pair for value in self.raw(name) for pair in addresses(guess(value)))

    def has(self, name: str) -> bool:
        """Say whether the field `name` is there at all."""
        return any(field == name for field, _ in self.fields)


def split(message: bytes) -> tuple[bytes, bytes]:
    """Split a message or part at its first empty line into header block and body.

    Where that leaves no body the first line that is no field begins it: careless programs forget the empty
    line.  Elsewhere such a line is only passed over, since others break long subjects without indenting.
    """
    if (
        b"\n" not in message and b"\r" in message
    ):  # a Macintosh of old, or a gateway that lost half of each end
        message = message.replace(b"\r", b"\n")
    if message.startswith((b"\n", b"\r\n")):
        return b"", message.partition(b"\n")[2]
    gap = _EMPTY_LINE.search(message)
    block, body = (message, b"") if gap is None else (message[: gap.start()], message[gap.end() :])
    if not body[:_GLANCE].strip() and (stray := _NO_FIELD.search(block[:_GLANCE])) is not None:
        return message[: stray.start()], message[stray.start() :]
    return block, body


def read_headers(block: bytes, limits: Limits) -> Headers:
    """Read a header block; a line that is no field is passed over, what exceeds `limits` is cut and named."""
    problems: list[str] = []
    if len(block) > limits.header_bytes:
        block = block[: limits.header_bytes]
        problems.append(f"headers_cut: only the first {limits.header_bytes} bytes of the headers were read")
    fields: list[tuple[str, bytes]] = []
    for line in _unfolded(block):
        if (match := _FIELD.match(line)) is None:
            continue
        if len(fields) == limits.headers:
            problems.append(f"headers_cut: only the first {limits.headers} header fields were read")
            break
        name, value = match[1].decode("ascii").lower(), match[2].strip()
        if name in _WITH_PARAMETERS and _is_cut(value, limits):
            problems.append(f"headers_cut: too many parameters in {name}")
        fields.append((name, value))
    return Headers(tuple(fields), tuple(problems))


def words(value: bytes) -> str:
    """Return a header value as people see it: RFC 2047 words and raw 8-bit bytes decoded, on one line."""
    return plain_line(decode_words(guess(value)))


def decode_words(text: str) -> str:
    """Decode the RFC 2047 words in `text`.

    Neighbours with one charset are joined before decoding: Chinese mailers cut characters in two.
    """
    if "=?" not in text:
        return text
    pieces: list[str] = []
    waiting = b""
    charset = ""
    end = 0
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        adjoining = bool(charset) and not between.strip()
        if not adjoining or match[1].casefold() != charset:
            pieces.append(decode(waiting, charset)[0])
            waiting = b""
        if not adjoining:
            pieces.append(between)
        # RFC 2231, 5 lets a language follow the charset: =?utf-8*en?…
        charset = match[1].casefold()
        waiting += _word_bytes(match[2], match[3])
        end = match.end()
    pieces.append(decode(waiting, charset.partition("*")[0])[0])
    pieces.append(text[end:])
    return "".join(pieces)


def plain_line(text: str) -> str:
    """Return `text` on one line: no control, direction or invisible characters, white space run together."""
    if text.isprintable():  # nothing of all that, nor any blank but the plain one
        return " ".join(text.split())
    spaced = "".join(" " if c.isspace() else c for c in text)
    return " ".join("".join(c for c in spaced if category(c) not in {"Cc", "Cf", "Cs"}).split())


def parameters(value: bytes, limits: Limits) -> tuple[str, dict[str, str]]:
    """Return the main word of a structured field (lower case) and its parameters (RFC 2045, 2231)."""
    text = guess(value[:_PARAMETER_FIELD_CHARS])
    if _NO_MAIN_WORD.match(text):
        text = f";{text}"
    found: dict[str, dict[int, tuple[bool, str]]] = {}
    for count, match in enumerate(_PARAMETER.finditer(text)):
        if count == limits.parameters:
            break
        if (name := _CONTINUED.match(match[1].casefold())) is None:
            continue
        key = name[1] if name[2] or name[3] else f"{name[1]} plain"
        found.setdefault(key, {}).setdefault(int(name[2] or 0), (bool(name[3]), _unquoted(match[2])))
    result: dict[str, str] = {}
    for key, sections in found.items():
        name_only = key.removesuffix(" plain")
        # RFC 6266, 4.3: the extended form wins over the plain one.
        if name_only != key and name_only in found:
            continue
        if name_only != key:
            result[name_only] = plain_line(decode_words(sections[0][1]))
        else:
            result[name_only] = plain_line(_joined(sections))
    return text.partition(";")[0].strip().casefold(), result


def addresses(value: str) -> tuple[tuple[str, Address], ...]:
    """Return (display name, address) for every mailbox in an address field; malformed ones are left out.

    `value` must still carry its encoded words: decoded first, a display name could pose as a second sender.
    """
    found: list[tuple[str, Address]] = []
    for piece in _mailboxes(value):
        name, bracket, rest = piece.rpartition("<")
        spec = rest.partition(">")[0] if bracket else piece
        spec = spec.strip().strip("\"'")
        if _ADDRESS.match(spec):
            display = name if bracket else ""
            found.append((plain_line(decode_words(_display(display))), address(spec)))
        if len(found) == _MOST_ADDRESSES:
            break
    return tuple(found)


def date(value: str) -> datetime | None:
    """Return a Date field as a moment in UTC, None when it is none; `-0000` is UTC (RFC 5322, 3.3)."""
    try:
        moment = parsedate_to_datetime(value[:200])
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def message_ids(values: tuple[str, ...]) -> tuple[MessageId, ...]:
    """Return every Message-ID in `values`, each once, in order; of very many only the last 200."""
    found = dict.fromkeys(MessageId(word) for value in values for word in _MESSAGE_ID.findall(value))
    return tuple(found)[-_MOST_REFERENCES:]


def _is_cut(value: bytes, limits: Limits) -> bool:
    return len(value) > _PARAMETER_FIELD_CHARS or value.count(b";") > limits.parameters


def _unfolded(block: bytes) -> Iterator[bytes]:
    parts: list[bytes] = []
    for doubled in (b"\r\r\n", b"\r\n", b"\r"):
        block = block.replace(doubled, b"\n")
    for line in block.split(b"\n"):
        if line[:1] in {b" ", b"\t"}:
            parts.append(line)
            continue
        if parts:
            yield b"".join(parts)
        parts = [line]
    if parts:
        yield b"".join(parts)


def _word_bytes(how: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    return from_base64(raw)[0] if how in "bB" else binascii.a2b_qp(raw.replace(b" ", b"_"), header=True)


_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)


def from_base64(raw: bytes) -> tuple[bytes, bool]:
    """Decode base64 as far as it goes; False when it was damaged."""
    body = raw.translate(None, _NOT_BASE64)
    whole = len(body) % 4 != 1
    if not whole:
        body = body[:-1]
    return binascii.a2b_base64(body + b"=" * (-len(body) % 4)), whole


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return text.strip('"')


def _joined(sections: dict[int, tuple[bool, str]]) -> str:
    charset = ""
    content = b""
    for index in sorted(sections):
        encoded, value = sections[index]
        if not encoded:
            content += value.encode("utf-8", "surrogateescape")
            continue
        if index == min(sections) and value.count("'") > 1:
            charset, _, value = value.split("'", 2)
        content += unquote_to_bytes(value.encode("utf-8", "surrogateescape"))
    # Outlook plug-ins put RFC 2047 words into RFC 2231 parameters.
    return decode_words(decode(content, charset)[0])


def _display(name: str) -> str:
    return name.replace('\\"', '"').strip().strip("\"'").strip()


def _mailboxes(value: str) -> Iterator[str]:
    """Cut an address list at its commas, minding quotes and brackets; comments and group names fall away."""
    piece: list[str] = []
    quoted = escaped = False
    comments = 0
    for c in value:
        if escaped:
            escaped = False
        elif c == "\\":
            escaped = True
        elif c == '"' and not comments:
            quoted = not quoted
        elif not quoted and c == "(":
            comments += 1
        elif not quoted and c == ")" and comments:
            comments -= 1
            continue
        elif not quoted and not comments and c in ",;":
            yield "".join(piece)
            piece = []
            continue
        elif not quoted and not comments and c == ":":
            piece = []
            continue
        if not comments:
            piece.append(c)
    yield "".join(piece)
