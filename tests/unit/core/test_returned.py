"""A delivery report: whom a letter of ours did not reach reaches the coordinator and the journal."""

from dataclasses import replace

import pytest

from agent.core.decide import decide
from agent.core.desk import Surroundings
from agent.core.triage import triage
from agent.domain.bounces import Bounce, Fate, Undelivered
from agent.domain.case import CaseId, FileRef
from agent.domain.events import LetterReturned
from agent.domain.inbox import MailState, Triage
from agent.domain.mail import Address, InboundMail, MessageId, Nature
from agent.domain.work_items import ItemId
from tests.company import a_world, at, the_process
from tests.course import CASE, requested

OURS = MessageId("<ours@example.com>")
DIGEST = MessageId("<digest@example.com>")
ITEM = ItemId("confirm/研发部/1")
RAW = FileRef(name="mail.eml", digest="raw")
GONE = Undelivered(recipient=at("li"), fate=Fate.FAILED, permanent=True, status="5.1.1", words="550 unknown")


def a_report(
    *of: Undelivered, about: tuple[MessageId, ...] = (OURS,), subject: str = "请填写"
) -> InboundMail:
    """Build a delivery report as read."""
    return InboundMail(
        message_id=MessageId("<report@mx.example.com>"),
        sender=Address("mailer-daemon@mx.example.com"),
        sender_name="",
        to=(at("collab"),),
        cc=(),
        subject="Undelivered",
        date=None,
        in_reply_to=(),
        references=about,
        text="",
        first_line="",
        attachments=(),
        nature=Nature.BOUNCE,
        bounce=Bounce(of=of or (GONE,), subject=subject),
    )


def judged(mail: InboundMail, *, numbers: tuple[CaseId, ...] = (), released: bool = False) -> Triage:
    """Return the verdict on a report, with one case and a digest among our letters."""
    course = requested()
    around = Surroundings(
        at=course.now,
        process=the_process(),
        world=a_world(),
        cases={CASE: course.case},
        threads={OURS: (CASE, ITEM), DIGEST: (None, None)},
        numbers=numbers,
        raw=RAW,
        released=released,
    )
    return triage(mail, (), around)


def test_a_letter_that_came_back_is_told_with_everything() -> None:
    """Person, letter, case, item, reason, and whether it can pass, in both languages."""
    verdict = judged(a_report())

    assert (verdict.state, verdict.letters) == (MailState.REVIEW, ())
    for words in (verdict.because.zh, verdict.because.en):
        for part in (at("li"), "请填写", CASE, ITEM, "5.1.1", "550 unknown"):
            assert part in words
    assert "永久失败" in verdict.because.zh
    assert "for good" in verdict.because.en
    ((case, event),) = verdict.events
    assert case == CASE
    assert isinstance(event, LetterReturned)
    assert (event.to, event.item, event.permanent) == (at("li"), ITEM, True)


def test_the_case_says_that_nobody_was_asked_and_stays_as_it_is() -> None:
    """The journal and `explain` show it; what to do is the coordinator's to decide."""
    course = requested()
    ((_, event),) = judged(a_report()).events
    plan = decide(the_process(), course.case, event, a_world())

    assert "未能送达" in plan.because.zh
    assert "did not arrive" in plan.because.en
    assert plan.effects == ()
    assert replace(plan.case, timers=course.case.timers) == course.case


def test_a_failure_that_can_pass_says_so() -> None:
    """A full mailbox is another matter than nobody there."""
    because = judged(a_report(replace(GONE, permanent=False, status="4.2.2"))).because

    assert ("暂时失败" in because.zh, "for now" in because.en) == (True, True)


@pytest.mark.parametrize(("fate", "said"), [(Fate.DELAYED, "仍在尝试"), (Fate.DELIVERED, "无需处理")])
def test_what_is_no_failure_wants_nobody(fate: Fate, said: str) -> None:
    """A server that still tries, or one that reports success; the reason is kept."""
    verdict = judged(a_report(replace(GONE, fate=fate, permanent=False)))

    assert (verdict.state, verdict.events) == (MailState.IGNORED, ())
    assert said in verdict.because.zh
    assert verdict.because.en


@pytest.mark.parametrize(
    ("mail", "numbers", "state"),
    [
        (a_report(about=(DIGEST,)), (), MailState.REVIEW),
        (a_report(about=(MessageId("<theirs@example.net>"),)), (), MailState.IGNORED),
        (a_report(about=(MessageId("<rewritten@ses.example>"),)), (CASE,), MailState.REVIEW),
        (a_report(about=()), (), MailState.REVIEW),
        (a_report(replace(GONE, recipient="x@elsewhere.example"), about=()), (), MailState.IGNORED),
        (a_report(replace(GONE, recipient=""), about=()), (), MailState.REVIEW),
    ],
    ids=["a digest of ours", "not ours", "id rewritten", "no id, our person", "no id, stranger", "nothing"],
)
def test_a_report_is_ours_or_nobodys(
    mail: InboundMail, numbers: tuple[CaseId, ...], state: MailState
) -> None:
    """Backscatter of forged mail must not fill the review list; nothing of ours may be passed over."""
    assert judged(mail, numbers=numbers).state is state


def test_a_recall_is_shown_to_a_person_and_moves_nothing() -> None:
    """What was done stays done; somebody has to know that its sender thinks otherwise."""
    verdict = judged(replace(a_report(), nature=Nature.RECALL, bounce=None, sender=at("li")))

    assert (verdict.state, verdict.events, verdict.letters) == (MailState.REVIEW, (), ())
    assert "撤回" in verdict.because.zh


def test_released_it_is_seen_and_done() -> None:
    """It was noted in its case at once; it is no communication worth keeping."""
    verdict = judged(a_report(), released=True)

    assert (verdict.state, verdict.events, verdict.letters) == (MailState.DONE, (), ())
