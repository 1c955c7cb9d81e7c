"""What words turned out to mean: a value, or the name of what is wrong with them."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from agent.domain.answers import Scalar

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"), "")
_SHORT = 64
"""Characters."""
_SPACES = dict.fromkeys(map(ord, "\u00a0\u3000\u202f\u2007"), " ")
_ODD = _INVISIBLE | _SPACES
_ODD_LETTERS = frozenset(map(chr, _ODD))


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """The meaning of some words for a field of a given kind.

    Neither value nor problem: the words are there but say nothing (boxes, none of them ticked).
    """

    value: Scalar | None = None
    problem: str = ""
    """A code of `Answer.problem`; empty when there is nothing to say."""
    certain: bool = True
    """False when something had to be inferred, such as the year of `3月5日`."""

    @classmethod
    def wrong(cls, problem: str) -> Self:
        """Return the finding that the words are no value."""
        return cls(problem=problem)


def tidy(text: str) -> str:
    """Return `text` without invisible characters, outer blanks and blanks at line ends."""
    seen = text if _ODD_LETTERS.isdisjoint(text) else text.translate(_ODD)
    if "\n" not in seen:
        return seen.strip()
    return "\n".join(line.strip() for line in seen.split("\n")).strip()


def half_width(text: str) -> str:
    """Return `text` on one line with full-width letters, digits and punctuation made half-width."""
    return " ".join(unicodedata.normalize("NFKC", tidy(text)).split())


def plain(text: str) -> str:
    """Return only what counts when labels and choices are compared: letters and digits, folded."""
    # Labels, hints and names come again in every document; long texts are a sender's own and come once.
    return _remembered(text) if len(text) <= _SHORT else _plain(text)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(each for each in folded if each.isalnum())


_remembered = lru_cache(maxsize=4096)(_plain)
