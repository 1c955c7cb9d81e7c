"""Readings of one place, held against each other."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent.domain.forms import Form
from agent.domain.words import Words
from parsers.pages.lines import wide
from parsers.per_form import PerForm

SCORE = 0.95
"""Score of the worst character of words that may be believed; what lies below is read once more, or asked.
`部门` in a thin typeface was read as `部内` by both readings, with 0.85 and 0.95."""
_BESIDE_CHINESE = re.compile(r"(?<![!-~]) | (?![!-~])")
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("，､、", ","),
        **dict.fromkeys("。．·•", "."),
        **dict.fromkeys("：︰", ":"),
        **dict.fromkeys("；", ";"),
        **dict.fromkeys("（【［〔", "("),
        **dict.fromkeys("）】］〕", ")"),
        **dict.fromkeys("“”„‟″", '"'),
        **dict.fromkeys("‘’‛′", "'"),
        **dict.fromkeys("—–―－ー─～〜", "-"),
        **dict.fromkeys("／", "/"),
    }
)
"""Marks that nobody can tell apart on paper, and that change no meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one reading made of a place."""

    words: str = ""
    score: float = 0.0
    """Of its worst character."""

    @property
    def is_clear(self) -> bool:
        """Say whether the engine itself had no doubt."""
        return self.score >= SCORE


NOTHING = Heard()


def same(one: str, other: str) -> bool:
    """Say whether two readings say the same; blanks and width never count, and look-alike marks do not."""
    return _key(one) == _key(other)


def preferred(heard: Sequence[Heard], pairs: frozenset[str] = frozenset()) -> Heard:
    """Return the reading to show: what most of them say, with the least doubt; an empty one if all are.

    The engine loses blanks between printed Latin words and makes none: of readings that say the same, the
    one with more of them is shown.  Of readings as long as that one, which differ in single characters, it
    is the one whose characters stand together in our forms, too: `部门` in a thin typeface was read as `部内`
    by two of three.

    Args:
        heard: the readings of one place.
        pairs: those of the forms (`pairs_of`).
    """
    said = [each for each in heard if each.words]
    if not said:
        return NOTHING

    def merit(one: Heard) -> tuple[int, int, int, float]:
        alike = [each for each in said if same(each.words, one.words)]
        own = spaced(one.words)
        return len(alike), sum(spaced(each.words) == own for each in alike), own.count(" "), one.score

    first = max(said, key=merit)
    rivals = [each for each in said if len(_key(each.words)) == len(_key(first.words))]
    return max(rivals, key=lambda one: (sum(pair in pairs for pair in _pairs(one.words)), merit(one)))


def pairs_of(forms: Iterable[Form]) -> frozenset[str]:
    """Return the pairs of Chinese characters in everything that these forms print."""
    return frozenset().union(*(_pairs_of(form) for form in forms))


def _words(form: Form) -> Iterator[Words]:
    yield from (form.title, form.instruction, *(slot.label for slot in form.slots))
    for _, field in form.walk():
        yield from (field.label, *((field.hint,) if field.hint is not None else ()))
        yield from (choice.label for choice in field.choices)


_pairs_of = PerForm(
    lambda form: frozenset(
        pair for words in _words(form) for text in (words.zh, words.en) for pair in _pairs(text)
    )
)


def _pairs(text: str) -> Iterator[str]:
    for one, other in pairwise(_key(text)):
        if wide(one) and wide(other):
            yield one + other


def spaced(text: str) -> str:
    """Return a text without the blanks beside Chinese; those that part Latin words belong to it."""
    plain = unicodedata.normalize("NFKC", text.translate(_ALIKE))
    return _BESIDE_CHINESE.sub("", " ".join(plain.split()))


def _key(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text.translate(_ALIKE)).split())
