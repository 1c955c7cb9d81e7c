"""What people answer on a form: seeded values, as typed words and as the truth they stand for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np

from agent.domain.answers import Scalar, Values
from agent.domain.forms import Field, Form, Kind
from agent.domain.mail import Address
from agent.domain.people import Directory, Person, Role
from agent.domain.words import Language
from tests.paper.pages import chance

TODAY = date(2026, 3, 2)
DEPARTMENTS = ("研发部", "市场部", "生产部", "质量部", "采购部", "财务部")
_PEOPLE = (
    "李娜/li.na", "李娟/li.juan", "李楠/li.nan", "王强/wang.qiang", "王蔷/wang.qiang2", "张伟/zhang.wei",
    "张玮/zhang.wei2", "陈晓东/chen.xd", "陈晓冬/chen.xd2", "刘洋/liu.yang", "赵敏/zhao.min",
    "欧阳文静/ouyang.wj",
)  # fmt: skip
"""Names with neighbours that differ in one character: a misread one is another person."""
DIRECTORY = Directory(
    tuple(
        Person(
            name=each.partition("/")[0],
            address=Address(f"{each.partition('/')[2]}@example.com"),
            department=DEPARTMENTS[number % len(DEPARTMENTS)],
            roles=frozenset({Role.HEAD} if number < len(DEPARTMENTS) else ()),
        )
        for number, each in enumerate(_PEOPLE)
    )
)
_SAID = {
    Language.ZH: (
        "完成网关V2.3与计费系统的接口联调", "提供3名测试人员，每周不少于16小时", "样机编号RD-0417，先到先测",
        "6月15日前交付图纸，逾期按合同第7.2条处理", "预算￥128,500.00元（含税）", "与客户确认验收标准",
        "若供应商延误，则启用备选方案B", "负责现场安装、调试及培训", "数据迁移分两批：先试点，后全面上线",
        "成本须比2025年低8%", "每周一、三、五参加例会", "有权调用本部门的检测设备",
    ),
    Language.EN: (
        "Joint test of gateway V2.3 with billing", "Three testers, at least 16 hours a week",
        "Prototype RD-0417 is tested first", "Drawings by 15 June; clause 7.2 applies to delays",
        "Budget 128,500.00 yuan including tax", "Agree the acceptance criteria with the customer",
        "Plan B if the supplier is late", "Costs 8 % lower than in 2025",
        "May use the test bench of the department",
    ),
}  # fmt: skip
_SHORT = {
    Language.ZH: (
        "接口联调",
        "样机试制",
        "客户培训",
        "图纸会审",
        "数据迁移",
        "第2批到货",
        "功能测试",
        "风险评估",
    ),
    Language.EN: ("Joint test", "Prototype", "Training", "Review", "Data move", "Batch 2", "Trial run"),
}
_DAYS = (
    "{0:%Y-%m-%d}",
    "{0.year}年{0.month}月{0.day}日",
    "{0.year}/{0.month}/{0.day}",
    "{0.year}.{0.month}.{0.day}",
)
_FILLED = 0.85
"""Of the fields that need not be answered."""


@dataclass(slots=True)
class Answered:
    """One form, answered."""

    words: dict[str, str] = field(default_factory=dict)
    """By path: what a person types, or writes."""
    truth: dict[str, Scalar] = field(default_factory=dict)
    """By path: what that means."""
    given: Values = field(default_factory=dict)
    """What we had filled in before it was sent."""
    kinds: dict[str, Kind] = field(default_factory=dict)
    """By path, of every place that somebody could fill, answered or not."""

    def as_read(self) -> dict[str, Scalar]:
        """Return the truth by the paths that readers tell it at: rows that nobody filled are left out.

        A row in which we had filled something in ourselves keeps its place.
        """
        told: dict[str, Scalar] = {}
        rows: dict[str, list[str]] = {}
        for path in self.kinds:
            name, _, cell = path.partition(".")
            number, _, column = cell.partition(".")
            known = rows.setdefault(name, [])
            if cell and number not in known and (name in self.given or self._fills(f"{name}.{number}.")):
                known.append(number)
            if path in self.truth and not cell:
                told[path] = self.truth[path]
            elif path in self.truth and number in known:
                told[f"{name}.{known.index(number)}.{column}"] = self.truth[path]
        return told

    def _fills(self, row: str) -> bool:
        return any(value for path, value in self.truth.items() if path.startswith(row))


def answered(form: Form, language: Language, seed: int, *, sparse: bool = False) -> Answered:
    """Return seeded answers to a form; `sparse` ones are what people write by hand: short, and few rows."""
    random = chance("answers", form.id, language.value, seed)
    done = Answered()
    given: dict[str, Scalar | tuple[Mapping[str, Scalar], ...]] = {}
    for each in form.fields:
        if each.kind is not Kind.ROWS:
            if each.given:
                _, value = _value(each, language, random, short=each.lines == 1)
                if not isinstance(value, bool) and each.kind in {Kind.TEXT, Kind.DEPARTMENT, Kind.PERSON}:
                    given[each.id] = value
                continue
            done.kinds[each.id] = each.kind
            if each.required or random.random() < _FILLED:
                _put(done, each.id, each, language, random, short=sparse or each.lines == 1)
            continue
        if each.given:
            continue
        ours = _rows(done, each, language, random, min(each.rows, 2 if sparse else 3))
        if any(ours):
            given[each.id] = tuple(ours)
    done.given = given
    return done


def _rows(
    done: Answered, asked: Field, language: Language, random: np.random.Generator, count: int
) -> list[dict[str, Scalar]]:
    """Answer the first rows; return what of them we had filled in ourselves."""
    ours: list[dict[str, Scalar]] = []
    for number in range(count):
        row: dict[str, Scalar] = {}
        for column in asked.columns:
            path = f"{asked.id}.{number}.{column.id}"
            if column.given:
                _, row[column.id] = _value(column, language, random, short=True)
                continue
            done.kinds[path] = column.kind
            if column.id == "no":
                done.words[path] = done.truth[path] = f"T{number + 1}"
            elif random.random() < _FILLED:
                _put(done, path, column, language, random, short=True)
        ours.append(row)
    return ours


def _put(  # noqa: PLR0913 - what is asked, and how it is answered
    done: Answered, path: str, asked: Field, language: Language, random: np.random.Generator, *, short: bool
) -> None:
    words, value = _value(asked, language, random, short=short)
    done.words[path], done.truth[path] = words, value


def _value(
    asked: Field, language: Language, random: np.random.Generator, *, short: bool
) -> tuple[str, Scalar]:
    def one(of: tuple[str, ...]) -> str:
        return of[int(random.integers(len(of)))]

    match asked.kind:
        case Kind.DATE:
            day = TODAY + timedelta(days=int(random.integers(1, 300)))
            return one(_DAYS).format(day), day
        case Kind.DATETIME:
            day = TODAY + timedelta(days=int(random.integers(1, 60)))
            moment = datetime(day.year, day.month, day.day, int(random.integers(8, 18)), 30)  # noqa: DTZ001 - wall-clock
            return f"{moment:%Y-%m-%d %H:%M}", moment
        case Kind.NUMBER:
            number = int(random.integers(0, 101))
            return f"{number}", Decimal(number)
        case Kind.PERSON:
            found = [
                DIRECTORY.people[int(n)]
                for n in random.permutation(len(_PEOPLE))[: 2 if asked.several else 1]
            ]
            return "、".join(p.name for p in found), "; ".join(str(p.address) for p in found)
        case Kind.DEPARTMENT:
            name = one(DEPARTMENTS)
            return name, name
        case Kind.CHOICE:
            choice = asked.choices[int(random.integers(len(asked.choices)))]
            return choice.label.in_(language), choice.value
        case Kind.CHECKBOX:
            is_ticked = bool(random.random() < 0.6)
            return "☑" if is_ticked else "", is_ticked
        case _ if short:
            words = one(_SHORT[language])
            return words, words
        case _:
            words = one(_SAID[language])
            return words, words
