"""Whether the fixed text of a returned document is what was sent: everything but the answers.

Every visible character counts: spacing, line ends, hyphens and width are the printer's business, all else is
a difference.  What OCR read is compared in another way (`parsers.scan.compared`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from agent.domain.reading import Drift, DriftKind
from parsers.pages.drift_text import visible
from parsers.pages.page import Box

_ANCHOR = 0.3
"""Of a piece's letters: less than this in one run, and the piece is missing rather than changed."""
_MOST = 40
"""Differences that are told of one document."""
_MOST_TEXT = 200_000
"""Compared characters of one document; a form of twenty pages has 20,000."""
_LONGEST = 400
"""Characters of the words that a difference shows."""
_GONE = "\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A cell, a paragraph or a line of fixed text."""

    text: str
    page: int = 0
    """Counted from 1; 0 when nobody knows."""
    box: Box | None = None
    """Where its words stand, in points; None when nobody knows."""


def compare(
    sent: Sequence[Piece | str],
    returned: Sequence[Piece | str],
    *,
    added: bool = True,
    ordered: bool = False,
    again: Iterable[str] = (),
) -> tuple[Drift, ...]:
    """Return the differences between the fixed text that was sent and the one that came back.

    Args:
        sent: its pieces; each is looked for anywhere in what came back.
        returned: what came back, without the answers, in reading order.
        added: also tell words that were not sent; not where `returned` may hold answers.
        ordered: both are in the same order, and pieces that changed places are a difference.
        again: what may stand there any number of times: a header overleaf, the prompt of an empty place.
    """
    pieces = [each if isinstance(each, Piece) else Piece(text=each) for each in returned]
    texts = [each.text if isinstance(each, Piece) else each for each in sent]
    keys = [(key, text) for text in texts if (key := visible(text))]
    field = _Field(pieces)
    if field.text == "".join(key for key, _ in keys):
        return ()
    wanted = sorted(keys, key=lambda each: -len(each[0]))
    left = [each for each in wanted if not field.take_piece(*each)]
    left = [each for each in left if not field.take(*each)]
    found: list[Drift] = []
    for key, text in left:
        drift = field.explain(key, text)
        if drift is not None:
            found.append(drift)
        if len(found) >= _MOST:
            return tuple(found)
    if added:
        found.extend(field.rest(frozenset(map(visible, again)) - {""}))
    if ordered and not found:
        found.extend(_moved([text for _, text in keys], pieces))
    return tuple(found[:_MOST])


