"""国密: a signature with SM2 and SM3 (GB/T 32918, GB/T 32905) is told as one that cannot be checked here.

OpenSSL makes the key, the certificate and the signature; OpenSSL 3.0 writes no CMS with SM2, so the envelope
(RFC 5652, GB/T 35275) is put together by asn1crypto around what it signed.
"""

import hashlib
import re
import subprocess
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from asn1crypto import algos, cms, core, x509
from cryptography.hazmat.primitives.serialization import Encoding

from agent.domain.marks import told
from agent.domain.signatures import Verdict
from parsers.digital.marks import codes
from parsers.digital.pdf import judge
from parsers.word.form import read_word
from tests import certificates as pki
from tests.needs import need, without
from tests.signed_pdfs import form, sign
from tests.signed_words import rewritten, sign_word
from tests.unit.parsers.digital.test_digital_revocation import house
from tests.word_files import REQUEST, build, known

_SM3 = "1.2.156.10197.1.401"
_SM2_WITH_SM3 = "1.2.156.10197.1.501"
_ID = "distid:1234567812345678"
"""The identity that GB/T 35276 has everybody use."""


@dataclass(frozen=True, slots=True)
class Sm2:
    """A key and its certificate, self-signed."""

    key: bytes
    certificate: bytes

    @property
    def der(self) -> bytes:
        """Return the certificate as DER."""
        return _run("x509", "-outform", "DER", given=self.certificate)

    def sign(self, content: bytes) -> bytes:
        """Return the signature of `content`, with SM3 and the usual identity."""
        with TemporaryDirectory() as place:
            key = Path(place) / "key.pem"
            key.write_bytes(self.key)
            return _run("dgst", "-sm3", "-sign", str(key), "-sigopt", _ID, given=content)


@cache
def sm2() -> Sm2:
    """Return a signer; without an OpenSSL that knows SM2 the test ends and says so."""
    key = _run("genpkey", "-algorithm", "SM2")
    with TemporaryDirectory() as place:
        file = Path(place) / "key.pem"
        file.write_bytes(key)
        asked = ("-subj", "/CN=Li Na", "-days", "3650", "-sm3", "-sigopt", _ID)
        return Sm2(key, _run("req", "-x509", "-new", "-key", str(file), *asked))


def _run(*words: str, given: bytes = b"") -> bytes:
    program = need("openssl")
    done = subprocess.run([program, *words], input=given, capture_output=True, check=False)
    if done.returncode or not done.stdout:
        without(f"OpenSSL does not do SM2 here: openssl {words[0]}")
    return done.stdout


def envelope(who: Sm2, signed: bytes) -> bytes:
    """Return a detached CMS signature over `signed`."""
    certificate = x509.Certificate.load(who.der)
    digest = algos.DigestAlgorithm({"algorithm": _SM3})
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": [cms.ContentType("data")]}),
            cms.CMSAttribute(
                {"type": "message_digest", "values": [core.OctetString(hashlib.new("sm3", signed).digest())]}
            ),
        ]
    )
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                name="issuer_and_serial_number",
                value=cms.IssuerAndSerialNumber(
                    {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                ),
            ),
            "digest_algorithm": digest,
            "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": _SM2_WITH_SM3}),
            "signature": who.sign(attributes.dump()),
        }
    )
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [digest],
            "encap_content_info": {"content_type": "data"},
            "certificates": [certificate],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())


def with_envelope(content: bytes, who: Sm2) -> bytes:
    """Return a signed PDF with the signature in it made anew by `who`, over the same bytes."""
    found = re.search(rb"/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)\s*\]", content)
    assert found is not None
    start, length, after, rest = map(int, found.groups())
    signed = content[start : start + length] + content[after : after + rest]
    room = after - length - 2
    made = envelope(who, signed).hex().encode()
    assert len(made) <= room
    return content[: length + 1] + made.ljust(room, b"0") + content[after - 1 :]


def test_a_pdf_signed_with_sm2_goes_to_a_person_who_is_told_why() -> None:
    """Neither signed nor unsigned: nobody can check it here, and the reason names 国密."""
    (found,) = judge(with_envelope(sign(form(), pki.li_na()), sm2()), house()).by_field.values()
    assert found.verdict is Verdict.UNCLEAR
    assert "unknown_algorithm" in codes(found)
    assert any("SM2" in told(reason).zh for reason in found.reasons)


def test_a_word_file_signed_with_sm2_goes_to_a_person_too() -> None:
    """As WPS writes it: an SM2 certificate, and a method that XML signatures have no name for."""
    name = f"urn:oid:{_SM2_WITH_SM3}".encode()

    def change(part: str, content: bytes) -> bytes:
        if not part.startswith("_xmlsignatures/sig"):
            return content
        content = re.sub(rb'(<SignatureMethod Algorithm=")[^"]*', rb"\g<1>" + name, content)
        own = b64encode(pki.li_na().certificate.public_bytes(Encoding.DER))
        assert own in content
        return content.replace(own, b64encode(sm2().der))

    reader = known(REQUEST)
    content = rewritten(sign_word(build(), pki.li_na()), change)
    (found,) = read_word(content, "form.docx", reader).signatures
    assert found.verdict is Verdict.UNCLEAR
    assert "unknown_algorithm" in codes(found)


@pytest.mark.parametrize("at", [0, 40, -20])
def test_an_sm2_signature_cut_short_or_changed_is_no_error(at: int) -> None:
    """Whatever a stranger sends."""
    content = bytearray(with_envelope(sign(form(), pki.li_na()), sm2()))
    place = content.index(b"/Contents") + 60 + at
    content[place : place + 2] = b"00"
    assert all(each.verdict is Verdict.UNCLEAR for each in judge(bytes(content), house()).by_field.values())
