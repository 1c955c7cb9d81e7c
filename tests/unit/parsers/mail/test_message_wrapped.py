"""Mail inside something else: signatures, armour, pieces, old encodings, broken line ends."""

import base64
import binascii
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from agent.domain.mail import Address, InboundMail
from parsers.limits import Limits
from parsers.mail.message import read_mail
from tests.needs import need

NOBODY: frozenset[Address] = frozenset()
HEAD = b"From: li.na@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
INSIDE = (
    b'Content-Type: multipart/mixed; boundary="in"\r\n\r\n'
    b"--in\r\nContent-Type: text/plain; charset=gb18030\r\n\r\n"
    + "确认\r\n\r\n".encode("gb18030")
    + b"--in\r\n"
    b'Content-Type: application/octet-stream; name="form.docx"\r\nContent-Disposition: attachment\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\nUEsDBA==\r\n--in--\r\n"
)


def read(raw: bytes, limits: Limits | None = None) -> InboundMail:
    """Read a mail to nobody in particular."""
    return read_mail(raw, own=NOBODY, limits=limits or Limits())


def codes(mail: InboundMail) -> set[str]:
    """Return the codes of a mail's problems."""
    return {problem.partition(":")[0] for problem in mail.problems} - {"no_message_id"}


@pytest.fixture(scope="module")
def identity() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Return a certificate and its key, as a company gives them to its people."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Li Na")])
    now = datetime(2026, 11, 23, tzinfo=UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return made.sign(key, hashes.SHA256()), key


def enveloped(der: bytes, kind: str = "; smime-type=signed-data", name: str = "smime.p7m") -> bytes:
    """Return a mail that is one CMS envelope."""
    head = f'Content-Type: application/pkcs7-mime{kind}; name="{name}"\r\n'.encode()
    return HEAD + head + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(der)


def opaque(identity: tuple[x509.Certificate, ec.EllipticCurvePrivateKey], content: bytes = INSIDE) -> bytes:
    """Return the DER of an opaque signature around `content`."""
    certificate, key = identity
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(certificate, key, hashes.SHA256())
    return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])


def test_what_is_only_signed_is_read(identity: tuple[x509.Certificate, ec.EllipticCurvePrivateKey]) -> None:
    """Outlook signs opaquely when told so: the words and the form lie within the signature."""
    for kind in ("; smime-type=signed-data", ""):
        mail = read(enveloped(opaque(identity), kind))

        assert (mail.first_line, [a.name for a in mail.attachments]) == ("确认", ["form.docx"])
        assert codes(mail) == set()


def test_a_signature_around_a_signature_is_opened_too(
    identity: tuple[x509.Certificate, ec.EllipticCurvePrivateKey],
) -> None:
    """Triple wrapping (RFC 2634), and an end to it."""
    wrapped = INSIDE
    for _ in range(3):
        wrapped = opaque(identity, wrapped)
    assert read(enveloped(wrapped)).first_line == "确认"

    for _ in range(6):
        wrapped = opaque(identity, wrapped)
    assert codes(read(enveloped(wrapped))) == {"encrypted_mail"}


def test_an_envelope_that_a_gateway_renamed_is_opened(
    identity: tuple[x509.Certificate, ec.EllipticCurvePrivateKey],
) -> None:
    """Exchange rules and mailing lists turn the type into application/octet-stream."""
    raw = enveloped(opaque(identity)).replace(b"application/pkcs7-mime", b"application/octet-stream")

    assert read(raw).first_line == "确认"


def test_an_envelope_in_openssls_streaming_form_is_opened(
    tmp_path: Path, identity: tuple[x509.Certificate, ec.EllipticCurvePrivateKey]
) -> None:
    """Programs that sign while they write use indefinite lengths (BER, not DER)."""
    openssl = str(need("openssl"))
    certificate, key = identity
    pem, own = serialization.Encoding.PEM, tmp_path / "own.pem"
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    own.write_bytes(certificate.public_bytes(pem) + secret)
    how = ("-sign", "-signer", str(own), "-nodetach", "-stream", "-binary", "-outform", "DER")
    done = subprocess.run([openssl, "cms", *how], input=INSIDE, capture_output=True, check=True)

    assert read(enveloped(done.stdout)).first_line == "确认"


def test_what_is_encrypted_is_said_to_be(
    identity: tuple[x509.Certificate, ec.EllipticCurvePrivateKey],
) -> None:
    """Its sender is told; an envelope that only claims to be signed is no better."""
    assert codes(read(enveloped(b"0\x80nothing"))) == {"encrypted_mail"}
    assert codes(read(enveloped(opaque(identity)[:200]))) == {"encrypted_mail"}
    assert codes(read(enveloped(b"0\x80" * 20_000))) == {"encrypted_mail"}
    assert codes(read(enveloped(opaque(identity)), Limits(file_bytes=300))) >= {"encrypted_mail"}


