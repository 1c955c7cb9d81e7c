"""Doubtful values are settled by a reply of one line; nothing that might be old, or another's, does."""

from collections.abc import Mapping
from datetime import date

import pytest

from agent.domain.answers import Answer, Answers, Evidence, Trust, Value
from agent.domain.case import FileRef
from agent.domain.effects import Send
from agent.domain.events import FormReturned
from agent.domain.forms import SignatureKind
from agent.domain.inbox import MailState
from agent.domain.keywords import Keyword
from agent.domain.plans import Plan
from agent.domain.signatures import Signature, Verdict
from agent.domain.work_items import ItemState
from tests.company import a_person, a_world, at
from tests.course import REQUEST, TASKS, Course, letters, names, planned, requested, sure

DOUBTFUL = {"project_name": Trust.GUESS, "completion": Trust.GUESS, "liaison": Trust.GUESS}
"""Lines 1, 2 and 3, in the order of the form."""


def asked(trusts: Mapping[str, Trust] | None = None, **changes: Value) -> tuple[Course, Send]:
    """Return a course whose request came back on paper and the letter that asks to confirm it."""
    course = Course()
    course.begin()
    values = REQUEST | changes
    plan = course.returns(
        "zhang", "request//1", values, "initiating_head", trusts=trusts or DOUBTFUL, paper=True
    )
    return course, letters(plan, "confirm")[0]


def unreadable(course: Course, path: str, words: str = "2O26年4月3O日") -> Plan:
    """Let the request come back with words at `path` that are no value."""
    answers = [a for a in sure(REQUEST, paper=True).all if a.field != path]
    told = (Evidence(place="page 1", words=words),)
    answers.append(
        Answer(field=path, value=None, trust=Trust.GUESS, evidence=told, problem="bad_date", picture="f" * 64)
    )
    return _return(course, Answers(tuple(answers)))


def _return(course: Course, answers: Answers, *marks: Signature, by: str = "zhang") -> Plan:
    item = course.item("request//1")
    signed = Signature(
        slot="initiating_head",
        verdict=Verdict.SIGNED,
        how=SignatureKind.INK,
        evidence=(Evidence(place="page 2", words="ink"),),
    )
    return course.happen(
        FormReturned(
            at=course.now,
            mail=course.mail(),
            by=at(by),
            item=item.id,
            form=item.form,
            version=1,
            answers=answers,
            signatures=marks or (signed,),
            document=FileRef(name="scan.pdf", digest="scan"),
        )
    )


def unclear(picture: str = "e" * 64) -> Signature:
    """Build a mark that nobody can judge."""
    return Signature(
        slot="initiating_head",
        verdict=Verdict.UNCLEAR,
        how=SignatureKind.INK,
        reasons=("faint: the mark is faint",),
        picture=picture,
    )


def said(course: Course, name: str) -> object:
    """Return what the accepted request says."""
    return course.case.filings[0].values.get(name)


def test_the_letter_has_one_line_for_each_doubtful_value_with_its_crop() -> None:
    """In the order of the form, with what was read."""
    course, letter = asked()

    assert [doubt.field for doubt in letter.doubts] == ["project_name", "completion", "liaison"]
    assert letter.doubts[1].read == REQUEST["completion"]
    assert all(len(doubt.picture) == 64 for doubt in letter.doubts)
    assert letter.forms[0].sheet.item == "request//1"
    assert course.item("request//1").is_open


def test_a_plain_yes_takes_everything_as_read() -> None:
    """确认 on the first line, and nothing else."""
    course, letter = asked()

    plan = course.replies("zhang", "确认\n\n张伟\n市场部 021-5888 8888", letter)

    assert course.item("request//1").state is ItemState.DONE
    assert said(course, "project_name") == "新品上市"
    assert [(c.field, c.read, c.value, c.by) for c in course.case.filings[0].confirmed][1] == (
        "completion",
        date(2026, 4, 17),
        date(2026, 4, 17),
        at("zhang"),
    )
    assert "确认了 3 处" in plan.because.zh


