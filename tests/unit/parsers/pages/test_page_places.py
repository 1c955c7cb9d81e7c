"""Fields are found by what is printed beside and above them, and never in another field's place."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from agent.domain.answers import Trust
from agent.domain.words import Language
from parsers.judging import FieldsRead
from parsers.pages.fields import answers_of, found_in, words_in
from parsers.pages.labels import distance, nearest
from parsers.pages.lines import cut
from parsers.pages.page import Box, Page, PageWord
from parsers.pages.places import locate, which_form
from parsers.word.found import Rank
from tests.unit.forms.filled import form_of
from tests.unit.parsers.pages.drawn_pages import line, page, table
from tests.word_files import REQUEST, SUMMARY, known


def said(*pages: Page, language: Language | None = None) -> Mapping[str, str]:
    """Return the words in each place that is found."""
    places = locate(pages, REQUEST, language)
    numbered = {each.number: each for each in pages}
    return {
        path: "\n".join(
            words_in(numbered[each.page], each.box) for each in (spot, *places.more.get(path, ()))
        )
        for path, spot in {**places.fields, **{f"sig.{k}": v for k, v in places.slots.items()}}.items()
    }


def read(*pages: Page) -> FieldsRead:
    return answers_of(REQUEST, found_in(pages, locate(pages, REQUEST), REQUEST, Rank.LABEL), known(REQUEST))


HEADER = ("协同部门", "需求内容", "完成时间")
THREE = (120.0, 250.0, 120.0)


def test_a_value_stands_right_of_its_label_or_below_it() -> None:
    """Two layouts that people restyle forms into; star, colon, number and brackets do not matter."""
    beside = page(table([("项目名称 *", "星河"), ("2. 预算（万元）：", "80")]))
    below = page(table([("Project name", "Budget"), ("Galaxy", "80")], widths=(200.0, 200.0)))

    assert said(beside) == {"project_name": "星河", "budget": "80"}
    assert said(below) == {"project_name": "Galaxy", "budget": "80"}


def test_a_label_broken_over_lines_is_still_that_label() -> None:
    """A narrow column breaks labels, in words and between Chinese characters."""
    narrow = page(table([("期望启动\n会时间", "2026-03-05 14:00"), ("Kind of\nwork", "Major project")]))

    assert said(narrow) == {"kickoff": "2026-03-05 14:00", "profile": "Major project"}


def test_a_label_printed_twice_with_two_values_leads_nowhere() -> None:
    """Which of the two is meant is a guess, and a wrong field is worse than none."""
    twice = page(table([("项目名称", "星河"), ("项目名称", "银河"), ("协同背景", "现状")]))

    assert said(twice) == {"background": "现状"}


def test_a_misread_letter_does_not_hide_a_label() -> None:
    """OCR takes one letter for another; with four letters or more the label is still the nearest."""
    scanned = page(
        table([("顶目名称", "星河"), ("Kind of w0rk", "Emergency"), ("申清日期*", "3月5日")], score=0.9)
    )

    assert said(scanned) == {"project_name": "星河", "profile": "Emergency", "date": "3月5日"}


def test_what_could_be_two_labels_is_none() -> None:
    """`完成日期` and `开始日期` are two letters apart: what is one from each is left to a person."""
    labels = {"完成日期": "end", "开始日期": "start"}

    assert nearest("元成日期", labels) == "end"
    assert nearest("开成日期", labels) is None
    assert nearest("日期", labels) is None


def test_a_text_layer_misreads_nothing() -> None:
    """Words that are letter for letter something else are no label in a text layer."""
    typed = page(table([("顶目名称", "星河")]))

    assert said(typed) == {}


@pytest.mark.parametrize(
    ("one", "other", "most", "apart"),
    [("", "", 2, 0), ("ab", "ab", 2, 0), ("abc", "adc", 2, 1), ("abc", "xyz", 2, 3), ("a", "abcdef", 3, 4)],
)
def test_distance_counts_changed_letters(one: str, other: str, most: int, apart: int) -> None:
    """Levenshtein, and one more than the most that is asked for."""
    assert distance(one, other, most) == apart


def test_a_line_read_over_a_border_is_shared_out() -> None:
    """OCR joins what stands close together; each cell gets the letters that lie in it."""
    cells, _ = table([("项目名称", "星河")], widths=(54.0, 300.0))
    joined = page((cells, [line("项目名称：星河二期", 44, 103, score=0.95)]))

    assert said(joined) == {"project_name": "星河二期"}


def test_rows_stand_under_their_headers() -> None:
    """Also when the table is wider than ours, its columns moved, and another column stands between."""
    wide = page(
        table(
            [
                ("No.", "Due", "What is asked", "Remark", "Department"),
                ("1", "2026-03-05", "Machines", "x", "研发部"),
                ("2", "", "People", "", "市场部"),
            ],
            widths=(30.0, 80.0, 150.0, 100.0, 120.0),
        )
    )

    assert said(wide) == {
        "departments.0.department": "研发部",
        "departments.0.asked": "Machines",
        "departments.0.due": "2026-03-05",
        "departments.1.department": "市场部",
        "departments.1.asked": "People",
        "departments.1.due": "",
    }


@pytest.mark.parametrize(("read_as", "is_found"), [("知会！", True), ("知会1", True), ("备注", False)])
def test_a_short_header_may_be_misread_where_its_neighbours_tell_what_it_is(
    read_as: str, *, is_found: bool
) -> None:
    """OCR reads the I of `知会 I` as a mark, and three people a row were not read."""
    form = form_of("breakdown")
    tasks = form.field("tasks")
    assert tasks is not None
    heads = [column.label.zh for column in tasks.columns]
    cells, words = table([tuple(heads), ("T1", *(["张伟"] * (len(heads) - 1)))], widths=(60.0,) * len(heads))
    at = next(number for number, word in enumerate(words) if word.text == heads[5])
    words[at] = replace(words[at], text=read_as, score=0.98)
    assert ("tasks.0.informed" in locate((page((cells, words)),), form, Language.ZH).fields) is is_found


@pytest.mark.parametrize("lost", ["no", "informed", "depends_on"])
def test_a_header_that_was_not_read_is_told_by_those_beside_it(lost: str) -> None:
    """OCR overlooked `Depends on`, and two answers beneath it were read as nothing."""
    form = form_of("breakdown")
    tasks = form.field("tasks")
    assert tasks is not None
    names = [column.id for column in tasks.columns]
    heads = tuple(column.label.zh for column in tasks.columns)
    cells, words = table([heads, ("T1", *(["张伟"] * (len(heads) - 1)))], widths=(60.0,) * len(heads))
    seen = [replace(word, score=0.98) for word in words if word.text != heads[names.index(lost)]]
    places = locate((page((cells, seen)),), form, Language.ZH)
    assert {path for path in places.fields if path.startswith("tasks.0.")} == {f"tasks.0.{n}" for n in names}


def test_rows_go_on_overleaf_with_and_without_their_header() -> None:
    """A header is repeated or not; either way the rows of one field are counted on."""
    first = page(table([HEADER, ("研发部", "甲", "3月5日")], widths=THREE, top=700))
    again = page(table([HEADER, ("市场部", "乙", "3月6日")], widths=THREE, top=60), number=2)
    bare = page(table([("市场部", "乙", "3月6日")], widths=THREE, top=60), number=2)

    for second in (again, bare):
        assert said(first, second)["departments.1.asked"] == "乙"


def test_a_row_that_a_page_break_cut_is_one_row() -> None:
    """The rest overleaf has words only in the column that was too long."""
    first = page(
        table([HEADER, ("研发部", "第一点：现状\n第二点：方案", "3月5日")], widths=THREE, top=780, height=31)
    )
    second = page(
        table([HEADER, ("", "第三点：验收", ""), ("市场部", "乙", "")], widths=THREE, top=60), number=2
    )

    found = said(first, second)

    assert found["departments.0.asked"] == "第一点：现状\n第二点：方案\n第三点：验收"
    assert found["departments.1.asked"] == "乙"


def test_a_line_that_a_page_break_cut_is_one_answer() -> None:
    """Its label stands on the first page only."""
    first = page(table([("协同背景", "第一点：现状")], top=800))
    second = page(table([("", "第二点：方案"), ("项目名称", "星河")], top=60), number=2)

    assert said(first, second) == {"background": "第一点：现状\n第二点：方案", "project_name": "星河"}


def test_rows_end_where_a_labelled_line_begins() -> None:
    """A table may go straight on with other fields below it."""
    joined = page(
        table([HEADER, ("研发部", "甲", "3月5日"), ("项目名称", "星河", "")], widths=THREE),
    )

    assert said(joined) == {
        "departments.0.department": "研发部",
        "departments.0.asked": "甲",
        "departments.0.due": "3月5日",
        "project_name": "星河",
    }


def test_labels_without_cells_lead_to_what_follows_them() -> None:
    """Somebody retyped the form as numbered sections and `label: value` lines."""
    loose = page(
        loose=(
            line("1. 项目名称：", 40, 100),
            line("星河", 110, 100),
            line("预算：80", 40, 120),
            line("二、协同背景", 40, 140),
            line("第一点：现状", 40, 155),
            line("第二点：方案", 40, 170),
            line("三、发起部门：研发部", 40, 190),
        )
    )

    assert said(loose) == {
        "project_name": "星河",
        "budget": "80",
        "background": "第一点：现状\n第二点：方案",
        "department": "研发部",
    }


def test_the_slot_and_the_date_beside_it_are_found() -> None:
    """A slot is signed between its label and the word for the date."""
    signed = page(
        table([("发起部门负责人签字", "李娜", "日期", "3月5日")], widths=(120.0, 200.0, 40.0, 80.0)),
    )
    places = locate((signed,), REQUEST)

    assert words_in(signed, places.slots["initiating_head"].box) == "李娜"
    assert words_in(signed, places.dates["initiating_head"].box) == "3月5日"


def test_on_paper_what_follows_the_label_of_a_slot_is_no_place_to_sign() -> None:
    """A seal on the label broke its cell: the foot of the page below it was taken for the slot."""
    foot = (line("发起部门负责人签字", 40, 500, 0.97), line("事项编号 XT-2026-0001", 40, 560, 0.97))
    assert locate((page(loose=foot),), REQUEST).slots == {}


def test_boxes_to_tick_stand_before_their_answers() -> None:
    """Each answer's box is known, and a longer answer is not mistaken for the shorter one in it."""
    ticked = page(table([("协同场景", "☐ 重大项目推进 ☑ 紧急问题处理"), ("是否加急", "☑")]))
    places = locate((ticked,), REQUEST)

    assert set(places.options) == {"profile", "urgent"}
    assert set(places.options["profile"]) == {"project", "emergency"}
    first, second = (places.options["profile"][each].box for each in ("project", "emergency"))
    assert 140 <= first.left < first.right <= 160
    assert 205 <= second.left < second.right <= 240
    read_back = {each.field: each.value for each in read(ticked).answers.all if each.value is not None}
    assert read_back == {"profile": "emergency", "urgent": True}


