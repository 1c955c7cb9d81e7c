"""Word forms for tests: built from a domain form, then filled, changed and signed as people do it.

`build` makes the plainest file that keeps the conventions of the pack; everything else works on the
pack's own files just as well.
"""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import date
from functools import cache
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document
from lxml import etree
from PIL import Image, ImageDraw

from agent.domain.forms import Choice, Field, Form, Kind, SignatureKind, Slot
from agent.domain.mail import address
from agent.domain.people import Directory, Person, Role
from agent.domain.sheets import Sheet
from agent.domain.words import Language, Words
from parsers.known import Known

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
SECRET = b"a secret for tests only"
TODAY = date(2026, 3, 2)

_YES_NO = (
    Choice(value="project", label=Words(zh="重大项目推进", en="Major project")),
    Choice(value="emergency", label=Words(zh="紧急问题处理", en="Emergency")),
)


def _field(name: str, zh: str, en: str, kind: Kind = Kind.TEXT, **more: object) -> Field:
    hint = Words(zh=f"请填写{zh}", en=f"Please give: {en}")
    return Field(id=name, label=Words(zh=zh, en=en), kind=kind, hint=hint, **more)  # type: ignore[arg-type]


REQUEST = Form(
    id="request",
    version=3,
    title=Words(zh="多部门协同需求申请表", en="Cross-department collaboration request"),
    instruction=Words(zh="请逐项填写。", en="Fill in every field."),
    fields=(
        _field("project_name", "项目名称", "Project name", required=True),
        _field("profile", "协同场景", "Kind of work", Kind.CHOICE, choices=_YES_NO),
        _field("department", "发起部门", "Initiating department", Kind.DEPARTMENT),
        _field("date", "申请日期", "Date of request", Kind.DATE),
        _field("kickoff", "期望启动会时间", "Preferred kickoff", Kind.DATETIME),
        _field("budget", "预算（万元）", "Budget", Kind.NUMBER),
        _field("liaison", "需求对接人", "Liaison", Kind.PERSON),
        _field("informed", "抄送", "Informed", Kind.PERSON, several=True),
        _field("urgent", "是否加急", "Urgent", Kind.CHECKBOX),
        _field("background", "协同背景", "Background", lines=4),
        _field(
            "departments",
            "协同部门及需求",
            "Departments and what is asked",
            Kind.ROWS,
            rows=3,
            columns=(
                _field("department", "协同部门", "Department", Kind.DEPARTMENT),
                _field("asked", "需求内容", "What is asked"),
                _field("due", "完成时间", "Due", Kind.DATE),
            ),
        ),
    ),
    slots=(
        Slot(
            id="initiating_head",
            label=Words(zh="发起部门负责人签字", en="Head of the initiating department"),
            accepts=frozenset(SignatureKind),
        ),
    ),
)

SUMMARY = Form(
    id="summary",
    version=1,
    title=Words(zh="协同作业总结报告", en="Summary report"),
    instruction=Words.same("…"),
    fields=(_field("highlights", "亮点", "Highlights"), _field("figures", "数据", "Figures")),
)

PEOPLE = Directory(
    (
        Person(
            name="李娜",
            address=address("li.na@example.com"),
            department="研发部",
            roles=frozenset({Role.HEAD}),
        ),
        Person(name="张伟", address=address("zhang.wei@example.com"), department="研发部"),
        Person(name="张伟", address=address("zhang.wei2@example.com"), department="市场部"),
        Person(name="王芳", address=address("wang.fang@example.com"), department="市场部"),
        Person(
            name="Peter Smith",
            address=address("peter.smith@example.com"),
            department="Quality",
            language=Language.EN,
        ),
    )
)

SHEET = Sheet(case="XT-2026-0001", item="request//1", form="request", version=3, language=Language.ZH)


def known(*forms: Form, today: date = TODAY) -> Known:
    """Return what a reader knows: the given forms, or both of this module."""
    all_forms = forms or (REQUEST, SUMMARY)
    return Known(forms={f.id: f for f in all_forms}, directory=PEOPLE, secret=SECRET, today=today)


