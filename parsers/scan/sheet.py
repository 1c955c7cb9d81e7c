"""One sheet on paper: the pages that came of it, read as one form."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from agent.domain.answers import Answer, Answers, Trust
from agent.domain.forms import Form
from agent.domain.problems import Problem
from agent.domain.reading import Drift, DriftKind, Reading, Source
from agent.domain.words import Language
from parsers.complaints import complain
from parsers.known import Known
from parsers.pages.lines import words_in
from parsers.pages.page import Places, Spot
from parsers.pages.places import locate
from parsers.pages.sent import empty_places
from parsers.scan.album import Album
from parsers.scan.drift import sheet_drift, shown_places
from parsers.scan.fields import read_fields
from parsers.scan.groups import Group, shown_by
from parsers.scan.heard import same
from parsers.scan.leaf import Leaf
from parsers.scan.leaves import as_it_is, laid, number_of
from parsers.scan.rows import Found
from parsers.scan.sent import SentSheet, is_given, sent_sheet
from parsers.scan.side import Budget, Side
from parsers.scan.signed import signed
from parsers.scan.unplaced import NOWHERE, Unplaced, unplaced
from parsers.signing_days import with_days

_SHOWN = 80
"""Characters of a strange page that a person is shown."""


@dataclass(slots=True)
class _Pages:
    """The pages of a sheet, each in its place."""

    leaves: dict[int, Leaf] = field(default_factory=dict)
    again: list[Leaf] = field(default_factory=list)
    """Pages that came twice."""
    strange: list[Side] = field(default_factory=list)
    """Pages that are none of this sheet."""
    doubled: bool = False
    """More than one page is on one picture."""
    left: int = 0
    """How many there was no time for."""
    total: int = 0
    """How many pages the sheet has, as far as is known."""


def read_sheet(group: Group, name: str, digest: str, known: Known, budget: Budget) -> Reading:
    """Return the reading of one sheet.

    Args:
        group: its pages.
        name: the file's name as the sender gave it.
        digest: SHA-256 of the file.
        known: the forms, people, limits and sheets to read by.
        budget: the time there is.
    """
    who = group.who
    form, language, problems = _form(group, known)
    blank = Reading(
        file=name,
        digest=digest,
        source=Source.SCAN,
        sheet=who.sheet,
        token=who.token,
        code=who.code,
        pages=len(group.sides),
        problems=tuple(complain(code, found=name) for code in problems),
    )
    if form is None:
        return blank
    copy = known.sent.get(who.code)
    sent = sent_sheet(copy, form, known)
    pages = _laid_out(group, form, sent, budget)
    places = _places(pages, form, language, sent)
    album = Album(limits=known.limits)
    leaves = tuple(pages.leaves[number] for number in sorted(pages.leaves))
    lacks = tuple(number for number in range(1, pages.total + 1) if number not in pages.leaves)
    is_whole = not (lacks or pages.left or "older_version" in problems)
    lost = _lost(form, places, sent, leaves) if is_whole else NOWHERE
    found = read_fields(leaves, places, form, known, album, lost)
    answers = found.answers
    for leaf in pages.again:
        answers = _confronted(answers, read_fields((leaf,), places, form, known, album).answers)
    signatures = with_days(
        signed((*leaves, *pages.again), places, form, known, album, is_whole=is_whole),
        dict(_days(leaves, places)),
    )
    compared = sheet_drift(leaves, lost.beside(places), (sent, copy), form, known, lacks=bool(lacks))
    uncompared = shown_places(compared.uncompared, leaves, album)
    if known.annotate:
        for leaf in (*leaves, *pages.again):
            album.page(leaf, places, answers.all, signatures)
    version = who.sheet.version if who.sheet is not None else form.version
    return replace(
        blank,
        form=form.id,
        version=version,
        language=language,
        pages=len(leaves) + len(pages.again),
        answers=answers,
        signatures=signatures,
        problems=(*blank.problems, *_problems(found, answers, pages, name)),
        pictures=dict(album.pictures),
        sights=dict(album.sights),
        lacks=lacks,
        drift=(*compared.drift, *_strange(pages.strange)),
        uncompared=uncompared,
    )


def _form(group: Group, known: Known) -> tuple[Form | None, Language | None, list[str]]:
    sheet = group.who.sheet
    if known.form:
        form = known.forms.get(known.form)
    elif sheet is not None:
        form = known.forms.get(sheet.form)
    else:
        group.shown = group.shown or shown_by(group.sides, known)
        form = group.shown[0] if group.shown is not None else None
    if form is None:
        return None, None, ["strange_form" if sheet is not None else "no_form"]
    language = sheet.language if sheet is not None else (group.shown[1] if group.shown else None)
    is_older = sheet is not None and sheet.form == form.id and sheet.version != form.version
    return form, language, ["older_version"] if is_older else []


def _laid_out(group: Group, form: Form, sent: SentSheet | None, budget: Budget) -> _Pages:
    pages = _Pages(total=sent.count if sent is not None else 0)
    own = {id(side) for side in group.sides}
    for side in sorted((*group.sides, *group.loose), key=lambda each: each.came):
        if budget.is_spent:
            pages.left += 1
            continue
        pages.doubled |= side.doubled
        leaf = laid(side, sent) if sent is not None else None
        if leaf is None and sent is not None and id(side) not in own:
            pages.strange.append(side.read())
            continue
        if leaf is None:
            legible = side.read()  # once, for its number and for its words
            number, total = number_of(legible) or (_next(pages), 0)
            pages.total = max(pages.total, total, number)
            leaf = replace(as_it_is(legible, number), values=_given(sent, form))
        if leaf.page.number in pages.leaves:
            pages.again.append(leaf)
        else:
            pages.leaves[leaf.page.number] = leaf
    return pages


def _lost(form: Form, places: Places, sent: SentSheet | None, leaves: tuple[Leaf, ...]) -> Unplaced:
    first = leaves[0].page if leaves else None
    return unplaced(form, places, sent.places if sent is not None else None, first)


def _given(sent: SentSheet | None, form: Form) -> dict[str, str]:
    """Return what people only read on a sheet, which stands on any print of it."""
    if sent is None:
        return {}
    return {path: words for path, words in sent.values.items() if is_given(form, path)}


def _next(pages: _Pages) -> int:
    return next(number for number in range(1, len(pages.leaves) + 2) if number not in pages.leaves)


def _places(pages: _Pages, form: Form, language: Language | None, sent: SentSheet | None) -> Places:
    """Return the places of the sheet as sent, and by labels those on pages that are not laid upon it."""
    loose = tuple(leaf.page for _, leaf in sorted(pages.leaves.items()) if leaf.blank is None or sent is None)
    found = locate(loose, form, language) if loose else empty_places()
    if sent is None:
        return found
    numbers = {number for number, leaf in pages.leaves.items() if leaf.blank is not None}

    def here(spots: Mapping[str, Spot]) -> dict[str, Spot]:
        return {path: spot for path, spot in spots.items() if spot.page in numbers}

    ours = sent.places
    return Places(
        fields={**found.fields, **here(ours.fields)},
        slots={**found.slots, **here(ours.slots)},
        dates={**found.dates, **here(ours.dates)},
        options={**found.options, **{p: o for p, each in ours.options.items() if (o := here(each))}},
        more=found.more,
    )


def _confronted(answers: Answers, again: Answers) -> Answers:
    """Return the answers of a page that came twice; where the two differ, a person decides."""
    other = {answer.field: answer for answer in again.all}
    return Answers(tuple(_decided(answer, other.get(answer.field)) for answer in answers.all))


def _decided(one: Answer, other: Answer | None) -> Answer:
    if other is None or not other.evidence:
        return one
    if not one.evidence:
        return other
    if one.value == other.value or same(one.words, other.words):
        return one
    value = one.value if one.value is not None else other.value
    return replace(
        one,
        value=value,
        trust=Trust.GUESS,
        evidence=(*one.evidence, *other.evidence),
        problem="contradiction",
        picture=one.picture or other.picture,
    )


def _days(leaves: tuple[Leaf, ...], places: Places) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield slot, place and words of each day beside a slot, as the whole page reads."""
    pages = {leaf.page.number: leaf.page for leaf in leaves}
    for slot, spot in places.dates.items():
        if spot.page in pages:
            yield slot, (spot.place, words_in(pages[spot.page], spot.box))


def _problems(found: Found, answers: Answers, pages: _Pages, name: str) -> Iterable[Problem]:
    for code, at in found.problems:
        yield complain(code, field=at)
    for answer in answers.all:
        if answer.problem:
            yield complain(answer.problem, field=answer.field, found=answer.words)
    if pages.doubled:
        yield complain("two_pages", found=name)
    if pages.left:
        yield complain("pages_left", found=name)


def _strange(sides: Iterable[Side]) -> Iterable[Drift]:
    for side in sides:
        words = " ".join(side.texts)[:_SHOWN]
        yield Drift(kind=DriftKind.ADDED, page=side.came, returned=words)
