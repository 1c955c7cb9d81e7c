"""What is taken from paper without asking: a pure rule over what two readings and the ink say.

A value is `LIKELY` only when everything speaks for it, `GUESS` when it goes to a person with a crop, and
`ABSENT` only when its place is proven empty; nothing on paper is ever `SURE` (ADR 0019).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from agent.domain.answers import Answer, Evidence, Scalar, Trust
from agent.domain.forms import Field, Kind
from parsers.known import Known
from parsers.scan.heard import NOTHING, Heard, preferred, same, spaced
from parsers.scan.vocabulary import is_unmistakable
from parsers.understood import Understood
from parsers.values import understand

_VERY_CLEAR = 0.97
"""Score of two readings that outvote the doubt of a third which says the same."""
_FIRM = (0.985, 0.84)
"""Score of one reading that outvotes the doubt of two others which say the same, and theirs at least."""
_RATHER_CLEAR = 0.8
"""Score of two readings of three that say the same known value."""
_YEARS_BACK = 3
_YEARS_AHEAD = 10
"""A day outside is a misread year more often than a plan."""
_RUN_TOGETHER = re.compile(r"(\d{4}[-/.]\d{2}[-/.]\d{2})(\d{2}:\d{2})$")
"""Day and time without the blank between them, which the engine lost; only where each has its two digits."""
_NO_DAY = re.compile(r"月\s*\d{1,2}$")


class Script(Enum):
    """How the words in a place came onto the paper."""

    PRINT = "print"
    HAND = "hand"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Everything that is known about one place of a form on paper."""

    place: str
    """As evidence names it (`Spot.place`)."""
    page: Heard
    """What the reading of the whole page found in it."""
    cell: Heard
    """What the reading of this place alone found."""
    again: Heard = NOTHING
    """What it found enlarged, where the first two left a doubt."""
    script: Script = Script.UNCLEAR
    inked: bool | None = None
    """Whether it holds ink that is not ours; None when that cannot be told."""
    is_compared: bool = False
    """Whether that was judged against the page as it was sent."""
    whole: bool = False
    """Whether all of that ink belongs to the words that were read."""
    sent: str = ""
    """The words that stood there when it was sent."""
    pairs: frozenset[str] = frozenset()
    """Pairs of Chinese characters that our forms use (`parsers.scan.heard.pairs_of`)."""
    picture: str = ""


def judge(path: str, field: Field, place: Place, known: Known) -> Answer:
    """Return the answer that a place gives, with the trust it deserves.

    Args:
        path: the field id, or the path of a cell.
        field: the question, or the column.
        place: what was read and seen there.
        known: people, departments and the day by which values are checked.
    """
    heard = preferred((place.page, place.cell, place.again), place.pairs)
    if place.sent and (unchanged := _as_sent(path, field, place, known)) is not None:
        return unchanged
    if not heard.words:
        return _without_words(path, place)
    meanings = (_meaning(field, place.page, known), _meaning(field, place.cell, known))
    evidence = _evidence(place, heard)
    best = _meaning(field, heard, known)
    if best.value is None:
        # A blank that one reading lost may be all that parts a day from its time.
        best = next((each for each in meanings if each.value is not None), best)
    if same(heard.words, place.page.words) and not tuple(_doubts(field, place, meanings, best, known)):
        return Answer(field=path, value=best.value, trust=Trust.LIKELY, evidence=evidence, picture="")
    if _is_cut(field, place) and not place.whole:
        # Nobody shall confirm `12月2` with one word where `12月24日` was cut off.
        best = Understood.wrong("cut_off")
    problem = "" if best.value is not None else best.problem or "unread_ink"
    return Answer(
        field=path,
        value=best.value,
        trust=Trust.GUESS,
        evidence=evidence,
        problem=problem,
        picture=place.picture,
    )


def _is_clear(place: Place) -> bool:
    """Say whether both readings were without doubt, or two of three that all say the same."""
    if place.page.is_clear and place.cell.is_clear:
        return True
    heard = (place.page, place.cell, place.again)
    scores = [each.score for each in heard]
    return all(same(each.words, place.page.words) for each in heard) and (
        sum(score >= _VERY_CLEAR for score in scores) > 1
        or (max(scores) >= _FIRM[0] and min(scores) >= _FIRM[1])
    )


