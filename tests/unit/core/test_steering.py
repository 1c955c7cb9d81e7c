"""Keywords: who may say them, when, and what they do (cli.md, By mail)."""

from datetime import date, timedelta

import pytest

from agent.core.draft import Draft
from agent.core.permits import forbidden
from agent.domain.answers import Trust, Value
from agent.domain.case import CaseStatus, FileRef
from agent.domain.events import MailFiled
from agent.domain.keywords import Keyword
from agent.domain.work_items import ItemState
from tests.company import at
from tests.course import CONFIRM, REQUEST, TASKS, Course, executing, letters, names, planned, requested, says

K = Keyword


@pytest.mark.parametrize(
    ("keyword", "allowed"),
    [
        (K.STATUS, {"zhang", "wang", "li", "chen", "liu", "yang", "zhou"}),
        (K.RESEND, {"liu", "yang", "zhou"}),
        (K.HAND_OVER, {"liu", "yang", "zhou"}),
        (K.ADD_SIGNER, {"zhang", "liu", "yang", "zhou"}),
        (K.HURRY, {"zhang", "zhou"}),
        (K.ISSUE, {"zhang", "wang", "li", "chen", "liu", "yang"}),
        (K.CHANGE, {"zhang", "wang", "li", "chen", "liu", "yang"}),
        (K.DELIVER, {"liu", "yang"}),
        (K.ACCEPT, {"zhang", "zhou"}),
        (K.WITHDRAW, {"zhang", "zhou"}),
        (K.SUSPEND, {"zhou"}),
        (K.RESUME, set()),
        (K.CANCEL, {"zhou"}),
        (K.HELP, {"zhang", "wang", "li", "chen", "liu", "yang", "zhou", "emma", "zhao", "qian", "sun"}),
    ],
)
def test_who_may_say_what_during_the_execution(keyword: Keyword, allowed: set[str]) -> None:
    """Initiator, holders, parties and the coordinator each have their own words."""
    course = executing()
    draft = Draft(course.process, course.world, course.case, course.now, "test")
    everybody = [p.address for p in course.world.directory.people]

    may = {who.split("@")[0] for who in everybody if forbidden(draft, keyword, who) is None}

    assert may == allowed


def test_a_refusal_says_why_and_what_would_have_been_understood() -> None:
    """Nobody is left guessing."""
    course = executing()

    plan = course.says("emma", K.WITHDRAW)

    (send,) = letters(plan)
    assert send.letter == "not_entitled"
    assert send.facts["why"].en == "only the initiator can do this"
    assert "help" in send.facts["can"].en
    assert course.status is CaseStatus.OPEN


def test_handing_over_tells_both_and_the_initiator() -> None:
    """转办: the item goes on with the other person; the form travels along."""
    course = requested()

    plan = course.says("li", K.HAND_OVER, "liu@example.com")

    item = course.item("confirm/研发部/1")
    assert (item.holder, item.asked_of) == (at("liu"), at("li"))
    assert {send.to[0] for send in letters(plan, "handed_over")} == {at("li"), at("zhang")}
    assert [send.to for send in letters(plan, "ask")] == [(at("liu"),)]


def test_handing_over_to_nobody_we_know_changes_nothing() -> None:
    """The sender is told what was found."""
    course = requested()

    plan = course.says("li", K.HAND_OVER, "ghost@example.com")

    assert names(plan) == ["not_understood"]
    assert course.item("confirm/研发部/1").holder == at("li")


def test_an_added_signer_must_sign_too() -> None:
    """加签: the step waits for the extra signature."""
    course = planned()
    course.returns("zhang", "breakdown//1", {"tasks": TASKS})
    course.says("li", K.ADD_SIGNER, "emma@example.com", item="countersign/研发部/1")
    answer = says(tasks=TASKS, conclusion="agree")
    course.returns("li", "countersign/研发部/1", answer, "head")
    course.returns("chen", "countersign/生产部/1", answer, "head")
    assert course.case.stage == "planning"

    course.returns("emma", "countersign/研发部+emma@example.com/1", answer, "head")

    assert course.case.stage == "execution"


