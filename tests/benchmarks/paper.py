"""How exactly returned forms are read, by source and kind of field, and what a page of paper costs.

Nothing that is read here was made by the code that reads it: LibreOffice types, saves and prints, pypdf and
pdfium fill and flatten, `tests.paper` draws hands, seals, scanners and phones.  Every document goes through
the one door, `parsers.reading`.  Targets: notes of issue 3, "what to reach".

A value counts as exact when it is what was meant, guesses included; as taken when nobody is asked about it.
Of n values without a wrong one the share of wrong ones is below 3/n with 95 % (the rule of three).
"""

import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from time import perf_counter

from PIL import Image

from agent.domain.words import Language
from parsers.known import Known
from parsers.reading import read_document, read_pages
from tests.benchmarks.figures import Figure
from tests.benchmarks.paper_doubts import table, watched
from tests.benchmarks.paper_marks import Mark, signed, written
from tests.benchmarks.paper_scores import ROWS, Score, score
from tests.benchmarks.paper_sheets import (
    Issued,
    blank_of,
    flattened,
    issued,
    known,
    on_paper,
    printed,
    round_trips,
    saved,
    typed,
)
from tests.paper.degrade import Level, Shot, degrade
from tests.paper.sheets import rendered

_FORMS = (
    ("confirmation", Language.ZH), ("deliverable", Language.ZH), ("change", Language.EN),
    ("progress", Language.ZH), ("request", Language.ZH), ("breakdown", Language.ZH),
    ("issue", Language.ZH), ("kickoff_minutes", Language.EN), ("acceptance", Language.ZH),
    ("confirmation", Language.EN), ("summary", Language.ZH), ("deliverable", Language.EN),
)  # fmt: skip
_QUICK = 3
"""Forms of a quick run."""
_KINDS = ("text", "date", "person", "department", "number", "choice", "checkbox", ROWS)
_EXACT = {
    "docx saved by LibreOffice": 99.5,
    "docx through ODT": 99.5,
    "pdf-form, filled by pypdf": 99.99,
    "pdf-text, printed by LibreOffice": 99.5,
    "pdf-text, flattened by pdfium": 99.5,
    **{f"scan {level}, Word typed": 99.0 for level in ("L1", "L2", "L3")},
    **{f"scan {level}, PDF typed": 99.0 for level in ("L1", "L2", "L3")},
}
"""Percent of the values, at least."""
_UNASKED = {f"scan {level}, {how} typed": 80.0 for level in ("L1", "L2", "L3") for how in ("Word", "PDF")}
"""Percent of the answers that nobody is asked about, at least; what a hand wrote is always asked."""
_SECONDS = 3.5
"""A page of a scan."""
_SLOTS_FOUND = 99.0


def measure(*, quick: bool) -> Iterator[Figure]:
    """Read every source; yield what each got right, what it cost, and what slots showed."""
    scores = read_all(
        _FORMS[:_QUICK] if quick else _FORMS, levels=(Level.OFFICE, Level.PHONE) if quick else tuple(Level)
    )
    sys.stderr.write(table_by_kind(scores))
    sys.stderr.write(table({source: done.asked for source, done in scores.items()}))
    for source, done in scores.items():
        yield from _figures(source, done)
    yield from _slots(scores.values())


def read_all(
    forms: Sequence[tuple[str, Language]], levels: Sequence[Level], seed: int = 0, only: str = ""
) -> dict[str, Score]:
    """Return the score of every source whose name contains `only`."""
    scores: dict[str, Score] = {}
    sheets = [issued(form, language, seed + number) for number, (form, language) in enumerate(forms)]
    with tempfile.TemporaryDirectory() as place:
        words = saved(sheets, Path(place))
        prints = printed(sheets, words, Path(place))
    turned = round_trips(words)
    # What a reader loads once is no part of a page: the child that reads runs already.
    for content in (typed(sheets[0]), flattened(typed(sheets[0]))):
        read_document(content, "form.pdf", known(sheets[0]))

    def read(source: str, sheet: Issued, contents: Sequence[bytes], name: str, **more: object) -> None:
        if only in source:
            _read(scores.setdefault(source, Score()), source, sheet, contents, name, **more)  # type: ignore[arg-type]

    for number, sheet in enumerate(sheets):
        say(f"  {sheet.form.id} {sheet.language.value}, {number + 1} of {len(sheets)}")
        pdf = typed(sheet)
        flat = flattened(pdf)
        read("docx saved by LibreOffice", sheet, [words[number]], "form.docx")
        read("docx through ODT", sheet, [turned[number]], "form.docx")
        read("pdf-form, filled by pypdf", sheet, [pdf], "form.pdf", pages=len(on_paper(pdf, 20)))
        read(
            "pdf-text, printed by LibreOffice",
            sheet,
            [prints[number].pdf],
            "form.pdf",
            pages=prints[number].pages,
        )
        read("pdf-text, flattened by pdfium", sheet, [flat], "form.pdf", pages=len(on_paper(pdf, 20)))
        if "scan" not in only and only:
            continue
        blank = blank_of(sheet.pdf)
        by_hand = issued(sheet.form.id, sheet.language, seed + number + 500, sparse=True)
        hand_blank = blank_of(by_hand.pdf)
        for level in levels:
            dpi = 300 if level is Level.CLEAN else 200
            chance_ = seed + number * 5 + list(Level).index(level)
            papers = {
                "Word typed": (sheet, rendered(prints[number].pdf, dpi), prints[number].places),
                "PDF typed": (sheet, on_paper(flat, dpi), blank.places),
                "by hand": (
                    by_hand,
                    tuple(written(on_paper(by_hand.pdf, dpi), hand_blank, by_hand.answers, chance_)),
                    hand_blank.places,
                ),
            }
            for how, (which, pages, places) in papers.items():
                source = f"scan {level.value}, {how}"
                if only not in source:
                    continue
                marked = signed(pages, places, which.form.slots, chance_ + len(how))
                shots = [degrade(page, level, chance_ * 10 + at) for at, page in enumerate(marked.pages)]
                contents, name = as_sent(shots, level)
                read(source, which, contents, name, slots=marked.slots, pages=len(shots))
                if how == "Word typed" and level is Level.OFFICE:
                    read(
                        f"{source}, not kept",
                        which,
                        contents,
                        name,
                        slots=marked.slots,
                        pages=len(shots),
                        house=known(),
                    )
    return scores


