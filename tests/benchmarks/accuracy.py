"""`make accuracy N=3000`: of values taken from paper without asking anybody, how many were wrong.

Each document is a sheet, language, answers, level and way of typing of its own, drawn by the seed;
LibreOffice or pypdf and pdfium fill it in, `tests.paper` signs, stamps and spoils it.  What every document
gave is written down at once, so that a run that was ended goes on where it stood.  Nothing is sampled by what
it shows: a run ends with the document that brings it to its count.

The bound is Clopper and Pearson's, one-sided, 95 %: 3,000 values without a wrong one prove 99.9 %.
"""

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from agent.domain.words import Language
from parsers.reading import read_document, read_pages
from tests.benchmarks.paper import as_sent
from tests.benchmarks.paper_marks import signed
from tests.benchmarks.paper_scores import ROWS, Count, Score, score
from tests.benchmarks.paper_sheets import (
    FORMS,
    Issued,
    blank_of,
    flattened,
    issued,
    known,
    on_paper,
    printed,
    saved,
    typed,
)
from tests.paper.degrade import Level, degrade
from tests.paper.pages import chance
from tests.paper.sheets import Printed, rendered

_LEVELS = (Level.CLEAN, Level.OFFICE, Level.PHONE)
_BATCH = 12
"""Sheets that LibreOffice fills in at a time; every second one is a PDF, and needs none."""
_TARGET = 0.001
_SURE = 0.95
_APART = 10_000
"""Seeds of two runs; one run has fewer documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One document to be read."""

    name: str
    sheet: Issued
    level: Level
    is_word: bool
    seed: int


def main() -> int:
    """Read documents until enough values were taken; print the table; return 1 when too many were wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.accuracy")
    parser.add_argument("--count", type=int, default=3_000, help="values taken without asking")
    parser.add_argument("--seed", type=int, default=1, help="a run of its own for each")
    parser.add_argument("--keep", type=Path, help="file in which each document is written down")
    asked = parser.parse_args()
    keep: Path = asked.keep or Path(tempfile.gettempdir()) / f"accuracy-{asked.seed}.jsonl"
    done = _kept(keep)
    taken = sum(_taken(each) for each in done.values())
    with keep.open("a", encoding="utf-8") as out:
        for drawn, paper in _documents(asked.seed, done):
            if taken >= asked.count:
                break
            told = _read(drawn, paper)
            out.write(json.dumps(told, ensure_ascii=False) + "\n")
            out.flush()
            done[drawn.name] = told
            taken += _taken(told)
    whole = _counted(done)
    sys.stdout.write(table(whole, len(done)))
    sys.stdout.writelines(f"{fault}\n" for each in done.values() for fault in each["faults"])  # type: ignore[attr-defined]  # written by _read
    wrong = sum(count.wrong for count in whole.values())
    return int(wrong > _TARGET * max(1, sum(count.taken for count in whole.values())))


def _documents(seed: int, done: Mapping[str, object]) -> Iterator[tuple[Drawn, Printed | None]]:
    """Yield documents that are not done yet, with LibreOffice's print where it typed the answers."""
    for first in range(0, _APART, _BATCH):
        batch = [each for at in range(first, first + _BATCH) if (each := _drawn(seed, at)).name not in done]
        words = [each for each in batch if each.is_word]
        prints: dict[str, Printed] = {}
        if words:
            sheets = [each.sheet for each in words]
            with tempfile.TemporaryDirectory() as place:
                made = printed(sheets, saved(sheets, Path(place)), Path(place))
            prints = {each.name: paper for each, paper in zip(words, made, strict=True)}
        for each in batch:
            yield each, prints.get(each.name)


def _drawn(seed: int, number: int) -> Drawn:
    random = chance("accuracy", seed, number)
    form = sorted(FORMS)[int(random.integers(len(FORMS)))]
    language = tuple(Language)[int(random.integers(len(Language)))]
    level = _LEVELS[int(random.integers(len(_LEVELS)))]
    mine = seed * _APART + number
    return Drawn(
        name=f"{seed}.{number} {form} {language.value} {level.value} {'Word' if number % 2 else 'PDF'}",
        sheet=issued(form, language, mine),
        level=level,
        is_word=bool(number % 2),
        seed=mine,
    )


