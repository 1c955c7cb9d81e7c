"""Pages of a PDF that are pictures: handed to the reader of scans, and joined with what text pages say."""

from dataclasses import replace

from agent.domain.answers import Answers, Trust
from agent.domain.reading import Reading, Source
from agent.domain.signatures import Signature, Verdict
from parsers.known import Known
from parsers.sniff_words import KINDS, file_problem

_WORTH = {Verdict.SIGNED: 2, Verdict.UNCLEAR: 1, Verdict.UNSIGNED: 0}


def scanned(
    content: bytes, numbers: tuple[int, ...], name: str, digest: str, known: Known
) -> tuple[Reading, ...]:
    """Return what the reader of scans makes of some pages; a word that a person reads it where it is absent.

    Args:
        content: the PDF.
        numbers: the pages that are pictures, or whose text says nothing.
        name: the file's name, for showing.
        digest: SHA-256 of the file.
        known: what readers know.
    """
    try:
        from parsers.scan.form import read_scan  # noqa: PLC0415 - the extra `ocr` may not be installed
        from parsers.scan.of_pdf import scans  # noqa: PLC0415 - as above
    except ImportError:
        problem = file_problem("read_by_person", KINDS["pdf"], name)
        return (
            Reading(file=name, digest=digest, source=Source.NONE, pages=len(numbers), problems=(problem,)),
        )
    pictures = scans(content, numbers[: known.limits.scanned_pages], known.limits)
    found = tuple(read_scan(pictures, name, digest, known)) if pictures else ()
    # A scan counts its pages by themselves; a page that could not be drawn makes that count useless.
    return tuple(_named(each, numbers) for each in found) if len(pictures) == len(numbers) else found


def _named(scan: Reading, numbers: tuple[int, ...]) -> Reading:
    """Return a reading whose pages to look at are called by their numbers in the PDF."""
    names = {f"page-{at}": f"page-{number}" for at, number in enumerate(numbers, start=1)}
    return replace(scan, sights={names.get(name, name): each for name, each in scan.sights.items()})


def merged(texts: tuple[Reading, ...], scans: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Return the readings of one file: a scanned page of a form joins the text pages of the same form."""
    found = list(texts)
    for scan in scans:
        at = next((n for n, text in enumerate(found) if _are_one(text, scan)), None)
        if at is None:
            found.append(scan)
        else:
            found[at] = _joined(found[at], scan)
    known = [each for each in found if each.form or each.source is Source.NONE]
    return tuple(known or found)


def _are_one(text: Reading, scan: Reading) -> bool:
    if not text.form or scan.form not in {"", text.form}:
        return False
    if text.code and scan.code:
        return text.code == scan.code
    # A page without identity of its own belongs to the form that it lies behind.
    return not scan.code and not scan.sheet


def _joined(text: Reading, scan: Reading) -> Reading:
    """Return both as one: what a text layer says goes before what OCR reads."""
    return replace(
        text,
        pages=text.pages + scan.pages,
        answers=_answers(text.answers, scan.answers),
        signatures=_signatures(text.signatures, scan.signatures),
        problems=tuple(dict.fromkeys((*text.problems, *scan.problems))),
        pictures={**scan.pictures, **text.pictures},
        lacks=tuple(sorted(set(text.lacks) & set(scan.lacks))) if scan.form else (),
        drift=(*text.drift, *scan.drift),
        uncompared=(*text.uncompared, *scan.uncompared),
        sights={**scan.sights, **text.sights},
    )


def _answers(text: Answers, scan: Answers) -> Answers:
    said = {each.field: each for each in text.all}
    for each in scan.all:
        own = said.get(each.field)
        if own is None or own.trust is Trust.ABSENT:
            said[each.field] = each
    return Answers(tuple(said.values()))


def _signatures(text: tuple[Signature, ...], scan: tuple[Signature, ...]) -> tuple[Signature, ...]:
    best = {each.slot: each for each in text}
    for each in scan:
        own = best.get(each.slot)
        if own is None or _WORTH[each.verdict] > _WORTH[own.verdict]:
            best[each.slot] = each
    return tuple(best.values())
