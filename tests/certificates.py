"""A certificate authority in memory, for tests: who signs, with what, and what is wrong with it.

What a certificate is made of is shared with the demo (`agent.demo.certificates`).
"""

from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from agent.demo.certificates import FROM, MAIL, Identity, Key, elliptic, issue

__all__ = [
    "MAIL",
    "START",
    "Identity",
    "Key",
    "answering",
    "elliptic",
    "issue",
    "li_na",
    "other_root",
    "revoking",
    "root",
    "rsa_key",
    "wang_fang",
]

_YEAR = timedelta(days=365)
START = FROM + _YEAR
"""When people sign in tests: the day on which documents are read there (`tests.word_files.TODAY`)."""


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return an RSA key, made once per run."""
    return rsa.generate_private_key(65537, bits)


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


def answering(
    about: Identity,
    *,
    revoked: bool = False,
    by: Identity | None = None,
    until: datetime = START + timedelta(days=7),
) -> bytes:
    """Return an OCSP answer (DER; RFC 6960) about a certificate, good for the week before `until`.

    Args:
        about: whose certificate; its issuer is the one that is asked.
        revoked: what the answer says.
        by: who signs it; the issuer itself, or a responder that it appointed or did not.
        until: when it is out of date.
    """
    issuer = about.issuer or about
    responder = by or issuer
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=about.certificate,
            issuer=issuer.certificate,
            algorithm=hashes.SHA256(),
            cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
            this_update=until - timedelta(days=7),
            next_update=until,
            revocation_time=START - timedelta(days=90) if revoked else None,
            revocation_reason=x509.ReasonFlags.key_compromise if revoked else None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
    )
    if responder is not issuer:
        builder = builder.certificates([responder.certificate])
    return builder.sign(responder.key, hashes.SHA256()).public_bytes(Encoding.DER)
