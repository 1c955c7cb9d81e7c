"""A returned form is judged: accepted, sent back, or held until somebody confirms what is doubtful.

Of a form that came on paper, single values that are missing or could not be read are asked for by mail, one
numbered line each with its crop of the paper (ADR 0022): nobody prints, signs and photographs again for the
sake of one date.
"""

from dataclasses import dataclass, replace

from agent.core.accepting import Reply, accept, outcome_field
from agent.core.blank import blank
from agent.core.checks.answers import check_answers, doubts
from agent.core.checks.context import CheckContext
from agent.core.checks.registry import CHECKS
from agent.core.checks.signatures import UNCLEAR, check_signatures
from agent.core.draft import Draft
from agent.core.drifting import drift_warning
from agent.core.entitled import slots_of, witnesses
from agent.core.items import document_of
from agent.core.prefill import signers
from agent.domain.answers import Values, rows_of, text_of
from agent.domain.case import Held
from agent.domain.confirming import Doubt, Listing
from agent.domain.effects import FormOrder, Urgency
from agent.domain.forms import Form, Kind
from agent.domain.mail import Address
from agent.domain.problems import Problem
from agent.domain.process import Collect, VerbKind
from agent.domain.words import Words
from agent.domain.work_items import WorkItem

MOST_LINES = 30
"""Doubtful values that one mail asks about; a form with more is sent back to be put right as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What is to be said about a returned form."""

    refused: tuple[Problem, ...] = ()
    """What nobody can settle with a word: the form goes back."""
    values: tuple[Doubt, ...] = ()
    """Values that the sender confirms or writes."""
    marks: tuple[Doubt, ...] = ()
    """Signatures that somebody other than the sender vouches for."""
    problems: tuple[Problem, ...] = ()
    """The problems behind `refused` and `values`: the places that are marked on the form."""
    warnings: tuple[Problem, ...] = ()

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """Return everything that somebody can still settle with a word."""
        return (*self.values, *self.marks)


def judge(draft: Draft, item: WorkItem, held: Held, reply: Reply) -> None:
    """Accept a returned form, send it back, or hold it and ask about what is doubtful in it."""
    if held.lacks:
        _wait_for_pages(draft, item, held, reply)
        return
    found = look_at(draft, item, held)
    if found.refused:
        _send_back(draft, item, held, found.problems)
    elif found.doubts:
        keep(draft, held)
        ask_about(draft, item, held, found, reply)
    else:
        accept(draft, item, held, found.warnings, reply)


def look_at(draft: Draft, item: WorkItem, held: Held) -> Judged:
    """Return what is wrong with a returned form, and who can settle it how."""
    form = draft.process.forms[item.form]
    of_answers, of_whole = _problems(draft, item, form, held)
    unsure = doubts(held.answers, form)
    on_paper = any(answer.picture for answer in held.answers.all)
    by_line = [p for p in of_answers if on_paper and _is_one_value(form, p)]
    vouched = [p for p in of_whole if p.code in UNCLEAR and witnesses(draft, item, held, p.field)]
    blocking = tuple(p for p in (*of_answers, *of_whole) if p.blocks)
    refused = tuple(p for p in blocking if p not in by_line and p not in vouched)
    lines = (*unsure, *by_line)
    if refused or len(lines) > MOST_LINES:
        every = (*blocking, *unsure)
        return Judged(refused=every, problems=every)
    return Judged(
        values=tuple(_doubt(held, p) for p in _in_order(form, lines)),
        marks=tuple(_unclear(held, p) for p in vouched),
        problems=lines,
        warnings=tuple(p for p in of_whole if not p.blocks),
    )


def keep(draft: Draft, held: Held) -> None:
    """Hold a returned form, in the place of what was held for its item before."""
    others = tuple(h for h in draft.case.held if h.item != held.item)
    draft.change(held=(*others, held))


def listed(draft: Draft, held: Held, asked: tuple[Doubt, ...], letter: str) -> Held:
    """Remember which letter asked about what, so that an answer to it is understood by its own numbers."""
    fields = tuple(doubt.field for doubt in asked)
    same = next((each for each in held.listings if each.fields == fields), None)
    new = Listing(fields=fields, letters=(*(same.letters if same is not None else ()), letter))
    others = tuple(each for each in held.listings if each is not same)
    known = replace(held, listings=(*others, new))
    keep(draft, known)
    return known


