"""What is asked about a returned form: values of its sender, signatures of somebody else, missing pages."""

from dataclasses import dataclass, replace

from agent.core.accepting import Reply
from agent.core.blank import blank
from agent.core.draft import Draft
from agent.core.entitled import should_sign, slots_of, witnesses
from agent.core.prefill import signers
from agent.core.told import pages_words
from agent.domain.answers import Values
from agent.domain.case import Held
from agent.domain.confirming import Doubt, Listing
from agent.domain.effects import FormOrder, Urgency
from agent.domain.mail import Address
from agent.domain.problems import Problem
from agent.domain.steps import Collect
from agent.domain.words import Words
from agent.domain.work_items import WorkItem


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
        whys = dict.fromkeys(mark.why for mark in found.marks if mark.why is not None)
        facts["marks"] = Words(zh="；".join(w.zh for w in whys), en="; ".join(w.en for w in whys))
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
    for who, theirs in groups.items():
        facts = {"by": Words.same(held.by)} | dict(
            should_sign(draft, item, tuple(m.field for m in theirs), who)
        )
        letter = draft.send(
            "confirm_signature", who, about=f"{item.id}/{who}", item=item, doubts=tuple(theirs), facts=facts
        )
        held = listed(draft, held, tuple(theirs), letter)
        form = draft.process.forms[item.form]
        places = Words.listed(form.label_of(mark.field).in_(draft.case.language) for mark in theirs)
        draft.say(
            f"签字不清，请{draft.name(who)}核对：{places.zh}",
            f"asked {draft.name(who)} whether a mark is the signature: {places.en}",
        )


def wait_for_pages(draft: Draft, item: WorkItem, held: Held, reply: Reply) -> None:
    """Hold what came and ask for the pages that did not."""
    keep(draft, held)
    pages = pages_words(held.lacks)
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
