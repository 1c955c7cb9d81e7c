"""A form that somebody fills in and signs: the Word file, or the PDF of the same sheet.

Word files are filled in control by control and signed with a picture; PDFs with pikepdf or pypdf, and with a
certificate by pyHanko.  None of them knows anything of how we read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO

import pikepdf
import pypdf
from pypdf.generic import NameObject

from agent.domain.answers import Scalar
from agent.domain.forms import Form, Kind
from agent.domain.reading import Reading
from agent.domain.words import Language
from tests import signed_pdfs
from tests.certificates import START, Identity, issue, root
from tests.pdf_files import filled_in
from tests.typed import field_of, typed, undated
from tests.word_files import fill, signature_png, slot_paragraph, with_picture

_SIGNATURE = signature_png()
_LONG = timedelta(days=3000)


@dataclass(frozen=True, slots=True)
class Paper:
    """One sheet on somebody's desk, as Word file and as PDF, with what is known of it."""

    name: str
    """Of the Word file."""
    word: bytes
    pdf: bytes
    reading: Reading

    @property
    def item(self) -> str:
        """The work item that it is for."""
        assert self.reading.sheet is not None
        return self.reading.sheet.item

    @property
    def language(self) -> Language:
        """The language that it is printed in."""
        assert self.reading.sheet is not None
        return self.reading.sheet.language


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What somebody says with a form."""

    form: Form
    values: Mapping[str, Scalar]
    """By place; those that were left empty are missing."""
    emptied: frozenset[str]
    """Places that were left empty though they are asked for."""
    slots: tuple[str, ...]
    """Where it is signed."""
    whole: bool
    """Nothing that is asked for is missing."""


def in_word(paper: Paper, said: Answered) -> bytes:
    """Return the Word file filled in, and signed with a picture."""
    words = dict.fromkeys(said.emptied, "")
    for place, value in said.values.items():
        if (field := field_of(said.form, place)) is not None:
            words[place] = typed(value, field, paper.language)
    done = fill(paper.word, words)
    for slot in said.slots:
        done = with_picture(done, slot_paragraph(slot), _SIGNATURE, name=f"Sig {slot}")
    return undated(done)


def has_room(paper: Paper, said: Answered) -> bool:
    """Say whether the PDF has a place for everything that is said: it has only so many rows."""
    if not paper.pdf:
        return False
    fields = pypdf.PdfReader(BytesIO(paper.pdf)).get_fields() or {}
    return set(said.values) <= set(fields) and {f"sig.{slot}" for slot in said.slots} <= set(fields)


def in_pdf(
    paper: Paper,
    said: Answered,
    signers: Mapping[str, Identity],
    when: datetime,
    *,
    drawn_badly: bool = False,
) -> bytes:
    """Return the PDF filled in, and signed in each slot by the one who is named for it.

    Either by a program that leaves the drawing of fields to viewers, or by pypdf, which draws question marks
    where a form's font has no such sign: what the signer saw is then not what the field holds.
    """
    words = dict(_texts(said))
    done = _typed(paper.pdf, said.form, words) if drawn_badly else filled_in(paper.pdf, words)
    done = _steady(done)
    for slot in said.slots:
        done = signed_pdfs.sign(done, signers[slot], field=f"sig.{slot}", when=when, pades=True)
    return done


def _typed(content: bytes, form: Form, words: Mapping[str, str]) -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(content))
    ticks = {place: said for place, said in words.items() if _is_button(form, place)}
    texts = {place: said for place, said in words.items() if place not in ticks}
    for page in writer.pages:
        writer.update_page_form_field_values(page, texts, auto_regenerate=True)
        for annotation in page.get("/Annots", ()):
            _tick(annotation.get_object(), ticks)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@cache
def certified(name: str, address: str) -> Identity:
    """Return the certificate of somebody of the company, by the authority that the clerk knows."""
    return issue(name, root(), mail=address, end=START + _LONG)


def _texts(said: Answered) -> list[tuple[str, str]]:
    """Return what stands in each field of a PDF: of a choice its value, as the list has it."""
    found = []
    for place, value in said.values.items():
        field = field_of(said.form, place)
        assert field is not None
        words = str(value) if field.kind is Kind.CHOICE else typed(value, field, Language.EN)
        found.append((place, words))
    return found


def _is_button(form: Form, place: str) -> bool:
    """Say whether a place is a box to tick, or a row of them."""
    field = field_of(form, place)
    return field is not None and (
        field.kind is Kind.CHECKBOX or (field.kind is Kind.CHOICE and "." not in place)
    )


def _tick(widget: pypdf.generic.DictionaryObject, ticks: Mapping[str, str]) -> None:
    """Tick a box, or the one of its row that is meant."""
    names: list[str] = []
    above: pypdf.generic.DictionaryObject | None = widget
    while above is not None:
        names[:0] = [str(above["/T"])] if "/T" in above else []
        parent = above.get("/Parent")
        above = parent.get_object() if parent is not None else None
    words = ticks.get(".".join(names))
    if words is None:
        return
    states = [str(state) for state in widget["/AP"]["/N"] if state != "/Off"]  # type: ignore[index] # PDF
    chosen = states[0] if words in {"☑", states[0].removeprefix("/")} else "/Off"
    widget[NameObject("/AS")] = NameObject(chosen)
    if chosen != "/Off":
        owner = widget if "/FT" in widget else widget["/Parent"].get_object()
        assert isinstance(owner, pypdf.generic.DictionaryObject)
        owner[NameObject("/V")] = NameObject(chosen)


def _steady(content: bytes) -> bytes:
    """Return the PDF with an identity that follows from what is in it."""
    with pikepdf.open(BytesIO(content)) as opened:
        out = BytesIO()
        opened.save(out, deterministic_id=True)
    return out.getvalue()
