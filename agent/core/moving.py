"""A running case goes on by another version of its definition (ADR 0037): what forbids it, what it means.

What the case has done must still have its name in the new definition, and what it waits for must still be
waited for, for the same form.  What was promised stays promised: open items keep holder and deadline.
"""

from collections.abc import Iterator

from agent.core.blank import blank
from agent.core.draft import Draft
from agent.core.entitled import slots_of
from agent.core.items import send_form
from agent.domain.case import Case, CaseStatus, ProcessRef
from agent.domain.events import DefinitionMoved
from agent.domain.process import Ladder, Process
from agent.domain.steps import Archive, Circulate, Collect, Cycle, Meeting, Step
from agent.domain.words import Words
from agent.domain.work_items import WorkItem

_REVISED = Words(
    zh="流程已更新，此表换了新版，请填写本版；已填的内容仍请照写",
    en="the process was revised and this form with it; please fill in this one",
)


def ref_of(process: Process) -> ProcessRef:
    """Return what a case keeps of the definition that it runs on."""
    return ProcessRef(id=process.id, version=process.version, digest=process.digest)


def moved(draft: Draft, old: Process, event: DefinitionMoved) -> None:
    """Let the case of `draft`, which is on the new definition, go on by it; nothing forbids it."""
    new = draft.process
    draft.change(process=ref_of(new))
    who = draft.name(event.by)
    draft.say(
        f"{who}将流程定义由第 {old.version} 版改为第 {new.version} 版：{event.why}",
        f"{who} moved the case from version {old.version} of its definition to {new.version}: {event.why}",
    )
    for item in resent(old, new, draft.case):
        send_form(draft, item, blank(draft, item), slots_of(draft, item), why=_REVISED)
        title = new.forms[item.form].title
        draft.say(
            f"向{draft.name(item.holder)}发出新版《{title.zh}》",
            f"sent {draft.name(item.holder)} the new {title.en}",
        )


def resent(old: Process, new: Process, case: Case) -> tuple[WorkItem, ...]:
    """Return the open items whose form is another one now: it goes out again; the old sheet still counts."""
    return tuple(
        item for item in case.open_items() if item.form_sent and old.forms[item.form] != new.forms[item.form]
    )


def obstacles(old: Process, new: Process, case: Case) -> tuple[Words, ...]:
    """Return why the case cannot go on by `new`; nothing when it can."""
    if new.id != old.id:
        return (
            Words(
                zh=f"“{new.id}”是另一个流程，不是“{old.id}”的新版本",
                en=f"“{new.id}” is another process, not another version of “{old.id}”",
            ),
        )
    if ref_of(new) == case.process:
        return (Words(zh="已在使用该定义", en="it runs on this definition already"),)
    if case.has_ended:
        return (Words(zh="事项已结束", en="the case is over"),)
    if case.status is CaseStatus.SUSPENDED:
        return (Words(zh="事项已暂停，请先恢复", en="the case is suspended; resume it first"),)
    if any(name.endswith("/sealing") for name in case.struck):
        return (Words(zh="正在归档", en="its archive is being sealed"),)
    found = (
        *_missing_names(old, new, case),
        *_other_steps(old, new, case),
        *_missing_forms(old, new, case),
    )
    # What follows takes it for granted that every name is there.
    return found or (*_open_items(old, new, case), *_disputes(new, case), *_never_done(new, case))


def _missing_names(old: Process, new: Process, case: Case) -> Iterator[Words]:
    stage = old.stage(case.stage)
    if new.stage(case.stage) is None:
        title = stage.title if stage is not None else Words.same(case.stage)
        yield Words(
            zh=f"新定义没有当前阶段“{title.zh}”（{case.stage}）",
            en=f"the new definition has no stage “{title.en}” ({case.stage}), in which the case is",
        )
    if case.profile not in new.profiles:
        title = old.profiles.get(case.profile, Words.same(case.profile))
        yield Words(
            zh=f"新定义没有场景“{title.zh}”（{case.profile}）",
            en=f"the new definition has no profile “{title.en}” ({case.profile})",
        )


def _used(case: Case) -> tuple[str, ...]:
    """Return the steps and ladders that the case has gone through or waits for."""
    names = (
        *case.done_steps,
        *(item.step for item in case.items),
        *(filing.step for filing in case.filings),
        *(meeting.step for meeting in case.meetings),
        *(dispute.ladder for dispute in case.disputes),
        *(name.partition("/")[0] for name in case.struck if "/" in name),
    )
    return tuple(dict.fromkeys(names))


def _found(process: Process, name: str) -> Step | Ladder | None:
    return process.steps.get(name) or process.ladders.get(name)


def _other_steps(old: Process, new: Process, case: Case) -> Iterator[Words]:
    for name in _used(case):
        before, after = _found(old, name), _found(new, name)
        if before is None:
            continue  # `morning` and the like, which name no step
        if after is None:
            yield Words(
                zh=f"新定义没有本事项已用到的步骤“{before.title.zh}”（{name}）",
                en=f"the new definition has no step “{before.title.en}” ({name}), which the case has used",
            )
        elif type(before) is not type(after) or _nature(before) != _nature(after):
            yield Words(
                zh=f"步骤“{before.title.zh}”（{name}）在新定义中是另一种步骤",
                en=f"the step “{before.title.en}” ({name}) is of another kind in the new definition",
            )


def _nature(step: Step | Ladder) -> tuple[bool, bool]:
    return (step.countersigns, step.on_demand) if isinstance(step, Collect) else (False, False)


def _forms_of(step: Step | Ladder) -> tuple[str, ...]:
    match step:
        case Cycle():
            return (step.form, step.compiled_form, step.minutes_form)
        case Collect() | Meeting() | Circulate() | Archive() | Ladder():
            return (step.form,) if step.form else ()


