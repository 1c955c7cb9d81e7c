"""What a PDF form says: form fields by name, words by where they were sent, words by their labels."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from agent.domain.forms import Field, Form, Kind
from agent.domain.words import Language
from parsers.pages.fields import asked_at, found_in
from parsers.pages.fit import Fit, fit, moved
from parsers.pages.lines import words_in
from parsers.pages.page import Page, PageWord, Places, Spot
from parsers.pages.places import locate
from parsers.pages.sent import SLOT, empty_places
from parsers.pdf.notes import Typed
from parsers.pdf.pages import is_odd
from parsers.pdf.widgets import Widget, WidgetKind
from parsers.word.found import Found, Rank

_LINE = 14.0
"""Points of height that one line of somebody's typewriter tool may have."""
_UNSAID = "(cid:"
"""What pdfminer says for a character whose meaning the font does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """Where everything is on the pages of one form."""

    pages: tuple[Page, ...]
    """With the words that people typed upon them."""
    printed: tuple[Page, ...]
    """With those of the text layer alone."""
    sent: Places
    """By where it was sent; empty when it is not known or the pages are laid out anew."""
    labelled: Places
    """By the printed labels."""
    fits: Mapping[int, tuple[int, Fit]]
    """Page as sent → page here, and how it lies."""

    @property
    def places(self) -> Places:
        """Return the best place of everything."""
        return Places(
            fields={**self.labelled.fields, **self.sent.fields},
            slots={**self.labelled.slots, **self.sent.slots},
            dates={**self.labelled.dates, **self.sent.dates},
            options={**self.labelled.options, **self.sent.options},
            more={k: v for k, v in self.labelled.more.items() if k not in self.sent.fields},
        )


def lay(
    pages: tuple[Page, ...],
    form: Form,
    language: Language | None,
    sent: tuple[tuple[Page, ...], Places],
    typed: Mapping[int, tuple[PageWord, ...]],
) -> Laid:
    """Find every place of a form on its pages.

    Args:
        pages: the pages, with the words of their text layer.
        form: what they show.
        language: in which language, where it is known.
        sent: the pages and places as they were sent, empty when they are not known.
        typed: words that stand upon the pages beside the text layer, by page number.
    """
    fits: dict[int, tuple[int, Fit]] = {}
    for ours in sent[0]:
        for page in pages:
            if (how := fit(ours, page)) is not None and page.number not in {n for n, _ in fits.values()}:
                fits[ours.number] = (page.number, how)
                break
    labelled = locate(pages, form, language)
    full = tuple(replace(page, words=(*page.words, *typed.get(page.number, ()))) for page in pages)
    return Laid(
        pages=full,
        printed=pages,
        sent=moved(sent[1], fits) if fits else empty_places(),
        labelled=labelled,
        fits=fits,
    )


def found(
    laid: Laid, form: Form, widgets: Iterable[Widget], typed: Iterable[Typed] = ()
) -> dict[str, list[Found]]:
    """Return what stands in each place of each field and cell, by field id or path.

    Args:
        laid: where everything is.
        form: what is asked.
        widgets: the form fields.
        typed: what people wrote upon the pages with a typewriter tool.
    """
    numbers = {page.number for page in laid.pages}
    # What stands on no page nobody has seen.
    here = [each for each in widgets if each.spot is not None and each.spot.page in numbers]
    gathered: dict[str, list[Found]] = {}
    named = _named(here, form)
    others = [each for each in here if not each.is_hidden and each.name not in named]
    foreign = [each for each in others if not each.name.startswith(SLOT)]
    for path, own in named.items():
        gathered.setdefault(path, []).extend(own)
    for places, rank in ((laid.sent, Rank.BOOKMARK), (laid.labelled, Rank.LABEL)):
        # A cross that is typed upon a box ticks it; what is typed elsewhere is a finding of its own.
        boxed = found_in(laid.pages, places, form, rank)
        for path, plainly in found_in(laid.printed, places, form, rank).items():
            seen = boxed[path] if path in places.options else plainly
            spots = (places.fields[path], *places.more.get(path, ()))
            asked = asked_at(form, path)
            said = _held(foreign, spots, asked) if asked is not None else None
            for each in seen:
                words = _joined(each.words, said.words) if said is not None else each.words
                offers = said.offers if said is not None else {}
                gathered.setdefault(path, []).append(_sound(replace(each, words=words, offers=offers)))
            if path not in places.options:
                gathered.setdefault(path, []).extend(_typed_in(spots, typed, rank))
    return gathered


def _typed_in(spots: tuple[Spot, ...], typed: Iterable[Typed], rank: Rank) -> Iterator[Found]:
    """Yield what was typed upon a place; where a note shows other words than it holds, both as a question."""
    for each in typed:
        spot = each.note.spot
        if not any(spot.page == own.page and own.box.holds(spot.box) for own in spots):
            continue
        place = f"text note, {spot.place}"
        is_true = not each.shown
        yield Found(rank=rank, place=place, words=each.note.words.strip(), shaky=not is_true)
        if not is_true:
            yield Found(rank=rank, place=f"what the {place} shows", words=each.shown, shaky=True)


def typed_upon(typed: Iterable[Typed]) -> dict[int, tuple[PageWord, ...]]:
    """Return what people wrote upon the pages with a typewriter tool, by page."""
    found: dict[int, list[PageWord]] = {}
    for each in typed:
        note = each.note
        lines = note.words.strip().split("\n")
        box = note.spot.box
        height = min(box.height / len(lines), _LINE)
        for at, line in enumerate(lines):
            if line.strip():
                place = replace(box, top=box.top + at * height, bottom=box.top + (at + 1) * height)
                found.setdefault(note.spot.page, []).append(PageWord(text=line, box=place))
    return {number: tuple(words) for number, words in found.items()}


def is_broken(page: Page) -> bool:
    """Say whether the text layer of a page is partly unreadable: then the page is read as a picture."""
    said = sum(len(word.text) for word in page.words)
    lost = sum(word.text.count(_UNSAID) + sum(map(is_odd, word.text)) for word in page.words)
    return lost * 20 > said  # one in twenty; `(cid:12)` itself has eight characters


def _named(widgets: Iterable[Widget], form: Form) -> dict[str, list[Found]]:
    """Return what the form fields hold that bear our names; several of one name may hold several things."""
    by_name: dict[str, list[Widget]] = {}
    for each in widgets:
        asked = asked_at(form, each.name) if each.name.count(".") in {0, 2} else None
        if asked is not None and asked.kind is not Kind.ROWS:
            by_name.setdefault(each.name, []).append(each)
    return {
        name: [_found(name, asked_at(form, name), own) for own in _each_apart(group)]
        for name, group in by_name.items()
    }


def _each_apart(group: Iterable[Widget]) -> Iterator[list[Widget]]:
    """Yield the places of one name by what they hold; buttons that stand for several answers together.

    A name is one field with one value (ISO 32000-2, 12.7.4.2); files that somebody joined hold several.
    """
    written: dict[tuple[str, ...], list[Widget]] = {}
    buttons: dict[tuple[str, bool], list[Widget]] = {}
    for each in group:
        if each.kind in {WidgetKind.TEXT, WidgetKind.CHOICE}:
            written.setdefault(each.values, []).append(each)
        else:
            buttons.setdefault((each.answer, each.ticked), []).append(each)
    if len({answer for answer, _ in buttons}) > 1:
        yield [each for own in buttons.values() for each in own]
    else:
        yield from buttons.values()
    yield from [own for values, own in written.items() if values] or written.values()


def _found(name: str, asked: Field | None, group: list[Widget]) -> Found:
    place = f"form field {name}"
    if asked is not None and asked.kind is Kind.CHECKBOX and group[0].kind is WidgetKind.CHECK:
        words = "☑" if any(each.ticked for each in group) else "☐"
        return Found(rank=Rank.CONTROL, place=place, words=words)
    values = dict.fromkeys(value for each in group for value in each.values)
    shown = [display for each in group for display in each.shown]
    offers = dict(zip(shown, (v for each in group for v in each.values), strict=False)) if shown else {}
    if asked is not None and asked.kind is Kind.CHOICE:
        return Found(rank=Rank.CONTROL, place=place, words=" / ".join(values), offers=offers)
    return Found(rank=Rank.CONTROL, place=place, words="; ".join(dict.fromkeys(shown) or values))


@dataclass(frozen=True, slots=True)
class _Held:
    words: str
    offers: Mapping[str, str]


def _held(foreign: Iterable[Widget], spots: tuple[Spot, ...], asked: Field) -> _Held | None:
    """Return what form fields with names of somebody else hold in a region."""
    here = [
        each
        for each in foreign
        if each.spot is not None
        and any(s.page == each.spot.page and s.box.holds(each.spot.box) for s in spots)
    ]
    if not here:
        return None
    if asked.kind is Kind.CHECKBOX:
        boxes = [each for each in here if each.kind is WidgetKind.CHECK]
        return _Held("☑" if boxes[0].ticked else "☐", {}) if len(boxes) == 1 else None
    filled = [each for each in here if each.values and each.kind in {WidgetKind.TEXT, WidgetKind.CHOICE}]
    words = "\n".join("; ".join(each.shown or each.values) for each in filled)
    offers = {s: v for each in filled for s, v in zip(each.shown, each.values, strict=False)}
    return _Held(words, offers) if words else None


def _joined(words: str, held: str) -> str:
    """Return the words of a region and of the form fields in it, only once where the page shows them too."""
    if not words or "".join(words.split()) == "".join(held.split()):
        return held
    return f"{words}\n{held}"


def _sound(found: Found) -> Found:
    """Return what was found; as a question where some characters of it say nothing."""
    if _UNSAID in found.words or any(map(is_odd, found.words.replace("\n", " "))):
        clean = "".join("□" if is_odd(each) and each != "\n" else each for each in found.words)
        return replace(found, words=clean, shaky=True)
    return found


__all__ = ["Laid", "found", "is_broken", "lay", "typed_upon", "words_in"]
