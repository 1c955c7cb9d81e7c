"""Compare a Word file with its form file: what somebody's restyling broke, and nothing about style."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from agent.domain.errors import WillNotWork
from agent.domain.forms import Choice, Form, Kind
from agent.domain.words import Language, Words
from agent.letters.form_builder.controls import bookmark_of
from agent.letters.form_filling.template import DOCUMENT, Template, template_from
from agent.letters.form_filling.xml import controls_in, tag_of, w

_ROW = re.compile(r"(\w+)\.\d+\.(\w+)")
_BLOCKS = tuple(w(name) for name in ("p", "tbl", "tr", "tc"))
_PROBE = {"case": "", "code": "", "title": "", "project": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that no longer fits."""

    code: str
    """`no_word_file`, `bad_template`, `missing_control`, `doubled_control`, `unknown_control`,
    `block_control`, `missing_bookmark`, `missing_label`, `other_choices`, `missing_identity`."""
    place: str
    """The tag, bookmark or label concerned."""
    say: Words


def check(form: Form, language: Language, content: bytes) -> tuple[Finding, ...]:
    """Return everything in the .docx that no longer agrees with `form`; empty when all is well."""
    try:
        template = template_from(content)
        parts = template.render(_PROBE)
        root = etree.fromstring(parts[DOCUMENT])
    except (WillNotWork, etree.XMLSyntaxError) as fault:
        return (
            Finding(
                code="bad_template",
                place=DOCUMENT,
                say=Words(zh=f"模板无法使用：{fault}", en=f"The template cannot be used: {fault}"),
            ),
        )
    return (
        *_controls(root, form),
        *_bookmarks(root, form),
        *_labels(root, form, language),
        *_choices(root, form, language),
        *_identity(root, template),
    )


def wanted_tags(form: Form) -> tuple[str, ...]:
    """Return the tag of every control that the Word file must have; of rows the first one's."""
    tags: list[str] = []
    for each in form.fields:
        tags += [f"{each.id}.0.{c.id}" for c in each.columns] if each.columns else [each.id]
    for slot in form.slots:
        tags += [f"sig.{slot.id}", f"sig.{slot.id}.date"]
    return tuple(tags)


def _controls(root: etree._Element, form: Form) -> Iterator[Finding]:
    wanted = wanted_tags(form)
    found = Counter(tag_of(each) for each in controls_in(root))
    for tag in wanted:
        if not found[tag]:
            yield _finding("missing_control", tag, "缺少内容控件", "the content control is missing")
    columns = {f"{f.id}.{c.id}" for f in form.fields for c in f.columns}
    for tag, times in found.items():
        match = _ROW.fullmatch(tag)
        known = tag in wanted or (match is not None and f"{match[1]}.{match[2]}" in columns)
        if tag and not known:
            yield _finding("unknown_control", tag, "表格文件中没有此控件", "the form file has no such field")
        elif tag and times > 1:
            yield _finding("doubled_control", tag, "控件重复出现", "the content control stands there twice")
    for control in controls_in(root):
        inside = control.find(w("sdtContent"))
        if inside is not None and any(child.tag in _BLOCKS for child in inside):
            yield _finding(
                "block_control",
                tag_of(control) or "?",
                "控件须为行内控件，不能包住整段或整个单元格",
                "a control must stand within a line, not around a paragraph or cell",
            )


def _bookmarks(root: etree._Element, form: Form) -> Iterator[Finding]:
    found = {mark.get(w("name")) for mark in root.iter(w("bookmarkStart"))}
    headings = [f.id for f in form.fields if f.columns]
    for tag in (*wanted_tags(form), *headings):
        name = bookmark_of(tag)
        if name not in found:
            yield _finding("missing_bookmark", name, "缺少书签", "the bookmark is missing")


def _labels(root: etree._Element, form: Form, language: Language) -> Iterator[Finding]:
    found = {_plain("".join(t.text or "" for t in p.iter(w("t")))) for p in root.iter(w("p"))}
    wanted = [each.label for _, each in form.walk()] + [slot.label for slot in form.slots]
    for label in dict.fromkeys(each.in_(language) for each in wanted):
        if _plain(label) not in found:
            yield _finding("missing_label", label, "缺少标签文字", "the label is missing or was reworded")


def _choices(root: etree._Element, form: Form, language: Language) -> Iterator[Finding]:
    wanted: dict[str, tuple[Choice, ...]] = {}
    for path, each in form.walk():
        if each.kind is Kind.CHOICE:
            wanted[path] = each.choices
    for control in controls_in(root):
        tag = tag_of(control)
        choices = wanted.get(_ROW.sub(r"\1.*.\2", tag))
        listed = control.find(f"{w('sdtPr')}/{w('dropDownList')}")
        if choices is None:
            continue
        shown = [(i.get(w("displayText")), i.get(w("value"))) for i in listed] if listed is not None else []
        if shown != [(c.label.in_(language), c.value) for c in choices]:
            yield _finding(
                "other_choices", tag, "下拉选项与表格文件不一致", "its choices are not those of the form file"
            )


def _identity(root: etree._Element, template: Template) -> Iterator[Finding]:
    if not any(mark.get(w("name")) == "_fc_token" for mark in root.iter(w("bookmarkStart"))):
        yield _finding(
            "missing_identity", "_fc_token", "缺少标识书签", "the bookmark of the token is missing"
        )
    if not any(each.get("descr") == "formclerk-qr" for each in root.iter() if "descr" in each.attrib):
        yield _finding("missing_identity", "formclerk-qr", "缺少二维码图片", "the QR code is missing")
    margins = b"".join(
        part for name, part in template.parts.items() if name.startswith(("word/header", "word/footer"))
    )
    for each in (b"case", b"code"):
        if each not in margins:
            place = f"{{{{ {each.decode()} }}}}"
            yield _finding("missing_identity", place, "页眉或页脚中缺少", "is missing in header or footer")


def _finding(code: str, place: str, zh: str, en: str) -> Finding:
    return Finding(code=code, place=place, say=Words(zh=zh, en=en))


def _plain(text: str) -> str:
    return "".join(text.replace("*", "").replace(":", "").replace("：", "").split()).casefold()
