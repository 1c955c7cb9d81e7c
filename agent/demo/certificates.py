"""The company's own certificates: a root that the clerk is told to trust, and one for whoever signs with it.

Keys follow from names, so that every demo (and every test) signs the same bytes; they are no secrets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

Key: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

FROM = datetime(2025, 3, 2, 9, tzinfo=UTC)
UNTIL = datetime(2027, 3, 2, 9, tzinfo=UTC)
"""When certificates are valid unless somebody says otherwise: a year around the day on which demos begin."""
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
    def pem(self) -> bytes:
        """Return the certificate as PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_der(self) -> bytes:
        """Return the key as PKCS #8."""
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@cache
def elliptic(name: str) -> ec.EllipticCurvePrivateKey:
    """Return the key of `name`, always the same."""
    return ec.derive_private_key(int.from_bytes(sha256(name.encode()).digest()), ec.SECP256R1())


def issue(  # noqa: PLR0913 - everything that can be said in a certificate, and be wrong with it
    name: str,
    issuer: Identity | None = None,
    *,
    mail: str = "",
    key: Key | None = None,
    start: datetime = FROM,
    end: datetime = UNTIL,
    ca: bool = False,
    signs: bool = True,
    purposes: Sequence[ObjectIdentifier] = MAIL,
    algorithm: hashes.SHA256 | hashes.SHA512 | None = None,
    serial: int = 0,
) -> Identity:
    """Return a certificate for `name`, self-signed when nobody issues it.

    Args:
        name: whose it is; the key follows from it.
        issuer: who vouches for it.
        mail: the address in it, if any.
        key: another key than that of the name.
        start: from when it is valid.
        end: until when.
        ca: it may issue others.
        signs: its key usage allows to sign.
        purposes: its extended key usage (RFC 5280, 4.2.1.12).
        algorithm: the digest that is signed; SHA-256 unless said otherwise.
        serial: its number; one that follows from the rest unless given.
    """
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
