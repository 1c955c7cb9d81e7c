"""A mail, damaged as gateways, old programs and ill will damage mails: headers, boundaries, nesting."""

import random
import re
from base64 import encodebytes
from collections.abc import Callable

_CHARSETS = (
    *(b"gb2312", b"GBK", b"gb18030", b"utf-8", b"utf-7", b"UTF-16", b"big5", b"hz", b"iso-2022-jp", b"cp936"),
    *(b"x-unknown", b"zlib", b"idna", b"punycode", b"us-ascii", b"'utf-8'", b"\xff", b""),
)
_CODINGS = (b"base64", b"quoted-printable", b"8bit", b"binary", b"x-uuencode", b"uue", b"7bit; x", b"gzip")
_TYPES = (
    *(b"text/plain", b"text/html", b"text/calendar; method=REPLY", b"message/rfc822", b"message/partial"),
    *(b"multipart/mixed", b"multipart/digest; boundary=x", b"multipart/report; report-type=delivery-status"),
    *(b"application/pkcs7-mime; smime-type=signed-data", b"application/ms-tnef", b"application/pdf"),
    *(b"message/delivery-status", b"text/rfc822-headers", b"application/pgp-encrypted", b"x", b"/"),
    *(b"application/octet-stream; name=smime.p7m", b"text/plain; format=flowed; delsp=yes"),
)
_SPLICES = (
    *(
        b"\r\n\r\n",
        b"\n",
        b"\r",
        b"\r\r\n",
        b"--",
        b"=?gb2312?B?",
        b"?=",
        b"=?utf-8?Q?=FF?=",
        b'"',
        b"<",
        b"(",
    ),
    *(
        b"\\",
        b"\0",
        b"\xff",
        b"\xe5\x8d",
        b"\xd0\xad\xcd\xac",
        b"; " * 50,
        b"filename*9999*=x''%",
        b"boundary=",
    ),
    *(
        b"BEGIN:VEVENT\r\n",
        b"PARTSTAT=",
        b"begin 644 a\n",
        b"-----BEGIN PGP SIGNED MESSAGE-----\n",
        b"> " * 40,
    ),
    *(b"On 1, 2026 x\n", "在 2026 写道：\n".encode(), b"Auto-Submitted: x\n", b"<" * 200, b"&#x110000;"),
)
_FIELD = re.compile(rb"(?m)^([A-Za-z-]{2,40}):[ \t]*([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)")
_LONGEST = 400_000


def mutated(seeds: tuple[bytes, ...], chance: random.Random) -> bytes:
    """Return one of the seeds after one to eight mutations; the same chance, the same bytes."""
    raw = chance.choice(seeds)
    for _ in range(chance.randint(1, 8)):
        raw = chance.choice(_MUTATIONS)(raw, seeds, chance)[:_LONGEST]
    return raw


_Mutation = Callable[[bytes, tuple[bytes, ...], random.Random], bytes]


def _fields(raw: bytes, chance: random.Random) -> list[re.Match[bytes]]:
    """Return header fields of the mail or of one of its parts."""
    found = list(_FIELD.finditer(raw[:60_000]))
    return [chance.choice(found)] if found else []


def _drop_field(raw: bytes, _: tuple[bytes, ...], chance: random.Random) -> bytes:
    for field in _fields(raw, chance):
        return raw[: field.start()] + raw[field.end() :].lstrip(b"\r\n")
    return raw


def _double_field(raw: bytes, _: tuple[bytes, ...], chance: random.Random) -> bytes:
    for field in _fields(raw, chance):
        return raw[: field.start()] + (field[0] + b"\r\n") * chance.choice((2, 3, 300)) + raw[field.start() :]
    return raw


def _swap_values(raw: bytes, _: tuple[bytes, ...], chance: random.Random) -> bytes:
    found = list(_FIELD.finditer(raw[:60_000]))
    if len(found) < 2:
        return raw
    one, other = sorted(chance.sample(found, 2), key=lambda field: field.start())
    return raw[: one.start(2)] + other[2] + raw[one.end(2) : other.start(2)] + one[2] + raw[other.end(2) :]


def _garble_value(raw: bytes, _: tuple[bytes, ...], chance: random.Random) -> bytes:
    for field in _fields(raw, chance):
        at = chance.randint(field.start(2), field.end(2))
        return raw[:at] + chance.choice(_SPLICES) * chance.choice((1, 1, 2, 60)) + raw[at:]
    return raw


def _long_value(raw: bytes, _: tuple[bytes, ...], chance: random.Random) -> bytes:
    for field in _fields(raw, chance):
        word = chance.choice(
            (b"a", b"a@b.example,", b"<a@b>", b"=?utf-8?B?5Y2P?= ", b"\xb9\xfa", b"(", b";x*1=y")
        )
        return raw[: field.end(2)] + word * chance.choice((50, 2_000, 20_000)) + raw[field.end(2) :]
    return raw


