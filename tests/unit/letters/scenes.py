"""Cases and scenes for the tests of letters: one with everything in it, one with nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from agent.domain.answers import Evidence, Scalar
from agent.domain.case import (
    ActionItem,
    Case,
    CaseId,
    FileRef,
    Filing,
    MeetingPlan,
    MilestoneState,
    ProcessRef,
    Task,
    TaskStatus,
)
from agent.domain.confirming import Doubt
from agent.domain.digest import (
    CaseLine,
    DigestFacts,
    FoldedNotice,
    ItemLine,
    ReviewLine,
    TroubleLine,
    WithheldLine,
)
from agent.domain.disputes import Dispute, Ruling
from agent.domain.effects import FormOrder, Send, Urgency
from agent.domain.forms import SignatureKind
from agent.domain.mail import Address, Attachment, MeetingAnswer, MessageId
from agent.domain.people import Directory, Person, Role
from agent.domain.problems import Problem
from agent.domain.process import Process
from agent.domain.sheets import Sheet
from agent.domain.signatures import Signature, Verdict
from agent.domain.words import Language, Words
from agent.domain.work_items import Due, ItemId, ItemState, WorkItem
from agent.domain.workdays import Workdays
from agent.letters.scene import Scene
from agent.packs import load

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORKDAYS = Workdays(zone=SHANGHAI)
NOW = datetime(2026, 3, 20, 1, 30, tzinfo=UTC)
CLERK = Address("collab@example.com")
NUMBER = CaseId("XT-2026-0001")

LI, WANG, ZHAO, CHEN, ADA, BOSS, COORD = (
    Address(f"{name}@example.com")
    for name in ("li.na", "wang.qiang", "zhao.min", "chen.jie", "ada.king", "sun.lei", "xie.tiao")
)
PEOPLE = Directory(
    (
        Person(name="李娜", address=LI, department="市场部"),
        Person(name="王强", address=WANG, department="研发部", roles=frozenset({Role.HEAD})),
        Person(name="赵敏", address=ZHAO, department="采购部", roles=frozenset({Role.HEAD})),
        Person(name="陈杰", address=CHEN, department="研发部"),
        Person(name="Ada King", address=ADA, department="质量部", language=Language.EN),
        Person(name="孙磊", address=BOSS, roles=frozenset({Role.EXECUTIVE})),
        Person(name="谢调", address=COORD, roles=frozenset({Role.COORDINATOR})),
    )
)


@lru_cache(maxsize=1)
def process() -> Process:
    """Return the process that ships."""
    return load("collaboration", Path()).process


def at(day: int, hour: int = 12, month: int = 3) -> datetime:
    """Return a moment of spring 2026, by the clock in Shanghai."""
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI).astimezone(UTC)


def item(step: str, subject: str, holder: Address, due: datetime, **more: Any) -> WorkItem:  # noqa: ANN401 - fields of the value
    """Return a work item of round 1."""
    values: dict[str, Any] = {
        "id": ItemId(f"{step}/{subject}/1"),
        "step": step,
        "subject": subject,
        "round": 1,
        "form": "confirmation",
        "holder": holder,
        "asked_of": holder,
        "opened": at(2),
        "due": Due(at=due, rule="2 workdays", clock="confirm", since=at(2), calendar="test"),
    }
    return WorkItem(**values | more)


def filing(step: str, subject: str, form: str, by: Address, values: dict[str, Any]) -> Filing:
    """Return an accepted form, signed by hand."""
    signature = Signature(
        slot="head",
        verdict=Verdict.SIGNED,
        how=SignatureKind.INK,
        evidence=(Evidence(place="page 1", words="ink"),),
    )
    return Filing(
        item=ItemId(f"{step}/{subject}/1"),
        step=step,
        subject=subject,
        form=form,
        revision=1,
        by=by,
        at=at(4, 15),
        mail=MessageId("<form@example.com>"),
        document=FileRef(name="form.docx", digest="0" * 64),
        values=values,
        signatures=(signature,),
    )


def bare_case() -> Case:
    """Return a case in which nothing has happened yet."""
    return Case(
        id=NUMBER,
        process=ProcessRef(id="collaboration", version=1, digest=""),
        initiator=LI,
        language=Language.ZH,
        began=at(2, 9),
        profile="project",
        stage="intake",
        entered=at(2, 9),
    )


def _task(number: str, title: str, who: Address, start: int, end: int, **more: Any) -> Task:  # noqa: ANN401 - fields of the value
    days: dict[str, Any] = {"start": date(2026, 3, start), "end": date(2026, 3, end)}
    return Task(id=number, title=title, responsible=who, accountable=WANG, **days | more)


def rich_case() -> Case:
    """Return a case in its execution, with everything that a letter can tell of."""
    rows: tuple[dict[str, Scalar], ...] = (
        {"department": "研发部", "asked": "完成与供应商系统的接口开发，3月20日前联调"},
        {"department": "采购部", "asked": "谈妥三家备选供应商的框架合同"},
    )
    request = {
        "project_name": "新一代订单系统上线",
        "profile": "project",
        "department": "市场部",
        "goals": "二季度前全部门店切换到新系统",
        "departments": rows,
        "completion": date(2026, 4, 10),
        "liaison": LI,
    }
    minutes = {
        "held_at": datetime(2026, 3, 13, 16, 0),  # noqa: DTZ001 - wall-clock time, as forms have it
        "place": "三楼会议室",
        "present": "李娜、王强、赵敏",
        "decisions": "接口冻结，不再新增字段；采购合同本周内定稿。",
        "actions": ({"what": "确认测试环境", "who": CHEN, "when": date(2026, 3, 18)},),
    }
    dispute = Dispute(
        id="d1",
        ladder="dispute",
        title="接口延期由谁承担",
        raised_by=WANG,
        parties=("研发部", "采购部"),
        source=ItemId("confirm/采购部/1"),
        rung=1,
        rulings=(Ruling(rung=0, by=None, decision="skipped", words="双方未在期限内达成一致", on=at(12)),),
        values={
            "description": "供应商文档晚到五天，接口开发被顺延。",
            "proposal": "采购部协调供应商派人驻场。",
        },
    )
    return replace(
        bare_case(),
        title="新一代订单系统上线",
        stage="execution",
        entered=at(10),
        done_steps=(),
        items=(
            item("confirm", "研发部", WANG, at(4), state=ItemState.DONE, outcome="confirm", closed=at(3)),
            item("confirm", "采购部", ZHAO, at(17), asked_of=CHEN),
            item("breakdown", "", LI, at(24), form="breakdown"),
            item("deliverable", "1", CHEN, at(20, 18), form="deliverable", form_sent=False),
            item("dispute", "d1:supervisor", BOSS, at(23), form="issue"),
        ),
        filings=(
            filing("request", "", "request", LI, request),
            filing("confirm", "研发部", "confirmation", WANG, {"conclusion": "confirm", "lead": CHEN}),
            filing("confirm", "采购部", "confirmation", ZHAO, {"conclusion": "confirm"}),
            filing("weekly", "weekly-1", "minutes", LI, minutes),
        ),
        tasks=(
            _task(
                "1", "需求澄清与原型确认", LI, 2, 6, department="市场部", status=TaskStatus.DONE, percent=100
            ),
            _task(
                "2", "接口开发", CHEN, 9, 17, department="研发部", status=TaskStatus.IN_PROGRESS, percent=60
            ),
            _task(
                "3",
                "供应商框架合同谈判与签署",
                ZHAO,
                9,
                24,
                department="采购部",
                status=TaskStatus.LAGGING,
                percent=30,
                risk="其中一家报价高于预算 12%",
                help_needed="请财务部协助核价",
                reported=at(19),
            ),
            _task("4", "Acceptance test plan", ADA, 18, 27, department="质量部", standard="覆盖全部主流程"),
        ),
        actions=(
            ActionItem(id="a1", what="确认测试环境", who=CHEN, when=date(2026, 3, 18), origin="weekly-1"),
            ActionItem(
                id="a2", what="补充应急联系人名单", who=LI, when=date(2026, 3, 25), origin="kickoff-1"
            ),
        ),
        meetings=(
            MeetingPlan(
                id="weekly-2",
                step="weekly",
                title=Words(zh="每周进度例会", en="Weekly meeting"),
                at=at(20, 16),
                place="三楼会议室",
                called=at(19),
                invited=(LI, WANG, CHEN, ADA),
                replies={WANG: MeetingAnswer.ACCEPTED, ADA: MeetingAnswer.DECLINED},
                sequence=2,
            ),
        ),
        disputes=(dispute,),
        milestones=(MilestoneState(title="成果评审", day=date(2026, 3, 26)),),
    )


def scene(case: Case | None = None, **more: Any) -> Scene:  # noqa: ANN401 - fields of the value
    """Return a scene on Friday 20 March 2026, 09:30 in Shanghai."""
    values: dict[str, Any] = {
        "process": process(),
        "case": case,
        "directory": PEOPLE,
        "workdays": WORKDAYS,
        "sender": CLERK,
        "sender_name": "协同助手",
        "now": NOW,
    }
    return Scene(**values | more)


def send(letter: str, language: Language = Language.ZH, **more: Any) -> Send:  # noqa: ANN401 - fields of the value
    """Return the wish for `letter` to 王强 (in English: Ada King) in the case."""
    values: dict[str, Any] = {
        "key": f"{NUMBER}/{letter}/{language.value}",
        "letter": letter,
        "to": (WANG if language is Language.ZH else ADA,),
        "language": language,
        "urgency": Urgency.WORK,
        "case": NUMBER,
    }
    return Send(**values | more)


def order(form: str, language: Language = Language.ZH) -> FormOrder:
    """Return the order of an empty form."""
    sheet = Sheet(case=NUMBER, item="confirm/采购部/1", form=form, version=1, language=language)
    return FormOrder(sheet=sheet)


PROBLEMS = (
    Problem(
        code="bad_date",
        field="departments.1.asked",
        found="三月底吧",
        say=Words(zh="请填写具体要求，例如“3月31日前交付合同”", en="say exactly what is asked, and by when"),
    ),
    Problem(
        code="missing",
        field="completion",
        say=Words(zh="请填写计划完成日期，且须晚于今天", en="a date after today"),
    ),
)

FACTS: dict[str, Words] = {
    "why": Words(zh="部门名单有变", en="the list of departments has changed"),
    "next": Words(zh="等其余 1 个部门确认", en="one more department confirms"),
    "by": Words.same(LI),
    "from": Words.same("赵敏"),
    "to": Words.same("陈杰"),
    "who": Words.same("Ada King"),
    "days": Words.same("3"),
    "task": Words.same("2 接口开发"),
    "end": Words.same("2026-03-17"),
    "warning": Words.same("3"),
    "first": Words.same("2026-03-18"),
    "copied": Words.same(LI),
    "remarks": Words(zh="工期太紧\n请增加测试时间", en="too tight\nplease add time for tests"),
    "dispute": Words.same("接口延期由谁承担"),
    "rung": Words(zh="分管领导裁定", en="Supervisors"),
    "decision": Words(zh="按原要求执行", en="uphold"),
    "words": Words(
        zh="由采购部协调供应商驻场支持，工期顺延两天。", en="Purchasing brings the supplier on site."
    ),
    "changes": Words(
        zh="2 接口开发 结束日期：3月17日 → 3月20日\n3 合同谈判 责任人：赵敏 → 陈杰",
        en="2 Interface, end: 17 March → 20 March\n3 Contract, responsible: 赵敏 → 陈杰",
    ),
    "conclusion": Words.same("rework"),
    "title": Words(zh="成果评审", en="Review"),
    "day": Words.same("2026-03-26"),
    "can": Words(zh="状态、转办、催办、帮助", en="status, hand over, hurry, help"),
    "line": Words.same("麻烦看看"),
    "number": Words.same("XT-2026-0999"),
    "file": Words.same("报价.xlsx"),
    "subject": Words.same("关于接口的约定"),
    "what": Words(zh="放行第 2 封邮件", en="mail 2 was released"),
    "late": Words.same("陈杰、赵敏"),
    "meeting": Words.same("每周进度例会"),
    "archive": Words.same("新一代订单系统上线-2026-03-31.zip"),
    "signed": Words.same("王强"),
    "confirmed": Words(
        zh="计划完成时间 “2026-04-03”→“2026-04-30”", en="Planned completion “2026-04-03” → “2026-04-30”"
    ),
}

SEEN = {
    "witness": Words.same("王强"),
    "signer": Words.same("赵敏"),
    "marks": Words(zh="笔迹太浅", en="the mark is too faint"),
    "odd": Words(
        zh="计划完成日期：“下周”。请填写日期，例如 2026-04-30。",
        en="Planned completion: “next week”. Please give a date, such as 2026-04-30.",
    ),
    "understood": Words(zh="需求对接人 李娜", en="Liaison 李娜"),
    "lacks": Words(zh="2、3", en="2, 3"),
}
"""What only the letters about a form on paper tell."""

CROP = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63f80f0001010100"
    "1bb6ee560000000049454e44ae426082"
)
"""A picture of one grey dot."""

DOUBTS = (
    Doubt(field="completion", read=date(2026, 4, 3), words="2026.4.3O", picture="c" * 64),
    Doubt(field="departments.0.department", words="研友部", picture="c" * 64, problem="unknown_department"),
    Doubt(field="liaison", read=LI, words="李哪", picture="c" * 64),
    Doubt(field="profile", read="project", words="project", differing=("project", "emergency", "")),
    Doubt(field="goals", words="□", problem="unread_ink"),
)
MARKS = (
    Doubt(
        field="head",
        words="the mark is too faint",
        why=Words(zh="笔迹太浅", en="the mark is too faint"),
        picture="c" * 64,
        is_slot=True,
        problem="signature_unclear",
    ),
)
PLACES = (
    Doubt(
        field="",
        label=Words(zh="第1页，发出时的文字", en="page 1, as sent"),
        why=Words.same("逾期每日按0.5%计违约金，质保期两年。"),
        picture="c" * 64,
    ),
    Doubt(field="", label=Words(zh="发出时的文字", en="as sent"), why=Words.same("日期")),
)

FOLDED = (
    FoldedNotice(
        case=NUMBER,
        subject="[XT-2026-0001] 新一代订单系统上线 · 今日到期：《成果提交单》（1 接口开发）",
        words="《成果提交单》今天到期，请您于3月20日（周五）18:00前填好并回复本邮件。",
        at=NOW,
    ),
)


def digest_facts(cases: int = 3) -> DigestFacts:
    """Return a digest with something in every part, and `cases` open cases."""
    stage = Words(zh="执行与反馈", en="Execution and feedback")
    lines = tuple(
        CaseLine(
            case=CaseId(f"XT-2026-{n:04}"),
            title="新一代订单系统上线" if n == 1 else f"门店改造第 {n} 期",
            stage=stage,
            status=bare_case().status,
            began=at(2),
            open_items=n % 7,
            overdue=n % 3,
            lag=(n % 11) if n % 4 == 1 else 0,
            lagging=("2 接口开发",) if n % 4 == 1 else (),
            next_due=at(23),
        )
        for n in range(1, cases + 1)
    )
    items = tuple(
        ItemLine(
            case=line.case,
            title=line.title,
            item=ItemId("confirm/采购部/1"),
            what=Words(zh="需求确认（采购部）", en="Confirm the request (采购部)"),
            holder=(ZHAO, CHEN, ADA)[number % 3],
            due=at(17),
            late=1 + number % 5,
            overdue=True,
        )
        for number, line in enumerate(lines)
        if line.overdue
    )
    coming = tuple(replace(i, due=at(23), late=0, overdue=False) for i in items)
    return DigestFacts(
        review=(
            ReviewLine(
                number=1,
                sender="someone@partner.example",
                subject="Re: 合同终稿",
                arrived=NOW - timedelta(hours=3),
                because=Words(zh="发件人不在通讯录中", en="the sender is not in the directory"),
            ),
            ReviewLine(
                number=2,
                sender="wang.qiang@example.com",
                subject="确认函",
                arrived=NOW - timedelta(hours=1),
                because=Words(zh="附件三次无法读取", en="the attachment could not be read, three times"),
                quarantined=True,
            ),
        ),
        cases=lines,
        overdue=items,
        coming=coming,
        withheld=(WithheldLine(person=ZHAO, count=4),),
        troubles=(
            TroubleLine(
                subject="[XT-2026-0001] 催办", to=(CHEN,), since=NOW, why="time-out after DATA", unsure=True
            ),
        ),
        warnings=(Words(zh="2027 年工作日历尚未发布", en="the calendar of 2027 is not published"),),
        journal_length=1234,
        journal_head="9f2c" * 16,
    )


_PAPER = frozenset(
    {
        *("confirm", "confirm_signature", "signature_asked", "partial"),
        *("altered", "altered_refused", "uncompared"),
    }
)


def rich(letter: str, language: Language) -> tuple[Send, Scene]:
    """Return `letter` with everything that can be in it."""
    case = rich_case()
    asks = letter in {
        "ask",
        "start_form",
        "correct",
        "reminder",
        "hurry",
        "revoked",
        "signer_added",
        "climbed",
        "confirm",
        "altered_refused",
    }
    about = {
        "deliverable": ItemId("deliverable/1/1"),
        "climbed": ItemId("dispute/d1:supervisor/1"),
    }.get(letter, ItemId("confirm/采购部/1"))
    form = {"correct": "request", "confirm": "request", "climbed": "issue"}.get(letter, "confirmation")
    attached = Attachment(name="需求确认函.docx", media_type="application/octet-stream", content=b"form")
    meeting = letter in {"invitation", "meeting_moved", "meeting_cancelled", "minutes"}
    folded = letter == "personal_digest"
    wish = send(
        letter,
        language,
        cc=(CHEN,),
        item=about if asks or letter in {"received", "refused", "handed_over", *_PAPER} else None,
        forms=(order(form, language),) if asks else (),
        facts=FACTS | SEEN if letter in _PAPER else FACTS,
        problems=PROBLEMS if letter in {"correct", "received"} else (),
        answers=MessageId("<their-mail@example.com>") if letter in {"received", "correct"} else None,
        meeting="weekly-2" if meeting else "",
        cancels=letter == "meeting_cancelled",
        case=None if letter in {"digest", "help", "personal_digest"} else NUMBER,
        doubts={"confirm": DOUBTS, "confirm_signature": MARKS, "uncompared": PLACES}.get(letter, ()),
        files=(FileRef(name="背景材料.pdf", digest="1" * 64),) if letter == "ask" else (),
    )
    return wish, scene(
        None if letter in {"digest", "help", "personal_digest"} else case,
        forms=(attached, replace(attached, name="需求确认函.pdf")) if asks else (),
        digest=digest_facts(40) if letter == "digest" else None,
        folded=FOLDED if folded else (),
        pictures={"c" * 64: CROP},
    )