@cache
def build(form: Form = REQUEST, language: Language = Language.ZH, sheet: Sheet | None = SHEET) -> bytes:
    """Return an empty form as a Word file, with the identity of `sheet`."""
    document = Document()
    body = document.element.body
    numbers = iter(range(1, 10_000))
    parts = [_paragraph(_run(form.title.in_(language)))]
    if sheet is not None:
        token = _run(sheet.token(SECRET), "<w:vanish/>")
        parts.append(_paragraph(_bookmarked("_fc_token", next(numbers), token)))
    lines = [
        _row(_label(f, language), _control(f, f.id, language, numbers))
        for f in form.fields
        if f.kind is not Kind.ROWS
    ]
    parts.append(_table(lines))
    for each in form.fields:
        if each.kind is Kind.ROWS:
            parts.append(_paragraph(_run(each.label.in_(language))))
            head = _row(*(_run(c.label.in_(language)) for c in each.columns))
            rows = [
                _row(*(_control(c, f"{each.id}.{n}.{c.id}", language, numbers) for c in each.columns))
                for n in range(each.rows)
            ]
            parts.append(_table([head, *rows]))
    slots = [_row(_run(s.label.in_(language)), _slot(s, language, numbers)) for s in form.slots]
    parts.append(_table(slots) if slots else "")
    wrapped = etree.fromstring(f"<x {_SPACES}>{''.join(parts)}</x>")
    for at, child in enumerate(list(wrapped)):
        body.insert(at, child)
    if sheet is not None:
        footer = document.sections[0].footer.paragraphs[0]
        footer.text = f"{sheet.case}  FC-{sheet.code(SECRET)}"
    buffer = BytesIO()
    document.save(buffer)
    properties = {"formclerk": sheet.token(SECRET)} if sheet is not None else {}
    return with_properties(buffer.getvalue(), properties)


def fill(content: bytes, values: Mapping[str, str]) -> bytes:
    """Fill controls by tag as Word does: the words replace the placeholder, `☑` ticks a box."""

    def filled(root: etree._Element) -> None:
        left = dict(values)
        for control in root.iter(f"{W}sdt"):
            tag = tag_of(control)
            if tag in left:
                put(control, left.pop(tag))
        assert not left, f"the form has no {sorted(left)}"

    return edited(content, filled)


def put(control: etree._Element, words: str) -> None:
    """Write `words` into one control; line breaks become soft breaks."""
    properties = control.find(f"{W}sdtPr")
    assert properties is not None
    for flag in properties.findall(f"{W}showingPlcHdr"):
        properties.remove(flag)
    checked = properties.find("{*}checkbox/{*}checked")
    if checked is not None:
        checked.set("{http://schemas.microsoft.com/office/word/2010/wordml}val", str(int(words == "☑")))
    inside = control.find(f"{W}sdtContent")
    assert inside is not None
    for child in list(inside):
        inside.remove(child)
    inside.append(element(_run(words)))


def tag_of(control: etree._Element) -> str:
    """Return the tag of a control, empty when it has none."""
    tag = control.find(f"{W}sdtPr/{W}tag")
    return str(tag.get(f"{W}val", "")) if tag is not None else ""


def control_of(root: etree._Element, tag: str) -> etree._Element:
    """Return the first control with `tag`."""
    return next(each for each in root.iter(f"{W}sdt") if tag_of(each) == tag)


def cell_of(inner: etree._Element) -> etree._Element:
    """Return the table cell around an element."""
    return next(inner.iterancestors(f"{W}tc"))


def row_of(inner: etree._Element) -> etree._Element:
    """Return the table row around an element."""
    return next(inner.iterancestors(f"{W}tr"))


def edited(
    content: bytes, edit: Callable[[etree._Element], object], part: str = "word/document.xml"
) -> bytes:
    """Return the file after `edit` has changed one of its parts in place."""
    with ZipFile(BytesIO(content)) as archive:
        root = etree.fromstring(archive.read(part))
    edit(root)
    return replaced(
        content, {part: etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)}
    )


