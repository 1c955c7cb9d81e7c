"""The smallest pieces of WordprocessingML (ECMA-376, part 1, 17): runs, paragraphs, cells, rows, tables."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from agent.letters.form_builder.look import LINE

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" mc:Ignorable="w14"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def attr(text: str) -> str:
    """Return `text` quoted as the value of an attribute."""
    return quoteattr(text)


def run(text: str, properties: str = "") -> str:
    """Return a run of text; `properties` are elements of `w:rPr`."""
    inside = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{inside}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def page_field(name: str) -> str:
    """Return a complex field such as PAGE or NUMPAGES, showing 1 until Word counts."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {name} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def paragraph(inside: str, style: str, *, keep: bool = False, extra: str = "") -> str:
    """Return a paragraph in `style`; `keep` holds it to the next one."""
    kept = "<w:keepNext/>" if keep else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{kept}{extra}</w:pPr>{inside}</w:p>'


def bookmarked(name: str, number: int, inside: str) -> str:
    """Return `inside` within a bookmark; a name that begins with _ is hidden in Word's list."""
    return f'<w:bookmarkStart w:id="{number}" w:name={attr(name)}/>{inside}<w:bookmarkEnd w:id="{number}"/>'


def cell(inside: str, width: int, *, span: int = 1, shade: str = "", middle: bool = True) -> str:
    """Return a table cell around whole paragraphs."""
    spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    shaded = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
    upright = '<w:vAlign w:val="center"/>' if middle else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spans}{shaded}{upright}</w:tcPr>{inside}</w:tc>'
    )


def row(cells: Sequence[str], *, height: int = 0, header: bool = False) -> str:
    """Return a table row that never splits; a header row repeats on each page."""
    tall = f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height else ""
    repeats = "<w:tblHeader/>" if header else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{tall}{repeats}</w:trPr>{''.join(cells)}</w:tr>"


def table(rows: Sequence[str], widths: Sequence[int], *, lined: bool = True) -> str:
    """Return a table of fixed column widths, with or without lines."""
    style = "FormGrid" if lined else "FormPlain"
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="0000"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def rule_above() -> str:
    """Return a thin line above a paragraph."""
    return f'<w:pBdr><w:top w:val="single" w:sz="4" w:space="4" w:color="{LINE}"/></w:pBdr>'
