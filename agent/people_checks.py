"""What can be wrong with a directory as a whole: posts that are vacant or taken twice, circles, strangers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from agent.core.checks.circles import circles
from agent.domain.mail import Address
from agent.domain.people import Directory, Person, Role
from agent.domain.words import Words
from agent.tabular import LineProblem


def check_directory(people: tuple[Person, ...], lines: tuple[int, ...]) -> tuple[LineProblem, ...]:
    """Return what is wrong, each with the line of the file; `lines` belong to `people` one by one."""
    directory = Directory(people)
    line_of = {person.address: line for person, line in reversed(list(zip(people, lines, strict=True)))}
    return (
        *_addresses(people, lines),
        *_strangers(people, lines, directory),
        *_heads(directory, line_of),
        *_posts(directory),
        *_circles(people, line_of, directory),
        *_absences(people, lines),
        *_names(people, lines),
    )


def _addresses(people: tuple[Person, ...], lines: tuple[int, ...]) -> Iterator[LineProblem]:
    owner: dict[Address, int] = {}
    for person, line in zip(people, lines, strict=True):
        for known in (person.address, *person.aliases):
            first = owner.setdefault(known, line)
            if first != line:
                yield _wrong(
                    line,
                    "duplicate_address",
                    known,
                    f"此地址已属于第 {first} 行",
                    f"this address belongs to line {first}",
                )


def _strangers(
    people: tuple[Person, ...], lines: tuple[int, ...], directory: Directory
) -> Iterator[LineProblem]:
    for person, line in zip(people, lines, strict=True):
        named = (
            (
                "unknown_supervisor",
                person.supervisor,
                "上级不在通讯录中",
                "the supervisor is not in the directory",
            ),
            ("unknown_deputy", person.deputy, "代理人不在通讯录中", "the deputy is not in the directory"),
        )
        for code, who, zh, en in named:
            if who is not None and directory.find(who) is None:
                yield _wrong(line, code, who, zh, en)
        if person.deputy is not None and directory.find(person.deputy) is directory.find(person.address):
            yield _wrong(line, "own_deputy", person.deputy, "代理人不能是本人", "nobody is their own deputy")


def _heads(directory: Directory, line_of: Mapping[Address, int]) -> Iterator[LineProblem]:
    heads: dict[str, list[Person]] = defaultdict(list)
    for person in directory.with_role(Role.HEAD):
        heads[person.department].append(person)
    for department, found in heads.items():
        if not department:
            for person in found:
                say = ("负责人没有写明部门", "is a head without a department")
                yield _wrong(line_of[person.address], "head_of_nothing", person.name, *say)
            continue
        for person in found[1:]:
            say = (
                f"{department}有两位负责人，以第 {line_of[found[0].address]} 行为准",
                f"{department} has two heads; line {line_of[found[0].address]} counts",
            )
            yield _wrong(line_of[person.address], "two_heads", person.name, *say)
    for department in directory.headless():
        line = next(line_of[p.address] for p in directory.people if p.department == department)
        say = (
            "该部门没有负责人，无法参与协同",
            "this department has no head and cannot be asked to take part",
        )
        yield _wrong(line, "no_head", department, *say)


def _posts(directory: Directory) -> Iterator[LineProblem]:
    posts = (
        (
            Role.COORDINATOR,
            "no_coordinator",
            "没有协调员，摘要和待处理邮件无人接收",
            "nobody is coordinator: digests have no reader",
        ),
        (
            Role.EXECUTIVE,
            "no_executive",
            "没有分管高管，争议最后一级无人裁定",
            "nobody is executive: the last rung is vacant",
        ),
    )
    for role, code, zh, en in posts:
        if not directory.with_role(role):
            yield _wrong(0, code, "", zh, en)


def _circles(
    people: tuple[Person, ...], line_of: Mapping[Address, int], directory: Directory
) -> Iterator[LineProblem]:
    above: dict[str, tuple[str, ...]] = {}
    for person in people:
        supervisor = None if person.supervisor is None else directory.find(person.supervisor)
        above[person.address] = () if supervisor is None else (supervisor.address,)
    for circle in circles(above):
        shown = " → ".join((*circle, circle[0]))
        yield _wrong(
            line_of[Address(circle[0])],
            "circle",
            shown,
            "上级关系成环",
            "these people are each other's supervisors",
        )


def _absences(people: tuple[Person, ...], lines: tuple[int, ...]) -> Iterator[LineProblem]:
    for person, line in zip(people, lines, strict=True):
        start, end = person.absent_from, person.absent_until
        if start is not None and end is not None and end < start:
            yield _wrong(
                line,
                "absence_reversed",
                f"{start} – {end}",
                "缺勤结束早于开始",
                "the absence ends before it begins",
            )
        if (start is not None or end is not None) and person.deputy is None and person.roles != {Role.STAFF}:
            say = ("缺勤期间没有代理人", "is away without a deputy")
            yield _wrong(line, "no_deputy", person.name, *say, blocks=False)


def _names(people: tuple[Person, ...], lines: tuple[int, ...]) -> Iterator[LineProblem]:
    first: dict[str, int] = {}
    for person, line in zip(people, lines, strict=True):
        other = first.setdefault("".join(person.name.split()).casefold(), line)
        if other != line:
            say = (
                f"与第 {other} 行同名，表格中须填邮箱",
                f"has the same name as line {other}: forms need the address",
            )
            yield _wrong(line, "same_name", person.name, *say, blocks=False)


def _wrong(line: int, code: str, found: str, zh: str, en: str, *, blocks: bool = True) -> LineProblem:  # noqa: PLR0913 - a problem has so many parts
    return LineProblem(line=line, code=code, found=found, say=Words(zh=zh, en=en), blocks=blocks)