def test_pgp_armour_is_taken_off_and_closed_armour_is_named() -> None:
    """The first line is the sender's, not the armour's (RFC 9580, 7)."""
    signed = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n确认\n\n- -- \n王芳\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n"
    )
    closed = "-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n"

    assert read(HEAD + b"\r\n" + signed.encode()).first_line == "确认"
    assert "iQEz" not in read(HEAD + b"\r\n" + signed.encode()).text
    assert codes(read(HEAD + b"\r\n" + closed.encode())) == {"encrypted_mail"}


def test_pgp_mime_keeps_its_words_and_loses_its_signature() -> None:
    """Signed (RFC 3156, 5) is read; encrypted (4) is named."""
    part = b"--p\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\xe7\xa1\xae\xe8\xae\xa4\r\n--p\r\n"
    signed = (
        HEAD
        + b"Content-Type: multipart/signed; protocol=application/pgp-signature; boundary=p\r\n\r\n"
        + part
        + b"Content-Type: application/pgp-signature; name=signature.asc\r\n\r\niQEz\r\n--p--\r\n"
    )
    closed = (
        HEAD
        + b"Content-Type: multipart/encrypted; protocol=application/pgp-encrypted; boundary=p\r\n\r\n"
        + b"--p\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--p\r\n"
        + b"Content-Type: application/octet-stream; name=encrypted.asc\r\n\r\nhQEM\r\n--p--\r\n"
    )

    assert (read(signed).first_line, read(signed).attachments) == ("确认", ())
    assert codes(read(closed)) == {"encrypted_mail"}


def uuencoded(content: bytes, name: str) -> bytes:
    """Return a file as uuencode writes it."""
    lines = b"".join(binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45))
    return b"begin 644 " + name.encode("gb18030") + b"\n" + lines + b"`\nend\n"


def test_a_uuencoded_file_is_an_attachment() -> None:
    """Old gateways still write them; the text around it stays text."""
    content = bytes(range(256)) * 3
    text = "确认\n\n".encode("gb18030") + uuencoded(content, "表格.docx") + b"\nbegin the work\n"
    mail = read(HEAD + b"Content-Type: text/plain; charset=gbk\r\n\r\n" + text)

    assert [(a.name, a.content) for a in mail.attachments] == [("表格.docx", content)]
    assert (mail.first_line, mail.text.split()[-3:]) == ("确认", ["begin", "the", "work"])

    whole = HEAD + b"Content-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n"
    assert read(whole + uuencoded(content, "a.png")).attachments[0].content == content


@pytest.mark.parametrize(
    "text",
    [b"begin 644 a.txt\nno end\n", b"begin 644 a\n\xff\xfe\nend\n", b"begin 644 a\n" * 50_000 + b"end\n"],
)
def test_words_that_resemble_uuencode_are_words(text: bytes) -> None:
    """Nothing is lost, and nothing takes long."""
    assert read(HEAD + b"\r\nhello\n" + text).first_line == "hello"


@pytest.mark.parametrize(
    ("parameters", "text", "top"),
    [
        ("format=flowed", "2: a long \nvalue\n", ("2: a long value",)),
        ("format=flowed; delsp=yes", "2：很长的 \n文字\n", ("2：很长的文字",)),
        ("format=flowed", "确认 \n\n-- \nsignature\n", ("确认",)),
        ("format=flowed", "yes \n> old \n> words\n", ("yes",)),
        ("format=flowed", " >stuffed\n", ()),
        ("format=fixed", "2: a \nb\n", ("2: a", "b")),
    ],
)
def test_soft_line_ends_are_joined(parameters: str, text: str, top: tuple[str, ...]) -> None:
    """A long value that Thunderbird wrapped is one value (RFC 3676), and no quotation grows into it."""
    raw = HEAD + f"Content-Type: text/plain; charset=utf-8; {parameters}\r\n\r\n{text}".encode()

    assert read(raw).top == top


def test_pieces_and_links_are_named() -> None:
    """A piece of a mail, and a part that lies elsewhere, are the sender's to put right."""
    piece = HEAD + b"Content-Type: message/partial; id=a; number=1; total=2\r\n\r\nFrom: x\r\n\r\nhalf"
    link = (
        HEAD + b"Content-Type: message/external-body; access-type=anon-ftp\r\n\r\nContent-Type: a/b\r\n\r\n"
    )

    assert codes(read(piece)) == {"partial_mail"}
    assert codes(read(link)) == {"cloud_attachment"}


