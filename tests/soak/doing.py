"""What people do with a form: on time, late, wrongly, twice, from the wrong desk, by machine."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from enum import Enum

from agent.domain.forms import Kind
from agent.domain.people import Person, Role
from agent.domain.process import Process
from tests import mails
from tests.certificates import Identity
from tests.soak import papers
from tests.soak.answering import Intent, answered
from tests.soak.ledger_facts import AGAIN, Said
from tests.soak.papers import Answered, Paper
from tests.soak.pen import Pen, proven
from tests.soak.post import Mail
from tests.soak.town import BYSTANDERS, CLERK, HELPER, STRANGER, Town
from tests.typed import field_of

HABITS = (
    ("on time", 40),
    ("late", 12),
    ("very late", 3),
    ("missing fields", 6),
    ("unsigned", 4),
    ("contrary", 8),
    ("forwarded", 4),
    ("spoofed", 4),
    ("out of office", 3),
    ("away, with deputy", 2),
    ("bounced", 3),
    (AGAIN, 4),
    ("sent again", 4),
    ("handed over", 3),
    ("as PDF", 12),
    ("as PDF that shows other words", 3),
    ("another's certificate", 3),
    ("in an older thread", 5),
    ("two at once", 5),
    ("forwarded whole", 4),
)
"""What people do with the first copy of a sheet, and how often."""
OLD = "an old sheet"
"""What a mail is that brings a sheet which a newer one has replaced."""

CONFIRMS = "confirms"
"""What a mail is that answers what the clerk was not sure of."""

_GOOD = Intent()
_TOLD = frozenset({Kind.TEXT, Kind.CHOICE, Kind.PERSON, Kind.DEPARTMENT})
"""Kinds of values that are kept as they were typed."""


class Way(Enum):
    """In which file somebody answers, and signed by whom."""

    WORD = "word"
    PDF = "pdf"
    BADLY_DRAWN = "badly drawn"
    """As PDF by a program that cannot draw Chinese: it must be asked about."""
    FORGED = "forged"
    """As PDF, signed with the certificate of somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A form that came to somebody, and when they will see to it."""

    letter: EmailMessage
    paper: Paper
    who: str
    now: datetime
    hours: timedelta
    chance: random.Random
    habit: str = "on time"


@dataclass
class Hands:
    """See the module."""

    town: Town
    pen: Pen
    process: Process
    people: Mapping[str, Person]
    initiators: Mapping[str, str]
    """Who began each case."""
    older: dict[str, list[EmailMessage]] = field(default_factory=dict)
    """The letters that each reader has had."""
    tasks: dict[str, list[Task]] = field(default_factory=dict)
    """What each reader was asked before."""

    def fits(self, habit: str, task: Task) -> bool:
        """Say whether somebody can do that with this form."""
        said = self._said(task, task.now, _GOOD)
        match habit:
            case "as PDF" | "as PDF that shows other words":
                return papers.has_room(task.paper, said)
            case "another's certificate":
                return bool(said.slots) and papers.has_room(task.paper, said)
            case "unsigned":
                return bool(said.slots)
            case "handed over":
                return task.who != HELPER
            case "contrary":
                return self._said(task, task.now, Intent(contrary=True)).values != said.values
            case "two at once":
                return any(each.paper.item != task.paper.item for each in self.tasks.get(task.who, ()))
            case "in an older thread":
                return len(self.older.get(task.who, ())) > 1
            case _:
                return True

    def do(self, task: Task) -> Iterator[Mail]:
        """Yield what somebody sends because of a form."""
        before = [each for each in self.tasks.get(task.who, ()) if each.paper.item != task.paper.item]
        self.tasks.setdefault(task.who, []).append(task)
        hours, chance = task.hours, task.chance
        match task.habit:
            case "late":
                yield self._answer(task, timedelta(days=chance.randint(3, 8)))
            case "very late":
                yield self._answer(task, timedelta(days=chance.randint(9, 16)))
            case "missing fields":
                yield self._answer(task, hours, Intent(flaw="gaps"))
            case "unsigned":
                yield self._answer(task, hours, Intent(flaw="unsigned"))
            case "contrary":
                yield self._answer(task, hours, Intent(contrary=True))
            case "as PDF":
                yield self._answer(task, hours, way=Way.PDF)
            case "as PDF that shows other words":
                yield self._answer(task, hours, way=Way.BADLY_DRAWN)
            case "in an older thread":
                older = chance.choice(self.older[task.who][:-1])
                yield self._answer(task, hours, under=older)
            case "forwarded whole":
                good = self._answer(task, hours, by=BYSTANDERS[chance.randrange(len(BYSTANDERS))])
                at = self.town.at_work(good.at + timedelta(hours=1))
                whole = self.pen.forwarded(good.content, task.who, at)
                yield Mail(at, whole, task.habit, advances=True, said=self._noted(task, good.at))
            case "two at once":
                yield self._together(before[-1], task)
            case "sent again":
                yield self._answer(task, hours)
                yield self._answer(task, hours + timedelta(days=2))
            case _:
                yield from self._first(task)

    def confirm(self, letter: EmailMessage, who: str, now: datetime) -> Mail:
        """Return the word by which somebody says that what was read is right."""
        at = self.town.at_work(now + timedelta(hours=2))
        return Mail(at, self.pen.reply(letter, who, at, (), text="确认\n"), CONFIRMS)

    def send_old(self, task: Task) -> Mail:
        """Return the mail with which a sheet comes that a newer one has replaced."""
        at = self.town.at_work(task.now + task.hours / 2)
        name, content, _ = self._file(task, at, _GOOD, Way.WORD)
        return Mail(at, self.pen.reply(task.letter, task.who, at, ((name, content),)), OLD)

    def _first(self, task: Task) -> Iterator[Mail]:
        """Yield what comes before an answer, and the answer."""
        hours, who, letter = task.hours, task.who, task.letter
        match task.habit:
            case "forwarded":
                yield self._answer(task, hours, by=BYSTANDERS[task.chance.randrange(len(BYSTANDERS))])
                yield self._answer(task, hours + timedelta(days=1))
            case "spoofed":
                name = f"<spoof-{task.chance.randrange(10**9)}@elsewhere.example>"
                yield self._answer(task, hours, proof="fail", name=name)
                yield self._answer(task, hours, by=STRANGER)
                yield self._answer(task, hours + timedelta(hours=3))
            case "another's certificate":
                yield self._answer(task, hours, way=Way.FORGED)
                yield self._answer(task, hours + timedelta(days=1))
            case "out of office" | "away, with deputy":
                yield from self._away(task)
            case "bounced":
                bounce = mails.a_bounce(to=CLERK, failed=who, of=str(letter["Message-ID"]))
                good = self._answer(task, hours + timedelta(days=2))
                yield Mail(good.at - timedelta(days=2), bounce, task.habit, machine=True)
                yield good
            case "handed over":
                at = self.town.at_work(task.now + hours)
                text = f"转办 {HELPER}\n"
                yield Mail(at, self.pen.reply(letter, who, at, (), text=text), task.habit)
            case habit if habit == AGAIN:
                at = (good := self._answer(task, hours + timedelta(days=1))).at - timedelta(hours=5)
                yield Mail(at, self.pen.reply(letter, who, at, (), text="重发\n"), AGAIN)
                yield good
            case _:
                yield self._answer(task, hours)

    def _away(self, task: Task) -> Iterator[Mail]:
        """Yield an out-of-office reply, perhaps with a day and a deputy, and the answer after the return."""
        days = task.chance.randint(2, 5)
        good = self._answer(task, timedelta(days=days))
        text = "我在外出差，回来后处理。\n"
        deputy = self._deputy(task.who)
        if task.habit != "out of office" and deputy is not None:
            back = self.town.local(good.at).date()
            text = f"我正在休假，{back.month} 月 {back.day} 日回来。紧急事宜请联系{deputy.name}。\n"
        reply = mails.an_out_of_office(
            sender=task.who,
            to=CLERK,
            subject=f"自动答复: {task.letter['Subject']}",
            text=text,
            in_reply_to=str(task.letter["Message-ID"]),
        )
        at = min(task.now + timedelta(minutes=1), good.at)
        yield Mail(at, proven(reply), task.habit, machine=True)
        yield good

    def _deputy(self, who: str) -> Person | None:
        """Return a colleague of the same department."""
        own = self.people.get(who)
        mates = (p for p in self.people.values() if own is not None and p.department == own.department)
        return next((p for p in mates if p is not own), None)

    # ------------------------------------------------------------------ answers

    def _answer(  # noqa: PLR0913 - an answer can be odd in that many ways
        self,
        task: Task,
        after: timedelta,
        intent: Intent = _GOOD,
        *,
        by: str = "",
        way: Way = Way.WORD,
        under: EmailMessage | None = None,
        proof: str = "pass",
        name: str = "",
    ) -> Mail:
        at = self.town.at_work(task.now + after)
        sender = by or task.who
        file, content, whole = self._file(task, at, intent, way)
        letter = under if under is not None else task.letter
        mail = self.pen.reply(letter, sender, at, ((file, content),), proof=proof, name=name)
        good = sender == task.who and whole and proof == "pass" and way is not Way.FORGED
        return Mail(at, mail, task.habit, advances=good, said=self._noted(task, at, intent) if good else {})

    def _together(self, one: Task, other: Task) -> Mail:
        """Return one mail with two forms; the other may have been sent before."""
        at = self.town.at_work(other.now + other.hours)
        files = tuple(self._file(each, at, _GOOD, Way.WORD)[:2] for each in (one, other))
        mail = self.pen.reply(other.letter, other.who, at, files)
        said = {**self._noted(one, at), **self._noted(other, at)}
        return Mail(at, mail, "two at once", advances=True, said=said)

    def _file(self, task: Task, at: datetime, intent: Intent, way: Way) -> tuple[str, bytes, bool]:
        """Return the name and the bytes of a form filled in, and whether nothing is missing."""
        said = self._said(task, at, intent)
        if way is Way.WORD or not papers.has_room(task.paper, said):
            return task.paper.name, papers.in_word(task.paper, said), said.whole
        signers = {slot: self._certificate(task, slot, way) for slot in said.slots}
        name = f"{task.paper.name.removesuffix('.docx')}.pdf"
        return (
            name,
            papers.in_pdf(task.paper, said, signers, at, drawn_badly=way is Way.BADLY_DRAWN),
            said.whole,
        )

    def _said(self, task: Task, at: datetime, intent: Intent) -> Answered:
        # What somebody writes follows from the form and the day, not from how often it was asked for.
        chance = random.Random(f"{task.letter['Message-ID']}/{task.paper.item}/{intent}")  # noqa: S311
        return answered(task.paper, self.process, self.town.local(at).date(), intent, chance)

    def _noted(self, task: Task, at: datetime, intent: Intent = _GOOD) -> Said:
        """Return what the ledger is told of an answer."""
        said = self._said(task, at, intent)
        kinds = {place: field_of(said.form, place) for place in said.values}
        told = {
            place: str(value)
            for place, value in said.values.items()
            if (kind := kinds[place]) is not None and kind.kind in _TOLD
        }
        return {task.paper.item: told}

    def _certificate(self, task: Task, slot: str, way: Way) -> Identity:
        """Return whose certificate signs a slot: the initiating head's, the sender's, or a bystander's."""
        who = task.who
        if slot == "initiating_head":
            first = self.people[self.initiators[str(task.letter["X-Formclerk-Case"])]]
            heads = (p for p in self.people.values() if Role.HEAD in p.roles)
            who = next(str(p.address) for p in heads if p.department == first.department)
        if way is Way.FORGED:
            who = BYSTANDERS[0]
        return papers.certified(self.people[who].name, who)
