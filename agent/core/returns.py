"""A form came back: is it the one that is asked, may this sender answer it, is it right, and what follows."""

from dataclasses import replace

from agent.core.advance import accepted
from agent.core.blank import blank
from agent.core.checks.answers import check_answers, doubts
from agent.core.checks.context import CheckContext
from agent.core.checks.registry import CHECKS
from agent.core.checks.signatures import check_signatures
from agent.core.draft import Draft
from agent.core.items import document_of
from agent.core.ladders import dispute_of, raise_from_form, ruled
from agent.core.meetings import distribute
from agent.core.prefill import signers
from agent.core.registers import write
from agent.domain.answers import Values, rows_of, text_of
from agent.domain.case import CaseStatus, Filing, Held
from agent.domain.effects import Urgency
from agent.domain.events import FormReturned
from agent.domain.forms import Form, Kind
from agent.domain.mail import Address, MessageId
from agent.domain.problems import Problem
from agent.domain.process import Collect, Cycle, Ladder, Meeting, VerbKind
from agent.domain.signatures import Signature
from agent.domain.subjects import GROUP
from agent.domain.words import Words
from agent.domain.work_items import ItemState, WorkItem


def form_returned(draft: Draft, event: FormReturned) -> None:
    """Answer a returned form; whatever is refused is told to the sender with what to do."""
    item = draft.case.item(event.item)
    if draft.case.has_ended:
        _refuse(draft, event, "closed_case", Words(zh="事项已结束", en="the case is over"))
    elif draft.case.status is CaseStatus.SUSPENDED:
        _refuse(draft, event, "suspended", Words(zh="事项已暂停", en="the case is suspended"))
    elif item is None or item.form != event.form:
        _refuse(
            draft, event, "superseded_form", Words(zh="不是本事项要的表格", en="this form was not asked for")
        )
    elif not item.is_open:
        _closed(draft, event, item)
    elif not _entitled(draft, item, event.by):
        name = draft.name(item.holder)
        why = Words(zh=f"此表应由{name}办理", en=f"this form is for {name} to answer")
        _refuse(draft, event, "not_entitled", why, item)
    else:
        held = Held(
            item=item.id,
            by=event.by,
            mail=event.mail,
            document=event.document,
            answers=event.answers,
            signatures=event.signatures,
            files=event.files,
        )
        _judge(draft, item, held)


def confirmed(draft: Draft, item: WorkItem, by: Address, mail: MessageId) -> bool:
    """Take the doubtful values that were just listed as right (确认); False when nothing was listed."""
    held = next((h for h in draft.case.held if h.item == item.id), None)
    if held is None:
        return False
    draft.say(f"{draft.name(by)}确认了读取的内容", f"{draft.name(by)} confirmed what had been read")
    _accept(draft, item, replace(held, mail=mail), ())
    return True


def _refuse(draft: Draft, event: FormReturned, letter: str, why: Words, item: WorkItem | None = None) -> None:
    draft.say(f"未受理：{why.zh}", f"not taken: {why.en}")
    draft.send(
        letter,
        event.by,
        item=item,
        about=event.item,
        facts={"why": why},
        answers=event.mail,
        urgency=Urgency.ANSWER,
    )


def _closed(draft: Draft, event: FormReturned, item: WorkItem) -> None:
    """A form for a closed item: answered already, or replaced by a newer one, which is sent again."""
    newer = draft.latest(item.step, item.subject)
    if newer is not None and newer.is_open:
        why = Words(zh="此表已由新版本取代", en="a newer version of this form has replaced it")
        _refuse(draft, event, "superseded_form", why, newer)
    else:
        why = Words(zh="此表已答复或已不再需要", en="this form has been answered or is no longer needed")
        _refuse(draft, event, "already_answered", why, item)


def _entitled(draft: Draft, item: WorkItem, by: Address) -> bool:
    """The holder, who was asked first, whoever stands in for them, and the signer may send a form back."""
    person = draft.person(by)
    sender = person.address if person is not None else by
    may = {item.holder, item.asked_of, draft.stand_in(item.asked_of)}
    may |= set(signers(draft, slots_of(draft, item), item).values())
    return sender in may