def ask_about(  # noqa: PLR0913 - what is asked, of whom, and what was made of the last answer
    draft: Draft,
    item: WorkItem,
    held: Held,
    found: Judged,
    reply: Reply,
    *,
    understood: Words | None = None,
    odd: Words | None = None,
    why: Words | None = None,
) -> None:
    """Ask the sender about values, and whoever can vouch for it about each unclear signature.

    Args:
        draft: the plan being written.
        item: the item whose form it is.
        held: the form, which is held already.
        found: what is doubtful in it.
        reply: whose mail is answered.
        understood: lines of that mail that were understood, when it has to be asked again.
        odd: lines of it that were not.
        why: why it is asked again at all.
    """
    named = {"understood": understood, "odd": odd, "why": why}
    facts = {name: words for name, words in named.items() if words is not None and words.zh}
    asked = tuple(dict.fromkeys(w for mark in found.marks for w in witnesses(draft, item, held, mark.field)))
    if asked:
        facts["witness"] = Words.listed(draft.name(who) for who in asked)
    if found.values:
        order = filled_again(draft, item, held.answers.values(), found.problems)
        letter = draft.send(
            "confirm",
            reply.to,
            cc=(item.holder,) if reply.to not in {item.holder, item.asked_of} else (),
            item=item,
            forms=(order,),
            doubts=found.values,
            facts=facts,
            answers=reply.mail,
            urgency=Urgency.ANSWER,
        )
        held = listed(draft, held, found.values, letter)
        form = draft.process.forms[item.form]
        places = tuple(dict.fromkeys(form.label_of(doubt.field) for doubt in found.values))
        draft.say(
            f"请确认读取的内容：{'、'.join(w.zh for w in places)}",
            f"asked to confirm what was read: {', '.join(w.en for w in places)}",
        )
    elif found.marks:
        draft.send(
            "signature_asked", reply.to, item=item, facts=facts, answers=reply.mail, urgency=Urgency.ANSWER
        )
    _ask_witnesses(draft, item, held, found.marks)


def _ask_witnesses(draft: Draft, item: WorkItem, held: Held, marks: tuple[Doubt, ...]) -> None:
    """Ask about unclear signatures, those whom we have not asked about this form before."""
    before = {field for listing in held.listings for field in listing.fields}
    groups: dict[Address, list[Doubt]] = {}
    for mark in marks:
        if mark.field not in before:
            for who in witnesses(draft, item, held, mark.field):
                groups.setdefault(who, []).append(mark)
    by = {"by": Words.same(held.by)}
    for who, theirs in groups.items():
        about = f"{item.id}/{who}"
        letter = draft.send("confirm_signature", who, about=about, item=item, doubts=tuple(theirs), facts=by)
        held = listed(draft, held, tuple(theirs), letter)
        form = draft.process.forms[item.form]
        places = Words.listed(form.label_of(mark.field).in_(draft.case.language) for mark in theirs)
        draft.say(
            f"签字不清，请{draft.name(who)}核对：{places.zh}",
            f"asked {draft.name(who)} whether a mark is the signature: {places.en}",
        )


def _wait_for_pages(draft: Draft, item: WorkItem, held: Held, reply: Reply) -> None:
    keep(draft, held)
    pages = Words(zh="、".join(map(str, held.lacks)), en=", ".join(map(str, held.lacks)))
    draft.say(f"已收到部分页，尚缺第 {pages.zh} 页", f"part of it came; pages missing: {pages.en}")
    draft.send(
        "partial",
        reply.to,
        cc=(item.holder,) if reply.to not in {item.holder, item.asked_of} else (),
        item=item,
        facts={"lacks": pages},
        answers=reply.mail,
        urgency=Urgency.ANSWER,
    )


