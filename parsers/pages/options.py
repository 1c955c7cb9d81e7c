"""Where the boxes to tick are: a mark or an empty square before each printed answer."""

from collections.abc import Iterable, Iterator

from agent.domain.forms import Choice, Field, Kind
from parsers.pages.labels import distance
from parsers.pages.lines import lines_of, x_at
from parsers.pages.page import Box, PageWord, Spot
from parsers.understood import plain
from parsers.values import TICKED, UNTICKED

BOXES = frozenset(TICKED + UNTICKED)
"""Characters that are a box, ticked or not."""
_LIKE_BOXES = frozenset("口囗ロ□OoD0[]")
"""What OCR makes of a printed square."""
_SPARE = 4


def options_in(field: Field, page: int, words: Iterable[PageWord], box: Box) -> dict[str, Spot]:
    """Return the boxes to tick of a choice or a check box that `words` in `box` show; none for a drop-down.

    A choice shows boxes when at least two of its answers are printed there.
    """
    lines = lines_of(words)
    if field.kind is Kind.CHECKBOX:
        squares = [square for line in lines for word in line if (square := _own_square(word)) is not None]
        return {"": Spot(page=page, box=squares[0])} if len(squares) == 1 else {}
    if field.kind is not Kind.CHOICE:
        return {}
    found: dict[str, Spot] = {}
    for line in lines:
        for word in line:
            for value, begin in _answers(word.text, field.choices):
                found.setdefault(value, Spot(page=page, box=_square(line, word, begin, box)))
    return found if len(found) > 1 else {}


def _answers(text: str, choices: tuple[Choice, ...]) -> Iterator[tuple[str, int]]:
    """Yield every answer that stands in `text` with where it begins; the longer one where two overlap."""
    letters = [(at, folded) for at, each in enumerate(text) for folded in plain(each)]
    said = "".join(folded for _, folded in letters)
    labels = sorted(
        ((plain(label), choice.value) for choice in choices for label in (choice.label.zh, choice.label.en)),
        key=lambda each: -len(each[0]),
    )
    taken: set[int] = set()
    for label, value in labels:
        at = _find(said, label, taken) if label else -1
        if at >= 0:
            taken.update(range(at, at + len(label)))
            yield value, letters[at][0]


def _find(said: str, label: str, taken: set[int]) -> int:
    at = said.find(label)
    while at >= 0 and taken.intersection(range(at, at + len(label))):
        at = said.find(label, at + 1)
    if at >= 0 or len(label) < _SPARE or taken:
        return at
    return 0 if distance(said, label, 1) <= 1 else -1


def _square(line: tuple[PageWord, ...], word: PageWord, begin: int, box: Box) -> Box:
    height = word.box.height
    before = word.text[:begin].rstrip()
    if before and (before[-1] in BOXES or before[-1] in _LIKE_BOXES):
        left = x_at(word, len(before) - 1)
        return Box(left - 0.1 * height, word.box.top, x_at(word, len(before)), word.box.bottom)
    text_left = x_at(word, begin)
    marks = [each.box for each in line if each.box.right <= text_left + 3 and not plain(each.text)]
    nearest = max(marks, key=lambda each: each.right, default=None)
    if nearest is not None and text_left - nearest.right < 1.5 * height:
        return nearest
    return Box(
        max(text_left - 1.5 * height, box.left), word.box.top, text_left - 0.1 * height, word.box.bottom
    )


def _own_square(word: PageWord) -> Box | None:
    at = next((n for n, each in enumerate(word.text) if each in BOXES), None)
    if at is None:
        return None
    return Box(x_at(word, at), word.box.top, x_at(word, at + 1), word.box.bottom)
