"""What one mail means: every kind of mail has one verdict, and nothing moves a case by accident."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from agent.core.desk import Surroundings
from agent.core.triage import triage
from agent.domain.answers import Answers
from agent.domain.case import Case, CaseId, FileRef
from agent.domain.events import FormReturned, KeywordSaid, MailFiled, MeetingAnswered
from agent.domain.inbox import MailState, Triage
from agent.domain.keywords import Keyword
from agent.domain.mail import Attachment, InboundMail, MeetingAnswer, MeetingReply, MessageId, Nature
from agent.domain.problems import Problem
from agent.domain.reading import Reading, Source
from agent.domain.sheets import Sheet, TokenStatus
from agent.domain.words import Language, Words
from agent.domain.work_items import ItemId
from tests.company import a_world, at, the_process
from tests.course import CASE, requested

OURS = MessageId("<ours@example.com>")
ITEM = ItemId("confirm/研发部/1")
RAW = FileRef(name="mail.eml", digest="raw")


def a_mail(sender: str = "li", line: str = "请见附件", **changes: object) -> InboundMail:
    """Build a mail of somebody in the company."""
    mail = InboundMail(
        message_id=MessageId("<in@example.com>"),
        sender=at(sender),
        sender_name="",
        to=(at("collab"),),
        cc=(),
        subject="回复",
        date=None,
        in_reply_to=(),
        references=(),
        text=line,
        first_line=line,
        attachments=(),
        nature=Nature.PERSONAL,
    )
    return replace(mail, **changes)  # type: ignore[arg-type]  # a test may set any field


def a_reading(**changes: object) -> Reading:
    """Build a reading of the confirmation form of the case."""
    sheet = Sheet(case=CASE, item=ITEM, form="confirmation", version=1, language=Language.ZH)
    reading = Reading(
        file="需求确认函.docx",
        digest="doc",
        source=Source.DOCX,
        form="confirmation",
        version=1,
        sheet=sheet,
        token=TokenStatus.VALID,
        answers=Answers(()),
    )
    return replace(reading, **changes)  # type: ignore[arg-type]  # a test may set any field


def judged(
    mail: InboundMail,
    *readings: Reading,
    threads: Mapping[MessageId, tuple[CaseId | None, ItemId | None]] | None = None,
    numbers: tuple[CaseId, ...] = (),
    released: bool = False,
) -> Triage:
    """Return the verdict on `mail` with one case around."""
    course = requested()
    cases: dict[CaseId, Case] = {CASE: course.case}
    around = Surroundings(
        at=course.now,
        process=the_process(),
        world=a_world(),
        cases=cases,
        threads={OURS: (CASE, ITEM)} if threads is None else threads,
        numbers=numbers,
        documents={"doc": FileRef(name="需求确认函.docx", digest="doc")},
        raw=RAW,
        released=released,
    )
    return triage(mail, readings, around)


@pytest.mark.parametrize(
    "nature", [Nature.OWN, Nature.BOUNCE, Nature.AUTO_REPLY, Nature.LIST, Nature.RECEIPT]
)
def test_what_no_person_wrote_is_ignored_with_a_reason_and_never_answered(nature: Nature) -> None:
    """Even with a valid form attached and a keyword on the first line (promises 7 and 8)."""
    verdict = judged(a_mail(line="撤回", nature=nature), a_reading())

    assert verdict.state is MailState.IGNORED
    assert verdict.because.en
    assert not verdict.events
    assert not verdict.letters


def test_a_bounce_of_our_own_letter_is_for_a_person_to_see() -> None:
    """Somebody did not get what we sent."""
    verdict = judged(a_mail(nature=Nature.BOUNCE, references=(OURS,)))

    assert verdict.state is MailState.REVIEW


def test_a_stranger_is_reviewed_and_gets_no_answer() -> None:
    """We confirm no address to people we do not know."""
    verdict = judged(a_mail(sender="ghost", line="start"), a_reading())

    assert verdict.state is MailState.REVIEW
    assert not verdict.letters
    assert not verdict.events


def test_a_valid_form_becomes_an_event_of_its_case_whatever_the_thread() -> None:
    """The sheet finds its case, not the subject and not the thread."""
    verdict = judged(a_mail(), a_reading())

    ((case, event),) = verdict.events
    assert case == CASE
    assert isinstance(event, FormReturned)
    assert (event.item, event.document.digest) == (ITEM, "doc")


def test_the_same_sheet_twice_in_one_mail_is_one_event() -> None:
    """People attach the Word file twice."""
    verdict = judged(a_mail(), a_reading(), a_reading(file="副本.docx", digest="copy"))

    assert len(verdict.events) == 1


def test_a_form_wins_over_a_keyword() -> None:
    """请见附件 or 确认 above an attached form: the form is what was meant."""
    verdict = judged(a_mail(line="确认"), a_reading())

    assert [type(event) for _, event in verdict.events] == [FormReturned]


@pytest.mark.parametrize("line", ["转办 liu@example.com", "撤回", "cancel"])
def test_an_order_beside_a_form_is_not_carried_out_and_its_sender_knows(line: str) -> None:
    """Nobody who wrote 转办 may believe that somebody else has the form now."""
    verdict = judged(a_mail(line=line), a_reading())

    assert [type(event) for _, event in verdict.events] == [FormReturned]
    (letter,) = verdict.letters
    assert letter.letter == "not_entitled"
    assert "未执行" in letter.facts["why"].zh


@pytest.mark.parametrize("line", ["确认", "成果", "状态", "变更"])
def test_a_word_that_goes_with_a_form_needs_no_answer(line: str) -> None:
    """成果 above the deliverable, 确认 above a corrected form."""
    assert judged(a_mail(line=line), a_reading()).letters == ()


@pytest.mark.parametrize("token", [TokenStatus.UNKNOWN, TokenStatus.ABSENT])
def test_a_form_without_our_token_never_moves_a_case(token: TokenStatus) -> None:
    """A person looks, and the sender is told."""
    verdict = judged(a_mail(in_reply_to=(OURS,)), a_reading(token=token))

    assert verdict.state is MailState.REVIEW
    assert [send.letter for send in verdict.letters] == ["strange_form"]
    assert not verdict.events


def test_somebody_elses_valid_form_is_refused() -> None:
    """A form that was forwarded to somebody outside the case."""
    verdict = judged(a_mail(sender="emma"), a_reading())

    assert not verdict.events
    assert [send.letter for send in verdict.letters] == ["not_entitled"]


def test_a_form_of_a_case_we_do_not_have_is_answered() -> None:
    """The number is named."""
    sheet = Sheet(case="XT-2020-0009", item="x//1", form="confirmation", version=1, language=Language.ZH)
    verdict = judged(a_mail(), a_reading(sheet=sheet))

    (send,) = verdict.letters
    assert (send.letter, send.facts["number"].en) == ("unknown_case", "XT-2020-0009")


@pytest.mark.parametrize("where", ["subject", "line"])
def test_a_case_begins_by_keyword(where: str) -> None:
    """发起协同 in the subject, or alone on the first line."""
    mail = a_mail(line="发起协同") if where == "line" else a_mail(subject=" 发起协同 ")

    assert judged(mail).begins


def test_a_keyword_is_about_the_letter_that_was_answered() -> None:
    """The thread names case and item."""
    verdict = judged(a_mail(line="转办 liu@example.com", in_reply_to=(OURS,)))

    ((_, event),) = verdict.events
    assert isinstance(event, KeywordSaid)
    assert (event.keyword, event.argument, event.item) == (Keyword.HAND_OVER, "liu@example.com", ITEM)


def test_a_number_in_the_subject_lets_no_outsider_in() -> None:
    """Zammad #2444: whoever is not in the case learns nothing and moves nothing."""
    verdict = judged(a_mail(sender="emma", line="状态"), numbers=(CASE,))

    assert not verdict.events
    assert [send.letter for send in verdict.letters] == ["not_entitled"]