def _read(drawn: Drawn, paper: Printed | None) -> dict[str, object]:
    """Return what one document gave, as it is written down."""
    sheet, dpi = drawn.sheet, 300 if drawn.level is Level.CLEAN else 200
    if paper is not None:
        pages, places = rendered(paper.pdf, dpi), paper.places
    else:
        pages, places = on_paper(flattened(typed(sheet)), dpi), blank_of(sheet.pdf).places
    marked = signed(pages, places, sheet.form.slots, drawn.seed)
    shots = [degrade(page, drawn.level, drawn.seed * 10 + at) for at, page in enumerate(marked.pages)]
    contents, name = as_sent(shots, drawn.level)
    who, start = known(sheet), perf_counter()
    if len(contents) == 1:
        readings = read_document(contents[0], name, who)
    else:
        readings = read_pages(tuple(contents), name, who)
    done = Score()
    score(
        done, readings, sheet.form, sheet.answers, marked.slots,
        name=drawn.name, pages=len(shots), seconds=perf_counter() - start,
    )  # fmt: skip
    kinds = {kind: asdict(count) for kind, count in done.kinds.items() if kind != ROWS}
    return {
        "name": drawn.name, "level": drawn.level.value, "way": "Word" if drawn.is_word else "PDF",
        "kinds": kinds, "faults": done.faults, "seconds": round(done.seconds, 1), "pages": done.pages,
    }  # fmt: skip


def _kept(keep: Path) -> dict[str, dict[str, object]]:
    if not keep.exists():
        return {}
    lines = [json.loads(line) for line in keep.read_text(encoding="utf-8").splitlines() if line.endswith("}")]
    return {line["name"]: line for line in lines}


def _counted(done: Mapping[str, Mapping[str, object]]) -> dict[tuple[str, str, str], Count]:
    """Return the counts of every level, way and kind."""
    whole: dict[tuple[str, str, str], Count] = {}
    for each in done.values():
        for kind, count in each["kinds"].items():  # type: ignore[attr-defined]  # written by _read
            whole.setdefault((str(each["level"]), str(each["way"]), kind), Count()).add(Count(**count))
    return whole


def _taken(told: Mapping[str, object]) -> int:
    return sum(count["taken"] for count in told["kinds"].values())  # type: ignore[attr-defined]  # written by _read


def table(whole: Mapping[tuple[str, str, str], Count], documents: int) -> str:
    """Return answered, taken unasked, asked, lost and wrong by level, way and kind, and what it proves."""
    heads = ("level", "way", "kind", "answered", "taken", "%", "asked", "read as empty", "wrong")
    rows: list[tuple[str, ...]] = [heads]
    every = Count()
    for level in sorted({key[0] for key in whole}):
        for way in sorted({key[1] for key in whole if key[0] == level}):
            own = {key[2]: count for key, count in whole.items() if key[:2] == (level, way)}
            together = Count()
            for kind, count in sorted(own.items()):
                together.add(count)
                rows.append(_row(level, way, kind, count))
            rows.append(_row(level, way, "all", together))
            every.add(together)
    rows.append(_row("all", "", "", every))
    widths = [max(len(row[at]) for row in rows) for at in range(len(heads))]
    lines = [
        "  ".join(
            cell.ljust(width) if at < 3 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    most = 100 * upper_bound(every.wrong, every.taken)
    said = (
        f"{every.wrong} wrong of {every.taken} values taken without asking (empty places among them), "
        f"in {documents} documents: right in at least {100 - most:.3f} % with {100 * _SURE:.0f} %"
    )
    return "\n".join([*lines, said]) + "\n"


def _row(level: str, way: str, kind: str, count: Count) -> tuple[str, ...]:
    share = f"{100 * count.unasked / count.fields:.1f}" if count.fields else ""
    asked = count.fields - count.unasked - count.lost
    figures = (count.fields, count.unasked, share, asked, count.lost, count.wrong)
    return (level, way, kind, *map(str, figures))


def upper_bound(wrong: int, count: int, sure: float = _SURE) -> float:
    """Return the largest share of wrong ones that so few among so many still allow (Clopper and Pearson).

    Args:
        wrong: how many were wrong.
        count: of how many.
        sure: with which confidence, one-sided.
    """
    if not count or wrong >= count:
        return 1.0
    low, high = 0.0, 1.0
    while high - low > 1e-9:
        share = (low + high) / 2
        if _at_most(wrong, count, share) > 1.0 - sure:
            low = share
        else:
            high = share
    return high


def _at_most(wrong: int, count: int, share: float) -> float:
    """Return how likely at most so many wrong ones are when their share is this."""
    return sum(
        math.exp(
            math.lgamma(count + 1) - math.lgamma(each + 1) - math.lgamma(count - each + 1)
            + each * math.log(share) + (count - each) * math.log1p(-share)
        )
        for each in range(wrong + 1)
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
