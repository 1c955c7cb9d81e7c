"""Advancing: carry out what outcomes asked for, then start and complete steps until nothing moves."""

from typing import assert_never

from agent.core.amendment import affected_by
from agent.core.asking import ask, reopen, withdraw_others
from agent.core.completion import group_is_complete, is_complete, stalled
from agent.core.documents import completed_request
from agent.core.draft import Draft, Following
from agent.core.ending import end, start_archive
from agent.core.items import is_askers, open_item, send_form, values_for
from agent.core.ladders import raise_over
from agent.core.meetings import call, is_called, is_recorded
from agent.core.registers import write
from agent.core.seats import Context, holders
from agent.domain.case import CaseStatus
from agent.domain.process import Stage
from agent.domain.steps import Archive, Circulate, Collect, Cycle, Meeting, Quorum, Step, VerbKind
from agent.domain.words import Words
from agent.domain.work_items import ItemState, WorkItem

_STEPS_PER_STAGE = 4
"""A bound on the passes through a definition: every pass completes a step or a stage, or is the last."""


def advance(draft: Draft) -> None:
    """Carry out what follows from the case as drafted; a case that has ended or sleeps does not move."""
    bound = _STEPS_PER_STAGE * (len(draft.process.steps) + len(draft.process.stages))
    for _ in range(bound):
        if draft.case.has_ended or draft.case.status is CaseStatus.SUSPENDED:
            return
        if draft.following:
            _carry_out(draft, draft.following.popleft())
        elif not _move(draft):
            return


# ---------------------------------------------------------------------- verbs


def _carry_out(draft: Draft, following: Following) -> None:
    verb = following.verb
    item = draft.case.item(following.item) if following.item is not None else None
    match verb.kind:
        case VerbKind.DONE:
            pass
        case VerbKind.REOPEN:
            reopen(draft, _collect(draft, verb.target), item, to=verb.to, why=following.why)
        case VerbKind.ASK:
            _ask_group(draft, _collect(draft, verb.target), item)
        case VerbKind.RAISE:
            if item is not None:
                raise_over(draft, draft.process.ladders[verb.target], item)
        case VerbKind.GO:
            go_to(draft, verb.target)
        case VerbKind.END:
            end(draft, CaseStatus(verb.target), following.why)
        case VerbKind.ASK_AGAIN:
            if item is not None:
                _ask_again(draft, item, following.why)
        case VerbKind.RELEASE:
            if item is not None:
                _release(draft, item)
        case _:
            assert_never(verb.kind)


def _collect(draft: Draft, name: str) -> Collect:
    step = draft.process.steps[name]
    if not isinstance(step, Collect):  # pragma: no cover - definition_rules refuses it
        raise TypeError(f"{name} collects nothing")
    return step


def _ask_group(draft: Draft, step: Collect, origin: WorkItem | None) -> None:
    """Ask for what follows an item; with nobody to ask, what waits for it happens at once."""
    group = (origin.subject or f"{origin.step}{origin.round}") if origin is not None else ""
    again = affected_by(draft, origin) if origin is not None and step.about == origin.step else frozenset()
    why = Words(zh="文件已修改，请按新版本重新答复", en="the document was amended; please answer again")
    opened = ask(
        draft,
        step,
        context=Context(origin=origin),
        group=group,
        affected=again,
        why=why if again != frozenset() else None,
    )
    if not opened and origin is not None:
        filing = draft.case.filing(origin.step, origin.subject)
        if filing is not None and group_is_complete(draft, step, group):
            write(draft, step.writes, filing, origin)
            if step.then is not None:
                draft.follow(step.then, None)


def _ask_again(draft: Draft, source: WorkItem, why: Words) -> None:
    """After a ruling the disputed item is asked again; it cannot be declined a second time."""
    step = draft.process.steps.get(source.step)
    if not isinstance(step, Collect) or draft.latest(source.step, source.subject) != source:
        return
    due = draft.due(step.due or next(iter(draft.process.clocks)), source.asked_of)
    item = open_item(
        draft,
        step=step.id,
        subject=source.subject,
        form=step.form,
        holder=source.asked_of,
        due=due,
        ruled=True,
    )
    values = {k: v for k, v in values_for(draft, step, item).items() if k != step.outcome}
    said = Words(zh=f"裁定维持原要求：{why.zh}", en=f"the ruling upholds what was asked: {why.en}")
    send_form(draft, item, values, step.signs, why=said)


def _release(draft: Draft, source: WorkItem) -> None:
    """After a ruling the disputed item need not be answered, and its department is let off."""
    draft.close_item(source, ItemState.VOID, source.outcome)
    if source.subject in draft.world.directory.departments():
        draft.change(released=(*draft.case.released, source.subject))
    draft.say(f"裁定免除“{source.subject}”", f"the ruling lets “{source.subject}” off")


