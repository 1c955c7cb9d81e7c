"""Who may steer a case by which keyword (cli.md, By mail)."""

from agent.core.confirming import open_for
from agent.core.draft import Draft
from agent.core.seats import everyone
from agent.domain.case import CaseStatus
from agent.domain.keywords import Keyword
from agent.domain.mail import Address
from agent.domain.people import Role
from agent.domain.steps import Collect, VerbKind
from agent.domain.words import Words
from agent.domain.work_items import WorkItem

_HOLDER = frozenset({Keyword.RESEND, Keyword.HAND_OVER, Keyword.CONFIRM})
_INITIATOR = frozenset({Keyword.WITHDRAW})
_COORDINATOR = frozenset(
    {Keyword.SUSPEND, Keyword.RESUME, Keyword.CANCEL, Keyword.RELEASE, Keyword.DROP, Keyword.RETRY}
)
_ANYBODY = frozenset({Keyword.START, Keyword.HELP})


def is_party(draft: Draft, who: Address) -> bool:
    """Say whether a person is in the case."""
    return who in everyone(draft) or any(who in {i.holder, i.asked_of} for i in draft.case.items)


def is_coordinator(draft: Draft, who: Address) -> bool:
    """Say whether a person coordinates for the company."""
    person = draft.person(who)
    return person is not None and Role.COORDINATOR in person.roles


def items_of(draft: Draft, who: Address) -> tuple[WorkItem, ...]:
    """Return the open items that a person holds."""
    return tuple(i for i in draft.case.open_items() if who in {i.holder, i.asked_of})


def forbidden(draft: Draft, keyword: Keyword, who: Address) -> Words | None:
    """Return why `who` may not say `keyword` in this case now; None when they may."""
    if keyword in _ANYBODY:
        return None
    coordinator = is_coordinator(draft, who)
    if keyword is Keyword.STATUS:
        allowed = coordinator or is_party(draft, who)
        return None if allowed else _only("参与方", "people in this case")
    if draft.case.has_ended:
        return Words(zh="事项已结束", en="the case is over")
    if keyword in _COORDINATOR:
        return _coordinating(draft, keyword) if coordinator else _only("协调员", "the coordinator")
    if draft.case.status is CaseStatus.SUSPENDED and keyword is not Keyword.CONFIRM:  # it is kept
        return Words(zh="事项已暂停，恢复后再办理", en="the case is suspended; please wait until it resumes")
    if keyword in _HOLDER:
        allowed = coordinator or bool(items_of(draft, who))
        allowed = allowed or (keyword is Keyword.CONFIRM and bool(open_for(draft, who)))
        return None if allowed else _only("表格的当前办理人", "whoever holds a form now")
    if keyword is Keyword.ADD_SIGNER:
        allowed = coordinator or who == draft.case.initiator or bool(items_of(draft, who))
        return None if allowed else _only("办理人或发起人", "a holder or the initiator")
    if keyword is Keyword.HURRY:
        allowed = coordinator or who == draft.case.initiator
        return None if allowed else _only("发起人或协调员", "the initiator or the coordinator")
    if keyword in _INITIATOR or keyword in draft.process.keywords:
        allowed = coordinator or who == draft.case.initiator
        return _out_of_place(draft, keyword) if allowed else _only("发起人", "the initiator")
    return _on_demand(draft, keyword, who)


def _out_of_place(draft: Draft, keyword: Keyword) -> Words | None:
    """A keyword that goes to a stage cuts the one before short; from elsewhere it would skip or repeat."""
    verb = draft.process.keywords.get(keyword)
    if verb is None or verb.kind is not VerbKind.GO:
        return None
    leading = tuple(s for s in draft.process.stages if s.then == verb)
    if any(stage.id == draft.case.stage for stage in leading):
        return None
    zh = "、".join(f"“{s.title.zh}”" for s in leading)
    en = " or ".join(f"“{s.title.en}”" for s in leading)
    return Words(zh=f"只能在{zh}阶段办理", en=f"this belongs to the stage {en}")


def _coordinating(draft: Draft, keyword: Keyword) -> Words | None:
    suspended = draft.case.status is CaseStatus.SUSPENDED
    if keyword is Keyword.SUSPEND and suspended:
        return Words(zh="事项已处于暂停状态", en="the case is suspended already")
    if keyword is Keyword.RESUME and not suspended:
        return Words(zh="事项未暂停", en="the case is not suspended")
    return None


def _on_demand(draft: Draft, keyword: Keyword, who: Address) -> Words | None:
    if keyword is Keyword.ISSUE:
        return None if is_party(draft, who) else _only("参与方", "people in this case")
    step = next(
        (s for s in draft.process.steps.values() if isinstance(s, Collect) and s.keyword is keyword), None
    )
    if step is None:
        return Words(zh="本流程不支持此操作", en="this process does not know that")
    if step.stage != draft.case.stage:
        stage = draft.process.stage(step.stage)
        title = stage.title if stage is not None else Words.same(step.stage)
        return Words(zh=f"只能在“{title.zh}”阶段办理", en=f"this belongs to the stage “{title.en}”")
    if step.on_demand:
        return None if is_party(draft, who) else _only("参与方", "people in this case")
    mine = any(i.step == step.id for i in items_of(draft, who))
    return None if mine else _only(f"“{step.title.zh}”的责任人", f"those responsible for “{step.title.en}”")


def _only(zh: str, en: str) -> Words:
    return Words(zh=f"只有{zh}可以这样做", en=f"only {en} can do this")


def permitted(draft: Draft, who: Address) -> tuple[Keyword, ...]:
    """Return the keywords that a person may say in this case now, for help and refusals."""
    hidden = {Keyword.START, Keyword.RELEASE, Keyword.DROP, Keyword.RETRY}
    if not open_for(draft, who):
        hidden.add(Keyword.CONFIRM)
    return tuple(k for k in Keyword if k not in hidden and forbidden(draft, k, who) is None)
