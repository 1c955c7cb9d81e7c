"""Reading Word forms as people return them."""

import gc
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from agent.domain.answers import Answer, Trust
from agent.domain.forms import Field, Form, Kind
from agent.domain.reading import Reading
from agent.domain.sheets import Sheet, TokenStatus
from agent.domain.words import Language, Words
from parsers.word.form import read_word
from tests.word_files import (
    PEOPLE,
    REQUEST,
    SECRET,
    SHEET,
    SUMMARY,
    W,
    build,
    cell_of,
    control_of,
    edited,
    element,
    fill,
    known,
    put,
    retyped,
    row_of,
    tag_of,
    with_properties,
    without_bookmarks,
    without_controls,
)

FILLED = {
    "project_name": "星河二期",
    "profile": "重大项目推进",
    "department": "研发部",
    "date": "2026-03-05",
    "budget": "30",
    "liaison": "李娜",
    "background": "第一行\n第二行",
    "departments.0.department": "市场部",
    "departments.0.asked": "宣传方案",
    "departments.1.department": "研发部",
    "departments.1.due": "2026-03-09",
}


def read(content: bytes) -> Reading:
    """Read with nothing in between that could hide an error."""
    return read_word(content, "form.docx", known())


def answer(reading: Reading, field: str) -> Answer:
    """Return one answer that must be there."""
    found = reading.answers.get(field)
    assert found is not None, [a.field for a in reading.answers.all]
    return found


def found(reading: Reading, field: str) -> tuple[object, Trust]:
    """Return value and trust of one answer."""
    one = answer(reading, field)
    return one.value, one.trust


@pytest.mark.parametrize("language", list(Language))
def test_a_filled_form_is_understood_with_full_trust(language: Language) -> None:
    """Control, bookmark and label agree; each is named as evidence."""
    sheet = Sheet(case="XT-2026-0001", item="request//1", form="request", version=3, language=language)
    reading = read(fill(build(language=language, sheet=sheet), FILLED))

    assert (reading.form, reading.version, reading.language) == ("request", 3, language)
    assert (reading.token, reading.sheet, reading.problems) == (TokenStatus.VALID, sheet, ())
    assert found(reading, "project_name") == ("星河二期", Trust.SURE)
    assert found(reading, "budget") == (Decimal(30), Trust.SURE)
    assert found(reading, "background") == ("第一行\n第二行", Trust.SURE)
    assert found(reading, "urgent") == (False, Trust.SURE)
    assert [e.place for e in answer(reading, "liaison").evidence] == [
        "control liaison",
        "bookmark _fld_liaison",
        "table 1, row 7, cell 2",
    ]
    assert reading.answers.values()["departments"] == (
        {"department": "市场部", "asked": "宣传方案"},
        {"department": "研发部", "due": date(2026, 3, 9)},
    )


def test_nothing_of_a_document_outlives_its_reading() -> None:
    """What refers to itself in a circle stays until the collector comes, and the next document is slower."""
    content = fill(build(), FILLED)
    read(content)  # what is worked out once for all documents
    gc.collect()
    gc.disable()
    try:
        read(content)
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_an_empty_form_says_nothing() -> None:
    """Placeholders are no values, and rows that nobody filled do not exist."""
    reading = read(build())

    assert {a.field for a in reading.answers.all if a.trust is not Trust.ABSENT} == {"urgent"}
    assert not any(a.field.startswith("departments") for a in reading.answers.all)


@pytest.mark.parametrize(
    ("lose", "trust"),
    [
        (without_controls, Trust.SURE),
        (without_bookmarks, Trust.SURE),
        (lambda content: without_bookmarks(without_controls(content)), Trust.LIKELY),
    ],
)
def test_one_kind_of_place_may_be_lost(lose: Callable[[bytes], bytes], trust: Trust) -> None:
    """Two that agree are enough; the printed label alone is likely."""
    reading = read(lose(fill(build(), FILLED)))

    assert found(reading, "project_name") == ("星河二期", trust)
    assert found(reading, "departments.1.due") == (date(2026, 3, 9), trust)


def test_a_placeholder_without_its_flag_is_still_no_value() -> None:
    """LibreOffice returns placeholders as if somebody had typed them."""
    reading = read(edited(build(), lambda root: etree.strip_elements(root, f"{W}showingPlcHdr")))

    assert [a.field for a in reading.answers.all if a.trust is not Trust.ABSENT] == ["urgent"]