def slots_of(draft: Draft, item: WorkItem) -> tuple[str, ...]:
    """Return the slots that must be signed on the form of an item."""
    step = draft.process.steps.get(item.step)
    match step:
        case Collect():
            return step.signs
        case Meeting():
            return step.signs
        case Cycle():
            return step.minutes_signs if item.form == step.minutes_form else step.signs
        case _:
            ladder = draft.process.ladders.get(item.step)
            return ladder.signs if ladder is not None and GROUP in item.subject else ()


def _outcome_field(draft: Draft, item: WorkItem) -> str:
    step = draft.process.steps.get(item.step)
    if isinstance(step, Collect):
        return step.outcome
    ladder = draft.process.ladders.get(item.step)
    return ladder.outcome if ladder is not None and GROUP in item.subject else ""


def _judge(draft: Draft, item: WorkItem, held: Held) -> None:
    form = draft.process.forms[item.form]
    problems = _problems(draft, item, form, held)
    blocking = tuple(p for p in problems if p.blocks)
    unsure = doubts(held.answers, form)
    if blocking or unsure:
        _send_back(draft, item, held, (*blocking, *unsure), confirmable=not blocking)
    else:
        _accept(draft, item, held, tuple(p for p in problems if not p.blocks))


def _problems(draft: Draft, item: WorkItem, form: Form, held: Held) -> tuple[Problem, ...]:
    outcome = _outcome_field(draft, item)
    values = held.answers.values()
    ladder = draft.process.ladders.get(item.step)
    # Whoever rules answers for the ruling; what the raiser left open (a decline says no more) stays open.
    theirs = frozenset(f.id for f in form.fields) if ladder is not None and outcome else frozenset()
    needed = frozenset({outcome} if outcome else ())
    found = list(check_answers(held.answers, form, also_required=needed, optional=theirs))
    context = CheckContext(case=draft.case, process=draft.process, world=draft.world, at=draft.at, form=form)
    who = signers(draft, slots_of(draft, item), item)
    found += check_signatures(held.signatures, who, sender=held.by, context=context)
    step = draft.process.steps.get(item.step)
    if isinstance(step, Collect):
        for name in step.checks:
            found += CHECKS[name](values, context)
        if step.countersigns:
            found += _edited(draft, step, item, values)
        verb = step.on.get(text_of(values, step.outcome)) if step.outcome else None
        if item.ruled and verb is not None and verb.kind is VerbKind.RAISE:
            say = Words(
                zh="裁定已维持原要求，请选择其他结论。",
                en="A ruling upheld this; please choose another answer.",
            )
            found.append(Problem(code="already_ruled", field=step.outcome, say=say))
    return tuple(found)


def _edited(draft: Draft, step: Collect, item: WorkItem, values: Values) -> tuple[Problem, ...]:
    """Whoever countersigns signs what was sent: changed rows come back (issue a refusal instead)."""
    document = document_of(draft, step, item.subject)
    if document is None:
        return ()
    say = Words(
        zh="会签文件的内容不能改动；如不同意，请选择“不同意”并写明意见。",
        en="What you sign cannot be edited; if you disagree, refuse and say why.",
    )
    form = draft.process.forms[item.form]
    changed = [
        field.id
        for field in form.fields
        if field.kind is Kind.ROWS
        and not field.given
        and rows_of(document.values, field.id)
        and rows_of(values, field.id) != rows_of(document.values, field.id)
    ]
    return tuple(Problem(code="edited", field=name, say=say) for name in changed)


