"""An amendment asks again only those whom it touches (process.md 1.3 and 2.3)."""

from datetime import date

from agent.domain.work_items import ItemState
from tests.company import at
from tests.course import CONFIRM, REQUEST, TASKS, Course, letters, names, planned, requested, says


def countersigning() -> Course:
    """Return a course whose breakdown is out for signatures and signed by one head."""
    course = planned()
    course.returns("zhang", "breakdown//1", {"tasks": TASKS})
    course.returns("li", "countersign/研发部/1", {"tasks": TASKS, "conclusion": "agree"}, "head")
    return course


def refuse(course: Course) -> None:
    """The other head refuses with remarks."""
    answer = says(tasks=TASKS, conclusion="refuse", remarks="日期太紧")
    course.returns("chen", "countersign/生产部/1", answer, "head")


def test_a_refusal_is_told_to_those_who_signed_and_reopens_the_document() -> None:
    """Rejections reach earlier signers, with the remarks."""
    course = countersigning()
    refuse(course)

    (refused,) = letters(course.plans[-1], "refused")
    assert set(refused.to) == {at("zhang"), at("li")}
    assert refused.facts["remarks"].zh == "日期太紧"
    assert course.open_items() == ["breakdown//2"]


def test_only_the_touched_department_signs_again() -> None:
    """A change of the production task leaves the signature of the research head standing."""
    course = countersigning()
    refuse(course)
    later = (TASKS[0], {**TASKS[1], "end": date(2026, 4, 8)})

    course.returns("zhang", "breakdown//2", {"tasks": later})

    assert course.open_items() == ["countersign/生产部/2"]
    assert course.item("countersign/研发部/1").state is ItemState.DONE


def test_a_second_refusal_says_that_it_is_the_second() -> None:
    """With the same remarks it would else be the same letter once more."""
    course = countersigning()
    refuse(course)
    later = {**TASKS[1], "end": date(2026, 4, 8)}
    course.returns("zhang", "breakdown//2", {"tasks": (TASKS[0], later)})
    again = says(tasks=(TASKS[0], later), conclusion="refuse", remarks="日期太紧")

    plan = course.returns("chen", "countersign/生产部/2", again, "head")

    (refused,) = letters(plan, "refused")
    assert refused.facts["round"].zh == "2"


def test_a_touched_signature_is_voided_and_its_signer_told() -> None:
    """A change of both tasks voids the signature that stood."""
    course = countersigning()
    refuse(course)
    both = ({**TASKS[0], "standard": "更严"}, {**TASKS[1], "end": date(2026, 4, 8)})

    plan = course.returns("zhang", "breakdown//2", {"tasks": both})

    assert course.open_items() == ["countersign/研发部/2", "countersign/生产部/2"]
    assert [send.to for send in letters(plan, "revoked")] == [(at("li"),)]


def test_a_supplement_goes_to_the_liaison_and_then_back_to_whoever_asked() -> None:
    """The other department's confirmation stands when only this one's row changed."""
    course = requested()
    course.returns("li", "confirm/研发部/1", CONFIRM | {"lead": at("liu")}, "head")
    plan = course.returns(
        "chen", "confirm/生产部/1", {"conclusion": "supplement", "supplement": "请写明数量"}, "head"
    )
    assert names(plan) == ["received", "ask"]
    assert "请写明数量" in letters(plan, "ask")[0].facts["why"].zh

    rows = ({"department": "研发部", "asked": "完成样机"}, {"department": "生产部", "asked": "试产 200 件"})
    course.returns("zhang", "request//2", REQUEST | {"departments": rows}, "initiating_head")

    assert course.open_items() == ["confirm/生产部/2"]


def test_a_change_of_the_goals_concerns_everybody() -> None:
    """What names no department touches all of them."""
    course = requested()
    course.returns("li", "confirm/研发部/1", CONFIRM | {"lead": at("liu")}, "head")
    course.returns("chen", "confirm/生产部/1", {"conclusion": "supplement", "supplement": "目标？"}, "head")

    course.returns("zhang", "request//2", REQUEST | {"goals": "五月上市"}, "initiating_head")

    assert course.open_items() == ["confirm/研发部/2", "confirm/生产部/2"]


def test_a_department_that_is_added_is_asked_and_one_that_is_dropped_is_freed() -> None:
    """The seats follow the document."""
    course = requested()
    course.returns("li", "confirm/研发部/1", {"conclusion": "supplement", "supplement": "范围？"}, "head")
    rows = ({"department": "研发部", "asked": "完成样机"}, {"department": "质量部", "asked": "检测"})

    course.returns("zhang", "request//2", REQUEST | {"departments": rows}, "initiating_head")

    assert course.open_items() == ["confirm/研发部/2", "confirm/质量部/1"]
    assert course.item("confirm/生产部/1").state is ItemState.VOID


def test_whoever_has_not_signed_yet_gets_the_amended_document() -> None:
    """A head who still holds the earlier version could only sign what no longer is the document."""
    course = planned()
    course.returns("zhang", "breakdown//1", {"tasks": TASKS})
    refuse(course)
    later = (TASKS[0], {**TASKS[1], "end": date(2026, 4, 8)})

    plan = course.returns("zhang", "breakdown//2", {"tasks": later})

    assert course.open_items() == ["countersign/研发部/2", "countersign/生产部/2"]
    sent = [form.values["tasks"] for send in letters(plan, "ask") for form in send.forms]
    assert sent == [later, later]


def test_a_voided_signature_and_the_new_sheet_come_in_one_letter() -> None:
    """A letter that says “no longer needed” and one that asks again would contradict each other."""
    course = countersigning()
    refuse(course)
    both = ({**TASKS[0], "standard": "更严"}, {**TASKS[1], "end": date(2026, 4, 8)})

    plan = course.returns("zhang", "breakdown//2", {"tasks": both})

    (revoked,) = letters(plan, "revoked")
    assert [form.values["tasks"] for form in revoked.forms] == [both]
    assert [send.to for send in letters(plan, "ask")] == [(at("chen"),)]


def test_an_edited_copy_comes_back_as_it_was_drawn_up() -> None:
    """Whoever wrote into what is only to be signed can sign what comes back."""
    course = planned()
    course.returns("zhang", "breakdown//1", {"tasks": TASKS})
    edited = (TASKS[0], {**TASKS[1], "standard": "差不多就行"})

    plan = course.returns("li", "countersign/研发部/1", {"tasks": edited, "conclusion": "agree"}, "head")

    (correct,) = letters(plan, "correct")
    assert [p.code for p in correct.problems] == ["edited"]
    assert [form.values["tasks"] for form in correct.forms] == [TASKS]
