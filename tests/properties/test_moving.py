"""Cases move to later versions of their definition, at any time, and what holds goes on holding."""

from dataclasses import replace

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import precondition, rule

from agent.core.decide import decide, move_case, open_case
from agent.core.moving import differences, obstacles, ref_of, resent
from agent.domain.effects import Send
from agent.domain.events import CaseStarted, DefinitionMoved
from agent.domain.process import Process
from tests.company import at, the_process
from tests.properties.definitions import definitions
from tests.properties.revisions import revisions
from tests.properties.test_any_course_of_events import USUAL, AnyCourse


class MovedCourse(AnyCourse):
    """A case as in `AnyCourse`, whose definition is published anew again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.ran_on: dict[str, Process] = {}

    @precondition(lambda self: len(self.course.plans) > 1)
    @rule(data=st.data())
    def the_case_is_moved(self, data: st.DataObject) -> None:
        course = self.course
        old, before = course.process, course.case
        new = data.draw(revisions(old))
        self.ran_on |= {old.digest: old, new.digest: new}
        event = DefinitionMoved(at=course.now, by=at("zhou"), to=ref_of(new), why="2027")
        cannot = obstacles(old, new, before)
        told = differences(old, new, before)
        plan = move_case(old, new, before, event, course.world)
        assert all(each.zh and each.en for each in (*cannot, *told))
        if cannot:
            assert plan.case == before
            assert not plan.effects
            return
        course.events.append(event)
        course.worlds.append(course.world)
        course.plans.append(plan)
        course.process = new
        self._is_as_promised(old, new, event)

    def _is_as_promised(self, old: Process, new: Process, event: DefinitionMoved) -> None:
        """Nothing that was done or promised is different; a form that is another one goes out again."""
        before, after = self.course.plans[-2].case, self.course.plans[-1].case
        assert after.process == event.to
        assert after.filings == before.filings
        assert after.tasks == before.tasks
        again = {item.id for item in resent(old, new, before)}
        sent = {
            order.sheet.item: order.sheet.version
            for effect in self.course.plans[-1].effects
            if isinstance(effect, Send)
            for order in effect.forms
        }
        for item in before.open_items():
            now = after.item(item.id)
            assert now is not None
            if now.is_open and now.holder == item.holder:
                assert now.due == item.due
            if item.id in again:
                assert sent[item.id] == new.forms[item.form].version

    def _replay(self) -> None:
        """Every decision comes out the same, each on the definition that the case had then."""
        course = self.course
        known = {**self.ran_on, course.process.digest: course.process}
        first = course.events[0]
        assert isinstance(first, CaseStarted)
        began = known[course.plans[0].case.process.digest]
        assert open_case(began, first, course.worlds[0]) == course.plans[0]
        steps = zip(course.plans, course.events[1:], course.worlds[1:], course.plans[1:], strict=False)
        for before, event, world, after in steps:
            old = known[before.case.process.digest]
            if isinstance(event, DefinitionMoved):
                again = move_case(old, known[event.to.digest], before.case, event, world)
            else:
                again = decide(old, before.case, event, world)
            assert again == after


class _Shipped(MovedCourse):
    """Over the process that ships, revised."""

    drawn = st.just(the_process())


class _Drawn(MovedCourse):
    """Over definitions that nobody wrote, revised."""

    drawn = definitions()


TestShippedProcess = _Shipped.TestCase
TestShippedProcess.settings = settings(USUAL, max_examples=40, stateful_step_count=30)
TestDrawnProcesses = _Drawn.TestCase
TestDrawnProcesses.settings = settings(USUAL, max_examples=60, stateful_step_count=25)


def test_the_same_definition_and_another_process_are_nothing_to_move_to() -> None:
    """Said, not done."""
    process = the_process()
    machine = MovedCourse()
    machine.course.begin()
    assert obstacles(process, process, machine.course.case)[0].en == "it runs on this definition already"
    assert "another process" in obstacles(process, replace(process, id="x"), machine.course.case)[0].en