def _send_back(
    draft: Draft, item: WorkItem, held: Held, problems: tuple[Problem, ...], *, confirmable: bool
) -> None:
    """One mail that names each field, with the form prefilled and the doubtful places marked."""
    others = tuple(h for h in draft.case.held if h.item != item.id)
    draft.change(held=(*others, held) if confirmable else others)
    step = draft.process.steps.get(item.step)
    known, said = blank(draft, item), held.answers.values()
    # What is countersigned goes out as it was drawn up, whatever somebody wrote into the copy.
    is_copy = isinstance(step, Collect) and step.countersigns
    values = {**said, **known} if is_copy else {**known, **said}
    slots = slots_of(draft, item)
    order = draft.order(item, values, marks=problems, signers=signers(draft, slots, item))
    facts = {"confirmable": Words.same("yes")} if confirmable else {}
    places = tuple(dict.fromkeys(_place(draft.process.forms[item.form], p.field) for p in problems))
    draft.say(
        f"退回补正：{'、'.join(w.zh for w in places)}",
        f"sent back to put right: {', '.join(w.en for w in places)}",
    )
    draft.send(
        "correct",
        held.by,
        cc=(item.holder,) if held.by not in {item.holder, item.asked_of} else (),
        item=item,
        forms=(order,),
        problems=problems,
        facts=facts,
        answers=held.mail,
        urgency=Urgency.ANSWER,
    )


def _place(form: Form, field: str) -> Words:
    """Return how a field, a cell or a slot is labelled on paper."""
    name, *cell = field.split(".")
    slot = next((each for each in form.slots if each.id == name), None)
    found = form.field(name)
    if found is None:
        return slot.label if slot is not None else Words.same(field)
    column = found.column(cell[1]) if len(cell) > 1 else None
    return column.label if column is not None else found.label


def _accept(draft: Draft, item: WorkItem, held: Held, warnings: tuple[Problem, ...]) -> None:
    values = held.answers.values()
    outcome = text_of(values, _outcome_field(draft, item))
    earlier = draft.case.filing(item.step, item.subject)
    filing = Filing(
        item=item.id,
        step=item.step,
        subject=item.subject,
        form=item.form,
        revision=earlier.revision + 1 if earlier is not None else 1,
        by=held.by,
        at=draft.at,
        mail=held.mail,
        document=held.document,
        values=values,
        signatures=held.signatures,
        files=held.files,
        warnings=warnings,
    )
    done = draft.close_item(item, ItemState.DONE, outcome)
    draft.change(filings=(*draft.case.filings, filing))
    form = draft.process.forms[item.form]
    late = draft.at > item.due.at
    draft.say(
        f"{draft.name(held.by)}交回《{form.title.zh}》{'（逾期）' if late else ''}",
        f"{draft.name(held.by)} returned the {form.title.en}{' (late)' if late else ''}",
    )
    draft.send(
        "received",
        held.by,
        item=done,
        problems=warnings,
        facts=_signed(held.signatures),
        answers=held.mail,
        urgency=Urgency.ANSWER,
    )
    if item.step == draft.process.begins:
        _named(draft, filing)
    _go_on(draft, filing, done)


def _signed(signatures: tuple[Signature, ...]) -> dict[str, Words]:
    names = [s.who for s in signatures if s.who]
    return {"signed": Words.listed(names)} if names else {}


def _named(draft: Draft, filing: Filing) -> None:
    """The first form names the case and chooses its profile."""
    form, _, field = draft.process.named_by.partition(".")
    if form == filing.form and (title := text_of(filing.values, field)):
        draft.change(title=title)
    form, _, field = draft.process.profile_from.partition(".")
    profile = text_of(filing.values, field)
    if form == filing.form and profile in draft.process.profiles:
        draft.change(profile=profile)


def _go_on(draft: Draft, filing: Filing, item: WorkItem) -> None:
    step = draft.process.steps.get(item.step)
    match step:
        case Collect():
            accepted(draft, step, filing, item)
        case Meeting():
            write(draft, step.writes, filing, item)
            distribute(draft, filing, item)
        case Cycle():
            if item.form == step.minutes_form:
                write(draft, step.minutes_writes, filing, item)
                distribute(draft, filing, item)
            else:
                write(draft, step.writes, filing, item)
        case _:
            _ladder(draft, draft.process.ladders[item.step], filing, item)


def _ladder(draft: Draft, ladder: Ladder, filing: Filing, item: WorkItem) -> None:
    dispute = dispute_of(draft, item)
    if dispute is None:
        raise_from_form(draft, ladder, filing, item)
    elif not dispute.settled:
        ruled(draft, ladder, dispute, filing, item)
