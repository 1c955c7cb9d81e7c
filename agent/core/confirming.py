"""A confirmation letter was answered: what is right now, what is still open, and who said so (ADR 0022)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from agent.core.accepting import Reply
from agent.core.checks.answers import complaint
from agent.core.checks.signatures import DENIED, VOUCHED
from agent.core.draft import Draft
from agent.core.entitled import may_confirm, may_vouch, should_sign
from agent.core.judging import judge, look_at
from agent.core.questions import Judged, ask_about, keep
from agent.core.taken_back import take_back
from agent.core.told import confirmed_words, value_words
from agent.domain.answers import Answer, Answers, Evidence, Scalar, Trust
from agent.domain.case import CaseStatus, Held
from agent.domain.confirming import Confirmed, Doubt, DoubtsAnswered, LaidAnswer
from agent.domain.effects import Urgency
from agent.domain.forms import Form, SignatureKind
from agent.domain.mail import Address
from agent.domain.signatures import Signature, Verdict
from agent.domain.words import Words
from agent.domain.work_items import WorkItem

_MOST_TOLD = 8
"""Values that the reason of a decision tells one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """One value that somebody settled."""

    doubt: Doubt
    value: Scalar | None
    """None when nothing stands there on the paper."""
    words: str = ""
    """The words they wrote; empty when they said 确认."""


def doubts_answered(draft: Draft, event: DoubtsAnswered) -> None:
    """Take what somebody confirmed or wrote; what was not understood is asked again and changes nothing."""
    item = draft.case.item(event.item)
    held = next((h for h in draft.case.held if h.item == event.item and not h.refused), None)
    if draft.case.has_ended:
        _answer(draft, event, "closed_case", Words(zh="事项已结束", en="the case is over"))
    elif event.altered and draft.case.status is not CaseStatus.SUSPENDED:
        take_back(draft, event, item)
    elif event.altered and item is not None:
        _lay_by(draft, event, item)
    elif item is None or held is None:
        _too_late(draft, event, item)
    elif not held.lacks and not _theirs(draft, item, held, event.by):
        why = Words(zh="这些内容须由他人确认", en="somebody else has to confirm these")
        _answer(draft, event, "not_entitled", why, item)
    elif draft.case.status is CaseStatus.SUSPENDED:
        _lay_by(draft, event, item)
    elif held.lacks:
        judge(draft, item, held, Reply(to=event.by, mail=event.mail))
    else:
        _take(draft, event, item, held)


def open_for(draft: Draft, who: Address) -> tuple[Held, ...]:
    """Return the returned forms of which `who` may settle something now."""
    found: list[Held] = []
    for held in draft.case.held:
        item = draft.case.item(held.item)
        if item is None or held.refused or held.lacks:
            continue
        if _theirs(draft, item, held, who):
            found.append(held)
    return tuple(found)


def _lay_by(draft: Draft, event: DoubtsAnswered, item: WorkItem) -> None:
    """Keep an answer until the case is resumed: nobody has to give it again."""
    laid = LaidAnswer(said=event, behind=len(draft.case.laid_by))
    draft.change(laid_answers=(*draft.case.laid_answers, laid))
    title, name = draft.process.forms[item.form].title, draft.name(event.by)
    draft.say(
        f"事项已暂停；{name}对《{title.zh}》的确认答复已收存，恢复后办理",
        f"the case is suspended; what {name} answered about the {title.en} is kept until it is resumed",
    )
    facts = {"answered": title}
    draft.send("suspended", event.by, item=item, facts=facts, answers=event.mail, urgency=Urgency.ANSWER)


def _take(draft: Draft, event: DoubtsAnswered, item: WorkItem, held: Held) -> None:
    found = look_at(draft, item, held)
    theirs = _theirs(draft, item, held, event.by)
    if event.letter in held.stale:
        why = Words(
            zh="您回复的是较早的一封邮件，此后又收到了新交回的表格，以下以新表格为准",
            en="you answered an earlier mail; a newer form has come since, and these are its values",
        )
        _again(draft, event, item, held, found, why=why)
        return
    form = draft.process.forms[item.form]
    odd = (*_odd(event, form, held, theirs), *(Words.same(line) for line in event.odd))
    if odd:
        _again(draft, event, item, held, found, odd=odd)
        return
    said = tuple(_settled(event, held, theirs))
    if not said:
        _again(draft, event, item, held, found)
        return
    settled = _with(draft, event, item, held, said)
    _tell(draft, event, form, settled, held)
    keep(draft, settled)
    judge(draft, item, settled, Reply(to=event.by, mail=event.mail))


