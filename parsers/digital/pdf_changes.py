"""What was changed in a PDF after a signature, judged more strictly than any viewer does.

Later revisions may sign in fields that were there, put a date beside them, add invisible signatures and
timestamps, and bring proofs about certificates (`/DSS`).  Everything else that can be reached from the
catalogue must be the same object with the same content: no annotation, font, layer, value or page.  Programs
allow more (form filling, annotations: ISO 32000-2, 12.8.2.2), and that is what the published attacks live on
(Mladenov, Mainka and others: "1 Trillion Dollar Refund", 2019; "Shadow Attacks", 2021; "Breaking the
Specification: PDF Certification", 2021).
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from parsers.digital.pdf_fields import Field, Id, fields, get, id_of, is_name, items, plain, raw

_BLANK = b"\r\n\t \0\f"
_SIGNED_ANEW = frozenset({"/V", "/AP", "/F", "/M", "/AS"})
_DATED_ANEW = frozenset({"/V", "/AP", "/M"})
_BESIDE_THE_PAGES = frozenset({"/DSS", "/Extensions", "/Version", "/Metadata"})
_NUMBERS = (generic.NumberObject, generic.FloatObject)
_LARGEST_MARK = 60_000.0
"""Square points that a signature may cover when it came after another: more could hide what stood there."""
_HYBRID = re.compile(rb"/XRefStm\b")
DATE = ".date"
"""What the name of the field beside a signature field ends with."""


class _Role(Enum):
    PLAIN = "plain"
    CATALOGUE = "catalogue"
    FORM = "form"
    RESOURCES = "resources"
    """The form's resources: kinds, and names within each kind, may be added; what was there stays."""
    KIND = "kind"
    """One kind of these resources, such as the fonts."""
    FIELDS = "fields"
    """A list of fields or annotations, to which invisible signatures may be added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What may differ: objects that were signed or dated since, and fields that may be new."""

    free: dict[Id, frozenset[str]] = field(default_factory=dict)
    new: frozenset[Id] = frozenset()

    @classmethod
    def between(cls, before: PdfFileReader, after: PdfFileReader) -> "Allowed":
        """Return what two revisions may differ in."""
        old = {each.name: each for each in fields(before)}
        free: dict[Id, frozenset[str]] = {}
        new: set[Id] = set()
        now = fields(after)
        signed = {
            f.name for f in now if f.kind == "/Sig" and f.value is not None and _is_open(old.get(f.name), f)
        }
        for each in now:
            was = old.get(each.name)
            if (
                each.name in signed
                and was is not None
                and was.ids == each.ids
                and _area(each) <= _LARGEST_MARK
            ):
                free.update(dict.fromkeys(each.ids, _SIGNED_ANEW))
            elif each.name in signed and was is None and _area(each) == 0:
                new.update(each.ids)
            elif each.name.removesuffix(DATE) in signed and each.name.endswith(DATE) and _is_open(was, each):
                free.update(dict.fromkeys(each.ids, _DATED_ANEW))
        return cls(free=free, new=frozenset(new))


def _is_open(was: Field | None, now: Field) -> bool:
    """Say whether a field was empty, or not there, before."""
    return was is None or (was.kind == now.kind and was.ids == now.ids and not was.value)


def _area(each: Field) -> float:
    """Return how much of the page a field covers, in square points; nothing when it is invisible.

    An invisible signature field has a rectangle without area (ISO 32000-2, 12.7.5.5).
    """
    four = [float(n) for n in map(plain, items(get(each.widget, "/Rect"))) if isinstance(n, _NUMBERS)]
    if len(four) != 4:  # noqa: PLR2004 - two corners
        return math.inf
    return abs(four[2] - four[0]) * abs(four[3] - four[1])


def unfounded(before: PdfFileReader, after: PdfFileReader, content: bytes, end: int) -> str:
    """Say what is odd about how `content` goes on after its first `end` bytes; empty when nothing is.

    It must go on with whole revisions, one upon the other, the first of them upon the signed one, up to the
    last byte of the file.
    """
    tail = content[end:]
    if not tail.strip(_BLANK):
        return ""
    count = before.xrefs.total_revisions
    if after.xrefs.total_revisions <= count or not tail.rstrip(_BLANK).endswith(b"%%EOF"):
        return "bytes after the signed revision that are no revision"
    if _HYBRID.search(tail):
        return "two tables of contents in one revision"
    for revision in range(count):
        if after.xrefs.get_startxref_for_revision(revision) != before.xrefs.get_startxref_for_revision(
            revision
        ):
            return "a revision that leaves the signed one out"
    for revision in range(count, after.xrefs.total_revisions):
        if after.xrefs.get_startxref_for_revision(revision) < end:
            return "a table of contents from before"
    return ""