def test_hurrying_reminds_each_holder_once_a_day() -> None:
    """催办: a second time on the same day reminds nobody."""
    course = requested()

    assert names(course.says("zhang", K.HURRY)).count("hurry") == 2
    assert names(course.says("zhang", K.HURRY)).count("hurry") == 0
    course.now += timedelta(days=1)
    assert names(course.says("zhang", K.HURRY)).count("hurry") == 2


def test_a_suspended_case_sleeps_and_its_deadlines_move_by_as_long() -> None:
    """暂停 / 恢复: no clock runs in between."""
    course = requested()
    due = course.item("confirm/研发部/1").due.at
    course.says("zhou", K.SUSPEND)
    assert course.case.timers == ()

    assert course.days_pass(7) == []
    course.says("zhou", K.RESUME)

    assert course.item("confirm/研发部/1").due.at == due + timedelta(days=7)
    assert course.case.timers


def test_a_form_for_a_suspended_case_is_kept_and_taken_when_it_is_resumed() -> None:
    """Nobody sends it twice; it came in time, however long the case slept."""
    course = requested()
    course.says("zhou", K.SUSPEND)

    plan = course.returns("li", "confirm/研发部/1", CONFIRM | {"lead": at("liu")}, "head")
    (letter,) = letters(plan, "suspended")
    assert "kept" in letter.facts
    assert course.item("confirm/研发部/1").is_open
    came = course.now

    course.days_pass(30)
    plan = course.says("zhou", K.RESUME)
    assert names(plan).count("received") == 1
    assert course.case.laid_by == ()
    filing = course.case.filing("confirm", "研发部")
    assert filing is not None
    assert (filing.at, filing.by) == (came, at("li"))
    assert "(late)" not in plan.because.en


def test_what_was_kept_is_judged_like_any_form() -> None:
    """Without a signature it goes back; a second one that is right is taken, a third one came too late."""
    course = requested()
    course.says("zhou", K.SUSPEND)
    right = CONFIRM | {"lead": at("liu")}
    course.returns("li", "confirm/研发部/1", right)
    course.returns("li", "confirm/研发部/1", right, "head")
    course.returns("li", "confirm/研发部/1", right, "head")
    assert len(course.case.laid_by) == 3

    plan = course.says("zhou", K.RESUME)
    assert [name for name in names(plan) if name != "resumed"] == ["correct", "received", "already_answered"]


def test_a_suspended_case_keeps_nothing_that_it_could_not_take() -> None:
    """Somebody else's form is refused at once; what was kept stays with a case that is cancelled."""
    course = requested()
    course.says("zhou", K.SUSPEND)
    refused = course.returns("emma", "confirm/研发部/1", CONFIRM, "head")
    assert names(refused) == ["not_entitled"]
    assert refused.case.laid_by == ()
    course.returns("li", "confirm/研发部/1", CONFIRM | {"lead": at("liu")}, "head")
    course.says("zhou", K.CANCEL)
    assert [each.by for each in course.case.laid_by] == [at("li")]


def test_withdrawing_ends_the_case_and_tells_everyone() -> None:
    """撤回: nothing is asked any more; what there is gets sealed."""
    course = requested()

    plan = course.says("zhang", K.WITHDRAW)

    assert course.status is CaseStatus.WITHDRAWN
    assert {item.state for item in course.case.items[1:]} == {ItemState.VOID}
    (told,) = letters(plan, "withdrawn")
    assert {at("zhang"), at("wang"), at("li"), at("chen")} <= set(told.to)


def test_resending_brings_the_own_open_forms_again() -> None:
    """重发: every open form of the sender, as an answer."""
    course = requested()

    (send,) = letters(course.says("chen", K.RESEND), "ask")

    assert send.forms[0].sheet.item == "confirm/生产部/1"


