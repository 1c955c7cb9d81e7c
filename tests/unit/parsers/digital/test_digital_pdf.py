"""Digital signatures of PDF files: which count, and what they say."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import timestamps
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pypdf import PdfReader, PdfWriter

from agent.domain.forms import SignatureKind
from agent.domain.signatures import Signature, Verdict
from agent.letters.paper.draw import draw
from parsers.digital.marks import allot, certificates, codes
from parsers.digital.pdf import judge
from parsers.known import Known
from tests import certificates as pki
from tests.libreoffice import convert
from tests.signed_pdfs import field_of, form, sign, updated
from tests.word_files import REQUEST, SECRET, SHEET, build, known


def house(*roots: pki.Identity) -> Known:
    return replace(known(), roots=tuple(each.der for each in roots or (pki.root(),)))


def only(content: bytes, reader: Known | None = None) -> Signature:
    """Return the one signature of a file."""
    (found,) = judge(content, reader or house()).by_field.values()
    return found


def test_a_signature_of_somebody_we_know_under_our_root_counts() -> None:
    """The evidence tells whose certificate it is, who vouches for it, and what is covered."""
    content = sign(form(), pki.li_na())

    found = judge(content, house())
    said = {
        e.words.partition(":")[0]: e.words.partition(": ")[2] for e in found.by_field["sig.head"].evidence
    }

    assert found.by_field["sig.head"].verdict is Verdict.SIGNED
    assert (found.by_field["sig.head"].slot, found.by_field["sig.head"].who) == ("head", "李娜")
    assert found.by_field["sig.head"].how is SignatureKind.DIGITAL
    assert (said["subject"], said["issuer"], said["covers"]) == (
        "CN=李娜",
        "CN=Example Root",
        "the whole file",
    )
    assert found.signed == content


def test_a_form_that_nobody_signed_has_no_signatures() -> None:
    """An empty signature field is no trace of a signature."""
    assert judge(form(), house()).by_field == {}
    assert judge(form(), house()).signed is None


@pytest.mark.parametrize("pades", [False, True])
def test_both_kinds_of_envelopes_count(*, pades: bool) -> None:
    """`adbe.pkcs7.detached` and `ETSI.CAdES.detached` (ISO 32000-2, 12.8.3)."""
    assert only(sign(form(), pki.li_na(), pades=pades)).verdict is Verdict.SIGNED


def test_an_rsa_key_counts_as_an_elliptic_one_does() -> None:
    """Most company cards carry RSA keys."""
    who = pki.issue("李娜", pki.root(), mail="li.na@example.com", key=pki.rsa_key())

    assert only(sign(form(), who)).verdict is Verdict.SIGNED


def test_whoever_signs_after_another_leaves_the_first_signature_standing() -> None:
    """Each is judged on its own revision; a later signature and its date change nothing else."""
    first = sign(form(), pki.li_na())
    dated = updated(first, lambda w: put(w, "sigdate.manager", "2026-03-02"))
    second = sign(dated, pki.wang_fang(), field="sig.manager")

    found = judge(second, house())

    assert {n: (s.verdict, s.who) for n, s in found.by_field.items()} == {
        "sig.head": (Verdict.SIGNED, "李娜"),
        "sig.manager": (Verdict.SIGNED, "王芳"),
    }
    assert found.signed == second


def put(writer: IncrementalPdfFileWriter, name: str, value: str) -> None:
    """Write a value into a text field, as a form filler does."""
    each = field_of(writer, name)
    each[generic.pdf_name("/V")] = generic.TextStringObject(value)
    writer.update_container(each)


def test_a_date_alone_is_a_change() -> None:
    """The date field of a slot is free only when that slot is signed."""
    content = updated(sign(form(), pki.li_na()), lambda w: put(w, "sigdate.manager", "2026-03-02"))

    assert codes(only(content))[0] == "changed_afterwards"


def test_a_signature_in_a_field_of_another_name_finds_the_only_slot() -> None:
    """Acrobat makes its own field when somebody draws a rectangle."""
    found = only(sign(form(slots=()), pki.li_na(), field="Signature1"))
    (slot,) = known().forms["request"].slots

    assert (found.slot, found.verdict) == ("", Verdict.SIGNED)
    assert allot([found], known().forms["request"])[slot.id].verdict is Verdict.SIGNED


def test_a_signature_without_a_place_among_several_slots_is_a_question() -> None:
    """Nobody guesses whose slot was meant."""
    found = only(sign(form(slots=()), pki.li_na(), field="Signature1"))
    one = known().forms["request"]
    both = replace(one, slots=(*one.slots, replace(one.slots[0], id="other")))

    placed = allot([found], both)

    assert {s.verdict for s in placed.values()} == {Verdict.UNCLEAR}
    assert all("digital_without_place" in codes(s) for s in placed.values())


def test_a_line_break_that_a_mail_program_added_is_no_change() -> None:
    """Blanks after the end show nothing to anybody."""
    assert only(sign(form(), pki.li_na()) + b"\r\n").verdict is Verdict.SIGNED


# ---- whose certificate counts


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (lambda: pki.issue("李娜", mail="li.na@example.com"), "self_signed"),
        (lambda: pki.issue("李娜", pki.other_root(), mail="li.na@example.com"), "untrusted_root"),
        (
            lambda: pki.issue(
                "李娜", pki.root(), mail="li.na@example.com", end=pki.START - timedelta(days=1)
            ),
            "expired",
        ),
        (
            lambda: pki.issue(
                "李娜", pki.root(), mail="li.na@example.com", start=pki.START + timedelta(days=1)
            ),
            "not_yet_valid",
        ),
        (lambda: pki.issue("李娜", pki.root(), mail="li.na@example.com", signs=False), "wrong_usage"),
        (
            lambda: pki.issue(
                "李娜", pki.root(), mail="li.na@example.com", purposes=[ExtendedKeyUsageOID.SERVER_AUTH]
            ),
            "wrong_usage",
        ),
        (
            lambda: pki.issue("李娜", pki.root(), mail="li.na@example.com", key=pki.rsa_key(1024)),
            "weak_algorithm",
        ),
        (lambda: pki.issue("李娜", pki.root(), mail="li.na@example.org"), "unknown_mail"),
        (lambda: pki.issue("李娜", pki.wang_fang(), mail="li.na@example.com"), "bad_chain"),
    ],
)
def test_a_certificate_that_does_not_count_is_a_question_with_a_named_reason(
    who: Callable[[], pki.Identity], reason: str
) -> None:
    """A lookalike, a stranger, a certificate out of time or for something else never signs."""
    found = only(sign(form(), who()))

    assert found.verdict is Verdict.UNCLEAR
    assert reason in codes(found)


@pytest.mark.parametrize("mail", ["", "wang.wu@example.org"])
def test_a_holder_whom_nobody_knows_is_named_as_certified(mail: str) -> None:
    """`WANG Fang` may well be 王芳; whether that is who should sign is for the process to ask."""
    found = only(sign(form(), pki.issue("WANG Fang", pki.root(), mail=mail)))

    assert (found.verdict, found.who) == (Verdict.SIGNED, "WANG Fang")
    assert "unknown_holder" in codes(found)


def test_without_roots_nobody_signs_digitally() -> None:
    """The house says first whom it trusts."""
    found = only(sign(form(), pki.li_na()), known())

    assert (found.verdict, codes(found)) == (Verdict.UNCLEAR, ("no_roots",))


def test_a_certificate_can_itself_be_trusted_yet_vouches_for_nobody() -> None:
    """A house without an authority lists the certificates of its people."""
    own = pki.issue("李娜", mail="li.na@example.com")
    forged = pki.issue("王芳", own, mail="wang.fang@example.com")

    assert only(sign(form(), own), house(own)).verdict is Verdict.SIGNED
    assert only(sign(form(), forged), house(own)).verdict is Verdict.UNCLEAR


def test_a_trusted_certificate_ends_as_every_other_does() -> None:
    """Standing among the roots makes nobody eternal."""
    own = pki.issue("李娜", mail="li.na@example.com", end=pki.START - timedelta(days=1))

    assert codes(only(sign(form(), own), house(own))) == ("expired",)


def test_an_intermediate_authority_is_followed_to_the_root() -> None:
    """The file brings it along; without it nobody knows the way."""
    between = pki.issue("Example Sub", pki.root(), ca=True)
    who = pki.issue("李娜", between, mail="li.na@example.com")

    assert only(sign(form(), who)).verdict is Verdict.SIGNED
    assert codes(only(sign(form(), who, bring=False))) == ("untrusted_root",)


def test_a_certificate_is_told_by_mail_address_before_its_name() -> None:
    """Two people are called 张伟; the address says which, and stands for the name where names are shared."""
    mail = pki.issue("Zhang W.", pki.root(), mail="ZHANG.WEI2@example.com")
    alone = pki.issue("李娜", pki.root())

    assert only(sign(form(), mail)).who == "张伟 <zhang.wei2@example.com>"
    assert only(sign(form(), alone)).who == "李娜"


def test_a_certificate_that_began_or_ends_on_the_day_of_arrival_counts() -> None:
    """Only the day is known, not the hour."""
    fresh = pki.issue("李娜", pki.root(), mail="li.na@example.com", start=pki.START + timedelta(hours=9))
    last = pki.issue("李娜", pki.root(), mail="li.na@example.com", end=pki.START - timedelta(hours=8))

    assert {only(sign(form(), who)).verdict for who in (fresh, last)} == {Verdict.SIGNED}


def test_a_certificate_with_a_list_that_revokes_it_does_not_count() -> None:
    """The list comes in the file's own store; nothing is fetched."""
    who = pki.li_na()
    content = sign(form(), who)

    revoked = only(with_proofs(content, pki.revoking(who)))
    cleared = only(with_proofs(content, pki.revoking(pki.wang_fang())))

    assert (revoked.verdict, codes(revoked)) == (Verdict.UNCLEAR, ("revoked",))
    assert (cleared.verdict, codes(cleared)) == (Verdict.SIGNED, ())