def _is_thrice_the_same(place: Place) -> bool:
    """Say whether three readings say the same, two of them with little doubt."""
    heard = (place.page, place.cell, place.again)
    alike = all(same(each.words, place.page.words) for each in heard)
    return alike and sum(each.score >= _RATHER_CLEAR for each in heard) > 1


def doubts(field: Field, place: Place, known: Known) -> tuple[str, ...]:
    """Return by name what speaks against taking the words of a place; for whoever counts the reasons.

    Args:
        field: the question, or the column.
        place: what was read and seen there.
        known: people, departments and the day by which values are checked.
    """
    meanings = (_meaning(field, place.page, known), _meaning(field, place.cell, known))
    best = next((each for each in meanings if each.value is not None), meanings[0])
    return tuple(_doubts(field, place, meanings, best, known))


def _doubts(
    field: Field, place: Place, meanings: tuple[Understood, Understood], best: Understood, known: Known
) -> Iterator[str]:
    alike = all(each.value in {None, best.value} for each in meanings)
    if not same(place.page.words, place.cell.words) or not (
        spaced(place.page.words) == spaced(place.cell.words) if field.kind is Kind.TEXT else alike
    ):
        yield "readings differ"
    if best.value is None:
        yield "no value"
    elif not best.certain or not is_plausible(best.value, known.today) or _is_cut(field, place):
        yield "doubtful value"
    is_known = is_unmistakable(field, place.page.words, best.value, known)
    if not (_is_clear(place) or (is_known and _is_thrice_the_same(place))):
        yield "doubtful letters"
    if place.script is Script.HAND:
        yield "by hand"
    elif place.script is not Script.PRINT and not is_known:
        yield "print or hand"
    if not place.whole or place.inked is False:
        yield "ink left over"


def _is_cut(field: Field, place: Place) -> bool:
    """Say whether a day lacks its last character, and perhaps a digit before that."""
    return field.kind is Kind.DATE and any(
        _NO_DAY.search(each.words.strip()) for each in (place.page, place.cell)
    )


def is_plausible(value: Scalar, today: date) -> bool:
    """Say whether a value may be meant; only days and moments can be so far off that they are not."""
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date):
        return True
    return today.year - _YEARS_BACK <= value.year <= today.year + _YEARS_AHEAD


def _as_sent(path: str, field: Field, place: Place, known: Known) -> Answer | None:
    """Return the value that we printed ourselves, when nobody touched it and it can still be read.

    What people only read (`Field.given`) is as we printed it wherever no pen came; where the page is not laid
    upon the one that was sent, one reading that says the same is enough.
    """
    heard = (place.page, place.cell)
    is_there = any(same(each.words, place.sent) for each in heard)
    # Print that lies a little beside its place looks like ink; words that a pen changed read differently.
    is_untouched = place.whole and all(same(each.words, place.sent) and each.is_clear for each in heard)
    if place.inked is False:
        is_untouched |= is_there or (field.given and place.is_compared)
    elif field.given and not place.is_compared:
        is_untouched |= place.whole and is_there
    if not is_untouched:
        return None
    meaning = _meaning(field, Heard(words=place.sent), known)
    if meaning.value is None:
        return None
    evidence = (Evidence(place=place.place, words=place.sent),)
    return Answer(field=path, value=meaning.value, trust=Trust.LIKELY, evidence=evidence)


def _without_words(path: str, place: Place) -> Answer:
    """Return the answer of a place without words: proven empty, or with ink that says nothing."""
    nothing = (Evidence(place=place.place, words=""),)
    if place.inked is False and not place.sent:
        return Answer(field=path, value=None, trust=Trust.ABSENT, evidence=nothing)
    return Answer(
        field=path,
        value=None,
        trust=Trust.GUESS,
        evidence=nothing,
        problem="unread_ink",
        picture=place.picture,
    )


def _meaning(field: Field, heard: Heard, known: Known) -> Understood:
    if not heard.words.strip():
        return Understood()
    words = heard.words
    if field.kind is Kind.DATETIME:
        words = _RUN_TOGETHER.sub(r"\1 \2", words)
    return understand(field, words, directory=known.directory, today=known.today)


def _evidence(place: Place, best: Heard) -> tuple[Evidence, ...]:
    """Return both readings, the better one first; one when they say the same."""
    said = [best.words, *(each.words for each in (place.page, place.cell) if each.words)]
    unlike = [words for number, words in enumerate(said) if not any(same(words, w) for w in said[:number])]
    return tuple(Evidence(place=place.place, words=words) for words in unlike)
