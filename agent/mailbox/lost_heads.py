"""Headers that an Exchange server received but left out when it wrote the mail anew.

What it alone may say (X-MS-Exchange-Organization-…, whether the sender was logged in among it) counts as the
server tells it beside the mail, never as it stands in the mail: there anybody can have written it.
"""

import re
from collections.abc import Iterable, Sequence

_NAME = re.compile(rb"^([!-9;-~]+)[ \t]*:", re.MULTILINE)
_SOUND = re.compile(r"[!-9;-~]{1,200}")
_END = re.compile(rb"\r?\n\r?\n")
_HEAD_LIMIT = 256 * 1024
_MORE_LIMIT = 32 * 1024
"""Bytes that are put back at most."""
_OF_SERVER = "x-ms-exchange-organization-"
_CLAIMED = re.compile(rb"(?i)x-ms-exchange-(?=organization-[!-9;-~]*[ \t]*:)")
_MARK = re.compile(rb"(?im)^(x-ms-exchange-organization-[!-9;-~]*)[ \t]*:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)")
_BODY = re.compile(rb"\n\r*\n")
_NO_LONGER_ITS_NAME = b"X-Outside-"
_OF_ITS_BODY = ("content-", "mime-version")
"""What describes the body must be that of the body we have."""


def restored(mail: bytes, received: Iterable[tuple[str, str]]) -> bytes:
    """Return `mail` with every header in front that its server received and `mail` itself has no longer.

    Whether a mail was written by a machine (RFC 3834, Auto-Submitted) or who vouched for its sender
    (RFC 8601, Authentication-Results) stands in such headers.  A mail that kept all of them comes back as it
    is, byte for byte; one that speaks in the server's name has those headers renamed.
    """
    received = tuple(received)
    mail = _unmasked(mail, [each for each in received if each[0].casefold().startswith(_OF_SERVER)])
    end = _END.search(mail, 0, _HEAD_LIMIT)
    head = mail[: end.start() if end else _HEAD_LIMIT]
    there = {name.lower().decode("ascii") for name in _NAME.findall(head)}
    more = bytearray()
    for name, value in received:
        known = name.casefold() in there or name.casefold().startswith(_OF_ITS_BODY)
        if known or not _SOUND.fullmatch(name):
            continue
        line = f"{name}: {' '.join(value.split())}\r\n".encode("utf-8", "replace")
        if len(more) + len(line) <= _MORE_LIMIT:
            more += line
    return bytes(more) + mail


def _unmasked(mail: bytes, told: Sequence[tuple[str, str]]) -> bytes:
    """Return `mail` with the headers of the server renamed, unless they are just those that it tells."""
    end = _BODY.search(mail)  # as the reader of mails finds it, however far down
    head = mail[: end.start()] if end else mail
    claims = len(_CLAIMED.findall(head))
    if not claims:
        return mail
    marks = [(name.lower().decode("ascii"), b" ".join(value.split())) for name, value in _MARK.findall(head)]
    known = [(name.casefold(), b" ".join(value.encode("utf-8", "replace").split())) for name, value in told]
    if claims == len(marks) and sorted(marks) == sorted(known):
        return mail
    return _CLAIMED.sub(_NO_LONGER_ITS_NAME, head) + mail[len(head) :]