@pytest.mark.parametrize(
    ("text", "completion", "liaison"),
    [
        ("确认\n2: 2026-04-30", date(2026, 4, 30), "zhang"),
        ("2：２０２６-０４-３０\n确认", date(2026, 4, 30), "zhang"),
        ("2 2026年4月30日\n3、王芳\n1 确认", date(2026, 4, 30), "wang"),
        ("第2项：4月30日\n其余确认", date(2026, 4, 30), "zhang"),
        ("您好：\n②应为2026.4.30\n③王芳\n其余无误，谢谢", date(2026, 4, 30), "wang"),
        ("确认无误，谢谢！", date(2026, 4, 17), "zhang"),
        ("2、计划完成时间：2026年4月30日\n以上均已确认", date(2026, 4, 30), "zhang"),
        ("2、计划完成时间：2026年4月30日\n其余都确认", date(2026, 4, 30), "zhang"),
        ("confirm\n3) wang@example.com\nThanks", date(2026, 4, 17), "wang"),
        ("（2）完成时间：2026-04-30\n（3）王芳\n（1）正确", None, None),
    ],
)
def test_right_values_are_written_behind_their_numbers(
    text: str, completion: date | None, liaison: str | None
) -> None:
    """With half- and full-width digits and marks; 确认 stands for the rest, before or after."""
    course, letter = asked()

    plan = course.replies("zhang", text, letter)

    if completion is None or liaison is None:  # not understood as a whole: asked again, nothing taken
        assert names(plan) == ["confirm"]
        return
    assert (said(course, "completion"), said(course, "liaison")) == (completion, at(liaison))
    assert said(course, "project_name") == "新品上市"


def test_both_values_are_kept_with_who_confirmed_and_the_reason_tells_them() -> None:
    """Whoever asks later sees what the paper said and who changed it."""
    course, letter = asked()

    plan = course.replies("zhang", "2: 2026-04-30\n确认", letter)

    (changed,) = (c for c in course.case.filings[0].confirmed if c.field == "completion")
    assert (changed.read, changed.value) == (date(2026, 4, 17), date(2026, 4, 30))
    assert changed.picture == letter.doubts[1].picture
    (received,) = letters(plan, "received")
    assert "“2026-04-17”→“2026-04-30”" in received.facts["confirmed"].zh
    assert "2026-04-17" in plan.because.en
    assert "2026-04-30" in plan.because.zh


def test_of_many_confirmed_values_the_changed_one_is_told_first() -> None:
    """A reason has room for some; what somebody changed is never among the rest."""
    course, letter = asked(
        dict.fromkeys((n for n, v in REQUEST.items() if not isinstance(v, tuple)), Trust.GUESS)
    )
    assert [doubt.field for doubt in letter.doubts].index("kickoff") >= 8

    plan = course.replies("zhang", f"{len(letter.doubts)}: 2026-03-09 14:00\n确认", letter)

    assert plan.because.zh.index("2026-03-09 14:00") < plan.because.zh.index("新品上市")


def test_what_is_not_answered_is_asked_again_with_new_numbers() -> None:
    """A correction of one line says nothing of the others; the new letter counts anew."""
    course, letter = asked()

    (again,) = letters(course.replies("zhang", "2: 2026-04-30", letter), "confirm")

    assert [doubt.field for doubt in again.doubts] == ["project_name", "liaison"]
    course.replies("zhang", "2: 王芳\n确认", again)
    assert (said(course, "completion"), said(course, "liaison")) == (date(2026, 4, 30), at("wang"))


def test_an_answer_to_an_earlier_letter_is_understood_by_its_own_numbers() -> None:
    """Line 3 is the liaison in the mail that was answered, whatever has been asked since."""
    course, letter = asked()
    course.replies("zhang", "2: 2026-04-30", letter)

    course.replies("zhang", "3: 王芳\n1: 确认", letter)

    assert said(course, "liaison") == at("wang")


