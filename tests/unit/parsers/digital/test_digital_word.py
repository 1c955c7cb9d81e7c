"""Digital signatures of Word files: which count, for which slot, and what they must cover."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree

from agent.domain.forms import Form, SignatureKind
from agent.domain.signatures import Signature, Verdict
from parsers.digital.marks import codes
from parsers.limits import STANDARD
from parsers.reading import read_document
from parsers.word.form import read_word
from tests import certificates as pki
from tests.signed_words import rewritten, sign_word
from tests.word_files import (
    REQUEST,
    build,
    cell_of,
    control_of,
    edited,
    element,
    fill,
    known,
    signature_png,
    slot_paragraph,
    with_picture,
)

SLOT = "sig.initiating_head"
LINE = "{5F2C2C8A-0E0C-4E0F-9D3C-3B8D6E0A1B2C}"
TWO = replace(REQUEST, slots=(*REQUEST.slots, replace(REQUEST.slots[0], id="other")))


def signatures(
    content: bytes, form: Form = REQUEST, *, roots: tuple[pki.Identity, ...] = ()
) -> Mapping[str, Signature]:
    """Return what is read of each slot."""
    house = replace(known(form), roots=tuple(each.der for each in roots or (pki.root(),)))
    return {each.slot: each for each in read_word(content, "form.docx", house).signatures}


def signature(content: bytes) -> Signature:
    """Return what is read of the only slot."""
    return signatures(content)["initiating_head"]


def with_line(content: bytes, line: str = LINE) -> bytes:
    """Return the form with a signature line in its slot."""
    run = (
        f'<w:r><w:pict><v:shape><o:signatureline v:ext="edit" id="{line}" o:suggestedsigner="李娜" '
        'issignatureline="t"/></v:shape></w:pict></w:r>'
    )

    def put(root: etree._Element) -> None:
        next(cell_of(control_of(root, SLOT)).iter("{*}p")).append(element(run))

    return edited(content, put)


def test_an_invisible_signature_signs_the_only_slot() -> None:
    """Word signs the file as a whole; where one slot waits for it, nobody need be asked which."""
    found = signature(sign_word(fill(build(), {"project_name": "四号线"}), pki.li_na()))

    assert (found.verdict, found.how, found.who) == (Verdict.SIGNED, SignatureKind.DIGITAL, "李娜")
    assert any(each.words == "covers: everything that is shown" for each in found.evidence)


@pytest.mark.parametrize("digest", ["sha256", "sha512"])
def test_an_rsa_key_signs_as_well(digest: str) -> None:
    """Most company cards carry RSA keys."""
    who = pki.issue("李娜", pki.root(), mail="li.na@example.com", key=pki.rsa_key())

    assert signature(sign_word(build(), who, digest=digest)).verdict is Verdict.SIGNED


def test_a_signature_line_says_which_slot_is_signed() -> None:
    """Its id is repeated, signed, in the signature; the other slot stays empty."""
    found = signatures(sign_word(with_line(build(TWO)), pki.li_na(), line=LINE), TWO)

    assert found["initiating_head"].verdict is Verdict.SIGNED
    assert found["other"].verdict is Verdict.UNSIGNED


def test_an_invisible_signature_among_two_slots_is_a_question_in_both() -> None:
    """Nobody guesses whose slot was meant."""
    found = signatures(sign_word(build(TWO), pki.li_na()), TWO)

    assert {s.verdict for s in found.values()} == {Verdict.UNCLEAR}
    assert all("digital_without_place" in codes(s) for s in found.values())


def test_two_people_sign_two_lines() -> None:
    """The second does not disturb the first: signatures do not cover each other."""
    other = "{11111111-0E0C-4E0F-9D3C-3B8D6E0A1B2C}"

    def put(root: etree._Element) -> None:
        line = f'<o:signatureline id="{other}" issignatureline="t"/>'
        run = f"<w:r><w:pict><v:shape>{line}</v:shape></w:pict></w:r>"
        next(cell_of(control_of(root, "sig.other")).iter("{*}p")).append(element(run))

    first = sign_word(edited(with_line(build(TWO)), put), pki.li_na(), line=LINE)
    found = signatures(sign_word(first, pki.wang_fang(), line=other, number=2), TWO)

    assert {n: (s.verdict, s.who) for n, s in found.items()} == {
        "initiating_head": (Verdict.SIGNED, "李娜"),
        "other": (Verdict.SIGNED, "王芳"),
    }


def test_two_signatures_for_one_slot_are_a_question() -> None:
    """The later could be anybody's."""
    first = sign_word(with_line(build()), pki.li_na(), line=LINE)
    found = signature(sign_word(first, pki.wang_fang(), line=LINE, number=2))

    assert (found.verdict, codes(found)[0]) == (Verdict.UNCLEAR, "digital_without_place")


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (lambda: pki.issue("李娜", mail="li.na@example.com"), "self_signed"),
        (lambda: pki.issue("李娜", pki.other_root(), mail="li.na@example.com"), "untrusted_root"),
        (
            lambda: pki.issue(
                "李娜", pki.root(), mail="li.na@example.com", end=pki.START - timedelta(days=1)
            ),
            "expired",
        ),
        (lambda: pki.issue("李娜", pki.root(), mail="li.na@example.com", signs=False), "wrong_usage"),
    ],
)
def test_a_certificate_that_does_not_count_is_a_question(
    who: Callable[[], pki.Identity], reason: str
) -> None:
    """As with PDF files: the same house, the same roots."""
    found = signature(sign_word(build(), who()))

    assert (found.verdict, codes(found)[0]) == (Verdict.UNCLEAR, reason)