def test_confirming_takes_the_doubtful_values_as_read() -> None:
    """确认: only what was just listed; the form need not be sent again."""
    course = Course()
    course.begin()
    plan = course.returns(
        "zhang", "request//1", REQUEST, "initiating_head", trusts={"completion": Trust.GUESS}
    )
    (send,) = letters(plan)
    assert (send.letter, [d.field for d in send.doubts]) == ("confirm", ["completion"])

    course.says("zhang", K.CONFIRM)

    assert course.case.title == "新品上市"
    assert "confirm/研发部/1" in course.open_items()


def test_confirming_nothing_is_answered() -> None:
    """A stray 确认 moves nothing."""
    course = requested()

    assert names(course.says("li", K.CONFIRM)) == ["not_understood"]
    assert course.item("confirm/研发部/1").is_open


def test_a_change_is_approved_by_liaison_and_affected_heads_and_told_to_all() -> None:
    """变更: dates and tasks are updated, before and after in writing; the open item follows."""
    course = executing()
    course.says("yang", K.CHANGE)
    change: dict[str, Value] = {
        "what": "延期",
        "why": "缺料",
        "tasks": ({"no": "2", "attribute": "end", "before": "2026-04-03", "after": "2026-04-08"},),
    }
    course.returns("yang", "change/1/1", change)
    assert {course.item(n).holder for n in course.open_items() if "approve" in n} == {at("zhang"), at("chen")}

    agreed = {**change, "conclusion": "agree"}
    course.returns("zhang", "approve_change/1:liaison/1", agreed, "approver")
    plan = course.returns("chen", "approve_change/1:生产部/1", agreed, "approver")

    assert course.case.tasks[1].end == date(2026, 4, 8)
    assert course.item("deliverable/2/1").due.rule == "on 2026-04-08"
    (told,) = letters(plan, "change_applied")
    assert told.facts["changes"].en == "Task 2, end: 2026-04-03 → 2026-04-08"


def test_a_change_is_understood_however_its_number_is_written() -> None:
    """What the check accepts is what is applied."""
    course = executing()
    course.says("yang", K.CHANGE)
    change: dict[str, Value] = {
        "what": "换人",
        "why": "休假",
        "tasks": ({"no": "任务２.", "attribute": "responsible", "after": "陈静 <chen@example.com>"},),
    }
    course.returns("yang", "change/1/1", change)
    agreed = {**change, "conclusion": "agree"}
    course.returns("zhang", "approve_change/1:liaison/1", agreed, "approver")
    course.returns("chen", "approve_change/1:生产部/1", agreed, "approver")

    assert course.case.tasks[1].responsible == at("chen")
    assert course.item("deliverable/2/1").holder == at("chen")


def test_a_form_asked_for_and_never_sent_lapses() -> None:
    """Whoever asked for a change form and thought better of it is not reminded for ever."""
    course = executing()
    course.says("yang", K.CHANGE)

    course.days_pass(10)

    assert course.item("change/1/1").state is ItemState.VOID


def test_minutes_that_are_handed_over_know_their_meeting() -> None:
    """Whoever takes a form over gets it as it went out first, not an empty one."""
    course = requested()
    course.returns("li", "confirm/研发部/1", CONFIRM | {"lead": at("liu")}, "head")
    course.returns("chen", "confirm/生产部/1", CONFIRM | {"lead": at("yang")}, "head")
    course.days_pass(4.3)

    plan = course.says("zhang", K.HAND_OVER, "wang@example.com", item="kickoff/kickoff-1/1")

    (sent,) = letters(plan, "ask")
    assert sent.to == (at("wang"),)
    assert {"held_at", "present"} <= set(sent.forms[0].values)


def test_a_mail_after_the_end_is_kept_and_its_sender_learns_that_the_archive_is_sealed() -> None:
    """Nobody believes a late mail to be part of the record."""
    course = requested()
    course.says("zhang", K.WITHDRAW)
    document = FileRef(name="mail.eml", digest="late")

    plan = course.happen(
        MailFiled(at=course.now, mail=course.mail(), by=at("li"), subject="补充", document=document)
    )

    assert names(plan) == ["closed_case"]
    assert document in course.case.communications
