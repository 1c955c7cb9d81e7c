"""Signed equals sent: how a difference in the fixed text of a returned form is put into words."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from agent.domain.problems import Problem
from agent.domain.reading import Drift, DriftKind
from agent.domain.words import Words

_MOST = 6
"""Differences that are told one by one; of a form that was rewritten nobody reads them all."""
_LONGEST = 60
"""Characters of each side."""


def drift_lines(drift: Iterable[Drift]) -> tuple[Words, ...]:
    """Return one line for each difference, at most six and one that counts the rest."""
    every = tuple(drift)
    lines = [_line(each) for each in every[:_MOST]]
    if len(every) > _MOST:
        more = len(every) - _MOST
        lines.append(Words(zh=f"另有 {more} 处不同", en=f"and {more} more"))
    return tuple(lines)


def drift_warning(drift: tuple[Drift, ...]) -> Problem:
    """Return what a filing remembers of text that was not as sent, and that a coordinator let through."""
    lines = drift_lines(drift)
    return Problem(
        code="drift",
        say=Words(
            zh="固定文字与发出的不同，协调员已核对放行：" + "；".join(line.zh for line in lines),
            en="The fixed text is not as it was sent; a coordinator let it through: "
            + "; ".join(line.en for line in lines),
        ),
        blocks=False,
    )


def _line(drift: Drift) -> Words:
    sent, returned = _both(drift.sent, drift.returned)
    zh = f"第{drift.page}页：" if drift.page else ""
    en = f"page {drift.page}: " if drift.page else ""
    match drift.kind:
        case DriftKind.CHANGED:
            return Words(zh=f"{zh}“{sent}”改成了“{returned}”", en=f"{en}“{sent}” was changed to “{returned}”")
        case DriftKind.MISSING:
            return Words(zh=f"{zh}缺少“{sent}”", en=f"{en}“{sent}” is missing")
        case DriftKind.ADDED:
            return Words(zh=f"{zh}多出“{returned}”", en=f"{en}“{returned}” was added")
        case DriftKind.PAGE_SWAPPED:
            said = f"（“{returned}”）" if returned else ""
            told = f" (“{returned}”)" if returned else ""
            return Words(
                zh=f"{zh}该页不属于这份表格{said}", en=f"{en}this page belongs to another form{told}"
            )


def quoted(text: str) -> str:
    """Return words as a line shows them: blanks as one, and not all of a long text."""
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"


def _both(sent: str, returned: str) -> tuple[str, str]:
    """Return two texts that differ, each about the words that do, wherever in a long line these are."""
    one, other = " ".join(sent.split()), " ".join(returned.split())
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    spots = [(a, b, c, d) for what, a, b, c, d in matcher.get_opcodes() if what != "equal"]
    if not spots or max(len(one), len(other)) <= _LONGEST:
        return quoted(one), quoted(other)
    return _around(one, spots[0][0], spots[-1][1]), _around(other, spots[0][2], spots[-1][3])


def _around(text: str, first: int, last: int) -> str:
    spare = max(0, _LONGEST - (last - first))
    begin = max(0, min(first - spare // 2, len(text) - _LONGEST))
    end = min(len(text), begin + _LONGEST)
    return f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}"
