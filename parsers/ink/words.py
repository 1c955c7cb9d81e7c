"""Words that stand in a slot: our own print, a typed name, or a hand's words that are no signature."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace

import numpy as np

from agent.domain.forms import Slot
from parsers.ink.look import is_plain_print, looks_printed
from parsers.ink.marks import without_specks
from parsers.ink.paper import WORK, Mask, View
from parsers.ink.print import Cleared
from parsers.known import Known
from parsers.pages.labels import distance
from parsers.pages.page import Box, PageWord
from parsers.understood import plain
from parsers.word.names import TypedName

PROMPTS = frozenset(
    plain(each)
    for each in (
        *("在此签字或键入姓名", "在此签字", "Sign here or type your name", "Sign here"),
        *("签字", "签名", "盖章", "日期", "签字日期", "选择日期", "签章", "公章"),
        *("Signature", "Date", "Seal", "Stamp", "Choose a date", "Select a date"),
        *("单击或点击此处输入文字。", "Click or tap here to enter text.", "（盖章）", "（签字）"),
    )
)
"""What forms print into slots to be signed over; ours and the usual ones."""
_LONG = frozenset(plain(each) for each in ("在此签字或键入姓名", "Sign here or type your name"))
_MISREAD = 4
"""One letter in so many."""
_BEGINS = 4
"""Letters from which on the beginning of a prompt is told from a name."""
_REFUSED = frozenset(
    plain(each)
    for each in (
        *(
            "不同意",
            "拒绝",
            "拒签",
            "拒绝签字",
            "不签",
            "不予签字",
            "无",
            "暂无",
            "不适用",
            "作废",
            "退回",
            "未签",
        ),
        *("n/a", "na", "none", "refused", "rejected", "declined", "void", "not applicable", "do not agree"),
    )
)
_ON_BEHALF = re.compile(r"代签|（代）|\(代\)|\bp\.?\s?p\.(?:\s|$)|on behalf of|\bfor and on\b", re.IGNORECASE)
_DATE = re.compile(r"^\W*(?:19|20)\d{2}\s*[-./年]\s*\d{1,2}\s*(?:[-./月]\s*\d{1,2}\s*日?)?\W*$")
_TEXT_LAYER = 1.0
_SURE = 0.85
"""Score of OCR from which on words are believed enough to doubt a signature."""
_MOST = 400
"""Words around one slot that are looked at."""
_LITTLE = 2.5
"""Square points of ink that words leave when what was sent is taken away: then they are our own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Words in a slot, sorted."""

    print_boxes: tuple[Box, ...] = ()
    """Places of printed words, within the region: no pen was there."""
    typed: str = ""
    """Printed words that are not ours."""
    name: TypedName = field(default_factory=TypedName)
    """Who they name."""
    read: str = ""
    """What a hand wrote, as far as it could be read."""
    read_boxes: tuple[Box, ...] = ()
    doubtful: bool = False
    """Whether some words may be printed or written."""

    @property
    def refuses(self) -> bool:
        """Say whether the words refuse, or say that there is nothing to sign."""
        return bool(self.read or self.typed) and plain(self.read or self.typed) in _REFUSED

    @property
    def is_on_behalf(self) -> bool:
        """Say whether somebody signed for somebody else, and says so."""
        return bool(_ON_BEHALF.search(f"{self.read} {self.typed}"))

    @property
    def is_day(self) -> bool:
        """Say whether nothing but a day is written."""
        return bool(_DATE.match(self.read))


def sort_words(  # noqa: PLR0913, PLR0917 - what was read, where, and what it is held against
    words: tuple[PageWord, ...],
    region: Box,
    inner: Box,
    slot: Slot,
    view: View,
    blank: View | None,
    clear: Cleared,
    known: Known,
) -> Said:
    """Sort the words of a page that lie in a slot or close to it.

    Args:
        words: in points of the page.
        region: what of the page is seen.
        inner: the slot within the region.
        slot: what the form asks.
        view: the region as it came back.
        blank: the region as sent.
        clear: the region without lines, and without what was sent.
        known: the people.
    """
    near = [word for word in words if region.common(word.box) > 0][:_MOST]
    if not near:
        return Said()
    # Without specks only: what OCR read is never dust.
    ink, added = clear.ink, clear.added
    sent = blank.ink() if blank is not None else None
    ours = {plain(slot.label.zh), plain(slot.label.en)} | PROMPTS
    boxes: list[Box] = []
    typed: list[str] = []
    read: list[str] = []
    read_boxes: list[Box] = []
    doubtful = False
    for word in near:
        box = Box(
            word.box.left - region.left, word.box.top - region.top,
            word.box.right - region.left, word.box.bottom - region.top,
        )  # fmt: skip
        inside = inner.holds(box)
        little = _amount(added, box) < _LITTLE
        wide = _part_of(word.text, ours)
        if wide > 1.0:
            box = replace(box, right=box.left + wide * box.width)
        if wide or (blank is not None and little and _amount(ink, box) >= _LITTLE):
            # Print that was sent is taken away already: what else is in its box was written over it.
            if little or sent is None or _amount(sent, box) < _LITTLE:
                boxes.append(box)
            continue
        is_text = word.score >= _TEXT_LAYER
        own = without_specks(_within(added, box), 1.0)
        printed = True if is_text else looks_printed(view, own)
        if printed:
            boxes.append(box)
            if inside:
                typed.append(word.text)
                doubtful |= not (is_text or is_plain_print(view, own))
        elif inside and word.score >= _SURE:
            read.append(word.text)
            read_boxes.append(box)
            doubtful |= printed is None
    joined = " ".join(typed).strip()
    return Said(
        print_boxes=tuple(boxes),
        typed=joined,
        name=TypedName.of(joined, known),
        read=" ".join(read).strip(),
        read_boxes=tuple(read_boxes),
        doubtful=doubtful,
    )


def _part_of(text: str, ours: Collection[str]) -> float:
    """Return how many times as wide as these words the print is that they are, or begin; 0 for other words.

    A seal over a prompt leaves its beginning, or makes OCR misread a letter in four.
    """
    said = plain(text)
    if said in ours:
        return 1.0
    for each in _LONG:
        if len(said) >= _BEGINS and each.startswith(said):
            return len(each) / len(said)
    return float(any(distance(said, each, len(each) // _MISREAD) <= len(each) // _MISREAD for each in ours))


def _within(mask: Mask, box: Box) -> Mask:
    kept = np.zeros_like(mask)
    kept[_spot(box)] = mask[_spot(box)]
    return kept


def _amount(mask: Mask, box: Box) -> float:
    return float(np.count_nonzero(mask[_spot(box)])) / WORK**2


def _spot(box: Box) -> tuple[slice, slice]:
    left, top = max(0, int(box.left * WORK)), max(0, int(box.top * WORK))
    right, bottom = max(0, int(box.right * WORK) + 1), max(0, int(box.bottom * WORK) + 1)
    return slice(top, bottom), slice(left, right)
