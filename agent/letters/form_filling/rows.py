"""Give a table as many rows as there are values, and some to write in."""

import re
from copy import deepcopy

from lxml import etree

from agent.domain.answers import Row
from agent.domain.forms import Field, Form
from agent.letters.form_filling.xml import controls_in, keep_with_next, tag_of, up, w

_SPARE = 2
"""Empty rows after the filled ones: a form that is nearly done need not look unfinished."""


def prepare(root: etree._Element, form: Form, asked: Field, values: tuple[Row, ...]) -> None:
    """Copy or remove rows of `asked`; given rows without values lose their table and heading.

    A template whose table was taken away stays as it is: `forms check` tells, a letter still leaves.
    """
    rows = _rows_of(root, asked)
    if not rows:
        return
    model, *others = rows
    table = up(model, "tbl")
    for each in others:
        _remove(each)
    if not values and (asked.given or form.compiled) and not asked.rows and table is not None:
        _leave_out(root, asked, table)
        return
    parent = model.getparent()
    if parent is None:
        return
    first = parent.index(model)
    for number in range(1, _wanted(form, asked, len(values))):
        copy = deepcopy(model)
        _renumber(copy, asked.id, number)
        parent.insert(first + number, copy)
    _keep_small_print(table)


def _keep_small_print(table: etree._Element | None) -> None:
    """Hold the small print below a table to its last row: alone on the next page it puzzles."""
    following = table.getnext() if table is not None else None
    if table is None or following is None or following.tag != w("p"):
        return
    if any(said.text for said in following.iter(w("t"))):
        keep_with_next(table.findall(w("tr"))[-1])


def _wanted(form: Form, asked: Field, filled: int) -> int:
    fixed = form.compiled or asked.given or any(column.given for column in asked.columns)
    if filled and fixed:
        return filled
    return max(asked.rows, filled + (_SPARE if filled else 0), 1)


def _rows_of(root: etree._Element, asked: Field) -> list[etree._Element]:
    """Return the table rows that hold cells of `asked`, lowest number first."""
    found: dict[int, etree._Element] = {}
    pattern = re.compile(rf"{re.escape(asked.id)}\.(\d{{1,4}})\.\w+")
    for control in controls_in(root):
        match = pattern.fullmatch(tag_of(control))
        row = up(control, "tr") if match else None
        if match and row is not None:
            found.setdefault(int(match[1]), row)
    return list(dict.fromkeys(found[number] for number in sorted(found)))


def _renumber(row: etree._Element, name: str, number: int) -> None:
    tags, marks = re.compile(rf"^{re.escape(name)}\.\d+\."), re.compile(rf"^_fld_{re.escape(name)}_\d+_")
    for tag in row.iter(w("tag")):
        tag.set(w("val"), tags.sub(f"{name}.{number}.", tag.get(w("val")) or ""))
    for mark in row.iter(w("bookmarkStart")):
        mark.set(w("name"), marks.sub(f"_fld_{name}_{number}_", mark.get(w("name")) or ""))
    for kept in list(row.iter(w("keepNext"))):
        _remove(kept)


def _leave_out(root: etree._Element, asked: Field, table: etree._Element) -> None:
    heading = next((m for m in root.iter(w("bookmarkStart")) if m.get(w("name")) == f"_fld_{asked.id}"), None)
    paragraph = up(heading, "p") if heading is not None else None
    if paragraph is not None:
        _remove(paragraph)
    _remove(table)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
