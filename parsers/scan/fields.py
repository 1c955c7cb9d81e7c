"""Every field of a form on the pages of a scan, as answers with the trust that each deserves."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from agent.domain.answers import Answer, Evidence, Trust
from agent.domain.forms import Field, Form, Kind
from parsers.ink.boxes import box_within, tick
from parsers.judging import prompts_of
from parsers.known import Known
from parsers.pages.fields import asked_at
from parsers.pages.page import Box, Places, Spot
from parsers.scan.album import Album
from parsers.scan.cells import look_at
from parsers.scan.heard import NOTHING, Heard, pairs_of
from parsers.scan.leaf import Leaf
from parsers.scan.marks import region
from parsers.scan.rows import Found, in_order, is_in_empty_row
from parsers.scan.sent import is_given
from parsers.scan.ticks import CHECK_BOX, judge_ticks
from parsers.scan.trust import Place, Script, judge
from parsers.scan.unplaced import NOWHERE, Unplaced, is_printed

_INSIDE = 0.8
"""Points by which a place is made smaller, so that its own frame is not read."""
_BESIDE = 0.7
"""Of its side: what is seen around a box to tick, since a tick is larger than its box."""

_OFF = 0.25
"""Points; where the print is off by more, the frame of an empty box looks like a stroke of a pen."""


def read_fields(  # noqa: PLR0913 - the pages, the places on them, and by what they are read
    leaves: tuple[Leaf, ...],
    places: Places,
    form: Form,
    known: Known,
    album: Album,
    lost: Unplaced = NOWHERE,
) -> Found:
    """Read every field that has a place on `leaves`; the others are `ABSENT`.

    Rows that nobody filled are left out and the gaps closed (`parsers.scan.rows`).

    Args:
        leaves: the pages that came, each once.
        places: where the fields are.
        form: what was asked.
        known: people and day to check values by.
        album: where crops of doubtful places are kept.
        lost: what has no place although its page came; whatever may stand there is asked about.
    """
    by_number = {leaf.page.number: leaf for leaf in leaves}
    places = lost.beside(places)
    seen = _places_seen(by_number, places, form)
    read: dict[str, Answer] = {}
    pairs = pairs_of(known.forms.values())
    ours: dict[str, str] = {}
    for path, spot in places.fields.items():
        asked = asked_at(form, path)
        if asked is None or asked.kind is Kind.ROWS or spot.page not in by_number:
            continue
        leaf = by_number[spot.page]
        options = {value: box for value, box in places.options.get(path, {}).items() if box.page in by_number}
        if asked.kind is Kind.CHECKBOX and not options:
            options = _own_box(leaf, spot)
        if options:
            read[path] = _ticked(path, asked, leaf, options, album)
            continue
        place = replace(without_prompt(seen[path], asked, form), pairs=pairs)
        if asked.kind is Kind.TEXT and not place.is_compared and is_printed(place.page.words, form):
            read[path] = _without_place(path, spot, leaf, album)
            continue
        ours[path] = place.sent
        answer = judge(path, asked, place, known)
        if is_given(form, path):
            answer = _as_given(answer, place)
        if path in lost.cells and answer.trust is Trust.LIKELY:
            answer = replace(answer, trust=Trust.GUESS)
        if answer.trust is Trust.GUESS:
            answer = replace(answer, picture=album.crop(leaf, spot.box))
        if known.annotate and (digest := answer.picture or album.crop(leaf, spot.box)):
            album.sights[f"field.{path}"] = digest
        read[path] = answer
    for name, spot in lost.fields.items():
        if spot.page in by_number and not is_in_empty_row(form, name, read):
            read[name] = _without_place(name, spot, by_number[spot.page], album)
    return in_order(form, read, ours)


def _without_place(name: str, spot: Spot, leaf: Leaf, album: Album) -> Answer:
    """Return the question what stands in a field of which the place was not found."""
    return Answer(
        field=name,
        value=None,
        trust=Trust.GUESS,
        evidence=(Evidence(place=spot.place, words=""),),
        problem="no_place",
        picture=album.crop(leaf, spot.box),
    )


def _places_seen(leaves: Mapping[int, Leaf], places: Places, form: Form) -> dict[str, Place]:
    """Return what each place shows, over page breaks; the places of a page are read in one go."""
    parts: dict[str, list[Place]] = {}
    for number, leaf in leaves.items():
        boxes: dict[str, Box] = {}
        names: dict[str, str] = {}
        for path, spots in _spots(places):
            asked = asked_at(form, path)
            here = [spot for spot in spots if spot.page == number]
            if not here or asked is None or asked.kind is Kind.ROWS or path in places.options:
                continue
            boxes[path], names[path] = here[0].box.grown(-_INSIDE), here[0].place
        for path, place in look_at(leaf, boxes, names).items():
            parts.setdefault(path, []).append(place)
    return {path: _joined(each) for path, each in parts.items()}


def _spots(places: Places) -> Iterator[tuple[str, tuple[Spot, ...]]]:
    for path, spot in places.fields.items():
        yield path, (spot, *places.more.get(path, ()))


def _joined(parts: list[Place]) -> Place:
    """Return a place that a page break cut, as one."""
    first = parts[0]
    for part in parts[1:]:
        if not part.page.words and not part.cell.words and not part.inked:
            continue
        first = replace(
            first,
            page=_both(first.page, part.page),
            cell=_both(first.cell, part.cell),
            script=first.script if first.script is part.script else Script.UNCLEAR,
            inked=first.inked or part.inked,
            whole=first.whole and part.whole,
            sent="\n".join(dict.fromkeys(each for each in (first.sent, part.sent) if each)),
        )
    return first


def _both(one: Heard, other: Heard) -> Heard:
    if not (one.words and other.words):
        return one if one.words else other
    return Heard(words=f"{one.words}\n{other.words}", score=min(one.score, other.score))


def without_prompt(place: Place, field: Field, form: Form) -> Place:
    """Return the place without the placeholder that a blank form shows in it.

    Args:
        place: what was read and seen there.
        field: the question, or the column.
        form: whose placeholders these are.
    """
    prompts = prompts_of(form)
    page, cut = prompts.without(place.page.words, field)
    cell, also_cut = prompts.without(place.cell.words, field)
    again = prompts.without(place.again.words, field)[0] if page or cell else ""
    # Ink of a placeholder is ours also where the page as sent is not known.
    is_ours = bool(place.page.words or place.cell.words) and not (page or cell)
    return replace(
        place,
        page=replace(place.page, words=page) if page else NOTHING,
        cell=replace(place.cell, words=cell) if cell else NOTHING,
        again=replace(place.again, words=again) if again else NOTHING,
        inked=False if is_ours and place.whole and not place.is_compared else place.inked,
        sent=prompts.without(place.sent, field)[0],
        script=Script.UNCLEAR if cut or also_cut else place.script,
    )


def _own_box(leaf: Leaf, spot: Spot) -> dict[str, Spot]:
    """Return the box that a check box's place shows; none when there is none to be seen.

    The engine reads a ticked one as whatever looks like it, `冈` or `⊠`, so that no word says where it is.
    """
    place = spot.box.grown(-_INSIDE)
    box = box_within(region(leaf.pixels, place, leaf.scale), leaf.scale)
    if box is None:
        return {}
    there = Box(place.left + box.left, place.top + box.top, place.left + box.right, place.top + box.bottom)
    return {CHECK_BOX: Spot(page=spot.page, box=there)}


def _ticked(path: str, field: Field, leaf: Leaf, options: Mapping[str, Spot], album: Album) -> Answer:
    marks: dict[str, bool | None] = {}
    around: Box | None = None
    for value, spot in options.items():
        seen = spot.box.grown(_BESIDE * max(spot.box.width, spot.box.height))
        crop = region(leaf.pixels, seen, leaf.scale)
        blank = region(leaf.blank, seen, leaf.scale) if leaf.blank is not None else None
        marks[value] = tick(crop, leaf.scale, blank)
        around = spot.box if around is None else around.around(spot.box)
    answer = judge_ticks(path, field, marks, options, "")
    if answer.trust is Trust.LIKELY and leaf.off > _OFF:
        answer = replace(answer, trust=Trust.GUESS)
    if answer.trust is Trust.GUESS and around is not None:
        answer = replace(answer, picture=album.crop(leaf, around))
    return answer


def _as_given(answer: Answer, place: Place) -> Answer:
    """Return the answer of a field that we filled in: nobody is asked what we know, unless it was changed."""
    if answer.trust is not Trust.GUESS or (place.is_compared and place.inked):
        return answer
    return Answer(field=answer.field, value=None, trust=Trust.ABSENT)
