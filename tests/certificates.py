"""A certificate authority in memory, for tests: who signs, with what, and what is wrong with it.

Keys are derived from names, so the same person has the same key in every run and nothing is generated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from tests.word_files import TODAY

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

START = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)
"""When people sign in tests."""
_YEAR = timedelta(days=365)
MAIL = (ExtendedKeyUsageOID.EMAIL_PROTECTION,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A key with its certificate, and who vouches for it."""

    key: Key
    certificate: x509.Certificate
    issuer: "Identity | None" = None

    @property
    def der(self) -> bytes:
        """Return the certificate as DER."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def key_der(self) -> bytes:
        """Return the key as PKCS #8."""
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@cache
def elliptic(name: str) -> ec.EllipticCurvePrivateKey:
    """Return the key of `name`, always the same."""
    return ec.derive_private_key(int.from_bytes(sha256(name.encode()).digest()), ec.SECP256R1())


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return an RSA key, made once per run."""
    return rsa.generate_private_key(65537, bits)


def issue(  # noqa: PLR0913 - everything that can be wrong with a certificate
    name: str,
    issuer: Identity | None = None,
    *,
    mail: str = "",
    key: Key | None = None,
    start: datetime = START - _YEAR,
    end: datetime = START + _YEAR,
    ca: bool = False,
    signs: bool = True,
    purposes: Sequence[ObjectIdentifier] = MAIL,
    algorithm: hashes.SHA256 | hashes.SHA512 | None = None,
    serial: int = 0,
) -> Identity:
    """Return a certificate for `name`, self-signed when nobody issues it."""
    own = key or elliptic(name)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer is not None else subject)
        .public_key(own.public_key())
        .serial_number(serial or int.from_bytes(sha256(f"{name} {mail} {start}".encode()).digest()[:8]) + 1)
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(_usage(signs=signs and not ca, ca=ca), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
    )
    if mail:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(mail)]), critical=False)
    if purposes and not ca:
        is_tsa = ExtendedKeyUsageOID.TIME_STAMPING in purposes
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(purposes)), critical=is_tsa)
    by = issuer.key if issuer is not None else own
    steady = True if isinstance(by, ec.EllipticCurvePrivateKey) else None
    signed = builder.sign(by, algorithm or hashes.SHA256(), ecdsa_deterministic=steady)
    return Identity(key=own, certificate=signed, issuer=issuer)


def _usage(*, signs: bool, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=not signs and not ca,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


@cache
def root() -> Identity:
    """Return the authority of the house."""
    return issue("Example Root", ca=True, end=START + 10 * _YEAR)


@cache
def other_root() -> Identity:
    """Return an authority that nobody configured."""
    return issue("Other Root", ca=True)


@cache
def li_na() -> Identity:
    """Return 李娜, the head."""
    return issue("李娜", root(), mail="li.na@example.com")


@cache
def wang_fang() -> Identity:
    """Return 王芳 of another department."""
    return issue("王芳", root(), mail="wang.fang@example.com")


def revoking(
    *revoked: Identity, by: Identity | None = None, until: datetime = START + timedelta(days=30)
) -> bytes:
    """Return a revocation list (DER) that names these, good for the month before `until`."""
    authority = by or root()
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(until - timedelta(days=31))
        .next_update(until)
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False
        )
    )
    for each in revoked:
        entry = x509.RevokedCertificateBuilder(each.certificate.serial_number, START - timedelta(days=90))
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER)
