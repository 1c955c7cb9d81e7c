"""The directory is read as HR exports it, and every doubtful line is named (cli.md, people.csv)."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from agent.domain.errors import WillNotWork
from agent.domain.mail import Address
from agent.domain.people import Role
from agent.domain.words import Language
from agent.people import People, load

CHINESE = "姓名,邮箱,别名,部门,角色,上级,代理人,缺勤开始,缺勤结束,语言"
SOUND = """\
孙立,sun@example.com,,,高管,,,,,
周洁,zhou@example.com,,,协调员,,,,,
"""


def read(tmp_path: Path, text: str, encoding: str = "utf-8") -> People:
    file = tmp_path / "people.csv"
    file.write_bytes(text.encode(encoding))
    return load(file)


def codes(people: People) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in people.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_in_the_encodings_that_excel_writes(tmp_path: Path, encoding: str) -> None:
    """Nobody should have to know what an encoding is."""
    line = "李 娜,Li.Na@Example.com,na@example.com；ln@example.com,研发部,负责人,sun@example.com,,,,英文"
    found = read(tmp_path, f"{CHINESE}\n{line}\n{SOUND}", encoding)
    assert found.problems == ()
    person = found.directory.people[0]
    assert (person.name, person.address, person.department) == ("李 娜", "li.na@example.com", "研发部")
    assert person.aliases == ("na@example.com", "ln@example.com")
    assert person.roles == {Role.HEAD}
    assert person.language is Language.EN


def test_english_heads_in_any_order_with_columns_of_their_own(tmp_path: Path) -> None:
    """An export has more columns than we need, and its own order."""
    text = (
        "Employee No;Department;E-Mail;Name;Role;Absent From;Absent Until;Deputy\n"
        "7;R&D;li@example.com;Li Na;head, coordinator;2026/3/5;2026年3月9日;liu@example.com\n"
        "8;R&D;liu@example.com;Liu;Executive;;;\n"
    )
    found = read(tmp_path, text)
    person = found.directory.people[0]
    assert person.roles == {Role.HEAD, Role.COORDINATOR}
    assert (person.absent_from, person.absent_until) == (date(2026, 3, 5), date(2026, 3, 9))
    assert person.deputy == "liu@example.com"
    assert found.problems == ()


def test_a_workbook_is_read_like_a_csv(tmp_path: Path) -> None:
    """Dates come as dates, numbers as numbers, empty lines do not count."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["姓名", "邮箱", "部门", "角色", "缺勤开始", "代理人"])
    sheet.append([])
    sheet.append(["李娜", "li@example.com", "研发部", "负责人", date(2026, 3, 5), "zhou@example.com"])
    sheet.append(["孙立", "sun@example.com", None, "高管", None, None])
    sheet.append(["周洁", "zhou@example.com", 7, "协调员", None, None])
    file = tmp_path / "people.xlsx"
    book.save(file)
    found = load(file)
    assert found.lines == (3, 4, 5)
    assert found.directory.people[0].absent_from == date(2026, 3, 5)
    assert found.directory.people[2].department == "7"
    assert found.problems == ()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (",x@example.com,,,,,,,,", "no_name"),
        ("无邮,,,,,,,,,", "no_email"),
        ("坏址,nobody,,,,,,,,", "bad_address"),
        ("坏角,a@example.com,,,国王,,,,,", "unknown_role"),
        ("坏日,a@example.com,,,,,,昨天,,", "bad_date"),
        ("坏语,a@example.com,,,,,,,,火星文", "unknown_language"),
        ("坏上,a@example.com,,,,nobody@example.com,,,,", "unknown_supervisor"),
        ("坏代,a@example.com,,,,,nobody@example.com,,,", "unknown_deputy"),
        ("自代,a@example.com,,,,,a@example.com,,,", "own_deputy"),
        ("重址,sun@example.com,,,,,,,,", "duplicate_address"),
        ("重别,a@example.com,zhou@example.com,,,,,,,", "duplicate_address"),
        ("倒假,a@example.com,,,,,,2026-03-09,2026-03-05,", "absence_reversed"),
        ("无部,a@example.com,,,负责人,,,,,", "head_of_nothing"),
        ("孙立,a@example.com,,,,,,,,", "same_name"),
        ("无头,a@example.com,,法务部,,,,,,", "no_head"),
    ],
)
def test_each_mistake_is_named_by_its_line(tmp_path: Path, line: str, code: str) -> None:
    """The fourth line of the file is the one that HR has to look at."""
    assert codes(read(tmp_path, f"{CHINESE}\n{SOUND}{line}\n")) == [(4, code)]


def test_two_heads_and_a_circle_of_supervisors_are_found(tmp_path: Path) -> None:
    """The ladder would never end."""
    lines = (
        "甲,a@example.com,,研发部,负责人,b@example.com,,,,\n"
        "乙,b@example.com,,研发部,负责人,a@example.com,,,,\n"
    )
    found = read(tmp_path, f"{CHINESE}\n{lines}{SOUND}")
    assert codes(found) == [(2, "circle"), (3, "two_heads")]
    head = found.directory.head_of("研发部")
    assert head is not None
    assert head.address == "a@example.com"


def test_posts_that_nobody_holds_are_told_for_the_whole_file(tmp_path: Path) -> None:
    """Without a coordinator digests have no reader; without an executive a dispute has no end."""
    found = read(tmp_path, f"{CHINESE}\n甲,a@example.com,,研发部,负责人,,,,,\n")
    assert codes(found) == [(0, "no_coordinator"), (0, "no_executive")]


def test_a_head_who_is_away_without_a_deputy_is_worth_a_look(tmp_path: Path) -> None:
    """It works, through the coordinator; so it does not block."""
    found = read(tmp_path, f"{CHINESE}\n甲,a@example.com,,研发部,负责人,,,2026-03-05,,\n{SOUND}")
    assert [(p.code, p.blocks) for p in found.problems] == [("no_deputy", False)]


def test_an_address_with_a_name_around_it_is_understood(tmp_path: Path) -> None:
    """As a mail program copies it."""
    found = read(tmp_path, f"{CHINESE}\n甲,甲 <A@example.com>,,,,,,,,\n{SOUND}")
    assert found.directory.people[0].address == Address("a@example.com")


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"", "first line"),
        ("姓名,部门\n甲,乙\n".encode(), "邮箱"),
        (b"\xff\xfe\x00\x81\xff\xff", "neither UTF-8 nor GB18030"),
    ],
)
def test_what_is_no_directory_is_refused_with_the_reason(tmp_path: Path, content: bytes, hint: str) -> None:
    """The daemon does not start without people."""
    file = tmp_path / "people.csv"
    file.write_bytes(content)
    with pytest.raises(WillNotWork, match=hint) as caught:
        load(file)
    assert caught.value.said.zh.startswith(f"{file}：")


def test_a_broken_workbook_is_refused_with_the_reason(tmp_path: Path) -> None:
    """Whatever the library raises becomes a sentence."""
    file = tmp_path / "people.xlsx"
    file.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(WillNotWork, match="workbook"):
        load(file)
    with pytest.raises(WillNotWork, match="cannot be read"):
        load(tmp_path / "nowhere.csv")