@pytest.mark.parametrize(
    "text",
    [
        "2: 下周",
        "确认\n2: 下周",
        "2: 2026-04-30 左右吧",
        "3: 王小二",
        "2: 不对",
        "确认\n第2项不对",
        "9: 王芳\n确认",
        "2: 2026-04-30\n2: 2026-05-01",
        "1: 新品上市\n第二期工程",
        "1、3 正确\n2: 2026-04-30",
        "第二个日期写错了",
        "1: 甲 2: 2026-04-30",
        "确认\n计划完成时间：2026-04-30",
        "确认\n\n完成时间改成4月30日",
    ],
)
def test_whatever_is_odd_is_asked_again_and_nothing_is_taken(text: str) -> None:
    """Half of an answer may be the wrong half; the letter says what was not understood."""
    course, letter = asked()
    before = course.case.filings

    (again,) = letters(course.replies("zhang", text, letter), "confirm")

    assert course.case.filings == before
    assert course.item("request//1").is_open
    assert [doubt.field for doubt in again.doubts] == ["project_name", "completion", "liaison"]
    assert again.facts["odd"].zh


@pytest.mark.parametrize(
    "text",
    [
        "【2】计划完成时间\n读作：2026年4月17日（周五）",
        "2 计划完成时间 读作：2026年4月17日（周五）\n3 需求对接人 读作：张伟",
        "收到，稍后回复\n\n【1】项目名称\n读作：新品上市",
    ],
)
def test_our_own_lines_that_leak_from_the_quotation_settle_nothing(text: str) -> None:
    """In five of nine Chinese reply styles the quotation has no mark (reliability.md)."""
    course, letter = asked()

    course.replies("zhang", text, letter)

    assert course.item("request//1").is_open
    assert not course.case.filings


def test_values_that_could_not_be_read_have_to_be_written() -> None:
    """确认 alone cannot confirm what nobody has read; on paper it is a line, not a new form."""
    course = Course()
    course.begin()
    (letter,) = letters(unreadable(course, "completion"), "confirm")
    assert not letter.doubts[0].can_be_right

    (again,) = letters(course.replies("zhang", "确认", letter), "confirm")
    assert course.item("request//1").is_open
    course.replies("zhang", "1：2026-04-30", again)

    assert said(course, "completion") == date(2026, 4, 30)


def test_a_word_file_with_wrong_words_is_corrected_as_a_file() -> None:
    """Whoever has the file open corrects it there; only paper is asked about line by line."""
    course = Course()
    course.begin()
    told = (Evidence(place="control", words="下周"),)
    wrong = Answer(field="completion", value=None, trust=Trust.GUESS, evidence=told, problem="bad_date")
    answers = tuple(a for a in sure(REQUEST).all if a.field != "completion")

    assert names(_return(course, Answers((*answers, wrong)))) == ["correct"]


def test_a_written_value_is_checked_like_any_other() -> None:
    """A date in the past is no better for being confirmed."""
    course, letter = asked()

    plan = course.replies("zhang", "确认\n2: 2026-01-05", letter)

    assert names(plan) == ["correct"]
    assert not course.case.filings


@pytest.mark.parametrize("who", ["zhang", "wang", "zhou"])
def test_sender_signer_and_coordinator_may_confirm(who: str) -> None:
    """A coordinator confirms for a party that asked by telephone; the form stays its sender's."""
    course, letter = asked()

    plan = course.replies(who, "确认", letter)

    assert course.case.filings[0].by == at("zhang")
    assert course.case.filings[0].confirmed[0].by == at(who)
    (received,) = letters(plan, "received")
    assert at("zhang") in {*received.to, *received.cc}


def test_a_deputy_of_the_holder_may_confirm() -> None:
    """Who stands in for the holder answers the form, so also what was read of it."""
    course, letter = asked()
    away = (date(2026, 3, 1), date(2026, 3, 30))
    course.world = a_world(a_person("张伟", "zhang", "市场部", deputy="liu", away=away))
    course.days_pass(0.1)

    course.says("liu", Keyword.CONFIRM, item="request//1")

    assert course.item("request//1").state is ItemState.DONE
    assert letter.doubts


