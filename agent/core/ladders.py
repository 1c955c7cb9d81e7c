"""Ladders: a dispute climbs from rung to rung until somebody rules (process.md 3.3, 问题升级).

The form of a ladder has the fields `title`, `parties` (rows with a department) and `ruling`.
"""

from collections.abc import Iterator
from dataclasses import replace

from agent.core.draft import Draft
from agent.core.items import open_item, send_form
from agent.core.prefill import About, given
from agent.core.seats import Context, Seat, everyone, initiating_department, seats
from agent.domain.answers import Value, Values, rows_of, text_of
from agent.domain.case import Filing
from agent.domain.disputes import Dispute, Ruling
from agent.domain.mail import Address
from agent.domain.process import Ladder
from agent.domain.subjects import GROUP, group_of
from agent.domain.words import Words
from agent.domain.work_items import Due, ItemState, WorkItem

SKIPPED = "skipped"
"""The decision that the record shows for a rung that nobody could rule on."""


def raise_over(draft: Draft, ladder: Ladder, source: WorkItem) -> Dispute:
    """Raise a dispute over the outcome of a work item: a department declined, an acceptance failed."""
    filing = next((f for f in reversed(draft.case.filings) if f.item == source.id), None)
    values = filing.values if filing is not None else {}
    reason = text_of(values, "reason") or text_of(values, "remarks")
    step = draft.process.steps.get(source.step)
    what = step.title.in_(draft.case.language) if step is not None else source.step
    other = draft.department(source.asked_of)
    parties = tuple(dict.fromkeys(each for each in (initiating_department(draft), other) if each))
    who = other or draft.name(source.asked_of)
    title = Words(zh=f"{what}：{who}", en=f"{what}: {who}")
    said: dict[str, Value] = {
        "title": title.in_(draft.case.language),
        "raised_by": source.asked_of,
        "parties": tuple({"department": each} for each in parties),
    }
    if reason:
        said["description"] = reason
    return _raise(draft, ladder, source.asked_of, parties, said, source)


def raise_from_form(draft: Draft, ladder: Ladder, filing: Filing, item: WorkItem) -> Dispute:
    """Raise the dispute that a participant wrote down on the ladder's form (早暴露)."""
    named = [text_of(row, "department") for row in rows_of(filing.values, "parties")]
    own = draft.department(item.holder)
    parties = tuple(dict.fromkeys(each for each in (*named, own) if each))
    return _raise(draft, ladder, item.holder, parties, filing.values, None)


def _raise(  # noqa: PLR0913 - each argument is one value of the dispute
    draft: Draft,
    ladder: Ladder,
    by: Address,
    parties: tuple[str, ...],
    values: Values,
    source: WorkItem | None,
) -> Dispute:
    dispute = Dispute(
        id=f"D{len(draft.case.disputes) + 1}",
        ladder=ladder.id,
        title=text_of(values, "title"),
        raised_by=by,
        parties=parties,
        source=source.id if source is not None else None,
        values=values,
    )
    draft.change(disputes=(*draft.case.disputes, dispute))
    draft.say(
        f"{draft.name(by)}提出争议“{dispute.title}”",
        f"{draft.name(by)} raised the dispute “{dispute.title}”",
    )
    draft.tell(
        "dispute_opened",
        (by, draft.case.initiator, *_heads(draft, dispute)),
        about=dispute.id,
        facts={"dispute": Words.same(dispute.title)},
    )
    open_rung(draft, dispute, 0)
    return dispute


def _heads(draft: Draft, dispute: Dispute) -> Iterator[Address]:
    heads = (draft.world.directory.head_of(department) for department in dispute.parties)
    return (head.address for head in heads if head is not None)


