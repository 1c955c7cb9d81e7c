"""Fetching one mail as it came, and its header beside it.

The library decodes a mail of 20 MB for six seconds; read as it arrives it costs a fifth of one, and a mail
beyond the limit is left where the limit is.
"""

import binascii
from collections.abc import Iterator, Sequence
from typing import Any
from xml.parsers import expat

from exchangelib.errors import ResponseMessageError
from exchangelib.fields import FieldPath
from exchangelib.items import ID_ONLY, Message
from exchangelib.properties import ItemId
from exchangelib.services import GetItem
from exchangelib.util import TNS

_CHUNK = 64 * 1024
_WORDS = 1000
_QUAD = 4
_MIME = FieldPath(field=Message.get_field_by_fieldname("mime_content"))
_HEADERS = FieldPath(field=Message.get_field_by_fieldname("headers"))

Headers = tuple[tuple[str, str], ...]


class MimeReader:
    """Finds the mail in an answer that comes in pieces; one piece more than `limit` is kept at most."""

    def __init__(self, limit: int) -> None:
        """Keep more than `limit` bytes where there are more: by that, a mail that is longer shows."""
        self.content = bytearray()
        self.code = ""
        """The server's word for how it went; empty as long as it said none."""
        self.words = ""
        self._limit = limit
        self._text = ""
        self._inside = ""
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.buffer_size = _CHUNK
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._take
        self._parser.StartDoctypeDeclHandler = self._refuse

    @property
    def full(self) -> bool:
        """Say whether more than the limit has come."""
        return len(self.content) > self._limit

    def feed(self, piece: bytes) -> None:
        """Take the next piece.

        Raises:
            ValueError: this is no answer with a mail in it.
        """
        try:
            self._parser.Parse(piece, False)  # noqa: FBT003 - named nowhere
        except expat.ExpatError as error:
            raise ValueError(f"the answer is no XML: {error}") from error

    def _begin(self, name: str, _: object) -> None:
        self._inside = name.rpartition(" ")[2]

    def _end(self, _: str) -> None:
        if self._inside == "MimeContent" and not self.full:
            self._decode(self._text)
            self._text = ""
        self._inside = ""

    def _take(self, text: str) -> None:
        match self._inside:
            case "MimeContent" if not self.full:
                text = self._text + "".join(text.split())
                whole = len(text) // _QUAD * _QUAD
                self._decode(text[:whole])
                self._text = text[whole:]
            case "ResponseCode":
                self.code = (self.code + text)[:_WORDS]
            case "MessageText" | "faultstring":
                self.words = (self.words + text)[:_WORDS]
            case _:
                pass

    def _decode(self, text: str) -> None:
        self.content += binascii.a2b_base64(text)

    def _refuse(self, *_: object) -> None:
        raise ValueError("the answer declares a document type")


def fetch(account: Any, handle: str, limit: int) -> bytes:  # noqa: ANN401 - the library has no types
    """Return a mail, or its beginning where it is longer than `limit`: some more than `limit` bytes.

    Raises:
        Exception: as the library raises them, and `ValueError` for an answer that makes no sense.
    """
    reader = MimeReader(limit)
    service = _Stream(account=account)
    try:
        for piece in service.pieces(handle):
            reader.feed(piece)
            if reader.full:
                break
    finally:
        service.stop_streaming()
    if reader.code != "NoError":
        raise service.error(reader.code, reader.words)
    return bytes(reader.content)


def headers_of(account: Any, handles: Sequence[str]) -> dict[str, Headers]:  # noqa: ANN401 - likewise
    """Return the headers that the server received with mails, as far as it kept any."""
    asked = _Heads(account=account, chunk_size=len(handles) or 1).call(
        items=[ItemId(id=handle) for handle in handles], additional_fields=[_HEADERS], shape=ID_ONLY
    )
    return dict(each for each in asked if isinstance(each, tuple))


class _Stream(GetItem):  # type: ignore[misc]  # the library has no types
    """Asks for the mail and hands the answer on as it arrives."""

    def pieces(self, handle: str) -> Iterator[bytes]:
        """Yield the answer; `stop_streaming` must follow."""
        self.streaming = True
        payload = self.get_payload(items=[ItemId(id=handle)], additional_fields=[_MIME], shape=ID_ONLY)
        version = self._version_hint.api_version
        yield from self._get_response(payload=payload, api_version=version).iter_content(_CHUNK)

    def stop_streaming(self) -> None:
        """Give the connection back, unless none was taken."""
        if self.streaming:
            super().stop_streaming()

    def error(self, code: str, words: str) -> Exception:
        """Return the library's error for what the server said."""
        found: Exception = self._get_exception(code=code, text=words)
        return found


class _Heads(GetItem):  # type: ignore[misc]  # likewise
    """Reads the headers of any kind of item; where one has none, the others still come."""

    ERRORS_TO_CATCH_IN_RESPONSE = (ResponseMessageError,)

    def _elem_to_obj(self, elem: Any) -> tuple[str, Headers]:  # noqa: ANN401 - likewise
        found = elem.iter(f"{{{TNS}}}InternetMessageHeader")
        return elem.find(f"{{{TNS}}}ItemId").get("Id"), tuple(
            (each.get("HeaderName") or "", each.text or "") for each in found
        )