def test_nobody_else_may_confirm() -> None:
    """A colleague in the case who neither sent nor holds the form."""
    course = requested()
    confirm: dict[str, Value] = {"conclusion": "confirm", "people": "2人", "time": "两周", "authority": "可"}
    plan = course.returns(
        "li", "confirm/研发部/1", confirm | {"lead": at("liu")}, "head", trusts={"people": Trust.GUESS}
    )
    (letter,) = letters(plan, "confirm")

    plan = course.replies("chen", "确认", letter)

    assert course.item("confirm/研发部/1").is_open
    assert "not_entitled" in names(plan)


def test_confirming_twice_is_told_politely() -> None:
    """The second 确认 comes after the form was accepted."""
    course, letter = asked()
    course.replies("zhang", "确认", letter)

    assert names(course.replies("zhang", "确认", letter)) == ["already_answered"]


def test_an_answer_to_the_values_of_an_earlier_form_changes_nothing() -> None:
    """A newer form has come since: its values are asked, in the same thread."""
    course, letter = asked()
    course.returns(
        "zhang", "request//1", REQUEST, "initiating_head", trusts={"goals": Trust.GUESS}, paper=True
    )

    plan = course.replies("zhang", "确认\n2: 2026-04-30", letter)

    (again,) = letters(plan, "confirm")
    assert [doubt.field for doubt in again.doubts] == ["goals"]
    assert again.facts["why"].zh
    assert not course.case.filings


def test_a_reminder_carries_the_question_again_and_is_answered_like_it() -> None:
    """Not a blank form: one line is all that is wanted."""
    course, _ = asked()
    plans = course.days_pass(4)

    reminders = [send for plan in plans for send in letters(plan, "reminder")]
    assert reminders
    assert [doubt.field for doubt in reminders[0].doubts] == ["project_name", "completion", "liaison"]
    course.replies("zhang", "确认\n2: 2026-04-30", reminders[-1])

    assert said(course, "completion") == date(2026, 4, 30)


def test_confirming_in_a_new_mail_is_about_the_only_form_that_waits() -> None:
    """Without a thread the number in the subject and the sender say enough."""
    course, _ = asked()

    course.replies("zhang", "确认\n2：2026-04-30")

    assert said(course, "completion") == date(2026, 4, 30)


def test_a_numbered_list_in_another_mail_confirms_nothing() -> None:
    """Who writes points 1 and 2 about the case is filed, not understood as values."""
    course = requested()

    verdict = course.judged("li", "1: 样机已排期\n2: 需要测试环境")

    assert verdict.state is MailState.DONE
    assert [type(event).__name__ for _, event in verdict.events] == ["MailFiled"]


def test_an_unclear_signature_is_for_the_signer_when_somebody_else_sent_it() -> None:
    """The sender cannot vouch for another's name."""
    course = Course()
    course.begin()
    plan = _return(course, sure(REQUEST, paper=True), unclear())
    (question,) = letters(plan, "confirm_signature")
    assert question.to == (at("wang"),)
    assert [(d.field, d.picture) for d in question.doubts] == [("initiating_head", "e" * 64)]
    why = question.doubts[0].why
    assert why is not None
    assert (why.zh, why.en) == ("笔迹太浅", "the mark is too faint")
    assert question.facts["own"].en == "yes"
    assert "signer" not in question.facts
    (told,) = letters(plan, "signature_asked")
    assert told.facts["marks"].zh == "笔迹太浅"

    course.replies("zhang", "确认", question)
    assert course.item("request//1").is_open
    course.replies("wang", "确认", question)

    (mark,) = course.case.filings[0].signatures
    assert mark.verdict is Verdict.SIGNED
    assert course.case.filings[0].confirmed[0].by == at("wang")


