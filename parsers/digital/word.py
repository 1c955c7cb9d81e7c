"""Digital signatures of Word files: package signatures (ECMA-376 part 2, 13; [MS-OFFCRYPTO] 2.5).

A package signature lists parts with their digests.  It counts when everything that the document shows is
among them: the main part, whatever its relationships lead to, and these relationships themselves.  Office
never signs the properties (docProps), so nothing is believed for standing there.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote
from zipfile import ZipFile

from asn1crypto import cms
from asn1crypto import x509 as asn1
from cryptography import x509
from lxml import etree

from agent.domain.answers import Evidence
from agent.domain.signatures import Signature
from parsers.digital.marks import Certified, holder, signature
from parsers.digital.trust import Credentials, Stamp, Trusted, trust
from parsers.digital.xml import (
    CANONICAL,
    DS,
    OddSignatureError,
    XmlSignature,
    canonical,
    claimed,
    digest_faults,
    encapsulated,
    read_xml,
    texts,
    transforms,
    verify,
)
from parsers.known import Known
from parsers.word.package import Package, W

_FOLDER = "_xmlsignatures/"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/digital-signature}"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATIONSHIP_TRANSFORM = "http://schemas.openxmlformats.org/package/2006/RelationshipTransform"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_NEVER_SIGNED = (
    *("/core-properties", "/extended-properties", "/custom-properties", "/thumbnail"),
    *("/digital-signature/origin", "/classificationlabels"),
)
"""How the types of relationships end that Office leaves out: they lead to nothing that is shown."""
_DATA = "/customXml"
"""Stored data; shown only where a control is bound to it."""
_MOST_PARTS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageSignature:
    """One signature of a Word file."""

    line: str
    """The id of the signature line that it fills, in capitals without braces; empty for an invisible one."""
    signature: Signature
    """The verdict; its slot is left empty."""


def judge(package: Package, known: Known) -> tuple[PackageSignature, ...]:
    """Judge every digital signature of a Word file; never raises.

    Args:
        package: the file.
        known: roots, directory, day of arrival and limits.
    """
    if not package.signed:
        return ()
    try:
        parts = _Parts.of(package, known)
        names = sorted(n for n in parts.members if n.startswith(_FOLDER) and n.endswith(".xml"))
    except Exception as error:  # noqa: BLE001 - a stranger's file never stops the clerk; it goes to a person
        return (_unclear("digital_odd_file", "file", error),)
    if not 0 < len(names) <= known.limits.signatures:
        return (_unclear("digital_odd_file", "file", OddSignatureError(f"{len(names)} signatures")),)
    return tuple(_judge(name, parts, known) for name in names)


def _judge(name: str, parts: "_Parts", known: Known) -> PackageSignature:
    place = f"package signature {name.removeprefix(_FOLDER)}"
    try:
        root = read_xml(parts.read(name))
        found = verify(root)
        manifest = _Manifest.of(found.signed, parts)
        missing = parts.not_in(manifest)
        reasons = [*found.reasons, *manifest.reasons, *(("partial_coverage",) if missing else ())]
        trusted = _trusted(root, found, known)
        certificate = x509.load_der_x509_certificate(found.certificate)
        whose = holder(certificate, known.directory)
        certified = Certified(certificate=certificate, claimed=claimed(found.signed), stamped=trusted.stamped)
        coverage = "everything that is shown" if not missing else f"not {', '.join(missing[:5])}"
        judged = signature(
            "",
            (*reasons, *trusted.reasons, *whose.reasons),
            who=whose.who,
            evidence=certified.evidence(place, coverage),
        )
        line = next(texts(found.signed, "SetupID"), "").strip("{}").upper()
        return PackageSignature(line=line, signature=judged)
    except Exception as error:  # noqa: BLE001 - see `judge`
        return _unclear("digital_not_verified", place, error)


def _unclear(code: str, place: str, error: Exception) -> PackageSignature:
    why = str(error) if isinstance(error, OddSignatureError) else type(error).__name__
    return PackageSignature(
        line="", signature=signature("", (code,), evidence=(Evidence(place=place, words=why),))
    )


def _trusted(root: etree._Element, found: XmlSignature, known: Known) -> Trusted:
    stamped = canonical(found.value)
    tokens = encapsulated(root, "EncapsulatedTimeStamp")
    return trust(
        Credentials(
            leaf=asn1.Certificate.load(found.certificate),
            others=tuple(
                asn1.Certificate.load(each)
                for each in (*found.others, *encapsulated(root, "EncapsulatedX509Certificate"))
            ),
            crls=encapsulated(root, "EncapsulatedCRLValue"),
            ocsps=encapsulated(root, "EncapsulatedOCSPValue"),
            stamps=tuple(Stamp(token=cms.ContentInfo.load(t)["content"], stamped=stamped) for t in tokens),
        ),
        known.roots,
        known.today,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The parts of a package by name, as they are in the file."""

    members: Mapping[str, str]
    """Name in small letters to the name in the archive: case makes no difference (ECMA-376 part 2, 6.2.2)."""
    archive: ZipFile
    main: str
    is_bound: bool
    """Some control shows stored data."""
    most: int
    types: Mapping[str, str] = field(default_factory=dict)
    """Content types by part name, and by `.extension`."""

    @classmethod
    def of(cls, package: Package, known: Known) -> "_Parts":
        archive = package.archive
        names = [name.lstrip("/") for name in archive.namelist()]
        members = {name.casefold(): member for name, member in zip(names, archive.namelist(), strict=True)}
        if len(members) != len(names):
            raise OddSignatureError("two parts of one name")
        bound = next(package.document.iter(f"{W}dataBinding"), None) is not None
        most = known.limits.xml_bytes
        parts = cls(members=members, archive=archive, main=package.main.casefold(), is_bound=bound, most=most)
        return replace(parts, types=dict(_content_types(read_xml(parts.read("[content_types].xml")))))

    def read(self, name: str) -> bytes:
        """Return the bytes of a part.

        Raises:
            OddSignatureError: there is no such part, or it is too big.
        """
        member = self.members.get(name.casefold())
        if member is None:
            raise OddSignatureError("a part that is not there")
        with self.archive.open(member) as stream:
            content = stream.read(self.most + 1)
        if len(content) > self.most:
            raise OddSignatureError("too big")
        return content

    def type_of(self, name: str) -> str:
        """Return the content type of a part."""
        return self.types.get(name, self.types.get(posixpath.splitext(name)[1], ""))

    def not_in(self, manifest: "_Manifest") -> list[str]:
        """Return what the document shows and the signature does not cover."""
        missing: list[str] = []
        waiting, seen = [self.main], {self.main}
        while waiting and len(seen) <= _MOST_PARTS:
            name = waiting.pop()
            if name not in manifest.parts:
                missing.append(name)
            folder, base = posixpath.split(name)
            relations = f"{folder}/_rels/{base}.rels"
            if relations not in self.members:
                continue
            chosen = manifest.relations.get(relations, frozenset())
            for each in read_xml(self.read(relations)).iter(f"{{{_RELATIONSHIPS}}}Relationship"):
                if self._is_aside(str(each.get("Type", ""))):
                    continue
                if each.get("Id") not in chosen:
                    missing.append(f"{relations} {each.get('Id')}")
                target = posixpath.normpath(posixpath.join("/", folder, unquote(str(each.get("Target", "")))))
                target = target.lstrip("/").casefold()
                if each.get("TargetMode") != "External" and target in self.members and target not in seen:
                    seen.add(target)
                    waiting.append(target)
        return missing if len(seen) <= _MOST_PARTS else ["too many parts"]

    def _is_aside(self, kind: str) -> bool:
        return kind.endswith(_NEVER_SIGNED) or (kind.endswith(_DATA) and not self.is_bound)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    """What a signature says about the parts of its package, held against them."""

    parts: frozenset[str]
    relations: Mapping[str, frozenset[str]]
    """Parts of relationships, with the ids that are covered."""
    reasons: tuple[str, ...]

    @classmethod
    def of(cls, signed: tuple[etree._Element, ...], parts: _Parts) -> "_Manifest":
        covered: set[str] = set()
        relations: dict[str, frozenset[str]] = {}
        reasons: list[str] = []
        references = [r for s in signed for m in s.iter(f"{DS}Manifest") for r in m.findall(f"{DS}Reference")]
        if not 0 < len(references) <= _MOST_PARTS:
            raise OddSignatureError("manifest")
        for each in references:
            uri, _, query = str(each.get("URI", "")).partition("?")
            name = unquote(uri).lstrip("/").casefold()
            if not uri.startswith("/") or query.removeprefix("ContentType=") != parts.type_of(name):
                reasons.append("digital_broken")
                continue
            if name not in parts.members:
                reasons.append("digital_broken")
                continue
            content = parts.read(name)
            steps = transforms(each)
            if steps and steps[0].get("Algorithm") == _RELATIONSHIP_TRANSFORM:
                chosen, content = _chosen(content, steps)
                relations[name] = relations.get(name, frozenset()) | chosen
            elif steps:
                content = _canonical_part(content, steps)
                covered.add(name)
            else:
                covered.add(name)
            reasons.extend(digest_faults(each, content))
        return cls(parts=frozenset(covered), relations=relations, reasons=tuple(dict.fromkeys(reasons)))


