"""One place of a PDF form field: what it is called, what it holds (ISO 32000-2, 12.7.4 and 12.7.5)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from parsers.pages.page import Spot
from parsers.pdf.objects import entry, items, name, number, resolved, text

_RADIO, _PUSH = 1 << 15, 1 << 16
"""Flags of buttons (12.7.5.2.1, table 229)."""
_UNSEEN = 1 << 1 | 1 << 5
"""Flags of annotations: hidden, and not to be viewed (12.5.3, table 167)."""
_COMBO = 1 << 17
"""Flag of a choice field that shows only what is chosen (12.7.5.4, table 233)."""
_PAINTS = re.compile(rb"(?:^|\s)(?:Do|BI|sh|c|v|y)(?=\s|$)")
"""Operators that draw pictures, shadings and curves (8.5.2, 8.8, 8.9.7)."""
_LOOKED_AT = 200_000
"""Bytes of one appearance."""
DEEPEST = 20
"""Fields within fields."""
_OFF = "Off"


class WidgetKind(Enum):
    """What kind of field a widget belongs to."""

    TEXT = "text"
    CHOICE = "choice"
    CHECK = "check"
    RADIO = "radio"
    SIGNATURE = "signature"
    BUTTON = "button"


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget:
    """One place of a form field on a page; a radio field has one for each answer."""

    name: str
    """The full name of its field: partial names joined with dots."""
    kind: WidgetKind
    spot: Spot | None
    """None for a field without a place, such as a hidden one."""
    values: tuple[str, ...] = ()
    """What the field holds: texts, the export values that are chosen; empty when nothing is filled in."""
    shown: tuple[str, ...] = ()
    """Of a list or combo box: what is displayed for each value."""
    answer: str = ""
    """Of a check box or radio button: the export value that this widget stands for."""
    ticked: bool = False
    """Of a check box or radio button: whether this widget is on."""
    shows: bool | None = None
    """Of a check box or radio button: whether it is drawn as on; None when that is not said."""
    is_drawn: bool = False
    """It brings an appearance of its own."""
    is_painted: bool = False
    """Its appearance draws pictures or curves, which may be words without being text."""
    is_hidden: bool = False
    """No viewer shows it: it is flagged so (12.5.3), lies in a layer (8.11), or off its page."""
    is_list: bool = False
    """It shows all its options, whichever is chosen."""
    hint: str = ""
    """The alternative name, shown as a tip (`/TU`)."""


def widget_of(annotation: object, spot: Spot | None, *, off_page: bool = False) -> Widget | None:
    """Return the widget that an annotation is, or a field without one; None when it belongs to no field.

    Args:
        annotation: the annotation, or the field.
        spot: where it is.
        off_page: that is beyond the edges of its page.
    """
    line = _line(annotation)
    names = [part for each in reversed(line) if (part := text(entry(each, "/T")))]
    kind_name = name(_inherited(line, "/FT"))
    if not names or not kind_name:
        return None
    flags = int(number(_inherited(line, "/Ff")))
    value = _inherited(line, "/V")
    blank = Widget(
        name=".".join(names), kind=WidgetKind.BUTTON, spot=spot, hint=text(_inherited(line, "/TU"))
    )
    shown_flags = int(number(entry(line[0], "/F")))
    if off_page or shown_flags & _UNSEEN or entry(line[0], "/OC") is not None:
        blank = replace(blank, is_hidden=True)
    if hasattr(resolved(entry(entry(line[0], "/AP"), "/N")), "get_data"):
        blank = replace(blank, is_drawn=True, is_painted=is_painted(line[0]))
    match kind_name:
        case "Tx":
            said = text(value)
            return replace(blank, kind=WidgetKind.TEXT, values=(said,) if said else ())
        case "Ch":
            return _choice(line, value, replace(blank, is_list=not flags & _COMBO))
        case "Sig":
            filled = ("signed",) if resolved(value) is not None else ()
            return replace(blank, kind=WidgetKind.SIGNATURE, values=filled)
        case "Btn" if not flags & _PUSH:
            kind = WidgetKind.RADIO if flags & _RADIO else WidgetKind.CHECK
            return _button(line, value, replace(blank, kind=kind))
        case _:
            return blank


def is_painted(annotation: object) -> bool:
    """Say whether the appearance of an annotation draws pictures or curves."""
    normal = resolved(entry(entry(annotation, "/AP"), "/N"))
    return hasattr(normal, "get_data") and _PAINTS.search(bytes(normal.get_data())[:_LOOKED_AT]) is not None


def _choice(line: list[object], value: object, blank: Widget) -> Widget:
    """Return a list or combo box; a value is an export value where the options have such (12.7.5.4)."""
    shown: dict[str, str] = {}
    for option in items(_inherited(line, "/Opt")):
        pair = [text(each) for each in items(option)]
        export, display = (pair[0], pair[1]) if len(pair) > 1 else (text(option), text(option))
        shown.setdefault(export, display)
    held = resolved(value)
    chosen = [text(each) for each in items(held)] if isinstance(held, list) else [text(held)]
    backwards = {display: export for export, display in shown.items()}
    values = tuple(
        each if each in shown else backwards.get(each, each) for each in chosen if each and each.strip()
    )
    return replace(
        blank,
        kind=WidgetKind.CHOICE,
        values=values,
        shown=tuple(shown.get(each, each) for each in values),
    )


def _button(line: list[object], value: object, blank: Widget) -> Widget:
    """Return a check box or one radio button: on when its state is the field's value (12.7.5.2)."""
    states = list(_on_states(line[0]))
    on = states[0] if states else ""
    current = name(value) or text(value)
    state = name(entry(line[0], "/AS"))
    exports = [text(each) for each in items(_inherited(line, "/Opt"))]
    ticked = bool(on) and (current == on if current else state == on)
    if not on:
        ticked = current not in {"", _OFF}
        on = current if ticked else ""
    answer = exports[int(on)] if on.isdecimal() and int(on) < len(exports) else on
    if current and current != _OFF and exports and current in exports and not current.isdecimal():
        ticked = answer == current
    shows = state == on if state and states else None
    return replace(blank, values=(answer,) if ticked else (), answer=answer, ticked=ticked, shows=shows)


def _on_states(annotation: object) -> Iterator[str]:
    normal = resolved(entry(resolved(entry(annotation, "/AP")), "/N"))
    if isinstance(normal, dict):
        for key in normal:
            if (state := name(key)) and state != _OFF:
                yield state


def _line(annotation: object) -> list[object]:
    """Return the widget, its field, and the fields above it."""
    line: list[object] = []
    each = annotation
    while each is not None and len(line) < DEEPEST and not any(each is one for one in line):
        line.append(each)
        each = resolved(entry(each, "/Parent"))
    return line


def _inherited(line: list[object], key: str) -> object:
    return next((found for each in line if (found := entry(each, key)) is not None), None)
