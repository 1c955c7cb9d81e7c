"""Mark doubtful places: the cell is shaded, and a line beside it says what is expected."""

from collections.abc import Mapping, Sequence
from copy import deepcopy

from lxml import etree

from agent.domain.forms import Form, Slot
from agent.domain.problems import Problem
from agent.domain.words import Language
from agent.letters.form_builder.look import DOUBT
from agent.letters.form_filling.wording import clean
from agent.letters.form_filling.xml import keep_with_next, note, shade, up, w

_SIGN = "▲ "
_COLON = {Language.ZH: "：", Language.EN: ": "}


def mark(
    root: etree._Element,
    controls: Mapping[str, etree._Element],
    problems: Sequence[Problem],
    form: Form,
    language: Language,
) -> None:
    """Shade the place of each problem and say below the line, or below the table of rows, what is wrong.

    Never in the same cell: whoever reads a form by its labels would take the note for the answer.
    """
    for problem in problems:
        place = _place(controls, problem.field, form, root)
        words = _SIGN + _said(problem, form, language)
        if place is None:
            _at_the_top(root, words)
            continue
        cell, row = up(place, "tc"), up(place, "tr")
        if cell is not None and _slot(problem.field, form) is None:
            shade(cell, DOUBT)  # a slot stays white: colour in it would pass for ink on a scan
        if row is None:
            paragraph = place if place.tag == w("p") else up(place, "p")
            if paragraph is not None:
                _after(paragraph, note(words))
        elif "." in problem.field and not problem.field.startswith("sig."):
            table = up(row, "tbl")
            if table is not None:
                _after(table, note(words))
        else:
            keep_with_next(row)
            _after(row, _line(row, words))


def _said(problem: Problem, form: Form, language: Language) -> str:
    said = clean(problem.say.in_(language))
    if not problem.field:
        return said
    slot = _slot(problem.field, form)
    label = slot.label if slot is not None else form.label_of(problem.field)
    return f"{label.in_(language)}{_COLON[language]}{said}"


def _slot(path: str, form: Form) -> Slot | None:
    """Return the signature slot that `path` means: a given field of the same id is never the problem."""
    asked = form.field(path)
    if asked is not None and not asked.given:
        return None
    return next((s for s in form.slots if s.id == path.removeprefix("sig.")), None)


def _place(
    controls: Mapping[str, etree._Element], path: str, form: Form, root: etree._Element
) -> etree._Element | None:
    if not path:
        return None
    slot = _slot(path, form)
    tag = f"sig.{slot.id}" if slot is not None else path
    if tag in controls:
        return controls[tag]
    asked = form.field(path.partition(".")[0])
    if asked is None or not asked.columns:
        return None
    name = f"_fld_{asked.id}"
    heading = next((m for m in root.iter(w("bookmarkStart")) if m.get(w("name")) == name), None)
    return up(heading, "p") if heading is not None else None


def _line(row: etree._Element, words: str) -> etree._Element:
    """Return a row over the whole width of the table."""
    cells = row.findall(w("tc"))
    width, span = 0, 0
    for cell in cells:
        wide, spans = cell.find(f"{w('tcPr')}/{w('tcW')}"), cell.find(f"{w('tcPr')}/{w('gridSpan')}")
        width += _number(wide, "w", 0)
        span += _number(spans, "val", 1)
    line = etree.Element(w("tr"))
    properties = row.find(w("trPr"))
    if properties is not None:
        kept = deepcopy(properties)
        for height in kept.findall(w("trHeight")):
            kept.remove(height)
        line.append(kept)
    cell = etree.SubElement(line, w("tc"))
    inside = etree.SubElement(cell, w("tcPr"))
    whole = etree.SubElement(inside, w("tcW"))
    whole.set(w("w"), str(width))
    whole.set(w("type"), "dxa")
    etree.SubElement(inside, w("gridSpan")).set(w("val"), str(span))
    shade(cell, DOUBT)
    cell.append(note(words))
    return line


def _number(element: etree._Element | None, name: str, otherwise: int) -> int:
    text = element.get(w(name), "") if element is not None else ""
    return int(text) if text.isdigit() else otherwise


def _at_the_top(root: etree._Element, words: str) -> None:
    body = root.find(w("body"))
    if body is not None:
        body.insert(1 if len(body) and body[0].tag == w("tbl") else 0, note(words))


def _after(element: etree._Element, new: etree._Element) -> None:
    """Insert `new` after `element` and after the notes that already follow it."""
    place = element
    while (following := place.getnext()) is not None and _is_note(following):
        place = following
    place.addnext(new)


def _is_note(element: etree._Element) -> bool:
    style = next(element.iter(w("pStyle")), None)
    return style is not None and style.get(w("val")) == "FormNote"