def test_a_signature_must_name_its_certificate_and_be_strong() -> None:
    """Key info is not signed (XML Signature, 4.5); SHA-1 was Office's default for long."""
    unnamed = signature(sign_word(build(), pki.li_na(), names_certificate=False))
    weak = signature(sign_word(build(), pki.issue("李娜", pki.root(), key=pki.rsa_key()), digest="sha1"))

    assert (unnamed.verdict, codes(unnamed)[0]) == (Verdict.UNCLEAR, "no_signing_certificate")
    assert (weak.verdict, codes(weak)[0]) == (Verdict.UNCLEAR, "weak_algorithm")


# ---- digital beside other marks


def test_a_certificate_that_does_not_count_takes_nothing_from_a_picture() -> None:
    """The picture signs, and what is wrong with the certificate is told beside it."""
    content = with_picture(build(), slot_paragraph(), signature_png())
    found = signature(sign_word(content, pki.issue("李娜", mail="li.na@example.com")))

    assert (found.verdict, found.how) == (Verdict.SIGNED, SignatureKind.PICTURE)
    assert "self_signed" in codes(found)


def test_a_broken_signature_makes_a_question_of_every_mark() -> None:
    """A document that was changed after signing is not saved by its picture."""
    content = with_picture(fill(build(), {"project_name": "四号线"}), slot_paragraph(), signature_png())
    found = signature(
        rewritten(
            sign_word(content, pki.li_na()),
            lambda name, part: (
                part.replace("四号线".encode(), "九号线".encode()) if name == "word/document.xml" else part
            ),
        )
    )

    assert (found.verdict, codes(found)[0]) == (Verdict.UNCLEAR, "digital_broken")


def test_the_door_reads_a_signed_form() -> None:
    """Through the one door, with the limits of the house."""
    signed = sign_word(build(), pki.li_na())
    house = replace(known(), roots=(pki.root().der,), limits=replace(STANDARD, signatures=1))
    (reading,) = read_document(signed, "form.docx", house)
    twice = sign_word(signed, pki.wang_fang(), number=2)
    (over,) = read_document(twice, "form.docx", house)

    assert [s.verdict for s in reading.signatures] == [Verdict.SIGNED]
    assert codes(over.signatures[0]) == ("digital_odd_file",)
