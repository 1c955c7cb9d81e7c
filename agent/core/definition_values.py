"""Values of a definition file that are written as words: spans, moments, verbs, keywords, quorums.

All of them raise `DefinitionError`, which says what could be written instead.
"""

from collections.abc import Mapping
from typing import TypeVar

from agent.core import sentences
from agent.core.definition_error import hinted, is_no, must_be
from agent.core.tables import Table
from agent.domain.keywords import Keyword
from agent.domain.process import Span
from agent.domain.steps import Quorum, Verb, WeeklyMoment
from agent.domain.words import Words

T = TypeVar("T")


def prefill(table: Table) -> Mapping[str, str]:
    """Return what each field of a form is prefilled with."""
    inner = table.table("prefill")
    return {field: inner.text(field) for field in inner.keys()}  # noqa: SIM118 - a Table is no mapping


def quorum(table: Table) -> Quorum | int:
    """Return how many of those asked must answer."""
    if not table.has("complete"):
        return Quorum.ALL
    found = table.raw("complete")
    if isinstance(found, int) and not isinstance(found, bool) and found > 0:
        return found
    if found in {each.value for each in Quorum}:
        return Quorum(found)
    raise table.fault("complete", must_be(" all、any 或数字", "all, any or a number", found))


def one_of(table: Table, key: str, known: Mapping[str, T], default: str) -> T:
    """Return what a written name stands for."""
    found = table.text(key, default)
    if found not in known:
        names = ", ".join(known)
        why = Words(zh=f"“{found}”不在 {names} 之中", en=f"“{found}” is none of {names}")
        raise table.fault(key, hinted(why, found, known))
    return known[found]


def keyword(table: Table, key: str, name: str) -> Keyword:
    """Return the keyword of that name."""
    known = {each.value: each for each in Keyword}
    if name not in known:
        raise table.fault(key, is_no("keyword", name, known))
    return known[name]


def verb(table: Table, key: str) -> Verb:
    """Return what an outcome does."""
    text = table.text(key)
    found = sentences.verb(text)
    if found is None:
        verbs = "done, reopen, ask, done and ask, raise, go to, end"
        raise table.fault(
            key, Words(zh=f"“{text}”不是动作；可用：{verbs}", en=f"“{text}” is no verb; known: {verbs}")
        )
    return found


def span(table: Table, key: str) -> Span:
    """Return a length of time."""
    text = table.text(key)
    found = sentences.span(text)
    if found is None:
        why = Words(
            zh=f"“{text}”不是时长；请写 `2 workdays` 或 `24 hours`",
            en=f"“{text}” is no span; write `2 workdays` or `24 hours`",
        )
        raise table.fault(key, why)
    return found


def weekly(table: Table, key: str) -> WeeklyMoment:
    """Return a moment of the week."""
    text = table.text(key)
    found = sentences.weekly(text)
    if found is None:
        why = Words(
            zh=f"“{text}”不是每周时刻；请写 `Friday 14:00`",
            en=f"“{text}” is no moment of the week; write `Friday 14:00`",
        )
        raise table.fault(key, why)
    return found
