"""Everybody who may write to the clerk in anybody's name, and what should come of it: an independent oracle.

The oracle is written from process.md, cli.md and ADR 0026, and calls nothing of the core.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

from agent.core.decide import decide
from agent.core.desk import Surroundings
from agent.core.triage import triage
from agent.domain.authenticity import Authenticity, Standing
from agent.domain.case import Case, CaseId, FileRef
from agent.domain.effects import Send
from agent.domain.events import FormReturned, TimerStruck
from agent.domain.inbox import MailState, Triage
from agent.domain.keywords import Keyword
from agent.domain.mail import InboundMail, MessageId, Nature
from agent.domain.people import Role
from agent.domain.plans import World
from agent.domain.reading import Drift, DriftKind, Reading, Source
from agent.domain.sheets import Sheet, TokenStatus
from agent.domain.words import Language
from agent.domain.work_items import ItemId, ItemState
from tests.company import a_person, a_world, at, the_process
from tests.course import CASE, CONFIRM, Course, requested, signed, sure

SENDERS = ("li", "liu", "chen", "zhang", "wang", "qian", "zhou", "emma", "yang", "stranger")
"""li is asked (研发部), liu stands in for li, chen is asked (生产部), zhang began it, wang signed the
request, qian stands above li and chen, zhou coordinates, emma and yang have nothing to do with it."""

WORLDS = ("present", "away", "passed")
"""li is here; away, and liu stands in; away, and liu has got the form already."""

SHEETS = ("own", "other", "no_case", "wrong_form", "unknown", "absent")
"""The token is that of li's sheet, of chen's, of a case we never had, of another form for li's item; it is no
token of ours; there is none."""

STATES = ("open", "answered", "superseded", "suspended", "ended")
"""How li's item stands; the last two are of the whole case."""

OWN, OTHER = ItemId("confirm/研发部/1"), ItemId("confirm/生产部/1")
NEWER = ItemId("confirm/研发部/2")
OURS = MessageId("<ours@example.com>")

REFUSALS = frozenset(
    {
        *("not_entitled", "superseded_form", "already_answered", "strange_form", "closed_case", "suspended"),
        *("unknown_case", "altered", "not_understood"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a mail."""

    state: MailState
    refusals: frozenset[str] = frozenset()
    moved: bool = False


@cache
def scene(world: str, state: str) -> tuple[Case, World]:
    """Return a case whose departments are asked, in one of its states, and the world of that day."""
    course = requested()
    liu_deputises = a_person("李娜", "li", "研发部", Role.HEAD, above="qian", deputy="liu")
    day = course.now.date()
    if world != "present":
        liu_deputises = replace(liu_deputises, absent_from=day, absent_until=day + timedelta(days=9))
    course.world = a_world(liu_deputises)
    if world == "passed":
        course.happen(TimerStruck(at=course.now, timer="stale"))
        assert course.item(OWN).holder == at("liu")
    if state == "answered":
        by = "liu" if world == "passed" else "li"
        course.returns(by, OWN, CONFIRM | {"lead": at("liu")}, "head")
        assert not course.item(OWN).is_open
    elif state in {"suspended", "ended"}:
        course.says("zhou", Keyword.SUSPEND if state == "suspended" else Keyword.CANCEL)
    case = course.case
    if state == "superseded":
        old = course.item(OWN)
        items = [replace(i, state=ItemState.VOID, closed=course.now) if i == old else i for i in case.items]
        case = replace(case, items=(*items, replace(old, id=NEWER, round=2)))
    return case, course.world


def a_mail(sender: str, standing: Standing, line: str = "请见附件", *, replies: bool = False) -> InboundMail:
    """Build a mail in the name of `sender`."""
    return InboundMail(
        message_id=MessageId("<in@example.com>"),
        sender=at(sender),
        sender_name="",
        to=(at("collab"),),
        cc=(),
        subject="Fw: 需求确认",
        date=None,
        in_reply_to=(OURS,) if replies else (),
        references=(),
        text=line,
        first_line=line,
        top=(line,),
        attachments=(),
        nature=Nature.PERSONAL,
        authenticated=Authenticity(standing=standing, why=("no_signature",)),
    )


def a_reading(sheet: str, *, drift: bool = False) -> Reading:
    """Build the reading of a signed confirmation, all fields right, on one of the sheets."""
    case = CaseId("XT-2026-0999") if sheet == "no_case" else CASE
    item = OTHER if sheet == "other" else OWN
    form = "request" if sheet == "wrong_form" else "confirmation"
    status = {"unknown": TokenStatus.UNKNOWN, "absent": TokenStatus.ABSENT}.get(sheet, TokenStatus.VALID)
    known = Sheet(case=case, item=item, form=form, version=1, language=Language.ZH)
    return Reading(
        file="需求确认函.docx",
        digest="doc",
        source=Source.DOCX,
        form=form,
        version=1,
        sheet=known if status is TokenStatus.VALID else None,
        token=status,
        answers=sure(CONFIRM | {"lead": at("liu")}),
        signatures=signed("head"),
        drift=(Drift(kind=DriftKind.CHANGED, sent="确认", returned="不确认"),) if drift else (),
    )


def judged(  # noqa: PLR0913 - a mail, the case it meets, and how
    mail: InboundMail,
    readings: tuple[Reading, ...],
    case: Case,
    world: World,
    *,
    replies: bool = False,
    released: bool = False,
) -> tuple[Triage, Outcome, Case]:
    """Let triage and the case decide; return what came of it, and the case afterwards."""
    around = Surroundings(
        at=Course().now,
        process=the_process(),
        world=world,
        cases={CASE: case},
        threads={OURS: (CASE, OWN)} if replies else {},
        numbers=(),
        documents={"doc": FileRef(name="需求确认函.docx", digest="doc")},
        raw=FileRef(name="mail.eml", digest="raw"),
        released=released,
    )
    said = triage(mail, readings, around)
    sent = {letter.letter for letter in said.letters}
    after = case
    for _, event in said.events:
        plan = decide(the_process(), after, event, world)
        after = plan.case
        answered = {e.letter for e in plan.effects if isinstance(e, Send) and e.answers == mail.message_id}
        sent |= answered
        if isinstance(event, FormReturned) and plan.case.item(event.item) is not None:
            assert plan.effects, "whoever sends a form hears of it"
    outcome = Outcome(
        state=said.state, refusals=frozenset(sent & REFUSALS), moved=_standing(after) != _standing(case)
    )
    return said, outcome, after


def _standing(case: Case) -> object:
    items = tuple((item.id, item.state) for item in case.items)
    return case.status, case.stage, case.filings, case.held, items


# ---------------------------------------------------------------------- the oracle


def in_case(sender: str, world: str, state: str) -> bool:
    """Say whether a sender has anything to do with the case."""
    if (
        sender == "liu"
    ):  # as long as something is asked of li, once it was passed on, and as the lead named then
        asked = world == "away" and state in {"open", "superseded", "suspended"}
        return asked or world == "passed" or state == "answered"
    return sender in {"li", "chen", "zhang", "wang", "zhou"}


def is_doubtful(standing: Standing) -> bool:
    return standing in {Standing.UNPROVEN, Standing.FORGED}


def of_form(  # noqa: PLR0913 - one line of the table after the other
    standing: Standing, sender: str, sheet: str, state: str, world: str, *, drift: bool, released: bool
) -> Outcome:
    """Return what a returned form must come to."""
    silent = Outcome(state=MailState.DONE if released else MailState.REVIEW)
    if sender == "stranger":
        return silent
    if is_doubtful(standing) and not released:
        return silent
    if sheet in {"unknown", "absent"}:  # strange, but for a coordinator who lets it through with no case
        refusals = frozenset() if released else frozenset({"strange_form"})
        return replace(silent, refusals=refusals)
    if sheet == "no_case":
        return Outcome(state=MailState.DONE, refusals=frozenset({"unknown_case"}))
    if not in_case(sender, world, state):
        return Outcome(state=MailState.DONE, refusals=frozenset({"not_entitled"}))
    if drift and not released:
        return Outcome(state=MailState.REVIEW, refusals=frozenset({"altered"}))
    refusal = _refusal(sender, sheet, state, world)
    if refusal:
        return Outcome(state=MailState.DONE, refusals=frozenset({refusal}))
    return Outcome(state=MailState.DONE, moved=True)


def _refusal(sender: str, sheet: str, state: str, world: str) -> str:
    """Return by which letter the case refuses a form of a sender who is in it; empty when it is taken."""
    if state == "ended":
        return "closed_case"
    if sheet == "wrong_form":
        return "superseded_form"
    if sheet == "own" and state not in {"open", "suspended"}:
        return "already_answered" if state == "answered" else "superseded_form"
    entitled = {"chen"} if sheet == "other" else {"li"} if world == "present" else {"li", "liu"}
    if sender not in entitled:
        return "not_entitled"
    return "suspended" if state == "suspended" else ""


KEYWORDS = (
    *(Keyword.SUSPEND, Keyword.RESUME, Keyword.CANCEL, Keyword.WITHDRAW, Keyword.HURRY, Keyword.STATUS),
    *(Keyword.RELEASE, Keyword.DROP, Keyword.RETRY),
)

COORDINATES = frozenset({Keyword.SUSPEND, Keyword.RESUME, Keyword.CANCEL})
OPERATES = frozenset({Keyword.RELEASE, Keyword.DROP, Keyword.RETRY})


def of_keyword(
    standing: Standing, sender: str, keyword: Keyword, state: str, world: str
) -> tuple[bool, bool]:
    """Return whether a keyword said to the case moves it, and whether it works the review list."""
    if sender == "stranger" or is_doubtful(standing):
        return False, False
    if keyword in OPERATES:
        return False, sender == "zhou"
    if not in_case(sender, world, state) or state == "ended":
        return False, False
    if keyword is Keyword.RESUME:
        return sender == "zhou" and state == "suspended", False
    if keyword in {Keyword.SUSPEND, Keyword.CANCEL}:
        return sender == "zhou" and not (keyword is Keyword.SUSPEND and state == "suspended"), False
    if keyword is Keyword.WITHDRAW:
        return sender in {"zhou", "zhang"} and state != "suspended", False
    return False, False
