"""Signed Word files that were changed, and signatures that were forged: none of them counts."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.domain.forms import SignatureKind
from agent.domain.signatures import Signature, Verdict
from parsers.digital.marks import codes
from parsers.word.form import read_word
from parsers.word.package import Unreadable
from tests import certificates as pki
from tests.signed_words import rewritten, sign_word
from tests.word_files import (
    build,
    fill,
    known,
    replaced,
    signature_png,
    slot_paragraph,
    with_picture,
)

DOCUMENT = "word/document.xml"


def signature(content: bytes) -> Signature:
    """Return what is read of the only slot."""
    house = replace(known(), roots=(pki.root().der,))
    (found,) = read_word(content, "form.docx", house).signatures
    return found


# ---- what was changed


def words_changed(name: str, content: bytes) -> bytes:
    return content.replace("四号线".encode(), "九号线".encode()) if name == DOCUMENT else content


def styles_changed(name: str, content: bytes) -> bytes:
    return content.replace(b"<w:styles", b"<w:styles ", 1) if name == "word/styles.xml" else content


def footer_changed(name: str, content: bytes) -> bytes:
    return content.replace(b"XT-2026", b"XT-2027") if "footer" in name else content


def relation_added(name: str, content: bytes) -> bytes:
    more = b'<Relationship Id="rIdX" Type="http://x/image" Target="https://x/x.png" TargetMode="External"/>'
    end = b"</Relationships>"
    return content.replace(end, more + end) if name == "word/_rels/document.xml.rels" else content


def relation_turned(name: str, content: bytes) -> bytes:
    return (
        content.replace(b'"styles.xml"', b'"settings.xml"')
        if name == "word/_rels/document.xml.rels"
        else content
    )


def type_changed(name: str, content: bytes) -> bytes:
    kind = b"wordprocessingml.styles+xml"
    return content.replace(kind, b"wordprocessingml.other+xml") if name.startswith("[Content") else content


def main_part_moved(name: str, content: bytes) -> bytes:
    return (
        content.replace(b'"word/document.xml"', b'"docProps/document.xml"')
        if name == "_rels/.rels"
        else content
    )


@pytest.mark.parametrize(
    "change",
    [words_changed, styles_changed, footer_changed, relation_added, relation_turned, type_changed],
)
def test_whatever_is_shown_may_not_change_after_signing(change: Callable[[str, bytes], bytes]) -> None:
    """The text, its styles, headers and footers, relationships, and what kind of part each is."""
    signed = sign_word(fill(build(), {"project_name": "四号线"}), pki.li_na())
    changed = rewritten(signed, change)

    assert changed != rewritten(signed, lambda _, content: content)
    assert signature(changed).verdict is Verdict.UNCLEAR
    assert set(codes(signature(changed))) & {"digital_broken", "partial_coverage"}


def test_another_main_part_is_not_what_was_signed() -> None:
    """The package's own relationships are not signed; so the part that is read must be."""
    signed = sign_word(build(), pki.li_na())
    other = fill(build(), {"project_name": "九号线"})
    with ZipFile(BytesIO(other)) as archive:
        moved = replaced(
            rewritten(signed, main_part_moved), {"docProps/document.xml": archive.read(DOCUMENT)}
        )

    assert signature(moved).verdict is Verdict.UNCLEAR
    assert "partial_coverage" in codes(signature(moved))


@pytest.mark.parametrize(
    "part", ["word/styles.xml", "word/footer1.xml", DOCUMENT, "word/_rels/document.xml.rels"]
)
def test_a_part_that_the_signature_leaves_out_is_named(part: str) -> None:
    """What is not covered could be anything."""
    found = signature(sign_word(build(), pki.li_na(), leave_out=lambda name: name == part))

    assert (found.verdict, codes(found)[0]) == (Verdict.UNCLEAR, "partial_coverage")
    assert any(part in each.words for each in found.evidence)


def test_properties_need_not_be_signed() -> None:
    """Office writes them anew whenever it likes."""
    signed = sign_word(build(), pki.li_na())
    changed = rewritten(signed, lambda n, c: c + b"\n" if n.startswith("docProps/") else c)

    assert signature(changed).verdict is Verdict.SIGNED


def test_a_picture_in_the_document_must_be_covered() -> None:
    """The signed picture is part of what the manager saw."""
    content = with_picture(build(), slot_paragraph(), signature_png())

    assert signature(sign_word(content, pki.li_na())).how is SignatureKind.DIGITAL
    left_out = signature(sign_word(content, pki.li_na(), leave_out=lambda name: "media/" in name))
    assert "partial_coverage" in codes(left_out)


