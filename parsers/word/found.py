"""Words found in one of the places of a field, before anyone asks what they mean."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from agent.domain.forms import Field, Form
from parsers.understood import plain, tidy


class Rank(IntEnum):
    """How a place was recognised, best first."""

    CONTROL = 0
    """By a name that we gave it: the tag of a content control, the name of a PDF's form field."""
    BOOKMARK = 1
    """By where we put it: a bookmark, or the region of the page as it was sent."""
    LABEL = 2
    """By the label printed beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What stands in one place; empty `words` mean that the place is there and nobody filled it."""

    rank: Rank
    place: str
    words: str
    offers: Mapping[str, str] = field(default_factory=dict)
    """Of a drop-down: displayed text → value."""
    day: str = ""
    """The ISO day that a date picker stores besides its text."""
    shaky: bool = False
    """Something had to be taken away to get these words: a person confirms them."""


PROMPTS = (
    *("单击或点击此处输入文字。", "单击此处输入文字。", "点击或点按此处输入文字", "单击此处键入文字"),
    *("单击或点击以输入日期。", "单击此处输入日期。", "选择一项。", "请选择", "点击输入文本", "选择日期"),
    *("Click or tap here to enter text.", "Click here to enter text.", "Choose an item.", "Choose one"),
    *("Click or tap to enter a date.", "Click here to enter a date.", "Pick a date", "Choose a date"),
)
"""What Word, WPS and LibreOffice put into controls that have no placeholder of their own."""


SLOT_PROMPTS = (
    *("在此签字或键入姓名", "在此签字", "Sign here or type your name", "Sign here"),
    *("单击或点击此处输入文字。", "Click or tap here to enter text."),
)
"""The placeholders of signature slots; LibreOffice lets them come back as text."""

_LONG = 6
"""Characters; a shorter placeholder (`任务名称`) may well be how somebody's own words begin."""


class Prompts:
    """The placeholders of one form; LibreOffice drops their flag, so they come back looking like values."""

    def __init__(self, form: Form) -> None:
        hints = (plain(hint) for _, field in form.walk() for hint in _hints(field))
        self._everywhere = frozenset((*hints, *map(plain, PROMPTS))) - {""}

    def without(self, words: str, asked: Field) -> tuple[str, bool]:
        """Return `words` without the placeholder of `asked`, and whether there was one before other words."""
        own = _hints(asked)
        key = plain(words)
        if not key and not words.strip(" _—-…./\\\n"):
            return "", False
        if key in self._everywhere:
            return "", False
        for hint in own:
            if len(hint) >= _LONG and words.startswith(hint):
                return tidy(words[len(hint) :]), True
            if len(hint) >= _LONG and words.endswith(hint):
                return tidy(words[: -len(hint)]), True
        return words, False

    def cleaned(self, found: Iterable[Found], asked: Field) -> Iterator[Found]:
        """Yield `found` with placeholders taken away."""
        for each in found:
            words, cut = self.without(each.words, asked)
            yield (
                each
                if words == each.words
                else Found(
                    rank=each.rank,
                    place=each.place,
                    words=words,
                    offers=each.offers,
                    day=each.day,
                    shaky=cut or each.shaky,
                )
            )


def _hints(asked: Field) -> tuple[str, ...]:
    if asked.hint is None:
        return ()
    return tuple(hint for hint in (asked.hint.zh, asked.hint.en) if hint)


_REPEATED = re.compile(r"(.+?)\1{3}", re.DOTALL)
_ENOUGH = 3


def unrepeated(words: str) -> str | None:
    """Return the fourth of `words` when they are one text four times over (LibreOffice 7.4 does that)."""
    match = _REPEATED.fullmatch(words) if len(words) % 4 == 0 else None
    if match is None:
        return None
    return words[: len(words) // 4] if words[: len(words) // 4] * 4 == words else None


def are_repeated(texts: Iterable[str]) -> bool:
    """Say whether a whole document was repeated: at least three texts, and nearly all of them."""
    told = [text for text in texts if text]
    repeated = [text for text in told if len(set(text)) > 1 and unrepeated(text) is not None]
    return len(repeated) >= _ENOUGH and len(repeated) * 5 >= len(told) * 3
