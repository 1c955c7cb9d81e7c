"""The main road of the shipped process: from the first mail to the sealed archive (process.md, Stages)."""

from datetime import date, timedelta
from decimal import Decimal

from agent.domain.answers import Row, Value, rows_of
from agent.domain.case import CaseStatus, TaskStatus
from agent.domain.effects import Seal, Urgency
from agent.domain.keywords import Keyword
from tests.company import at
from tests.course import (
    CONFIRM,
    MINUTES,
    REQUEST,
    TASKS,
    Course,
    executing,
    letters,
    names,
    planned,
    requested,
    says,
)

ACCEPTED: tuple[Row, ...] = ({"no": "1", "result": "ok"}, {"no": "2", "result": "ok"})


def test_whoever_asks_to_begin_gets_the_request_form_prefilled() -> None:
    """Intake 1: the directory's knowledge is in the form, and the answer leaves at once."""
    plan = Course().begin("zhang")

    (send,) = letters(plan)
    (order,) = send.forms
    assert (send.letter, send.to, send.urgency) == ("start_form", (at("zhang"),), Urgency.ANSWER)
    assert order.values["department"] == "市场部"
    assert order.values["liaison"] == at("zhang")
    assert [row["day"] for row in rows_of(order.values, "milestones")] == [
        date(2026, 3, 16),
        date(2026, 3, 18),
        date(2026, 3, 23),
    ]
    assert order.signers == {"initiating_head": at("wang")}


def test_an_accepted_request_names_the_case_and_asks_each_head() -> None:
    """Intake 3: each asked department's head gets the confirmation form."""
    course = requested()

    assert course.case.title == "新品上市"
    assert course.open_items() == ["confirm/研发部/1", "confirm/生产部/1"]
    asked = {send.to[0]: send.forms[0].sheet.form for send in letters(course.plans[-1], "ask")}
    assert asked == {at("li"): "confirmation", at("chen"): "confirmation"}


def test_whoever_answered_is_told_what_follows() -> None:
    """The receipt says who is asked next, in the reader's language."""
    (received,) = letters(requested().plans[-1], "received")

    assert received.facts["next"].zh == "“填写协同需求”完成；请李娜、陈静办理“需求确认”"


def test_an_incomplete_request_comes_back_in_one_mail_that_names_each_field() -> None:
    """Intake 2: what was understood is prefilled, what is wrong is marked, the item stays open."""
    course = Course()
    course.begin()
    values = {k: v for k, v in REQUEST.items() if k not in {"goals", "expected"}}

    plan = course.returns("zhang", "request//1", values)

    (send,) = letters(plan)
    assert send.letter == "correct"
    assert {p.field for p in send.problems} == {"goals", "expected", "initiating_head"}
    assert send.forms[0].values["project_name"] == "新品上市"
    assert {p.field for p in send.forms[0].marks} == {"goals", "expected", "initiating_head"}
    assert course.open_items() == ["request//1"]


def test_when_all_have_confirmed_everyone_gets_the_completed_request() -> None:
    """Intake 4: with every department's confirmation, in writing; then the kickoff is called."""
    course = requested()
    course.returns("li", "confirm/研发部/1", CONFIRM | {"lead": at("liu")}, "head")
    plan = course.returns("chen", "confirm/生产部/1", CONFIRM | {"lead": at("yang")}, "head")

    (compiled,) = letters(plan, "compiled")
    assert {at("zhang"), at("wang"), at("li"), at("chen"), at("liu"), at("yang")} <= set(compiled.to)
    confirmations = rows_of(compiled.forms[0].values, "confirmations")
    assert [(row["department"], row["by"], row["how"]) for row in confirmations] == [
        ("研发部", at("li"), "签名图片"),
        ("生产部", at("chen"), "签名图片"),
    ]
    assert course.case.stage == "planning"
    (invitation,) = letters(plan, "invitation")
    assert invitation.meeting == "kickoff-1"


def test_minutes_are_asked_when_the_meeting_is_over_and_then_distributed() -> None:
    """Planning 1: due within 24 hours of the meeting; action items are kept."""
    course = planned()

    item = course.item("kickoff/kickoff-1/1")
    meeting = course.case.meetings[0]
    assert item.due.at == meeting.at + timedelta(minutes=meeting.minutes) + timedelta(hours=24)
    assert "minutes" in names(course.plans[-1])
    assert [(a.what, a.who, a.done_on) for a in course.case.actions] == [("采购物料", at("yang"), None)]
    assert course.open_items() == ["breakdown//1"]


