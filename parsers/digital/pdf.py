"""Whether a PDF was digitally signed, by whom, and what exactly (ISO 32000-2, 12.8; PAdES, EN 319 142-1).

A signature counts when it is right, made with a certificate that this house trusts, covers everything up to
the end of its revision, and when nothing was changed since.  Each is judged on its own revision, cut out of
the file and opened by itself; values belong to be taken from `PdfSignatures.signed`.  An odd file is unclear,
never unsigned.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from agent.domain.answers import Evidence
from agent.domain.signatures import Signature
from parsers.digital.marks import Certified, holder, signature
from parsers.known import Known

if TYPE_CHECKING:
    from pyhanko.pdf_utils.generic import PdfObject
    from pyhanko.pdf_utils.reader import PdfFileReader

    from parsers.digital.pdf_fields import Field, Signed
    from parsers.digital.trust import Credentials, Stamp

SLOT = "sig."
"""What the names of our signature fields begin with."""

_TRACES = (b"/ByteRange", b"/Sig", b"/ObjStm", b"/AcroForm")
_FILTERS = frozenset({"/adbe.pkcs7.detached", "/ETSI.CAdES.detached"})
_TIMESTAMP = "/DocTimeStamp"
_MOST_PROOFS = 50
_NO_CHANGES = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfSignatures:
    """The digital signatures of one PDF."""

    by_field: Mapping[str, Signature] = field(default_factory=dict)
    """By the full name of their field; `Signature.slot` is empty when the field is none of ours
    (`parsers.digital.marks.allot` finds its slot).  A field that nobody signed is not here."""
    signed: bytes | None = None
    """The file as the last valid signature has it: values are taken from here; None without one."""


def judge(content: bytes, known: Known) -> PdfSignatures:
    """Judge every digital signature of a PDF; never raises.

    Args:
        content: the file.
        known: roots, directory, day of arrival and limits.
    """
    if not any(trace in content for trace in _TRACES):
        return PdfSignatures()
    try:
        return _Pdf(content, known).judged()
    except Exception as error:  # noqa: BLE001 - a stranger's file never stops the clerk; it goes to a person
        if _TRACES[0] not in content:
            return PdfSignatures()
        return PdfSignatures(by_field={"": _unclear("", "digital_odd_file", type(error).__name__)})


class _Pdf:
    """One file, with the revisions that were signed."""

    def __init__(self, content: bytes, known: Known) -> None:
        from parsers.digital import pdf_fields as pdf  # noqa: PLC0415 - pyHanko takes four tenths of a second

        self._pdf = pdf
        self._content = content
        self._known = known
        self._whole = pdf.opened(content)
        self._revisions: dict[int, PdfFileReader] = {len(content): self._whole}
        self._fields = pdf.fields(self._whole)
        self._signed = [each for each in self._fields if each.kind == "/Sig" and each.value is not None]

    def judged(self) -> PdfSignatures:
        if len(self._signed) > self._known.limits.signatures:
            return PdfSignatures(by_field={"": _unclear("", "digital_odd_file", "too many signatures")})
        found: dict[str, Signature] = {}
        ends = [0]
        stamps = tuple(self._stamps())
        for each in self._signed:
            if _type(each) == _TIMESTAMP:
                continue
            try:
                found[each.name] = self._judge(each, stamps, ends)
            except Exception as error:  # noqa: BLE001 - see `judge`
                why = str(error) if isinstance(error, self._pdf.OddFileError) else type(error).__name__
                found[each.name] = _unclear(_slot(each.name), "digital_odd_file", why, _place(each.name))
        if not found and not stamps and _TRACES[0] in self._content:
            return PdfSignatures(
                by_field={"": _unclear("", "digital_odd_file", "a signature that is in no field")}
            )
        return PdfSignatures(by_field=found, signed=self._content[: max(ends)] or None)

    def _judge(self, each: "Field", stamps: tuple[tuple[int, "Stamp"], ...], ends: list[int]) -> Signature:
        """Return the verdict on one signature; put the end of its revision on the list when it is right."""
        from cryptography import x509  # noqa: PLC0415 - see `__init__`

        from parsers.digital.cms import open_envelope  # noqa: PLC0415 - likewise
        from parsers.digital.trust import trust  # noqa: PLC0415 - likewise

        pdf = self._pdf
        covers = pdf.what_is_signed(each.value, self._content)
        revision = self._revision(covers.end)
        self._must_stand(each, revision, covers)
        envelope = open_envelope(
            covers.contents, covers.covered(self._content), _time(pdf.get(each.value, "/M"))
        )
        reasons = list(envelope.reasons)
        if pdf.get(each.value, "/SubFilter") not in _FILTERS:
            reasons.append("digital_not_verified")
        if "digital_broken" not in reasons and "unknown_algorithm" not in reasons:
            ends.append(covers.end)
        where, why = self._later(each, revision, covers.end)
        if why:
            reasons.append(why)
        trusted = trust(
            self._with_proofs(envelope.brought, [stamp for end, stamp in stamps if end > covers.end]),
            self._known.roots,
            self._known.today,
        )
        certificate = x509.load_der_x509_certificate(envelope.brought.leaf.dump())
        whose = holder(certificate, self._known.directory)
        evidence = Certified(
            certificate=certificate, claimed=envelope.claimed, stamped=trusted.stamped
        ).evidence(_place(each.name), _coverage(covers.end, len(self._content)))
        if where:
            evidence = (*evidence, Evidence(place=_place(each.name), words=f"changed afterwards: {where}"))
        return signature(
            _slot(each.name), (*reasons, *trusted.reasons, *whose.reasons), who=whose.who, evidence=evidence
        )

    def _must_stand(self, each: "Field", revision: "PdfFileReader", covers: "Signed") -> None:
        """Make sure that the signed revision, opened by itself, has this very signature in this field.

        Raises:
            OddFileError: the signature was moved, copied, or is not what that revision shows.
        """
        pdf = self._pdf
        same_name = [f for f in self._fields if f.name == each.name]
        then = [f for f in pdf.fields(revision) if f.name == each.name]
        if len(same_name) != 1 or len(then) != 1 or then[0].kind != "/Sig" or then[0].value is None:
            raise pdf.OddFileError("the signature is not where it was made")
        if then[0].ids != each.ids or pdf.what_is_signed(then[0].value, self._content) != covers:
            raise pdf.OddFileError("the signature is not the one that was made")

    def _later(self, each: "Field", revision: "PdfFileReader", end: int) -> tuple[str, str]:
        """Return what was changed after a signature, and the reason that this makes."""
        from parsers.digital.pdf_changes import changed, unfounded  # noqa: PLC0415 - see `__init__`

        if revision is self._whole:
            return "", ""
        if odd := unfounded(revision, self._whole, self._content, end):
            return odd, "changed_afterwards"
        if where := changed(revision, self._whole, self._known.limits.pdf_objects):
            return where, "changed_afterwards"
        if self._is_locked(each) and any(
            _type(other) != _TIMESTAMP and self._pdf.what_is_signed(other.value, self._content).end > end
            for other in self._signed
        ):
            return "a signature that the first one ruled out", "changed_afterwards"
        return "", ""

    def _is_locked(self, each: "Field") -> bool:
        """Say whether the signature certifies the document and permits no change (`/DocMDP`, 12.8.2.2)."""
        pdf = self._pdf
        references = (pdf.plain(r) for r in pdf.items(pdf.get(each.value, "/Reference")))
        return any(
            pdf.get(r, "/TransformMethod") == "/DocMDP"
            and pdf.get(pdf.get(r, "/TransformParams"), "/P") == _NO_CHANGES
            for r in references
        )

    def _revision(self, end: int) -> "PdfFileReader":
        if not self._content[end:].strip(b"\r\n\t \0\f"):
            return self._whole
        if end not in self._revisions:
            self._revisions[end] = self._pdf.opened(self._content[:end])
        return self._revisions[end]

    def _stamps(self) -> "Iterator[tuple[int, Stamp]]":
        """Yield the timestamps of the document with the end of what they cover."""
        from parsers.digital.cms import document_stamp  # noqa: PLC0415 - see `__init__`

        for each in self._signed:
            if _type(each) == _TIMESTAMP:
                try:
                    covers = self._pdf.what_is_signed(each.value, self._content)
                    yield covers.end, document_stamp(covers.contents, covers.covered(self._content))
                except Exception:  # noqa: BLE001, S112 - what is no timestamp proves no time
                    continue

    def _with_proofs(self, brought: "Credentials", stamps: "list[Stamp]") -> "Credentials":
        """Return what came with a signature and, from the file's `/DSS` (12.8.4.3), what was added later."""
        from asn1crypto.x509 import Certificate  # noqa: PLC0415 - see `__init__`

        from parsers.digital.trust import Credentials  # noqa: PLC0415 - likewise

        store = self._pdf.get(self._whole.root, "/DSS")
        return Credentials(
            leaf=brought.leaf,
            others=(*brought.others, *(Certificate.load(each) for each in self._streams(store, "/Certs"))),
            crls=(*brought.crls, *self._streams(store, "/CRLs")),
            ocsps=(*brought.ocsps, *self._streams(store, "/OCSPs")),
            stamps=(*brought.stamps, *stamps),
        )

    def _streams(self, store: "PdfObject | None", key: str) -> list[bytes]:
        found = map(self._pdf.plain, self._pdf.items(self._pdf.get(store, key))[:_MOST_PROOFS])
        return [each.data for each in found if isinstance(each, self._pdf.Stream)]


def _type(each: "Field") -> str:
    from parsers.digital.pdf_fields import get  # noqa: PLC0415 - see `_Pdf`

    return str(get(each.value, "/Type") or "/Sig")


def _time(written: object) -> datetime | None:
    from pyhanko.pdf_utils.generic import parse_pdf_date  # noqa: PLC0415 - see `_Pdf`

    try:
        return parse_pdf_date(str(written), strict=False)
    except Exception:  # noqa: BLE001 - the signer's own claim is only shown; it may be anything
        return None


def _slot(name: str) -> str:
    """Return the slot that a field is for, empty when its name is none of ours."""
    return name.removeprefix(SLOT) if name.startswith(SLOT) else ""


def _place(name: str) -> str:
    return f"signature field {name}"


def _coverage(end: int, size: int) -> str:
    return "the whole file" if end == size else f"the first {end} of {size} bytes"


def _unclear(slot: str, code: str, why: str, place: str = "file") -> Signature:
    return signature(slot, (code,), evidence=(Evidence(place=place, words=why),))
