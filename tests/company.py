"""A small company for tests: people with faces, a working calendar, the shipped process."""

import tomllib
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.core.definition import build
from agent.core.form_files import parse
from agent.domain.forms import Form
from agent.domain.mail import Address
from agent.domain.people import Directory, Person, Role
from agent.domain.plans import World
from agent.domain.process import Process
from agent.domain.words import Language
from agent.domain.workdays import Workdays

PACK = Path(__file__).parent.parent / "doc_templates" / "collaboration"

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""09:00 on a Monday in Shanghai."""


def a_person(  # noqa: PLR0913 - each argument is one value of a person
    name: str,
    local: str,
    department: str,
    *roles: Role,
    above: str = "",
    deputy: str = "",
    away: tuple[date, date] | None = None,
    language: Language = Language.ZH,
) -> Person:
    """Build a person whose address is `local@example.com`."""
    return Person(
        name=name,
        address=at(local),
        department=department,
        roles=frozenset(roles or (Role.STAFF,)),
        supervisor=at(above) if above else None,
        deputy=at(deputy) if deputy else None,
        absent_from=away[0] if away is not None else None,
        absent_until=away[1] if away is not None else None,
        language=language,
    )


def at(local: str) -> Address:
    """Return the address of a person of this company."""
    return Address(f"{local}@example.com")


PEOPLE = (
    a_person("张伟", "zhang", "市场部"),
    a_person("王芳", "wang", "市场部", Role.HEAD, above="zhao"),
    a_person("李娜", "li", "研发部", Role.HEAD, above="qian"),
    a_person("刘洋", "liu", "研发部"),
    a_person("陈静", "chen", "生产部", Role.HEAD, above="qian"),
    a_person("杨帆", "yang", "生产部"),
    a_person("Emma Brown", "emma", "质量部", Role.HEAD, above="qian", language=Language.EN),
    a_person("赵敏", "zhao", "总经办", Role.SUPERVISOR, above="sun"),
    a_person("钱坤", "qian", "总经办", Role.SUPERVISOR, above="sun"),
    a_person("孙立", "sun", "总经办", Role.EXECUTIVE),
    a_person("周洁", "zhou", "总经办", Role.COORDINATOR),
)

DIRECTORY = Directory(PEOPLE)

SHANGHAI = Workdays(zone=ZoneInfo("Asia/Shanghai"))


def a_world(*people: Person, workdays: Workdays = SHANGHAI) -> World:
    """Build the world of this company, with `people` in the place of those they share an address with."""
    changed = {person.address: person for person in people}
    everyone = tuple(changed.pop(p.address, p) for p in PEOPLE)
    return World(directory=Directory((*everyone, *changed.values())), workdays=workdays, departments={})


@cache
def the_forms() -> dict[str, Form]:
    """Return the forms of the shipped pack."""
    found = (
        parse(tomllib.loads(f.read_text("utf-8")), f.name) for f in sorted((PACK / "forms").glob("*.toml"))
    )
    return {form.id: form for form in found}


@cache
def the_process() -> Process:
    """Return the process that ships."""
    return build(tomllib.loads((PACK / "process.toml").read_text("utf-8")), the_forms(), "shipped")