def test_an_unclear_signature_of_the_sender_is_for_the_coordinator() -> None:
    """Nobody vouches for the own mark on the own mail (ADR 0022)."""
    course = Course()
    course.begin()
    plan = _return(course, sure(REQUEST, paper=True), unclear(), by="wang")

    (question,) = letters(plan, "confirm_signature")

    assert question.to == (at("zhou"),)
    assert question.facts["signer"].zh == "王芳"
    assert "own" not in question.facts
    course.replies("wang", "确认", question)
    assert course.item("request//1").is_open
    course.replies("zhou", "1：确认", question)
    assert course.item("request//1").state is ItemState.DONE


def test_a_signature_that_the_signer_disowns_sends_the_form_back_and_tells_the_coordinator() -> None:
    """否 is the answer that matters most."""
    course = Course()
    course.begin()
    (question,) = letters(_return(course, sure(REQUEST, paper=True), unclear()), "confirm_signature")

    plan = course.replies("wang", "1：否", question)

    (back,) = letters(plan, "correct")
    assert (back.to, at("zhou") in back.cc) == ((at("zhang"),), True)
    assert back.problems[0].code == "signature_denied"
    assert not course.case.filings


def test_values_and_signature_are_asked_of_different_people_and_both_are_needed() -> None:
    """Each answers what they can answer."""
    course = Course()
    course.begin()
    plan = _return(course, sure(REQUEST, {"completion": Trust.GUESS}, paper=True), unclear())
    (values,), (mark,) = letters(plan, "confirm"), letters(plan, "confirm_signature")

    course.replies("zhang", "确认", values)
    assert course.item("request//1").is_open
    plan = course.replies("wang", "确认", mark)

    assert course.item("request//1").state is ItemState.DONE
    assert not letters(plan, "confirm_signature")


def test_help_names_confirm_to_those_who_can_say_it() -> None:
    """And to nobody else."""
    course = requested()
    confirm: dict[str, Value] = {"conclusion": "confirm", "people": "2人", "time": "两周", "authority": "可"}
    course.returns(
        "li", "confirm/研发部/1", confirm | {"lead": at("liu")}, "head", trusts={"people": Trust.GUESS}
    )

    (li,), (chen,), (zhou,) = (
        letters(course.says(who, Keyword.HELP), "help") for who in ("li", "chen", "zhou")
    )

    assert "确认" in li.facts["can"].zh
    assert "确认" not in chen.facts["can"].zh
    assert "confirm" in zhou.facts["can"].en


def countersigning() -> Course:
    """Return a course in which the breakdown waits for the signatures of two heads."""
    course = planned()
    course.returns("zhang", "breakdown//1", {"tasks": TASKS})
    return course


def test_a_table_that_we_printed_is_not_confirmed_cell_by_cell() -> None:
    """Whoever countersigns fills in nothing of it: a weak reading that agrees with the print is right."""
    course = countersigning()
    weak = {f"tasks.{n}.{name}": Trust.GUESS for n, row in enumerate(TASKS) for name in row}

    course.returns(
        "li",
        "countersign/研发部/1",
        {"tasks": TASKS, "conclusion": "agree"},
        "head",
        trusts=weak,
        paper=True,
    )

    assert course.item("countersign/研发部/1").state is ItemState.DONE


def test_a_cell_of_a_countersigned_table_that_reads_otherwise_is_asked_or_refused() -> None:
    """A weak reading is asked; a certain one is an edit, and edits are refused (process.md, 会签)."""
    course = countersigning()
    rows = ({**TASKS[0], "standard": "通过许审"}, TASKS[1])
    said: dict[str, Value] = {"tasks": rows, "conclusion": "agree"}

    plan = course.returns(
        "li", "countersign/研发部/1", said, "head", trusts={"tasks.0.standard": Trust.GUESS}, paper=True
    )
    (letter,) = letters(plan, "confirm")
    assert [doubt.field for doubt in letter.doubts] == ["tasks.0.standard"]
    assert names(course.returns("li", "countersign/研发部/1", said, "head", paper=True)) == ["correct"]

    course.returns(
        "li", "countersign/研发部/1", said, "head", trusts={"tasks.0.standard": Trust.GUESS}, paper=True
    )
    course.replies("li", "1：通过评审", letters(course.plans[-1], "confirm")[0])
    assert course.item("countersign/研发部/1").state is ItemState.DONE


