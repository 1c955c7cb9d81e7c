"""Triage of the forms in a mail: whose sheet it is, which copies belong together, and is its text as sent?"""

from agent.core.copies import one_of
from agent.core.desk import Desk
from agent.core.enclosed import files_by_case
from agent.core.told import pages_words
from agent.core.uncompared import waits, whole_pages, why_it_waits
from agent.core.unopened import unopened
from agent.domain.case import Case, CaseId, FileRef
from agent.domain.effects import Send
from agent.domain.events import Event, FormReturned
from agent.domain.inbox import MailState, Triage
from agent.domain.reading import Reading
from agent.domain.sheets import Sheet
from agent.domain.words import Words
from agent.domain.work_items import ItemId


def forms_in(desk: Desk, forms: tuple[Reading, ...]) -> Triage:
    """Return what the forms of a mail mean, each sheet once: an event of its case, a refusal, or a review."""
    sheets = {r.digest for r in forms}
    extra = tuple(f for d, f in desk.around.documents.items() if d not in sheets)
    files = files_by_case(extra, _by_case(desk, forms))
    events: list[tuple[CaseId, Event]] = []
    letters: list[Send] = []
    altered: dict[CaseId, list[Reading]] = {}
    for sheet, copies in _copies(forms).items():
        reading = one_of(copies)
        case = desk.around.cases.get(CaseId(sheet.case))
        if case is None:
            facts = {"number": Words.same(sheet.case)}
            letters.append(desk.letter("unknown_case", facts))
            continue
        if not desk.belongs(case):
            facts = {"why": Words(zh="您不是本事项的参与方", en="you are not in this case")}
            if (form := desk.around.process.forms.get(reading.form)) is not None:
                facts["returned"] = form.title
            letters.append(desk.letter("not_entitled", facts, case))
            continue
        if waits(reading) and not desk.around.released:
            altered.setdefault(case.id, []).append(reading)
            continue
        event = FormReturned(
            at=desk.around.at,
            mail=desk.mail.message_id,
            by=desk.person.address,
            item=ItemId(sheet.item),
            form=reading.form,
            version=reading.version,
            answers=reading.answers,
            signatures=reading.signatures,
            document=desk.around.documents.get(reading.digest, desk.around.raw),
            files=files[case.id],
            lacks=reading.lacks,
            drift=reading.drift,
            uncompared=reading.uncompared,
            parts=_parts(desk, reading, copies),
            came=desk.around.came,
        )
        events.append((case.id, event))
    if altered:  # the whole mail waits: what it decides now must come out the same when it is released
        letters += (_they_wait(desk, desk.around.cases[name], each) for name, each in altered.items())
        because = why_it_waits(reading for each in altered.values() for reading in each)
        return Triage(state=MailState.REVIEW, because=because, letters=tuple(letters))
    names = Words.listed(r.file for r in forms)
    return Triage(
        state=MailState.DONE,
        because=Words(zh=f"交回表格：{names.zh}", en=f"forms came back: {names.en}"),
        events=tuple(events),
        letters=(*letters, *unopened(desk)),
    )


def _they_wait(desk: Desk, case: Case, altered: list[Reading]) -> Send:
    """Return the letter that forms of a case wait for a coordinator, who compares them with what was sent."""
    facts = {"file": Words.listed(reading.file for reading in altered)}
    if not any(reading.drift for reading in altered):
        pages = {page for reading in altered for page in whole_pages(reading.uncompared)}
        facts["pages"] = pages_words(tuple(sorted(pages)))
    return desk.letter("altered", facts, case)


def _by_case(desk: Desk, forms: tuple[Reading, ...]) -> dict[CaseId, tuple[Reading, ...]]:
    """Return the forms of each case that may take one from this sender."""
    found: dict[CaseId, tuple[Reading, ...]] = {}
    for reading in forms:
        case = desk.around.cases.get(CaseId(reading.sheet.case)) if reading.sheet is not None else None
        if case is not None and desk.belongs(case):
            found[case.id] = (*found.get(case.id, ()), reading)
    return found


def _copies(forms: tuple[Reading, ...]) -> dict[Sheet, tuple[Reading, ...]]:
    """Return the documents of each sheet, in the order they came; two languages of an item are one sheet."""
    found: dict[str, list[Reading]] = {}
    sheets: dict[str, Sheet] = {}
    for reading in forms:
        if reading.sheet is not None:
            name = f"{reading.sheet.case}/{reading.sheet.item}"
            sheets.setdefault(name, reading.sheet)
            found.setdefault(name, []).append(reading)
    return {sheets[name]: tuple(copies) for name, copies in found.items()}


def _parts(desk: Desk, reading: Reading, copies: tuple[Reading, ...]) -> tuple[FileRef, ...]:
    digests = dict.fromkeys(copy.digest for copy in copies if copy.digest != reading.digest)
    documents = desk.around.documents
    return tuple(documents[digest] for digest in digests if digest in documents)
