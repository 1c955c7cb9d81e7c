"""PDF files forged to look signed: wrapped, repaired, taken apart or damaged; none of them counts.

After Mladenov, Mainka and others, "1 Trillion Dollar Refund" (CCS 2019): universal forgery, signature
wrapping, and the variants of incremental saving that no table of contents bears out.
"""

# mypy: disallow-untyped-calls=False
# pyHanko leaves the constructors of PDF objects untyped.

import re
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from agent.domain.signatures import Verdict
from parsers.digital.marks import codes
from parsers.digital.pdf import judge
from tests import certificates as pki
from tests.pdf_changes import (
    name,
    value_changed,
)
from tests.signed_pdfs import field_of, form, sign, updated
from tests.unit.parsers.digital.verdicts import HOUSE, verdict

# ---- revisions that are none


@pytest.mark.parametrize(
    "tail",
    [
        b"garbage",
        b"\n%%EOF\n",
        b"5 0 obj\n<< /Length 5 >>\nendobj\n%%EOF\n",
        b"trailer\n<< /Root 99 0 R >>\n%%EOF\n",
        b"xref\n0 0\ntrailer\n<< /Root 99 0 R >>\nstartxref\n0\n%%EOF\n",
        b"startxref\n99999999\n%%EOF\n",
        b"%PDF-1.7\n",
    ],
)
def test_what_follows_the_end_must_be_a_revision(signed: bytes, tail: bytes) -> None:
    """Objects without a table, tables without objects: programs repair them, each in its own way (ISA)."""
    assert verdict(signed + tail) is not Verdict.SIGNED


def test_the_table_of_a_later_revision_goes_back_to_the_signed_one(signed: bytes) -> None:
    """A revision built upon something else leaves the signed one out."""
    earlier = [int(m[1]) for m in re.finditer(rb"startxref\s+(\d+)", signed)]
    changed = updated(signed, value_changed)
    tail = changed[len(signed) :]
    previous = str(earlier[-1]).encode()
    assert previous in tail
    other = str(earlier[-2]).encode().rjust(len(previous), b"0")

    assert verdict(signed + tail.replace(b"/Prev " + previous, b"/Prev " + other)) is not Verdict.SIGNED


def test_a_later_revision_has_one_table(signed: bytes) -> None:
    """With two (`/XRefStm`) old and new programs see different files."""
    later = updated(signed, lambda w: w.update_root())
    tail = later[len(signed) :].replace(b"/Prev", b"/XRefStm 17 /Prev")

    assert verdict(later) is Verdict.SIGNED
    assert verdict(signed + tail) is not Verdict.SIGNED


# ---- wrapping and forgery