def filled_again(draft: Draft, item: WorkItem, said: Values, marks: tuple[Problem, ...] = ()) -> FormOrder:
    """Return the order for the form of an item, prefilled with what was understood, places marked."""
    step = draft.process.steps.get(item.step)
    known = blank(draft, item)
    # What is countersigned goes out as it was drawn up, whatever somebody wrote into the copy.
    is_copy = isinstance(step, Collect) and step.countersigns
    values = {**said, **known} if is_copy else {**known, **said}
    slots = slots_of(draft, item)
    return draft.order(item, values, marks=marks, signers=signers(draft, slots, item))


def _is_one_value(form: Form, problem: Problem) -> bool:
    """Say whether a problem is about one value that somebody can write in a line."""
    found = form.field(problem.field)
    return "." in problem.field or (found is not None and found.kind is not Kind.ROWS)


def _in_order(form: Form, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return problems in the order of the form, a table row by row."""
    fields = {field.id: number for number, field in enumerate(form.fields)}

    def place(problem: Problem) -> tuple[int, int]:
        name, *cell = problem.field.split(".")
        return fields.get(name, len(fields)), int(cell[0]) if cell and cell[0].isdigit() else 0

    return tuple(sorted(problems, key=place))


def _doubt(held: Held, problem: Problem) -> Doubt:
    answer = held.answers.get(problem.field)
    return Doubt(
        field=problem.field,
        read=answer.value if answer is not None else None,
        words=answer.words if answer is not None else "",
        picture=answer.picture if answer is not None else "",
        problem="" if problem.code == "doubtful" else problem.code,
    )


def _unclear(held: Held, problem: Problem) -> Doubt:
    mark = next((each for each in held.signatures if each.slot == problem.field), None)
    picture = mark.picture if mark is not None else ""
    return Doubt(
        field=problem.field, words=problem.found, picture=picture, is_slot=True, problem=problem.code
    )


def _problems(
    draft: Draft, item: WorkItem, form: Form, held: Held
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Return what is wrong with single answers, and what is wrong with the form as a whole."""
    outcome = outcome_field(draft, item)
    values = held.answers.values()
    ladder = draft.process.ladders.get(item.step)
    # Whoever rules answers for the ruling; what the raiser left open (a decline says no more) stays open.
    theirs = frozenset(f.id for f in form.fields) if ladder is not None and outcome else frozenset()
    needed = frozenset({outcome} if outcome else ())
    answers = check_answers(held.answers, form, also_required=needed, optional=theirs)
    found: list[Problem] = []
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
    if held.drift:
        found.append(drift_warning(held.drift))
    return answers, tuple(found)


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


def _send_back(draft: Draft, item: WorkItem, held: Held, problems: tuple[Problem, ...]) -> None:
    """One mail that names each field, with the form prefilled and the doubtful places marked."""
    keep(draft, replace(held, refused=True))
    order = filled_again(draft, item, held.answers.values(), problems)
    places = tuple(dict.fromkeys(_place(draft.process.forms[item.form], p.field) for p in problems))
    draft.say(
        f"退回补正：{'、'.join(w.zh for w in places)}",
        f"sent back to put right: {', '.join(w.en for w in places)}",
    )
    draft.send(
        "correct",
        held.by,
        cc=_copied(draft, item, held, problems),
        item=item,
        forms=(order,),
        problems=problems,
        answers=held.mail,
        urgency=Urgency.ANSWER,
    )


def _copied(draft: Draft, item: WorkItem, held: Held, problems: tuple[Problem, ...]) -> tuple[Address, ...]:
    """Return who else learns that a form goes back: its holder; of a disowned mark, the coordinators."""
    holder = (item.holder,) if held.by not in {item.holder, item.asked_of} else ()
    denied = any(problem.code == "signature_denied" for problem in problems)
    return (*holder, *draft.coordinators()) if denied else holder


def _place(form: Form, field: str) -> Words:
    """Return how a field, a cell or a slot is labelled on paper."""
    name, *cell = field.split(".")
    slot = next((each for each in form.slots if each.id == name), None)
    found = form.field(name)
    if found is None:
        return slot.label if slot is not None else Words.same(field)
    column = found.column(cell[1]) if len(cell) > 1 else None
    return column.label if column is not None else found.label
