"""Choices and check boxes on paper: which of the printed boxes a pen has ticked.

Exactly one clear tick is an answer; two, or a faint one, are a question for a person.
"""

from collections.abc import Mapping

from agent.domain.answers import Answer, Evidence, Trust
from agent.domain.forms import Field, Kind
from parsers.pages.page import Spot

CHECK_BOX = ""
"""The name of the only box that a check box has (`Places.options`)."""


def judge_ticks(
    path: str,
    field: Field,
    marks: Mapping[str, bool | None],
    spots: Mapping[str, Spot],
    picture: str,
) -> Answer:
    """Return the answer that the boxes of one choice, or one check box, give.

    Args:
        path: the field id, or the path of a cell.
        field: the choice or the check box.
        marks: whether each box is ticked; None where that is not clear.
        spots: where each box is.
        picture: SHA-256 of a crop of all of them, for a person who is asked.
    """
    ticked = [value for value, mark in marks.items() if mark]
    faint = [value for value, mark in marks.items() if mark is None]
    evidence = tuple(
        Evidence(place=spots[value].place, words=_shown(field, value, mark))
        for value, mark in marks.items()
        if mark is not False
    )
    if field.kind is Kind.CHECKBOX:
        return _check_box(path, marks, spots, picture)
    if not ticked and not faint:
        empty = tuple(Evidence(place=spot.place, words="") for spot in spots.values())[:1]
        return Answer(field=path, value=None, trust=Trust.ABSENT, evidence=empty)
    if len(ticked) == 1 and not faint:
        return Answer(field=path, value=ticked[0], trust=Trust.LIKELY, evidence=evidence)
    meant = ticked or faint
    return Answer(
        field=path,
        value=meant[0] if len(meant) == 1 else None,
        trust=Trust.GUESS,
        evidence=evidence,
        problem="" if len(meant) == 1 else "not_a_choice",
        picture=picture,
    )


def _check_box(
    path: str, marks: Mapping[str, bool | None], spots: Mapping[str, Spot], picture: str
) -> Answer:
    mark = marks[CHECK_BOX]
    evidence = (Evidence(place=spots[CHECK_BOX].place, words="☑" if mark else "☐"),)
    if mark is None:
        return Answer(field=path, value=True, trust=Trust.GUESS, evidence=evidence, picture=picture)
    return Answer(field=path, value=mark, trust=Trust.LIKELY, evidence=evidence)


def _shown(field: Field, value: str, mark: bool | None) -> str:  # noqa: FBT001 - a mark, or none that is clear
    choice = field.choice(value)
    label = choice.label.zh if choice is not None else value
    return f"{'☑' if mark else '?'} {label}"