def test_words_before_a_leftover_placeholder_are_a_guess() -> None:
    """What was cut off is shown to the person again."""
    reading = read(fill(build(), {"project_name": "请填写项目名称星河"}))

    assert found(reading, "project_name") == ("星河", Trust.GUESS)


def test_places_that_contradict_each_other_are_a_question() -> None:
    """Somebody typed behind the control; neither text is dropped silently."""

    def type_behind(root: etree._Element) -> None:
        paragraph = cell_of(control_of(root, "project_name")).find(f"{W}p")
        assert paragraph is not None
        paragraph.append(element("<w:r><w:t>和三期</w:t></w:r>"))

    one = answer(read(edited(fill(build(), FILLED), type_behind)), "project_name")

    assert (one.value, one.trust, one.problem) == ("星河二期", Trust.GUESS, "contradiction")
    assert {e.words for e in one.evidence} == {"星河二期", "星河二期和三期"}


def test_words_typed_beside_an_empty_control_are_found() -> None:
    """People do not see where a control ends."""

    def type_beside(root: etree._Element) -> None:
        control_of(root, "project_name").addprevious(element("<w:r><w:t>星河</w:t></w:r>"))

    value, _ = found(read(edited(build(), type_beside)), "project_name")

    assert value == "星河"


def test_words_that_are_no_value_are_reported_with_what_was_found() -> None:
    """The person sees the own words again, and what is expected."""
    reading = read(fill(build(), {"date": "下周五", "liaison": "张伟"}))

    assert found(reading, "date") == (None, Trust.GUESS)
    assert [(p.code, p.field, p.found) for p in reading.problems] == [
        ("bad_date", "date", "下周五"),
        ("ambiguous_person", "liaison", "张伟"),
    ]
    assert "2026-03-05" in reading.problems[0].say.zh


def test_an_ambiguous_day_is_settled_by_the_date_picker() -> None:
    """The picker stores which of the two days was picked; a stale one of another day does not count."""

    def pick(day: str) -> Callable[[etree._Element], None]:
        def edit(root: etree._Element) -> None:
            picker = control_of(root, "date").find(f"{W}sdtPr/{W}date")
            assert picker is not None
            picker.set(f"{W}fullDate", f"{day}T00:00:00Z")

        return edit

    content = without_bookmarks(fill(build(), {"date": "5/3/2026"}))

    def only_control(root: etree._Element) -> None:
        label = row_of(control_of(root, "date")).find(f"{W}tc//{W}t")
        assert label is not None
        label.text = "?"

    content = edited(content, only_control)
    assert found(read(edited(content, pick("2026-03-05"))), "date") == (date(2026, 3, 5), Trust.SURE)
    assert found(read(edited(content, pick("2026-04-01"))), "date") == (None, Trust.GUESS)


def test_tracked_insertions_count_and_deletions_do_not() -> None:
    """Word returns a reviewed form with both in it."""

    def track(root: etree._Element) -> None:
        inside = control_of(root, "project_name").find(f"{W}sdtContent")
        assert inside is not None
        inside.clear()
        inside.append(element("<w:del><w:r><w:delText>月球</w:delText></w:r></w:del>"))
        inside.append(element("<w:ins><w:r><w:t>星河</w:t></w:r></w:ins>"))
        inside.append(element("<w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom>"))
        inside.append(element("<w:moveTo><w:r><w:t>三期</w:t></w:r></w:moveTo>"))
        row = row_of(control_of(root, "departments.0.asked"))
        row.insert(0, element("<w:trPr><w:del/></w:trPr>"))

    reading = read(edited(fill(build(), FILLED), track))

    assert found(reading, "project_name") == ("星河三期", Trust.SURE)
    assert reading.answers.values()["departments"] == ({"department": "研发部", "due": date(2026, 3, 9)},)


def test_hidden_text_says_nothing() -> None:
    """What a person cannot see, a person did not say."""

    def hide(root: etree._Element) -> None:
        inside = control_of(root, "project_name").find(f"{W}sdtContent")
        assert inside is not None
        inside.append(element("<w:r><w:rPr><w:vanish/></w:rPr><w:t>（已批准）</w:t></w:r>"))

    assert found(read(edited(fill(build(), FILLED), hide)), "project_name") == ("星河二期", Trust.SURE)