def open_rung(draft: Draft, dispute: Dispute, number: int) -> None:
    """Ask the rulers of rung `number`; a rung without anybody who may rule is skipped and recorded.

    Above the first rung nobody rules who has been asked before in this dispute.  When the last rung
    has nobody either, the coordinator gets it: a dispute never stands without a holder.
    """
    ladder = draft.process.ladders[dispute.ladder]
    rung = ladder.rungs[number]
    before = asked_before(draft, dispute)
    able: list[Seat] = []
    why: list[Words] = []
    for seat in seats(draft, rung.asks, Context(dispute=dispute)):
        reason = _unable(draft, seat, before)
        if reason is None:
            able.append(seat)
            before |= {draft.stand_in(seat.holder)} if seat.holder is not None else set()
        else:
            why.append(reason)
    dispute = _set(draft, replace(dispute, rung=number))
    if not able and number + 1 < len(ladder.rungs):
        reason = why[0] if why else Words(zh="无人任职", en="the post is vacant")
        _skip(draft, dispute, number, reason)
        open_rung(draft, _current(draft, dispute), number + 1)
        return
    if not able:
        able.append(Seat(subject="coordinator", holder=None))
        draft.tell(
            "vacant_rung",
            draft.coordinators(),
            about=dispute.id,
            facts={
                "rung": rung.title,
                "why": why[0] if why else Words(zh="无人任职", en="the post is vacant"),
            },
        )
    for seat in able:
        holder = seat.holder or draft.last_resort()
        item = open_item(
            draft,
            step=ladder.id,
            subject=f"{dispute.id}{GROUP}{seat.subject}",
            form=ladder.form,
            holder=holder,
            due=draft.due(rung.due, holder),
        )
        values = {**dispute.values, **given(draft, About(item=item))}
        values = {k: v for k, v in values.items() if k not in {ladder.outcome, "ruling"}}
        send_form(draft, item, values, ladder.signs, why=Words.same(dispute.title))
        draft.say(
            f"“{rung.title.zh}”：请{draft.name(holder)}裁定",
            f"“{rung.title.en}”: {draft.name(holder)} is asked to rule",
        )


def asked_before(draft: Draft, dispute: Dispute) -> set[Address]:
    """Return whoever was asked to rule in this dispute, whether for themselves or for somebody else."""
    items = (i for i in draft.case.of_step(dispute.ladder) if group_of(i.subject) == dispute.id)
    return {address for item in items for address in (item.asked_of, item.holder)}


def has_ruled(draft: Draft, item: WorkItem, who: Address) -> bool:
    """Say whether `item` asks for a ruling in a dispute in which `who` was asked before."""
    dispute = dispute_of(draft, item)
    return dispute is not None and who != item.asked_of and who in asked_before(draft, dispute)


def _unable(draft: Draft, seat: Seat, before: set[Address]) -> Words | None:
    if seat.holder is None:
        return Words(zh="职位空缺", en="the post is vacant")
    person = draft.world.directory.stand_in(seat.holder, draft.today)
    if person is None:
        name = draft.name(seat.holder)
        return Words(zh=f"{name}不在岗且无代理人", en=f"{name} is away without a deputy")
    for each in (seat.holder, person.address):
        if each in before:
            name = draft.name(each)
            return Words(zh=f"{name}已处理过本争议", en=f"{name} has been asked in this dispute before")
    return None


def _skip(draft: Draft, dispute: Dispute, number: int, why: Words) -> None:
    rung = draft.process.ladders[dispute.ladder].rungs[number]
    words = why.in_(draft.case.language)
    ruling = Ruling(rung=number, by=None, decision=SKIPPED, words=words, on=draft.at)
    _set(draft, replace(dispute, rulings=(*dispute.rulings, ruling)))
    draft.say(f"跳过“{rung.title.zh}”：{why.zh}", f"“{rung.title.en}” is skipped: {why.en}")
    draft.tell(
        "vacant_rung",
        (dispute.raised_by, draft.case.initiator, *draft.coordinators()),
        about=f"{dispute.id}-{number}",
        facts={"rung": rung.title, "why": why},
    )


def climb(draft: Draft, dispute: Dispute, why: Words) -> bool:
    """Go one rung up and tell the parties; False on the last rung, where only reminders remain."""
    ladder = draft.process.ladders[dispute.ladder]
    if dispute.settled or dispute.rung + 1 >= len(ladder.rungs):
        return False
    for item in open_rung_items(draft, dispute):
        draft.close_item(item, ItemState.VOID)
    rung = ladder.rungs[dispute.rung + 1]
    said = [r for r in dispute.rulings if r.rung == dispute.rung and r.by is not None and r.words]
    words = [Words.same(f"{draft.name(r.by)}：{r.words}") for r in said if r.by is not None]
    told = [why, *words]
    draft.tell(
        "climbed",
        # What a rung said is written back to all (process.md 3.3); its silence concerns the two sides.
        everyone(draft) if said else (dispute.raised_by, draft.case.initiator, *_heads(draft, dispute)),
        about=f"{dispute.id}-{dispute.rung + 1}",
        facts={
            "dispute": Words.same(dispute.title),
            "rung": rung.title,
            "why": Words(zh="\n".join(w.zh for w in told), en="\n".join(w.en for w in told)),
        },
    )
    draft.say(f"争议升至“{rung.title.zh}”：{why.zh}", f"the dispute climbs to “{rung.title.en}”: {why.en}")
    open_rung(draft, _current(draft, dispute), dispute.rung + 1)
    return True


