"""Word files with a package signature, as Office writes it ([MS-OFFCRYPTO] 2.5): a signer of its own.

Every byte that is digested is written here as text in canonical form, without any canonicaliser, so that the
reader is held against something that shares no line with it.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import new
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.certificates import START, Identity

_DS = "http://www.w3.org/2000/09/xmldsig#"
_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_MDSSI = "http://schemas.openxmlformats.org/package/2006/digital-signature"
_KINDS = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature"
_XD = "http://uri.etsi.org/01903/v1.3.2#"
_PKG = "http://schemas.openxmlformats.org/package/2006/relationships"
_SHA = {
    "sha1": "http://www.w3.org/2000/09/xmldsig#sha1",
    "sha256": "http://www.w3.org/2001/04/xmlenc#sha256",
    "sha512": "http://www.w3.org/2001/04/xmlenc#sha512",
}
_ASIDE = re.compile(r"docProps/|_xmlsignatures/|\[Content_Types\]\.xml|_rels/\.rels")
_ORIGIN = f"{_KINDS}/origin"
_SIGNATURE = f"{_KINDS}/signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordSigning:
    """How somebody signs."""

    line: str = ""
    """The id of the signature line, `{…}`."""
    digest: str = "sha256"
    leave_out: Callable[[str], bool] = field(default=lambda _: False)
    """Which parts, and relationships (`part rId`), not to cover."""
    names_certificate: bool = True
    number: int = 1
    stamps: Callable[[bytes], bytes] | None = None
    """Makes a timestamp (RFC 3161) of what it is given; then the signature has one (XAdES-T)."""
    ocsps: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    """What is brought along about revocation (XAdES-X-L)."""


def sign_word(content: bytes, who: Identity, how: WordSigning | None = None, /, **more: object) -> bytes:
    """Return a Word file, signed by `who` as Office would."""
    how = how or WordSigning(**more)  # type: ignore[arg-type]
    with ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    signed = _signature(parts, who, how).encode()
    return _packed(
        {**parts, **_surroundings(parts, how.number), f"_xmlsignatures/sig{how.number}.xml": signed}
    )


def _signature(parts: Mapping[str, bytes], who: Identity, how: WordSigning) -> str:
    package = (
        f"<Manifest>{''.join(_references(parts, how))}</Manifest>"
        f'<SignatureProperties><SignatureProperty Id="idSignatureTime" Target="#idPackageSignature">'
        f'<mdssi:SignatureTime xmlns:mdssi="{_MDSSI}"><mdssi:Format>YYYY-MM-DDThh:mm:ssTZD</mdssi:Format>'
        f"<mdssi:Value>{START:%Y-%m-%dT%H:%M:%SZ}</mdssi:Value></mdssi:SignatureTime></SignatureProperty>"
        f"</SignatureProperties>"
    )
    office = (
        '<SignatureProperties><SignatureProperty Id="idOfficeV1Details" Target="#idPackageSignature">'
        '<SignatureInfoV1 xmlns="http://schemas.microsoft.com/office/2006/digsig">'
        f"<SetupID>{how.line}</SetupID><SignatureText>{escape('签字')}</SignatureText>"
        "</SignatureInfoV1></SignatureProperty></SignatureProperties>"
    )
    certificate = b64encode(who.der).decode()
    named = (
        f"<xd:SigningCertificate><xd:Cert><xd:CertDigest>{_digested(who.der, how.digest)}</xd:CertDigest>"
        "</xd:Cert></xd:SigningCertificate>"
    )
    properties = (
        f"<xd:SignedSignatureProperties><xd:SigningTime>{START:%Y-%m-%dT%H:%M:%SZ}</xd:SigningTime>"
        f"{named if how.names_certificate else ''}</xd:SignedSignatureProperties>"
    )
    # In canonical form the outermost element declares every namespace that it stands in.
    whole = {
        "idPackageObject": f'<Object xmlns="{_DS}" Id="idPackageObject">{package}</Object>',
        "idOfficeObject": f'<Object xmlns="{_DS}" Id="idOfficeObject">{office}</Object>',
        "idSignedProperties": (
            f'<xd:SignedProperties xmlns="{_DS}" xmlns:xd="{_XD}" Id="idSignedProperties">{properties}'
            "</xd:SignedProperties>"
        ),
    }
    references = "".join(
        f'<Reference{_type_of(name)} URI="#{name}">'
        + (_transforms(_C14N) if name == "idSignedProperties" else "")
        + f"{_digested(text.encode(), how.digest)}</Reference>"
        for name, text in whole.items()
    )
    method, value = _made(who, how.digest)
    info = (
        f'<CanonicalizationMethod Algorithm="{_C14N}"></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{method}"></SignatureMethod>{references}'
    )
    canonical = f'<SignedInfo xmlns="{_DS}">{info}</SignedInfo>'
    made = b64encode(value(canonical.encode())).decode()
    chain = who.issuer
    others = ""
    while chain is not None:
        others += f"<X509Certificate>{b64encode(chain.der).decode()}</X509Certificate>"
        chain = chain.issuer
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Signature xmlns="{_DS}" Id="idPackageSignature"><SignedInfo>{info}</SignedInfo>'
        f"<SignatureValue>{made}"
        f"</SignatureValue><KeyInfo><X509Data><X509Certificate>{certificate}</X509Certificate>{others}</X509Data>"
        f'</KeyInfo><Object Id="idPackageObject">{package}</Object><Object Id="idOfficeObject">{office}'
        f'</Object><Object><xd:QualifyingProperties xmlns:xd="{_XD}" Target="#idPackageSignature">'
        f'<xd:SignedProperties Id="idSignedProperties">{properties}</xd:SignedProperties>'
        f"{_unsigned(made, how)}"
        "</xd:QualifyingProperties></Object></Signature>"
    )


def _unsigned(made: str, how: WordSigning) -> str:
    """Return what is added to a signature afterwards (ETSI TS 101 903, 7.3 and 7.6)."""
    stamp = revoked = ""
    if how.stamps is not None:
        value = f'<SignatureValue xmlns="{_DS}">{made}</SignatureValue>'.encode()
        stamp = (
            f'<xd:SignatureTimeStamp><CanonicalizationMethod Algorithm="{_C14N}"/>'
            f"<xd:EncapsulatedTimeStamp>{b64encode(how.stamps(value)).decode()}</xd:EncapsulatedTimeStamp>"
            "</xd:SignatureTimeStamp>"
        )
    if how.ocsps or how.crls:
        kinds = (("CRL", how.crls), ("OCSP", how.ocsps))
        values = "".join(
            f"<xd:{kind}Values>"
            + "".join(
                f"<xd:Encapsulated{kind}Value>{b64encode(each).decode()}</xd:Encapsulated{kind}Value>"
                for each in those
            )
            + f"</xd:{kind}Values>"
            for kind, those in kinds
            if those
        )
        revoked = f"<xd:RevocationValues>{values}</xd:RevocationValues>"
    if not (stamp or revoked):
        return ""
    inside = f"<xd:UnsignedSignatureProperties>{stamp}{revoked}</xd:UnsignedSignatureProperties>"
    return f"<xd:UnsignedProperties>{inside}</xd:UnsignedProperties>"


def _type_of(name: str) -> str:
    kind = "http://uri.etsi.org/01903#SignedProperties" if name == "idSignedProperties" else f"{_DS}Object"
    return f' Type="{kind}"'


def _digested(content: bytes, name: str) -> str:
    value = b64encode(new(name, content).digest()).decode()
    return f'<DigestMethod Algorithm="{_SHA[name]}"></DigestMethod><DigestValue>{value}</DigestValue>'


def _transforms(*algorithms: str) -> str:
    inside = "".join(f'<Transform Algorithm="{each}"></Transform>' for each in algorithms)
    return f"<Transforms>{inside}</Transforms>"


def _references(parts: Mapping[str, bytes], how: WordSigning) -> list[str]:
    found: list[str] = []
    for name, content in sorted(parts.items()):
        if _ASIDE.match(name) or how.leave_out(name):
            continue
        uri = quoteattr(f"/{name}?ContentType={_content_type(parts, name)}")
        if not name.endswith(".rels"):
            found.append(f"<Reference URI={uri}>{_digested(content, how.digest)}</Reference>")
            continue
        relations = [r for r in _relationships(content) if not how.leave_out(f"{name} {r['Id']}")]
        chosen = "".join(
            f'<mdssi:RelationshipReference xmlns:mdssi="{_MDSSI}" SourceId="{r["Id"]}">'
            "</mdssi:RelationshipReference>"
            for r in relations
        )
        written = "".join(
            "<Relationship "
            + " ".join(f"{key}={quoteattr(r[key])}" for key in sorted(r))
            + "></Relationship>"
            for r in sorted(relations, key=lambda r: r["Id"])
        )
        text = f'<Relationships xmlns="{_PKG}">{written}</Relationships>'
        found.append(
            f"<Reference URI={uri}><Transforms>"
            f'<Transform Algorithm="http://schemas.openxmlformats.org/package/2006/RelationshipTransform">{chosen}'
            f'</Transform><Transform Algorithm="{_C14N}"></Transform></Transforms>'
            f"{_digested(text.encode(), how.digest)}</Reference>"
        )
    return found


def _relationships(content: bytes) -> list[dict[str, str]]:
    found = []
    for each in re.findall(r"<Relationship\s([^>]*?)/?>", content.decode()):
        attributes = _attributes(each)
        found.append(
            {"TargetMode": "Internal", **{k: v.replace("&amp;", "&") for k, v in attributes.items()}}
        )
    return found


def _content_type(parts: Mapping[str, bytes], name: str) -> str:
    types = parts["[Content_Types].xml"].decode()
    for each in re.findall(r"<Override\s([^>]*)/?>", types):
        attributes = _attributes(each)
        if attributes["PartName"] == f"/{name}":
            return attributes["ContentType"]
    for each in re.findall(r"<Default\s([^>]*)/?>", types):
        attributes = _attributes(each)
        if name.endswith(f".{attributes['Extension']}"):
            return attributes["ContentType"]
    raise LookupError(name)


def _attributes(tag: str) -> dict[str, str]:
    return {str(key): str(value) for key, value in re.findall(r'(\w+)="([^"]*)"', tag)}


def _made(who: Identity, digest: str) -> tuple[str, Callable[[bytes], bytes]]:
    used = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha512": hashes.SHA512()}[digest]  # noqa: S303 - to be refused
    more = "http://www.w3.org/2001/04/xmldsig-more#"
    key = who.key
    if isinstance(key, ec.EllipticCurvePrivateKey):

        def signed(content: bytes) -> bytes:
            r, s = decode_dss_signature(key.sign(content, ec.ECDSA(used)))
            return r.to_bytes(32) + s.to_bytes(32)

        return f"{more}ecdsa-{digest}", signed
    uri = f"{_DS}rsa-sha1" if digest == "sha1" else f"{more}rsa-{digest}"
    return uri, lambda content: key.sign(content, padding.PKCS1v15(), used)


def _surroundings(parts: Mapping[str, bytes], number: int) -> dict[str, bytes]:
    """Return the parts by which a package says that it is signed."""
    types, root = parts["[Content_Types].xml"].decode(), parts["_rels/.rels"].decode()
    package = "application/vnd.openxmlformats-package.digital-signature"
    if "digital-signature-origin" not in types:
        types = types.replace(
            "</Types>", f'<Default Extension="sigs" ContentType="{package}-origin"/></Types>'
        )
        root = root.replace(
            "</Relationships>",
            f'<Relationship Id="rIdSig" Type="{_ORIGIN}" Target="_xmlsignatures/origin.sigs"/>'
            "</Relationships>",
        )
    part = f"/_xmlsignatures/sig{number}.xml"
    types = types.replace(
        "</Types>", f'<Override PartName="{part}" ContentType="{package}-xmlsignature+xml"/></Types>'
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_SIGNATURE}" Target="sig{n}.xml"/>' for n in range(1, number + 1)
    )
    origin = f'<Relationships xmlns="{_PKG}">{relations}</Relationships>'
    return {
        "[Content_Types].xml": types.encode(),
        "_rels/.rels": root.encode(),
        "_xmlsignatures/origin.sigs": b"",
        "_xmlsignatures/_rels/origin.sigs.rels": origin.encode(),
    }


def _packed(parts: Mapping[str, bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def rewritten(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """Return the package with its parts changed one by one; None leaves one out."""
    buffer = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(buffer, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            changed = change(name, old.read(name))
            if changed is not None:
                new.writestr(name, changed)
    return buffer.getvalue()
