"""However a case ends, its archive is kept as long as its process says (process.md 4.3)."""

from dataclasses import replace

from agent.domain.effects import Seal
from agent.domain.keywords import Keyword
from agent.domain.steps import Archive
from tests.course import requested


def test_a_withdrawn_case_is_kept_as_the_archive_step_says() -> None:
    """Retention class and legal hold are recorded, whether or not the case came as far as its archive."""
    course = requested()
    steps = dict(course.process.steps)
    kept = next(s for s in steps.values() if isinstance(s, Archive))
    steps[kept.id] = replace(kept, retention="30 years", legal_hold="诉讼 2026-17")
    course.process = replace(course.process, steps=steps)

    plan = course.says("zhang", Keyword.WITHDRAW)

    (seal,) = (e for e in plan.effects if isinstance(e, Seal))
    assert (seal.retention, seal.legal_hold) == ("30 years", "诉讼 2026-17")