def test_a_list_that_is_out_of_date_takes_back_but_clears_nobody() -> None:
    """A certificate that was revoked stays so; one that was not may have been since."""
    who, old = pki.li_na(), pki.START - timedelta(days=2)
    content = sign(form(), who)

    revoked = only(with_proofs(content, pki.revoking(who, until=old)))
    silent = only(with_proofs(content, pki.revoking(pki.wang_fang(), until=old)))

    assert (revoked.verdict, codes(revoked)) == (Verdict.UNCLEAR, ("revoked",))
    assert (silent.verdict, codes(silent)) == (Verdict.SIGNED, ("revocation_unknown",))


def test_what_is_not_known_about_revocation_is_said() -> None:
    """It is told beside the verdict and does not stand in its way."""
    found = only(sign(form(), pki.li_na()))

    assert (found.verdict, codes(found)) == (Verdict.SIGNED, ("revocation_unknown",))


def test_a_list_by_somebody_else_says_nothing() -> None:
    """Only the issuer of a certificate can take it back, or clear it."""
    content = with_proofs(sign(form(), pki.li_na()), pki.revoking(pki.li_na(), by=pki.other_root()))

    assert (only(content).verdict, codes(only(content))) == (Verdict.SIGNED, ("revocation_unknown",))


def with_proofs(content: bytes, *crls: bytes) -> bytes:
    """Return the file with a `/DSS`, as a program for long-term validation leaves it."""

    def add(writer: IncrementalPdfFileWriter) -> None:
        store = DocumentSecurityStore(writer)
        refs = generic.ArrayObject([writer.add_object(generic.StreamObject(stream_data=c)) for c in crls])
        made = store.as_pdf_object()  # type: ignore[no-untyped-call]  # pyHanko leaves it so
        made[generic.pdf_name("/CRLs")] = refs
        writer.root[generic.pdf_name("/DSS")] = writer.add_object(made)
        writer.update_root()  # type: ignore[no-untyped-call]  # likewise

    return updated(content, add)