def as_sent(shots: Sequence[Shot], level: Level) -> tuple[list[bytes], str]:
    """Return the files that come of pictures: one PDF of a scanner, or a photo for each page."""
    if level in {Level.CLEAN, Level.OFFICE} and len(shots) > 1:
        images = [Image.open(BytesIO(shot.content)) for shot in shots]
        out = BytesIO()
        images[0].save(
            out, "PDF", save_all=True, append_images=images[1:], resolution=images[0].info["dpi"][0]
        )
        return [out.getvalue()], "scan.pdf"
    return [shot.content for shot in shots], shots[0].name


def _read(  # noqa: PLR0913 - a document, and everything that is true about it
    done: Score,
    source: str,
    sheet: Issued,
    contents: Sequence[bytes],
    name: str,
    *,
    pages: int = 1,
    slots: Mapping[str, Mark] | None = None,
    house: Known | None = None,
) -> None:
    who = house or known(sheet)
    start = perf_counter()
    with watched(done.asked):
        if len(contents) == 1:
            readings = read_document(contents[0], name, who)
        else:
            readings = read_pages(tuple(contents), name, who)
    took = perf_counter() - start
    empty = dict.fromkeys((slot.id for slot in sheet.form.slots), Mark.EMPTY)
    label = f"{source}: {sheet.form.id} {sheet.language.value} {sheet.sheet.case}"
    score(
        done, readings, sheet.form, sheet.answers, empty if slots is None else slots,
        name=label, pages=pages, seconds=took,
    )  # fmt: skip


def table_by_kind(scores: Mapping[str, Score]) -> str:
    """Return exact of n, by source and kind, and what went wrong, as text."""
    rows: list[tuple[str, ...]] = [("source", *_KINDS)]
    for source, done in scores.items():
        cells = [done.kinds.get(kind) for kind in _KINDS]
        rows.append((source, *(f"{c.exact}/{c.fields}" if c is not None and c.fields else "" for c in cells)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    faults = [fault for done in scores.values() for fault in done.faults]
    return "\n".join([*lines, *faults]) + "\n"


def _figures(source: str, done: Score) -> Iterator[Figure]:
    every = done.all
    yield Figure(
        name=f"{source}: exact",
        value=100 * every.exact / max(every.fields, 1),
        unit="%",
        over=_EXACT.get(source),
        note=f"of {every.fields} values in {done.documents} documents; "
        f"taken unasked {every.taken}, read as empty {every.lost}",
    )
    if "scan" in source:
        yield Figure(
            name=f"{source}: taken unasked",
            value=100 * every.unasked / max(every.fields, 1),
            unit="%",
            over=_UNASKED.get(source),
            note=f"of {every.fields} answers",
        )
    yield Figure(
        name=f"{source}: taken and wrong",
        value=every.wrong,
        unit="values",
        under=1,
        note=f"of {every.taken}; {bound(every.wrong, every.taken)}; "
        f"called altered {done.drifted}, print not compared {done.uncompared} of {done.documents} documents",
    )
    yield Figure(
        name=f"{source}: a page",
        value=done.seconds / max(done.pages, 1) * (1 if "scan" in source else 1000),
        unit="s" if "scan" in source else "ms",
        under=_SECONDS if "scan" in source else 100 if "pdf" in source else 50,
        note=f"{done.pages} pages",
    )


def _slots(scores: Iterable[Score]) -> Iterator[Figure]:
    whole = Score()
    for done in scores:
        whole.slots += done.slots
    empty = [mark for mark in Mark if mark.is_empty]
    inked = [mark for mark in Mark if mark.is_signed]
    false = whole.of(empty, "signed", "seal") + whole.of([Mark.SEAL], "signed")
    unsigned = whole.of(empty) + whole.of([Mark.SEAL])
    yield Figure(
        name="slots called signed that nobody signed", value=false, unit="slots", under=1,
        note=f"of {unsigned}; {bound(false, unsigned)}; asked about {whole.of(empty, 'unclear')} empty ones",
    )  # fmt: skip
    seals = whole.of([Mark.BOTH], "seal")
    yield Figure(
        name="slots signed by pen, seen so",
        value=100 * (whole.of(inked, "signed") + seals) / max(whole.of(inked), 1),
        unit="%",
        over=_SLOTS_FOUND,
        note=f"of {whole.of(inked)}, {seals} of them by the seal upon the ink; asked about "
        f"{whole.of(inked, 'unclear')}, missed {whole.of(inked, 'unsigned')}; "
        f"seals alone seen {whole.of([Mark.SEAL], 'seal')} of {whole.of([Mark.SEAL])}",
    )


def bound(wrong: int, count: int) -> str:
    """Return what n values without a wrong one prove."""
    if wrong or not count:
        return "no bound"
    return f"below {300 / count:.2g} % with 95 %"


def say(words: str) -> None:
    """Tell that the work goes on."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
