"""Read a returned PDF: form fields, text, digital signatures, several forms in one file, pages of a scan.

Values are taken from the revision that was signed, when one was (`parsers.digital.pdf`); marks are looked
at in the file as it came.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from agent.domain.answers import Answers
from agent.domain.forms import Form
from agent.domain.problems import Problem
from agent.domain.reading import Drift, Reading, Source
from parsers.complaints import complain
from parsers.digital.pdf import PdfSignatures, judge
from parsers.known import Known, Sent
from parsers.pages.drift_pages import asked_places, pages_drift, swapped, text_drift
from parsers.pages.fields import answers_of
from parsers.pages.page import Box, Page
from parsers.pages.sent import empty_places, sent_places
from parsers.pdf.album import Album
from parsers.pdf.answers import Laid, found, is_broken, lay, typed_upon
from parsers.pdf.drawn import look_at_fields
from parsers.pdf.fields import PdfFields, read_fields
from parsers.pdf.identity import claims_of, identify
from parsers.pdf.marks import hear_marks, look_for_marks, with_crops
from parsers.pdf.mute import bear_code, is_mute
from parsers.pdf.notes import notes_drift, typed_notes
from parsers.pdf.pages import Looked, fault_of
from parsers.pdf.parts import Part, leaf_of, parts_of
from parsers.pdf.scans import merged, scanned
from parsers.pdf.seen import Seen
from parsers.pdf.slots import Scene, read_slots
from parsers.pdf.ticks import look_at_ticks
from parsers.pdf.unseen import Unseen, doubt_unseen, unseen_drift, unseen_words
from parsers.pdf.widgets import WidgetKind
from parsers.pdf.words import read_words
from parsers.sniff_words import KINDS, file_problem
from parsers.word.drift import fixed_text


def read_pdf(content: bytes, name: str, known: Known) -> tuple[Reading, ...]:
    """Return one reading for each form in a PDF, at least one; never raises on bad input.

    Args:
        content: the bytes of the file.
        name: its name as the sender gave it, for showing.
        known: the forms, the people, the sheets that were sent, and the limits.
    """
    fault = fault_of(content, known.limits)
    fields = PdfFields() if fault else read_fields(content, known.limits)
    # pdfium draws a page when it loads it: one that draws without end is not even loaded.
    closed = fault or ("unreadable" if fields.wild else "")
    with Seen(content, known.limits) as seen:
        looked = Looked(fault=closed) if closed else seen.look()
        return _read_all(seen, name, looked, fields, known)


def _read_all(seen: Seen, name: str, looked: Looked, fields: PdfFields, known: Known) -> tuple[Reading, ...]:
    content = seen.content
    if looked.fault:
        return (_unread(content, name, looked, _fault(looked.fault, name)),)
    if fields.is_xfa:
        return (_unread(content, name, looked, complain("xfa", found=name)),)
    digital = judge(content, known) if _may_be_signed(content, fields) else PdfSignatures()
    file = _open(seen, name, looked, digital, fields, known)
    parts = parts_of(leaf_of(page, known.forms) for page in file.pages)
    if file.values == content:
        read = [_read(part, file, seen, claims_of(part, parts, file.fields.tokens)) for part in parts]
    else:
        with Seen(file.values, known.limits) as signed:
            read = [_read(part, file, signed, claims_of(part, parts, file.fields.tokens)) for part in parts]
    readings = tuple(each for each in read if each is not None)
    mute = (
        page.number for part, each in zip(parts, read, strict=True) if each is None for page in part.pages
    )
    if pictures := tuple(sorted({*file.pictures, *mute})):
        return merged(readings, scanned(file.values, pictures, name, file.digest, known))
    return readings or (_unread(content, name, looked, complain("no_form", found=name)),)


def _may_be_signed(content: bytes, fields: PdfFields) -> bool:
    """Say whether a signature may be here: it tells its bytes in plain sight (12.8.1), or fills a field."""
    is_filled = any(each.kind is WidgetKind.SIGNATURE and each.values for each in fields.widgets)
    return b"/ByteRange" in content or is_filled or fields.is_fault


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """One PDF, opened."""

    seen: Seen
    """As it came."""
    values: bytes
    """The revision from which values are taken."""
    name: str
    digest: str
    pages: tuple[Page, ...]
    """Pages whose text layer can be read."""
    pictures: tuple[int, ...]
    """Numbers of the pages that have to be looked at."""
    count: int
    fields: PdfFields
    digital: PdfSignatures
    known: Known


def _open(  # noqa: PLR0913 - one file and all that was seen of it already
    seen: Seen, name: str, looked: Looked, digital: PdfSignatures, fields: PdfFields, known: Known
) -> _File:
    values = digital.signed or seen.content
    if digital.signed is not None:
        fields = read_fields(values, known.limits)
    boxes: dict[int, tuple[Box, ...]] = {}
    for each in fields.widgets:
        if each.spot is not None:
            boxes[each.spot.page] = (*boxes.get(each.spot.page, ()), each.spot.box)
    textual = [p.number for p in looked.pages if not p.is_picture and not p.is_broken]
    read = read_words(values, textual, known.limits, boxes)
    pages = tuple(page for page in read if not is_broken(page) and (page.words or page.number in boxes))
    good = {page.number for page in pages}
    return _File(
        seen=seen,
        values=values,
        name=name,
        digest=sha256(seen.content).hexdigest(),
        pages=pages,
        pictures=tuple(p.number for p in looked.pages if p.number not in good and p.shows),
        count=len(looked.pages),
        fields=fields,
        digital=digital,
        known=known,
    )


def _read(part: Part, file: _File, signed: Seen, claims: tuple[str, ...]) -> Reading | None:
    """Return the reading of one form; None when its text says nothing of what it shows (`parsers.pdf.mute`).

    Args:
        part: its pages.
        file: the PDF they are of.
        signed: the revision from which values are taken.
        claims: what of the file's own tokens may be meant for it.
    """
    known = file.known
    who = identify(part, claims, known)
    problems = [complain(code, found=file.name) for code in who.problems]
    blank = Reading(
        file=file.name,
        digest=file.digest,
        source=Source.PDF_TEXT,
        sheet=who.sheet,
        token=who.token,
        code=who.code,
        pages=len(part.leaves),
        problems=tuple(problems),
    )
    if who.form is None:
        return None if bear_code(file.seen, (page.number for page in part.pages), known) else blank
    sent = known.sent.get(who.code)
    sent_pdf = sent.pdf if sent is not None else b""
    ours = sent_places(sent_pdf, known.limits) if sent_pdf else ((), empty_places())
    typed = typed_notes(file.values, file.fields.notes)
    laid = lay(part.pages, who.form, who.language, ours, typed_upon(typed))
    if is_mute(laid) and not _has_fields(part, file):
        return None
    said = found(laid, who.form, file.fields.widgets, typed)
    look_at_fields(file.values, who.form, file.fields.widgets, said)
    look_at_ticks(signed, who.form, laid, said)
    hidden = unseen_words(signed, part.pages)
    doubt_unseen(hidden, laid.places, said)
    album = Album(seen=file.seen, limits=known.limits)
    marks = look_for_marks(signed, who.form, laid, file.fields)
    hear_marks(marks, signed, said)
    read = answers_of(who.form, said, known)
    answers = with_crops(read.answers, marks, album)
    slots = read_slots(
        who.form,
        Scene(
            seen=file.seen,
            laid=laid,
            fields=file.fields,
            digital=file.digital,
            sent=sent_pdf,
            known=known,
        ),
    )
    album.add(slots.pictures)
    if known.annotate:
        for leaf in part.leaves:
            album.page(leaf.page.number, laid.places, answers.all, slots.signatures)
        album.each(laid.places, answers.all, slots.signatures)
    return replace(
        blank,
        source=Source.PDF_FORM if _has_fields(part, file) else Source.PDF_TEXT,
        form=who.form.id,
        version=who.version,
        language=who.language,
        answers=answers,
        signatures=slots.signatures,
        problems=(
            *problems,
            *(complain(code, field=at) for code, at in read.problems),
            *_doubts(answers),
        ),
        pictures=dict(album.pictures),
        sights=dict(album.sights),
        lacks=part.lacks if not file.pictures else (),
        drift=(
            *_drift(part, laid, sent, who.form, known),
            *_hidden(hidden, laid, sent, who.form, known),
            *notes_drift(file.fields.notes, part.pages, laid.places),
        ),
    )


def _drift(part: Part, laid: Laid, sent: Sent | None, form: Form, known: Known) -> tuple[Drift, ...]:
    """Return how the fixed text differs from what was sent, as far as that is known."""
    strangers = swapped(leaf.page for leaf in part.strange)
    if sent is None:
        return strangers
    asked = asked_places(laid.places, form)
    if laid.fits:
        ours = sent_places(sent.pdf, known.limits)
        pairs = {page: here for page, (here, _) in laid.fits.items()}
        numbers = {leaf.number: leaf.page.number for leaf in part.leaves if leaf.number}
        for page in ours[0]:
            # A page that lies nowhere, because most of it was changed, is still the one of its number.
            if page.number not in pairs and numbers.get(page.number) not in {None, *pairs.values()}:
                pairs[page.number] = numbers[page.number]
        return (*strangers, *pages_drift(ours, (laid.pages, asked), pairs))
    if part.lacks or not sent.word:
        return strangers
    return (*strangers, *text_drift(fixed_text(sent.word, form, known), laid.pages, asked, form))


def _hidden(
    hidden: Mapping[int, tuple[Unseen, ...]], laid: Laid, sent: Sent | None, form: Form, known: Known
) -> tuple[Drift, ...]:
    """Return what the pages no longer show of the fixed text that was sent."""
    if not hidden or sent is None:
        return ()
    printed = sent_places(sent.pdf, known.limits)[0] if sent.pdf else ()
    texts = [word.text for page in printed for word in page.words]
    texts += fixed_text(sent.word, form, known) if sent.word else ()
    return unseen_drift(hidden, asked_places(laid.places, form), texts)


def _has_fields(part: Part, file: _File) -> bool:
    numbers = {page.number for page in part.pages}
    return any(each.spot is not None and each.spot.page in numbers for each in file.fields.widgets)


def _doubts(answers: Answers) -> Iterable[Problem]:
    """Return a problem for each answer whose words are no value, or not clearly one."""
    return tuple(
        complain(answer.problem, field=answer.field, found=answer.words)
        for answer in answers.all
        if answer.problem
    )


def _fault(code: str, name: str) -> Problem:
    """Return what is wrong with a file as a whole; a damaged one may still tell a person something."""
    match code:
        case "unreadable":
            return file_problem("read_by_person", KINDS["pdf"], name)
        case "encrypted":
            return file_problem(code, KINDS[code], name)
        case _:
            return complain(code, found=name)


def _unread(content: bytes, name: str, looked: Looked, problem: Problem) -> Reading:
    return Reading(
        file=name,
        digest=sha256(content).hexdigest(),
        source=Source.NONE,
        pages=len(looked.pages),
        problems=(problem,),
    )