def test_a_keyword_without_any_case_is_answered_with_what_can_be_said() -> None:
    """Neither thread nor number: the clerk says what it would understand."""
    (send,) = judged(a_mail(line="撤回")).letters

    assert send.letter == "not_understood"
    assert send.facts["can"].zh == "发起协同、帮助"


def test_an_unknown_number_is_named() -> None:
    """There is no such case."""
    (send,) = judged(a_mail(line="状态"), numbers=(CaseId("XT-2020-0009"),)).letters

    assert send.letter == "unknown_case"


def test_a_reply_without_the_form_says_what_is_missing() -> None:
    """No attachment; then a wrong one, with its name."""
    (none,) = judged(a_mail(in_reply_to=(OURS,))).letters
    assert none.letter == "no_attachment"

    wrong = Attachment(name="照片.docx", media_type="application/msword", content=b"")
    problem = Problem(code="no_form", say=Words(zh="不是表单", en="no form"))
    reading = Reading(file="照片.docx", digest="x", source=Source.NONE, problems=(problem,))
    (told,) = judged(a_mail(in_reply_to=(OURS,), attachments=(wrong,)), reading).letters
    assert (told.letter, told.facts["file"].zh) == ("wrong_attachment", "照片.docx")


def test_a_scan_waits_for_a_person() -> None:
    """Never lost, never guessed."""
    problem = Problem(code="read_by_person", say=Words(zh="需人工", en="a person reads it"))
    verdict = judged(
        a_mail(in_reply_to=(OURS,)),
        Reading(file="scan.pdf", digest="x", source=Source.NONE, problems=(problem,)),
    )

    assert verdict.state is MailState.REVIEW


