"""The directory file: one person a line, as an HR export has it, read into a `Directory` with its problems.

A line that cannot be used is left out and named; nothing is guessed.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from agent.domain.mail import Address, address
from agent.domain.people import Directory, Person, Role
from agent.domain.words import Language, Words
from agent.people_checks import check_directory
from agent.tabular import Line, LineProblem, day_in, parts_of, read_table, simple

HEADS = MappingProxyType(
    {
        "name": ("姓名", "名字", "员工姓名", "full name", "display name"),
        "email": (
            "邮箱",
            "电子邮箱",
            "邮件",
            "邮箱地址",
            "电子邮件",
            "mail",
            "e-mail",
            "address",
            "mail address",
        ),
        "aliases": ("别名", "其他邮箱", "邮箱别名", "alias"),
        "department": ("部门", "所属部门", "部门名称", "dept"),
        "role": ("角色", "职务", "职位", "roles", "position"),
        "supervisor": ("上级", "直属上级", "分管领导", "上级邮箱", "manager", "reports to"),
        "deputy": ("代理人", "代理", "职务代理人", "deputies", "substitute"),
        "absent_from": ("缺勤开始", "休假开始", "缺勤开始日期", "absence from"),
        "absent_until": ("缺勤结束", "休假结束", "缺勤结束日期", "absence until", "absent to"),
        "language": ("语言", "lang"),
    }
)
"""The columns of cli.md with the heads that each may have; spaces, case and `_` do not count."""

ROLES = MappingProxyType(
    {
        Role.STAFF: ("员工", "普通员工", "职员", "成员", "employee"),
        Role.HEAD: ("负责人", "部门负责人", "主管", "部门主管", "department head"),
        Role.SUPERVISOR: ("分管领导", "部门经理", "上级领导", "division head"),
        Role.EXECUTIVE: ("高管", "分管高管", "副总", "副总经理", "总经理", "vice president"),
        Role.COORDINATOR: ("协调员", "协调人", "协同协调员"),
    }
)
_ROLE_OF = {simple(word): role for role, words in ROLES.items() for word in (role.value, *words)}

_LANGUAGES = {
    **dict.fromkeys(("zh", "中文", "汉语", "chinese", "cn", "zhcn", "简体中文"), Language.ZH),
    **dict.fromkeys(("en", "英文", "英语", "english", "enus", "engb"), Language.EN),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The directory as understood, and everything about the file that somebody should look at."""

    directory: Directory
    lines: tuple[int, ...]
    """The line of the file that each person stands on, in the order of the directory."""
    problems: tuple[LineProblem, ...] = ()


def load(file: Path, otherwise: Language = Language.ZH) -> People:
    """Return the directory that `file` holds, with what is wrong with it.

    Args:
        file: CSV (UTF-8 or GB18030) or XLSX.
        otherwise: The language of people whose line names none.

    Raises:
        WillNotWork: the file cannot be read, or has no column for names or addresses.
    """
    people: list[Person] = []
    lines: list[int] = []
    problems: list[LineProblem] = []
    for line in read_table(file, HEADS, ("name", "email")):
        reader = _Reader(line, otherwise)
        person = reader.person()
        problems.extend(reader.problems)
        if person is not None:
            people.append(person)
            lines.append(line.number)
    found = check_directory(tuple(people), tuple(lines))
    return People(
        directory=Directory(tuple(people)),
        lines=tuple(lines),
        problems=tuple(sorted((*problems, *found), key=lambda problem: problem.line)),
    )


class _Reader:
    """Reads one line, and collects what is wrong with it."""

    def __init__(self, line: Line, otherwise: Language) -> None:
        self._line = line
        self._otherwise = otherwise
        self.problems: list[LineProblem] = []

    def person(self) -> Person | None:
        """Return the person of this line, None when there is no name or no usable address."""
        name = " ".join(self._line.cells["name"].split())
        mail, *more = (*parts_of(self._line.cells["email"]), "")
        main = self._address(mail, "email")
        if not name:
            self._wrong("no_name", mail, "缺少姓名，此行未采用", "has no name; the line was left out")
        if not mail:
            self._wrong(
                "no_email", name, "缺少邮箱，此行未采用", "has no mail address; the line was left out"
            )
        if not name or main is None:
            return None
        aliases = [a for part in (*more, *parts_of(self._line.cells["aliases"])) if (a := self._alias(part))]
        return Person(
            name=name,
            address=main,
            aliases=tuple(dict.fromkeys(alias for alias in aliases if alias != main)),
            department=" ".join(self._line.cells["department"].split()),
            roles=self._roles(),
            supervisor=self._person("supervisor"),
            deputy=self._person("deputy"),
            absent_from=self._day("absent_from"),
            absent_until=self._day("absent_until"),
            language=self._language(),
        )

    def _alias(self, text: str) -> Address | None:
        return self._address(text, "aliases") if text else None

    def _person(self, column: str) -> Address | None:
        text = self._line.cells[column].strip()
        return self._address(text, column) if text else None

    def _address(self, text: str, column: str) -> Address | None:
        found = address(text.rpartition("<")[2] if text.endswith(">") else text)
        local, at, domain = found.rpartition("@")
        if local and at and "." in domain.strip(".") and not any(c.isspace() or c in '<>"' for c in found):
            return found
        if text:
            self._wrong("bad_address", text, f"“{column}”不是邮箱地址", f"{column} is no mail address")
        return None

    def _roles(self) -> frozenset[Role]:
        found: set[Role] = set()
        for part in parts_of(self._line.cells["role"].replace("/", ";")):
            role = _ROLE_OF.get(simple(part))
            if role is None:
                known = ", ".join(f"{words[0]} {each.value}" for each, words in ROLES.items())
                self._wrong(
                    "unknown_role", part, f"没有这个角色，可用：{known}", f"unknown role; there are: {known}"
                )
            else:
                found.add(role)
        return frozenset(found or {Role.STAFF})

    def _day(self, column: str) -> date | None:
        text = self._line.cells[column].strip()
        day = day_in(text) if text else None
        if text and day is None:
            self._wrong(
                "bad_date", text, f"“{column}”不是日期，如 2026-03-05", f"{column} is no date (2026-03-05)"
            )
        return day

    def _language(self) -> Language:
        text = self._line.cells["language"].strip()
        found = _LANGUAGES.get(simple(text)) if text else self._otherwise
        if found is None:
            self._wrong("unknown_language", text, "语言须为 zh 或 en", "the language must be zh or en")
        return found or self._otherwise

    def _wrong(self, code: str, found: str, zh: str, en: str) -> None:
        say = Words(zh=zh, en=en)
        self.problems.append(LineProblem(line=self._line.number, code=code, found=found, say=say))
