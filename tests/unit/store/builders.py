"""Values for the store's tests: plain ones, and a case as large as they become."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from agent.domain.answers import Answer, Answers, Evidence, Scalar, Trust
from agent.domain.case import (
    Case,
    CaseId,
    FileRef,
    Filing,
    MilestoneState,
    ProcessRef,
    Task,
    Timer,
    TimerKind,
)
from agent.domain.effects import FormOrder, Send, Urgency
from agent.domain.events import FormReturned, KeywordSaid
from agent.domain.forms import SignatureKind
from agent.domain.keywords import Keyword
from agent.domain.mail import Address, Attachment, InboundMail, MessageId, Nature
from agent.domain.people import Directory, Person
from agent.domain.plans import World
from agent.domain.reading import Reading, Source
from agent.domain.sheets import Sheet
from agent.domain.signatures import Signature, Verdict
from agent.domain.words import Language, Words
from agent.domain.work_items import Due, ItemId, WorkItem
from agent.domain.workdays import Workdays

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LI_NA = Address("li.na@example.com")
BECAUSE = Words(zh="收到了需求申请表", en="the request came back")
CASE = CaseId("XT-2026-0001")
WORLD = World(
    directory=Directory((Person(name="李娜", address=LI_NA, department="研发部"),)),
    workdays=Workdays(zone=ZoneInfo("Asia/Shanghai"), days_off=frozenset({date(2026, 5, 1)})),
    departments={},
)
DOCUMENT = FileRef(name="需求申请表.docx", digest="d" * 64)

HOSTILE_NAMES = {
    "NUL": "<\0@b>",
    "surrogate": "<\ud800@b>",
    "long": f"<{''.join(chr(0x20000 + number * 7919 % 40000) for number in range(900))}@b>",
}
"""Message-IDs that databases do not like; the long one cannot be compressed."""


def a_timer(key: str = "remind/1", *, minutes: int = 0) -> Timer:
    """A reminder, so many minutes after noon."""
    return Timer(key=key, due=NOON + timedelta(minutes=minutes), kind=TimerKind.REMIND, subject="request//1")


def an_item(number: int = 1) -> WorkItem:
    """A request that waits for its form."""
    due = Due(
        at=NOON + timedelta(days=2),
        rule="2 workdays",
        clock="confirm",
        since=NOON,
        calendar="cn-2026",
    )
    return WorkItem(
        id=ItemId(f"request//{number}"),
        step="request",
        subject="",
        round=number,
        form="request",
        holder=LI_NA,
        asked_of=LI_NA,
        opened=NOON,
        due=due,
    )


def a_case(name: str = CASE, **changes: object) -> Case:
    """A young case with one open item and its reminder."""
    values: dict[str, object] = {
        "id": CaseId(name),
        "process": ProcessRef(id="collaboration", version=1, digest="p" * 64),
        "initiator": LI_NA,
        "language": Language.ZH,
        "began": NOON,
        "title": "新产品上市",
        "profile": "project",
        "stage": "intake",
        "entered": NOON,
        "items": (an_item(),),
        "timers": (a_timer(),),
    }
    return Case(**{**values, **changes})  # type: ignore[arg-type]


def a_filing(number: int) -> Filing:
    """A returned form with every kind of value."""
    return Filing(
        item=ItemId(f"request//{number}"),
        step="request",
        subject="",
        form="request",
        revision=number,
        by=LI_NA,
        at=NOON,
        mail=MessageId(f"<{number}@example.com>"),
        document=DOCUMENT,
        values={
            "project_name": "新产品上市",
            "urgent": True,
            "budget": Decimal("12.50"),
            "completion": date(2026, 6, 30),
            "kickoff": datetime(2026, 3, 5, 14, 0),  # noqa: DTZ001 - wall-clock time at the site
            "departments": ({"department": "研发部", "asked": "样机"}, {"department": "市场部"}),
        },
        signatures=(a_signature(),),
    )


def a_signature() -> Signature:
    """A typed signature."""
    return Signature(
        slot="initiating_head",
        verdict=Verdict.SIGNED,
        how=SignatureKind.TYPED,
        who="李娜",
        evidence=(Evidence(place="table 1", words="李娜"),),
    )


def a_large_case(items: int = 50) -> Case:
    """A case near its end: many items, filings, tasks and timers."""
    tasks = tuple(
        Task(
            id=str(number),
            title=f"任务 {number}",
            responsible=LI_NA,
            accountable=LI_NA,
            start=date(2026, 3, 2),
            end=date(2026, 4, 2),
        )
        for number in range(items)
    )
    return a_case(
        items=tuple(an_item(number) for number in range(1, items + 1)),
        filings=tuple(a_filing(number) for number in range(1, items + 1)),
        tasks=tasks,
        milestones=(MilestoneState(title="评审", day=date(2026, 3, 18)),),
        timers=tuple(a_timer(f"remind/{number}", minutes=number) for number in range(items)),
    )


def a_keyword(at: datetime = NOON) -> KeywordSaid:
    """Somebody hurries the case."""
    return KeywordSaid(at=at, mail=MessageId("<1@example.com>"), by=LI_NA, keyword=Keyword.HURRY)


def a_return() -> FormReturned:
    """A form that came back."""
    return FormReturned(
        at=NOON,
        mail=MessageId("<1@example.com>"),
        by=LI_NA,
        item=ItemId("request//1"),
        form="request",
        version=1,
        answers=Answers((an_answer(),)),
        signatures=(a_signature(),),
        document=DOCUMENT,
    )


def an_answer() -> Answer:
    """A date that was understood."""
    evidence = Evidence(place="content control “completion”", words="2026年6月30日")
    return Answer(field="completion", value=date(2026, 6, 30), trust=Trust.SURE, evidence=(evidence,))


def a_send(key: str = "XT-2026-0001/ask/request//1", **changes: object) -> Send:
    """A letter that asks for a form."""
    values: dict[str, object] = {
        "key": key,
        "letter": "ask",
        "to": (LI_NA,),
        "language": Language.ZH,
        "urgency": Urgency.WORK,
        "case": CASE,
        "item": ItemId("request//1"),
    }
    return Send(**{**values, **changes})  # type: ignore[arg-type]


def an_order(value: Scalar) -> FormOrder:
    """A form that is prefilled with one value."""
    sheet = Sheet(case=CASE, item="request//1", form="request", version=1, language=Language.ZH)
    return FormOrder(sheet=sheet, values={"field": value})


def a_mail(name: str = "<1@example.com>") -> InboundMail:
    """A reply with a form attached."""
    return InboundMail(
        message_id=MessageId(name),
        sender=LI_NA,
        sender_name="李娜",
        to=(Address("collab@example.com"),),
        cc=(),
        subject="Re: 需求申请表",
        date=NOON,
        in_reply_to=(),
        references=(),
        text="见附件",
        first_line="见附件",
        attachments=(Attachment(name="需求申请表.docx", media_type="application/x-word", content=b"PK"),),
        nature=Nature.PERSONAL,
    )


def a_reading() -> Reading:
    """What was read of the form."""
    return Reading(
        file="需求申请表.docx",
        digest="e" * 64,
        source=Source.DOCX,
        form="request",
        answers=Answers((an_answer(),)),
    )
