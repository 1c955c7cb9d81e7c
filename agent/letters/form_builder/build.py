"""Build the Word file of a form in one language from its form file."""

from xml.sax.saxutils import escape

from agent.domain.forms import Form
from agent.domain.words import Language
from agent.letters.form_builder import phrases
from agent.letters.form_builder.body import Body
from agent.letters.form_builder.layout import Layout
from agent.letters.form_builder.look import Page
from agent.letters.form_builder.package import pack
from agent.letters.form_builder.pieces import HEAD, NAMESPACES, page_field, paragraph, rule_above, run
from agent.letters.form_builder.styles import fonts, settings, styles
from agent.letters.qr import qr_png

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_FIXED = "2020-01-01T00:00:00Z"
_FOOTER_DISTANCE = 450
_FMTID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
"""The property set of custom properties (ECMA-376, part 1, 22.3)."""


def build(form: Form, layout: Layout, language: Language) -> bytes:
    """Return the .docx of `form`: the same input gives the same bytes."""
    body = Body(form, layout, language)
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations(
            ("rId1", "officeDocument", "word/document.xml"),
            ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ("rId3", "extended-properties", "docProps/app.xml"),
            ("rId4", "custom-properties", "docProps/custom.xml"),
        ),
        "word/_rels/document.xml.rels": _relations(
            ("rId1", "styles", "styles.xml"),
            ("rId2", "fontTable", "fontTable.xml"),
            ("rId3", "settings", "settings.xml"),
            ("rIdFooter", "footer", "footer1.xml"),
            ("rIdQr", "image", "media/formclerk-qr.png"),
        ),
        "word/document.xml": _document(body.xml(), body.page),
        "word/footer1.xml": _footer(form, language, body.page),
        "word/styles.xml": styles(language),
        "word/fontTable.xml": fonts(),
        "word/settings.xml": settings(language),
        "docProps/core.xml": _core(form, language),
        "docProps/app.xml": _app(),
        "docProps/custom.xml": custom("", f"{form.id}/{form.version}/{language.value}"),
    }
    whole = {name: text.encode() for name, text in parts.items()}
    whole["word/media/formclerk-qr.png"] = qr_png(f"formclerk {form.id}")
    return pack(whole)


def custom(token: str, form: str) -> str:
    """Return `docProps/custom.xml` with the token and with the form, version and language."""
    properties = "".join(
        f'<property fmtid="{_FMTID}" pid="{pid}" name="{name}">'
        f"<vt:lpwstr>{escape(text)}</vt:lpwstr></property>"
        for pid, (name, text) in enumerate((("formclerk", token), ("formclerk-form", form)), start=2)
    )
    return (
        f'{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f"{properties}</Properties>"
    )


def _document(body: str, page: Page) -> str:
    turned = ' w:orient="landscape"' if page.width > page.height else ""
    section = (
        f'<w:sectPr><w:footerReference w:type="default" r:id="rIdFooter"/>'
        f'<w:pgSz w:w="{page.width}" w:h="{page.height}"{turned}/>'
        f'<w:pgMar w:top="{page.margin}" w:right="{page.margin}" w:bottom="{page.margin}" '
        f'w:left="{page.margin}" '
        f'w:header="{_FOOTER_DISTANCE}" w:footer="{_FOOTER_DISTANCE}" w:gutter="0"/></w:sectPr>'
    )
    last = paragraph("", "FormGap") if body.endswith("</w:tbl>") else ""
    return f"{HEAD}<w:document {NAMESPACES}><w:body>{body}{last}{section}</w:body></w:document>"


def _footer(form: Form, language: Language, page: Page) -> str:
    before, rest = phrases.PAGE.in_(language).split("{page}")
    between, after = rest.split("{pages}")
    numbers = run(before) + page_field("PAGE") + run(between) + page_field("NUMPAGES") + run(after)
    tabs = (
        f'<w:tabs><w:tab w:val="center" w:pos="{page.text_width // 2}"/>'
        f'<w:tab w:val="right" w:pos="{page.text_width}"/></w:tabs>'
    )
    tab = "<w:r><w:tab/></w:r>"
    left = f"{phrases.CASE.in_(language)}  {{{{ case }}}}   {{{{ code }}}}"
    inside = run(left) + tab + run(form.title.in_(language)) + tab + numbers
    line = paragraph(inside, "FormFooter", extra=rule_above() + tabs)
    return f"{HEAD}<w:ftr {NAMESPACES}>{line}</w:ftr>"


def _content_types() -> str:
    overrides = {
        "word/document.xml": f"{_WORD}.document.main+xml",
        "word/footer1.xml": f"{_WORD}.footer+xml",
        "word/styles.xml": f"{_WORD}.styles+xml",
        "word/fontTable.xml": f"{_WORD}.fontTable+xml",
        "word/settings.xml": f"{_WORD}.settings+xml",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        "docProps/custom.xml": "application/vnd.openxmlformats-officedocument.custom-properties+xml",
    }
    parts = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides.items()
    )
    return (
        f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="png" ContentType="image/png"/>'
        f'<Default Extension="jpeg" ContentType="image/jpeg"/>{parts}</Types>'
    )


def _relations(*relations: tuple[str, str, str]) -> str:
    entries = "".join(
        f'<Relationship Id="{name}" Type="{kind if "/" in kind else f"{_OFFICE}/{kind}"}" Target="{target}"/>'
        for name, kind, target in relations
    )
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'


def _core(form: Form, language: Language) -> str:
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(form.title.in_(language))}</dc:title><dc:creator>formclerk</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{_FIXED}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{_FIXED}</dcterms:modified></cp:coreProperties>'
    )


def _app() -> str:
    return (
        f"{HEAD}<Properties "
        'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Application>formclerk</Application></Properties>"
    )