def _canonical_part(content: bytes, steps: list[etree._Element]) -> bytes:
    if len(steps) != 1:
        raise OddSignatureError("transforms")
    return canonical(read_xml(content), str(steps[0].get("Algorithm", "")))


def _chosen(content: bytes, steps: list[etree._Element]) -> tuple[frozenset[str], bytes]:
    """Apply the relationships transform (ECMA-376 part 2, 13.2.4.24): only those chosen, sorted by id."""
    if len(steps) > 2:  # noqa: PLR2004 - the choice, and the canonical form
        raise OddSignatureError("transforms")
    ids = {str(e.get("SourceId")) for e in steps[0].iter(f"{_PACKAGE}RelationshipReference")}
    kinds = {str(e.get("SourceType")) for e in steps[0].iter(f"{_PACKAGE}RelationshipsGroupReference")}
    root = etree.Element(f"{{{_RELATIONSHIPS}}}Relationships", nsmap={None: _RELATIONSHIPS})  # type: ignore[dict-item]  # the stubs know no default
    found = [
        each
        for each in read_xml(content).iter(f"{{{_RELATIONSHIPS}}}Relationship")
        if each.get("Id") in ids or each.get("Type") in kinds
    ]
    for each in sorted(found, key=lambda e: str(e.get("Id"))):
        attributes = {str(key): str(value) for key, value in each.attrib.items()}
        etree.SubElement(root, each.tag, {"TargetMode": "Internal", **attributes})
    algorithm = str(steps[1].get("Algorithm", "")) if len(steps) > 1 else CANONICAL
    return frozenset(str(each.get("Id")) for each in found), canonical(root, algorithm)


def _content_types(root: etree._Element) -> Iterator[tuple[str, str]]:
    for each in root.iter(f"{_TYPES}Default"):
        yield f".{str(each.get('Extension', '')).casefold()}", str(each.get("ContentType", ""))
    for each in root.iter(f"{_TYPES}Override"):
        yield str(each.get("PartName", "")).lstrip("/").casefold(), str(each.get("ContentType", ""))