def test_a_copied_row_is_a_row_of_its_own() -> None:
    """Word keeps the tags of the row that was copied; the position counts."""

    def copy_row(root: etree._Element) -> None:
        row = row_of(control_of(root, "departments.0.asked"))
        copy = deepcopy(row)
        etree.strip_elements(copy, f"{W}bookmarkStart", f"{W}bookmarkEnd")
        row.addnext(copy)
        for control in copy.iter(f"{W}sdt"):
            if tag_of(control).endswith("asked"):
                put(control, "场地")

    rows = read(edited(fill(build(), FILLED), copy_row)).answers.values()["departments"]

    assert rows == (
        {"department": "市场部", "asked": "宣传方案"},
        {"department": "市场部", "asked": "场地"},
        {"department": "研发部", "due": date(2026, 3, 9)},
    )


def test_a_row_without_controls_is_read_by_its_headers() -> None:
    """`Insert row below` makes plain cells."""

    def add_row(root: etree._Element) -> None:
        row = row_of(control_of(root, "departments.2.asked"))
        cells = "".join(
            f"<w:tc><w:p><w:r><w:t>{t}</w:t></w:r></w:p></w:tc>" for t in ("Quality", "测试", "x")
        )
        row.addnext(element(f"<w:tr>{cells}</w:tr>"))

    reading = read(edited(fill(build(), FILLED), add_row))

    assert found(reading, "departments.2.department") == ("Quality", Trust.LIKELY)
    assert answer(reading, "departments.2.due").problem == "bad_date"


def test_deleted_rows_leave_no_gap() -> None:
    """Rows are numbered as they stand, from nought."""

    def delete_first(root: etree._Element) -> None:
        row = row_of(control_of(root, "departments.0.asked"))
        parent = row.getparent()
        assert parent is not None
        parent.remove(row)

    reading = read(edited(fill(build(), FILLED), delete_first))

    assert found(reading, "departments.0.department") == ("研发部", Trust.SURE)


def test_a_row_with_nothing_but_its_number_is_empty() -> None:
    """Printed row numbers are not what somebody listed."""
    rows = read(fill(build(), {"departments.0.department": "1"})).answers.values()

    assert "departments" not in rows


@pytest.mark.parametrize("decorate", ["{}", "{}：", "* {} ", "1. {}", "{}（必填）", "　{}　:"])
def test_a_retyped_form_is_read_by_its_labels(decorate: str) -> None:
    """Colons, asterisks, numbers and remarks do not make another label."""

    def relabel(root: etree._Element) -> None:
        for row in root.iter(f"{W}tr"):
            label = row.find(f"{W}tc//{W}t")
            if label is not None and label.text:
                label.text = decorate.format(label.text)

    content = retyped(
        REQUEST, {"project_name": "星河", "date": "2026年3月5日", "sig.initiating_head": "李娜"}
    )
    reading = read(edited(content, relabel))

    assert (reading.form, reading.token, reading.sheet) == ("request", TokenStatus.ABSENT, None)
    assert found(reading, "project_name") == ("星河", Trust.LIKELY)
    assert found(reading, "date") == (date(2026, 3, 5), Trust.LIKELY)
    assert reading.signatures[0].who == "李娜"


def test_labels_in_running_text_are_read_too() -> None:
    """`项目名称：星河` in a paragraph is how people answer when they lose the form."""
    content = retyped(SUMMARY, {})

    def say(root: etree._Element) -> None:
        title = root.find(f"{W}body/{W}p")
        assert title is not None
        title.addnext(element("<w:p><w:r><w:t>亮点：跨部门配合好</w:t></w:r></w:p>"))
        table = root.find(f"{W}body/{W}tbl")
        assert table is not None
        table.clear()

    reading = read(edited(content, say))

    assert (reading.form, found(reading, "highlights")) == ("summary", ("跨部门配合好", Trust.LIKELY))


def test_a_form_of_another_version_is_read_as_far_as_both_share() -> None:
    """It travels on with a warning that says so."""
    old = Sheet(case="XT-2026-0001", item="request//1", form="request", version=2, language=Language.ZH)
    reading = read(fill(build(sheet=old), FILLED))

    assert (reading.version, [(p.code, p.blocks) for p in reading.problems]) == (
        2,
        [("older_version", False)],
    )
    assert found(reading, "project_name") == ("星河二期", Trust.SURE)


