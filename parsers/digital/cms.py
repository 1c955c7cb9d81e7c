"""The CMS envelope of a digital signature in PDF (RFC 5652): detached, one signer, its certificate named."""

import contextlib
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, core, x509

from parsers.digital.trust import Credentials, Stamp
from parsers.digital.weak import is_weak_digest

_KNOWN_SIGNATURES = frozenset({"rsassa_pkcs1v15", "rsassa_pss", "ecdsa", "ed25519", "ed448"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What one detached CMS signature says about the bytes that it was made for."""

    reasons: tuple[str, ...]
    """Codes of `parsers.digital.marks.SAID`; empty when the signature is right, whoever made it."""
    brought: Credentials
    claimed: datetime | None
    """When the signer says to have signed."""


def open_envelope(der: bytes, signed: bytes, when: datetime | None) -> Envelope:
    """Hold a signature against the bytes it should be about.

    Args:
        der: `/Contents` of the signature, with the zeros that fill it up.
        signed: the bytes of its `/ByteRange`.
        when: the time that the file itself claims, used when the envelope claims none.

    Raises:
        Exception: it is no such envelope; the libraries raise whatever they like on damaged bytes.
    """
    from pyhanko.sign.general import extract_certificate_info  # noqa: PLC0415 - four tenths of a second at start

    content = cms.ContentInfo.load(der)
    if der[len(content.dump()) :].strip(b"\0"):
        raise ValueError("something follows the signature")
    data = content["content"]
    if content["content_type"].native != "signed_data" or len(data["signer_infos"]) != 1:
        raise ValueError("not one signer")
    enclosed = data["encap_content_info"]
    if enclosed["content_type"].native != "data" or enclosed["content"].native is not None:
        raise ValueError("not detached")
    signer = data["signer_infos"][0]
    found = extract_certificate_info(data)
    leaf = found.signer_cert
    crls, ocsps = _revocations(data, signer)
    return Envelope(
        reasons=tuple(_faults(signer, leaf, signed)),
        brought=Credentials(
            leaf=leaf,
            others=tuple(found.other_certs),
            crls=crls,
            ocsps=ocsps,
            stamps=tuple(
                Stamp(token=token["content"], stamped=signer["signature"].native)
                for token in _attributes(signer["unsigned_attrs"], "signature_time_stamp_token")
            ),
        ),
        claimed=next((each.native for each in _attributes(signer["signed_attrs"], "signing_time")), when),
    )


def document_stamp(der: bytes, signed: bytes) -> Stamp:
    """Return a document timestamp (ISO 32000-2, 12.8.5) as a token about `signed`."""
    return Stamp(token=cms.ContentInfo.load(der)["content"], stamped=signed)


def _faults(signer: cms.SignerInfo, leaf: x509.Certificate, signed: bytes) -> list[str]:
    from pyhanko.sign.validation import errors, generic_cms  # noqa: PLC0415 - see `open_envelope`

    algorithm = signer["signature_algorithm"]
    digest = signer["digest_algorithm"]["algorithm"].native
    try:
        known = algorithm.signature_algo in _KNOWN_SIGNATURES
    except ValueError:
        known = False
    if not known or leaf.public_key.algorithm not in {"rsa", "rsassa_pss", "ec", "ed25519", "ed448"}:
        return ["unknown_algorithm"]
    faults: list[str] = []
    weak = [digest]
    if algorithm.signature_algo in {"rsassa_pkcs1v15", "rsassa_pss", "ecdsa"}:
        # `rsaEncryption` alone names no hash: the digest above is used.
        with contextlib.suppress(ValueError):
            weak.append(algorithm.hash_algo)
    if any(map(is_weak_digest, weak)):
        faults.append("weak_algorithm")
    try:
        names_certificate = generic_cms.get_signing_cert_attr(signer["signed_attrs"].untag()) is not None
    except (AttributeError, errors.SignatureValidationError):
        names_certificate = False
    if not names_certificate:
        return [*faults, "no_signing_certificate"]
    try:
        actual = hashlib.new(digest, signed).digest()
        intact, valid = generic_cms.validate_sig_integrity(signer, leaf, "data", actual)
    except errors.SignatureValidationError:
        intact = valid = False
    if not (intact and valid):
        faults.append("digital_broken")
    return faults


def _revocations(data: cms.SignedData, signer: cms.SignerInfo) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    enclosed = () if isinstance(data["crls"], core.Void) else data["crls"]
    crls: list[bytes] = [e.chosen.untag().dump() for e in enclosed if e.name == "certificate_list"]
    ocsps: list[bytes] = []
    for archive in _attributes(signer["signed_attrs"], "adobe_revocation_info_archival"):
        for kept, into in (("crl", crls), ("ocsp", ocsps)):
            if not isinstance(archive[kept], core.Void):
                into.extend(each.dump() for each in archive[kept])
    return tuple(crls), tuple(ocsps)


def _attributes(found: cms.CMSAttributes, kind: str) -> list[Any]:
    """Return the values of the attributes of one kind."""
    if isinstance(found, core.Void):
        return []
    return [value for each in found if each["type"].native == kind for value in each["values"]]