def test_whoever_is_hurried_is_asked_to_confirm_and_not_to_fill_in_again() -> None:
    """催办 names what is wanted."""
    course = requested()
    confirm: dict[str, Value] = {"conclusion": "confirm", "people": "2人", "time": "两周", "authority": "可"}
    course.returns(
        "li", "confirm/研发部/1", confirm | {"lead": at("liu")}, "head", trusts={"people": Trust.GUESS}
    )

    hurries = {send.to[0]: send for send in letters(course.says("zhang", Keyword.HURRY), "hurry")}

    assert [doubt.field for doubt in hurries[at("li")].doubts] == ["people"]
    assert not hurries[at("chen")].doubts
    course.replies("li", "1：3人", hurries[at("li")])
    assert course.case.filings[-1].values["people"] == "3人"


def test_a_stray_mark_in_an_empty_place_is_answered_with_empty() -> None:
    """Ink that is no word: what need not be filled in is left empty; what must be is asked again."""
    course = Course()
    course.begin()
    (letter,) = letters(unreadable(course, "kickoff", ""), "confirm")

    course.replies("zhang", "1：空", letter)

    assert "kickoff" not in course.case.filings[0].values
    assert course.case.filings[0].confirmed[0].value is None

    other = Course()
    other.begin()
    (letter,) = letters(unreadable(other, "completion", ""), "confirm")
    (again,) = letters(other.replies("zhang", "1: empty", letter), "confirm")
    assert again.doubts[0].problem == "missing"


def test_what_was_confirmed_of_a_page_stays_when_another_page_comes_again() -> None:
    """Both values and who said so are kept with the form that is accepted in the end."""
    course, letter = asked({"completion": Trust.GUESS, "project_name": Trust.GUESS})
    course.replies("zhang", "2: 2026-04-30", letter)

    course.returns("zhang", "request//1", {"goals": "七月上市"}, paper=True, lacks=(2,))
    course.replies("zhang", "确认", letters(course.plans[-1], "confirm")[0])

    (filing,) = course.case.filings
    assert (filing.values["goals"], filing.values["completion"]) == ("七月上市", date(2026, 4, 30))
    assert [c.field for c in filing.confirmed] == ["completion", "project_name"]


def test_a_coordinator_whose_answer_about_a_signature_is_odd_is_asked_about_it_again() -> None:
    """Coordinators may confirm values too; where none is doubtful, the signature is the question."""
    course = Course()
    course.begin()
    plan = _return(course, sure(REQUEST, paper=True), unclear(), by="wang")
    (question,) = letters(plan, "confirm_signature")
    assert question.to == (at("zhou"),)

    plan = course.replies("zhou", "1：确认\n2：2026-04-30", question)

    (again,) = letters(plan)
    assert (again.letter, again.to) == ("confirm_signature", (at("zhou"),))
    assert again.facts["odd"].zh
    assert [doubt.field for doubt in again.doubts] == [doubt.field for doubt in question.doubts]


def test_a_line_of_which_the_copies_differ_tells_what_each_says() -> None:
    """Whoever confirms one of them knows of the other; a copy that leaves it empty is told as well."""
    told = tuple(Evidence(place="form field people", words=words) for words in ("两人", "十人", "两人"))
    one = Answer(field="goals", value="两人", trust=Trust.GUESS, evidence=told, problem="contradiction")
    two = Answer(
        field="background", value="急", trust=Trust.GUESS, evidence=told[:1], problem="contradiction"
    )
    course = Course()
    course.begin()
    plain = [a for a in sure(REQUEST).all if a.field not in {"goals", "background"}]

    (letter,) = letters(_return(course, Answers((*plain, one, two))), "confirm")

    assert {each.field: each.differing for each in letter.doubts} == {
        "goals": ("两人", "十人"),
        "background": ("两人", ""),
    }