def test_the_breakdown_is_countersigned_in_parallel_and_becomes_the_tasks() -> None:
    """Planning 3: every head signs; then the execution begins with one item per task, due at its end."""
    course = executing()

    assert course.case.stage == "execution"
    assert [(t.id, t.responsible, t.status) for t in course.case.tasks] == [
        ("1", at("liu"), TaskStatus.NOT_STARTED),
        ("2", at("yang"), TaskStatus.NOT_STARTED),
    ]
    assert [course.item(n).due.rule for n in course.open_items()] == ["on 2026-03-20", "on 2026-04-03"]


def test_whoever_countersigns_cannot_edit_what_is_signed() -> None:
    """A changed row comes back: refuse and say why instead."""
    course = planned()
    course.returns("zhang", "breakdown//1", {"tasks": TASKS})
    edited: tuple[Row, ...] = ({**TASKS[0], "end": date(2026, 3, 27)}, TASKS[1])

    plan = course.returns("li", "countersign/研发部/1", {"tasks": edited, "conclusion": "agree"}, "head")

    (send,) = letters(plan)
    assert (send.letter, [p.code for p in send.problems]) == ("correct", ["edited"])


def test_the_weekly_round_asks_compiles_meets_and_records() -> None:
    """Execution 1: Thursday 09:00 out, Friday 14:00 tracker, Friday 16:00 meeting."""
    course = executing()

    plans = course.pass_until(course.now + timedelta(days=7))
    sent = [name for plan in plans for name in names(plan)]

    assert sent.count("ask") == 3, "two progress forms, then the minutes form"
    assert sent.count("tracker") == 1
    assert "invitation" in sent
    assert "weekly/weekly-2026-W11/1" in course.open_items()
    (tracker,) = (send for plan in plans for send in letters(plan, "tracker"))
    assert tracker.facts["late"].zh == "刘洋、杨帆"


def test_a_progress_answer_updates_the_own_tasks_only() -> None:
    """Nobody reports another owner's task done."""
    course = executing()
    course.pass_until(course.now + timedelta(days=5.9))
    item = next(n for n in course.open_items() if "liu@" in n)
    rows: tuple[Row, ...] = (
        {"no": "1", "status": "done", "percent": Decimal(100)},
        {"no": "2", "status": "done", "percent": Decimal(100)},
    )

    course.returns("liu", item, {"tasks": rows}, "owner")

    assert [t.status for t in course.case.tasks] == [TaskStatus.DONE, TaskStatus.NOT_STARTED]


def test_a_progress_answer_whose_number_was_not_legible_goes_by_the_title_of_its_task() -> None:
    """A scan shows the printed number of a row only so well; the answer must not be lost for that."""
    course = executing()
    course.pass_until(course.now + timedelta(days=5.9))
    item = next(n for n in course.open_items() if "liu@" in n)
    rows: tuple[Row, ...] = (
        {"task": "试产", "status": "done", "percent": Decimal(100)},
        {"task": "样机", "status": "in-progress", "percent": Decimal(40)},
    )

    course.returns("liu", item, {"tasks": rows}, "owner")

    assert [(t.percent, t.status) for t in course.case.tasks] == [
        (40, TaskStatus.IN_PROGRESS),
        (0, TaskStatus.NOT_STARTED),
    ]


def test_a_deliverable_is_confirmed_by_the_departments_that_wait_for_it() -> None:
    """Execution 6: task 2 depends on task 1, so its head confirms; without anybody it is done at once."""
    course = executing()
    handed_in = {"task_no": "1", "files": "样机.zip"}

    course.returns("liu", "deliverable/1/1", handed_in, "owner")
    assert "confirm_deliverable/1:生产部/1" in course.open_items()
    assert course.task("1") is TaskStatus.NOT_STARTED

    course.returns(
        "chen", "confirm_deliverable/1:生产部/1", {**handed_in, "conclusion": "agree"}, "cooperating"
    )
    assert course.task("1") is TaskStatus.DONE

    course.returns("yang", "deliverable/2/1", {"task_no": "2", "files": "试产.zip"}, "owner")
    assert course.task("2") is TaskStatus.DONE
    assert course.case.stage == "acceptance"


def delivered() -> Course:
    """Return a course that waits for the minutes of its acceptance meeting."""
    course = executing()
    course.returns("liu", "deliverable/1/1", {"task_no": "1", "files": "f"}, "owner")
    answer = {"task_no": "1", "files": "f", "conclusion": "agree"}
    course.returns("chen", "confirm_deliverable/1:生产部/1", answer, "cooperating")
    course.returns("yang", "deliverable/2/1", {"task_no": "2", "files": "f"}, "owner")
    course.days_pass(4)
    minutes = next(n for n in course.open_items() if n.startswith("acceptance_meeting/"))
    course.returns("zhang", minutes, MINUTES, "recorder")
    return course


