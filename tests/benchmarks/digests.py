"""The coordinator's digest over very many open cases: gathered and written, with picture and workbook."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine, insert

from agent.domain.case import Case, CaseId, ProcessRef
from agent.letters.mime import to_bytes
from agent.service import clockwork
from agent.service.house import House
from agent.service.rendering import letter_for
from store.cases import columns_of
from store.codec import CASE
from store.letters import LetterState
from store.tables import CaseRow, TimerRow
from store.unit import Unit
from tests.benchmarks.figures import Figure
from tests.benchmarks.floors import seconds
from tests.benchmarks.town import scratch
from tests.course import CASE as TEMPLATE_NUMBER
from tests.course import executing, planned, requested
from tests.houses import MONDAY
from tests.journeys.stage import prepare, stage

CASES = 10_000

_AT_ONCE = 500
_LATER = timedelta(days=8)
"""From the Monday on which every case begins to the digest that is timed: some are late by then."""


def measure(*, quick: bool) -> Iterator[Figure]:
    """Time the morning's stroke and the letter it orders, over cases in every stage."""
    count = CASES // 10 if quick else CASES
    with scratch() as folder:
        prepare(folder)
        with stage(folder) as (house, clock):
            clockwork.strike_schedules(house)
            fill(house.engine, count, _ref(house))
            clock.advance(MONDAY + _LATER)
            content = b""

            def write() -> None:
                nonlocal content
                with house.turn(reading=True) as turn:
                    content = to_bytes(letter_for(turn, digest.send))

            struck = seconds(clockwork.strike_schedules, house)
            with house.look() as unit:
                waiting = unit.outbox.in_state(LetterState.PENDING)
            digest = next(each for each in waiting if each.send.letter == "digest")
            written = seconds(write)
            floor = seconds(_decode, house.engine)
    yield Figure(
        name=f"digest of {count:,} open cases",
        value=struck + written,
        unit="s",
        floor=floor,
        under=60,
        note=f"{struck:.1f} s to strike, {written:.1f} s to write {len(content) // 1000:,} kB; "
        "the floor decodes every case once",
    )


def fill(engine: Engine, count: int, process: ProcessRef) -> None:
    """Open so many cases, in every stage by turns, each under its own number and with its timers."""
    texts = [CASE.dump(replace(case, process=process)) for case in _stages()]
    for first in range(1, count + 1, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, count + 1))
        cases = [_numbered(texts[number % len(texts)], number) for number in numbers]
        with engine.begin() as connection:
            connection.execute(
                insert(CaseRow),
                [{"id": case.id, "version": 1, **columns_of(case, case.began)} for case in cases],
            )
            connection.execute(insert(TimerRow), [row for case in cases for row in _timers(case)])


def _stages() -> Iterator[Case]:
    """Yield a case that waits for confirmations, one for its breakdown, one for reports, one that lags."""
    yield requested().case
    yield planned().case
    course = executing()
    yield course.case
    course.days_pass(20)
    yield course.case


def _ref(house: House) -> ProcessRef:
    process = house.pack.process
    return ProcessRef(id=process.id, version=process.version, digest=process.digest)


def _numbered(text: str, number: int) -> Case:
    name = CaseId(f"XT-2026-{number:04}")
    return CASE.load(text.replace(TEMPLATE_NUMBER, name))


def _timers(case: Case) -> Iterator[dict[str, object]]:
    for timer in case.timers:
        yield {
            "case": case.id,
            "key": timer.key,
            "due": timer.due,
            "kind": timer.kind.value,
            "subject": timer.subject,
            "fired": None,
        }


def _decode(engine: Engine) -> None:
    with Unit(engine, reading=True) as unit:
        for _ in unit.cases.all_open():
            pass
