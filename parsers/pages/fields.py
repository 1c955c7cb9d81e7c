"""What stands in the places of a form on its pages, as answers (`parsers.pages.places` finds the places)."""

from collections.abc import Iterable, Mapping

from agent.domain.forms import Field, Form, Kind
from parsers.judging import FieldsRead, Row, read_found
from parsers.known import Known
from parsers.pages.lines import text_of, words_in, words_of
from parsers.pages.page import Page, PageWord, Places, Spot
from parsers.values import TICKED
from parsers.word.found import Found, Rank

__all__ = ["answers_of", "by_rows", "found_in", "words_in"]


def found_in(pages: tuple[Page, ...], places: Places, form: Form, rank: Rank) -> dict[str, list[Found]]:
    """Return what is written in each place, by field id or path of a cell; empty places are there too.

    Args:
        pages: upright pages of one form.
        places: where its fields are on them.
        form: what is asked.
        rank: how the places were found.
    """
    by_number = {page.number: page for page in pages}
    found: dict[str, list[Found]] = {}
    for path, spot in places.fields.items():
        asked = asked_at(form, path)
        if asked is None or asked.kind is Kind.ROWS:
            continue
        spots = [each for each in (spot, *places.more.get(path, ())) if each.page in by_number]
        said = [words_in(by_number[each.page], each.box) for each in spots]
        options = places.options.get(path, {})
        if options and asked.kind is Kind.CHOICE and spot.page in by_number:
            said = [_ticked(asked, by_number[spot.page], spot, options)]
        found[path] = [Found(rank=rank, place=spot.place, words="\n".join(each for each in said if each))]
    return found


def answers_of(form: Form, found: Mapping[str, Iterable[Found]], known: Known) -> FieldsRead:
    """Return an answer for every field from what was found by field id and path of a cell.

    Rows that nobody filled are left out and the gaps closed, so that row 3 may be answered as row 0.
    """
    single = {name: list(each) for name, each in found.items() if "." not in name}
    return read_found(form, single, by_rows(form, found), known)


def by_rows(form: Form, found: Mapping[str, Iterable[Found]]) -> dict[str, list[Row]]:
    """Return what was found in cells, row by row for each rows field."""
    rows: dict[str, dict[int, Row]] = {}
    for path, each in found.items():
        name, _, rest = path.partition(".")
        number, _, column = rest.partition(".")
        asked = form.field(name)
        if asked is None or not number.isdecimal() or asked.column(column) is None:
            continue
        rows.setdefault(name, {}).setdefault(int(number), {})[column] = list(each)
    return {name: [numbered[at] for at in sorted(numbered)] for name, numbered in rows.items()}


def asked_at(form: Form, path: str) -> Field | None:
    """Return the field or column that `path` names."""
    name, *rest = path.split(".")
    asked = form.field(name)
    return asked.column(rest[-1]) if asked is not None and rest else asked


def is_given(form: Form, path: str) -> bool:
    """Say whether we filled in what `path` names, and people only read it."""
    whole, asked = form.field(path.partition(".")[0]), asked_at(form, path)
    return whole is not None and asked is not None and (whole.given or asked.given)


def _ticked(asked: Field, page: Page, spot: Spot, options: Mapping[str, Spot]) -> str:
    """Return the answer whose box bears a mark of the text layer; all words where nothing is clear."""
    marked = [
        value
        for value, square in options.items()
        if any(_is_mark(word) for word in words_of(page, square.box.grown(1.0)))
    ]
    words = words_of(page, spot.box)
    if len(marked) == 1 and (chosen := asked.choice(marked[0])) is not None:
        return chosen.label.zh
    if any(each in TICKED for word in words for each in word.text):
        return text_of(words, spot.box)
    return ""


def _is_mark(word: PageWord) -> bool:
    return bool(word.text.strip()) and all(each in TICKED for each in word.text.strip())
