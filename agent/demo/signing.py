"""A PDF form on a screen: filled in and signed with a certificate, as PDF programs do (pyHanko).

Whatever is done is one more revision behind the file that came (ISO 32000-2, 7.5.6), and the same every time:
nothing in it is drawn by lot or read from the clock.  Tests sign with the same tools.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import md5
from io import BytesIO

from asn1crypto import keys, x509
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from agent.demo.certificates import Identity, Key

_TYPED = 10.0
"""Points of the letters that a program types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget:
    """One place of a form field, as a PDF program shows it."""

    name: str
    """The full name of its field."""
    page: int
    """Counted from 1."""
    box: tuple[float, float, float, float]
    """Left, top, right and bottom, in points from the upper left corner of the page."""
    answer: str = ""
    """Of a box to tick: what it stands for."""


class SteadySigner(SimpleSigner):
    """Signs the same bytes in the same way every time (RFC 6979)."""

    key: Key

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        """Sign `data` with the elliptic key; with another as pyHanko does."""
        if not isinstance(self.key, ec.EllipticCurvePrivateKey):
            return super().sign_raw(data, digest_algorithm)
        used = get_pyca_cryptography_hash(digest_algorithm)
        return self.key.sign(data, ec.ECDSA(used, deterministic_signing=True))


class SteadyWriter(IncrementalPdfFileWriter):
    """Gives a later revision the identity that follows from the one before, instead of one drawn by lot."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
        first, second = (each.original_bytes for each in prev.trailer["/ID"])
        return generic.ArrayObject(
            map(generic.ByteStringObject, (first, md5(second, usedforsecurity=False).digest()))
        )

    def _update_meta(self) -> None:
        """Leave out when the file was changed: the clock would be in it."""


class SteadyPdfSigner(PdfSigner):
    """Signs when it is told."""

    when = datetime(2026, 1, 1, tzinfo=UTC)

    def init_signing_session(self, *args: object, **kwargs: object) -> PdfSigningSession:
        """Begin to sign, at the time `when`."""
        session = super().init_signing_session(*args, **kwargs)  # type: ignore[arg-type]
        session.system_time = self.when
        return session


def certificates_of(who: Identity, *, bring: bool = True) -> SimpleCertificateStore:
    """Return the certificates of those who vouch for somebody; none when they are not to be sent along."""
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko leaves it so
    issuer = who.issuer
    while bring and issuer is not None:
        store.register(x509.Certificate.load(issuer.der))
        issuer = issuer.issuer
    return store


def widgets(content: bytes) -> tuple[Widget, ...]:
    """Return every place of every field, page by page."""
    found: list[Widget] = []
    writer = SteadyWriter(BytesIO(content))
    for number, page in _pages(writer):
        high = float(page["/MediaBox"][3])
        for each in _annotations(page):
            left, bottom, right, top = (float(edge) for edge in each["/Rect"])
            box = (left, high - top, right, high - bottom)
            found.append(Widget(name=_name(each), page=number, box=box, answer=_answer(each)))
    return tuple(found)


def filled(content: bytes, words: Mapping[str, str]) -> bytes:
    """Return the form with fields filled in by name.

    Args:
        content: the form as it came.
        words: what to type, the value of a choice, or `on` for a box to tick.
    """
    writer = SteadyWriter(BytesIO(content))
    for _, page in _pages(writer):
        for each in _annotations(page):
            if (said := words.get(_name(each))) is not None:
                _put(writer, each, said)
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # pyHanko leaves it so
    return out.getvalue()


def signed(content: bytes, field: str, who: Identity, when: datetime) -> bytes:
    """Return the form with the signature field `field` signed by `who`, at `when`."""
    signer = SteadySigner(
        signing_cert=x509.Certificate.load(who.der),
        signing_key=keys.PrivateKeyInfo.load(who.key_der),
        cert_registry=certificates_of(who),
    )
    signer.key = who.key
    meta = PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    made = SteadyPdfSigner(meta, signer=signer)
    made.when = when
    out = BytesIO()
    made.sign_pdf(SteadyWriter(BytesIO(content)), output=out)
    return out.getvalue()


def _pages(writer: IncrementalPdfFileWriter) -> Iterator[tuple[int, generic.DictionaryObject]]:
    for number in range(int(writer.root["/Pages"]["/Count"])):
        found = writer.find_page_for_modification(number)  # type: ignore[no-untyped-call]  # likewise
        yield number + 1, found[0].get_object()


def _annotations(page: generic.DictionaryObject) -> Iterator[generic.DictionaryObject]:
    if "/Annots" in page:  # [] follows references, get() does not
        listed = page["/Annots"]
        yield from (listed[number] for number in range(len(listed)))


def _name(widget: generic.DictionaryObject) -> str:
    names = [str(widget["/T"])] if "/T" in widget else []
    while "/Parent" in widget:
        widget = widget["/Parent"]
        names += [str(widget["/T"])] if "/T" in widget else []
    return ".".join(reversed(names))


def _answer(widget: generic.DictionaryObject) -> str:
    looks = widget["/AP"]["/N"] if "/AP" in widget else None
    if looks is None or isinstance(looks, generic.StreamObject):
        return ""
    return next((str(each).removeprefix("/") for each in looks if each != "/Off"), "")


def _put(writer: IncrementalPdfFileWriter, widget: generic.DictionaryObject, words: str) -> None:
    field = widget if "/FT" in widget else widget["/Parent"]
    if field["/FT"] == "/Btn":
        answer = _answer(widget)
        chosen = generic.NameObject(f"/{answer}" if words in {answer, "on"} else "/Off")
        widget["/AS"] = chosen
        if chosen != "/Off":
            field["/V"] = chosen
            writer.update_container(field)
    elif str(field.get("/V", "")) == words:
        return  # nobody types again what stands there
    else:
        field["/V"] = generic.TextStringObject(words)
        look = writer.add_object(_look(writer, widget, _shown(field, words)))
        widget["/AP"] = generic.DictionaryObject({generic.NameObject("/N"): look})  # type: ignore[no-untyped-call]  # likewise
    writer.update_container(widget)
    writer.update_container(field)


def _shown(field: generic.DictionaryObject, words: str) -> str:
    """Return what a list shows for a value, else the words themselves."""
    if "/Opt" not in field:
        return words
    pairs = [each for each in field["/Opt"] if isinstance(each, generic.ArrayObject)]
    return next((str(shown) for value, shown in pairs if str(value) == words), words)


def _look(
    writer: IncrementalPdfFileWriter, widget: generic.DictionaryObject, words: str
) -> generic.StreamObject:
    """Return one line of words as the program draws it, with a font that the form brought along."""
    left, bottom, right, top = (float(edge) for edge in widget["/Rect"])
    wide, high = right - left, top - bottom
    font, said = ("/Helv", words.encode()) if words.isascii() else ("/Song", words.encode("utf-16-be"))
    start = f"3 {(high - _TYPED) / 2 + 1.5:.2f}"
    drawn = f"/Tx BMC q BT 0 g {font} {_TYPED:g} Tf {start} Td <{said.hex()}> Tj ET Q EMC"
    box = generic.ArrayObject(map(generic.NumberObject, (0, 0, round(wide), round(high))))
    return generic.StreamObject(
        {
            generic.NameObject("/Type"): generic.NameObject("/XObject"),
            generic.NameObject("/Subtype"): generic.NameObject("/Form"),
            generic.NameObject("/BBox"): box,
            generic.NameObject("/Resources"): writer.root["/AcroForm"].raw_get("/DR"),
        },
        stream_data=drawn.encode(),
    )
