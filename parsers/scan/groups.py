"""Which pages of a scan belong together: by what they say of themselves, else by the title they show."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from agent.domain.forms import Form
from agent.domain.words import Language
from parsers.known import Known
from parsers.pages.places import which_form
from parsers.scan.identity import NOBODY, Identity
from parsers.scan.leaves import as_it_is
from parsers.scan.side import Side, named


@dataclass(slots=True)
class Group:
    """The pages of one sheet."""

    who: Identity
    sides: list[Side] = field(default_factory=list)
    loose: list[Side] = field(default_factory=list)
    """Pages that say nothing of themselves, and may belong to it."""
    shown: tuple[Form, Language | None] | None = None
    """The form that its pages show; None when nobody had to ask."""


def grouped(sides: Iterable[Side], known: Known) -> tuple[Group, ...]:
    """Return the sheets that pages form, in the order of their first pages; none when none is a form of ours.

    A page without a code goes with the only sheet there is, or with the one before it; whether it belongs
    there is found out when it is laid upon that sheet.
    """
    groups: dict[str, Group] = {}
    last: Group | None = None
    nameless: list[Side] = []
    for each in sides:
        if each.blank:
            continue
        side = named(each, known)
        if side.who.code:
            last = groups.setdefault(side.who.code, Group(side.who))
            last.sides.append(side)
        elif last is not None:
            last.loose.append(side)
        else:
            nameless.append(side)
    if not groups:
        return tuple(_by_titles(nameless, known))
    next(iter(groups.values())).loose.extend(nameless)
    return tuple(groups.values())


def shown_by(sides: Iterable[Side], known: Known) -> tuple[Form, Language | None] | None:
    """Return the form that pages show by their titles and labels."""
    pages = tuple(as_it_is(side, number).page for number, side in enumerate(sides, start=1))
    if known.form:
        form = known.forms.get(known.form)
        return (form, None) if form is not None else None
    return which_form(pages, known.forms)


def _by_titles(sides: list[Side], known: Known) -> Iterable[Group]:
    """Yield sheets whose pages bear no code: each begins with a page that shows a form."""
    group: Group | None = None
    for side in sides:
        shown = shown_by((side,), known) if group is None or not known.form else None
        if shown is not None:
            if group is not None:
                yield group
            group = Group(NOBODY, sides=[side], shown=shown)
        elif group is not None:
            group.loose.append(side)
    if group is not None:
        yield group
