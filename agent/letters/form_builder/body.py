"""The body of a form: title block, fields, rows, signatures."""

from collections.abc import Iterator

from agent.domain.forms import Field, Form, Kind
from agent.domain.words import Language
from agent.letters.form_builder import phrases
from agent.letters.form_builder.controls import Controls, bookmark_of
from agent.letters.form_builder.layout import Layout
from agent.letters.form_builder.look import (
    ALARM,
    LANDSCAPE,
    PORTRAIT,
    QR_EMU,
    SIGNATURE_HEIGHT,
    SOFT,
    Page,
    shares,
)
from agent.letters.form_builder.pieces import attr, bookmarked, cell, paragraph, row, run, table

_LABEL_SHARE = 0.17
_LINE_HEIGHT = 320
_ROW_HEIGHT = 400
_QR_CELL = 1560


class Body:
    """Writes the body of one form in one language."""

    def __init__(self, form: Form, layout: Layout, language: Language) -> None:
        self._form = form
        self._layout = layout
        self._language = language
        self._page = LANDSCAPE if layout.landscape else PORTRAIT
        self._controls = Controls(language)

    @property
    def page(self) -> Page:
        """Return the sheet of paper that the form is printed on."""
        return self._page

    def xml(self) -> str:
        """Return the whole body, without its section."""
        return "".join([self._head(), *self._fields(), *self._slots()])

    def _head(self) -> str:
        token = bookmarked(
            "_fc_token", self._controls.number(), run("", "<w:vanish/>").replace("></w:t>", "> </w:t>")
        )
        text = (
            paragraph(run(self._form.title.in_(self._language)) + token, "FormTitle", keep=True)
            + paragraph(run(f"{phrases.CASE.in_(self._language)}  {{{{ case }}}}"), "FormCase", keep=True)
            + paragraph(run(self._form.instruction.in_(self._language)), "FormInstruction", keep=True)
        )
        widths = (self._page.text_width - _QR_CELL, _QR_CELL)
        qr = paragraph(_qr(self._controls.number()), "FormQr")
        cells = (cell(text, widths[0]), cell(qr, widths[1], middle=False))
        return table([row(cells)], widths, lined=False) + paragraph("", "FormGap")

    def _fields(self) -> Iterator[str]:
        waiting: list[str] = []
        right = set(self._layout.pairs.values())
        for each in self._form.fields:
            heading = self._layout.parts.get(each.id)
            if (heading or each.kind is Kind.ROWS) and waiting:
                yield self._sheet(waiting)
                waiting = []
            if heading:
                yield paragraph(run(heading.in_(self._language)), "FormPart", keep=True)
            if each.kind is Kind.ROWS:
                yield self._rows(each)
            elif each.id not in right:
                waiting.append(self._line(each))
        if waiting:
            yield self._sheet(waiting)

    def _sheet(self, lines: list[str]) -> str:
        return table(lines, self._widths()) + paragraph("", "FormGap")

    def _widths(self) -> tuple[int, ...]:
        share = _LABEL_SHARE if self._page is PORTRAIT else _LABEL_SHARE * 0.75
        return shares(self._page.text_width, (share, 0.5 - share, share, 0.5 - share))

    def _line(self, asked: Field) -> str:
        label, left, other_label, other_left = self._widths()
        partner = self._form.field(self._layout.pairs.get(asked.id, ""))
        lines = max(asked.lines, partner.lines if partner else 1)
        height = _ROW_HEIGHT + (lines - 1) * _LINE_HEIGHT
        if partner is None:
            wide = left + other_label + other_left
            cells = [self._label(asked, label), self._value(asked, asked.id, wide, span=3)]
        else:
            cells = [
                self._label(asked, label),
                self._value(asked, asked.id, left),
                self._label(partner, other_label),
                self._value(partner, partner.id, other_left),
            ]
        return row(cells, height=height)

    def _label(self, asked: Field, width: int) -> str:
        inside = self._labelled(asked)
        return cell(paragraph(inside, "FormLabel"), width, shade=SOFT)

    def _labelled(self, asked: Field) -> str:
        star = run(phrases.REQUIRED, f'<w:color w:val="{ALARM}"/>') if asked.required else ""
        return run(asked.label.in_(self._language)) + star

    def _value(self, asked: Field, tag: str, width: int, *, span: int = 1) -> str:
        return cell(paragraph(self._controls.of(asked, tag), "FormValue"), width, span=span)

    def _rows(self, asked: Field) -> str:
        weights = self._layout.widths.get(asked.id) or (1.0,) * len(asked.columns)
        widths = shares(self._page.text_width, weights)
        heading = bookmarked(bookmark_of(asked.id), self._controls.number(), self._labelled(asked))
        head = row(
            [
                cell(paragraph(self._labelled(c), "FormRowHead", keep=True), w, shade=SOFT)
                for c, w in zip(asked.columns, widths, strict=True)
            ],
            header=True,
        )
        rows = [self._row(asked, number, widths) for number in range(max(asked.rows, 1))]
        after = "" if asked.given or _fixed(asked) else phrases.ADD_ROWS.in_(self._language)
        return (
            paragraph(heading, "FormRowsLabel", keep=True)
            + table([head, *rows], widths)
            + (paragraph(run(after), "FormSmall") if after else paragraph("", "FormGap"))
        )

    def _row(self, asked: Field, number: int, widths: tuple[int, ...]) -> str:
        cells = [
            cell(
                paragraph(
                    self._controls.of(c, f"{asked.id}.{number}.{c.id}", in_row=True),
                    "FormTick" if c.kind is Kind.CHECKBOX else "FormRowValue",
                    keep=number == 0,
                ),
                w,
            )
            for c, w in zip(asked.columns, widths, strict=True)
        ]
        return row(cells, height=_ROW_HEIGHT)

    def _slots(self) -> Iterator[str]:
        if not self._form.slots:
            return
        widths = shares(self._page.text_width, (2.4, 4.4, 0.9, 2.3))
        rows = []
        for number, slot in enumerate(self._form.slots):
            keep = number < len(self._form.slots) - 1
            cells = [
                cell(
                    paragraph(run(slot.label.in_(self._language)), "FormLabel", keep=keep),
                    widths[0],
                    shade=SOFT,
                ),
                cell(paragraph(self._controls.signature(slot), "FormValue"), widths[1]),
                cell(paragraph(run(phrases.DATE.in_(self._language)), "FormLabel"), widths[2], shade=SOFT),
                cell(paragraph(self._controls.signature_date(slot), "FormValue"), widths[3]),
            ]
            rows.append(row(cells, height=SIGNATURE_HEIGHT))
        yield paragraph(run(phrases.SIGNATURES.in_(self._language)), "FormRowsLabel", keep=True)
        yield table(rows, widths)


def _fixed(asked: Field) -> bool:
    """Say whether we decide which rows there are: people fill them in but add none."""
    return any(column.given for column in asked.columns)


def _qr(number: int) -> str:
    return (
        '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{QR_EMU}" cy="{QR_EMU}"/>'
        f'<wp:docPr id="{number}" name={attr("formclerk-qr")} descr={attr("formclerk-qr")}/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        "<pic:pic><pic:nvPicPr>"
        f'<pic:cNvPr id="{number}" name="formclerk-qr" descr="formclerk-qr"/><pic:cNvPicPr/></pic:nvPicPr>'
        '<pic:blipFill><a:blip r:embed="rIdQr"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{QR_EMU}" cy="{QR_EMU}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )
