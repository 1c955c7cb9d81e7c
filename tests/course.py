"""A case that lives in a test: events happen to it, and everything that was decided is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from agent.core.decide import decide, open_case
from agent.core.desk import Surroundings
from agent.core.triage import triage
from agent.domain.answers import Answer, Answers, Evidence, Row, Scalar, Trust, Value
from agent.domain.case import Case, CaseId, CaseStatus, FileRef, TaskStatus
from agent.domain.effects import Effect, Send
from agent.domain.events import ArchiveSealed, CaseStarted, Event, FormReturned, KeywordSaid, TimerStruck
from agent.domain.forms import SignatureKind
from agent.domain.inbox import Triage
from agent.domain.keywords import Keyword
from agent.domain.mail import InboundMail, MessageId, Nature
from agent.domain.plans import Plan, World
from agent.domain.process import Process
from agent.domain.reading import Drift, Uncompared
from agent.domain.signatures import Signature, Verdict
from agent.domain.words import Language
from agent.domain.work_items import WorkItem
from parsers.answers import in_mail
from tests.company import MONDAY, a_world, at, the_process

CASE = CaseId("XT-2026-0001")


def sure(
    values: Mapping[str, Value], trusts: Mapping[str, Trust] | None = None, *, paper: bool = False
) -> Answers:
    """Build the answers of a form that says `values`; `trusts` names fields that are read less well.

    On `paper` each answer has a crop, whose digest stands for its path.
    """
    found: list[Answer] = []

    def one(path: str, value: Scalar) -> None:
        evidence = (Evidence(place=f"control “{path}”", words=str(value)),)
        trust = (trusts or {}).get(path, Trust.SURE)
        crop = sha256(path.encode()).hexdigest() if paper else ""
        found.append(Answer(field=path, value=value, trust=trust, evidence=evidence, picture=crop))

    for name, value in values.items():
        if isinstance(value, tuple):
            for number, row in enumerate(value):
                for column, cell in row.items():
                    one(f"{name}.{number}.{column}", cell)
        else:
            one(name, value)
    return Answers(tuple(found))


def signed(*slots: str, how: SignatureKind = SignatureKind.PICTURE, who: str = "") -> tuple[Signature, ...]:
    """Build signatures in `slots`."""
    evidence = (Evidence(place="slot", words="picture"),)
    return tuple(
        Signature(slot=slot, verdict=Verdict.SIGNED, how=how, who=who, evidence=evidence) for slot in slots
    )


@dataclass
class Course:
    """See the module."""

    process: Process = field(default_factory=the_process)
    world: World = field(default_factory=a_world)
    now: datetime = MONDAY
    plans: list[Plan] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    worlds: list[World] = field(default_factory=list)
    """The world that each event was decided in."""
    _count: int = 0

    @property
    def case(self) -> Case:
        """The case as last decided."""
        return self.plans[-1].case

    @property
    def status(self) -> CaseStatus:
        """How the case stands."""
        return self.case.status

    def task(self, number: str) -> TaskStatus:
        """Return how a task stands."""
        return next(task.status for task in self.case.tasks if task.id == number)

    @property
    def effects(self) -> list[Effect]:
        """Everything that was ever asked for."""
        return [effect for plan in self.plans for effect in plan.effects]

    def begin(self, by: str = "zhang") -> Plan:
        """Somebody asks to start."""
        event = CaseStarted(
            at=self.now, case=CASE, mail=self.mail(), by=at(by), language=Language.ZH, subject="发起协同"
        )
        self.events.append(event)
        self.worlds.append(self.world)
        self.plans.append(open_case(self.process, event, self.world))
        return self.plans[-1]

    def mail(self) -> MessageId:
        """Return a fresh Message-ID."""
        self._count += 1
        return MessageId(f"<{self._count}@example.com>")

    def happen(self, event: Event) -> Plan:
        """Let something happen to the case."""
        self.events.append(event)
        self.worlds.append(self.world)
        self.plans.append(decide(self.process, self.case, event, self.world))
        return self.plans[-1]

    def returns(  # noqa: PLR0913 - each keyword is one value of the event
        self,
        by: str,
        item: str,
        values: Mapping[str, Value],
        *slots: str,
        signatures: tuple[Signature, ...] = (),
        trusts: Mapping[str, Trust] | None = None,
        paper: bool = False,
        lacks: tuple[int, ...] = (),
        drift: tuple[Drift, ...] = (),
        uncompared: tuple[Uncompared, ...] = (),
        came: datetime | None = None,
    ) -> Plan:
        """Somebody sends the form of an item back, signed with a picture in `slots`."""
        found = self.item(item)
        mail = self.mail()
        return self.happen(
            FormReturned(
                at=self.now,
                mail=mail,
                by=at(by),
                item=found.id,
                form=found.form,
                version=1,
                answers=sure(values, trusts, paper=paper),
                signatures=(*signed(*slots), *signatures),
                document=FileRef(name="form.docx", digest=mail.strip("<>")),
                lacks=lacks,
                drift=drift,
                uncompared=uncompared,
                came=came,
            )
        )

    def judged(self, by: str, text: str, to: Send | None = None, **changes: object) -> Triage:
        """Return what triage makes of `text`, above any quotation, in reply to one of our letters."""
        lines = tuple(line.strip() for line in text.split("\n"))
        reply = (MessageId(f"<{to.key}>"),) if to is not None else ()
        mail = InboundMail(
            message_id=self.mail(),
            sender=at(by),
            sender_name="",
            to=(at("collab"),),
            cc=(),
            subject="回复",
            date=None,
            in_reply_to=reply,
            references=(),
            text=text,
            first_line=next((line for line in lines if line), ""),
            attachments=(),
            nature=Nature.PERSONAL,
            top=lines,
        )
        asking = {m: to.key for m in reply if to is not None and to.doubts}
        threads = {m: (CASE, to.item) for m in reply if to is not None}
        around = Surroundings(
            at=self.now,
            process=self.process,
            world=self.world,
            cases={CASE: self.case},
            threads=threads,
            numbers=() if to is not None else (CASE,),
            raw=FileRef(name="mail.eml", digest="raw"),
            asking=asking,
            understand=in_mail(self.world.directory, self.world.workdays.day_of(self.now)),
        )
        return triage(replace(mail, **changes), (), around)  # type: ignore[arg-type]  # a test may set any field

    def replies(self, by: str, text: str, to: Send | None = None) -> Plan:
        """Somebody answers one of our letters with `text`; what triage makes of it happens."""
        ((_, event),) = self.judged(by, text, to).events
        return self.happen(event)

    def says(self, by: str, keyword: Keyword, argument: str = "", item: str = "") -> Plan:
        """Somebody says a keyword, as an answer to the mail of `item` when one is named."""
        return self.happen(
            KeywordSaid(
                at=self.now,
                mail=self.mail(),
                by=at(by),
                keyword=keyword,
                argument=argument,
                item=self.item(item).id if item else None,
            )
        )

    def item(self, name: str) -> WorkItem:
        """Return the item called `name`; the message lists what there is."""
        found = self.case.item(name)
        assert found is not None, f"no item {name}, only {[i.id for i in self.case.items]}"
        return found

    def open_items(self) -> list[str]:
        """Return the names of the open items."""
        return [item.id for item in self.case.open_items()]

    def pass_until(self, moment: datetime) -> list[Plan]:
        """Let time pass: every timer strikes when it is due."""
        struck: list[Plan] = []
        while self.case.timers and self.case.timers[0].due <= moment:
            timer = self.case.timers[0]
            self.now = max(self.now, timer.due)
            struck.append(self.happen(TimerStruck(at=self.now, timer=timer.key)))
        self.now = max(self.now, moment)
        return struck

    def days_pass(self, days: float) -> list[Plan]:
        """Let some days pass."""
        return self.pass_until(self.now + timedelta(days=days))

    def sealed(self) -> Plan:
        """The archive that was asked for stands."""
        archive = FileRef(name="新品上市-2026-04-01.zip", digest="0" * 64)
        return self.happen(ArchiveSealed(at=self.now, archive=archive))


def letters(plan: Plan, name: str = "") -> list[Send]:
    """Return the letters of a plan, only those called `name` when it is given."""
    return [e for e in plan.effects if isinstance(e, Send) and name in {"", e.letter}]


def says(**values: Value) -> Mapping[str, Value]:
    """Return what a form says."""
    return values


def names(plan: Plan) -> list[str]:
    """Return what letters a plan sends."""
    return [send.letter for send in letters(plan)]


REQUEST: dict[str, Value] = {
    "project_name": "新品上市",
    "profile": "project",
    "department": "市场部",
    "date": date(2026, 3, 2),
    "background": "抢占夏季市场",
    "goals": "六月上市",
    "departments": (
        {"department": "研发部", "asked": "完成样机"},
        {"department": "生产部", "asked": "安排试产"},
    ),
    "expected": "新品按期上市",
    "completion": date(2026, 4, 17),
    "milestones": ({"milestone": "样机评审", "day": date(2026, 3, 16)},),
    "liaison": at("zhang"),
    "kickoff": datetime(2026, 3, 6, 14),  # noqa: DTZ001 - wall-clock time at the site, as forms hold it
}

TASKS: tuple[Row, ...] = (
    {
        "no": "1",
        "task": "样机",
        "responsible": at("liu"),
        "accountable": at("li"),
        "standard": "通过评审",
        "start": date(2026, 3, 9),
        "end": date(2026, 3, 20),
    },
    {
        "no": "2",
        "task": "试产",
        "responsible": at("yang"),
        "accountable": at("chen"),
        "standard": "良率 95%",
        "start": date(2026, 3, 25),
        "end": date(2026, 4, 3),
        "depends_on": "1",
    },
)

MINUTES: dict[str, Value] = {
    "held_at": datetime(2026, 3, 6, 14),  # noqa: DTZ001 - as above
    "present": at("zhang"),
    "decisions": "按计划推进",
    "actions": ({"what": "采购物料", "who": at("yang"), "when": date(2026, 3, 10), "done": False},),
}

CONFIRM: dict[str, Value] = {"conclusion": "confirm", "people": "2人", "time": "两周", "authority": "可决定"}


def requested(**changes: Value) -> Course:
    """Return a course whose request has been accepted."""
    course = Course()
    course.begin()
    course.returns("zhang", "request//1", REQUEST | changes, "initiating_head")
    return course


def planned() -> Course:
    """Return a course that waits for its task breakdown."""
    course = requested()
    course.returns("li", "confirm/研发部/1", CONFIRM | {"lead": at("liu")}, "head")
    course.returns("chen", "confirm/生产部/1", CONFIRM | {"lead": at("yang")}, "head")
    course.days_pass(4.3)
    course.returns("zhang", "kickoff/kickoff-1/1", MINUTES, "recorder")
    return course


def executing(tasks: tuple[Row, ...] = TASKS) -> Course:
    """Return a course in its execution, breakdown countersigned."""
    course = planned()
    course.returns("zhang", "breakdown//1", {"tasks": tasks})
    for head, department in (("li", "研发部"), ("chen", "生产部")):
        course.returns(head, f"countersign/{department}/1", {"tasks": tasks, "conclusion": "agree"}, "head")
    return course
