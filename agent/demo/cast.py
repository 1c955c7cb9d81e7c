"""Who plays: a company that brings a product to market, and whoever else writes to its clerk."""

import csv
import io
from dataclasses import dataclass
from enum import Enum

from agent.domain.mail import Address
from agent.domain.words import Language, Words

DOMAIN = "xinghe.example"
CLERK = Address(f"xietong@{DOMAIN}")
CLERK_NAME = Words(zh="协同助手", en="Collaboration clerk")


class Program(Enum):
    """With what somebody writes mail; each quotes, encodes and names things in its own way."""

    OUTLOOK = "outlook"
    FOXMAIL = "foxmail"
    APPLE = "apple"
    PHONE = "phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One person of the play."""

    key: str
    name: Words
    department: Words
    role: Words
    above: str = ""
    program: Program = Program.OUTLOOK
    speaks: Language | None = None
    """The language of somebody who does not go by the company's."""
    domain: str = DOMAIN

    @property
    def address(self) -> Address:
        """Return the mail address."""
        return Address(f"{self.key}@{self.domain}")

    def language(self, company: Language) -> Language:
        """Return the language that this person reads and writes."""
        return self.speaks or company


MARKETING = Words(zh="市场部", en="Marketing")
ENGINEERING = Words(zh="研发部", en="Engineering")
PRODUCTION = Words(zh="生产部", en="Production")
PROCUREMENT = Words(zh="采购部", en="Procurement")
FINANCE = Words(zh="财务部", en="Finance")
OFFICE = Words(zh="综合管理部", en="Administration")
MANAGEMENT = Words(zh="管理层", en="Management")

_HEAD = Words(zh="负责人", en="head")
_STAFF = Words(zh="员工", en="staff")
_SUPERVISOR = Words(zh="分管领导", en="supervisor")
_EXECUTIVE = Words(zh="高管", en="executive")
_COORDINATOR = Words(zh="负责人;协调员", en="head;coordinator")


def _a(  # noqa: PLR0913, PLR0917 - a line of the playbill
    key: str,
    zh: str,
    en: str,
    department: Words,
    role: Words,
    above: str = "",
    program: Program = Program.OUTLOOK,
    speaks: Language | None = None,
) -> Actor:
    return Actor(
        key=key,
        name=Words(zh=zh, en=en),
        department=department,
        role=role,
        above=above,
        program=program,
        speaks=speaks,
    )


ACTORS = {
    actor.key: actor
    for actor in (
        _a("gao.yuan", "高远", "Gao Yuan", MANAGEMENT, _EXECUTIVE, "", Program.PHONE),
        _a("zhao.lei", "赵磊", "Zhao Lei", MANAGEMENT, _SUPERVISOR, "gao.yuan"),
        _a("qian.hong", "钱红", "Qian Hong", MANAGEMENT, _SUPERVISOR, "gao.yuan"),
        _a("li.na", "李娜", "Li Na", MARKETING, _HEAD, "zhao.lei", Program.PHONE),
        _a("wang.fang", "王芳", "Wang Fang", MARKETING, _STAFF),
        _a("zhang.wei", "张伟", "Zhang Wei", MARKETING, _STAFF, "", Program.FOXMAIL),
        _a("chen.qiang", "陈强", "Chen Qiang", ENGINEERING, _HEAD, "zhao.lei", Program.FOXMAIL),
        _a("liu.yang", "刘洋", "Liu Yang", ENGINEERING, _STAFF, "", Program.APPLE),
        _a("peter.smith", "Peter Smith", "Peter Smith", PRODUCTION, _HEAD, "qian.hong", speaks=Language.EN),
        _a("ma.chao", "马超", "Ma Chao", PRODUCTION, _STAFF, "", Program.FOXMAIL),
        _a("he.jing", "何静", "He Jing", PROCUREMENT, _HEAD, "qian.hong", speaks=Language.ZH),
        _a("sun.yue", "孙悦", "Sun Yue", PROCUREMENT, _STAFF, "", Program.APPLE),
        _a("zhou.min", "周敏", "Zhou Min", FINANCE, _HEAD, "qian.hong", Program.FOXMAIL),
        _a("zheng.kai", "郑凯", "Zheng Kai", FINANCE, _STAFF),
        _a("wu.jing", "吴静", "Wu Jing", OFFICE, _COORDINATOR, "gao.yuan"),
    )
}
"""Everybody in the directory, by the part of their address before the @."""


def actor_at(address: str) -> Actor | None:
    """Return the person with that address."""
    key, _, domain = address.casefold().partition("@")
    return ACTORS.get(key) if domain == DOMAIN else None


def directory(company: Language) -> str:
    """Return the directory file: one person a line, as an HR export has it."""
    chinese = company is Language.ZH
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    lines.writerow(
        ("姓名", "邮箱", "部门", "角色", "上级", "语言")
        if chinese
        else ("name", "email", "department", "role", "supervisor", "language")
    )
    for actor in ACTORS.values():
        lines.writerow(
            (
                actor.name.in_(company),
                actor.address,
                actor.department.in_(company),
                actor.role.in_(company),
                ACTORS[actor.above].address if actor.above else "",
                actor.speaks.value if actor.speaks is not None else "",
            )
        )
    return file.getvalue()