def replaced(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Return the file with parts exchanged or added."""
    buffer = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(buffer, "w", ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in parts:
                new.writestr(info, old.read(info))
        for name, data in parts.items():
            new.writestr(name, data)
    return buffer.getvalue()


def with_properties(content: bytes, properties: Mapping[str, str]) -> bytes:
    """Return the file with these custom properties (docProps/custom.xml)."""
    items = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{pid}" name="{name}">'
        f"<vt:lpwstr>{text}</vt:lpwstr></property>"
        for pid, (name, text) in enumerate(properties.items(), start=2)
    )
    custom = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        f'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{items}</Properties>'
    )
    types = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
    out = replaced(content, {"docProps/custom.xml": custom.encode()})
    out = edited(
        out,
        lambda root: root.append(
            etree.Element(
                root.tag.replace("Types", "Override"), PartName="/docProps/custom.xml", ContentType=types
            )
        ),
        "[Content_Types].xml",
    )
    return edited(
        out,
        lambda root: root.append(
            etree.Element(
                _sibling(root, "Relationship"),
                Id="rIdCustom",
                Type=relation,
                Target="docProps/custom.xml",
            )
        ),
        "_rels/.rels",
    )


def without_controls(content: bytes) -> bytes:
    """Return the file as programs leave it that know no controls: their contents stay."""

    def unwrap(root: etree._Element) -> None:
        for control in list(root.iter(f"{W}sdt")):
            inside = control.find(f"{W}sdtContent")
            parent = control.getparent()
            assert inside is not None
            assert parent is not None
            for child in list(inside):
                control.addprevious(child)
            parent.remove(control)

    return edited(content, unwrap)


def without_bookmarks(content: bytes) -> bytes:
    """Return the file without its bookmarks."""

    def strip(root: etree._Element) -> None:
        etree.strip_elements(root, f"{W}bookmarkStart", f"{W}bookmarkEnd")

    return edited(content, strip)


def retyped(form: Form, values: Mapping[str, str], language: Language = Language.ZH) -> bytes:
    """Return a form that somebody typed anew: labels and words in a table, nothing else."""
    document = Document()
    document.add_paragraph(form.title.in_(language))
    table = document.add_table(rows=0, cols=2)
    for each in form.fields:
        if each.kind is not Kind.ROWS:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = each.label.in_(language), values.get(each.id, "")
    for slot in form.slots:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = slot.label.in_(language), values.get(f"sig.{slot.id}", "")
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def signature_png(width: int = 300, height: int = 120) -> bytes:
    """Return a picture with a scribble on white."""
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).line(
        [(x, height // 2 + (x * 7 % 41) - 20) for x in range(10, width - 10, 9)], fill="navy", width=3
    )
    return png(image)


def png(image: Image.Image) -> bytes:
    """Return the image as PNG."""
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def with_picture(
    content: bytes,
    into: Callable[[etree._Element], etree._Element],
    picture: bytes,
    *,
    floating: bool = False,
    name: str = "Picture 1",
) -> bytes:
    """Insert a picture into the paragraph that `into` finds, inline or floating over the page."""
    relation = f"rIdPic{name.replace(' ', '')}"
    out = edited(
        content,
        lambda root: root.append(
            etree.Element(
                _sibling(root, "Relationship"),
                Id=relation,
                Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image",
                Target=f"media/{relation}.png",
            )
        ),
        "word/_rels/document.xml.rels",
    )
    out = replaced(out, {f"word/media/{relation}.png": picture})

    def insert(root: etree._Element) -> None:
        into(root).append(element(drawing(relation, floating=floating, name=name)))

    def declare(root: etree._Element) -> None:
        if not any(each.get("Extension") == "png" for each in root):
            root.insert(
                0,
                etree.Element(root.tag.replace("Types", "Default"), Extension="png", ContentType="image/png"),
            )

    return edited(edited(out, insert), declare, "[Content_Types].xml")


def slot_paragraph(slot: str = "initiating_head") -> Callable[[etree._Element], etree._Element]:
    """Return a finder of the paragraph inside a signature slot."""

    def find(root: etree._Element) -> etree._Element:
        paragraph = cell_of(control_of(root, f"sig.{slot}")).find(f"{W}p")
        assert paragraph is not None
        return paragraph

    return find


def drawing(relation: str, *, floating: bool, name: str) -> str:
    """Return a run with a picture."""
    inside = (
        f'<wp:extent cx="1800000" cy="720000"/>{{wrap}}<wp:docPr id="77" name="{name}"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:pic><pic:nvPicPr><pic:cNvPr id="77" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'
        '<a:off x="0" y="0"/><a:ext cx="1800000" cy="720000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>"
    )
    if floating:
        position = (
            '<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>0</wp:posOffset>'
            '</wp:positionH><wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset>'
            "</wp:positionV>"
        )
        body = (
            '<wp:anchor simplePos="0" relativeHeight="2" behindDoc="0" locked="0" layoutInCell="1" '
            f'allowOverlap="1">{position}{inside.format(wrap="<wp:wrapNone/>")}</wp:anchor>'
        )
    else:
        body = f"<wp:inline>{inside.format(wrap='')}</wp:inline>"
    return f"<w:r><w:drawing>{body}</w:drawing></w:r>"


def _sibling(root: etree._Element, name: str) -> str:
    return f"{root.tag.rpartition('}')[0]}}}{name}"


def element(xml: str) -> etree._Element:
    """Return one element from XML that uses the usual prefixes."""
    return deepcopy(etree.fromstring(f"<x {_SPACES}>{xml}</x>")[0])


def _run(text: str, properties: str = "") -> str:
    pieces = "<w:br/>".join(f'<w:t xml:space="preserve">{_escaped(each)}</w:t>' for each in text.split("\n"))
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{pieces}</w:r>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _paragraph(inside: str) -> str:
    return f"<w:p>{inside}</w:p>"


def _bookmarked(name: str, number: int, inside: str) -> str:
    start = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'
    return f'{start}{inside}<w:bookmarkEnd w:id="{number}"/>'


def _label(field: Field, language: Language) -> str:
    return _run(f"{field.label.in_(language)}{' *' if field.required else ''}")


def _control(field: Field, tag: str, language: Language, numbers: Iterator[int]) -> str:
    number = next(numbers)
    placeholder = "<w:showingPlcHdr/>"
    hint = field.hint.in_(language) if field.hint else "…"
    match field.kind:
        case Kind.CHECKBOX:
            placeholder, hint = "", "☐"
            nature = '<w14:checkbox><w14:checked w14:val="0"/></w14:checkbox>'
        case Kind.CHOICE:
            items = "".join(
                f'<w:listItem w:displayText="{c.label.in_(language)}" w:value="{c.value}"/>'
                for c in field.choices
            )
            nature = f"<w:dropDownList>{items}</w:dropDownList>"
        case Kind.DATE:
            nature = '<w:date><w:dateFormat w:val="yyyy-MM-dd"/></w:date>'
        case _:
            nature = '<w:text w:multiLine="1"/>'
    control = (
        f'<w:sdt><w:sdtPr><w:tag w:val="{tag}"/><w:id w:val="{number}"/>{placeholder}{nature}</w:sdtPr>'
        f"<w:sdtContent>{_run(hint)}</w:sdtContent></w:sdt>"
    )
    return _bookmarked(f"_fld_{tag.replace('.', '_')}", number, control)


def _slot(slot: Slot, language: Language, numbers: Iterator[int]) -> str:
    number = next(numbers)
    hint = Words(zh="在此签字", en="Sign here").in_(language)
    control = (
        f'<w:sdt><w:sdtPr><w:tag w:val="sig.{slot.id}"/><w:id w:val="{number}"/><w:showingPlcHdr/>'
        f"</w:sdtPr><w:sdtContent>{_run(hint)}</w:sdtContent></w:sdt>"
    )
    return _bookmarked(f"_sig_{slot.id}", number, control)


def _row(*cells: str) -> str:
    inside = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/></w:tcPr>{_paragraph(c)}</w:tc>' for c in cells
    )
    return f"<w:tr>{inside}</w:tr>"


def _table(rows: list[str]) -> str:
    borders = '<w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
    return f"<w:tbl>{borders}<w:tblGrid/>{''.join(rows)}</w:tbl><w:p/>"
