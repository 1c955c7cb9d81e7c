"""Filling: what we write stands in its control as text, and nothing else happens."""

import hashlib
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from agent.domain.effects import FormOrder
from agent.domain.mail import Address
from agent.domain.problems import Problem
from agent.domain.sheets import Sheet, TokenStatus, check
from agent.domain.words import Language, Words
from agent.letters.form_filling.names import file_name, safe
from agent.letters.form_filling.xml import controls_in, tag_of, w
from agent.letters.forms import Look, blank, fill
from tests.unit.forms.filled import (
    EVERY,
    LOOK,
    PEOPLE,
    SECRET,
    document,
    everything,
    filled,
    form_of,
    order,
    said,
    word,
    words_of,
)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_value_stands_in_its_control(name: str, language: Language) -> None:
    """Whatever the form, a value that we know reaches the person."""
    form = form_of(name)
    values = everything(form, rows=12)
    words = said(filled(name, language, values))
    for path, field in form.walk():
        if field.columns:
            continue
        for tag in [path] if "*" not in path else [path.replace("*", str(number)) for number in range(12)]:
            expected = {
                "text": "第一点\n第二点",
                "number": "37.5",
                "department": "研发部",
                "checkbox": "☒",
                "choice": field.choices[0].label.in_(language) if field.choices else "",
            }.get(field.kind.value)
            if expected is not None:
                assert words[tag] == expected
            else:
                assert words[tag].startswith(("2026", "5 March 2026", "李娜"))


def test_dates_and_people_are_written_as_people_read_them() -> None:
    """Long in a field, short in the narrow cells of rows; a name alone only when it is unmistakable."""
    zh = said(filled("request", Language.ZH, everything(form_of("request"), 1)))
    en = said(filled("request", Language.EN, everything(form_of("request"), 1)))
    assert (zh["completion"], en["completion"]) == ("2026年3月5日", "5 March 2026")
    assert (zh["kickoff"], en["kickoff"]) == ("2026年3月5日 14:00", "5 March 2026 14:00")
    assert zh["milestones.0.day"] == "2026-03-05"
    assert zh["liaison"] == "李娜 <li.na@example.com>"


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ 7*7 }}",
        "{% for x in y %}",
        "{%tr endfor %}",
        "<w:p><w:r/></w:p>",
        "张‹三>&李四",
        "]]>&amp;",
        "=cmd|' /C calc'!A0",
        "长" * 5000,
        "  leading and trailing  ",
        "𠮷😀",
    ],
)
def test_what_people_write_comes_through_as_text(hostile: str) -> None:
    """No sender's value ever runs as template or markup, nor is it shortened."""
    words = said(filled("request", Language.ZH, {"goals": hostile, "departments": ({"asked": hostile},)}))
    assert words["goals"] == hostile
    assert words["departments.0.asked"] == hostile


