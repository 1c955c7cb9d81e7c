"""Drawn PDFs and what pypdf reads in them, for the tests of paper."""

from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
from pypdf import PdfReader

from agent.domain.answers import Values
from agent.domain.forms import Field, Form, Kind
from agent.domain.pdf_names import path_of
from agent.domain.words import Language
from agent.letters.paper.draw import draw
from tests.unit.forms.filled import SECRET, everything, filled, form_of, order


def drawn(name: str, language: Language, values: Values | None = None, *, embed: bool = True) -> bytes:
    """Return the PDF of a filled shipped form."""
    sheet = order(name, language, values).sheet
    return draw(filled(name, language, values), form_of(name), sheet, SECRET, embed=embed)


@cache
def drawn_full(name: str, language: Language) -> bytes:
    """Return the PDF of a shipped form with a value in every place."""
    return drawn(name, language, everything(form_of(name), rows=2))


def fields(pdf: bytes) -> dict[str, Any]:
    """Return the terminal fields by their path, as pypdf reads them."""
    found = PdfReader(BytesIO(pdf)).get_fields() or {}
    return {path_of(name): field for name, field in found.items() if field.get("/FT") is not None}


def widths(pdf: bytes) -> dict[str, tuple[float, float]]:
    """Return width and size of type, in points, of every place whose `DA` names a size: one line is typed."""
    found = {}
    with pikepdf.open(BytesIO(pdf)) as opened:
        for page in opened.pages:
            for widget in page.get("/Annots", []):
                font, size, *_ = str(widget.get("/DA", "/None 0")).split()
                if font != "/ZaDb" and float(size):
                    left, _, right, _ = (float(each) for each in widget.Rect)
                    found[path_of(_name(widget))] = right - left, float(size)
    return found


def _name(node: pikepdf.Object) -> str:
    own = [str(node.T)] if "/T" in node else []
    return ".".join(([_name(node.Parent)] if "/Parent" in node else []) + own)


def value_of(field: Any) -> str:  # noqa: ANN401 - pypdf's own values
    """Return the value of a field as text; names without their slash."""
    return str(field.get("/V", "")).removeprefix("/")


def wanted(form: Form, rows: dict[str, int]) -> dict[str, str]:
    """Return the paths that the PDF of `form` must have, with the AcroForm type of each.

    Args:
        form: The form.
        rows: How many rows each field of rows shows.
    """
    found: dict[str, str] = {}
    for each in form.fields:
        for number in range(rows.get(each.id, 0)):
            found |= {
                f"{each.id}.{number}.{c.id}": _type(c, in_row=True)
                for c in each.columns
                if not (c.given or each.given)
            }
        if not each.columns and not each.given:
            found[each.id] = _type(each, in_row=False)
    for slot in form.slots:
        found |= {f"sig.{slot.id}": "/Sig", f"sig.{slot.id}.date": "/Tx"}
    return found


def _type(field: Field, *, in_row: bool) -> str:
    match field.kind:
        case Kind.CHECKBOX:
            return "/Btn"
        case Kind.CHOICE:
            return "/Ch" if in_row else "/Btn"
        case Kind.DEPARTMENT if not field.several:
            return "/Ch"
        case _:
            return "/Tx"
