"""Signed equals sent: how a difference in the fixed text of a returned form is put into words."""

from collections.abc import Iterable

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


def drift_words(lead: Words, drift: Iterable[Drift]) -> Words:
    """Return `lead` and the differences below it, one a line."""
    lines = drift_lines(drift)
    return Words(
        zh="\n".join((lead.zh, *(line.zh for line in lines))),
        en="\n".join((lead.en, *(line.en for line in lines))),
    )


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
    sent, returned = _short(drift.sent), _short(drift.returned)
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


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"