def test_rework_comes_back_as_work_items_and_then_to_acceptance_again() -> None:
    """Acceptance 1: items with owner and date; when they are handed in, acceptance is asked again."""
    course = delivered()
    rework: tuple[Row, ...] = ({"what": "补漆", "who": at("yang"), "when": date(2026, 3, 25)},)

    course.returns(
        "wang", "acceptance//1", {"tasks": ACCEPTED, "conclusion": "rework", "rework": rework}, "head"
    )
    assert course.open_items() == ["rework/acceptance1:1/1"]
    assert course.item("rework/acceptance1:1/1").due.rule == "on 2026-03-25"

    course.returns("yang", "rework/acceptance1:1/1", {"task_no": "1", "files": "f"}, "owner")
    assert course.open_items() == ["acceptance//2"]

    plan = course.returns(
        "wang", "acceptance//2", {"tasks": ACCEPTED, "conclusion": "rework", "rework": rework}, "head"
    )
    assert {each.facts["round"].zh for each in letters(plan, "acceptance_result")} == {"2"}


def test_a_failed_acceptance_goes_to_the_executive_who_can_close_it_as_failed() -> None:
    """Acceptance 1, fail: the executive rules; upheld, the case ends as failed and is sealed."""
    course = delivered()
    course.returns("wang", "acceptance//1", {"tasks": ACCEPTED, "conclusion": "fail"}, "head")
    (item,) = course.open_items()
    assert course.item(item).holder == at("sun")

    issue: dict[str, Value] = {
        "title": "验收不通过",
        "raised_by": at("wang"),
        "parties": ({"department": "市场部"},),
        "description": "指标未达",
        "impact": "延期",
        "proposal": "终止",
        "decision": "uphold",
        "ruling": "终止",
    }
    plan = course.returns("sun", item, issue, "ruler")

    assert course.status is CaseStatus.FAILED
    assert "failed" in names(plan)
    assert any(isinstance(effect, Seal) for effect in plan.effects)


def test_a_passed_case_is_summed_up_sealed_and_closed() -> None:
    """Acceptance 2 and 3: summary, archive, everyone is told; only the seal closes the case."""
    course = delivered()
    passed = says(tasks=ACCEPTED, conclusion="pass")
    course.returns("wang", "acceptance//1", passed, "head")
    for head, department in (("li", "研发部"), ("chen", "生产部")):
        course.returns(head, f"countersign_acceptance/{department}/1", passed, "head")
    course.days_pass(4)
    minutes = next(n for n in course.open_items() if n.startswith("summary_meeting/"))
    course.returns("zhang", minutes, MINUTES, "recorder")

    (ask,) = letters(course.plans[-1], "ask")
    assert "工作日" in str(ask.forms[0].values["figures"])
    summary = {"highlights": "协同顺畅", "shortcomings": "物料迟到", "improvements": "提前备料"}
    plan = course.returns("zhang", "summary//1", summary, "initiating_head")
    (seal,) = (e for e in plan.effects if isinstance(e, Seal))
    assert {order.sheet.form for order in seal.forms} == {"record"}
    assert not course.case.has_ended

    plan = course.sealed()
    assert course.status is CaseStatus.CLOSED
    assert names(plan) == ["archived"]
    assert not course.case.timers


def test_the_initiator_may_ask_for_acceptance_early() -> None:
    """Acceptance 1: 验收 by the initiator; open deliverables are called off and their holders told."""
    course = executing()

    plan = course.says("zhang", Keyword.ACCEPT)

    assert course.case.stage == "acceptance"
    assert names(plan).count("revoked") == 2


def test_a_clock_that_goes_back_asks_nobody_twice() -> None:
    """The machine ran an hour fast when the case began: whoever is asked now is asked once, for all that."""
    course = Course()
    course.begin()
    course.now -= timedelta(minutes=65)

    plan = course.returns("zhang", "request//1", REQUEST, "initiating_head")

    assert sorted(i.id for i in plan.case.open_items()) == ["confirm/生产部/1", "confirm/研发部/1"]
    assert len(letters(plan, "ask")) == 2


def test_a_clock_that_goes_back_calls_a_meeting_once() -> None:
    """Invitations are no exception."""
    course = delivered()
    course.now = course.case.entered - timedelta(minutes=5)

    passed: dict[str, Value] = {"tasks": ACCEPTED, "conclusion": "pass"}
    course.returns("wang", "acceptance//1", passed, "head")
    for head, department in (("li", "研发部"), ("chen", "生产部")):
        course.returns(head, f"countersign_acceptance/{department}/1", passed, "head")

    assert [m.id for m in course.case.meetings if m.step == "summary_meeting"] == ["summary_meeting-1"]