def go_to(draft: Draft, name: str) -> None:
    """Enter a stage: what the last one still asked is no longer needed."""
    stage = draft.process.stage(name)
    if stage is None:  # pragma: no cover - definition_rules refuses it
        return
    leaving = draft.process.stage(draft.case.stage)
    for item in draft.case.open_items():
        if leaving is not None and item.step in leaving.steps and not is_askers(draft, item):
            draft.close_item(item, ItemState.VOID)
            draft.send("revoked", item.holder, item=item, facts={"why": stage.title})
    draft.change(
        stage=name,
        entered=draft.at,
        done_steps=tuple(s for s in draft.case.done_steps if s not in stage.steps),
    )
    draft.say(f"进入“{stage.title.zh}”阶段", f"the case enters “{stage.title.en}”")


# ---------------------------------------------------------------------- steps


def _move(draft: Draft) -> bool:
    """Complete or start one step of the present stage, or leave the stage; say whether anything moved."""
    stage = draft.process.stage(draft.case.stage)
    if stage is None:  # pragma: no cover - a case is only ever in a stage of its definition
        return False
    for name in stage.steps:
        step = draft.process.steps[name]
        if name in draft.case.done_steps or _is_on_demand(step):
            continue
        if not set(step.after) <= set(draft.case.done_steps):
            continue
        if not _has_started(draft, step):
            _start(draft, step)
            return True
        if _completed(draft, step):
            _complete(draft, step)
            return True
        if isinstance(step, Collect) and stalled(draft, step) and ask(draft, step, affected=frozenset()):
            return True
    return _leave(draft, stage)


def _is_on_demand(step: Step) -> bool:
    return isinstance(step, Collect) and step.on_demand


def _has_started(draft: Draft, step: Step) -> bool:
    """Say whether a step runs in this pass through its stage."""
    match step:
        case Collect():
            return any(i.opened >= draft.case.entered for i in draft.case.of_step(step.id))
        case Meeting():
            return is_called(draft, step)
        case Cycle():
            return f"{step.id}/ask" in draft.case.struck
        case Circulate():
            return False
        case Archive():
            return f"{step.id}/sealing" in draft.case.struck
        case _:
            assert_never(step)


def _start(draft: Draft, step: Step) -> None:
    match step:
        case Collect():
            opened = ask(draft, step)
            if not opened and is_complete(draft, step):
                draft.say(f"“{step.title.zh}”无需再办", f"“{step.title.en}” asks nobody")
                _complete(draft, step)
        case Meeting():
            call(draft, step)
        case Circulate():
            _circulate(draft, step)
            _complete(draft, step)
        case Cycle():
            moment = draft.at.isoformat()
            names = ("ask", "compile")
            draft.change(struck={**draft.case.struck, **{f"{step.id}/{name}": moment for name in names}})
            draft.say(f"“{step.title.zh}”开始", f"“{step.title.en}” begins")
        case Archive():
            start_archive(draft, step)
        case _:
            assert_never(step)


def _completed(draft: Draft, step: Step) -> bool:
    match step:
        case Collect():
            return is_complete(draft, step)
        case Meeting():
            return is_recorded(draft, step)
        case Cycle() | Archive():
            return False
        case Circulate():
            return True
        case _:
            assert_never(step)


def _complete(draft: Draft, step: Step) -> None:
    draft.change(done_steps=(*draft.case.done_steps, step.id))
    draft.say(f"“{step.title.zh}”完成", f"“{step.title.en}” is complete")
    if isinstance(step, Collect):
        if step.quorum is not Quorum.ALL:
            withdraw_others(draft, step)
        if step.countersigns and (document := draft.case.filing(step.about)) is not None:
            # Of the document's own item: when every department was let off nobody countersigned.
            source = draft.case.item(document.item)
            if source is not None:
                write(draft, step.writes, document, source)


def _leave(draft: Draft, stage: Stage) -> bool:
    needed = [n for n in stage.steps if not _is_on_demand(draft.process.steps[n])]
    waits = [n for n in needed if not isinstance(draft.process.steps[n], Cycle)]
    if not set(waits) <= set(draft.case.done_steps) or stage.then is None:
        return False
    pending = (
        i
        for i in draft.case.open_items()
        if i.step in stage.steps
        and not isinstance(draft.process.steps.get(i.step), Cycle)
        and not is_askers(draft, i)
    )
    if any(pending) or _is_disputed(draft, stage):
        return False
    draft.follow(stage.then, None)
    return True


def _is_disputed(draft: Draft, stage: Stage) -> bool:
    sources = {i.id for i in draft.case.items if i.step in stage.steps}
    return any(d.source in sources and not d.settled for d in draft.case.disputes)


def _circulate(draft: Draft, step: Circulate) -> None:
    draft.tell(
        step.letter,
        holders(draft, (step.to,)),
        about=step.id,
        forms={step.form: lambda language: completed_request(draft, draft.process.begins, language)},
    )