def test_two_parts_of_one_name_are_odd() -> None:
    """Programs disagree which of them they show."""
    signed = sign_word(build(), pki.li_na())
    buffer = BytesIO(signed)
    with ZipFile(buffer, "a") as archive:
        archive.writestr("WORD/document.xml", ZipFile(BytesIO(signed)).read(DOCUMENT))

    assert codes(signature(buffer.getvalue())) == ("digital_odd_file",)


# ---- forged signatures


def test_a_signature_of_another_file_does_not_fit() -> None:
    """The whole folder copied over."""
    signed = sign_word(build(), pki.li_na())
    other = fill(build(), {"project_name": "九号线"})
    with ZipFile(BytesIO(signed)) as archive:
        taken = {n: archive.read(n) for n in archive.namelist() if n.startswith("_xmlsignatures/")}

    assert codes(signature(replaced(other, taken)))[0] == "digital_broken"


def in_signature(signed: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return the package with its signature changed."""
    with ZipFile(BytesIO(signed)) as archive:
        before = archive.read("_xmlsignatures/sig1.xml")
    assert change(before) != before
    return rewritten(signed, lambda n, c: change(c) if n == "_xmlsignatures/sig1.xml" else c)


FORGERIES: Mapping[str, Callable[[bytes], bytes]] = {
    "the line renamed": lambda s: s.replace(b"<SetupID></SetupID>", b"<SetupID>{X}</SetupID>"),
    "the time moved": lambda s: s.replace(b"2026-03-02T09", b"2025-03-02T09"),
    "an unsigned manifest in front": lambda s: s.replace(
        b'<Object Id="idPackageObject">', b'<Object Id="idPackageObject"><Manifest/></Object><Object Id="x">'
    ),
    "an id twice": lambda s: s.replace(b'<Object Id="idOfficeObject">', b'<Object Id="idPackageObject">'),
    "a digest gone": lambda s: re.sub(
        rb"<DigestValue>[^<]*</DigestValue>", b"<DigestValue></DigestValue>", s
    ),
    "the value gone": lambda s: re.sub(rb"<SignatureValue>[^<]*<", b"<SignatureValue><", s),
    "the certificate gone": lambda s: re.sub(rb"<X509Certificate>[^<]*</X509Certificate>", b"", s),
    "no references": lambda s: re.sub(rb"<Reference Type.*?</Reference>", b"", s, flags=re.DOTALL),
    "a reference elsewhere": lambda s: s.replace(b'URI="#idOfficeObject"', b'URI="http://example.org/"'),
    "the whole file": lambda s: s.replace(b'URI="#idOfficeObject"', b'URI=""'),
    "another transform": lambda s: s.replace(b"2006/RelationshipTransform", b"2006/AnotherTransform"),
    "a style sheet": lambda s: s.replace(
        b'<Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315">',
        b'<Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116">',
    ),
    "another method": lambda s: s.replace(b"ecdsa-sha256", b"hmac-sha256"),
    "a document type": lambda s: s.replace(b"<Signature ", b'<!DOCTYPE x [<!ENTITY e "x">]><Signature ', 1),
    "no XML": lambda s: s[:200],
    "two envelopes": lambda s: s.replace(b"<SignedInfo>", b"<SignedInfo></SignedInfo><SignedInfo>", 1),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_signature_that_was_tampered_with_never_counts(name: str) -> None:
    """Wrapped, weakened, pointed elsewhere: a question, never an error, never signed."""
    found = signature(in_signature(sign_word(build(), pki.li_na()), FORGERIES[name]))

    assert found.verdict is Verdict.UNCLEAR


SIGNED = sign_word(build(), pki.li_na())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_mutation_of_a_signature_raises_or_counts(data: st.DataObject) -> None:
    """One byte of any signed part, or of the signature itself."""
    with ZipFile(BytesIO(SIGNED)) as archive:
        names = [n for n in archive.namelist() if n.startswith(("word/", "_xmlsignatures/sig"))]
    name = data.draw(st.sampled_from(names))

    def change(each: str, content: bytes) -> bytes:
        if each != name:
            return content
        at = data.draw(st.integers(0, len(content) - 1))
        return content[:at] + bytes([content[at] ^ data.draw(st.integers(1, 255))]) + content[at + 1 :]

    try:
        found = signature(rewritten(SIGNED, change))
    except Unreadable:
        return
    if not name.startswith("_xmlsignatures"):
        assert found.verdict is Verdict.UNCLEAR
