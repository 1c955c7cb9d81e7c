"""What forbids that a running case goes on by another version of its definition, one reason at a time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.core.decide import move_case
from agent.core.moving import differences, obstacles, ref_of
from agent.domain.answers import Trust
from agent.domain.effects import Send
from agent.domain.events import DefinitionMoved
from agent.domain.forms import Field, Kind
from agent.domain.keywords import Keyword
from agent.domain.plans import Plan
from agent.domain.process import Process
from agent.domain.steps import Collect, Verb, VerbKind
from agent.domain.words import Words
from tests.company import at
from tests.course import CONFIRM, REQUEST, Course

CHEN = CONFIRM | {"lead": at("yang")}


def a_course() -> Course:
    """Begin a case that waits for its confirmations; one has come."""
    course = Course()
    course.begin()
    course.returns("zhang", "request//1", REQUEST, "initiating_head")
    course.returns("li", "confirm/研发部/1", CONFIRM | {"lead": at("liu")}, "head")
    return course


def version(process: Process) -> Process:
    """Make the next version of a definition."""
    return replace(process, version=process.version + 1, digest="f" * 64)


def without_step(process: Process, name: str) -> Process:
    """Take one step away, and what waits for it."""
    steps = {
        key: replace(step, after=tuple(each for each in step.after if each != name))
        for key, step in process.steps.items()
        if key != name
    }
    stages = tuple(replace(s, steps=tuple(n for n in s.steps if n != name)) for s in process.stages)
    return replace(process, steps=steps, stages=stages)


def with_step(process: Process, step: Collect, stage: str) -> Process:
    """Put a step into a stage, at its end; out of every other one."""
    stages = tuple(
        replace(s, steps=(*(n for n in s.steps if n != step.id), *([step.id] if s.id == stage else [])))
        for s in process.stages
    )
    return replace(process, steps={**process.steps, step.id: replace(step, stage=stage)}, stages=stages)


def revised_form(process: Process, name: str) -> Process:
    """Give a form one more field."""
    form = process.forms[name]
    more = Field(id="room", label=Words(zh="办公地点", en="Room"), kind=Kind.TEXT)
    changed = replace(form, version=form.version + 1, fields=(*form.fields, more))
    return replace(process, forms={**process.forms, name: changed})


def collect(process: Process, name: str) -> Collect:
    """Return a collect step."""
    step = process.steps[name]
    assert isinstance(step, Collect)
    return step


def _other_form(process: Process) -> Process:
    return replace(
        process, steps={**process.steps, "confirm": replace(collect(process, "confirm"), form="change")}
    )


def _no_form(process: Process) -> Process:
    changed = _other_form(process)
    return replace(changed, forms={k: v for k, v in changed.forms.items() if k != "confirmation"})


def _countersigns(process: Process) -> Process:
    return replace(
        process, steps={**process.steps, "confirm": replace(collect(process, "confirm"), countersigns=True)}
    )


def _no_stage(process: Process) -> Process:
    stages = tuple(replace(s, id="start") if s.id == "intake" else s for s in process.stages)
    return replace(process, stages=stages)


@pytest.mark.parametrize(
    ("edit", "zh", "en"),
    [
        (lambda p: replace(p, id="other"), "是另一个流程", "is another process"),
        (_no_stage, "没有当前阶段“需求发起与接收”", "has no stage"),
        (lambda p: replace(p, profiles={"goals": Words.same("g")}), "没有场景", "has no profile"),
        (lambda p: without_step(p, "confirm"), "已用到的步骤“需求确认”", "no step “Confirm the request”"),
        (lambda p: without_step(p, "request"), "没有本事项已用到的步骤", "(request), which"),
        (_countersigns, "是另一种步骤", "is of another kind"),
        (_no_form, "没有本事项已用到的《需求确认函》", "no form “Confirmation of a request”"),
        (_other_form, "已不属于该步骤", "which its step does not ask for any more"),
        (lambda p: with_step(p, collect(p, "confirm"), "planning"), "移到了另一阶段", "another stage"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_and_the_case_stays(
    edit: Callable[[Process], Process], zh: str, en: str
) -> None:
    """Stage, profile, steps and forms that the case has used, and what it waits for, must be there."""
    course = a_course()
    new = edit(version(course.process))
    found = obstacles(course.process, new, course.case)
    assert any(zh in each.zh for each in found), found
    assert any(en in each.en for each in found), found
    plan = moved(course, new)
    assert plan.case == course.case
    assert not plan.effects
    assert found[0].zh in plan.because.zh


def moved(course: Course, new: Process) -> Plan:
    """Move the case of `course`, or hear why not."""
    event = DefinitionMoved(at=course.now, by=at("zhou"), to=ref_of(new), why="2027")
    return move_case(course.process, new, course.case, event, course.world)


def test_a_step_that_would_wait_for_ever_is_named() -> None:
    """A new step of a stage that is over is never done; what waits for it would not be either."""
    course = a_course()
    course.returns("chen", "confirm/生产部/1", CHEN, "head")
    assert course.case.stage == "planning"
    new = version(course.process)
    late = replace(
        collect(new, "confirm"), id="audit", title=Words(zh="审计", en="Audit"), after=("confirm",)
    )
    new = with_step(new, late, "intake")
    waiting = replace(collect(new, "breakdown"), after=("kickoff", "audit"))
    new = replace(new, steps={**new.steps, "breakdown": waiting})
    (found,) = obstacles(course.process, new, course.case)
    assert "“Audit”, whose stage is over" in found.en
    assert "而后者所在阶段已过" in found.zh


def test_what_waits_for_a_person_is_not_pulled_away() -> None:
    """A returned form with doubts waits for its answers; in another form they might have no place."""
    course = a_course()
    course.returns("chen", "confirm/生产部/1", CHEN, "head", trusts={"people": Trust.GUESS}, paper=True)
    assert course.case.held
    assert obstacles(course.process, version(course.process), course.case) == ()
    (found,) = obstacles(course.process, revised_form(version(course.process), "confirmation"), course.case)
    assert "waits to be confirmed" in found.en


def test_a_rung_that_is_gone_is_named() -> None:
    """A dispute on the second rung of a ladder that has one."""
    course = a_course()
    course.returns("chen", "confirm/生产部/1", {"conclusion": "decline", "reason": "产能不足"}, "head")
    while course.case.disputes[0].rung == 0:
        course.pass_until(course.case.timers[0].due)
    new = version(course.process)
    short = replace(new.ladders["dispute"], rungs=new.ladders["dispute"].rungs[:1])
    found = obstacles(course.process, replace(new, ladders={**new.ladders, "dispute": short}), course.case)
    assert any("stands on a rung" in each.en for each in found)


def test_a_case_that_is_over_or_asleep_stays() -> None:
    """Suspended: resume it first.  Withdrawn: it has run its course."""
    course = a_course()
    new = version(course.process)
    course.says("zhou", Keyword.SUSPEND)
    assert [each.en for each in obstacles(course.process, new, course.case)] == [
        "the case is suspended; resume it first"
    ]
    course.says("zhou", Keyword.RESUME)
    course.says("zhou", Keyword.CANCEL)
    assert [each.en for each in obstacles(course.process, new, course.case)] == ["the case is over"]


def test_open_items_keep_their_deadlines_and_get_the_revised_form() -> None:
    """Who holds it and until when was promised; the sheet that is out goes on to count."""
    course = a_course()
    new = revised_form(version(course.process), "confirmation")
    spans = dict.fromkeys(new.clocks["confirm"].spans, replace(new.span("confirm", "project"), amount=9))
    new = replace(new, clocks={**new.clocks, "confirm": replace(new.clocks["confirm"], spans=spans)})
    before = course.item("confirm/生产部/1")
    said = " ".join(each.en for each in differences(course.process, new, course.case))
    assert "clock confirm: 2 workdays → 9 workdays" in said
    plan = moved(course, new)
    assert plan.case.process == ref_of(new)
    assert plan.case.item(before.id) == before
    (letter,) = (effect for effect in plan.effects if isinstance(effect, Send))
    assert letter.to == (before.holder,)
    assert [(order.sheet.item, order.sheet.version) for order in letter.forms] == [(before.id, 2)]
    assert "the process was revised" in letter.facts["why"].en
    course.plans.append(plan)
    course.process = new
    course.now += timedelta(hours=1)
    course.returns("chen", before.id, CHEN, "head")  # version 1, as it was sent first
    assert course.case.stage == "planning"


def test_whom_a_new_field_names_nobody_will_ask() -> None:
    """The form that was filed has no such field: the dry run says so."""
    course = a_course()
    new = revised_form(version(course.process), "request")
    role = replace(new.roles["liaison"], field="room")
    new = replace(new, roles={**new.roles, "liaison": role})
    asked = replace(collect(new, "breakdown"), asks="liaison")
    new = replace(new, steps={**new.steps, "breakdown": asked})
    said = [each.en for each in differences(course.process, new, course.case)]
    assert any("so nobody will be asked" in each for each in said)


def test_a_verb_that_changes_needs_no_permission() -> None:
    """Checks, verbs, roles and clocks are the new version's own matter."""
    course = a_course()
    new = version(course.process)
    on = {**collect(new, "confirm").on, "decline": Verb(kind=VerbKind.END, target="failed")}
    new = replace(new, steps={**new.steps, "confirm": replace(collect(new, "confirm"), on=on)})
    assert obstacles(course.process, new, course.case) == ()
