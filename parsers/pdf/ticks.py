"""Boxes to tick that a flattened or printed PDF shows drawn, with no letter that says so: looked at."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from agent.domain.forms import Field, Form, Kind
from parsers.pages.fields import asked_at
from parsers.pages.page import Box, Spot
from parsers.pdf.answers import Laid
from parsers.pdf.seen import Seen, Shown
from parsers.pdf.words import SQUARE
from parsers.word.found import Found, Rank

_INSIDE = 0.22
"""Of a box's side: so much of it at each edge is its frame."""
_TICKED = 0.05
"""Dark part of the inside of a box from which on something is in it; a thin cross fills a fifth."""
_CLEAN = 0.01
_MORE = 0.04
"""By how much a ticked box is darker than the others where its frame cannot be told from what is in it."""
_ALIKE = 0.025
_DARK = 140
"""Of 255."""
_LARGEST = 24.0
"""Points; nothing larger is a box to tick."""


def look_at_ticks(seen: Seen, form: Form, laid: Laid, found: dict[str, list[Found]]) -> None:
    """Add to `found` the answers whose boxes are drawn as ticked, where nothing else tells.

    Args:
        seen: the PDF, held open.
        form: what is asked.
        laid: where its boxes are.
        found: what was found in each place; changed.
    """
    for path, here in found.items():
        if any(each.rank is Rank.CONTROL for each in here):
            found[path] = [each for each in here if SQUARE not in each.words]
    options = {**laid.labelled.options, **laid.sent.options}
    wanted = {path: boxes for path, boxes in options.items() if _is_open(found.get(path, []))}
    shown = seen.pages(sorted({spot.page for boxes in wanted.values() for spot in boxes.values()}))
    drawn_squares = frozenset(
        Spot(page=page.number, box=word.box)
        for page in laid.pages
        for word in page.words
        if word.text == SQUARE
    )
    for path, boxes in wanted.items():
        asked = asked_at(form, path)
        if asked is None or any(spot.page not in shown for spot in boxes.values()):
            continue
        here = found.setdefault(path, [])
        exact = path in laid.sent.options or all(spot in drawn_squares for spot in boxes.values())
        words = _ticked(asked, boxes, shown, exact=exact)
        drawn = [each for each in here if SQUARE in each.words]
        here[:] = [each for each in here if SQUARE not in each.words]
        if words is not None:
            rank = Rank.BOOKMARK if path in laid.sent.options else Rank.LABEL
            here.append(Found(rank=rank, place=next(iter(boxes.values())).place, words=words))
        elif drawn and asked.kind is Kind.CHECKBOX:
            here.append(replace(drawn[0], shaky=True))


def _is_open(found: list[Found]) -> bool:
    """Say whether nothing but drawn squares was found."""
    return not any(each.rank is Rank.CONTROL or (each.words and SQUARE not in each.words) for each in found)


def _ticked(
    asked: Field, boxes: Mapping[str, Spot], shown: Mapping[int, Shown], *, exact: bool
) -> str | None:
    dark = {value: _darkness(shown[spot.page], spot.box, exact=exact) for value, spot in boxes.items()}
    if asked.kind is Kind.CHECKBOX:
        inside = dark.get("")
        if not exact or inside is None or _CLEAN < inside < _TICKED:
            return None
        return "☑" if inside >= _TICKED else "☐"
    marked = [value for value, part in dark.items() if part >= _TICKED] if exact else list(_darker(dark))
    if exact and any(_CLEAN < part < _TICKED for part in dark.values()):
        return None
    return " / ".join(marked) or None


def _darker(dark: Mapping[str, float]) -> Iterator[str]:
    """Yield the one box that is darker than all others, which are alike."""
    ranked = sorted(dark, key=lambda each: dark[each])
    if (
        len(ranked) > 1
        and dark[ranked[-1]] - dark[ranked[-2]] >= _MORE
        and dark[ranked[-2]] - dark[ranked[0]] <= _ALIKE
    ):
        yield ranked[-1]


def is_dark(shown: Shown, box: Box) -> bool:
    """Say whether something is in a box to tick whose place is exact."""
    return _darkness(shown, box, exact=True) >= _TICKED


def _darkness(shown: Shown, box: Box, *, exact: bool) -> float:
    if max(box.width, box.height) > _LARGEST:
        return 0.0
    inner = box.grown(-_INSIDE * min(box.width, box.height)) if exact else box
    counts = shown.part(inner).histogram()
    return sum(counts[:_DARK]) / max(1, sum(counts))
