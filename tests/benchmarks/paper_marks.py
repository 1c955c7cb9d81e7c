"""What hands do to a printed sheet before it is scanned: answers, signatures, seals, traces of neither."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from agent.domain.forms import Kind, Slot
from parsers.pages.page import Box
from tests.benchmarks.paper_answers import Answered
from tests.benchmarks.paper_sheets import Blank
from tests.paper import hands, ink, seals
from tests.paper.pages import PaperPage, chance

_COMPANY = "星河科技有限公司"
_SIZE = 11.0
"""Points of what is written by hand, where the place is high enough."""


class Mark(Enum):
    """What stands in a slot."""

    EMPTY = "empty"
    STAIN = "stain"
    """Dirt, which is nobody's signature."""
    BESIDE = "seal beside"
    """A seal that reaches in, but whose centre is elsewhere."""
    SEAL = "seal"
    INK = "ink"
    BOTH = "ink and seal"

    @property
    def is_signed(self) -> bool:
        """Say whether somebody signed with a pen."""
        return self in {Mark.INK, Mark.BOTH}

    @property
    def is_empty(self) -> bool:
        """Say whether nobody signed in any way."""
        return self in {Mark.EMPTY, Mark.STAIN, Mark.BESIDE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """Pages after pens and seals, and what stands in each slot."""

    pages: tuple[PaperPage, ...]
    slots: Mapping[str, Mark]


def signed(
    pages: Sequence[PaperPage], places: Mapping[str, tuple[int, Box]], slots: Sequence[Slot], seed: int
) -> Marked:
    """Return the pages with something, or nothing, in every slot; which, is drawn by the seed.

    Args:
        pages: the pages as printed.
        places: slots by `sig.head`, days beside them by `sig.head.date`.
        slots: of the form.
        seed: the stream of chance.
    """
    random = chance("marks", seed)
    done, marks = list(pages), {}
    kinds = tuple(Mark)
    for number, slot in enumerate(slots):
        mark = kinds[(seed + number * 2 + int(random.integers(2)) * 3) % len(kinds)]
        found = places.get(f"sig.{slot.id}")
        if found is None:
            continue
        at, box = found
        page = done[at - 1]
        if mark in {Mark.SEAL, Mark.BOTH}:
            x, y = box.centre
            page = seals.seal(
                page, (x + random.normal(0, 12), y + random.normal(0, 8)), _COMPANY, seed + number
            )
        if mark is Mark.BESIDE:
            away = (box.left - random.uniform(22, 45), box.centre[1] + random.normal(0, 6))
            page = seals.seal(page, away, _COMPANY, seed + number)
        if mark is Mark.STAIN:
            page = ink.stain(page, box.grown(-3), seed + number)
        if mark.is_signed:
            hand = ink.scribble if random.random() < 0.2 else ink.sign
            page = hand(page, box, seed * 7 + number)
            day = places.get(f"sig.{slot.id}.date")
            if day is not None and day[0] == at:
                page = hands.write(page, day[1].grown(-3), "2026.3.2", seed, size=10)
        done[at - 1], marks[slot.id] = page, mark
    return Marked(pages=tuple(done), slots=marks)


def written(pages: Sequence[PaperPage], blank: Blank, answers: Answered, seed: int) -> list[PaperPage]:
    """Return the pages with every answer written or ticked by hand.

    What has no room in its place is left out, and is no answer any more.
    """
    done = list(pages)
    for number, path in enumerate(sorted(answers.truth)):
        kind = answers.kinds[path]
        if path in blank.ticks:
            truth = answers.truth[path]
            state = ("" if truth else None) if isinstance(truth, bool) else str(truth)
            if state is not None:
                at, box = blank.ticks[path][state]
                pen = ink.cross if (seed + number) % 4 == 0 else ink.tick
                done[at - 1] = pen(done[at - 1], box, seed + number)
            continue
        if path not in blank.places or not answers.words.get(path):
            continue
        at, box = blank.places[path]
        size = min(_SIZE, box.height * 0.7)
        words = answers.words[path]
        if kind is not Kind.TEXT and len(words) * size > box.width:
            size = max(7.0, box.width / len(words))
        done[at - 1] = hands.write(done[at - 1], box.grown(-1.5), words, seed + number, size=size)
    return done
