"""Whether the fixed text of a returned document is what was sent: everything but the answers.

Spacing, line ends, hyphens, width and punctuation never count; numbers, dates and amounts do, to the last
digit.  What OCR read is compared with patience for single letters, but not for numbers and negations that
it is sure of.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from agent.domain.reading import Drift, DriftKind

_KEPT = re.compile(r"(?<=\d)[.:/-](?=\d)|(?<=\d)%|[^\W_]")
"""What is compared of a text: letters and digits, and what stands between the digits of one number."""
_NEGATION = frozenset("不未无非勿否禁免别没")
_NEGATIONS = re.compile(r"(?:not|never|without|cannot|none|except|unless|nor|un|non)", re.IGNORECASE)
_SHORTEST = 2
"""Compared characters; a shorter piece is a mark."""
_ADDED = 8
"""Compared characters from which on words that were not sent are told."""
_ADDED_NOISY = 14
_SURE = 0.9
"""Score of OCR from which on a number or a negation is believed to be as it was read."""
_SPARE = 0.08
"""Of a piece's letters: so many may be misread by OCR."""
_ANCHOR = 0.3
"""Of a piece's letters: less than this in one run, and the piece is missing rather than changed."""
_MOST = 40
"""Differences that are told of one document."""
_LONGEST = 400
"""Characters of the words that a difference shows."""
_GONE = "\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A cell, a paragraph or a line of fixed text."""

    text: str
    page: int = 0
    """Counted from 1; 0 when nobody knows."""
    score: float = 1.0
    """What OCR says of it; 1 for text that was never read."""


def compare(
    sent: Sequence[Piece | str], returned: Sequence[Piece | str], *, noisy: bool = False, added: bool = True
) -> tuple[Drift, ...]:
    """Return the differences between the fixed text that was sent and the one that came back.

    Args:
        sent: its pieces; each is looked for anywhere in what came back, so their order does not matter.
        returned: what came back, without the answers, in reading order.
        noisy: it was read by OCR, whose single letters may be wrong.
        added: also tell words that were not sent; not where `returned` may hold answers.
    """
    pieces = [each if isinstance(each, Piece) else Piece(text=each) for each in returned]
    field = _Field(pieces)
    found: list[Drift] = []
    wanted = sorted(
        ((compared(text), text) for text in (e.text if isinstance(e, Piece) else e for e in sent)),
        key=lambda each: -len(each[0]),
    )
    left = [(key, text) for key, text in wanted if len(key) >= _SHORTEST and not field.take(key)]
    for key, text in left:
        drift = field.explain(key, text, noisy=noisy)
        if drift is not None:
            found.append(drift)
        if len(found) >= _MOST:
            return tuple(found)
    if added:
        found.extend(field.rest(_ADDED_NOISY if noisy else _ADDED, noisy=noisy))
    return tuple(found[:_MOST])


