"""Whether a certificate counts: a path to a configured root (RFC 5280, 6), in time, for signing, not revoked.

Nothing is fetched.  What is known of revocation is what the document brings along (CRLs, RFC 5280; OCSP
answers, RFC 6960); what time it was signed is proved by a timestamp (RFC 3161) of an authority under the same
roots, or by nothing, and then the day of arrival counts.
"""

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING

from asn1crypto import cms, crl, ocsp, x509

from parsers.digital.answers import MOST_REVOCATIONS, is_cleared, takes_back
from parsers.digital.weak import is_weak_digest, is_weak_key

if TYPE_CHECKING:
    from pyhanko_certvalidator import ValidationContext
    from pyhanko_certvalidator.path import ValidationPath

_MOST_CERTIFICATES = 50
_MOST_STAMPS = 5
_SIGNING_PURPOSES = frozenset(
    {
        *("email_protection", "any_extended_key_usage"),
        *("1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.311.10.3.12", "1.2.840.113583.1.1.5"),
        *("document_signing", "microsoft_document_signing", "adobe_authentic_documents_trust"),
    }
)
"""Purposes that a certificate for documents may name: mail, documents (RFC 9336), Microsoft's, Adobe's."""
_TOO_FAR_AHEAD = 1
"""Days by which a timestamp may lie after the day of arrival: the day may turn between two time zones."""


