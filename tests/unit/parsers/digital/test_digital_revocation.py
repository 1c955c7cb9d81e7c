"""OCSP answers, revocation lists and timestamps that a document brings along: which of them prove what."""

import asyncio
import hashlib
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from asn1crypto import keys, ocsp, x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, timestamps
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext

from agent.domain.signatures import Signature, Verdict
from parsers.digital.marks import codes
from parsers.digital.pdf import judge
from parsers.known import Known
from parsers.word.form import read_word
from tests import certificates as pki
from tests.signed_pdfs import form, sign, signer, updated
from tests.signed_words import sign_word
from tests.word_files import REQUEST, build, known

OLD = pki.START - timedelta(days=30)
"""When an answer was out of date long before the document arrived."""


def house(days: int = 0) -> Known:
    return replace(known(), roots=(pki.root().der,), today=pki.START.date() + timedelta(days=days))


def of_pdf(content: bytes, days: int = 0) -> Signature:
    (found,) = judge(content, house(days)).by_field.values()
    return found


def of_word(content: bytes, days: int = 0) -> Signature:
    reader = replace(known(REQUEST), roots=(pki.root().der,), today=house(days).today)
    (found,) = read_word(content, "form.docx", reader).signatures
    return found


def responder(issuer: pki.Identity | None = None) -> pki.Identity:
    """Return one whom an authority appointed to answer (RFC 6960, 4.2.2.2)."""
    return pki.issue("Responder", issuer or pki.root(), purposes=[ExtendedKeyUsageOID.OCSP_SIGNING])


def tsa(issuer: pki.Identity | None = None) -> timestamps.DummyTimeStamper:
    own = pki.issue(
        "Stamps", issuer or pki.root(), key=pki.rsa_key(), purposes=[ExtendedKeyUsageOID.TIME_STAMPING]
    )
    return timestamps.DummyTimeStamper(
        tsa_cert=x509.Certificate.load(own.der),
        tsa_key=keys.PrivateKeyInfo.load(own.key_der),
        fixed_dt=pki.START,
    )


def stamp(content: bytes, by: timestamps.DummyTimeStamper | None = None) -> bytes:
    """Return a timestamp token (RFC 3161) about `content`."""
    made = asyncio.run((by or tsa()).async_timestamp(hashlib.sha256(content).digest(), "sha256"))
    return bytes(made.dump())


def with_answers(content: bytes, *answers: bytes) -> bytes:
    """Return the file with OCSP answers in its `/DSS` (ISO 32000-2, 12.8.4.3)."""

    def add(writer: IncrementalPdfFileWriter) -> None:
        made = DocumentSecurityStore(writer).as_pdf_object()  # type: ignore[no-untyped-call]  # pyHanko's own
        kept = [writer.add_object(generic.StreamObject(stream_data=each)) for each in answers]
        made[generic.pdf_name("/OCSPs")] = generic.ArrayObject(kept)
        writer.root[generic.pdf_name("/DSS")] = writer.add_object(made)
        writer.update_root()  # type: ignore[no-untyped-call]  # likewise

    return updated(content, add)


def signed_for_long(who: pki.Identity, answer: bytes, subfilter: fields.SigSeedSubFilter) -> bytes:
    """Return a form that pyHanko signed with everything that it takes to judge it later."""
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(pki.root().der)],
        ocsps=[ocsp.OCSPResponse.load(answer)],
        moment=pki.START,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    meta = PdfSignatureMetadata(
        field_name="sig.head",
        md_algorithm="sha256",
        subfilter=subfilter,
        embed_validation_info=True,
        validation_context=context,
    )
    out = BytesIO()
    made = PdfSigner(meta, signer=signer(who), timestamper=None)
    made.sign_pdf(IncrementalPdfFileWriter(BytesIO(form())), output=out)
    return out.getvalue()


def test_an_answer_of_the_issuer_or_of_whom_it_appointed_clears_a_certificate() -> None:
    """Without one it is told that nobody asked."""
    content, who = sign(form(), pki.li_na()), pki.li_na()
    assert codes(of_pdf(content)) == ("revocation_unknown",)
    for by in (None, responder()):
        found = of_pdf(with_answers(content, pki.answering(who, by=by)))
        assert (found.verdict, codes(found)) == (Verdict.SIGNED, ())


@pytest.mark.parametrize("appointed", [False, True], ids=["by the issuer", "by a responder"])
@pytest.mark.parametrize("until", [pki.START + timedelta(days=7), OLD], ids=["fresh", "out of date"])
def test_an_answer_that_takes_a_certificate_back_is_believed(appointed: bool, until: object) -> None:  # noqa: FBT001
    """However old it is: what was taken back stays so."""
    who = pki.li_na()
    answer = pki.answering(who, revoked=True, by=responder() if appointed else None, until=until)  # type: ignore[arg-type]
    found = of_pdf(with_answers(sign(form(), who), answer))
    assert found.verdict is Verdict.UNCLEAR
    assert "revoked" in codes(found)


