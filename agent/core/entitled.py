"""Who may answer a form, and who may say what its doubtful places mean."""

from collections.abc import Mapping

from agent.core.draft import Draft
from agent.core.prefill import signers
from agent.domain.case import Held
from agent.domain.mail import Address
from agent.domain.steps import Collect, Cycle, Meeting
from agent.domain.subjects import GROUP
from agent.domain.words import Words
from agent.domain.work_items import WorkItem


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


def may_answer(draft: Draft, item: WorkItem, by: Address) -> bool:
    """Say whether somebody may send the form back: holder, first asked, their deputies, the signers."""
    may = {item.holder, item.asked_of, draft.stand_in(item.asked_of)}
    may |= set(signers(draft, slots_of(draft, item), item).values())
    return main_address(draft, by) in may


def may_confirm(draft: Draft, item: WorkItem, held: Held, by: Address) -> bool:
    """Say whether somebody may confirm the values of a returned form.

    Whoever sent it knows what they meant; whoever may send it back may as well put it right; a coordinator
    answers for a party that asked by telephone.
    """
    who = main_address(draft, by)
    return who == main_address(draft, held.by) or who in draft.coordinators() or may_answer(draft, item, who)


def witnesses(draft: Draft, item: WorkItem, held: Held, slot: str) -> tuple[Address, ...]:
    """Return who is asked whether an unclear mark is the signature that it should be.

    The signer, or who stands in today.  Nobody vouches for the own mark on the own mail: then, and when the
    signer is not known, the coordinators are asked.
    """
    sender = main_address(draft, held.by)
    signer = signers(draft, (slot,), item).get(slot)
    if signer is not None and sender not in {signer, draft.stand_in(signer)} and draft.person(signer):
        return (draft.stand_in(signer),)
    return tuple(a for a in draft.coordinators() if a != sender)


def should_sign(draft: Draft, item: WorkItem, slots: tuple[str, ...], asked: Address) -> Mapping[str, Words]:
    """Return, as facts of a letter, whose signature an unclear mark should be.

    Args:
        draft: the plan being written.
        item: the item whose form it is.
        slots: where the marks are.
        asked: who is asked; the own signature is asked about in another way (`own`).
    """
    known = signers(draft, slots, item)
    people = dict.fromkeys(known[slot] for slot in slots if slot in known)
    if not people:
        return {}
    if set(people) == {main_address(draft, asked)}:
        return {"own": Words(zh="是", en="yes")}
    return {"signer": Words.listed(draft.name(each) for each in people)}


def may_vouch(draft: Draft, item: WorkItem, held: Held, slot: str, by: Address) -> bool:
    """Say whether somebody may judge an unclear mark: signer, deputy or coordinator, never the sender."""
    who = main_address(draft, by)
    if who == main_address(draft, held.by):
        return False
    signer = signers(draft, (slot,), item).get(slot)
    own = {signer, draft.stand_in(signer)} if signer is not None else set()
    return who in own or who in draft.coordinators()


def main_address(draft: Draft, by: Address) -> Address:
    """Return the address by which the directory knows somebody; a stranger's stays as it is."""
    person = draft.person(by)
    return person.address if person is not None else by
