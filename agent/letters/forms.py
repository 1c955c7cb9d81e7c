"""Fill the Word form that a letter carries: values, rows, marks, identity.

One road for all: a blank request, a confirmation with its given fields, a form sent back with its doubtful
places marked, and the documents that we compile (tracker, record, the request with every confirmation).
"""

import re
from collections.abc import Iterator

from lxml import etree

from agent.domain.answers import Scalar, rows_of
from agent.domain.effects import FormOrder
from agent.domain.forms import Field, Form, Kind
from agent.domain.mail import Attachment
from agent.domain.sheets import Sheet
from agent.domain.words import Language, Words
from agent.letters.form_builder.package import pack
from agent.letters.form_filling import identity, marks, pictures, rows
from agent.letters.form_filling.controls import offer, put, say
from agent.letters.form_filling.names import file_name
from agent.letters.form_filling.template import DOCUMENT, template_from
from agent.letters.form_filling.tints import tint
from agent.letters.form_filling.wording import Look, clean
from agent.letters.form_filling.xml import controls_in, note, tag_of, up, w

__all__ = ["Look", "blank", "fill"]

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LONG = 400
_LONG_IN_ROW = 150
"""Characters from which a line of a form may run over the end of a page; columns of rows are narrow."""
_PLEASE_SIGN = Words(zh="请{who}在下方签字。", en="To be signed by {who}.")
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"


def fill(order: FormOrder, form: Form, template: bytes, look: Look) -> Attachment:
    """Return the form of `order` as an attachment; the same order gives the same bytes.

    Args:
        order: Which sheet, with which values, marks and signers.
        form: What the form asks.
        template: The pack's Word file, in the language of the sheet.
        look: People, secret, zone, the case's title.

    Raises:
        WillNotWork: the template is no Word file, or a template tag in it is broken.
    """
    sheet = order.sheet
    code = f"FC-{sheet.code(look.secret)}"
    root, parts = _open(form, template, sheet, code, look)
    _write(root, parts, order, form, look)
    identity.stamp(root, parts, sheet, look.secret)
    content = _close(root, parts)
    name = file_name(sheet, form.title.in_(sheet.language), look)
    return Attachment(name=name, media_type=DOCX, content=content)


def blank(form: Form, language: Language, template: bytes, look: Look) -> bytes:
    """Return `form` as an empty sheet of no case: it carries no token, only what form it is.

    Raises:
        WillNotWork: the template is no Word file, or a template tag in it is broken.
    """
    sheet = Sheet(case="", item="", form=form.id, version=form.version, language=language)
    root, parts = _open(form, template, sheet, "", look)
    _offer_departments(root, look.directory.departments())
    for asked in form.fields:
        if asked.columns:
            rows.prepare(root, form, asked, ())
    identity.unstamped(root, parts, sheet)
    return _close(root, parts)


def _open(
    form: Form, template: bytes, sheet: Sheet, code: str, look: Look
) -> tuple[etree._Element, dict[str, bytes]]:
    words = {
        "case": sheet.case or "—",
        "code": code,
        "title": form.title.in_(sheet.language),
        "project": clean(look.case_title),
    }
    parts = template_from(template).render(words)
    return etree.fromstring(parts[DOCUMENT]), parts


def _close(root: etree._Element, parts: dict[str, bytes]) -> bytes:
    _renumber(root)
    parts[DOCUMENT] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return pack(parts)


def _write(root: etree._Element, parts: dict[str, bytes], order: FormOrder, form: Form, look: Look) -> None:
    for asked in form.fields:
        if asked.columns:
            rows.prepare(root, form, asked, rows_of(order.values, asked.id))
    _offer_departments(root, look.directory.departments())
    controls = {tag_of(each): each for each in reversed(list(controls_in(root)))}
    for path, asked, value in _values(form, order):
        control = controls.get(path)
        if control is not None:
            _put(control, parts, value, asked, order, look)
            if form.compiled and isinstance(value, str):
                tint(control, value, asked)
    _show_signatures(controls, parts, order, form, look)
    _name_signers(controls, order, look)
    marks.mark(root, controls, order.marks, form, order.sheet.language)