def gap(content: bytes) -> tuple[int, int]:
    """Return where the contents of the first signature stand."""
    numbers = re.search(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", content)
    assert numbers is not None
    return int(numbers[2]), int(numbers[3])


def with_range(content: bytes, four: bytes) -> bytes:
    """Return the file with another byte range of the same length."""
    found = re.search(rb"/ByteRange\s*\[([^\]]*)\]", content)
    assert found is not None
    room = found.end(1) - found.start(1)
    assert len(four) <= room
    return content[: found.start(1)] + four.ljust(room) + content[found.end(1) :]


def test_a_second_byte_range_in_the_gap_is_no_byte_range(signed: bytes) -> None:
    """Signature wrapping: the zeros that fill up the contents make room for other entries."""
    start, end = gap(signed)
    wrapped = b"> /ByteRange [0 %d %d %d] /Pad <" % (start, end, len(signed) - end)
    forged = signed[: end - len(wrapped) - 1] + wrapped + signed[end - 1 :]

    assert len(forged) == len(signed)
    assert verdict(forged) is not Verdict.SIGNED


def test_a_wider_gap_hides_nothing(signed: bytes) -> None:
    """Signature wrapping: the second part moves back, what stands between is not signed."""
    start, end = gap(signed)
    hidden = b"/Rect [0 0 0 0] "
    forged = signed[:end] + hidden + signed[end:]
    four = b"0 %d %d %d" % (start, end + len(hidden), len(signed) - end)

    assert verdict(with_range(forged, four)) is not Verdict.SIGNED


@pytest.mark.parametrize(
    "four",
    [
        *(b"", b"null", b"0", b"0 0 0 0", b"0 10", b"a b c d", b"0 -1 5 5", b"0 1 2 99999999", b"1 2 3 4"),
        *(b"[0 1 2 3]", b"0.0 5 5 5", b"0 99 0 99", b"5 0 R"),
    ],
)
def test_an_odd_byte_range_is_a_question(signed: bytes, four: bytes) -> None:
    """Universal forgery: a program that cannot read the range must not call the rest good."""
    assert verdict(with_range(signed, four)) is not Verdict.SIGNED
    assert judge(with_range(signed, four), HOUSE).by_field


@pytest.mark.parametrize(
    "contents",
    [
        lambda hexed: b"<" + b"0" * (len(hexed) - 2) + b">",
        lambda hexed: b"<>" + b" " * (len(hexed) - 2),
        lambda hexed: b"null" + b" " * (len(hexed) - 4),
        lambda hexed: b"(" + b"0" * (len(hexed) - 2) + b")",
        lambda hexed: b"<" + b"30800000" + hexed[9:],
        lambda hexed: hexed[:-20] + b"41" * 9 + b"0>",
        lambda hexed: hexed[:-3] + b"41>",
        lambda hexed: b"<" + b" " + hexed[1:-2] + b">",
    ],
)
def test_odd_contents_are_a_question(signed: bytes, contents: Callable[[bytes], bytes]) -> None:
    """Universal forgery: empty, null, another kind of string, something after the envelope."""
    start, end = gap(signed)
    forged = signed[:start] + contents(signed[start:end]) + signed[end:]

    assert len(forged) == len(signed)
    assert verdict(forged) is not Verdict.SIGNED
    assert judge(forged, HOUSE).by_field


@pytest.mark.parametrize("entry", ["/ByteRange", "/Contents", "/SubFilter", "/Filter", "/V"])
def test_a_signature_that_a_later_revision_takes_apart_is_never_good(signed: bytes, entry: str) -> None:
    """Universal forgery in a later revision; the trace that remains is a question, not an unsigned form."""

    def without(writer: IncrementalPdfFileWriter) -> None:
        each = field_of(writer, "sig.head")
        holder = each if entry == "/V" else each["/V"]
        holder.pop(name(entry), None)
        writer.update_container(each["/V"] if entry != "/V" else each)

    found = judge(updated(signed, without), HOUSE).by_field

    assert found
    assert {s.verdict for s in found.values()} <= {Verdict.UNCLEAR}


def test_a_signature_copied_into_another_slot_signs_only_the_first(signed: bytes) -> None:
    """The head's signature is not the manager's."""

    def copied(writer: IncrementalPdfFileWriter) -> None:
        each = field_of(writer, "sig.manager")
        each[name("/V")] = dict.__getitem__(field_of(writer, "sig.head"), "/V")
        writer.update_container(each)

    assert verdict(updated(signed, copied), "sig.manager") is Verdict.UNCLEAR


def test_a_changed_byte_breaks_the_signature(signed: bytes) -> None:
    """The digest of the covered bytes is the heart of it all."""
    forged = signed.replace(b"(Line 4)", b"(Line 9)")
    found = judge(forged, HOUSE).by_field["sig.head"]

    assert forged != signed
    assert judge(forged, HOUSE).signed is None
    assert (found.verdict, codes(found)[0]) == (Verdict.UNCLEAR, "digital_broken")


# ---- envelopes


def test_an_envelope_must_name_its_certificate() -> None:
    """Otherwise another certificate with the same key could be put in its place (RFC 5035)."""
    found = judge(sign(form(), pki.li_na(), names_certificate=False), HOUSE).by_field["sig.head"]

    assert (found.verdict, codes(found)[0]) == (Verdict.UNCLEAR, "no_signing_certificate")


def test_a_weak_digest_proves_nothing() -> None:
    """Two documents with the same SHA-1 are for sale."""
    found = judge(sign(form(), pki.li_na(), digest="sha1"), HOUSE).by_field["sig.head"]

    assert (found.verdict, codes(found)[0]) == (Verdict.UNCLEAR, "weak_algorithm")


# ---- hostile garbage


def test_a_file_with_more_signatures_than_anybody_makes_is_a_question(signed: bytes) -> None:
    """Each costs time."""
    few = replace(HOUSE, limits=replace(HOUSE.limits, signatures=0))

    assert {s.verdict for s in judge(signed, few).by_field.values()} == {Verdict.UNCLEAR}


def test_a_file_with_more_objects_than_are_compared_is_a_question(countersigned: bytes) -> None:
    """A comparison that was not finished proves nothing."""
    few = replace(HOUSE, limits=replace(HOUSE.limits, pdf_objects=10))

    assert judge(countersigned, few).by_field["sig.head"].verdict is Verdict.UNCLEAR


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_mutation_raises_or_counts(signed: bytes, countersigned: bytes, data: st.DataObject) -> None:
    """Cut, doubled, overwritten: never an error, never a signature that the bytes do not bear out."""
    content = bytearray(data.draw(st.sampled_from([signed, countersigned])))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        match data.draw(st.sampled_from(["byte", "cut", "double", "word"])):
            case "byte":
                content[at] = data.draw(st.integers(0, 255))
            case "cut":
                del content[at : at + data.draw(st.integers(1, 300))]
            case "double":
                content[at:at] = content[at : at + data.draw(st.integers(1, 300))]
            case _:
                word = data.draw(st.sampled_from([b"/Kids", b" 1 0 R", b"<<", b"]", b"null", b"/Prev 9"]))
                content[at : at + len(word)] = word
        if not content:
            return
    begun = time.perf_counter()

    found = judge(bytes(content), HOUSE)

    assert time.perf_counter() - begun < 5
    if found.signed is not None:
        assert found.signed in (signed, countersigned)


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"/ByteRange", b"%PDF-1.7\n/ByteRange [0 1 2 3]\n%%EOF"]
)
def test_no_pdf_is_no_signed_pdf(content: bytes) -> None:
    """What only looks like a trace is at most a question."""
    assert judge(content, HOUSE).signed is None


def test_fields_in_circles_end() -> None:
    """A field that is its own child."""

    def turn(writer: IncrementalPdfFileWriter) -> None:
        each = field_of(writer, "sig.head")
        own = next(iter(dict.__getitem__(writer.root["/AcroForm"]["/Fields"][1], "/Kids")))
        each[name("/Kids")] = generic.ArrayObject([own])
        writer.update_container(each)

    assert judge(updated(sign(form(), pki.li_na()), turn), HOUSE).by_field
