"""A returned form is judged: accepted, sent back, or held until somebody confirms what is doubtful.

Of a form that came on paper, single values that are missing or could not be read are asked for by mail, one
numbered line each with its crop of the paper (ADR 0022): nobody prints, signs and photographs again for the
sake of one date.
"""

from collections.abc import Mapping
from dataclasses import replace

from agent.core.accepting import Reply, accept, outcome_field
from agent.core.blank import blank
from agent.core.checks.answers import check_answers, differing, doubts
from agent.core.checks.context import CheckContext
from agent.core.checks.registry import CHECKS
from agent.core.checks.signatures import UNCLEAR, check_signatures
from agent.core.draft import Draft
from agent.core.drifting import drift_warning
from agent.core.entitled import slots_of, witnesses
from agent.core.items import document_of
from agent.core.prefill import signers
from agent.core.questions import Judged, ask_about, filled_again, keep, wait_for_pages
from agent.core.told import pages_words
from agent.core.uncompared import uncompared_warning
from agent.domain.answers import Answers, Row, Trust, rows_of, text_of, walk
from agent.domain.case import Held
from agent.domain.confirming import Doubt
from agent.domain.effects import Urgency
from agent.domain.forms import Field, Form, Kind
from agent.domain.mail import Address
from agent.domain.marks import told
from agent.domain.problems import Problem
from agent.domain.steps import Collect, VerbKind
from agent.domain.words import Words
from agent.domain.work_items import WorkItem

MOST_LINES = 30
"""Doubtful values that one mail asks about; a form with more is sent back to be put right as a whole."""


def judge(draft: Draft, item: WorkItem, held: Held, reply: Reply) -> None:
    """Accept a returned form, send it back, or hold it and ask about what is doubtful in it."""
    if held.lacks:
        wait_for_pages(draft, item, held, reply)
        return
    held = _as_sent(draft, item, held)
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
    on_paper = _is_paper(held)
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


def still_wanted(draft: Draft, item: WorkItem) -> tuple[Held | None, Mapping[str, Words], tuple[Doubt, ...]]:
    """Return what a returned form of an open item still waits for: its pages, a witness, or values.

    Returns:
        The form that is held, if one is; facts for a letter (`lacks`, `witness`); the values to confirm.
    """
    held = next((h for h in draft.case.held if h.item == item.id and not h.refused), None)
    if held is None:
        return None, {}, ()
    if held.lacks:
        return held, {"lacks": pages_words(held.lacks)}, ()
    found = look_at(draft, item, held)
    who = dict.fromkeys(w for mark in found.marks for w in witnesses(draft, item, held, mark.field))
    facts = {"witness": Words.listed(draft.name(each) for each in who)} if who else {}
    return held, facts, found.values


def _is_paper(held: Held) -> bool:
    return any(answer.picture for answer in held.answers.all)


def _as_sent(draft: Draft, item: WorkItem, held: Held) -> Held:
    """Return a countersigned paper of which a guess that says what we had printed there is no guess any more.

    Two sources that agree are better than either: nobody confirms a table that is not theirs to fill.  Of
    other forms a guess stays one: over what was prefilled somebody may have written by hand.
    """
    step = draft.process.steps.get(item.step)
    if not (isinstance(step, Collect) and step.countersigns and _is_paper(held)):
        return held
    sent = dict(walk(blank(draft, item)))
    answers = tuple(
        replace(answer, trust=Trust.LIKELY)
        if answer.trust is Trust.GUESS and answer.value is not None and sent.get(answer.field) == answer.value
        else answer
        for answer in held.answers.all
    )
    return replace(held, answers=Answers(answers))


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
        differing=differing(answer) if answer is not None else (),
    )


def _unclear(held: Held, problem: Problem) -> Doubt:
    mark = next((each for each in held.signatures if each.slot == problem.field), None)
    picture = mark.picture if mark is not None else ""
    reasons = [told(reason) for reason in mark.reasons] if mark is not None else []
    unclear = Words(zh="；".join(r.zh for r in reasons), en="; ".join(r.en for r in reasons))
    return Doubt(
        field=problem.field,
        words=problem.found,
        picture=picture,
        is_slot=True,
        why=problem.say if problem.code == "signer_unknown" else unclear,
        problem=problem.code,
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
            found += _edited(draft, step, item, held)
        verb = step.on.get(text_of(values, step.outcome)) if step.outcome else None
        if item.ruled and verb is not None and verb.kind is VerbKind.RAISE:
            say = Words(
                zh="裁定已维持原要求，请选择其他结论。",
                en="A ruling upheld this; please choose another answer.",
            )
            found.append(Problem(code="already_ruled", field=step.outcome, say=say))
    if held.drift:
        found.append(drift_warning(held.drift))
    if held.uncompared:
        found.append(uncompared_warning(held.uncompared))
    return answers, tuple(found)


def _edited(draft: Draft, step: Collect, item: WorkItem, held: Held) -> tuple[Problem, ...]:
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
        and (sent := rows_of(document.values, field.id))
        and _changed(held, field, sent)
    ]
    return tuple(Problem(code="edited", field=name, say=say) for name in changed)


def _changed(held: Held, field: Field, sent: tuple[Row, ...]) -> bool:
    """Say whether rows are not as sent; on paper only by what was read for certain, the rest is asked."""
    if not _is_paper(held):
        return rows_of(held.answers.values(), field.id) != sent
    for answer in held.answers.all:
        name, *cell = answer.field.split(".")
        if name != field.id or not cell or answer.trust in {Trust.GUESS, Trust.ABSENT}:
            continue
        row = sent[int(cell[0])] if int(cell[0]) < len(sent) else {}
        if row.get(cell[1]) != answer.value:
            return True
    return False


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
