"""Whether places to sign on paper are judged rightly, over many pages and without reading a word.

Pages of a register with four or nine slots are signed, stamped, spoilt, scanned and photographed by
`tests.paper`; they are then opened, stood upright and laid upon the sheet as sent by the readers' own code,
and every slot is judged twice: with the sheet as sent, and as if it were not known.  OCR is left out: it
takes three seconds a page and could only help, since words that it reads are no pen's.

Targets (issue 3): no slot that nobody signed is called signed, of 1,000; 99 % of those that somebody signed
are, at the levels L1 to L3.  A grey scan shows no difference between ink and the seal over it; such slots
have a row of their own.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import starmap
from multiprocessing import get_context
from typing import TypeAlias

import cv2
import numpy as np

from agent.domain.forms import SignatureKind
from agent.domain.signatures import Signature, Verdict
from parsers.ink.slots import judge_place
from parsers.limits import STANDARD
from parsers.pages.page import Box, PageWord, Spot
from parsers.pages.sent import sent_places
from parsers.scan.pictures import open_pictures
from parsers.scan.register import Registered, register
from parsers.scan.upright import upright
from tests.benchmarks.figures import Figure
from tests.benchmarks.paper_sheets import known, on_paper
from tests.benchmarks.slot_kinds import Stands
from tests.benchmarks.slot_pages import Filled, Roll, filled, prompted, prompts, streaks
from tests.paper.degrade import Level, Shot, degrade
from tests.paper.pages import Pixels, chance

_PAGES = 60
"""Of each level."""
_QUICK = 1
_FIRST = 5_000
"""Seeds from here on were not looked at while the reader was written."""
_APART = 10_007
"""Between the seeds of two levels, so that each has pages of its own."""
_WORKERS = 2
_FINDABLE = 99.0
"""Percent of the slots that somebody signed."""
_SCORE = 0.97
"""Of a printed word that OCR reads."""


Case: TypeAlias = tuple[str, bool, Stands, bool, str]
"""Level, blank known, what stands there, in grey, what was said."""


@dataclass(slots=True)
class Tally:
    """What was said of the slots of some pages."""

    said: Counter[Case] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    pages: int = 0
    lost: int = 0
    """Pages that could not be laid upon the sheet as sent."""

    def add(self, other: "Tally") -> None:
        """Add what another counted."""
        self.said += other.said
        self.faults += other.faults
        self.pages += other.pages
        self.lost += other.lost


def measure(*, quick: bool) -> Iterator[Figure]:
    """Judge every slot of every page; yield how many were judged wrongly, by level."""
    seeds = range(_FIRST, _FIRST + (_QUICK if quick else _PAGES))
    whole = tally(seeds, tuple(Level), workers=1 if quick else _WORKERS)
    sys.stderr.write(table(whole))
    yield from figures(whole)


def tally(seeds: Sequence[int], levels: Sequence[Level], *, workers: int = 1) -> Tally:
    """Return what was said of the slots of the pages with these seeds, at each of these levels."""
    jobs = [(seed + _APART * list(Level).index(level), level) for seed in seeds for level in levels]
    whole = Tally()
    if workers == 1:
        for done in starmap(judge_page, jobs):
            whole.add(done)
        return whole
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for done in pool.map(judge_page, *zip(*jobs, strict=True), chunksize=4):
            whole.add(done)
    return whole


def judge_page(seed: int, level: Level) -> Tally:
    """Return what was said of every slot of one page."""
    cv2.setNumThreads(1)
    given = filled(seed)
    content, stands = spoilt(given, level, seed)
    blank = blank_of(given.roll)
    laid = laid_upon(content, blank)
    done = Tally(pages=1, lost=laid is None)
    if laid is None:
        return done
    is_grey = _is_grey(laid.pixels)
    for is_known in (True, False):
        for slot, what, found in judged(given.roll, stands, laid.pixels, blank if is_known else None, seed):
            said = verdict(found)
            grey = is_grey and (what.has_red or what.is_sealed or what is Stands.SEAL_NEAR)
            done.said[level.value, is_known, what, grey, said] += 1
            if is_false(what, said) or (not what.is_empty and said == "unsigned"):
                done.faults.append(
                    f"{level.value} page {seed} slot {slot}, blank {'' if is_known else 'un'}known: "
                    f"{what.value}{' in grey' if grey else ''} called {said} {found.reasons} "
                    f"({found.evidence[0].words})"
                )
    return done


def spoilt(given: Filled, level: Level, seed: int) -> tuple[bytes, dict[str, Stands]]:
    """Return the picture of a page as it comes back, and what then stands in its slots."""
    shot = degrade(given.page, level, seed)
    stands = dict(given.stands)
    content = shot.content
    if given.trait is Stands.STREAK:
        if level in {Level.CLEAN, Level.OFFICE}:
            content = _streaked(given, shot, seed)
        else:
            stands = {each: Stands.EMPTY if w is Stands.STREAK else w for each, w in stands.items()}
    if given.trait is Stands.BLOCKS:
        content = _packed(_opened(content), 10 + seed % 20)
    return content, stands


def judged(
    sent: Roll, stands: dict[str, Stands], pixels: Pixels, blank: Pixels | None, seed: int
) -> Iterator[tuple[str, Stands, Signature]]:
    """Yield each slot with what stands there and what the reader says."""
    scale = pixels.shape[1] / sent_places(sent.pdf)[0][0].width
    words = _words(sent, seed)
    for slot in sent.form.slots:
        spot = Spot(page=1, box=sent.boxes[slot.id])
        found, _ = judge_place(slot, pixels, scale, spot, blank=blank, words=words, known=known())
        yield slot.id, stands[slot.id], found


def blank_of(sent: Roll) -> Pixels:
    """Return the page as it was sent."""
    return prompted(on_paper(sent.pdf)[0], sent).pixels


def laid_upon(content: bytes, blank: Pixels) -> Registered | None:
    """Return a picture laid upon the page as sent, as the reader of scans does it."""
    pictures = open_pictures(content, STANDARD)
    if isinstance(pictures, str):
        return None
    pixels = upright(pictures[0]).pixels
    return register(pixels, blank) or register(np.ascontiguousarray(pixels[::-1, ::-1]), blank)


def verdict(found: Signature) -> str:
    """Return the verdict in one word; a seal is not ink, and a typed name is neither."""
    if found.verdict is Verdict.SIGNED and found.how is not SignatureKind.INK:
        return found.how.value if found.how is not None else "signed"
    return found.verdict.value


def is_false(what: Stands, said: str) -> bool:
    """Say whether somebody is said to have signed who did not."""
    if what.is_sealed:
        return said in {"signed", "typed"}
    return what.is_empty and said in {"signed", "seal", "typed"}


def is_found(what: Stands, said: str, *, grey: bool) -> bool:
    """Say whether a slot that was signed is called so; in grey the seal upon the ink is as good."""
    if what.is_sealed:
        return said == "seal"
    return said == "signed" or (said == "seal" and what in {Stands.ON_SEAL, Stands.BESIDE_SEAL} and grey)


def table(whole: Tally) -> str:
    """Return n, signed, seal, unclear, unsigned and false by level and kind, as text."""
    heads = ("level", "what stands there", "n", "signed", "seal", "unclear", "unsigned", "false")
    rows: list[tuple[str, ...]] = [heads]
    for level in Level:
        for what in Stands:
            for grey in (False, True):
                own = {
                    key: count
                    for key, count in whole.said.items()
                    if (key[0], key[2], key[3]) == (level.value, what, grey)
                }
                if own:
                    rows.append(_row(level.value, what, own, grey=grey))
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    lines = [
        "  ".join(
            cell.ljust(width) if n < 2 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return "\n".join([*lines, *whole.faults]) + "\n"


def _row(level: str, what: Stands, own: dict[Case, int], *, grey: bool) -> tuple[str, ...]:
    def of(*said: str) -> int:
        return sum(count for key, count in own.items() if key[4] in said)

    false = sum(count for key, count in own.items() if is_false(what, key[4]))
    return (
        level, f"{what.value}{', grey scan' if grey else ''}", str(sum(own.values())),
        str(of("signed", "typed")), str(of("seal")), str(of("unclear")), str(of("unsigned")), str(false),
    )  # fmt: skip


def figures(whole: Tally) -> Iterator[Figure]:
    """Yield the figures with their targets."""
    empty = {k: n for k, n in whole.said.items() if k[2].is_empty or k[2].is_sealed}
    false = sum(n for k, n in empty.items() if is_false(k[2], k[4]))
    count = sum(empty.values())
    asked = sum(n for k, n in empty.items() if k[2].is_empty and k[4] == "unclear")
    proves = "no bound" if false else f"below {300 / max(count, 1):.2g} % with 95 %"
    yield Figure(
        name="places called signed that nobody signed", value=false, unit="slots", under=1,
        note=f"of {count} on {whole.pages} pages, {proves}; "
        f"asked about {asked} empty ones; {whole.lost} pages could not be laid",
    )  # fmt: skip
    for level in Level:
        for known_ in (True, False):
            own = {
                k: n
                for k, n in whole.said.items()
                if k[:2] == (level.value, known_)
                and (k[2].is_inked or k[2].is_sealed)
                and not k[2].is_doubtful
                and not k[3]
            }
            found = sum(n for k, n in own.items() if is_found(k[2], k[4], grey=k[3]))
            missed = sum(n for k, n in own.items() if k[4] == "unsigned")
            every = sum(own.values())
            if every:
                yield Figure(
                    name=f"signed places found, {level.value}, blank {'' if known_ else 'un'}known",
                    value=100 * found / every,
                    unit="%",
                    over=_FINDABLE if level is not Level.AWFUL else None,
                    note=f"of {every}; asked about {every - found - missed}, missed {missed}",
                )


def _words(sent: Roll, seed: int) -> tuple[PageWord, ...]:
    """Return the printed words as OCR finds them: within a point, and the prompts as well."""
    random = chance("words", seed)
    words = list(sent_places(sent.pdf)[0][0].words)
    if sent.prompt:
        words += [PageWord(text=sent.prompt, box=box, score=_SCORE) for box in prompts(sent)]
    found = []
    for word in words:
        left, top = random.uniform(-1, 1, 2)
        box = word.box
        moved = Box(box.left + left, box.top + top, box.right + left, box.bottom + top).grown(0.5)
        found.append(replace(word, box=moved, score=_SCORE))
    return tuple(found)


def _streaked(given: Filled, shot: Shot, seed: int) -> bytes:
    columns = []
    for box in list(given.roll.boxes.values())[:1]:
        ends = [shot.place(x, y)[0] for x in (box.left, box.right) for y in (box.top, box.bottom)]
        columns.append((min(ends) + 4, max(ends) - 4))
    return _packed(streaks(_opened(shot.content), columns, seed), 85)


def _opened(content: bytes) -> Pixels:
    return np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def _packed(pixels: Pixels, quality: int) -> bytes:
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def _is_grey(pixels: Pixels) -> bool:
    """Say whether a scan has no colours."""
    some = pixels[::4, ::4].astype(np.int16)
    return float(np.percentile(some.max(axis=2) - some.min(axis=2), 99.5)) < 12
