"""What stands within the paragraphs of a Word file: text, pictures, controls; and what cannot be drawn."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO

from lxml import etree
from PIL import Image, UnidentifiedImageError

from agent.domain.words import Words
from agent.letters.form_filling.xml import W14, tag_of, w
from agent.letters.paper.model import (
    Break,
    Control,
    Count,
    Inline,
    Lack,
    Look,
    Paragraph,
    Picture,
    Tab,
    Text,
)
from agent.letters.paper.word_styles import Styles, looked, on, shaped

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_EMU = 12_700
_NEAR = 30
_DEEPEST = 20
_PIXELS = 30_000_000
_FORMATS = {"PNG", "JPEG", "GIF", "BMP", "TIFF"}

FLOATING = Words(zh="浮动的图形或文本框", en="a floating shape or text box")
OBJECT = Words(zh="嵌入的对象或旧式图形", en="an embedded object or an old-style shape")
FORMULA = Words(zh="公式", en="a formula")
NUMBERED = Words(zh="自动编号或项目符号", en="automatic numbers or bullets")
SYMBOL = Words(zh="符号字体的字符", en="a character of a symbol font")
FOOTNOTE = Words(zh="脚注、尾注或注音", en="a footnote, endnote or phonetic guide")
NESTED = Words(zh="表格中的表格", en="a table within a table")
IMAGE = Words(zh="无法显示的图片格式", en="a picture in a format that cannot be shown")
COLUMNS = Words(zh="分栏，或纸张大小不一的节", en="columns, or sections on different paper")
BLOCK = Words(zh="包住整段的内容控件", en="a control around whole paragraphs")
TURNED = Words(zh="竖排或旋转的文字", en="text that is turned or runs downwards")
EVEN = Words(zh="奇偶页不同的页眉页脚", en="other headers on even pages")
CHUNK = Words(zh="嵌入的其他文档", en="another document within this one")

_LACKS = {
    w("pict"): OBJECT,
    w("object"): OBJECT,
    w("sym"): SYMBOL,
    w("footnoteReference"): FOOTNOTE,
    w("endnoteReference"): FOOTNOTE,
    w("ruby"): FOOTNOTE,
    w("altChunk"): CHUNK,
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent": FLOATING,
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath": FORMULA,
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMathPara": FORMULA,
}
_PLAIN = {w("tab"): "\t", w("ptab"): "\t", w("noBreakHyphen"): "-"}
_THROUGH = {w(n) for n in ("hyperlink", "ins", "moveTo", "smartTag", "customXml", "dir", "bdo")}
"""What may stand around runs and changes nothing for the reader of a sheet (17.3.3, 17.13, 17.16)."""


@dataclass(slots=True)
class Part:
    """A part of the Word file while it is read."""

    styles: Styles
    pictures: Mapping[str, bytes]
    """By relation id."""
    lacks: list[Lack] = field(default_factory=list)

    def lack(self, what: Words, at: etree._Element) -> None:
        """Note that something cannot be drawn."""
        paragraph = next(at.iterancestors(w("p")), at)
        near = "".join(t.text or "" for t in paragraph.iter(w("t")))[:_NEAR]
        self.lacks.append(Lack(what=what, near=near))

    def paragraph(self, element: etree._Element) -> Paragraph:
        """Return a `w:p`."""
        properties = element.find(w("pPr"))
        named = properties.find(w("pStyle")) if properties is not None else None
        name = named.get(w("val"), "") if named is not None else ""
        shape = shaped(self.styles.paragraph(name), properties)
        numbers = properties.find(f"{w('numPr')}/{w('numId')}") if properties is not None else None
        counted = numbers.get(w("val")) != "0" if numbers is not None else self.styles.has_numbers(name)
        if counted:
            self.lack(NUMBERED, element)
        return replace(shape, inlines=tuple(_Runs(self, shape.look).read(element)))

    def picture(self, drawing: etree._Element) -> Picture | None:
        """Return the picture of a `w:drawing` within a line."""
        inline = drawing.find(f"{{{_DRAWING}}}inline")
        if inline is None:
            self.lack(FLOATING, drawing)
            return None
        extent, named = inline.find(f"{{{_DRAWING}}}extent"), inline.find(f"{{{_DRAWING}}}docPr")
        blip = next(inline.iter(_BLIP), None)
        content = self.pictures.get(blip.get(_EMBED, ""), b"") if blip is not None else b""
        if extent is None or not _is_picture(content):
            self.lack(IMAGE, drawing)
            return None
        width, height = (float(extent.get(side, "0")) / _EMU for side in ("cx", "cy"))
        return Picture(content, width, height, qr=named is not None and named.get("descr") == "formclerk-qr")


class _Runs:
    """Reads the runs of one paragraph; complex fields (17.16.18) span several of them."""

    def __init__(self, part: Part, look: Look) -> None:
        self._part = part
        self._look = look
        self._code: list[str] | None = None
        self._skipping = False

    def read(self, element: etree._Element, depth: int = 0) -> Iterator[Inline]:
        for child in element if depth < _DEEPEST else ():
            if child.tag == w("r"):
                yield from self._run(child)
            elif child.tag == w("sdt"):
                yield from self._control(child, depth)
            elif child.tag == w("fldSimple"):
                count = _count(child.get(w("instr"), ""), self._look)
                yield from (count,) if count is not None else self.read(child, depth + 1)
            elif child.tag in _THROUGH:
                yield from self.read(child, depth + 1)
            elif child.tag in _LACKS:
                self._part.lack(_LACKS[str(child.tag)], child)

    def _run(self, run: etree._Element) -> Iterator[Inline]:
        properties = run.find(w("rPr"))
        look = self._look
        if properties is not None:
            if on(properties, "vanish", otherwise=False):
                return
            named = properties.find(w("rStyle"))
            look = self._part.styles.run(look, named.get(w("val"), "")) if named is not None else look
            look = looked(look, properties)
        for child in run:
            yield from self._piece(child, look)

    def _piece(self, child: etree._Element, look: Look) -> Iterator[Inline]:
        if child.tag == w("fldChar"):
            yield from self._field(child.get(w("fldCharType"), ""), look)
        elif child.tag == w("instrText") and self._code is not None:
            self._code.append(child.text or "")
        elif self._skipping:
            return
        elif child.tag == w("t"):
            yield from (Text(child.text.replace("\n", " "), look),) if child.text else ()
        elif child.tag in {w("br"), w("cr")}:
            yield Break(look, page=child.get(w("type")) == "page")
        elif child.tag in _PLAIN:
            yield Tab(look) if _PLAIN[str(child.tag)] == "\t" else Text(_PLAIN[str(child.tag)], look)
        elif child.tag == w("drawing"):
            found = self._part.picture(child)
            yield from (found,) if found is not None else ()
        elif child.tag in _LACKS:
            self._part.lack(_LACKS[str(child.tag)], child)

    def _field(self, kind: str, look: Look) -> Iterator[Inline]:
        """Count pages anew; every other field shows the result that the file carries."""
        if kind == "begin":
            self._code = []
        elif kind == "separate":
            count = _count("".join(self._code or ()), look)
            self._code = None
            if count is not None:
                self._skipping = True
                yield count
        else:
            self._code, self._skipping = None, False

    def _control(self, element: etree._Element, depth: int) -> Iterator[Inline]:
        content, properties = element.find(w("sdtContent")), element.find(w("sdtPr"))
        path = tag_of(element)
        if content is None or properties is None:
            return
        inside = tuple(self.read(content, depth + 1))
        if not path:
            yield from inside
            return
        box = properties.find(f"{{{W14}}}checkbox/{{{W14}}}checked")
        ticked = box.get(f"{{{W14}}}val") in {"1", "true"} if box is not None else None
        listed = properties.find(w("comboBox"))
        run = content.find(f"{w('r')}/{w('rPr')}")
        look = looked(self._look, run)
        empty = properties.find(w("showingPlcHdr")) is not None or ticked is not None
        yield Control(
            path=path,
            text="" if empty else "".join(_said(each) for each in inside),
            look=look,
            ticked=ticked,
            offered=tuple(i.get(w("displayText"), "") for i in listed) if listed is not None else (),
            inside=inside,
        )


def _said(inline: Inline) -> str:
    match inline:
        case Text(words=words):
            return words
        case Break():
            return "\n"
        case Tab():
            return "\t"
        case _:
            return ""


def _count(code: str, look: Look) -> Count | None:
    name = next(iter(code.split()), "").upper()
    if name not in {"PAGE", "NUMPAGES", "SECTIONPAGES"}:
        return None
    return Count(whole=name != "PAGE", look=look)


def _is_picture(content: bytes) -> bool:
    try:
        with Image.open(BytesIO(content)) as image:
            return image.format in _FORMATS and image.width * image.height <= _PIXELS
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return False