@given(st.text(alphabet=st.characters(), max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_text_breaks_a_form(text: str) -> None:
    """Control characters and lone surrogates cannot be in XML; all the rest is."""
    content = filled("summary", Language.EN, {"highlights": text})
    kept = "".join(
        c
        for c in text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")
        if c in "\t\n" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )
    if text:
        assert said(content)["highlights"] == kept


def test_a_filled_form_filled_again_runs_nothing() -> None:
    """A value that looks like a template stays text even when a filled form is taken as the template."""
    once = filled("request", Language.ZH, {"goals": "{{ 7*7 }}"})
    again = fill(order("request", Language.ZH), form_of("request"), once, LOOK)
    assert "49" not in said(again.content)["goals"]


@pytest.mark.parametrize("number", [0, 1, 5, 30])
def test_there_are_as_many_rows_as_values_and_some_to_write_in(number: int) -> None:
    """Copied rows have tags and bookmarks of their own, numbered from 0 without a gap."""
    content = filled("breakdown", Language.ZH, {"tasks": tuple({"task": str(n)} for n in range(number))})
    words = said(content)
    shown = [tag for tag in words if tag.startswith("tasks.") and tag.endswith(".task")]
    assert shown == [f"tasks.{n}.task" for n in range(len(shown))]
    assert len(shown) == max(5, number + 2 if number else 0)
    assert [words[f"tasks.{n}.task"] for n in range(number)] == [str(n) for n in range(number)]
    marks = [m.get(w("name")) for m in document(content).iter(w("bookmarkStart"))]
    assert len(marks) == len(set(marks))
    assert f"_fld_tasks_{len(shown) - 1}_depends_on" in marks


def test_numbers_in_a_file_are_unique() -> None:
    """Word repairs, and sometimes refuses, a file with doubled ids of controls, bookmarks or drawings."""
    root = document(filled("breakdown", Language.EN, everything(form_of("breakdown"), 30)))
    for name in ("id", "bookmarkStart", "bookmarkEnd"):
        numbers = [e.get(w("val")) or e.get(w("id")) for e in root.iter(w(name))]
        assert len(numbers) == len(set(numbers))
    starts = [e.get(w("id"), "") for e in root.iter(w("bookmarkStart"))]
    assert sorted(starts) == sorted(e.get(w("id"), "") for e in root.iter(w("bookmarkEnd")))


def test_what_has_nothing_to_say_is_left_out() -> None:
    """The request carries the confirmations only once there are some."""
    empty = filled("request", Language.ZH)
    assert not any(tag.startswith("confirmations") for tag in said(empty))
    assert "各部门确认情况" not in words_of(document(empty))
    row = {"department": "研发部", "by": "li.na@example.com", "how": "手写签字"}
    with_one = filled("request", Language.ZH, {"confirmations": (row,)})
    assert said(with_one)["confirmations.0.department"] == "研发部"
    assert "confirmations.1.department" not in said(with_one)


def test_a_doubtful_place_is_shaded_and_explained_outside_its_control() -> None:
    """The note must never be read back as the answer."""
    say = Words(zh="请填写晚于今天的日期", en="Give a date after today")
    marks = (
        Problem(code="bad_date", field="completion", say=say),
        Problem(code="missing", field="departments.1.asked", say=say),
        Problem(code="missing", field="initiating_head", say=say),
        Problem(code="odd", field="", say=say),
        Problem(code="gone", field="nothing.such", say=say),
    )
    content = filled("request", Language.ZH, {"completion": "下周三"}, marks)
    root = document(content)
    assert said(content)["completion"] == "下周三"
    for control in controls_in(root):
        assert "请填写晚于今天的日期" not in words_of(control)
    notes = [words_of(p) for p in root.iter(w("p")) if "▲" in words_of(p)]
    assert len(notes) == 5
    assert "▲ 计划完成时间：请填写晚于今天的日期" in notes
    assert "▲ 协同部门及需求 第2行 需求内容：请填写晚于今天的日期" in notes
    shaded = {
        tag_of(c)
        for c in controls_in(root)
        if (cell := next(c.iterancestors(w("tc")), None)) is not None
        and (s := cell.find(f"{w('tcPr')}/{w('shd')}")) is not None
        and s.get(w("fill")) == "FFF1CC"
    }
    assert shaded == {"completion", "departments.1.asked"}, "a slot stays white"


def test_a_missing_signature_is_marked_at_the_slot_not_at_a_field_of_the_same_name() -> None:
    """The progress form has a given field `owner` and a slot `owner`."""
    problem = Problem(code="missing", field="owner", say=Words(zh="缺少签字", en="Not signed"))
    text = words_of(document(filled("progress", Language.EN, marks=(problem,))))
    assert "▲ Signature, owner: Not signed" in text


def test_a_lagging_task_is_red_in_the_tracker() -> None:
    """process.md 3.2: lag shows in red."""
    root = document(filled("tracker", Language.ZH, {"tasks": ({"task": "a", "status": "lagging"},)}))
    status = next(c for c in controls_in(root) if tag_of(c) == "tasks.0.status")
    cell = next(status.iterancestors(w("tc")))
    shade = cell.find(f"{w('tcPr')}/{w('shd')}")
    assert shade is not None
    assert shade.get(w("fill")) == "F6C7C3"


def test_the_picture_of_a_signature_stands_in_the_compiled_request() -> None:
    """process.md 1.4: who, when, how signed, picture of the signature."""
    buffer = BytesIO()
    Image.new("RGB", (300, 90), "white").save(buffer, "PNG")
    digest = hashlib.sha256(buffer.getvalue()).hexdigest()
    look = Look(directory=PEOPLE, secret=SECRET, zone=LOOK.zone, pictures={digest: buffer.getvalue()})
    rows = ({"department": "研发部", "signature": digest}, {"department": "市场部", "signature": "0" * 64})
    compiled = order("request", Language.ZH, {"confirmations": rows})
    content = fill(compiled, form_of("request"), word("request", Language.ZH), look).content
    with ZipFile(BytesIO(content)) as archive:
        assert archive.read(f"word/media/sig-{digest[:16]}.png") == buffer.getvalue()
    assert b'descr="signature"' in etree.tostring(document(content))
    assert said(content)["confirmations.1.signature"] == "✓"


def test_identity_is_stamped_and_ours() -> None:
    """The custom property and the hidden bookmark carry the token; the footer the short code."""
    content = filled("request", Language.ZH)
    token = order("request", Language.ZH).sheet.token(SECRET)
    assert check(token, SECRET) is TokenStatus.VALID
    with ZipFile(BytesIO(content)) as archive:
        assert token in archive.read("docProps/custom.xml").decode()
        footer = archive.read("word/footer1.xml").decode()
    assert f"FC-{order('request', Language.ZH).sheet.code(SECRET)}" in footer
    assert "XT-2026-0001" in footer
    assert "NUMPAGES" in footer
    root = document(content)
    mark = next(m for m in root.iter(w("bookmarkStart")) if m.get(w("name")) == "_fc_token")
    run = mark.getnext()
    assert run is not None
    assert words_of(run) == token
    assert run.find(f"{w('rPr')}/{w('vanish')}") is not None


def test_a_blank_form_carries_no_token() -> None:
    """A blank belongs to no case; it only says which form it is."""
    content = blank(form_of("request"), Language.EN, word("request", Language.EN), LOOK)
    with ZipFile(BytesIO(content)) as archive:
        custom = archive.read("docProps/custom.xml").decode()
    assert "FC1|" not in custom
    assert "request/1/en" in custom
    assert not Document(BytesIO(content)).inline_shapes


def test_only_a_long_line_may_run_over_the_end_of_a_page() -> None:
    """A row held together that does not fit would leave the page before it empty."""
    content = filled("request", Language.ZH, {"goals": "长" * 5000, "background": "短"})
    controls = {tag_of(c): c for c in controls_in(document(content))}
    whole = {
        tag: next(next(controls[tag].iterancestors(w("tr"))).iter(w("cantSplit")), None) is not None
        for tag in ("goals", "background")
    }
    assert whole == {"goals": False, "background": True}


def test_who_should_sign_is_named_above_the_slots() -> None:
    """Not in the cell: a printed name beside a slot would pass for a typed signature."""
    plain = order("request", Language.ZH)
    asked = FormOrder(sheet=plain.sheet, signers={"initiating_head": Address("li.na@example.com")})
    content = fill(asked, form_of("request"), word("request", Language.ZH), LOOK).content
    assert "请李娜在下方签字。" in words_of(document(content))
    assert "李娜" not in said(content)["sig.initiating_head"]


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_same_order_gives_the_same_bytes_that_python_docx_opens(name: str, language: Language) -> None:
    """A letter that is sent again is the letter that was sent."""
    values = everything(form_of(name), rows=3)
    first, second = filled(name, language, values), filled(name, language, values)
    assert first == second
    assert Document(BytesIO(first)).tables


def test_the_file_name_says_case_form_and_whom() -> None:
    """`XT-2026-0001 需求确认函 研发部.docx`."""
    form = form_of("confirmation")
    attachment = fill(order("confirmation", Language.ZH), form, word("confirmation", Language.ZH), LOOK)
    assert attachment.name == "XT-2026-0001 需求确认函 研发部.docx"


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ("kickoff/kickoff-1/1", "XT-2026-0001 需求确认函.docx"),
        ("acceptance_meeting/acceptance_meeting-2/1", "XT-2026-0001 需求确认函 2.docx"),
        ("weekly/weekly-2026-W11/1", "XT-2026-0001 需求确认函 2026-W11.docx"),
        ("compiled/tracker/2026-03-13", "XT-2026-0001 需求确认函 2026-03-13.docx"),
        ("weekly/2026-W11:nobody@example.com/1", "XT-2026-0001 需求确认函 2026-W11 nobody@example.com.docx"),
    ],
)
def test_the_file_name_keeps_our_own_names_of_things_to_itself(item: str, name: str) -> None:
    """People see weeks, days, persons and departments, never the name of a step."""
    sheet = Sheet(case="XT-2026-0001", item=item, form="confirmation", version=1, language=Language.ZH)
    assert file_name(sheet, "需求确认函", LOOK) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../etc/passwd", ".. .. etc passwd".strip(" .")),
        ("．．／windows", "windows"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("a:b*c?d", "a b c d"),
        ("ends. ", "ends"),
        ("", "_"),
        ("\u202egnp.exe", "gnp.exe"),
    ],
)
def test_a_name_is_never_a_path_nor_a_device(text: str, name: str) -> None:
    """Windows' reserved names and trailing dots, and full-width slashes, do not reach a disk."""
    assert safe(text) == name