def changed(before: PdfFileReader, after: PdfFileReader, most: int) -> str:
    """Return where the document that `after` shows differs from the one that was signed; empty when nowhere.

    Args:
        before: the signed revision by itself.
        after: the whole file.
        most: how many objects may be looked at; beyond it the answer is that there are too many.
    """
    if id_of(raw(before.trailer_view, "/Root")) != id_of(raw(after.trailer_view, "/Root")):
        return "/Root"
    return next(_Comparison(before, after, Allowed.between(before, after), most).differences(), "")


_Pair = tuple[generic.PdfObject | None, generic.PdfObject | None, _Role, str]


class _Comparison:
    """Both documents, walked in step from their catalogues."""

    def __init__(self, before: PdfFileReader, after: PdfFileReader, allowed: Allowed, most: int) -> None:
        self._allowed = allowed
        self._left = most
        self._seen: set[tuple[Id, Id, _Role]] = set()
        self._todo: list[_Pair] = [(before.root, after.root, _Role.CATALOGUE, "")]

    def differences(self) -> Iterator[str]:
        """Yield the paths at which they differ."""
        while self._todo:
            old, new, role, path = self._todo.pop()
            self._left -= 1
            if self._left < 0:
                yield "too many objects"
                return
            at, to = id_of(old), id_of(new)
            if at is not None and to is not None:
                if at != to:
                    yield path
                    continue
                if (at, to, role) in self._seen:
                    continue
                self._seen.add((at, to, role))
            if not self._same(
                plain(old), plain(new), role, path, self._allowed.free.get(to or (0, -1), frozenset())
            ):
                yield path

    def _same(
        self,
        old: generic.PdfObject | None,
        new: generic.PdfObject | None,
        role: _Role,
        path: str,
        free: frozenset[str],
    ) -> bool:
        """Compare two objects by themselves, and put what they hold on the list."""
        if role is _Role.FIELDS and old is None:
            old = generic.ArrayObject()
        if isinstance(old, generic.DictionaryObject) and isinstance(new, generic.DictionaryObject):
            return self._same_dictionary(old, new, role, path, free)
        if isinstance(old, generic.ArrayObject) and isinstance(new, generic.ArrayObject):
            return self._same_array(items(old), items(new), role, path)
        if isinstance(old, _NUMBERS) and isinstance(new, _NUMBERS):
            return bool(old == new)
        return type(old) is type(new) and bool(old == new)

    def _same_dictionary(
        self,
        old: generic.DictionaryObject,
        new: generic.DictionaryObject,
        role: _Role,
        path: str,
        free: frozenset[str],
    ) -> bool:
        if isinstance(old, generic.StreamObject) or isinstance(new, generic.StreamObject):
            both = isinstance(old, generic.StreamObject) and isinstance(new, generic.StreamObject)
            if not both or old.encoded_data != new.encoded_data:  # type: ignore[attr-defined]  # both are streams
                return False
            free |= {"/Length"}
        is_page = is_name(get(old, "/Type"), "/Page") and is_name(get(new, "/Type"), "/Page")
        for key in (old.keys() | new.keys()) - free:
            if role is _Role.CATALOGUE and key in _BESIDE_THE_PAGES:
                continue
            if role is _Role.FORM and key == "/SigFlags":
                continue
            if role is _Role.FORM and key == "/NeedAppearances" and get(new, key) is None:
                # Signing programs take it back: what is drawn shall stay as it was signed.
                continue
            if role in _GROWING and get(old, key) is None:
                continue
            self._todo.append(
                (raw(old, key), raw(new, key), _role(role, key, is_page=is_page), f"{path}{key}")
            )
        return True

    def _same_array(
        self, old: list[generic.PdfObject], new: list[generic.PdfObject], role: _Role, path: str
    ) -> bool:
        if role is _Role.FIELDS:
            new = [each for each in new if id_of(each) not in self._allowed.new]
        if len(old) != len(new):
            return False
        self._todo.extend(
            (a, b, _Role.PLAIN, f"{path}/{number}")
            for number, (a, b) in enumerate(zip(old, new, strict=True))
        )
        return True


_GROWING = frozenset({_Role.RESOURCES, _Role.KIND})


def _role(role: _Role, key: str, *, is_page: bool) -> _Role:
    """Return how to look at what stands under `key`."""
    if role is _Role.RESOURCES:
        return _Role.KIND
    if role is _Role.CATALOGUE and key == "/AcroForm":
        return _Role.FORM
    if role is _Role.FORM and key == "/DR":
        return _Role.RESOURCES
    if (role is _Role.FORM and key == "/Fields") or (is_page and key == "/Annots"):
        return _Role.FIELDS
    return _Role.PLAIN