def _replaced(pattern: bytes, values: tuple[bytes, ...]) -> _Mutation:
    expression = re.compile(pattern, re.IGNORECASE)

    def mutate(raw: bytes, _: tuple[bytes, ...], chance: random.Random) -> bytes:
        found = list(expression.finditer(raw[:60_000]))
        if not found:
            return raw
        spot = chance.choice(found)
        return raw[: spot.start(1)] + chance.choice(values) + raw[spot.end(1) :]

    return mutate


def _boundaries(raw: bytes, _: tuple[bytes, ...], chance: random.Random) -> bytes:
    found = re.search(rb'boundary="?([^";\r\n]+)', raw, re.IGNORECASE)
    if found is None:
        return raw
    old = b"--" + found[1]
    at = chance.randint(0, raw.count(old))
    pieces = raw.split(old)
    new = chance.choice((b"", b"--", old + b" ", old + b"x", old.upper(), b" " + old, old + b"--", old + old))
    return old.join(pieces[:at]) + (new if 0 < at < len(pieces) else b"") + old.join(pieces[at:])


def _line_ends(raw: bytes, _: tuple[bytes, ...], chance: random.Random) -> bytes:
    plain = raw.replace(b"\r\n", b"\n")
    return plain.replace(b"\n", chance.choice((b"\n", b"\r", b"\r\n", b"\r\r\n", b"\n\r", b"\n\n")))


def _nested(raw: bytes, seeds: tuple[bytes, ...], chance: random.Random) -> bytes:
    outer = b"From: zhang@example.com\r\nTo: clerk@example.com\r\nSubject: Fwd: x\r\n"
    match chance.randrange(5):
        case 0:
            return outer + b"Content-Type: message/rfc822\r\n\r\n" + raw
        case 1:
            coding = b"Content-Transfer-Encoding: base64\r\n\r\n"
            return outer + b"Content-Type: message/rfc822; name=a.eml\r\n" + coding + encodebytes(raw)
        case 2:
            kind = b"Content-Type: multipart/digest; boundary=dd\r\n\r\n"
            return (
                outer
                + kind
                + b"".join(b"--dd\r\n\r\n" + each for each in (raw, chance.choice(seeds)))
                + b"--dd--"
            )
        case 3:
            deep = b"".join(
                b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
                for n in range(chance.choice((3, 19, 30, 200)))
            )
            return outer + deep + raw
        case _:
            kind = b"Content-Type: multipart/mixed; boundary=mm\r\n\r\n--mm\r\n"
            return outer + kind + raw + b"\r\n--mm\r\n" + chance.choice(seeds) + b"\r\n--mm--"


def _cut(raw: bytes, _: tuple[bytes, ...], chance: random.Random) -> bytes:
    at, to = sorted((chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)))
    return chance.choice((raw[:at], raw[at:], raw[:at] + raw[to:], raw[:at] + raw[at:to] * 2 + raw[to:]))


def _bytes(raw: bytes, _: tuple[bytes, ...], chance: random.Random) -> bytes:
    found = bytearray(raw)
    for _count in range(chance.choice((1, 5, 50))):
        if found:
            found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def _splice(raw: bytes, seeds: tuple[bytes, ...], chance: random.Random) -> bytes:
    other = chance.choice(seeds)
    at, there = chance.randrange(len(raw) + 1), chance.randrange(len(other) + 1)
    new = chance.choice((chance.choice(_SPLICES), other[there : there + 4_000], raw[at:] + other[:there]))
    return raw[:at] + new + raw[at:]


_MUTATIONS: tuple[_Mutation, ...] = (
    _drop_field,
    _double_field,
    _swap_values,
    _garble_value,
    _long_value,
    _replaced(rb"charset=\"?([^\";\r\n]*)", _CHARSETS),
    _replaced(rb"=\?([^?\s]{1,40})\?", _CHARSETS),
    _replaced(rb"content-transfer-encoding: *([^\r\n]*)", _CODINGS),
    _replaced(rb"content-type: *([^\r\n]*)", _TYPES),
    _replaced(
        rb"date: *([^\r\n]*)", (b"x", b"Mon, 31 Feb 2026 25:00:00 +9999", b"0", b"Mon, 1 Jan 99999", b"")
    ),
    _replaced(
        rb"from: *([^\r\n]*)", (b"", b"li@example.com, x@y.z", b"\xc0\xee <li@example.com>", b"<>", b"li")
    ),
    _boundaries,
    _line_ends,
    _nested,
    _cut,
    _bytes,
    _splice,
)
