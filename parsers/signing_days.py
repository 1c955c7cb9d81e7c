"""The day that somebody wrote beside a signature: kept as evidence of it, for who asks when it was signed.

No rule rests on it: what counts is the day on which the form came (process.md names no other), and a day
written by hand is misread too easily.  It is seen by `formclerk parse` and kept in the archive.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from agent.domain.answers import Evidence
from agent.domain.signatures import Signature, Verdict
from parsers.understood import plain

DAY = "day beside the signature"
"""How the place of such evidence begins."""
_LONGEST = 60
_EMPTY = frozenset(map(plain, ("日期", "签字日期", "选择日期", "Date", "Date signed", "Pick a date"))) | {""}


def with_days(signatures: Iterable[Signature], days: Mapping[str, tuple[str, str]]) -> tuple[Signature, ...]:
    """Return the signatures, each with the day that stands beside it; a slot without a mark bears none.

    Args:
        signatures: the verdicts.
        days: slot id → place and words of its day; placeholders are no days.
    """
    return tuple(_with_day(each, *days.get(each.slot, ("", ""))) for each in signatures)


def _with_day(signature: Signature, place: str, words: str) -> Signature:
    if signature.verdict is Verdict.UNSIGNED or plain(words) in _EMPTY:
        return signature
    told = Evidence(place=f"{DAY}, {place}", words=" ".join(words.split())[:_LONGEST])
    return replace(signature, evidence=(*signature.evidence, told))