@pytest.mark.parametrize("ends", [b"\r", b"\n", b"\r\n", b"\r\r\n"], ids=repr)
def test_a_mail_is_read_whatever_its_line_ends(ends: bytes) -> None:
    """Gateways lose half of a line end or double it; folded headers and boundaries are found all the same."""
    raw = (
        b"From: li.na@example.com\nSubject: one\n two\nMessage-ID: <a@b.example>\n"
        b"Content-Type: multipart/mixed;\n boundary=q\n\n--q\n\nfirst\n--q\n"
        b"Content-Type: image/png; name=a.png\n\nx\n--q--\n"
    ).replace(b"\n", ends)
    mail = read(raw)

    assert (mail.subject, mail.first_line, mail.message_id) == ("one two", "first", "<a@b.example>")
    assert [a.name for a in mail.attachments] == ["a.png"]


def test_a_long_chinese_name_in_pieces_is_one_name() -> None:
    """RFC 2231 continuation in GB 18030, cut in the middle of a character."""
    coded = "".join(f"%{byte:02X}" for byte in "关于新品上市的协同需求确认函.docx".encode("gb18030"))
    pieces = [coded[at : at + 33] for at in range(0, len(coded), 33)]
    said = "; ".join(
        f"filename*{n}*={'gb18030' + chr(39) * 2 if n == 0 else ''}{piece}" for n, piece in enumerate(pieces)
    )
    raw = HEAD + f"Content-Disposition: attachment; {said}\r\nContent-Type: a/b\r\n\r\nx".encode()

    assert [a.name for a in read(raw).attachments] == ["关于新品上市的协同需求确认函.docx"]


def test_two_files_of_one_name_are_two_files() -> None:
    """Phones call every photo image.jpg."""
    part = b"--q\r\nContent-Type: image/jpeg; name=image.jpg\r\nContent-Disposition: attachment\r\n\r\n"
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=q\r\n\r\n" + part + b"1\r\n" + part + b"2\r\n--q--"

    assert [(a.name, a.content) for a in read(raw).attachments] == [("image.jpg", b"1"), ("image.jpg", b"2")]


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'attachment; filename="a.docx"; size=1', "a.docx"),
        (b"ATTACHMENT; FILENAME=a.docx", "a.docx"),
        (b'inline; filename="a.docx"', "a.docx"),
        (b"filename=a.docx", "a.docx"),
        (b'attachment;filename="a.docx"filename*=x', "a.docx"),
        (b'"attachment"; filename=a.docx', "a.docx"),
        (b"attachment; filename=\xb1\xed.docx", "表.docx"),
        (b'attachment; filename="=?gbk?B?se0=?=.docx"', "表.docx"),
        (b"x-odd; filename=a.docx;;; =;", "a.docx"),
    ],
)
def test_an_odd_disposition_still_names_its_file(disposition: bytes, name: str) -> None:
    """What programs write there keeps to no standard."""
    raw = (
        HEAD + b"Content-Type: application/octet-stream\r\nContent-Disposition: " + disposition + b"\r\n\r\nx"
    )

    assert [a.name for a in read(raw).attachments] == [name]


def test_raw_bytes_in_headers_are_read_and_a_bare_mail_is_a_mail() -> None:
    """8-bit subjects, names and Message-IDs come every day; From, Date and Message-ID may be missing."""
    raw = "Subject: 协同\nMessage-ID: <协同@example.com>\nDate: Mon, 23 Nov 2026 09:00:00\n".encode("gb18030")
    mail = read(raw + b"From: \xc0\xee <li.na@example.com>\n\nx")

    assert (mail.subject, mail.message_id, mail.sender_name) == ("协同", "<协同@example.com>", "李")
    assert mail.date == datetime(2026, 11, 23, 9, tzinfo=UTC)

    bare = read(b"\nhello")
    assert (bare.sender, bare.date, bare.first_line) == ("", None, "hello")
    assert bare.message_id.endswith("@sha256.invalid>")


@pytest.mark.parametrize("word", ["协同", "协同需求", "café", "créée", "Привет", "Ωμέγα", "École à Liège"])
def test_short_words_without_a_label_are_not_taken_for_another_script(word: str) -> None:
    """协同 in GBK is sound UTF-8 of a Cyrillic letter and a mark; no language writes that."""
    mail = read(b"From: li.na@example.com\nSubject: " + word.encode("utf-8") + b"\n\nx")
    assert mail.subject == word

    if word.startswith("协"):
        assert read(b"From: li.na@example.com\nSubject: " + word.encode("gbk") + b"\n\nx").subject == word