def _values(form: Form, order: FormOrder) -> Iterator[tuple[str, Field, Scalar]]:
    for asked in form.fields:
        value = order.values.get(asked.id)
        if value is None:
            continue
        if not isinstance(value, tuple):
            if not asked.columns:
                yield asked.id, asked, value
            continue
        for number, row in enumerate(value):
            for column in asked.columns:
                if (cell := row.get(column.id)) is not None:
                    yield f"{asked.id}.{number}.{column.id}", column, cell


def _put(  # noqa: PLR0913 - the parts of one act
    control: etree._Element,
    parts: dict[str, bytes],
    value: Scalar,
    asked: Field,
    order: FormOrder,
    look: Look,
) -> None:
    if isinstance(value, str) and _DIGEST.fullmatch(value):
        picture = look.pictures.get(value)
        if picture is None or not pictures.show(control, parts, value, picture):
            say(control, "✓")
        return
    if value == "" and asked.kind is not Kind.CHECKBOX:
        return
    in_row = "." in tag_of(control)
    put(control, value, asked, order.sheet.language, look, in_row=in_row)
    if isinstance(value, str) and len(value) > (_LONG_IN_ROW if in_row else _LONG):
        _let_split(control)


def _let_split(control: etree._Element) -> None:
    """Let the row around `control` run over the end of a page: held together, it would leave one empty."""
    row = up(control, "tr")
    for whole in list(row.iter(w("cantSplit"), w("keepNext"))) if row is not None else ():
        whole.getparent().remove(whole)  # type: ignore[union-attr] # it was found within the row


def _offer_departments(root: etree._Element, departments: tuple[str, ...]) -> None:
    for control in controls_in(root):
        offer(control, departments)


def _show_signatures(
    controls: dict[str, etree._Element], parts: dict[str, bytes], order: FormOrder, form: Form, look: Look
) -> None:
    """Show in a form that is passed on who signed it, and when (`sig.SLOT`, `sig.SLOT.date`)."""
    for slot in form.slots:
        for place, kind in ((f"sig.{slot.id}", Kind.TEXT), (f"sig.{slot.id}.date", Kind.DATE)):
            value, control = order.values.get(place), controls.get(place)
            if control is not None and value is not None and not isinstance(value, tuple):
                _put(control, parts, value, Field(id=place, label=slot.label, kind=kind), order, look)


def _name_signers(controls: dict[str, etree._Element], order: FormOrder, look: Look) -> None:
    """Say above the slots who is asked to sign; not beside them, where a name would pass for a signature."""
    names: list[str] = []
    table: etree._Element | None = None
    for slot, who in order.signers.items():
        control = controls.get(f"sig.{slot}")
        found = look.directory.find(who)
        if control is not None:
            names.append(found.name if found is not None else who)
            table = up(control, "tbl") if table is None else table
    if table is not None:
        joined = ("、" if order.sheet.language is Language.ZH else ", ").join(dict.fromkeys(names))
        words = _PLEASE_SIGN.in_(order.sheet.language).format(who=clean(joined))
        table.addprevious(note(words, style="FormSmall", keep=True))


def _renumber(root: etree._Element) -> None:
    """Give every control, bookmark and drawing a number of its own: copied rows share theirs."""
    for number, control in enumerate(root.iter(w("sdt")), start=1):
        found = control.find(f"{w('sdtPr')}/{w('id')}")
        if found is not None:
            found.set(w("val"), str(number))
    ends: dict[str, list[etree._Element]] = {}
    for end in root.iter(w("bookmarkEnd")):
        ends.setdefault(end.get(w("id"), ""), []).append(end)
    for number, start in enumerate(root.iter(w("bookmarkStart")), start=1):
        waiting = ends.get(start.get(w("id"), ""))
        start.set(w("id"), str(number))
        if waiting:
            waiting.pop(0).set(w("id"), str(number))
    for number, drawing in enumerate(root.iter(_DRAWING), start=1):
        drawing.set("id", str(number))
