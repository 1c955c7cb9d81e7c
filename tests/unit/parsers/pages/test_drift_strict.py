"""What is signed is what was sent: one visible character more, less or other is told, in Word and in PDF."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from agent.domain.answers import Value
from agent.domain.reading import Drift
from agent.domain.words import Language
from agent.letters.paper.draw import draw
from parsers.known import Sent
from parsers.pages.drift import compare
from parsers.pages.drift_pages import asked_places, pages_drift
from parsers.pages.drift_text import visible
from parsers.pages.sent import sent_places
from parsers.pdf.form import read_pdf
from parsers.word.form import read_word
from tests.libreoffice import convert, through
from tests.pack_files import filled_forms
from tests.pdf_files import answers_to, flattened, house, sent
from tests.unit.forms.filled import SECRET, filled, form_of, order
from tests.word_files import W, control_of, edited, element, fill, put, row_of

EVERY = tuple((each.form.id, each.language) for each in filled_forms())
GIVEN: Mapping[str, Mapping[str, Value]] = {
    "confirmation": {"project_name": "星河系统", "department": "研发部", "asked": "完成样机，预算3万元"},
    "acceptance": {
        "project_name": "星河系统",
        "tasks": ({"no": "1", "task": "完成样机", "standard": "通过测试"}, {"no": "2", "task": "交付文档"}),
    },
}


@cache
def sheet(name: str) -> Sent:
    """Return a sheet with the values that we filled in."""
    at = order(name, Language.ZH).sheet
    word = filled(name, Language.ZH, GIVEN[name])
    return Sent(sheet=at, word=word, pdf=draw(word, form_of(name), at, SECRET))


def drift_of(content: bytes, name: str) -> tuple[Drift, ...]:
    return read_word(content, "a.docx", house(sheet(name))).drift


def texts_of(root: etree._Element) -> list[etree._Element]:
    """Return the texts of a Word file that nobody fills: outside the controls of people, not hidden."""
    return [text for text in root.iter(f"{W}t") if (text.text or "").strip() and not _is_asked(text)]


def _is_asked(text: etree._Element) -> bool:
    for above in text.iterancestors():
        if above.tag == f"{W}sdt":
            tag = above.find(f"{W}sdtPr/{W}tag")
            given = tag is not None and str(tag.get(f"{W}val")) in GIVEN["confirmation"]
            if not given or above.find(f"{W}sdtPr/{W}showingPlcHdr") is not None:
                return True
        if above.tag == f"{W}r" and above.find(f"{W}rPr/{W}vanish") is not None:
            return True
    return False


def changed(text: str, at: int, how: str, letter: str) -> str:
    at %= len(text)
    rest = text[at + (how != "insert") :]
    return text[:at] + ("" if how == "delete" else letter) + rest


VOID = "<w:p><w:r><w:t>无效</w:t></w:r></w:p>"
BOXED = (
    f"<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>{VOID}</w:txbxContent></v:textbox></v:shape>"
    "</w:pict></w:r></w:p>"
)
HOW = st.sampled_from(["insert", "delete", "replace"])
LETTER = st.sampled_from(
    "不无未非免勿必可零一二三十万亿元％%￥$€+±<>/~0123456789aAoOIlnot甲乙李娜，。、：；（）！米kg\u0430"
)


@settings(deadline=None, max_examples=60)
@given(st.integers(0), st.integers(0), HOW, LETTER)
def test_any_changed_character_of_a_word_form_is_told(which: int, at: int, how: str, letter: str) -> None:
    """Wherever it stands outside the answers, whatever it is."""

    def change(root: etree._Element) -> None:
        texts = texts_of(root)
        text = texts[which % len(texts)]
        was = str(text.text)
        text.text = changed(was, at, how, letter)
        assume(visible(was) != visible(text.text))

    assert drift_of(edited(sheet("confirmation").word, change), "confirmation") != ()


@settings(deadline=None, max_examples=60)
@given(st.integers(0), st.integers(0), HOW, LETTER)
def test_any_changed_character_of_a_pdf_is_told(which: int, at: int, how: str, letter: str) -> None:
    """Wherever it stands outside the fields, whatever it is."""
    pages, places = sent_places(sheet("confirmation").pdf)
    asked = asked_places(places, form_of("confirmation"))
    page = pages[0]
    boxes = [s.box.grown(1) for group in (asked.fields, asked.slots, asked.dates) for s in group.values()]
    words = [n for n, w in enumerate(page.words) if not any(b.holds(w.box) for b in boxes)]
    number = words[which % len(words)]
    word = page.words[number]
    now = changed(word.text, at, how, letter)
    assume(visible(now) != visible(word.text) and not set(word.text) & set("▢☐"))
    others = (*page.words[:number], replace(word, text=now), *page.words[number + 1 :])
    returned = (replace(page, words=others), *pages[1:])

    pairs = {each.number: each.number for each in pages}
    assert pages_drift((pages, places), (pages, asked), pairs) == ()
    assert pages_drift((pages, places), (returned, asked), pairs) != ()


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("完成样机", "不必完成样机"),
        ("完成样机", "完成样机吗"),
        ("预算3万元", "预算-3万元"),
        ("预算3万元", "预算3亿元"),
        ("预算3万元", "预算3万美元"),
        ("completed", "uncompleted"),
        ("may assign", "may not assign"),
        ("5%", "5‰"),
        ("李娜", "李婷"),
        ("agreed", "аgreed"),
        ("甲方先付。乙方后交。", "乙方后交。甲方先付。"),
        ("同意", "\u202e同意"),
        ("A", "B"),
        ("10 m²", "10 m2"),
    ],
)
def test_a_short_change_of_text_is_told(was: str, now: str) -> None:
    """Short additions and negations turn a sentence around as well as long ones."""
    told = compare([was, "其他内容"], ["其他内容", now])

    assert was in {each.sent for each in told}
    assert now in {each.returned for each in told}


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("共 3 项（含税）：", "共３项(含税):"),
        ("不得\u200b转让", "不得转\u00ad让"),
        ("cooperation", "coope-\nration"),
        ("一人", "\u2f00\u2f08"),
    ],
)
def test_what_nobody_sees_is_no_change(was: str, now: str) -> None:
    """Width, spacing, zero-width characters, hyphens at line ends, radicals as print drivers write them."""
    assert compare([was], [now]) == ()


def test_labels_that_changed_places_are_told() -> None:
    """The same words in another order say something else; only where both are in one order."""
    assert compare(["预算", "3", "已付", "2"], ["预算", "2", "已付", "3"], ordered=True) != ()
    assert compare(["预算", "3"], ["3", "预算"]) == ()


def _given(root: etree._Element, tag: str, words: str) -> None:
    text = next(t for t in control_of(root, tag).iter(f"{W}t") if t.text)
    text.text = words


@pytest.mark.parametrize(
    ("name", "tag", "words"),
    [
        ("confirmation", "asked", "不必完成样机，预算3万元"),
        ("confirmation", "asked", "完成样机，预算30万元"),
        ("acceptance", "tasks.0.task", "不必完成样机"),
        ("acceptance", "tasks.1.no", "3"),
    ],
)
def test_what_we_had_filled_in_is_fixed(name: str, tag: str, words: str) -> None:
    """A given value, also in a row that people go on with."""
    told = drift_of(edited(sheet(name).word, lambda root: _given(root, tag, words)), name)

    assert any(words in each.returned for each in told)


def test_a_row_that_people_add_is_an_answer() -> None:
    """The rows we had written stay, one more is theirs."""

    def add(root: etree._Element) -> None:
        row = row_of(control_of(root, "tasks.1.task"))
        copy = etree.fromstring(etree.tostring(row))
        row.addnext(copy)
        put(control_of(copy, "tasks.1.task"), "新增任务")

    assert drift_of(edited(sheet("acceptance").word, add), "acceptance") == ()


@pytest.mark.parametrize(
    "xml",
    [
        "<w:p><w:r><w:t>不</w:t></w:r></w:p>",
        "<w:p><w:r><w:t>▲ 作废</w:t></w:r></w:p>",
        f"<w:sdt><w:sdtPr><w:tag w:val='x'/></w:sdtPr><w:sdtContent>{VOID}</w:sdtContent></w:sdt>",
        BOXED,
    ],
)
def test_a_word_put_anywhere_in_a_word_form_is_told(xml: str) -> None:
    """One character, one that looks like a note of ours, one in a foreign control, one in a text box."""

    def add(root: etree._Element) -> None:
        body = root.find(f"{W}body")
        assert body is not None
        body.insert(1, element(xml))

    assert [
        each.kind.value for each in drift_of(edited(sheet("confirmation").word, add), "confirmation")
    ] == ["added"]


@pytest.mark.parametrize("name", ["confirmation", "acceptance"])
def test_a_given_value_changed_in_a_flat_pdf_is_told(name: str) -> None:
    """The returned PDF was drawn from a Word file with one word more in a given place."""
    now = filled(name, Language.ZH, _negated(name))
    other = draw(now, form_of(name), sheet(name).sheet, SECRET)
    own, drawn = (read_pdf(flattened(pdf), "a.pdf", house(sheet(name))) for pdf in (sheet(name).pdf, other))

    assert own[0].drift == ()
    assert any("不必完成样机" in each.returned for each in drawn[0].drift)


def _negated(name: str) -> dict[str, Value]:
    def no(value: Value) -> Value:
        if isinstance(value, tuple):
            return tuple({k: no(v) for k, v in row.items()} for row in value)  # type: ignore[misc]
        return value.replace("完成样机", "不必完成样机") if isinstance(value, str) else value

    return {key: no(value) for key, value in GIVEN[name].items()}


def _files() -> Iterator[tuple[str, bytes]]:
    for each in filled_forms():
        own = sent(each.form.id, each.language)
        asked = answers_to(each.form, each.language)[0]
        words = {tag: said for tag, said in each.words.items() if tag in asked or tag.startswith("sig.")}
        yield f"{each.form.id}-{each.language.value}-blank.docx", own.word
        yield f"{each.form.id}-{each.language.value}-full.docx", fill(own.word, words)


@pytest.mark.parametrize("kind", ["docx", "odt", "pdf"])
def test_saving_and_printing_again_is_no_difference(kind: str, tmp_path: Path) -> None:
    """What LibreOffice makes of a form, filled or not, has the words that we sent."""
    formats = ("odt", "docx") if kind == "odt" else (kind,)
    told = {}
    for name, content in through(dict(_files()), *formats, folder=tmp_path).items():
        form, language, _ = name.rsplit("-", 2)
        known = house(sent(form, Language(language)))
        read = read_pdf(content, name, known)[0] if kind == "pdf" else read_word(content, name, known)
        assert read.form == form
        if read.drift:
            told[name] = read.drift

    assert told == {}


def test_a_printed_word_form_with_one_word_more_is_told(tmp_path: Path) -> None:
    """No place of our PDF helps there: the words of the Word file do."""
    now = filled("confirmation", Language.ZH, _negated("confirmation"))
    printed = convert({"a.docx": now}, to="pdf", folder=tmp_path)["a.pdf"]

    (reading,) = read_pdf(printed, "a.pdf", house(sheet("confirmation")))
    assert any("不必完成样机" in each.returned for each in reading.drift)
