"""One decision of the core: pure, so it is compared with writing the case it decides about as JSON."""

from collections.abc import Iterator

from agent.core.decide import decide
from agent.domain.events import CaseStarted
from store.codec import CASE
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.floors import seconds
from tests.course import Course, executing


def measure(*, quick: bool) -> Iterator[Figure]:
    """Decide every event of a case in its execution again, in the state it came in."""
    course = _lived()
    decided = [
        (plan.case, event, world)
        for plan, event, world in zip(course.plans, course.events[1:], course.worlds[1:], strict=False)
        if not isinstance(event, CaseStarted)
    ]
    ours, floors = [], []
    for _ in range(2 if quick else 20):
        for case, event, world in decided:
            floors.append(seconds(CASE.dump, case))
            ours.append(seconds(decide, course.process, case, event, world))
    yield Figure(
        name="decision of the core",
        value=middle(ours) * 1000,
        unit="ms",
        floor=middle(floors) * 1000,
        note=f"{len(decided)} events of one case; the floor writes the case as JSON",
    )


def _lived() -> Course:
    course = executing()
    course.days_pass(14)
    return course
