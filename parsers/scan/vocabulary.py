"""Values of which there are few: what was read is one of them, and no other is written nearly like it.

Whoever misreads `质量部` for `生产部` has misread two of three characters, and both times into those
of another department's name.  `李娜` and `李娟` are told apart by one, and are no such values.
"""

import unicodedata
from collections.abc import Iterator

from agent.domain.answers import Scalar
from agent.domain.forms import Field, Kind
from parsers.known import Known

_APART = 2
"""Characters in which any other value differs, at least."""
_LOST = 3
"""The same where one is part of the other: `OK` is not `Not OK`, of which no reading loses three letters and
leaves no ink over; `同意` is too near to `不同意`."""
_SHORTEST = 2
"""Characters of words that say anything."""


def is_unmistakable(field: Field, words: str, value: Scalar | None, known: Known) -> bool:
    """Say whether words are those of one known value and unlike those of every other.

    Args:
        field: the question, or the column; only people, departments and choices have known values.
        words: what was read.
        value: what it means.
        known: people and departments.
    """
    read = _plain(words)
    if value is None or len(read) < _SHORTEST:
        return False
    names = [(_plain(name), meant) for name, meant in _names(field, known)]
    if (read, value) not in names:
        return False
    others = [name for name, meant in names if meant != value]
    return all(_apart(read, name) for name in others)


def _names(field: Field, known: Known) -> Iterator[tuple[str, Scalar]]:
    """Yield every known value in the words that people write for it."""
    match field.kind:
        case Kind.PERSON:
            for person in known.directory.people:
                yield from ((each, person.address) for each in (person.name, person.address, *person.aliases))
        case Kind.DEPARTMENT:
            yield from ((name, name) for name in known.directory.departments())
        case Kind.CHOICE:
            for choice in field.choices:
                for each in (choice.value, choice.label.zh, choice.label.en):
                    yield each, choice.value
        case _:
            return


def _plain(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).split()).casefold()


def _apart(one: str, other: str) -> bool:
    """Say whether words differ in several characters; in more where one is the other with some left out."""
    if one in other or other in one:
        return abs(len(one) - len(other)) >= _LOST
    if abs(len(one) - len(other)) >= _APART:
        return True
    before = list(range(len(other) + 1))
    for at, each in enumerate(one, 1):
        now = [at]
        for number, letter in enumerate(other, 1):
            now.append(min(before[number] + 1, now[-1] + 1, before[number - 1] + (each != letter)))
        before = now
    return before[-1] >= _APART