def _theirs(draft: Draft, item: WorkItem, held: Held, who: Address) -> tuple[Doubt, ...]:
    """Return what `who` may settle of a returned form."""
    return tuple(d for d in look_at(draft, item, held).doubts if _may(draft, item, held, d, who))


def _may(draft: Draft, item: WorkItem, held: Held, doubt: Doubt, who: Address) -> bool:
    if doubt.is_slot:
        return may_vouch(draft, item, held, doubt.field, who)
    return may_confirm(draft, item, held, who)


def _settled(event: DoubtsAnswered, held: Held, theirs: tuple[Doubt, ...]) -> Iterator[_Said]:
    """Yield what an answer settles: what it wrote, and with 确认 the rest of what its letter listed."""
    asked = next((each for each in held.listings if event.letter in each.letters), None)
    listed = frozenset(asked.fields if asked is not None else (doubt.field for doubt in theirs))
    written = {answer.field: answer for answer in event.answers}
    for doubt in theirs:
        answer = written.get(doubt.field)
        if answer is not None and _is_value(answer):
            yield _Said(doubt=doubt, value=answer.value, words=answer.words)
        elif event.rest and doubt.field in listed and doubt.can_be_right:
            yield _Said(doubt=doubt, value=doubt.read if doubt.read is not None else True)
    before = {each.field: each for each in held.confirmed}
    for name, answer in written.items():
        if name in before and name not in {d.field for d in theirs} and _is_value(answer):
            once = before[name]  # they think better of what they wrote before
            doubt = Doubt(field=name, read=once.value, words=once.words, picture=once.picture)
            yield _Said(doubt=doubt, value=answer.value, words=answer.words)


def _is_value(answer: Answer) -> bool:
    """Say whether somebody wrote what is right, be it that nothing stands there."""
    return answer.value is not None or answer.trust is Trust.ABSENT


def _odd(event: DoubtsAnswered, form: Form, held: Held, theirs: tuple[Doubt, ...]) -> Iterator[Words]:
    """Yield what was written and is no value, or is about nothing that was asked."""
    known = {doubt.field: doubt for doubt in theirs}
    before = {each.field for each in held.confirmed}
    for answer in event.answers:
        label, field = form.label_of(answer.field), form.at(answer.field)
        if answer.field not in known and answer.field not in before:
            yield Words(
                zh=f"{label.zh}：“{answer.words}”（不必再确认）",
                en=f"{label.en}: “{answer.words}” (not asked any more)",
            )
        elif not _is_value(answer) and field is not None:
            say = complaint(answer.problem, field)
            yield Words(
                zh=f"{label.zh}：“{answer.words}”。{say.zh}", en=f"{label.en}: “{answer.words}”. {say.en}"
            )
        elif not _is_value(answer):
            yield Words(zh=f"{label.zh}：“{answer.words}”", en=f"{label.en}: “{answer.words}”")


def _again(  # noqa: PLR0913 - the question as it was, and what was made of the answer
    draft: Draft,
    event: DoubtsAnswered,
    item: WorkItem,
    held: Held,
    found: Judged,
    *,
    odd: tuple[Words, ...] = (),
    why: Words | None = None,
) -> None:
    """Put the question again, with what was understood and what was not; nothing has been taken."""
    form = draft.process.forms[item.form]
    lines = [_line(draft, form, a.field, a.value) for a in event.answers if _is_value(a)]
    understood = Words(zh="\n".join(w.zh for w in lines), en="\n".join(w.en for w in lines))
    not_so = Words(zh="\n".join(w.zh for w in odd), en="\n".join(w.en for w in odd))
    draft.say("回复未能全部读懂，再次请其确认", "the answer was not wholly understood and is asked again")
    theirs = tuple(d for d in found.marks if _may(draft, item, held, d, event.by))
    if theirs and not (found.values and may_confirm(draft, item, held, event.by)):
        own = should_sign(draft, item, tuple(mark.field for mark in theirs), event.by)
        facts = (
            {"by": Words.same(held.by)}
            | dict(own)
            | ({"odd": not_so} if odd else {})
            | ({"why": why} if why else {})
        )
        draft.send(
            "confirm_signature",
            event.by,
            item=item,
            doubts=theirs,
            facts=facts,
            answers=event.mail,
            urgency=Urgency.ANSWER,
        )
        return
    reply = Reply(to=event.by, mail=event.mail)
    ask_about(draft, item, held, found, reply, understood=understood, odd=not_so, why=why)