def _missing_forms(old: Process, new: Process, case: Case) -> Iterator[Words]:
    steps = (_found(old, name) for name in (old.begins, *_used(case)))
    sent = (form for step in steps if step is not None for form in _forms_of(step))
    filed = (*(item.form for item in case.items), *(filing.form for filing in case.filings))
    for name in dict.fromkeys((*sent, *filed)):
        if name not in new.forms:
            title = old.forms[name].title
            yield Words(
                zh=f"新定义没有本事项已用到的《{title.zh}》（{name}）",
                en=f"the new definition has no form “{title.en}” ({name}), which the case has used",
            )


def _open_items(old: Process, new: Process, case: Case) -> Iterator[Words]:
    here = old.stage(case.stage), new.stage(case.stage)
    for item in case.open_items():
        step, form = _found(new, item.step), new.forms[item.form]
        if step is None or item.form not in _forms_of(step):
            yield Words(
                zh=f"待办 {item.id} 等待的《{form.title.zh}》已不属于该步骤",
                en=f"{item.id} waits for “{form.title.en}”, which its step does not ask for any more",
            )
        before, after = (stage is not None and item.step in stage.steps for stage in here)
        if before != after:
            yield Words(
                zh=f"待办 {item.id} 的步骤移到了另一阶段",
                en=f"the step of {item.id} belongs to another stage now",
            )
        if form != old.forms[item.form] and any(held.item == item.id for held in case.held):
            yield Words(
                zh=f"待办 {item.id} 已交回的《{form.title.zh}》正等待确认，而该表已改版；请待确认后再改",
                en=f"“{form.title.en}” of {item.id} came back and waits to be confirmed, and the form is "
                "another one now; move the case when that is done",
            )


def _disputes(new: Process, case: Case) -> Iterator[Words]:
    for dispute in case.disputes:
        ladder = new.ladders[dispute.ladder]
        if not dispute.settled and dispute.rung >= len(ladder.rungs):
            yield Words(
                zh=f"争议 {dispute.id} 所在的层级在新定义中已不存在",
                en=f"dispute {dispute.id} stands on a rung that the new definition does not have",
            )


def _never_done(new: Process, case: Case) -> Iterator[Words]:
    """Yield the steps to come that would wait for ever for one whose stage is over."""
    order = [stage.id for stage in new.stages]
    here = order.index(case.stage)
    over = {name for stage in new.stages[:here] for name in stage.steps} - set(case.done_steps)
    for stage in new.stages[here:]:
        for name in stage.steps:
            step = new.steps[name]
            if name in case.done_steps or (isinstance(step, Collect) and step.on_demand):
                continue
            for other in step.after:
                if other in over:
                    waits = new.steps[other].title
                    yield Words(
                        zh=f"“{step.title.zh}”须在“{waits.zh}”之后，而后者所在阶段已过且未办理",
                        en=f"“{step.title.en}” waits for “{waits.en}”, whose stage is over without it",
                    )


def differences(old: Process, new: Process, case: Case) -> tuple[Words, ...]:
    """Return what is different for this case from now on, beside what the plan itself says."""
    order = [stage.id for stage in new.stages]
    here = order.index(case.stage) if case.stage in order else 0
    over = {name for stage in new.stages[:here] for name in stage.steps}
    return (
        *(_step_words(new, name, over) for name in new.steps if name not in old.steps),
        *(
            Words(zh=f"不再有“{step.title.zh}”", en=f"“{step.title.en}” is no longer asked for")
            for name, step in old.steps.items()
            if name not in new.steps and name not in over
        ),
        *_clocks(old, new, case),
        *_form_words(old, new),
        *_unknown_seats(old, new, case, over),
    )


def _step_words(new: Process, name: str, over: set[str]) -> Words:
    title = new.steps[name].title
    if name in over:
        return Words(
            zh=f"新步骤“{title.zh}”不再办理：其阶段已过",
            en=f"“{title.en}” is new and not done: its stage is over",
        )
    return Words(zh=f"增加步骤“{title.zh}”", en=f"“{title.en}” is new and will be done")


def _clocks(old: Process, new: Process, case: Case) -> Iterator[Words]:
    for name in new.clocks:
        if name in old.clocks and case.profile in old.profiles and case.profile in new.profiles:
            before, after = old.span(name, case.profile), new.span(name, case.profile)
            if before != after:
                yield Words(
                    zh=f"时限 {name}：{before} → {after}（已发出的期限不变）",
                    en=f"clock {name}: {before} → {after} (deadlines that were given stay)",
                )


def _form_words(old: Process, new: Process) -> Iterator[Words]:
    for name, form in new.forms.items():
        before = old.forms.get(name)
        if before is not None and before != form:
            versions = f"{before.version} → {form.version}"
            yield Words(
                zh=f"《{form.title.zh}》改版：{versions}", en=f"“{form.title.en}” is revised: {versions}"
            )


def _unknown_seats(old: Process, new: Process, case: Case, over: set[str]) -> Iterator[Words]:
    """Yield steps to come whose people stand in a field that the form, as filed, did not have."""
    for name, step in new.steps.items():
        asked = step.asks if isinstance(step, Collect | Meeting | Cycle) else ""
        source = new.roles.get(asked)
        if source is None or name in over or name in case.done_steps or case.form(source.form) is None:
            continue
        before = old.forms[source.form]
        if source.field and before.field(source.field) is None:
            yield Words(
                zh=f"“{step.title.zh}”要问的人写在《{before.title.zh}》的新栏目里，已交的表没有这一栏，将无人可问",
                en=f"“{step.title.en}” asks whom a new field of “{before.title.en}” names; the form that was "
                "filed has none, so nobody will be asked",
            )
