"""What the tests of checks share: a context, and problems shown as pairs."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from agent.core.checks.context import CheckContext
from agent.domain.answers import Value
from agent.domain.case import Case, CaseId, FileRef, Filing, ProcessRef, Task
from agent.domain.mail import MessageId
from agent.domain.people import Person
from agent.domain.problems import Problem
from agent.domain.words import Language
from agent.domain.work_items import ItemId
from agent.domain.workdays import Workdays
from tests.company import MONDAY, a_world, at, the_forms, the_process

CHINA = Workdays(
    zone=ZoneInfo("Asia/Shanghai"),
    known_from=date(2026, 1, 1),
    known_until=date(2026, 12, 31),
    days_off=frozenset({date(2026, 4, 6)}),
)


def a_task(number: str, person: str, start: date, end: date, *after: str, department: str = "研发部") -> Task:
    """Build an agreed task."""
    return Task(
        id=number,
        title=f"任务{number}",
        responsible=at(person),
        accountable=at(person),
        department=department,
        start=start,
        end=end,
        depends_on=after,
    )


def asking(  # noqa: PLR0913 - each argument is one thing that a check may look at
    form: str,
    *people: Person,
    profile: str = "project",
    request: Mapping[str, Value] | None = None,
    tasks: tuple[Task, ...] = (),
    released: tuple[str, ...] = (),
    now: datetime = MONDAY,
) -> CheckContext:
    """Build the context in which `form` came back, on Monday 2 March 2026."""
    process = the_process()
    filing = Filing(
        item=ItemId("request//1"),
        step="request",
        subject="",
        form="request",
        revision=1,
        by=at("zhang"),
        at=MONDAY,
        mail=MessageId("<1@example.com>"),
        document=FileRef(name="request.docx", digest="0" * 64),
        values=request or {},
    )
    case = Case(
        id=CaseId("XT-2026-0001"),
        process=ProcessRef(id=process.id, version=process.version, digest=process.digest),
        initiator=at("zhang"),
        language=Language.ZH,
        began=MONDAY,
        entered=MONDAY,
        profile=profile,
        stage="intake",
        filings=(filing,) if request is not None else (),
        tasks=tasks,
        released=released,
    )
    world = a_world(*people, workdays=CHINA)
    return CheckContext(case=case, process=process, world=world, at=now, form=the_forms()[form])


def shown(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    """Return code and place of each problem; a warning's code carries a question mark."""
    return [(p.code if p.blocks else f"{p.code}?", p.field) for p in problems]