def _with(draft: Draft, event: DoubtsAnswered, item: WorkItem, held: Held, said: tuple[_Said, ...]) -> Held:
    """Return the held form with everything that was settled in its place."""
    answers = {answer.field: answer for answer in held.answers.all}
    marks = {mark.slot: mark for mark in held.signatures}
    confirmed: list[Confirmed] = []
    for each in said:
        doubt = each.doubt
        confirmed.append(
            Confirmed(
                field=doubt.field,
                read=doubt.read,
                value=each.value,
                words=doubt.words,
                by=event.by,
                at=event.at,
                mail=event.mail,
                picture=doubt.picture,
            )
        )
        if doubt.is_slot:
            marks[doubt.field] = _vouched(draft, event, item, marks[doubt.field], yes=each.value is True)
            continue
        old = answers.get(doubt.field)
        told = Evidence(place=f"mail {event.mail}", words=each.words or doubt.words)
        answers[doubt.field] = Answer(
            field=doubt.field,
            value=each.value,
            trust=Trust.SURE if each.value is not None else Trust.ABSENT,
            evidence=(told, *(old.evidence if old is not None else ())),
            picture=doubt.picture,
        )
    return replace(
        held,
        answers=Answers(tuple(answers.values())),
        signatures=tuple(marks.values()),
        confirmed=(*held.confirmed, *confirmed),
    )


def _vouched(draft: Draft, event: DoubtsAnswered, item: WorkItem, mark: Signature, *, yes: bool) -> Signature:
    """Return an unclear signature as somebody else judged it."""
    who = draft.name(event.by)
    if not yes:
        return replace(mark, verdict=Verdict.UNSIGNED, reasons=(*mark.reasons, f"{DENIED}{who}"))
    slot = next(each for each in draft.process.forms[item.form].slots if each.id == mark.slot)
    usual = (
        SignatureKind.INK if SignatureKind.INK in slot.accepts else min(slot.accepts, key=lambda k: k.value)
    )
    return replace(
        mark,
        verdict=Verdict.SIGNED,
        how=mark.how or usual,
        reasons=(*mark.reasons, f"{VOUCHED}{who}"),
        evidence=(*mark.evidence, Evidence(place=f"mail {event.mail}", words=who)),
    )


def _tell(draft: Draft, event: DoubtsAnswered, form: Form, settled: Held, before: Held) -> None:
    new = settled.confirmed[len(before.confirmed) :]
    changed_first = sorted(new, key=lambda each: each.value == each.read)
    lines = [confirmed_words(form, each, draft.world.directory) for each in changed_first[:_MOST_TOLD]]
    if len(new) > _MOST_TOLD:
        more = len(new) - _MOST_TOLD
        lines.append(Words(zh=f"另有 {more} 处", en=f"{more} more"))
    name = draft.name(event.by)
    draft.say(
        f"{name}确认了 {len(new)} 处：{'、'.join(w.zh for w in lines)}",
        f"{name} confirmed {len(new)}: {', '.join(w.en for w in lines)}",
    )


def _line(draft: Draft, form: Form, path: str, value: Scalar | None) -> Words:
    label, words = form.label_of(path), value_words(form, path, value, draft.world.directory)
    return Words(zh=f"{label.zh} {words.zh}", en=f"{label.en} {words.en}")


def _too_late(draft: Draft, event: DoubtsAnswered, item: WorkItem | None) -> None:
    """确认 twice, or after a newer form was accepted: said politely, and nothing moves."""
    if item is not None and not item.is_open:
        why = Words(zh="这份表格的内容已确认并受理", en="this form has been confirmed and accepted")
        _answer(draft, event, "already_answered", why, item)
        return
    why = Words(zh="目前没有待确认的内容", en="nothing waits to be confirmed")
    _answer(draft, event, "not_understood", why, item)


def _answer(
    draft: Draft, event: DoubtsAnswered, letter: str, why: Words, item: WorkItem | None = None
) -> None:
    draft.say(f"未受理：{why.zh}", f"not taken: {why.en}")
    facts = {"why": why}
    draft.send(letter, event.by, item=item, facts=facts, answers=event.mail, urgency=Urgency.ANSWER)
