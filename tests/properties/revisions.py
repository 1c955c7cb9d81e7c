"""Later versions of a definition, as a coordinator might edit it: sound, and not always fit for a case."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256

from hypothesis import strategies as st

from agent.core.definition_error import DefinitionError
from agent.core.definition_rules import validate
from agent.domain.forms import Field, Form, Kind
from agent.domain.process import Process, RoleKind, Span, SpanUnit
from agent.domain.steps import Circulate, Collect, Meeting, Order, Quorum, Step
from agent.domain.words import Words

_ASKED = (RoleKind.INITIATOR, RoleKind.INITIATING_HEAD, RoleKind.HEAD_OF_EACH, RoleKind.EXECUTIVE)
_QUORUMS: tuple[Quorum | int, ...] = (Quorum.ALL, Quorum.ANY, 1)


@st.composite
def revisions(draw: st.DrawFn, process: Process) -> Process:
    """Draw the next version of `process`: one to three edits that its rules accept."""
    edited = process
    for name in draw(st.lists(st.sampled_from(sorted(_EDITS)), min_size=1, max_size=3)):
        wished = _EDITS[name](draw, edited)
        try:
            validate(wished)
        except DefinitionError:
            continue  # something else in the definition needs what was taken away
        edited = wished
    version = process.version + 1
    return replace(edited, version=version, digest=sha256(f"{version} {edited}".encode()).hexdigest())


def _clock(draw: st.DrawFn, process: Process) -> Process:
    name = draw(st.sampled_from(sorted(process.clocks)))
    span = Span(amount=draw(st.integers(1, 9)), unit=draw(st.sampled_from(SpanUnit)))
    clock = process.clocks[name]
    changed = replace(clock, spans=dict.fromkeys(clock.spans, span))
    return replace(process, clocks={**process.clocks, name: changed})


def _form(draw: st.DrawFn, process: Process) -> Process:
    form = process.forms[draw(st.sampled_from(sorted(process.forms)))]
    added = Field(id=f"remark{form.version}", label=Words.same("remark"), kind=Kind.TEXT)
    return _with_form(process, replace(form, version=form.version + 1, fields=(*form.fields, added)))


def _renamed_form(draw: st.DrawFn, process: Process) -> Process:
    """One step asks for a copy of its form under another name."""
    step = draw(st.sampled_from(_collects(process)))
    form = replace(process.forms[step.form], id=f"{step.form}x")
    return _with_step(_with_form(process, form), replace(step, form=form.id))


def _step(draw: st.DrawFn, process: Process) -> Process:
    """A new step, anywhere, for whom a role finds."""
    stage = draw(st.sampled_from(process.stages))
    place = draw(st.integers(0, len(stage.steps)))
    before = (process.steps[name] for name in stage.steps[:place])
    ends = (Collect, Meeting, Circulate)  # nothing can wait for a cycle
    earlier = [step.id for step in before if isinstance(step, ends) and not getattr(step, "on_demand", False)]
    step = Collect(
        id=f"new{process.version}_{len(process.steps)}",
        stage=stage.id,
        title=Words.same("new"),
        form="summary",
        asks=draw(st.sampled_from(_roles(process))),
        after=tuple(earlier[-1:]),
        due=draw(st.sampled_from(sorted(process.clocks))),
    )
    steps = (*stage.steps[:place], step.id, *stage.steps[place:])
    return _with_stages(_with_step(process, step), {stage.id: steps})


def _dropped(draw: st.DrawFn, process: Process) -> Process:
    stage = draw(st.sampled_from([each for each in process.stages if each.steps]))
    name = draw(st.sampled_from(stage.steps))
    steps = {
        key: replace(step, after=tuple(each for each in step.after if each != name))
        for key, step in process.steps.items()
        if key != name
    }
    rest = tuple(each for each in stage.steps if each != name)
    return _with_stages(replace(process, steps=steps), {stage.id: rest})


def _elsewhere(draw: st.DrawFn, process: Process) -> Process:
    """A step moves to another stage."""
    source = draw(st.sampled_from([each for each in process.stages if each.steps]))
    target = draw(st.sampled_from(process.stages))
    name = draw(st.sampled_from(source.steps))
    if source == target or name == process.begins:
        return process
    moved = replace(process.steps[name], stage=target.id)
    rest = tuple(each for each in source.steps if each != name)
    return _with_stages(_with_step(process, moved), {source.id: rest, target.id: (name, *target.steps)})


def _asked(draw: st.DrawFn, process: Process) -> Process:
    step = draw(st.sampled_from(_collects(process)))
    if step.due_column or step.on_demand:
        return process
    changed = replace(
        step,
        asks=draw(st.sampled_from(_roles(process))),
        order=draw(st.sampled_from(Order)),
        quorum=draw(st.sampled_from(_QUORUMS)),
    )
    return _with_step(process, changed)


def _rungs(draw: st.DrawFn, process: Process) -> Process:
    ladder = draw(st.sampled_from(list(process.ladders.values())))
    rungs = ladder.rungs[: draw(st.integers(1, len(ladder.rungs)))]
    return replace(process, ladders={**process.ladders, ladder.id: replace(ladder, rungs=rungs)})


def _stage(draw: st.DrawFn, process: Process) -> Process:
    """A stage gets another name; so do the roads of the stages that lead to it."""
    stage = draw(st.sampled_from(process.stages))
    name = f"{stage.id}x"
    steps = {
        key: replace(step, stage=name) if step.stage == stage.id else step
        for key, step in process.steps.items()
    }
    stages = []
    for each in process.stages:
        then = each.then
        if then is not None and then.target == stage.id:
            then = replace(then, target=name)
        stages.append(replace(each, id=name if each == stage else each.id, then=then))
    return replace(process, stages=tuple(stages), steps=steps)


def _profile(_: st.DrawFn, process: Process) -> Process:
    kept = {process.default_profile: process.profiles[process.default_profile]}
    return replace(process, profiles=kept, urgent_profiles=process.urgent_profiles & kept.keys())


def _another(_: st.DrawFn, process: Process) -> Process:
    return replace(process, id="another")


def _collects(process: Process) -> list[Collect]:
    return [each for each in process.steps.values() if isinstance(each, Collect)]


def _roles(process: Process) -> list[str]:
    return sorted(name for name, role in process.roles.items() if role.kind in _ASKED)


def _with_form(process: Process, form: Form) -> Process:
    return replace(process, forms={**process.forms, form.id: form})


def _with_step(process: Process, step: Step) -> Process:
    return replace(process, steps={**process.steps, step.id: step})


def _with_stages(process: Process, steps: Mapping[str, tuple[str, ...]]) -> Process:
    stages = tuple(replace(each, steps=steps.get(each.id, each.steps)) for each in process.stages)
    return replace(process, stages=stages)


_EDITS: Mapping[str, Callable[[st.DrawFn, Process], Process]] = {
    "clock": _clock,
    "form": _form,
    "form under another name": _renamed_form,
    "step": _step,
    "step dropped": _dropped,
    "step elsewhere": _elsewhere,
    "whom it asks": _asked,
    "rungs": _rungs,
    "stage renamed": _stage,
    "profile dropped": _profile,
    "another process": _another,
}
