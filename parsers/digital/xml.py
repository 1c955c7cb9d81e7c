"""XML signatures as office packages carry them (W3C XML Signature; XAdES, ETSI EN 319 132-1).

Only what such packages need: references within the same file, canonical XML, one key; all else is refused.
What is canonicalised is written out and read again first: lxml canonicalises a part of a tree with the
namespaces of its own elements only, inclusive canonical XML wants those of its ancestors too.
"""

import hashlib
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from lxml import etree

from parsers.digital.weak import is_weak_digest

DS = "{http://www.w3.org/2000/09/xmldsig#}"
CANONICAL = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"

_CANONICAL = {
    CANONICAL: (False, False),
    f"{CANONICAL}#WithComments": (False, True),
    "http://www.w3.org/2001/10/xml-exc-c14n#": (True, False),
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments": (True, True),
}
"""Whether exclusive, and whether with comments."""

_DIGESTS = {
    "http://www.w3.org/2000/09/xmldsig#sha1": "sha1",
    "http://www.w3.org/2001/04/xmldsig-more#md5": "md5",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_METHODS = {
    "http://www.w3.org/2000/09/xmldsig#rsa-sha1": "sha1",
    **{
        f"{_MORE}{kind}-{name}": name
        for kind in ("rsa", "ecdsa")
        for name in ("sha1", "sha256", "sha384", "sha512")
    },
}
_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - verified only to tell a weak signature from a broken one
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_MOST_REFERENCES = 2_000
_MOST_CERTIFICATES = 50


class OddSignatureError(ValueError):
    """It is no signature that an office program makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlSignature:
    """One signature whose key, certificate and references within its own file were looked at."""

    reasons: tuple[str, ...]
    """Codes of `parsers.digital.marks.SAID`; empty when it is right so far."""
    certificate: bytes
    """DER of the signer's certificate."""
    others: tuple[bytes, ...]
    signed: tuple[etree._Element, ...]
    """The elements that the signature covers; nothing outside them may be believed."""
    value: etree._Element
    """`SignatureValue`, which timestamps are about."""


def read_xml(content: bytes) -> etree._Element:
    """Return the root of an XML file, with everything that canonical XML counts.

    Raises:
        OddSignatureError: it is no XML, or declares a document type.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise OddSignatureError("no XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise OddSignatureError("a document type")
    return root


def canonical(element: etree._Element, algorithm: str = CANONICAL) -> bytes:
    """Return the canonical form of an element.

    Raises:
        OddSignatureError: `algorithm` is none that we know.
    """
    if algorithm not in _CANONICAL:
        raise OddSignatureError("canonical form")
    exclusive, with_comments = _CANONICAL[algorithm]
    apart = read_xml(etree.tostring(element, with_tail=False))
    return etree.tostring(apart, method="c14n", exclusive=exclusive, with_comments=with_comments)


def verify(root: etree._Element) -> XmlSignature:
    """Verify a signature against the key of its certificate, and what it covers within its own file.

    Raises:
        OddSignatureError: it is built in a way that no office program builds it.
    """
    if root.tag != f"{DS}Signature":
        raise OddSignatureError("no signature")
    info, value = one(root, f"{DS}SignedInfo"), one(root, f"{DS}SignatureValue")
    certificates = [_decoded(each) for each in root.iter(f"{DS}X509Certificate")][:_MOST_CERTIFICATES]
    if not certificates:
        raise OddSignatureError("no certificate")
    references = info.findall(f"{DS}Reference")
    if not 0 < len(references) <= _MOST_REFERENCES:
        raise OddSignatureError("references")
    signed: list[etree._Element] = []
    reasons: list[str] = []
    for each in references:
        target = _target(root, str(each.get("URI", "")))
        signed.append(target)
        reasons.extend(digest_faults(each, canonical(target, _only_canonical(each))))
    own, others, fault = _signer(certificates, signed)
    reasons.extend(fault)
    reasons.extend(_key_faults(info, _decoded(value), own))
    return XmlSignature(
        reasons=tuple(dict.fromkeys(reasons)),
        certificate=own,
        others=others,
        signed=tuple(signed),
        value=value,
    )


def one(parent: etree._Element, tag: str) -> etree._Element:
    """Return the only child of that name.

    Raises:
        OddSignatureError: there is none, or more than one.
    """
    found = parent.findall(tag)
    if len(found) != 1:
        raise OddSignatureError(tag.rpartition("}")[2])
    return found[0]


def digest_faults(reference: etree._Element, content: bytes) -> Iterator[str]:
    """Hold what a `Reference` covers against its digest."""
    name = _DIGESTS.get(one(reference, f"{DS}DigestMethod").get("Algorithm", ""))
    if name is None:
        yield "unknown_algorithm"
        return
    if is_weak_digest(name):
        yield "weak_algorithm"
    if not compare_digest(hashlib.new(name, content).digest(), _decoded(one(reference, f"{DS}DigestValue"))):
        yield "digital_broken"


def transforms(reference: etree._Element) -> list[etree._Element]:
    """Return the transforms of a `Reference`, in their order."""
    return [
        each for group in reference.findall(f"{DS}Transforms") for each in group.findall(f"{DS}Transform")
    ]


def texts(signed: tuple[etree._Element, ...], name: str) -> Iterator[str]:
    """Yield the texts of all elements of that local name among what was signed."""
    for root in signed:
        for each in root.iter(f"{{*}}{name}"):
            yield (each.text or "").strip()


def claimed(signed: tuple[etree._Element, ...]) -> datetime | None:
    """Return when the signer says to have signed."""
    for name in ("SigningTime", "Value"):
        for text in texts(signed, name):
            try:
                return datetime.fromisoformat(text)
            except ValueError:
                continue
    return None


def encapsulated(root: etree._Element, name: str) -> tuple[bytes, ...]:
    """Return DER values that were added without being signed: certificates, revocation lists, timestamps."""
    return tuple(_decoded(each) for each in root.iter(f"{{*}}{name}"))[:_MOST_CERTIFICATES]


def _target(root: etree._Element, uri: str) -> etree._Element:
    """Return the one element that a reference within the file names."""
    found = [each for each in root.iter("*") if uri[1:] in (each.get("Id"), each.get("ID"), each.get("id"))]
    if not uri.startswith("#") or len(uri) == 1 or len(found) != 1:
        raise OddSignatureError("reference")
    return found[0]


def _only_canonical(reference: etree._Element) -> str:
    found = [str(each.get("Algorithm", "")) for each in transforms(reference)]
    if len(found) > 1:
        raise OddSignatureError("transforms")
    return found[0] if found else CANONICAL


def _signer(
    certificates: list[bytes], signed: tuple[etree._Element, ...] | list[etree._Element]
) -> tuple[bytes, tuple[bytes, ...], list[str]]:
    """Return the certificate that the signature itself names (XAdES `SigningCertificate`), and the others."""
    for root in signed:
        for tag in ("{*}SigningCertificate", "{*}SigningCertificateV2"):
            for each in root.iter(tag):
                first = each.find("{*}Cert/{*}CertDigest")
                if first is None:
                    continue
                for at, certificate in enumerate(certificates):
                    faults = list(digest_faults(first, certificate))
                    if "digital_broken" not in faults and "unknown_algorithm" not in faults:
                        return certificate, tuple(certificates[:at] + certificates[at + 1 :]), []
    return certificates[0], tuple(certificates[1:]), ["no_signing_certificate"]


def _key_faults(info: etree._Element, value: bytes, certificate: bytes) -> Iterator[str]:
    method = one(info, f"{DS}SignatureMethod").get("Algorithm", "")
    name = _METHODS.get(method)
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except (ValueError, UnsupportedAlgorithm):
        name, key = None, None
    if name is None:
        yield "unknown_algorithm"
        return
    if is_weak_digest(name):
        yield "weak_algorithm"
    content = canonical(info, one(info, f"{DS}CanonicalizationMethod").get("Algorithm", ""))
    try:
        if isinstance(key, rsa.RSAPublicKey) and "rsa" in method.rpartition("#")[2]:
            key.verify(value, content, padding.PKCS1v15(), _HASHES[name])
        elif isinstance(key, ec.EllipticCurvePublicKey) and "ecdsa" in method.rpartition("#")[2]:
            key.verify(_both_numbers(value), content, ec.ECDSA(_HASHES[name]))
        else:
            yield "unknown_algorithm"
    except (InvalidSignature, UnsupportedAlgorithm):
        yield "digital_broken"


def _both_numbers(value: bytes) -> bytes:
    """Return an ECDSA signature as DER; XML has both numbers side by side (RFC 4050, 3.3)."""
    half = len(value) // 2
    return encode_dss_signature(int.from_bytes(value[:half]), int.from_bytes(value[half:]))


def _decoded(element: etree._Element) -> bytes:
    try:
        return b64decode("".join((element.text or "").split()), validate=True)
    except ValueError as error:
        raise OddSignatureError("base 64") from error