def open_rung_items(draft: Draft, dispute: Dispute) -> tuple[WorkItem, ...]:
    """Return the items of a dispute that still wait for a ruling."""
    return tuple(
        i for i in draft.case.open_items() if i.step == dispute.ladder and group_of(i.subject) == dispute.id
    )


def dispute_of(draft: Draft, item: WorkItem) -> Dispute | None:
    """Return the dispute that a rung's item belongs to."""
    name = group_of(item.subject)
    found = (d for d in draft.case.disputes if d.id == name and d.ladder == item.step)
    return next(found, None)


def ruled(draft: Draft, ladder: Ladder, dispute: Dispute, filing: Filing, item: WorkItem) -> None:
    """Take one ruling in: settle when all who were asked on this rung agree, climb when they do not."""
    decision = text_of(filing.values, ladder.outcome)
    words = text_of(filing.values, "ruling")
    ruling = Ruling(rung=dispute.rung, by=item.holder, decision=decision, words=words, on=draft.at)
    dispute = _set(draft, replace(dispute, rulings=(*dispute.rulings, ruling)))
    here = [r.decision for r in dispute.rulings if r.rung == dispute.rung]
    if decision == ladder.climbs:
        if not climb(draft, dispute, Words(zh="要求提交上一级", en="a higher ruling was asked for")):
            _stays(draft, ladder, dispute, item)
        return
    if open_rung_items(draft, dispute):
        draft.say("等待另一方意见", "the other side is still to answer")
        return
    if len(set(here)) > 1:
        if not climb(draft, dispute, Words(zh="双方意见不一致", en="the two sides do not agree")):
            _settle(draft, ladder, dispute, ruling)
        return
    _settle(draft, ladder, dispute, ruling)


def _stays(draft: Draft, ladder: Ladder, dispute: Dispute, item: WorkItem) -> None:
    """On the last rung there is nowhere to climb: the same ruler is asked again."""
    due: Due = draft.due(ladder.rungs[dispute.rung].due, item.asked_of)
    again = open_item(
        draft, step=ladder.id, subject=item.subject, form=ladder.form, holder=item.asked_of, due=due
    )
    why = Words(zh="已是最后一级，请直接裁定", en="this is the last rung; please rule")
    send_form(draft, again, dict(dispute.values), ladder.signs, why=why)
    draft.say(why.zh, why.en)


def _settle(draft: Draft, ladder: Ladder, dispute: Dispute, ruling: Ruling) -> None:
    _set(draft, replace(dispute, settled=True))
    field = draft.process.forms[ladder.form].field(ladder.outcome)
    choice = field.choice(ruling.decision) if field is not None else None
    label = choice.label if choice is not None else Words.same(ruling.decision)
    rulers = [r.by for r in dispute.rulings if r.rung == dispute.rung and r.by is not None]
    by = Words.listed(draft.name(each) for each in dict.fromkeys(rulers))
    draft.say(f"{by.zh}裁定：{label.zh}", f"{by.en} ruled: {label.en}")
    draft.tell(
        "ruling",
        everyone(draft),
        about=dispute.id,
        facts={
            "dispute": Words.same(dispute.title),
            "by": by,
            "decision": label,
            "words": Words.same(ruling.words),
        },
    )
    source = draft.case.item(dispute.source) if dispute.source is not None else None
    verb = ladder.on.get(ruling.decision)
    if verb is not None and source is not None:
        draft.follow(verb, source, Words.same(ruling.words))


def _current(draft: Draft, dispute: Dispute) -> Dispute:
    return next(d for d in draft.case.disputes if d.id == dispute.id)


def _set(draft: Draft, dispute: Dispute) -> Dispute:
    draft.change(disputes=tuple(dispute if d.id == dispute.id else d for d in draft.case.disputes))
    return dispute
