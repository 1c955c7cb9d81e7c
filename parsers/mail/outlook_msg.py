"""Files in a mail that Outlook saved as .msg: storages and streams of a compound file ([MS-OXMSG]).

olefile follows the chains of sectors; what the streams mean is read here.
"""

from collections.abc import Iterator
from io import BytesIO

from olefile import OleFileIO

from agent.domain.mail import Attachment
from parsers.limits import Limits
from parsers.mail.charsets import guess
from parsers.mail.files import safe_name

_FILE = "__attach_version1.0_"
"""Each attached file is a storage with such a name (2.2.2)."""
_CONTENT = "__substg1.0_37010102"
_MAIL_WITHIN = "__substg1.0_3701000D"
_CID = "__substg1.0_3712"
_NAMES = ("__substg1.0_3707", "__substg1.0_3704", "__substg1.0_3001")
"""Long name, short name, shown name; the type follows: Unicode, else bytes of some code page (2.1)."""
_UNICODE, _BYTES = "001F", "001E"


def attachments(content: bytes, limits: Limits) -> tuple[Attachment, ...]:
    """Return the files of the mail and of mails within it, within bounds; never raises."""
    try:
        with OleFileIO(BytesIO(content)) as file:
            return tuple(_files(file, (), limits))
    except Exception:  # noqa: BLE001 - a stranger's bytes; olefile raises whatever meets it on the way
        return ()


def _files(file: "OleFileIO[str]", within: tuple[str, ...], limits: Limits) -> Iterator[Attachment]:
    """Yield the files of the mail whose storage is `within`."""
    entries = file.listdir(streams=True, storages=True)
    deep = len(within)
    storages = {
        entry[deep]: None
        for entry in entries
        if len(entry) > deep and tuple(entry[:deep]) == within and entry[deep].startswith(_FILE)
    }
    for number, storage in enumerate(list(storages)[: limits.attachments], 1):
        here = (*within, storage)
        name = safe_name(_name(file, here), f"file-{number}")
        if file.exists([*here, _CONTENT]):
            inside = _stream(file, (*here, _CONTENT), limits)
            if inside:
                cid = _text(file, (*here, _CID))
                yield Attachment(name=name, media_type=_media_type(inside), content=inside, cid=cid)
        elif file.exists([*here, _MAIL_WITHIN]) and deep < limits.wrapped * 2:
            for each in _files(file, (*here, _MAIL_WITHIN), limits):
                yield Attachment(
                    name=f"{name}/{each.name}", media_type=each.media_type, content=each.content, cid=each.cid
                )


def _name(file: "OleFileIO[str]", here: tuple[str, ...]) -> str:
    return next((found for each in _NAMES if (found := _text(file, (*here, each)))), "")


def _text(file: "OleFileIO[str]", stream: tuple[str, ...]) -> str:
    *above, last = stream
    if file.exists([*above, last + _UNICODE]):
        wide: bytes = file.openstream([*above, last + _UNICODE]).read()
        return wide.decode("utf-16-le", "replace").strip("\0")
    if file.exists([*above, last + _BYTES]):
        return guess(file.openstream([*above, last + _BYTES]).read().strip(b"\0"))
    return ""


def _stream(file: "OleFileIO[str]", stream: tuple[str, ...], limits: Limits) -> bytes:
    if file.get_size(list(stream)) > limits.file_bytes:
        return b""
    content: bytes = file.openstream(list(stream)).read(limits.file_bytes)
    return content


def _media_type(content: bytes) -> str:
    """Name pictures as such: one with a Content-ID is part of the text."""
    return (
        "image/png"
        if content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8"))
        else "application/octet-stream"
    )