# ---- time


def tsa(issuer: pki.Identity | None = None) -> timestamps.DummyTimeStamper:
    """Return a timestamp authority that always says when people sign in tests."""
    own = pki.issue(
        "Stamps", issuer or pki.root(), key=pki.rsa_key(), purposes=[ExtendedKeyUsageOID.TIME_STAMPING]
    )
    return timestamps.DummyTimeStamper(
        tsa_cert=x509.Certificate.load(own.der),
        tsa_key=keys.PrivateKeyInfo.load(own.key_der),
        fixed_dt=pki.START,
    )


def test_a_trusted_timestamp_proves_that_the_certificate_was_valid_then() -> None:
    """A form that arrives a year later was signed in time."""
    who = pki.issue("李娜", pki.root(), mail="li.na@example.com", end=pki.START + timedelta(days=1))
    late = replace(house(), today=pki.START.date() + timedelta(days=100))

    stamped = only(sign(form(), who, stamps=tsa()), late)
    unstamped = only(sign(form(), who), late)
    foreign = only(sign(form(), who, stamps=tsa(pki.other_root())), late)

    assert stamped.verdict is Verdict.SIGNED
    assert any("timestamp: 2026-03-02" in each.words for each in stamped.evidence)
    assert (unstamped.verdict, foreign.verdict) == (Verdict.UNCLEAR, Verdict.UNCLEAR)
    assert "expired" in codes(unstamped)
    assert "expired" in codes(foreign)


