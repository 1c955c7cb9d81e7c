"""PDF forms that are digitally signed, by pyHanko, and tampered with afterwards, by pikepdf or by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO

import pikepdf
from asn1crypto import cms, keys, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner
from reportlab.pdfgen import canvas

from agent.demo.signing import SteadyPdfSigner, SteadySigner, SteadyWriter, certificates_of
from tests.certificates import START, Identity

_DATES = "sigdate_"
SLOTS = ("head", "manager")


@cache
def form(project: str = "Line 4", slots: tuple[str, ...] = SLOTS) -> bytes:
    """Return a form of two pages with text fields, empty signature fields and dates beside them."""
    drawn = BytesIO()
    page = canvas.Canvas(drawn, invariant=True, pageCompression=0)
    page.drawString(72, 780, "Confirmation of a request")
    page.drawString(72, 740, "Amount: 100")
    page.acroForm.textfield(name="project_name", x=72, y=700, width=200, height=18, value=project)
    for number, slot in enumerate(slots):
        page.drawString(72, 600 - 90 * number, f"Signature: {slot}")
        page.acroForm.textfield(name=f"{_DATES}{slot}", x=400, y=600 - 90 * number, width=90, height=18)
    page.showPage()
    page.drawString(72, 780, "Second page")
    page.showPage()
    page.save()
    writer = SteadyWriter(BytesIO(drawn.getvalue()))
    for number, slot in enumerate(slots):
        box = (200, 580 - 90 * number, 390, 640 - 90 * number)
        fields.append_signature_field(writer, fields.SigFieldSpec(sig_field_name=f"sig.{slot}", box=box))
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # pyHanko leaves it so
    with pikepdf.open(BytesIO(out.getvalue())) as pdf:
        _hang_dates(pdf)
        buffer = BytesIO()
        pdf.save(buffer, deterministic_id=True, compress_streams=False)
    return buffer.getvalue()


def _hang_dates(pdf: pikepdf.Pdf) -> None:
    """Put the dates below a field of their own, as a name with a full stop means (ISO 32000-2, 12.7.4.2)."""
    top = list(pdf.Root.AcroForm.Fields)
    dates = [each for each in top if str(each.T).startswith(_DATES)]
    if not dates:
        return
    above = pdf.make_indirect(pikepdf.Dictionary(T=pikepdf.String("sigdate"), Kids=pikepdf.Array(dates)))
    for each in dates:
        each.T = pikepdf.String(str(each.T).removeprefix(_DATES))
        each.Parent = above
    pdf.Root.AcroForm.Fields = pikepdf.Array([*(e for e in top if e not in dates), above])


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """How somebody signs."""

    field: str = "sig.head"
    when: datetime = START
    pades: bool = False
    digest: str = "sha256"
    certify: fields.MDPPerm | None = None
    stamps: object = None
    crls: tuple[bytes, ...] = ()
    names_certificate: bool = True
    bring: bool = True
    """Send the certificates of the issuers along."""


class _Signer(SteadySigner):
    """May keep silent about its certificate."""

    names_certificate = True

    async def signed_attrs(self, *args: object, **kwargs: object) -> cms.CMSAttributes:
        found = await super().signed_attrs(*args, **kwargs)  # type: ignore[arg-type]
        if self.names_certificate:
            return found
        return cms.CMSAttributes([a for a in found if not a["type"].native.startswith("signing_certificate")])


def signer(who: Identity, how: Signing | None = None) -> SimpleSigner:
    """Return what pyHanko signs with."""
    how = how or Signing()
    found = _Signer(
        signing_cert=x509.Certificate.load(who.der),
        signing_key=keys.PrivateKeyInfo.load(who.key_der),
        cert_registry=certificates_of(who, bring=how.bring),
    )
    found.names_certificate = how.names_certificate
    found.key = who.key
    return found


def sign(content: bytes, who: Identity, how: Signing | None = None, /, **more: object) -> bytes:
    """Return `content` signed by `who`, as one more revision."""
    how = how or Signing(**more)  # type: ignore[arg-type]
    writer = SteadyWriter(BytesIO(content))
    meta = PdfSignatureMetadata(
        field_name=how.field,
        md_algorithm=how.digest,
        certify=how.certify is not None,
        docmdp_permissions=how.certify or fields.MDPPerm.FILL_FORMS,
        subfilter=fields.SigSeedSubFilter.PADES
        if how.pades
        else fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
    )
    out = BytesIO()
    made = SteadyPdfSigner(meta, signer=signer(who, how), timestamper=how.stamps)  # type: ignore[arg-type]
    made.when = how.when
    made.sign_pdf(writer, output=out)
    return out.getvalue()


def updated(content: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Return `content` with one more revision, changed as a hostile program would."""
    writer = IncrementalPdfFileWriter(BytesIO(content), strict=False)
    change(writer)
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # pyHanko leaves it so
    return out.getvalue()


def field_of(writer: IncrementalPdfFileWriter, name: str) -> generic.DictionaryObject:
    """Return the field of that full name, to be changed."""
    found = writer.root["/AcroForm"]
    for part in name.split("."):
        kids = found["/Fields" if "/Fields" in found else "/Kids"]
        found = next(kids[at] for at in range(len(kids)) if kids[at]["/T"] == part)
    assert isinstance(found, generic.DictionaryObject)
    return found
