"""What a certificate says of itself, for the person who put it among the roots."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """One certificate that shall be trusted."""

    name: str
    """Its subject, as RFC 4514 writes it."""
    begins: datetime
    ends: datetime
    """Aware; beyond it nothing that it issued counts."""
    issues: bool
    """It may issue others (RFC 5280, 4.2.1.9); one that may not is trusted for itself alone."""


def describe(der: bytes) -> Root | None:
    """Return what a certificate says; None when nobody can read it."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        try:
            issues = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        except x509.ExtensionNotFound:
            issues = False
        return Root(
            name=certificate.subject.rfc4514_string(),
            begins=certificate.not_valid_before_utc,
            ends=certificate.not_valid_after_utc,
            issues=issues,
        )
    except ValueError:
        return None
