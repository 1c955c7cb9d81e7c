"""Printed text of which nobody can say whether it is as it was sent: who is told, and what waits (ADR 0036).

A page that could not be compared at all waits for a coordinator, as altered text does.  Single places do not:
the form is filed, and the coordinators get the words as sent beside the crop.  Nor does a sheet that we no
longer keep as it was sent: they get the original, and the reason.
"""

from collections.abc import Iterable

from agent.core.draft import Draft
from agent.core.drifting import drift_lines, quoted
from agent.core.told import pages_words
from agent.domain.case import Held
from agent.domain.confirming import Doubt
from agent.domain.effects import Urgency
from agent.domain.problems import Problem
from agent.domain.reading import Reading, Uncompared
from agent.domain.words import Words
from agent.domain.work_items import WorkItem

LETTER = "uncompared"
_MOST = 6
"""Places that are shown one by one."""


def waits(reading: Reading) -> bool:
    """Say whether a form waits for a coordinator: it was altered, or a page could not be compared at all."""
    return bool(reading.drift or whole_pages(reading.uncompared))


def whole_pages(uncompared: Iterable[Uncompared]) -> tuple[int, ...]:
    """Return the numbers of pages of which nothing could be compared."""
    return tuple(sorted({each.page for each in uncompared if each.page and not each.words}))


def why_it_waits(readings: Iterable[Reading]) -> Words:
    """Return why a mail waits: of each form the words that differ or could not be compared, one a line."""
    lines = tuple(line for reading in readings for line in _why(reading))
    return Words(zh="\n".join(line.zh for line in lines), en="\n".join(line.en for line in lines))


def _why(reading: Reading) -> tuple[Words, ...]:
    file = reading.file
    lead = (
        Words(
            zh=f"“{file}”的固定文字与发出的不同",
            en=f"the fixed text of “{file}” is not as it was sent",
        )
        if reading.drift
        else Words(
            zh=f"“{file}”的固定文字看不清，无法与发出的核对，请看原件",
            en=f"the fixed text of “{file}” cannot be compared with what was sent; please look at it",
        )
    )
    return (lead, *drift_lines(reading.drift), *uncompared_lines(reading.uncompared))


def uncompared_lines(uncompared: Iterable[Uncompared]) -> tuple[Words, ...]:
    """Return one line for each place, at most six and one that counts the rest."""
    every = tuple(dict.fromkeys(uncompared))
    lines = [_line(each) for each in every[:_MOST]]
    if len(every) > _MOST:
        more = len(every) - _MOST
        lines.append(Words(zh=f"另有 {more} 处看不清", en=f"and {more} more that cannot be read"))
    return tuple(lines)


def uncompared_warning(uncompared: tuple[Uncompared, ...]) -> Problem:
    """Return what a filing remembers of text that was not compared with what was sent."""
    lines = uncompared_lines(uncompared)
    return Problem(
        code="uncompared",
        say=Words(
            zh="部分固定文字未能与发出的核对：" + "；".join(line.zh for line in lines),
            en="Some fixed text could not be compared with what was sent: "
            + "; ".join(line.en for line in lines),
        ),
        blocks=False,
    )


def tell_coordinators(draft: Draft, item: WorkItem, held: Held) -> None:
    """Show the coordinators what could not be compared in a form that was filed, each place with its crop.

    Of a whole page they have let the form through themselves.
    """
    places = [each for each in held.uncompared if each.words]
    unkept = [each for each in held.uncompared if each.is_all][:1]
    if not places and not unkept:
        return
    lines = uncompared_lines((*unkept, *places))
    draft.say(
        f"部分固定文字未能核对，已请协调员看图：{'；'.join(line.zh for line in lines)}",
        f"fixed text that could not be compared is shown to the coordinator: "
        f"{'; '.join(line.en for line in lines)}",
    )
    for who in draft.coordinators():
        draft.send(
            LETTER,
            who,
            about=f"{held.mail}/{who}",
            item=item,
            facts={
                "by": Words.same(held.by),
                "more": _more(len(places)),
                "unkept": Words.same("1" if unkept and not places else ""),
            },
            doubts=tuple(_shown(each) for each in places[:_MOST]),
            files=(held.document,),
            urgency=Urgency.NOTICE,
        )


def _shown(place: Uncompared) -> Doubt:
    page = pages_words((place.page,)) if place.page else None
    label = Words(zh="发出时的文字", en="as sent")
    if place.struck:
        label = Words(zh="疑有划线的文字", en="a line seems to be drawn through it")
    if page is not None:
        label = Words(zh=f"第{page.zh}页，{label.zh}", en=f"page {page.en}, {label.en}")
    return Doubt(field="", label=label, why=Words.same(place.words), picture=place.picture)


def _more(count: int) -> Words:
    return Words.same(str(count - _MOST) if count > _MOST else "")


def _line(place: Uncompared) -> Words:
    if place.is_all:
        return Words(
            zh="发出时的表样没有留存，全部固定文字未能核对",
            en="the sheet as it was sent is not kept; none of its text could be compared",
        )
    if not place.words:
        return Words(
            zh=f"第{place.page}页：整页看不清，未能核对",
            en=f"page {place.page}: not legible enough to be compared",
        )
    words = quoted(place.words)
    zh = f"第{place.page}页：" if place.page else ""
    en = f"page {place.page}: " if place.page else ""
    if place.struck:
        return Words(zh=f"{zh}“{words}”疑有划线", en=f"{en}a line seems to be drawn through “{words}”")
    return Words(zh=f"{zh}“{words}”看不清", en=f"{en}“{words}” cannot be read")