class _Revoked(Enum):
    """How hard revocation is asked for."""

    IF_DECLARED = "if declared"
    """A path counts without an answer; asked are those certificates that say where lists are to be had."""
    HOLDER = "holder"
    """There must be an answer for the holder's certificate that holds on the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A timestamp token and the bytes that it is said to be about."""

    token: cms.SignedData
    stamped: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a signature brings along in order to be believed; none of it is trusted by itself."""

    leaf: x509.Certificate
    others: tuple[x509.Certificate, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    stamps: tuple[Stamp, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trusted:
    """What came of it."""

    reasons: tuple[str, ...]
    """Codes of `parsers.digital.marks.SAID`."""
    stamped: datetime | None = None
    """When a trusted timestamp says that the signature existed."""


def trust(brought: Credentials, roots: tuple[bytes, ...], today: date) -> Trusted:
    """Say whether a signature made with `brought.leaf` counts.

    Args:
        brought: the certificate and everything that came with it.
        roots: DER of the certificates that the house trusts.
        today: the day on which the document arrived.

    Raises:
        Exception: the libraries raise whatever they like on certificates that are none.
    """
    anchors = [x509.Certificate.load(root) for root in roots]
    others = brought.others[:_MOST_CERTIFICATES]
    stamped = min(_stamped(brought.stamps, anchors, today), default=None)
    moment = stamped or _within(today, brought.leaf)
    reasons = list(_path(brought, others, anchors, moment))
    if not _may_sign(brought.leaf):
        reasons.append("wrong_usage")
    if is_weak_key(brought.leaf.public_key):
        reasons.append("weak_algorithm")
    return Trusted(reasons=tuple(dict.fromkeys(reasons)), stamped=stamped)


def _path(
    brought: Credentials,
    others: tuple[x509.Certificate, ...],
    anchors: list[x509.Certificate],
    moment: datetime,
) -> Iterator[str]:
    """Yield what is wrong with the path from a root to the certificate."""
    leaf = brought.leaf
    validity = leaf["tbs_certificate"]["validity"]
    # Neither is looked at by the library when the certificate itself is a root.
    if validity["not_before"].native > moment:
        yield "not_yet_valid"
    if validity["not_after"].native < moment:
        yield "expired"
    if not anchors:
        yield "no_roots"
        return
    revocations = _revocations(brought)

    def validated(how: _Revoked) -> tuple["ValidationPath | None", str]:
        return _validated(leaf, others, _context(anchors, revocations, moment, how))

    found, fault = validated(_Revoked.IF_DECLARED)
    path = list(found) if found is not None else []
    answer = validated(_Revoked.HOLDER)[1] if any(revocations) else "none"
    if (
        answer
        and found is not None
        and is_cleared(leaf, found, _context(anchors, revocations, moment, _Revoked.IF_DECLARED))
    ):
        answer = ""
    # What is out of date clears nobody, but it does take back.
    if answer == "revoked" or _is_listed(path, brought.crls) or takes_back(path, brought.ocsps):
        fault = "revoked"
    if fault:
        yield fault
    if len(path) <= 1:
        return
    if path[0].ca is False:
        # A trusted person's own certificate vouches for nobody else.
        yield "bad_chain"
    if any(is_weak_key(each.public_key) or is_weak_digest(_digest(each)) for each in path[1:]):
        yield "weak_algorithm"
    if answer and fault != "revoked":
        yield "revocation_unknown"


def _is_listed(path: list[x509.Certificate], crls: tuple[bytes, ...]) -> bool:
    """Say whether a list, however old, that its issuer signed revokes a certificate of the path."""
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415 - see below
    from cryptography.x509 import load_der_x509_crl  # noqa: PLC0415 - likewise

    lists = [load_der_x509_crl(each) for each in crls[:MOST_REVOCATIONS]]
    for issuer, own in pairwise(path):
        key = load_der_public_key(issuer.public_key.dump())
        for each in lists:
            if (
                each.issuer.public_bytes() == issuer.subject.dump()
                and each.get_revoked_certificate_by_serial_number(own.serial_number) is not None
                and each.is_signature_valid(key)  # type: ignore[arg-type]  # any kind of key may be asked
            ):
                return True
    return False


def _validated(
    leaf: x509.Certificate, others: tuple[x509.Certificate, ...], context: "ValidationContext"
) -> tuple["ValidationPath | None", str]:
    """Return the path from a root to `leaf`, or the reason why there is none."""
    from pyhanko_certvalidator import CertificateValidator, errors  # noqa: PLC0415 - a tenth of a second at start

    try:
        return asyncio.run(CertificateValidator(leaf, others, context).async_validate_path()), ""
    except errors.PathBuildingError:
        return None, "self_signed" if leaf.self_issued else "untrusted_root"
    except errors.RevokedError:
        return None, "revoked"
    except errors.ExpiredError:
        return None, "expired"
    except errors.NotYetValidError:
        return None, "not_yet_valid"
    except errors.DisallowedAlgorithmError:
        return None, "weak_algorithm"
    except errors.ValidationError:
        return None, "self_signed" if leaf.self_issued else "bad_chain"


_Revocations = tuple[list[crl.CertificateList], list[ocsp.OCSPResponse]]


def _revocations(brought: Credentials) -> _Revocations:
    return (
        [crl.CertificateList.load(each) for each in brought.crls[:MOST_REVOCATIONS]],
        [ocsp.OCSPResponse.load(each) for each in brought.ocsps[:MOST_REVOCATIONS]],
    )


def _context(
    anchors: list[x509.Certificate], revocations: _Revocations, moment: datetime, how: _Revoked
) -> "ValidationContext":
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 - see `_validated`
    from pyhanko_certvalidator.policy_decl import (  # noqa: PLC0415 - see `_validated`
        CertRevTrustPolicy,
        RevocationCheckingPolicy,
        RevocationCheckingRule,
    )

    required, declared = (
        RevocationCheckingRule.CRL_OR_OCSP_REQUIRED,
        RevocationCheckingRule.CHECK_IF_DECLARED_SOFT,
    )
    crls, ocsps = revocations
    return ValidationContext(
        trust_roots=anchors,
        moment=moment,
        allow_fetching=False,
        crls=crls,
        ocsps=ocsps,
        revinfo_policy=CertRevTrustPolicy(
            RevocationCheckingPolicy(
                ee_certificate_rule=declared if how is _Revoked.IF_DECLARED else required,
                intermediate_ca_cert_rule=declared,
            ),
            # A revocation list is written when it is signed or later, never before the moment we ask about.
            retroactive_revinfo=True,
        ),
    )


def _stamped(stamps: tuple[Stamp, ...], anchors: list[x509.Certificate], today: date) -> Iterator[datetime]:
    """Yield the times that trusted timestamps prove."""
    from pyhanko.sign.validation import generic_cms  # noqa: PLC0415 - four tenths of a second at start

    for stamp in stamps[:_MOST_STAMPS] if anchors else ():
        try:
            said = stamp.token["encap_content_info"]["content"].parsed["gen_time"].native
            kind = stamp.token["signer_infos"][0]["digest_algorithm"]["algorithm"].native
            imprint = stamp.token["encap_content_info"]["content"].parsed["message_imprint"]
            weak = is_weak_digest(kind) or is_weak_digest(imprint["hash_algorithm"]["algorithm"].native)
            found = asyncio.run(
                generic_cms.validate_tst_signed_data(
                    stamp.token,
                    _context(anchors, ([], []), said, _Revoked.IF_DECLARED),
                    lambda name, content=stamp.stamped: hashlib.new(name, content).digest(),  # type: ignore[misc]
                )
            )
        except Exception:  # noqa: BLE001, S112 - a token that cannot be read proves nothing
            continue
        proved = found["intact"] and found["valid"] and found.get("trust_problem_indic") is None
        if (
            proved
            and not weak
            and found.get("validation_path") is not None
            and (said.date() - today).days <= _TOO_FAR_AHEAD
        ):
            yield said


def _within(day: date, leaf: x509.Certificate) -> datetime:
    """Return a moment of `day`; one at which the certificate is valid, when there is one that day.

    Only the day of arrival is known, and a certificate may be issued or end in the course of it.
    """
    validity = leaf["tbs_certificate"]["validity"]
    first, last = validity["not_before"].native, validity["not_after"].native
    noon = datetime.combine(day, time(12), UTC)
    return next((m for m in (noon, first, last) if m.date() == day and first <= m <= last), noon)


def _may_sign(leaf: x509.Certificate) -> bool:
    """Say whether key usage (RFC 5280, 4.2.1.3) and purposes (4.2.1.12) allow documents to be signed."""
    usage = leaf.key_usage_value
    if usage is not None and not {"digital_signature", "non_repudiation"} & set(usage.native):
        return False
    purposes = leaf.extended_key_usage_value
    return purposes is None or not _SIGNING_PURPOSES.isdisjoint(purposes.native)


def _digest(certificate: x509.Certificate) -> str:
    algorithm = certificate["signature_algorithm"]
    try:
        return str(algorithm.hash_algo)
    except ValueError:
        return str(algorithm["algorithm"].native)
