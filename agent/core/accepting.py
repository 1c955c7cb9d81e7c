"""A returned form is accepted: it is filed, and what its outcome asks for is done."""

from dataclasses import dataclass
from datetime import datetime

from agent.core.draft import Draft
from agent.core.ladders import dispute_of, raise_from_form, ruled
from agent.core.meetings import distribute
from agent.core.outcomes import accepted, conclusion
from agent.core.registers import write
from agent.core.told import confirmed_words
from agent.core.uncompared import tell_coordinators
from agent.domain.answers import text_of
from agent.domain.case import Filing, Held
from agent.domain.effects import Urgency
from agent.domain.forms import Form
from agent.domain.mail import Address, MessageId
from agent.domain.problems import Problem
from agent.domain.process import Ladder
from agent.domain.signatures import Signature
from agent.domain.steps import Collect, Cycle, Meeting
from agent.domain.subjects import GROUP
from agent.domain.words import Words
from agent.domain.work_items import ItemState, WorkItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Whose mail is being answered: that of the sender of a form, or of somebody who confirmed it."""

    to: Address
    mail: MessageId


def outcome_field(draft: Draft, item: WorkItem) -> str:
    """Return the field that says what the form of an item concludes, empty when it concludes nothing."""
    step = draft.process.steps.get(item.step)
    if isinstance(step, Collect):
        return step.outcome
    ladder = draft.process.ladders.get(item.step)
    return ladder.outcome if ladder is not None and GROUP in item.subject else ""


def accept(draft: Draft, item: WorkItem, held: Held, warnings: tuple[Problem, ...], reply: Reply) -> None:
    """File a returned form, thank its sender, and do what its outcome asks for."""
    values = held.answers.values()
    outcome = text_of(values, outcome_field(draft, item))
    earlier = draft.case.filing(item.step, item.subject)
    came = _came(draft, item, held)
    filing = Filing(
        item=item.id,
        step=item.step,
        subject=item.subject,
        form=item.form,
        revision=earlier.revision + 1 if earlier is not None else 1,
        by=held.by,
        at=came,
        mail=held.mail,
        document=held.document,
        values=values,
        signatures=held.signatures,
        files=held.files,
        warnings=warnings,
        confirmed=held.confirmed,
        parts=held.parts,
    )
    done = draft.close_item(item, ItemState.DONE, outcome, at=came)
    draft.change(filings=(*draft.case.filings, filing))
    form = draft.process.forms[item.form]
    late = came > item.due.at
    by, said = draft.name(held.by), _concluded(draft, item, outcome)
    draft.say(
        f"{by}交回《{form.title.zh}》{'（逾期）' if late else ''}{said.zh and f'：{said.zh}'}",
        f"{by} returned the {form.title.en}{' (late)' if late else ''}{said.en and f': {said.en}'}",
    )
    draft.send(
        "received",
        reply.to,
        cc=(held.by,),
        item=done,
        problems=tuple(each for each in warnings if each.code != "uncompared"),
        facts=_signed(held.signatures) | _confirmed(draft, form, held),
        answers=reply.mail,
        urgency=Urgency.ANSWER,
    )
    tell_coordinators(draft, done, held)
    if item.step == draft.process.begins:
        _named(draft, filing)
    _go_on(draft, filing, done)


def _came(draft: Draft, item: WorkItem, held: Held) -> datetime:
    """Return when a form came: it is not late because we, or those asked about it, took their time."""
    return draft.at if held.came is None else min(max(held.came, item.opened), draft.at)


def _concluded(draft: Draft, item: WorkItem, outcome: str) -> Words:
    """Return what the form of a collect step concludes; the ruling of a ladder is told by itself."""
    step = draft.process.steps.get(item.step)
    return conclusion(draft, step, outcome) if isinstance(step, Collect) else Words.same("")


def _signed(signatures: tuple[Signature, ...]) -> dict[str, Words]:
    names = [s.who for s in signatures if s.who]
    return {"signed": Words.listed(names)} if names else {}


def _confirmed(draft: Draft, form: Form, held: Held) -> dict[str, Words]:
    """Return what was confirmed, line by line: whoever wrote `4月30日` sees which year was taken."""
    lines = [confirmed_words(form, each, draft.world.directory) for each in held.confirmed]
    told = Words(zh="\n".join(line.zh for line in lines), en="\n".join(line.en for line in lines))
    return {"confirmed": told} if lines else {}


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