@pytest.mark.parametrize(
    "answer",
    [
        pki.answering(pki.li_na(), by=pki.other_root()),
        pki.answering(pki.li_na(), by=responder(pki.other_root())),
        pki.answering(pki.li_na(), by=pki.wang_fang()),
        pki.answering(pki.wang_fang()),
        pki.answering(pki.li_na(), until=OLD),
    ],
    ids=["a stranger's", "a stranger's responder", "a colleague's", "about a colleague", "out of date"],
)
def test_an_answer_that_nobody_is_bound_by_clears_nothing(answer: bytes) -> None:
    """It is as if it had not come; nothing is held against the signer either."""
    found = of_pdf(with_answers(sign(form(), pki.li_na()), answer))
    assert (found.verdict, codes(found)) == (Verdict.SIGNED, ("revocation_unknown",))


@pytest.mark.parametrize("by", [pki.other_root(), pki.wang_fang()], ids=["a stranger", "a colleague"])
def test_nobody_else_can_take_a_certificate_back(by: pki.Identity) -> None:
    """Or anybody could spoil another's signature."""
    answer = pki.answering(pki.li_na(), revoked=True, by=by)
    assert "revoked" not in codes(of_pdf(with_answers(sign(form(), pki.li_na()), answer)))


def test_an_answer_that_is_none_sends_the_file_to_a_person() -> None:
    """Never an error, and never a signature that nobody could check."""
    found = of_pdf(with_answers(sign(form(), pki.li_na()), b"no answer at all"))
    assert found.verdict is Verdict.UNCLEAR


@pytest.mark.parametrize(
    "subfilter",
    [fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED, fields.SigSeedSubFilter.PADES],
    ids=["in the signature, as Acrobat", "in the store, as PAdES"],
)
def test_a_file_signed_for_the_archive_brings_its_own_proof(subfilter: fields.SigSeedSubFilter) -> None:
    """Long-term validation as pyHanko writes it: the answer was fetched when it was signed."""
    content = signed_for_long(pki.li_na(), pki.answering(pki.li_na(), by=responder()), subfilter)
    found = of_pdf(content)
    assert (found.verdict, codes(found)) == (Verdict.SIGNED, ())


def test_a_word_file_brings_its_answers_and_lists_too() -> None:
    """XAdES keeps them as `EncapsulatedOCSPValue` and `EncapsulatedCRLValue`."""
    who = pki.li_na()
    assert "revocation_unknown" in codes(of_word(sign_word(build(), who)))
    for more in ({"ocsps": (pki.answering(who),)}, {"crls": (pki.revoking(),)}):
        found = of_word(sign_word(build(), who, **more))
        assert (found.verdict, codes(found)) == (Verdict.SIGNED, ()), more
    for more in ({"ocsps": (pki.answering(who, revoked=True),)}, {"crls": (pki.revoking(who),)}):
        found = of_word(sign_word(build(), who, **more))
        assert found.verdict is Verdict.UNCLEAR
        assert "revoked" in codes(found)


def test_a_timestamp_in_a_word_file_proves_that_the_certificate_was_valid_then() -> None:
    """XAdES-T: it is about the value of the signature, in canonical form."""
    who = pki.issue("李娜", pki.root(), mail="li.na@example.com", end=pki.START + timedelta(days=1))

    stamped = of_word(sign_word(build(), who, stamps=stamp), 100)
    unstamped = of_word(sign_word(build(), who), 100)

    assert stamped.verdict is Verdict.SIGNED
    assert any("timestamp: 2026-03-02" in each.words for each in stamped.evidence)
    assert unstamped.verdict is Verdict.UNCLEAR
    assert "expired" in codes(unstamped)


@pytest.mark.parametrize(
    "stamps",
    [
        lambda content: stamp(content, tsa(pki.other_root())),
        lambda content: stamp(content + b" "),
        lambda _: b"no token",
    ],
    ids=["a stranger's", "of something else", "none at all"],
)
def test_a_timestamp_that_proves_nothing_does_not_bring_a_certificate_back(stamps: object) -> None:
    """The signature was made with a certificate that had expired when the file arrived."""
    who = pki.issue("李娜", pki.root(), mail="li.na@example.com", end=pki.START + timedelta(days=1))
    assert of_word(sign_word(build(), who, stamps=stamps), 100).verdict is Verdict.UNCLEAR
