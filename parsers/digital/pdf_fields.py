"""The signature fields of a PDF (ISO 32000-2, 12.7 and 12.8), and the bytes that each signature speaks of."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from agent.domain.pdf_names import path_of

Stream = generic.StreamObject
Id = tuple[int, int]
"""Number and generation of an indirect object."""

_HEX = frozenset(b"0123456789abcdefABCDEF")
_MOST_DEPTH = 20
_MOST_FIELDS = 20_000


class OddFileError(ValueError):
    """The file is built in a way that no honest program builds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One terminal field of the form."""

    name: str
    """The path of the form that it stands for (agent/domain/pdf_names.py); else its full name."""
    kind: str
    """`/Sig`, `/Tx`, … empty when the file does not say."""
    ids: tuple[Id, ...]
    """The objects that make it up: the field itself, and its widgets when they are objects of their own."""
    value: generic.PdfObject | None
    widget: generic.DictionaryObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What one signature covers: everything up to `end`, except its own bytes between `gap`."""

    gap: tuple[int, int]
    end: int
    contents: bytes

    def covered(self, content: bytes) -> bytes:
        """Return the bytes that were hashed."""
        return content[: self.gap[0]] + content[self.gap[1] : self.end]


def opened(content: bytes) -> PdfFileReader:
    """Read a PDF as it stands after its last revision.

    Raises:
        Exception: it cannot be read, or only with a password.
    """
    reader = PdfFileReader(BytesIO(content), strict=False)
    if reader.encrypted:
        raise OddFileError("encrypted")
    return reader


def plain(thing: generic.PdfObject | None) -> generic.PdfObject | None:
    """Return the object itself where there may be a reference to it; None for null."""
    for _ in range(_MOST_DEPTH):
        if not isinstance(thing, generic.IndirectObject):
            break
        thing = thing.get_object()  # type: ignore[no-untyped-call]  # pyHanko leaves it so
    return None if thing is None or isinstance(thing, generic.NullObject) else thing


def raw(thing: generic.PdfObject | None, key: str) -> generic.PdfObject | None:
    """Return what stands under `key`, as it stands there."""
    return dict.get(thing, key) if isinstance(thing, generic.DictionaryObject) else None


def get(thing: generic.PdfObject | None, key: str) -> generic.PdfObject | None:
    """Return what is meant by `key`."""
    return plain(raw(thing, key))


def items(thing: generic.PdfObject | None) -> list[generic.PdfObject]:
    """Return the elements of an array, as they stand there."""
    return list(list.__iter__(thing)) if isinstance(thing, generic.ArrayObject) else []


def is_name(thing: object, name: str) -> bool:
    """Say whether an object is this name."""
    return isinstance(thing, generic.NameObject) and str(thing) == name


def id_of(thing: generic.PdfObject | None) -> Id | None:
    """Return the number of the object that a reference points to."""
    return (thing.idnum, thing.generation) if isinstance(thing, generic.IndirectObject) else None


def fields(reader: PdfFileReader) -> tuple[Field, ...]:
    """Return all terminal fields.

    Raises:
        OddFileError: there are more than any form has, or they go in circles.
    """
    form = get(reader.root, "/AcroForm")
    return tuple(_walk(items(get(form, "/Fields")), _Above(), set()))


@dataclass(frozen=True, slots=True)
class _Above:
    """What a field inherits (ISO 32000-2, 12.7.4.1)."""

    name: str = ""
    kind: str = ""
    value: generic.PdfObject | None = None
    depth: int = 0


def _walk(nodes: list[generic.PdfObject], above: _Above, seen: set[Id]) -> Iterator[Field]:
    for node in nodes:
        at = id_of(node)
        if above.depth > _MOST_DEPTH or at in seen or len(seen) > _MOST_FIELDS:
            raise OddFileError("fields in circles")
        if at is not None:
            seen.add(at)
        field = plain(node)
        if not isinstance(field, generic.DictionaryObject):
            continue
        part: object = get(field, "/T")
        name = ".".join(each for each in (above.name, part if isinstance(part, str) else "") if each)
        own = str(get(field, "/FT") or above.kind)
        said = get(field, "/V") or above.value
        kids = items(get(field, "/Kids"))
        if any(raw(plain(kid), "/T") is not None for kid in kids):
            yield from _walk(kids, _Above(name, own, said, above.depth + 1), seen)
            continue
        widget = plain(kids[0]) if kids else field
        ids = [each for each in (at, *map(id_of, kids)) if each is not None]
        yield Field(
            name=path_of(name),
            kind=own,
            ids=tuple(ids),
            value=said,
            widget=widget if isinstance(widget, generic.DictionaryObject) else field,
        )


def what_is_signed(signature: generic.PdfObject | None, content: bytes) -> Signed:
    """Return what a signature dictionary covers.

    `/ByteRange` must begin with the file and leave out nothing but `/Contents`, from `<` to `>`; whatever
    else stood in the gap would be neither signed nor seen (ISO 32000-2, 12.8.1).

    Raises:
        OddFileError: it does not.
    """
    written_range: list[object] = list(map(plain, items(get(signature, "/ByteRange"))))
    numbers = [each for each in written_range if isinstance(each, int)]
    contents = get(signature, "/Contents")
    written = getattr(contents, "original_bytes", None)
    if len(written_range) != len(numbers) or len(numbers) != 4:  # noqa: PLR2004
        raise OddFileError("no byte range")
    start, first, after, rest = numbers
    end = after + rest
    if start != 0 or not 0 < first < after < end <= len(content) or not isinstance(written, bytes):
        raise OddFileError("byte range")
    gap = content[first:after]
    if gap[:1] != b"<" or gap[-1:] != b">" or not _HEX.issuperset(gap[1:-1]) or len(gap) % 2:
        raise OddFileError("gap")
    if not written.strip(b"\0") or bytes.fromhex(gap[1:-1].decode()) != written:
        raise OddFileError("contents")
    if not content[:end].rstrip(b"\r\n\t \0\f").endswith(b"%%EOF"):
        raise OddFileError("no end")
    return Signed(gap=(first, after), end=end, contents=written)