def test_a_form_without_a_token_still_names_the_case_that_is_printed_on_it() -> None:
    """The claim is kept, and nobody mistakes it for proof."""
    content = edited(fill(build(), FILLED), _drop_hidden)
    reading = read(with_properties(content, {}))

    assert reading.token is TokenStatus.ABSENT
    assert reading.sheet is not None
    assert (reading.sheet.case, reading.sheet.item) == ("XT-2026-0001", "")


def test_a_forged_token_is_known_for_one() -> None:
    """The last part of a token is a keyed digest of the others."""
    forged = SHEET.token(b"another secret")
    content = edited(build(), _drop_hidden)
    reading = read(with_properties(content, {"formclerk": forged}))

    assert reading.token is TokenStatus.UNKNOWN


def test_a_file_with_two_identities_is_believed_in_neither() -> None:
    """Pages of two sheets in one file belong to no single case."""
    other = Sheet(case="XT-2026-0002", item="request//1", form="request", version=3, language=Language.ZH)
    reading = read(with_properties(build(), {"formclerk": other.token(SECRET)}))

    assert reading.token is TokenStatus.UNKNOWN
    assert "two_sheets" in {p.code for p in reading.problems}


def test_a_printed_code_of_another_sheet_takes_the_token_its_worth() -> None:
    """Pages were exchanged: the code in the footer belongs to another copy."""
    other = Sheet(case="XT-2026-0002", item="request//1", form="request", version=3, language=Language.ZH)

    def exchange(root: etree._Element) -> None:
        for text in root.iter(f"{W}t"):
            text.text = (text.text or "").replace(SHEET.code(SECRET), other.code(SECRET))

    reading = read(edited(build(), exchange, "word/footer1.xml"))

    assert (reading.token, [p.code for p in reading.problems]) == (TokenStatus.UNKNOWN, ["wrong_code"])


def test_a_token_in_the_contents_of_another_form_is_reported() -> None:
    """Somebody pasted one form into the file of another."""
    sheet = Sheet(case="XT-2026-0001", item="summary//1", form="summary", version=1, language=Language.ZH)

    assert "contradictory_form" in {p.code for p in read(build(sheet=sheet)).problems}


def test_somebody_elses_document_is_no_form() -> None:
    """It is a reading too, with a reason."""
    field = Field(id="x", label=Words(zh="事由", en="Why"), kind=Kind.TEXT)
    strange = Form(
        id="leave",
        version=1,
        title=Words(zh="请假单", en="Leave"),
        instruction=Words.same(""),
        fields=(field,),
    )
    reading = read(retyped(strange, {"x": "1"}))

    assert (reading.form, [p.code for p in reading.problems]) == ("", ["no_form"])


def test_a_document_that_was_repeated_by_an_old_program_goes_to_a_person() -> None:
    """LibreOffice 7.4 writes every text four times over and drops the controls."""
    values = {k: v for k, v in FILLED.items() if k not in {"background", "budget"}}
    four = {key: words * 4 for key, words in values.items()}
    reading = read(without_bookmarks(without_controls(fill(build(), four))))

    assert "repeated_text" in {p.code for p in reading.problems}
    assert found(reading, "project_name") == ("星河二期", Trust.GUESS)
    assert not any(a.trust in {Trust.SURE, Trust.LIKELY} for a in reading.answers.all if a.words != "☐")


def test_a_tick_from_a_symbol_font_is_a_tick() -> None:
    """Chinese offices insert Wingdings 2 `R` for ☑."""
    symbols = {
        '<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>': True,
        '<w:r><w:rPr><w:rFonts w:ascii="Wingdings 2"/></w:rPr><w:t>R</w:t></w:r>': True,
        '<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>': False,
    }
    for xml, ticked in symbols.items():

        def mark(root: etree._Element, xml: str = xml) -> None:
            control = control_of(root, "urgent")
            control.addprevious(element(xml))
            parent = control.getparent()
            assert parent is not None
            parent.remove(control)

        assert answer(read(edited(build(), mark)), "urgent").value is ticked


def test_people_are_main_addresses_joined_as_the_domain_says() -> None:
    """`; ` joins what several people mean."""
    reading = read(fill(build(), {"informed": "李娜、王芳（市场部）"}))

    assert answer(reading, "informed").value == "; ".join(
        p.address for p in PEOPLE.people if p.name in {"李娜", "王芳"}
    )


def _drop_hidden(root: etree._Element) -> None:
    for run in list(root.iter(f"{W}r")):
        parent = run.getparent()
        if run.find(f"{W}rPr/{W}vanish") is not None and parent is not None:
            parent.remove(run)
