"""What decisions of earlier versions said in other words, for whoever compares them with those of today.

A journal keeps what was said when it was decided.  When a sentence is put better, the old one stays there; it
goes in here, so that a replay takes both for one decision.  What a pattern catches must be the same in both.
"""

import re
from dataclasses import dataclass
from itertools import zip_longest

from agent.domain.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Reworded:
    """One sentence: how it was said once, and how it is said today."""

    then: Words
    """A regular expression in each language; its groups are what both sentences name."""
    now: Words


REWORDED = (
    # An item whose clock counts hours was said to be late by workdays, 0 of them on the same day.
    Reworded(
        then=Words(zh=r"提醒(.+)：逾期 \d+ 个工作日", en=r"reminded (.+): \d+ workdays? late"),
        now=Words(zh=r"提醒(.+)：逾期 \d+ 小时", en=r"reminded (.+): \d+ hours? late"),
    ),
    # Who returned a form was told, and not what it concludes.
    Reworded(
        then=Words(zh=r"(.+交回《.+》(?:（逾期）)?)", en=r"(.+ returned the .+?(?: \(late\))?)"),
        now=Words(zh=r"(.+交回《.+》(?:（逾期）)?)：.+", en=r"(.+ returned the .+?(?: \(late\))?): .+"),
    ),
)


def is_same_reason(then: Words, now: Words) -> bool:
    """Say whether `now` is `then`, sentence by sentence, be it in the words of a later version."""
    if then == now:
        return True
    return all(
        old == new or any(_is_told_by(each, old, new) for each in REWORDED)
        for old, new in zip_longest(_sentences(then), _sentences(now), fillvalue=Words.same(""))
    )


def _sentences(because: Words) -> list[Words]:
    zh, en = because.zh.split("；"), because.en.split("; ")
    if len(zh) != len(en):  # a name has the mark in it: nothing to tell apart
        return [because]
    return [Words(zh=one, en=other) for one, other in zip(zh, en, strict=True)]


def _is_told_by(each: Reworded, old: Words, new: Words) -> bool:
    pairs = ((each.then.zh, old.zh, each.now.zh, new.zh), (each.then.en, old.en, each.now.en, new.en))
    return all(
        (before := re.fullmatch(then, was)) is not None
        and (after := re.fullmatch(now, says)) is not None
        and before.groups() == after.groups()
        for then, was, now, says in pairs
    )