def test_a_forwarded_mail_with_the_number_is_filed() -> None:
    """重要沟通留存."""
    ((_, event),) = judged(a_mail(subject=f"Fwd: [{CASE}] 供应商来信"), numbers=(CASE,)).events

    assert isinstance(event, MailFiled)
    assert event.document == RAW


def test_a_meeting_reply_reaches_its_meeting() -> None:
    """Accept and decline are understood."""
    reply = MeetingReply(uid=f"{CASE}/kickoff-1@example.com", answer=MeetingAnswer.DECLINED)
    ((_, event),) = judged(a_mail(nature=Nature.MEETING_REPLY, meeting_reply=reply)).events

    assert isinstance(event, MeetingAnswered)
    assert (event.meeting, event.answer) == ("kickoff-1", MeetingAnswer.DECLINED)


def test_only_the_coordinator_works_the_review_list() -> None:
    """放行 N by anybody else is refused."""
    said = judged(a_mail(sender="zhou", line="放行 3")).operates
    assert said is not None
    assert (said.keyword, said.argument) == (Keyword.RELEASE, "3")

    refused = judged(a_mail(line="放行 3"))
    assert refused.operates is None
    assert [send.letter for send in refused.letters] == ["not_entitled"]


def test_a_released_form_without_token_counts_for_the_open_item_of_its_sender() -> None:
    """放行: the coordinator's word stands in for the token, but not for the sender."""
    strange = a_reading(token=TokenStatus.ABSENT, sheet=None)
    verdict = judged(a_mail(in_reply_to=(OURS,)), strange, released=True)

    ((_, event),) = verdict.events
    assert verdict.state is MailState.DONE
    assert isinstance(event, FormReturned)
    assert event.item == ITEM

    ((_, other),) = judged(a_mail(sender="emma"), strange, numbers=(CASE,), released=True).events
    assert isinstance(other, MailFiled), "somebody else's form is only filed"


@pytest.mark.parametrize("sender", ["li", "ghost"])
def test_a_released_scan_or_strangers_mail_is_filed_in_its_case(sender: str) -> None:
    """A person has read it; it is kept with the case and moves nothing."""
    problem = Problem(code="read_by_person", say=Words(zh="需人工", en="a person reads it"))
    scan = Reading(file="scan.pdf", digest="x", source=Source.NONE, problems=(problem,))
    verdict = judged(a_mail(sender=sender, in_reply_to=(OURS,)), scan, released=True)

    assert verdict.state is MailState.DONE
    assert [type(event) for _, event in verdict.events] == [MailFiled]


def test_a_released_mail_of_no_case_is_done() -> None:
    """It has been seen."""
    verdict = judged(a_mail(sender="ghost"), threads={}, released=True)

    assert (verdict.state, verdict.events) == (MailState.DONE, ())


def test_all_files_that_cannot_be_opened_are_one_letter() -> None:
    """Each is named with what to do, the ones that the reader of the mail left out as well."""
    say = Words(zh="请取消密码", en="remove the password")
    locked = Reading(
        file="a.docx", digest="a", source=Source.NONE, problems=(Problem(code="encrypted", say=say),)
    )
    large = ("file_too_large: b (1).zip (30.0 MB, at most 20.0 MB)", "too_many_attachments: only 100")

    (send,) = judged(a_mail(in_reply_to=(OURS,), problems=large), locked).letters

    assert (send.letter, send.case) == ("unreadable", CASE)
    assert [(p.field, p.code) for p in send.problems] == [
        ("a.docx", "encrypted"),
        ("b (1).zip", "file_too_large"),
        ("", "too_many_attachments"),
    ]
    assert "20.0 MB" in send.problems[1].say.en


def test_a_forward_is_filed_unread_and_a_logo_is_no_attachment() -> None:
    """Nobody has to read what is only kept; nobody attached what stands in the text."""
    scan = Reading(
        file="来函.pdf",
        digest="x",
        source=Source.NONE,
        problems=(Problem(code="read_by_person", say=Words.same("")),),
    )
    logo = Attachment(name="image001.png", media_type="image/png", content=b"", cid="logo")

    forward = judged(a_mail(subject="转发：来函", in_reply_to=(OURS,)), scan)
    (told,) = judged(a_mail(in_reply_to=(OURS,), attachments=(logo,))).letters

    assert [type(event) for _, event in forward.events] == [MailFiled]
    assert told.letter == "no_attachment"


def test_a_coordinator_is_told_what_is_missing_behind_the_word() -> None:
    """放行 needs a number; the answer lists what a coordinator can say."""
    (send,) = judged(a_mail("zhou", "放行")).letters

    assert send.letter == "not_understood"
    assert "放行 3" in send.facts["why"].zh
    assert "丢弃" in send.facts["can"].zh
