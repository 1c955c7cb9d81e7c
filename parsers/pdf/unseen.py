"""Words of the text layer that a page does not show: covered, white, in a layer that is off, clipped away.

Whoever signs sees the page and not its text layer (ISO 32000-2, 9.3.6, 8.11), so that such words are as
good as not there: of a value a question, of the form itself a difference.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from agent.domain.reading import Drift, DriftKind
from parsers.pages.drift_text import visible
from parsers.pages.page import Box, Page, PageWord, Places, Spot
from parsers.pdf.seen import Seen, Shown
from parsers.word.found import Found, Rank

_FLAT = 6
"""Of 255: grey that differs by no more than this shows no letter; the palest print differs by 30."""
_WIDE = "\u2e80"
"""From here on characters are as wide as high, so that their places in a run are known."""
_SLACK = 1.0
"""Points by which a word may reach beyond its page."""
_UNSHOWN = "□"
_MOST = 40
"""Differences that are told."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """Words that a page holds and does not show."""

    text: str
    box: Box
    start: Box
    """The first character of the run that they are of."""


def unseen_words(seen: Seen, pages: Iterable[Page]) -> Mapping[int, tuple[Unseen, ...]]:
    """Return what pages hold and do not show, words or characters of words, by the number of the page."""
    found: dict[int, tuple[Unseen, ...]] = {}
    for page in pages:
        shown = seen.page(page.number)
        if shown is not None and (hidden := tuple(_unseen(page, shown))):
            found[page.number] = hidden
    return found


def doubt_unseen(
    words: Mapping[int, tuple[Unseen, ...]], places: Places, found: dict[str, list[Found]]
) -> None:
    """Add to `found` that the words of a place are not shown.

    Args:
        words: what is not shown, by page.
        places: where people write.
        found: what was found in each place; changed.
    """
    for path, spot in places.fields.items():
        if path in found and any(_holds(each, words) for each in (spot, *places.more.get(path, ()))):
            place = f"what {spot.place} shows"
            found[path].append(Found(rank=Rank.LABEL, place=place, words=_UNSHOWN, shaky=True))


def unseen_drift(
    words: Mapping[int, tuple[Unseen, ...]], asked: Places, sent: Iterable[str]
) -> tuple[Drift, ...]:
    """Return the fixed words that are not shown as words that are missing.

    An answer that runs over the edge of its field is cut off there; that is no difference.

    Args:
        words: what is not shown, by page.
        asked: the places in which people write.
        sent: the fixed text as it was sent.
    """
    known = visible("".join(sent)) if words else ""
    taken = [*asked.fields.values(), *asked.slots.values(), *asked.dates.values()]
    taken += (spot for rest in asked.more.values() for spot in rest)
    drifts = (
        Drift(kind=DriftKind.MISSING, page=number, sent=hidden.text)
        for number, every in words.items()
        for hidden in every
        if visible(hidden.text) in known
        and not any(
            spot.page == number and (spot.box.holds(hidden.box) or spot.box.holds(hidden.start))
            for spot in taken
        )
    )
    return tuple(dict.fromkeys(drifts))[:_MOST]


def _holds(spot: Spot, words: Mapping[int, tuple[Unseen, ...]]) -> bool:
    return any(spot.box.holds(each.box) for each in words.get(spot.page, ()))


def _unseen(page: Page, shown: Shown) -> Iterator[Unseen]:
    frame = Box(0.0, 0.0, page.width, page.height).grown(_SLACK)
    for word in page.words:
        if not visible(word.text) or not frame.holds(word.box):
            continue
        characters = tuple(_characters(word))
        start = characters[0].box if characters else word.box
        hidden = [each for each in characters if _is_flat(shown, each.box)]
        if _is_flat(shown, word.box):
            yield Unseen(word.text, word.box, start)
        elif hidden:
            box = Box(hidden[0].box.left, word.box.top, hidden[-1].box.right, word.box.bottom)
            yield Unseen("".join(each.text for each in hidden), box, start)


def _characters(word: PageWord) -> Iterator[PageWord]:
    """Yield the characters of a run that is of wide ones alone, each with its place."""
    if len(word.text) < 2 or any(each < _WIDE for each in word.text):  # noqa: PLR2004 - one is the run itself
        return
    wide = word.box.width / len(word.text)
    for at, text in enumerate(word.text):
        left = word.box.left + at * wide
        yield PageWord(text=text, box=Box(left, word.box.top, left + wide, word.box.bottom))


def _is_flat(shown: Shown, box: Box) -> bool:
    counts = [at for at, count in enumerate(shown.part(box).histogram()) if count]
    return counts[-1] - counts[0] <= _FLAT
