"""What digital signatures of PDF and Word files have in common: certificate, holder and reasons.

A certificate names its holder by mail address (RFC 5280, 4.2.1.6; older ones in the subject) or by name.
Whose digital signature counts, and when, is told in agent/decisions/0021.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

from agent.domain.answers import Evidence
from agent.domain.forms import Form, SignatureKind
from agent.domain.mail import address
from agent.domain.marks import DIGITAL
from agent.domain.people import Directory
from agent.domain.signatures import Signature, Verdict

if TYPE_CHECKING:
    from cryptography import x509

SAID = DIGITAL
"""What the named reasons mean."""

_ASIDE = frozenset({"revocation_unknown", "unknown_holder"})
"""Reasons that are told and do not stand in the way; who should have signed is for the process to ask."""

_CONTENT = frozenset(
    {
        *("digital_not_verified", "digital_odd_file", "digital_broken", "changed_afterwards"),
        *("partial_coverage", "revoked"),
    }
)
_MOST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whom a certificate belongs to, as far as we know."""

    who: str
    """The name in the directory, with the address there when others have it too; else what is certified."""
    reasons: tuple[str, ...] = ()
    """`unknown_holder` or `unknown_mail`; empty for somebody we know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """The certificate behind one signature, and when the signer says to have signed."""

    certificate: "x509.Certificate"
    claimed: datetime | None = None
    """The signer's own word, proved by nobody."""
    stamped: datetime | None = None
    """What a trusted timestamp proves."""

    def evidence(self, place: str, coverage: str) -> tuple[Evidence, ...]:
        """Return what to show to a person who asks why."""
        own = self.certificate
        said = [
            f"subject: {named(own.subject)}",
            f"issuer: {named(own.issuer)}",
            f"serial: {own.serial_number:x}",
            f"valid: {own.not_valid_before_utc:%Y-%m-%d} to {own.not_valid_after_utc:%Y-%m-%d}",
        ]
        if self.claimed is not None:
            said.append(f"signed, as the signer says: {self.claimed.isoformat()}")
        if self.stamped is not None:
            said.append(f"timestamp: {self.stamped.isoformat()}")
        said.append(f"covers: {coverage}")
        return tuple(Evidence(place=place, words=each) for each in said)


def certificates(pem_or_der: bytes) -> tuple[bytes, ...]:
    """Return the certificates in one file as DER, in their order; none when it holds nothing of the kind.

    Args:
        pem_or_der: one DER certificate, or any text with PEM certificates in it (RFC 7468).
    """
    # Most houses and most documents have none: 40 ms at every start are for those that do.
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    try:
        if b"-----BEGIN CERTIFICATE" in pem_or_der:
            found = x509.load_pem_x509_certificates(pem_or_der)
        else:
            found = [x509.load_der_x509_certificate(pem_or_der)]
        return tuple(each.public_bytes(Encoding.DER) for each in found)
    except ValueError:
        return ()


def holder(certificate: "x509.Certificate", directory: Directory) -> Holder:
    """Return whom `certificate` names: by mail address when it has one, else by common name."""
    mails = tuple(_mails(certificate))
    people = {
        person.address: person for mail in mails if (person := directory.find(address(mail))) is not None
    }
    if len(people) == 1:
        (person,) = people.values()
        alone = len(directory.named(person.name)) == 1
        return Holder(who=person.name if alone else f"{person.name} <{person.address}>")
    name = _name(certificate)
    if directory.named(name):
        return Holder(who=name, reasons=("unknown_mail",) if mails else ())
    return Holder(who=name or next(iter(mails), ""), reasons=("unknown_holder",))


def signature(
    slot: str,
    reasons: Iterable[str],
    *,
    who: str = "",
    evidence: tuple[Evidence, ...] = (),
) -> Signature:
    """Return the verdict: signed when nothing stands in the way, else unclear."""
    codes = tuple(sorted(dict.fromkeys(reasons), key=_ASIDE.__contains__))
    if not evidence and not codes:
        codes = ("digital_not_verified",)
    return Signature(
        slot=slot,
        verdict=Verdict.SIGNED if set(codes) <= _ASIDE else Verdict.UNCLEAR,
        how=SignatureKind.DIGITAL,
        who=who,
        reasons=tuple(f"{code}: {SAID[code].en}" for code in codes),
        evidence=evidence,
    )


def codes(found: Signature) -> tuple[str, ...]:
    """Return the codes of its reasons."""
    return tuple(reason.partition(":")[0] for reason in found.reasons)


def doubts_content(found: Signature) -> bool:
    """Say whether the doubt is about the document itself, not only about whom the certificate belongs to."""
    return not _CONTENT.isdisjoint(codes(found))


def allot(found: Iterable[Signature], form: Form) -> Mapping[str, Signature]:
    """Give each digital signature its slot.

    One that names its slot goes there.  One that names none goes to the only slot that accepts a digital
    signature and has none; when that leaves a choice, every such slot becomes a question.  So does a slot
    for which there are several.
    """
    ids = [slot.id for slot in form.slots]
    by_slot: dict[str, list[Signature]] = {}
    for each in found:
        by_slot.setdefault(each.slot if each.slot in ids else "", []).append(each)
    rest = by_slot.pop("", [])
    accepting = [slot.id for slot in form.slots if SignatureKind.DIGITAL in slot.accepts] or ids
    free = [slot for slot in accepting if slot not in by_slot]
    for slot in free if rest else ():
        by_slot[slot] = rest if len(free) == 1 else [*rest, *rest]
    return {slot: _only(slot, several) for slot, several in by_slot.items()}


def _only(slot: str, several: list[Signature]) -> Signature:
    first = several[0]
    reasons = codes(first) if len(several) == 1 else (*codes(first), "digital_without_place")
    return signature(slot, reasons, who=first.who, evidence=first.evidence)


def named(name: "x509.Name") -> str:
    """Return a distinguished name as text on one line, bounded (RFC 4514)."""
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 - see `certificates`

    text = name.rfc4514_string({NameOID.EMAIL_ADDRESS: "E"})
    return "".join(each for each in text if each.isprintable())[:_MOST_NAME]


def _name(certificate: "x509.Certificate") -> str:
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 - see `certificates`

    found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    said = str(found[-1].value) if found else ""
    return " ".join("".join(each for each in said if each.isprintable()).split())[:_MOST_NAME]


def _mails(certificate: "x509.Certificate") -> Iterable[str]:
    from cryptography import x509  # noqa: PLC0415 - see `certificates`
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 - likewise

    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        alternative: list[str] = extension.value.get_values_for_type(x509.RFC822Name)
    except (x509.ExtensionNotFound, ValueError):
        alternative = []
    subject = (str(e.value) for e in certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS))
    return (mail.strip() for mail in chain(alternative, subject) if mail.strip())