def compared(text: str) -> str:
    """Return what of `text` is compared."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(_KEPT.findall("".join(folded.split())))


class _Field:
    """What came back as one run of compared characters, each of which knows where it was written."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._owners: list[int] = []
        parts: list[str] = []
        for number, piece in enumerate(pieces):
            key = compared(piece.text)
            parts.append(key)
            self._owners.extend([number] * len(key))
        self._text = "".join(parts)

    def take(self, key: str) -> bool:
        """Strike out one place where `key` stands, whole; say whether there was one."""
        at = self._text.find(key)
        while at >= 0 and self._is_within_number(at, len(key)):
            at = self._text.find(key, at + 1)
        if at < 0:
            return False
        self._strike(at, at + len(key))
        return True

    def explain(self, key: str, text: str, *, noisy: bool) -> Drift | None:
        """Return what became of a piece that is not there as it was; None when only OCR misread it."""
        match = SequenceMatcher(None, key, self._text, autojunk=False).find_longest_match()
        if match.size < max(2, _ANCHOR * len(key)):
            return Drift(kind=DriftKind.MISSING, sent=_shown(text))
        start, end = self._window(match.b - match.a, len(key), match.b, match.b + match.size)
        window = self._text[start:end]
        blocks = SequenceMatcher(None, key, window, autojunk=False).get_matching_blocks()
        inside = [block for block in blocks if block.size]
        last = inside[-1]
        shown_start, shown_end = start + inside[0].b, start + last.b + last.size
        head, tail = inside[0].a, len(key) - last.a - last.size
        shown_start, shown_end = max(start, shown_start - head), min(end, shown_end + tail)
        owners = sorted({self._owners[at] for at in range(shown_start, shown_end)})
        score = min((self._pieces[each].score for each in owners), default=1.0)
        became = self._text[shown_start:shown_end]
        self._strike(shown_start, shown_end)
        if became == key or (noisy and _is_misread(key, became, sure=score >= _SURE)):
            return None
        words = "".join(f"{self._pieces[each].text} " for each in owners)
        page = self._pieces[owners[0]].page if owners else 0
        return Drift(kind=DriftKind.CHANGED, page=page, sent=_shown(text), returned=_shown(words))

    def rest(self, least: int, *, noisy: bool) -> Iterator[Drift]:
        """Yield what came back and was not sent."""
        for match in re.finditer(f"[^{_GONE}]+", self._text):
            by_piece: dict[int, int] = {}
            for at in range(match.start(), match.end()):
                by_piece[self._owners[at]] = by_piece.get(self._owners[at], 0) + 1
            if match.end() - match.start() < least:
                continue
            pieces = [self._pieces[each] for each in by_piece]
            if noisy and min(each.score for each in pieces) < _SURE:
                continue
            words = " ".join(each.text for each in pieces)
            yield Drift(kind=DriftKind.ADDED, page=pieces[0].page, returned=_shown(words))

    def _window(self, start: int, length: int, low: int, high: int) -> tuple[int, int]:
        """Return about where a piece stands, without what was struck out around it."""
        slack = max(4, length // 5)
        begin, end = max(0, start - slack), min(len(self._text), start + length + slack)
        begin = max(begin, self._text.rfind(_GONE, 0, low) + 1)
        gone = self._text.find(_GONE, high)
        return begin, min(end, gone) if gone >= 0 else end

    def _strike(self, start: int, end: int) -> None:
        self._text = self._text[:start] + _GONE * (end - start) + self._text[end:]

    def _is_within_number(self, at: int, length: int) -> bool:
        """Say whether a match begins or ends inside a number: `3` is not found in `30`."""
        text = self._text
        before, first = text[at - 1 : at], text[at : at + 1]
        last, after = text[at + length - 1 : at + length], text[at + length : at + length + 1]
        same_before = at > 0 and self._owners[at - 1] == self._owners[at]
        end = at + length
        same_after = end < len(text) and self._owners[end] == self._owners[end - 1]
        return (before.isdigit() and first.isdigit() and same_before) or (
            last.isdigit() and after.isdigit() and same_after
        )


def _is_misread(key: str, became: str, *, sure: bool) -> bool:
    """Say whether OCR alone explains the difference: few letters, and no number or negation among them."""
    wrong = 0
    for what, a, b, c, d in SequenceMatcher(None, key, became, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        was, now = key[a:b], became[c:d]
        wrong += max(len(was), len(now))
        if sure and (_weighs(was) or _weighs(now)):
            return False
    return wrong <= max(1, round(_SPARE * len(key)))


def _weighs(text: str) -> bool:
    return any(each.isdigit() or each in _NEGATION for each in text) or bool(_NEGATIONS.search(text))


def _shown(text: str) -> str:
    said = " ".join(text.split())
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"


def told_once(drifts: Iterable[Drift]) -> tuple[Drift, ...]:
    """Return each difference once."""
    return tuple(dict.fromkeys(drifts))
