"""What the digests tell: gathered from the store at the moment the letter is written."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from agent.core import absences
from agent.domain.case import ENDED, Case, CaseStatus
from agent.domain.digest import (
    CaseLine,
    DigestFacts,
    FoldedNotice,
    ItemLine,
    TroubleLine,
    WithheldLine,
)
from agent.domain.effects import Send, Urgency
from agent.domain.mail import Letter
from agent.domain.people import Person, Role
from agent.domain.words import Words
from agent.domain.workdays import Workdays
from agent.letters.reports import fold
from agent.service import budgets, reviewing
from agent.service.house import Turn
from agent.service.schedules import Stroke
from agent.service.standing import case_line, item_line
from store.letters import LetterState, Outgoing
from store.unit import Unit

LETTER = "digest"
PERSONAL = "personal_digest"

_WEEKLY = "weekly"
_YEAR_AHEAD_DAYS = 31
_COMING_DAYS = 3
_ENDED_DAYS = {False: 1, True: 7}
_MOST_ABSENCES = 10


def order(stroke: Stroke, coordinator: Person, *, weekly: bool) -> Send:
    """Return the wish for one coordinator's digest of one period."""
    return Send(
        key=f"{stroke.schedule.name}/{stroke.period}/{coordinator.address}",
        letter=LETTER,
        to=(coordinator.address,),
        language=coordinator.language,
        urgency=Urgency.WORK,
        case=None,
        facts={_WEEKLY: Words.same("yes")} if weekly else {},
    )


def told_by(turn: Turn, send: Send) -> DigestFacts | None:
    """Return what the letter `send` tells, None when it is no digest."""
    return facts(turn, weekly=_WEEKLY in send.facts) if send.letter == LETTER else None


def facts(turn: Turn, *, weekly: bool) -> DigestFacts:
    """Gather everything that the coordinator's digest tells."""
    cases: list[CaseLine] = []
    items: list[ItemLine] = []
    for case in turn.work.cases.all_open():  # one at a time, so that ten thousand need not be in memory
        cases.append(_line(turn, case))
        items += _items(turn, case)
    soon = turn.now + timedelta(days=_COMING_DAYS)
    head = turn.work.journal.head()
    return DigestFacts(
        weekly=weekly,
        review=reviewing.lines(turn.work),
        cases=tuple(cases),
        overdue=tuple(line for line in items if line.overdue),
        coming=tuple(line for line in items if not line.overdue and line.due <= soon),
        withheld=tuple(_withheld(turn.work, turn.now - timedelta(days=1))),
        troubles=tuple(_troubles(turn.work)),
        warnings=(*warnings(turn), *_absences(turn, turn.now - timedelta(days=_ENDED_DAYS[weekly]))),
        ended=tuple(_ended(turn, turn.now - timedelta(days=_ENDED_DAYS[weekly]))),
        journal_length=head.seq,
        journal_head=str(head),
    )


def is_worth_telling(told: DigestFacts) -> bool:
    """Say whether a daily digest would tell anything that wants a coordinator."""
    late = any(line.lag or line.overdue for line in told.cases)
    return bool(late or told.review or told.overdue or told.troubles or told.warnings or told.ended)


def warnings(turn: Turn) -> Iterator[Words]:
    """Yield what a person must put right: a calendar year, vacant posts, things that keep failing."""
    directory = turn.world.directory
    if (year := missing_year(turn.world.workdays, turn.now)) is not None:
        yield Words(
            zh=f"工作日历缺少 {year} 年的法定节假日安排，相关期限为暂定，请尽快导入",
            en=f"the working calendar of {year} is not known to us; due moments in it are provisional",
        )
    for department in directory.headless():
        yield Words(zh=f"“{department}”没有负责人", en=f"“{department}” has no head")
    if not directory.with_role(Role.EXECUTIVE):
        yield Words(zh="通讯录中没有分管高管", en="the directory names no executive")
    for job in turn.work.seals.troubled():
        case = job.seal.case
        yield Words(
            zh=f"{case} 的归档文件未能生成：{job.why}",
            en=f"the archive of {case} could not be built: {job.why}",
        )
    if (limit := budgets.warning(turn.house, turn.work)) is not None:
        yield limit
    for alarm in turn.house.alarms.all():
        yield alarm.say
    for fault in turn.house.faults.all():
        yield Words(
            zh=f"{fault.about} 已连续失败 {fault.times} 次：{fault.why}",
            en=f"{fault.about} failed {fault.times} times in a row: {fault.why}",
        )


def missing_year(workdays: Workdays, now: datetime) -> int | None:
    """Return the year whose calendar we should know and do not: this one, from December on the next."""
    today = workdays.day_of(now)
    days = (today, today + timedelta(days=_YEAR_AHEAD_DAYS))
    return next((day.year for day in days if not workdays.knows(day)), None)


def folded(told: Outgoing, letter: Letter) -> FoldedNotice:
    """Return a withheld notice as the personal digest tells it: as of the moment when it was decided."""
    return replace(fold(letter), at=told.added_at)


def _line(turn: Turn, case: Case) -> CaseLine:
    return case_line(case, turn.process(case.process), turn.world.workdays, turn.now)


def _items(turn: Turn, case: Case) -> Iterator[ItemLine]:
    if case.status is CaseStatus.OPEN:
        process = turn.process(case.process)
        for item in case.open_items():
            yield item_line(case, item, process, turn.world.workdays, turn.now)


def _withheld(work: Unit, since: datetime) -> Iterator[WithheldLine]:
    for address, count in work.outbox.folded_since(since).items():
        yield WithheldLine(person=address, count=count)


def _troubles(work: Unit) -> Iterator[TroubleLine]:
    for state in (LetterState.UNSURE, LetterState.FAILED):
        for outgoing in work.outbox.in_state(state):
            send = outgoing.send
            yield TroubleLine(
                subject=f"{send.letter} {send.case or ''}".strip(),
                to=(*send.to, *send.cc),
                since=outgoing.added_at,
                why=outgoing.why,
                unsure=state is LetterState.UNSURE,
            )


def _absences(turn: Turn, since: datetime) -> Iterator[Words]:
    """Yield what out-of-office replies told since the last digest of this kind."""
    found = turn.work.absences.since(since)
    for absence in found[-_MOST_ABSENCES:]:
        yield absences.told(absence, turn.world.directory)


def _ended(turn: Turn, since: datetime) -> Iterator[CaseLine]:
    for line in turn.work.cases.list(ENDED):
        if line.updated >= since and (case := turn.work.cases.load(line.id)) is not None:
            yield _line(turn, case)
