"""OCSP answers (RFC 6960) that a document brings along: whom they clear, and whom they take back.

The library asks for them only where a certificate names a responder to be asked; a document may bring one
all the same.
"""

import asyncio
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from asn1crypto import x509

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from cryptography.x509.ocsp import OCSPResponse
    from pyhanko_certvalidator import ValidationContext
    from pyhanko_certvalidator.path import ValidationPath

MOST_REVOCATIONS = 50
"""Answers and lists of one signature that are looked at."""


def is_cleared(leaf: x509.Certificate, path: "ValidationPath", context: "ValidationContext") -> bool:
    """Say whether an answer says on the day that the certificate was not taken back.

    Args:
        leaf: the certificate.
        path: from a root to it.
        context: the answers that were brought, and the day.
    """
    from pyhanko_certvalidator import errors  # noqa: PLC0415 - a tenth of a second at start
    from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response  # noqa: PLC0415 - likewise

    try:
        asyncio.run(verify_ocsp_response(leaf, path, context))
    except (errors.ValidationError, errors.OCSPNoMatchesError, errors.OCSPValidationIndeterminateError):
        return False
    return True


def takes_back(path: list[x509.Certificate], answers: tuple[bytes, ...]) -> bool:
    """Say whether an answer, however old, says of a certificate of the path that it was taken back.

    It counts when the issuer signed it, or a responder that the issuer appointed (RFC 6960, 4.2.2.2).
    """
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415 - see `is_cleared`
    from cryptography.x509.ocsp import load_der_ocsp_response  # noqa: PLC0415 - likewise

    loaded = [load_der_ocsp_response(each) for each in answers[:MOST_REVOCATIONS]]
    if not loaded:
        return False
    return any(
        own.serial_number in set(_taken_back(each, issuer))
        and _is_by(each, load_der_x509_certificate(issuer.dump()))
        for issuer, own in pairwise(path)
        for each in loaded
    )


def _taken_back(answer: "OCSPResponse", issuer: x509.Certificate) -> Iterator[int]:
    """Yield the serial numbers of this issuer's certificates that an answer takes back."""
    from cryptography.x509.ocsp import OCSPCertStatus, OCSPResponseStatus  # noqa: PLC0415 - see `is_cleared`

    if answer.response_status is not OCSPResponseStatus.SUCCESSFUL:
        return
    for each in answer.responses:
        name = each.hash_algorithm.name
        known = getattr(issuer.public_key, name, None), getattr(issuer.subject, name, None)
        about = each.issuer_key_hash, each.issuer_name_hash
        if each.certificate_status is OCSPCertStatus.REVOKED and about == known:
            yield each.serial_number


def _is_by(answer: "OCSPResponse", issuer: "Certificate") -> bool:
    """Say whether the issuer signed an answer, or one whom it appointed to."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - see `is_cleared`
    from cryptography.x509 import ExtendedKeyUsage, ExtensionNotFound  # noqa: PLC0415 - likewise
    from cryptography.x509.oid import ExtendedKeyUsageOID  # noqa: PLC0415 - likewise

    for each in (issuer, *answer.certificates):
        try:
            if each is not issuer:
                each.verify_directly_issued_by(issuer)
                purposes = each.extensions.get_extension_for_class(ExtendedKeyUsage).value
                if ExtendedKeyUsageOID.OCSP_SIGNING not in purposes:
                    continue
            _verify(each.public_key(), answer)
        except (InvalidSignature, ExtensionNotFound, ValueError, TypeError):
            continue
        return True
    return False


def _verify(key: Any, answer: "OCSPResponse") -> None:  # noqa: ANN401 - any kind of key may have signed
    """Check the signature of an answer; raises when it is not this key's."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - see `is_cleared`
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa  # noqa: PLC0415 - likewise

    signature, content = answer.signature, answer.tbs_response_bytes
    used = answer.signature_hash_algorithm
    if isinstance(key, rsa.RSAPublicKey) and used is not None:
        key.verify(signature, content, padding.PKCS1v15(), used)
    elif isinstance(key, ec.EllipticCurvePublicKey) and used is not None:
        key.verify(signature, content, ec.ECDSA(used))
    elif isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, content)
    else:
        raise InvalidSignature
