"""Attacks on signed PDF files: none of them leaves a signature that counts.

After Mladenov, Mainka and others: "1 Trillion Dollar Refund" (CCS 2019: incremental saving), "Shadow Attacks"
(NDSS 2021: hide, replace, hide and replace) and "Breaking the Specification: PDF Certification" (S&P 2021:
annotations, sneaky signatures).
"""

# mypy: disallow-untyped-calls=False
# pyHanko leaves the constructors of PDF objects untyped.

from io import BytesIO

import pikepdf
import pytest
from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader, PdfWriter

from agent.domain.signatures import Verdict
from parsers.digital.marks import codes
from parsers.digital.pdf import judge
from tests import certificates as pki
from tests.pdf_changes import (
    CHANGES,
    Change,
    annotated,
    another_catalogue,
    empty_slot_drawn,
    first_page,
    name,
    regenerated,
    stream,
    value_changed,
)
from tests.signed_pdfs import form, sign, updated
from tests.unit.parsers.digital.verdicts import HOUSE, verdict


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: getattr(c, "__name__", "?"))
def test_nothing_may_be_changed_after_signing(signed: bytes, change: Change) -> None:
    """Whatever a later revision changes in what is shown, asked or done takes the signature its force."""
    found = judge(updated(signed, change), HOUSE)

    assert found.by_field["sig.head"].verdict is Verdict.UNCLEAR
    assert codes(found.by_field["sig.head"])[0] in {"changed_afterwards", "digital_odd_file"}


def test_the_trailer_goes_on_naming_the_same_catalogue(signed: bytes) -> None:
    """Another catalogue shows another document, even when all that was signed is still in the file."""
    found = judge(another_catalogue(signed), HOUSE).by_field["sig.head"]

    assert codes(found)[0] == "changed_afterwards"


def test_values_come_from_the_revision_that_was_signed(signed: bytes) -> None:
    """PyHanko itself calls the changed file good (its `bottom_line`); we cut it back to what was signed."""
    changed = updated(signed, value_changed)
    reader = PdfFileReader(BytesIO(changed))
    context = ValidationContext(trust_roots=[x509.Certificate.load(pki.root().der)], moment=pki.START)
    theirs = validate_pdf_signature(reader.embedded_signatures[0], context)

    found = judge(changed, HOUSE)

    assert theirs.bottom_line
    assert found.by_field["sig.head"].verdict is Verdict.UNCLEAR
    assert found.signed == signed


REPAIRED = (regenerated, empty_slot_drawn)
"""What signing itself sets right again: the mark is drawn anew, and pyHanko takes back the flag."""


@pytest.mark.parametrize(
    "change", [c for c in CHANGES if c not in REPAIRED], ids=lambda c: getattr(c, "__name__", "?")
)
def test_a_change_between_two_signatures_costs_the_first(signed: bytes, change: Change) -> None:
    """Who signed last saw the change; who signed first did not."""
    both = sign(updated(signed, change), pki.wang_fang(), field="sig.manager")

    assert verdict(both) is not Verdict.SIGNED


def test_a_change_between_two_signatures_leaves_the_second(signed: bytes) -> None:
    """The second covers the changed file as a whole."""
    both = sign(updated(signed, value_changed), pki.wang_fang(), field="sig.manager")

    assert verdict(both, "sig.manager") is Verdict.SIGNED
    assert judge(both, HOUSE).signed == both


def test_pypdf_saves_a_changed_value_after_the_signature(signed: bytes) -> None:
    """A second program, not the one that signed, appends the change."""
    writer = PdfWriter(BytesIO(signed), incremental=True)
    writer.update_page_form_field_values(writer.pages[0], {"project_name": "Line 9"}, auto_regenerate=False)
    out = BytesIO()
    writer.write(out)

    assert out.getvalue().startswith(signed)
    assert PdfReader(BytesIO(out.getvalue())).get_form_text_fields()["project_name"] == "Line 9"
    assert verdict(out.getvalue()) is Verdict.UNCLEAR


