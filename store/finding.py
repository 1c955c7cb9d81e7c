"""What a check of the store found."""

from dataclasses import dataclass

from agent.domain.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it must be."""

    code: str
    """Stable, for machines: `cut`, `edited`, `blob-missing`, …"""
    where: str
    """The row, blob or case it concerns."""
    say: Words


def amiss(code: str, where: str, zh: str, en: str) -> Finding:
    """Return a finding about a row, told in half a sentence of each language."""
    return Finding(code=code, where=where, say=Words(zh=f"{where}：{zh}。", en=f"{where}: {en}."))