def test_answers_leave_out_hints_and_empty_rows() -> None:
    """What the form itself printed into a place is no answer, and the gap it leaves is closed."""
    filled = page(
        table([("项目名称", "请填写项目名称"), ("申请日期", "2026年3月5日")]),
        table(
            [
                HEADER,
                ("请填写协同部门", "请填写需求内容", "请填写完成时间"),
                ("研发部", "甲", "请填写完成时间"),
            ],
            widths=THREE,
            top=300,
        ),
    )
    answers = {each.field: each for each in read(filled).answers.all}

    assert answers["project_name"].trust is Trust.ABSENT
    assert (answers["date"].value, answers["date"].trust) == (date(2026, 3, 5), Trust.LIKELY)
    assert (answers["departments.0.asked"].value, answers["departments.0.due"].value) == ("甲", None)
    assert "departments.1.asked" not in answers


@pytest.mark.parametrize(
    ("title", "score"),
    [
        ("多部门协同需求申请表", 1.0),
        ("多部门协向需求申请表", 0.9),
        ("Cross-department collaboration request", 1.0),
    ],
)
def test_a_title_tells_which_form_it_is(title: str, score: float) -> None:
    """Also with a letter misread by OCR."""
    shown = page(table([("项目名称", "星河")]), loose=(line(title, 40, 40, score),))

    assert which_form((shown,), {"request": REQUEST, "summary": SUMMARY}) is not None
    assert which_form((shown,), {"request": REQUEST, "summary": SUMMARY})[0] is REQUEST  # type: ignore[index]


