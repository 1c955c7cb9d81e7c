"""A form whose pages come in several mails is one form; it is judged when the last page is there."""

from agent.domain.answers import Value
from agent.domain.work_items import ItemState
from tests.company import at
from tests.course import REQUEST, Course, letters, names

FIRST: dict[str, Value] = {k: v for k, v in REQUEST.items() if k not in {"milestones", "liaison", "kickoff"}}
SECOND: dict[str, Value] = {k: v for k, v in REQUEST.items() if k not in FIRST}


def begun() -> Course:
    """Return a course that waits for the request."""
    course = Course()
    course.begin()
    return course


def test_what_is_missing_is_told_by_page_and_what_came_is_kept() -> None:
    """One letter with the numbers of the pages; the item stays open and its clock goes on."""
    course = begun()
    due = course.item("request//1").due

    plan = course.returns("zhang", "request//1", FIRST, paper=True, lacks=(2, 3))

    (send,) = letters(plan)
    assert (send.letter, send.facts["lacks"].en, send.to) == ("partial", "2, 3", (at("zhang"),))
    assert course.item("request//1").is_open
    assert course.item("request//1").due == due


def test_the_rest_in_another_mail_completes_it() -> None:
    """Answers and signature of each page where it stands; every document is kept."""
    course = begun()
    course.returns("zhang", "request//1", FIRST, paper=True, lacks=(2,))

    course.returns("zhang", "request//1", SECOND, "initiating_head", paper=True, lacks=(1,))

    (filing,) = course.case.filings
    assert filing.values == REQUEST
    assert len({filing.document.digest, *(part.digest for part in filing.parts)}) == 2
    assert course.item("request//1").state is ItemState.DONE


def test_three_mails_in_any_order_make_one_form() -> None:
    """The pages that are still missing are those that none of the mails had."""
    course = begun()
    course.returns("zhang", "request//1", SECOND, "initiating_head", paper=True, lacks=(1, 3))
    plan = course.returns("zhang", "request//1", {}, paper=True, lacks=(1, 2))
    assert letters(plan, "partial")[0].facts["lacks"].zh == "1"

    course.returns("zhang", "request//1", FIRST, paper=True, lacks=(2, 3))

    assert course.case.filings[0].values == REQUEST


def test_a_later_copy_of_a_page_wins_and_a_whole_form_replaces_everything() -> None:
    """Two conflicting copies: the later one, where it has the page."""
    course = begun()
    course.returns("zhang", "request//1", FIRST | {"goals": "五月上市"}, paper=True, lacks=(2,))
    course.returns("zhang", "request//1", {"goals": "七月上市"}, paper=True, lacks=(2,))
    course.returns("zhang", "request//1", SECOND, "initiating_head", paper=True, lacks=(1,))
    assert course.case.filings[0].values["goals"] == "七月上市"

    other = begun()
    other.returns("zhang", "request//1", FIRST | {"background": "旧"}, paper=True, lacks=(2,))
    other.returns("zhang", "request//1", REQUEST, "initiating_head")
    assert other.case.filings[0].values == REQUEST
    assert not other.case.held


def test_a_signed_page_alone_completes_a_form_that_was_sent_back_for_its_signature() -> None:
    """Nobody photographs five pages again because the last was not signed."""
    course = begun()
    plan = course.returns("zhang", "request//1", REQUEST, paper=True)
    assert names(plan) == ["correct"]

    course.returns("zhang", "request//1", SECOND, "initiating_head", paper=True, lacks=(1,))

    assert course.case.filings[0].values == REQUEST


def test_a_reminder_names_the_missing_pages() -> None:
    """Not the whole form again."""
    course = begun()
    course.returns("zhang", "request//1", FIRST, paper=True, lacks=(2,))

    plans = course.days_pass(4)

    reminders = [send for plan in plans for send in letters(plan, "reminder")]
    assert {send.facts["lacks"].zh for send in reminders} == {"2"}


def test_confirming_a_form_that_lacks_pages_names_them_again() -> None:
    """There is nothing to confirm before all of it is there."""
    course = begun()
    course.returns("zhang", "request//1", FIRST, paper=True, lacks=(2,))

    plan = course.replies("zhang", "确认", letters(course.plans[-1], "partial")[0])

    assert names(plan) in (["partial"], ["not_understood"])
    assert course.item("request//1").is_open