def test_a_timestamp_of_the_whole_document_proves_it_too_and_is_nobodys_signature() -> None:
    """`/DocTimeStamp` is added after the signature (ISO 32000-2, 12.8.5)."""
    who = pki.issue("李娜", pki.root(), mail="li.na@example.com", end=pki.START + timedelta(days=1))
    late = replace(house(), today=pki.START.date() + timedelta(days=100))
    out = BytesIO()
    PdfTimeStamper(tsa(), field_name="Stamp1").timestamp_pdf(
        IncrementalPdfFileWriter(BytesIO(sign(form(), who))), "sha256", output=out
    )

    assert only(out.getvalue(), late).verdict is Verdict.SIGNED


# ---- certificates of the configuration


def test_a_root_is_read_from_pem_and_from_der() -> None:
    """A PEM file may hold several, with remarks between them; anything else holds none."""
    both = b"# our authorities\n" + b"\n".join(
        each.certificate.public_bytes(Encoding.PEM) for each in (pki.root(), pki.other_root())
    )

    assert certificates(both) == (pki.root().der, pki.other_root().der)
    assert certificates(pki.root().der) == (pki.root().der,)
    assert certificates(b"-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----") == ()
    assert certificates(b"") == ()


# ---- PDF files that others made


def test_the_form_that_we_send_can_be_filled_and_signed() -> None:
    """The PDF of a sheet has a field for each slot; one program fills it, another signs."""
    drawn = draw(build(), REQUEST, SHEET, SECRET, embed=False)
    writer = PdfWriter(BytesIO(drawn), incremental=True)
    writer.update_page_form_field_values(writer.pages[0], {"project_name": "四号线"}, auto_regenerate=False)
    filled = BytesIO()
    writer.write(filled)

    found = judge(sign(filled.getvalue(), pki.li_na(), field="sig.initiating_head"), house())

    assert judge(filled.getvalue(), house()).by_field == {}
    assert {s.slot: s.verdict for s in found.by_field.values()} == {"initiating_head": Verdict.SIGNED}
    assert found.signed is not None
    assert PdfReader(BytesIO(found.signed)).get_fields()["project_name"]["/V"] == "四号线"  # type: ignore[index]


def test_a_pdf_that_libreoffice_made_can_be_signed(tmp_path: Path) -> None:
    """It has no form; who signs draws a field anywhere, and a later change is found all the same."""
    (printed,) = convert({"form.docx": build()}, to="pdf", folder=tmp_path).values()
    signed = sign(printed, pki.li_na(), field="Signature1")

    def overwrite(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        words = generic.StreamObject(stream_data=b"BT ET")
        page[generic.pdf_name("/Contents")] = writer.add_object(words)
        writer.update_container(page)

    assert only(signed).verdict is Verdict.SIGNED
    assert codes(only(updated(signed, overwrite)))[0] == "changed_afterwards"