def test_a_file_that_was_written_anew_is_no_longer_signed(signed: bytes) -> None:
    """Saving as a new file moves every byte; what was signed is gone, and that is a question."""
    out = BytesIO()
    with pikepdf.open(BytesIO(signed)) as pdf:
        pdf.save(out)

    assert verdict(out.getvalue()) is Verdict.UNCLEAR


# ---- shadow attacks: prepared before, switched after


def test_hiding_what_lay_over_the_contents_is_a_change() -> None:
    """Shadow attack, hide: a harmless sheet lies over the true words and is taken away after signing."""

    def cover(writer: IncrementalPdfFileWriter) -> None:
        page = first_page(writer)
        box = writer.add_object(stream("Amount: 1"))
        page[name("/Contents")] = generic.ArrayObject([dict.__getitem__(page, "/Contents"), box])
        writer.update_container(page)

    def uncover(writer: IncrementalPdfFileWriter) -> None:
        page = first_page(writer)
        del page["/Contents"][1]
        writer.update_container(page["/Contents"])
        writer.update_container(page)

    content = sign(updated(form(), cover), pki.li_na())

    assert verdict(content) is Verdict.SIGNED
    assert verdict(updated(content, uncover)) is Verdict.UNCLEAR


def test_switching_to_a_page_that_lay_hidden_is_a_change() -> None:
    """Shadow attack, hide and replace: the other page is in the signed bytes, only nothing points to it."""
    kept: list[generic.IndirectObject] = []

    def prepare(writer: IncrementalPdfFileWriter) -> None:
        page = generic.DictionaryObject(dict(first_page(writer)))
        page[name("/Contents")] = writer.add_object(stream("Amount: 900"))
        kept.append(writer.add_object(page))
        writer.update_root()

    def switch(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        pages["/Kids"][0] = generic.IndirectObject(kept[0].idnum, kept[0].generation, writer)
        writer.update_container(pages)

    content = sign(updated(form(), prepare), pki.li_na())

    assert verdict(content) is Verdict.SIGNED
    assert verdict(updated(content, switch)) is Verdict.UNCLEAR


# ---- certification, and signatures that hide things


@pytest.mark.parametrize("permission", list(MDPPerm))
@pytest.mark.parametrize("change", [value_changed, annotated("/FreeText")])
def test_no_level_of_certification_permits_changes_here(permission: MDPPerm, change: Change) -> None:
    """`/DocMDP` may allow filling and annotating; a form of ours is filled before it is signed."""
    content = sign(form(), pki.li_na(), certify=permission)

    assert verdict(content) is Verdict.SIGNED
    assert verdict(updated(content, change)) is Verdict.UNCLEAR


def test_a_certified_document_that_permits_no_change_permits_no_signature() -> None:
    """Level 1 means it (ISO 32000-2, table 257); levels 2 and 3 allow others to sign."""
    closed = sign(form(), pki.li_na(), certify=MDPPerm.NO_CHANGES)
    open_ = sign(form(), pki.li_na(), certify=MDPPerm.FILL_FORMS)

    countersigned = sign_regardless(closed)

    assert verdict(countersigned) is Verdict.UNCLEAR
    assert verdict(sign(open_, pki.wang_fang(), field="sig.manager")) is Verdict.SIGNED


def sign_regardless(content: bytes) -> bytes:
    """Sign although the document forbids it."""
    # pyHanko looks at `/Perms`; the certifying signature itself keeps saying what is permitted.
    start = content.index(b"/Perms")
    hidden = content[:start] + b"/Sperm" + content[start + 6 :]
    later = sign(hidden, pki.wang_fang(), field="sig.manager")
    return content + later[len(content) :]


def test_a_new_signature_that_could_cover_words_costs_the_first(signed: bytes) -> None:
    """Sneaky signatures: a field drawn over the page when somebody else signs; an invisible one is fine."""

    def more(box: tuple[int, int, int, int]) -> bytes:
        with_field = updated(
            signed,
            lambda w: append_signature_field(w, SigFieldSpec(sig_field_name="Sneaky", box=box)),
        )
        return sign(with_field, pki.wang_fang(), field="Sneaky")

    assert verdict(more((72, 730, 300, 760))) is Verdict.UNCLEAR
    assert verdict(more((0, 0, 0, 0))) is Verdict.SIGNED
