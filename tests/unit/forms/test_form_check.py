"""`forms check`: silent about style, clear about what broke."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.shared import Pt, RGBColor
from lxml import etree

from agent.domain.words import Language
from agent.letters.form_builder.build import build
from agent.letters.form_builder.layout import layout_from
from agent.letters.form_builder.package import pack, unpack
from agent.letters.form_check import check
from agent.letters.form_filling.xml import controls_in, tag_of, w
from agent.letters.forms import fill
from agent.packs import layout_of
from tests.unit.forms.filled import EVERY, FOLDER, LOOK, form_of, order, said, word, words_of


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_shipped_files_agree(name: str, language: Language) -> None:
    """Word file and form file say the same."""
    assert check(form_of(name), language, word(name, language)) == ()


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_shipped_files_are_what_the_builder_makes(name: str, language: Language) -> None:
    """`forms build` twice gives the same bytes, and they are the ones in the pack."""
    made = build(form_of(name), layout_from(layout_of(FOLDER, name)), language)
    assert made == word(name, language)
    with ZipFile(BytesIO(made)) as archive:
        assert archive.namelist()[0] == "[Content_Types].xml"


def _restyle(document: WordDocument) -> None:
    for style in document.styles:
        if style.name and style.name.startswith("Form "):
            style.font.size = Pt(13)
            style.font.name = "KaiTi"
            style.font.color.rgb = RGBColor(0x80, 0, 0x40)
    rows = document.tables[1].rows
    rows[0]._tr.addprevious(rows[3]._tr)
    document.paragraphs[0].insert_paragraph_before("某某集团")
    document.sections[0].header.paragraphs[0].text = "内部资料 {{ project }}"


def test_a_restyled_file_agrees_and_is_filled() -> None:
    """Company staff may change fonts, colours, logo and the order of rows."""
    changed = _changed("request", _restyle)
    assert check(form_of("request"), Language.ZH, changed) == ()
    content = fill(order("request", Language.ZH, {"goals": "甲"}), form_of("request"), changed, LOOK).content
    assert said(content)["goals"] == "甲"
    with ZipFile(BytesIO(content)) as archive:
        header = next(n for n in archive.namelist() if n.startswith("word/header"))
        assert "内部资料 网关上市" in words_of(etree.fromstring(archive.read(header)))


def _without_control(root: etree._Element) -> None:
    control = _control(root, "goals")
    control.getparent().remove(control)  # type: ignore[union-attr] # a control has a parent


def _doubled(root: etree._Element) -> None:
    tag = _control(root, "goals").find(f"{w('sdtPr')}/{w('tag')}")
    assert tag is not None
    tag.set(w("val"), "background")


def _unknown(root: etree._Element) -> None:
    tag = _control(root, "departments.2.asked").find(f"{w('sdtPr')}/{w('tag')}")
    assert tag is not None
    tag.set(w("val"), "departments.2.budget")


def _unmarked(root: etree._Element) -> None:
    for mark in root.iter(w("bookmarkStart")):
        if mark.get(w("name")) in {"_fld_goals", "_fc_token"}:
            mark.set(w("name"), "gone")


def _reworded(root: etree._Element) -> None:
    for text in root.iter(w("t")):
        if text.text == "协同目标":
            text.text = "我们的目标"


def _fewer_choices(root: etree._Element) -> None:
    item = next(_control(root, "profile").iter(w("listItem")))
    item.getparent().remove(item)  # type: ignore[union-attr] # an item has a list


def _block(root: etree._Element) -> None:
    content = _control(root, "goals").find(w("sdtContent"))
    assert content is not None
    content.append(etree.Element(w("p")))


def _bad_tag(root: etree._Element) -> None:
    next(root.iter(w("t"))).text = "{{ case"


@pytest.mark.parametrize(
    ("breakage", "codes"),
    [
        (_without_control, {("missing_control", "goals")}),
        (_doubled, {("missing_control", "goals"), ("doubled_control", "background")}),
        (_unknown, {("unknown_control", "departments.2.budget")}),
        (_unmarked, {("missing_bookmark", "_fld_goals"), ("missing_identity", "_fc_token")}),
        (_reworded, {("missing_label", "协同目标")}),
        (_fewer_choices, {("other_choices", "profile")}),
        (_block, {("block_control", "goals")}),
        (_bad_tag, {("bad_template", "word/document.xml")}),
    ],
)
def test_what_broke_is_told(breakage: Callable[[etree._Element], None], codes: set[tuple[str, str]]) -> None:
    """Each thing that readers rely on is missed by name, and nothing else is said."""
    parts = unpack(word("request", Language.ZH))
    root = etree.fromstring(parts["word/document.xml"])
    breakage(root)
    parts["word/document.xml"] = etree.tostring(root)
    findings = check(form_of("request"), Language.ZH, pack(parts))
    assert {(f.code, f.place) for f in findings} == codes


def test_a_file_that_is_no_word_file_is_told() -> None:
    """A broken download is named, not crashed on."""
    assert [f.code for f in check(form_of("request"), Language.ZH, b"PK nonsense")] == ["bad_template"]


def _changed(name: str, change: Callable[[WordDocument], None]) -> bytes:
    document = Document(BytesIO(word(name, Language.ZH)))
    change(document)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _control(root: etree._Element, tag: str) -> etree._Element:
    return next(c for c in controls_in(root) if tag_of(c) == tag)
