"""People and departments, as people write them."""

import pytest

from parsers.persons import read_departments, read_persons
from tests.word_files import PEOPLE

LI_NA = "li.na@example.com"
ZHANG = "zhang.wei@example.com"
ZHANG_2 = "zhang.wei2@example.com"
PETER = "peter.smith@example.com"


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("李娜", LI_NA),
        (" 李 娜 ", LI_NA),
        ("LI.NA@example.com", LI_NA),
        ("李娜 <li.na@example.com>", LI_NA),
        ("李娜（li.na@example.com）", LI_NA),
        ("李娜（研发部）", LI_NA),
        ("李娜总监", LI_NA),
        ("张伟（研发）", ZHANG),
        ("张伟（市场部）", ZHANG_2),
        ("市场部 张伟", ZHANG_2),
        ("市场部张伟", ZHANG_2),
        ("张伟-研发部", ZHANG),
        ("张伟 zhang.wei2@example.com", ZHANG_2),
        ("peter smith", PETER),
        ("Smith, Peter", PETER),
        ("Mr. Peter Smith", PETER),
        ("Peter Smith (Quality)", PETER),
    ],
)
def test_one_person_is_found_by_name_mail_or_both(words: str, who: str) -> None:
    """The department decides between people of the same name."""
    read = read_persons(words, PEOPLE, several=False)

    assert (read.value, read.problem) == (who, "")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("张伟", "ambiguous_person"),
        ("张伟（财务部）", "ambiguous_person"),
        ("张三", "unknown_person"),
        ("a@b.example", "unknown_person"),
        ("王芳 <li.na@example.com>", "contradiction"),
        ("李娜（市场部）", "contradiction"),
        ("李娜、王芳", "several_persons"),
        ("待定", "unknown_person"),
        ("、", "unknown_person"),
    ],
)
def test_who_is_not_clearly_one_person_is_asked_back(words: str, problem: str) -> None:
    """A name and a mail of two people, or a department that is not theirs, are a slip to be shown."""
    assert read_persons(words, PEOPLE, several=False).problem == problem


@pytest.mark.parametrize(
    "words",
    [
        "李娜、王芳",
        "李娜，王芳",
        "李娜; 王芳",
        "李娜/王芳",
        "李娜\n王芳",
        "李娜 王芳",
        "li.na@example.com; 王芳（市场部）",
        "李娜 and 王芳",
        "李娜、王芳、李娜",
    ],
)
def test_several_people_are_joined_in_many_ways(words: str) -> None:
    """Everybody counts once, in the order written."""
    read = read_persons(words, PEOPLE, several=True)

    assert read.value == "li.na@example.com; wang.fang@example.com"


def test_one_unknown_among_several_is_not_lost() -> None:
    """Half a list would be a wrong list."""
    assert read_persons("李娜、张三", PEOPLE, several=True).problem == "unknown_person"


@pytest.mark.parametrize("words", ["研发部", "研发", " 研发部 ", "研发部门", "研 发 部"])
def test_a_department_is_found_with_or_without_its_suffix(words: str) -> None:
    """People leave 部 away."""
    assert read_departments(words, PEOPLE, several=False).value == "研发部"


@pytest.mark.parametrize(
    ("words", "several", "value", "problem"),
    [
        ("研发部、市场部", True, "研发部; 市场部", ""),
        ("研发部、市场部", False, None, "several_departments"),
        ("法务部", False, None, "unknown_department"),
        ("quality", False, "Quality", ""),
        ("Quality Department", False, "Quality", ""),
        ("部", False, None, "unknown_department"),
    ],
)
def test_only_departments_of_the_directory_count(
    words: str,
    several: bool,  # noqa: FBT001
    value: str | None,
    problem: str,
) -> None:
    """A department without people in it cannot be asked for anything."""
    read = read_departments(words, PEOPLE, several=several)

    assert (read.value, read.problem) == (value, problem)