class _Field:
    """What came back as one run of compared characters, each of which knows where it was written."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._owners: list[int] = []
        self._exact: dict[str, list[int]] = {}
        self._struck: list[tuple[int, int, str]] = []
        self._told: set[int] = set()
        parts: list[str] = []
        for number, piece in enumerate(pieces):
            key = visible(piece.text)
            if len(self._owners) + len(key) > _MOST_TEXT:
                break
            self._exact.setdefault(key, []).append(len(self._owners))
            parts.append(key)
            self._owners.extend([number] * len(key))
        self.text = "".join(parts)

    def take_piece(self, key: str, text: str) -> bool:
        """Strike out a piece that says `key` and nothing else; say whether there was one."""
        waiting = self._exact.get(key)
        if not waiting:
            return False
        at = waiting.pop(0)
        if not self.text.startswith(key, at):
            return False
        self._strike(at, at + len(key), text)
        return True

    def take(self, key: str, text: str) -> bool:
        """Strike out one place where `key` stands, whole; say whether there was one."""
        at = self.text.find(key)
        while at >= 0 and self._is_within_number(at, len(key)):
            at = self.text.find(key, at + 1)
        if at < 0:
            return False
        self._strike(at, at + len(key), text)
        return True

    def explain(self, key: str, text: str) -> Drift | None:
        """Return what became of a piece that is not there as it was; None where its parts are, after all."""
        match = SequenceMatcher(None, key, self.text, autojunk=False).find_longest_match()
        if match.size < max(2, _ANCHOR * len(key)):
            return Drift(kind=DriftKind.MISSING, sent=shown(text))
        start, end = self._window(match.b - match.a, len(key), match.b, match.b + match.size)
        window = self.text[start:end]
        blocks = SequenceMatcher(None, key, window, autojunk=False).get_matching_blocks()
        inside = [block for block in blocks if block.size]
        last = inside[-1]
        shown_start, shown_end = start + inside[0].b, start + last.b + last.size
        head, tail = inside[0].a, len(key) - last.a - last.size
        shown_start, shown_end = max(start, shown_start - head), min(end, shown_end + tail)
        owners = sorted({self._owners[at] for at in range(shown_start, shown_end)})
        became = self.text[shown_start:shown_end]
        self._strike(shown_start, shown_end, text)
        if became == key:
            return None
        self._told.update(owners)
        words = "".join(f"{self._pieces[each].text} " for each in owners)
        page = self._pieces[owners[0]].page if owners else 0
        return Drift(kind=DriftKind.CHANGED, page=page, sent=shown(text), returned=shown(words))

    def rest(self, again: frozenset[str]) -> Iterator[Drift]:
        """Yield what came back and was not sent; pieces that only say what `again` does are none."""
        for match in re.finditer(f"[^{_GONE}]+", self.text):
            numbers = list(dict.fromkeys(self._owners[match.start() : match.end()]))
            if self._told.issuperset(numbers):
                continue
            pieces = [self._pieces[each] for each in numbers]
            beside = self._beside(match.start(), match.end())
            if not beside and _says_only(match[0], again):
                continue
            self._told.update(numbers)
            words = shown(" ".join(each.text for each in pieces))
            kind = DriftKind.CHANGED if beside else DriftKind.ADDED
            yield Drift(kind=kind, page=pieces[0].page, sent=shown(beside), returned=words)

    def _beside(self, start: int, end: int) -> str:
        """Return what was sent and stands, in the same piece, directly before or after what was not."""
        for low, high, text in self._struck:
            if (high == start and self._owners[high - 1] == self._owners[start]) or (
                low == end and self._owners[low] == self._owners[end - 1]
            ):
                return text
        return ""

    def _window(self, start: int, length: int, low: int, high: int) -> tuple[int, int]:
        """Return about where a piece stands, without what was struck out around it."""
        slack = max(4, length // 5)
        begin, end = max(0, start - slack), min(len(self.text), start + length + slack)
        begin = max(begin, self.text.rfind(_GONE, 0, low) + 1)
        gone = self.text.find(_GONE, high)
        return begin, min(end, gone) if gone >= 0 else end

    def _strike(self, start: int, end: int, text: str) -> None:
        self._struck.append((start, end, text))
        self.text = self.text[:start] + _GONE * (end - start) + self.text[end:]

    def _is_within_number(self, at: int, length: int) -> bool:
        """Say whether a match begins or ends inside a number: `3` is not found in `30`."""
        text = self.text
        before, first = text[at - 1 : at], text[at : at + 1]
        last, after = text[at + length - 1 : at + length], text[at + length : at + length + 1]
        same_before = at > 0 and self._owners[at - 1] == self._owners[at]
        end = at + length
        same_after = end < len(text) and self._owners[end] == self._owners[end - 1]
        return (before.isdigit() and first.isdigit() and same_before) or (
            last.isdigit() and after.isdigit() and same_after
        )


def _moved(sent: Sequence[str], returned: Sequence[Piece]) -> Iterator[Drift]:
    """Yield the pieces that stand where others were sent."""
    theirs = [piece for piece in returned if visible(piece.text)]
    matcher = SequenceMatcher(
        None, [visible(text) for text in sent], [visible(piece.text) for piece in theirs], autojunk=False
    )
    for what, a, b, c, d in matcher.get_opcodes():
        if what != "equal":
            yield Drift(
                kind=DriftKind.CHANGED,
                page=theirs[c].page if c < d else 0,
                sent=shown(" ".join(sent[a:b])),
                returned=shown(" ".join(piece.text for piece in theirs[c:d])),
            )


def _says_only(text: str, again: Iterable[str]) -> bool:
    for each in sorted(again, key=lambda key: -len(key)):
        text = text.replace(each, "")
    return not text


def shown(text: str) -> str:
    """Return words as a difference shows them: blanks as one, and not all of a long text."""
    said = " ".join(text.split())
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"


def told_once(drifts: Iterable[Drift]) -> tuple[Drift, ...]:
    """Return each difference once."""
    return tuple(dict.fromkeys(drifts))
