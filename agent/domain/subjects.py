"""An item's subject names its seat: `研发部`; `3:研发部` in a group; `研发部+li@example.com` when added."""

import re

from agent.domain.words import Words

GROUP = ":"
"""Between the group of a seat and the seat itself: task, dispute or week, then who is asked."""

ADDED = "+"
"""Between a seat and a signer added to it (加签)."""


_WEEK = re.compile(r"\d{4}-W(\d\d)")


def group_of(subject: str) -> str:
    """Return the group that a subject belongs to, empty for none."""
    group, mark, _ = subject.partition(GROUP)
    return group if mark else ""


def first_of(subject: str) -> str:
    """Return the group when there is one, else the whole subject: `3` of `3:研发部` and of `3`."""
    return subject.partition(GROUP)[0]


def seat_of(subject: str) -> str:
    """Return the seat without its group."""
    group, mark, seat = subject.partition(GROUP)
    return seat if mark else group


def without_added(subject: str) -> str:
    """Return the subject of the seat that a signer was added to, or the subject itself."""
    return subject.partition(ADDED)[0]


def week_words(period: str) -> Words:
    """Return a week of a cycle, `2026-W11`, as people call it; anything else as it is."""
    week = _WEEK.fullmatch(period)
    if week is None:
        return Words.same(period)
    number = int(week[1])
    return Words(zh=f"第{number}周", en=f"week {number}")