def test_a_title_over_two_lines_tells_which_form_it_is() -> None:
    """Large print breaks a long title."""
    shown = page(
        loose=(line("Cross-department ", 40, 40, em=20), line("collaboration request", 40, 64, em=20)),
    )

    assert which_form((shown,), {"request": REQUEST, "summary": SUMMARY})[0] is REQUEST  # type: ignore[index]


def test_a_letter_that_merely_mentions_things_is_no_form() -> None:
    """Nothing is claimed of a page that shows neither a title nor the labels."""
    letter = page(loose=(line("请查收项目名称清单", 40, 40),), number=1)

    assert which_form((letter,), {"request": REQUEST, "summary": SUMMARY}) is None


@pytest.mark.parametrize(("left", "said_"), [(103.0, "End"), (97.0, "nd")])
def test_a_short_word_that_ocr_draws_too_large_keeps_its_first_letter(left: float, said_: str) -> None:
    """`End` at the left edge of its place was read as `nd`; what begins in the place beside is cut off."""
    word = PageWord(text="End", box=Box(left, 328.0, 132.0, 348.0), score=0.99)
    cell = Box(109.05, 330.0, 190.0, 346.0)
    found = cut(word, cell)
    assert found is not None
    assert found.text == said_
    exact = cut(replace(word, score=1.0), Box(110.0, 330.0, 190.0, 346.0))
    assert exact is not None
    assert exact.text == "nd"
