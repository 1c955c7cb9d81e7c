"""Staff of a company: whatever the clerk sends them, they do something about it.

What somebody does about a letter follows from the seed and the letter alone, never from the order in which
letters happen to leave: the same seed gives the same people.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import getaddresses

from agent.domain.mail import MeetingAnswer
from agent.domain.people import Directory
from agent.domain.process import Process
from agent.domain.sheets import TokenStatus
from parsers.known import Known
from parsers.reading import read_document
from tests import mails
from tests.soak.doing import HABITS, Hands, Task
from tests.soak.ledger_facts import AGAIN, OVER
from tests.soak.letters import head_of, parsed
from tests.soak.papers import Paper
from tests.soak.pen import Pen, proven
from tests.soak.post import Mail, Transmission
from tests.soak.town import CLERK, STRANGER, Town

_MOST_TRIES = 6
_KEEPS_OLD = 0.5
"""How often somebody who has an older sheet sends that one first."""
_SIGNED_BY_ALL = "countersign/"
_REFUSED = 0.15
"""How often a plan is not signed: then it is amended, and who had signed may have to sign again."""
_LATE = re.compile("逾期|overdue")
_ASKS = re.compile("请确认《|请核对签字|Please confirm|Please look at a signature")
_UID = re.compile(rb"UID:(\S+)")
_STEERS = {"重发": AGAIN, "撤回": OVER, "取消": OVER}


@dataclass
class Staff:
    """See the module."""

    town: Town
    seed: int
    process: Process
    directory: Directory
    secret: bytes
    polite: bool = False
    """In the last weeks everybody answers at once, and rightly."""
    in_turn: bool = False
    """Each habit in its turn, where it is else left to chance."""
    _turns: list[str] = field(default_factory=list)
    _desks: dict[tuple[str, str], tuple[EmailMessage, Paper]] = field(default_factory=dict)
    """The forms that lie on somebody's desk, by case and reader, and by name."""
    _issued: dict[str, list[Paper]] = field(default_factory=dict)
    """By step, subject and reader, every sheet that came."""
    _tries: dict[str, int] = field(default_factory=dict)
    _free: dict[str, datetime] = field(default_factory=dict)
    """By sheet and reader, from when on another copy is answered anew."""
    _initiators: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Give them hands."""
        people = {str(person.address): person for person in self.directory.people}
        self._pen = Pen(self.town, self.seed)
        self._hands = Hands(self.town, self._pen, self.process, people, self._initiators)

    def receive(self, letter: Transmission, now: datetime) -> Iterator[Mail]:
        """Yield what the readers of a letter will send because of it."""
        mail = parsed(letter.content)
        if mail["X-Formclerk-Canary"]:
            yield Mail(now, letter.content, "canary", machine=True)
            return
        chance = random.Random(f"{self.seed}/{letter.message_id}/{letter.recipients}")  # noqa: S311
        ((_, who), *_) = getaddresses([str(mail["To"])])
        desk = f"{mail['X-Formclerk-Case']} {mail['To']}"
        head = head_of(mail)
        self._hands.older.setdefault(who, []).append(head)
        if _ASKS.search(str(mail["Subject"])):
            yield self._hands.confirm(head, who, now)
            return  # the form comes with it, for those who would rather write it anew
        for paper in self._papers(mail, now):
            self._desks[desk, paper.name] = head, paper
            yield from self._form(head, paper, who, now, chance)
        if _LATE.search(subject := str(mail["Subject"])):
            # What was sent while the case slept was not taken: whoever is reminded sends it again.
            for (whose, name), (old, paper) in tuple(self._desks.items()):
                title = name.removesuffix(".docx").partition(" ")[2]
                if _plain(title) in _plain(subject) and whose == desk:
                    yield from self._form(old, paper, who, now, chance)
        if found := _UID.search(_calendar(mail)):
            yield from self._invited(found[1].decode(), letter, now, chance)

    def begins(self, who: str, number: int, at: datetime) -> Mail:
        """Return the mail with which somebody begins a case."""
        name = f"<begin-{self.seed}-{number}@example.com>"
        return Mail(at, self._pen.write(who, at, name, subject="发起协同", text="\n"), "begins a case")

    def nonsense(self, kind: str, number: int, at: datetime) -> Mail:
        """Return a mail that has nothing to do with anything."""
        name = f"<{kind.replace(' ', '-')}-{self.seed}-{number}@elsewhere.example>"
        write = self._pen.write
        match kind:
            case "stranger":
                text = "请问贵司是否需要办公用品？\n"
                content = write(STRANGER, at, name, subject="合作", text=text)
            case "list mail":
                head = {"List-Id": "<news.elsewhere.example>", "Precedence": "bulk"}
                content = write("news@elsewhere.example", at, name, subject="本周要闻", headers=head)
                return Mail(at, content, kind, machine=True)
            case "loop":
                head = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
                content = write("robot@elsewhere.example", at, name, subject="Re: 请填写", headers=head)
                return Mail(at, content, kind, machine=True)
            case _:
                content = write("zhang@example.com", at, name, subject="闲聊", text="中午吃什么？\n")
        return Mail(at, content, kind)

    def says(self, word: str, case: str, who: str, number: int, at: datetime) -> Mail:
        """Return the mail with which somebody steers a case by a keyword."""
        name = f"<word-{self.seed}-{number}-{who}>"
        content = self._pen.write(who, at, name, subject=f"[{case}]", text=f"{word}\n")
        return Mail(at, content, _STEERS.get(word, "keyword"))

    # ------------------------------------------------------------------ forms

    def _papers(self, letter: EmailMessage, now: datetime) -> Iterator[Paper]:
        """Yield the forms of a letter that its reader is to fill in."""
        files = {
            part.get_filename() or "": part.get_payload(decode=True) for part in letter.iter_attachments()
        }
        today = self.town.local(now).date()
        known = Known(forms=self.process.forms, directory=self.directory, secret=self.secret, today=today)
        for name, content in files.items():
            if not name.endswith(".docx") or not isinstance(content, bytes):
                continue
            (reading, *_) = read_document(content, name, known)
            if reading.sheet is None or reading.token is not TokenStatus.VALID:
                continue
            step = reading.sheet.item.partition("/")[0]
            is_asked = step in self.process.steps or step in self.process.ladders  # else a copy to read
            if is_asked and not self.process.forms[reading.form].compiled:
                pdf = files.get(f"{name.removesuffix('.docx')}.pdf")
                yield Paper(name, content, pdf if isinstance(pdf, bytes) else b"", reading)

    def _form(
        self, letter: EmailMessage, paper: Paper, who: str, now: datetime, chance: random.Random
    ) -> Iterator[Mail]:
        if paper.reading.form == "request":
            self._initiators.setdefault(str(letter["X-Formclerk-Case"]), who)
        sheet = f"{paper.reading.sheet}/{who}"
        if now < self._free.get(sheet, now):
            return  # the answer is on its way
        tries = self._tries[sheet] = self._tries.get(sheet, 0) + 1
        if tries > _MOST_TRIES:
            return
        hours = timedelta(minutes=chance.randint(5, 360 if self.polite else 1200))
        task = Task(letter=letter, paper=paper, who=who, now=now, hours=hours, chance=chance)
        task = replace(task, habit="on time" if tries > 1 else self._habit(task))
        made = (*self._old(task), *self._hands.do(task))
        self._free[sheet] = max((each.at for each in made), default=now)
        yield from made

    def _old(self, task: Task) -> Iterator[Mail]:
        """Yield the sheet that this one has replaced, from somebody who took the wrong one."""
        assert task.paper.reading.sheet is not None
        seat, _, _ = task.paper.item.rpartition("/")
        issued = self._issued.setdefault(f"{task.paper.reading.sheet.case} {seat} {task.who}", [])
        older = [each for each in issued if each.item != task.paper.item]
        if len(older) == len(issued):
            issued.append(task.paper)
            keeps = self.in_turn or (not self.polite and task.chance.random() < _KEEPS_OLD)
            if older and keeps:
                yield self._hands.send_old(replace(task, paper=older[-1]))

    def _habit(self, task: Task) -> str:
        if self.in_turn and (not self.polite or self._turns):
            return self._next(task)
        if self.polite:
            return "on time"
        if task.paper.item.startswith(_SIGNED_BY_ALL) and task.chance.random() < _REFUSED:
            return "contrary"
        names, weights = zip(*HABITS, strict=True)
        habit = str(task.chance.choices(names, weights)[0])
        return habit if self._hands.fits(habit, task) else "on time"

    def _next(self, task: Task) -> str:
        """Return the next habit that can be shown with a form; each is shown once before any comes again."""
        self._turns = self._turns or [str(name) for name, _ in reversed(HABITS)]
        wanted = ["contrary"] if task.paper.item.startswith(_SIGNED_BY_ALL) else []
        turns = [each for each in (*wanted, *self._turns) if each in self._turns]
        found = next((habit for habit in turns if self._hands.fits(habit, task)), "on time")
        if found in self._turns:
            self._turns.remove(found)
        return found

    def _invited(self, uid: str, sent: Transmission, now: datetime, chance: random.Random) -> Iterator[Mail]:
        for who in sent.recipients:
            says = chance.choices(
                (None, MeetingAnswer.ACCEPTED, MeetingAnswer.DECLINED, MeetingAnswer.TENTATIVE), (6, 2, 1, 1)
            )[0]
            if says is not None and not self.polite:
                at = self.town.at_work(now + timedelta(minutes=chance.randint(10, 600)))
                reply = mails.a_meeting_reply(uid=uid, sender=who, answer=says, to=CLERK)
                yield Mail(at, proven(reply), "meeting reply")


def _plain(text: str) -> str:
    return "".join(each for each in text if each.isalnum())


def _calendar(letter: EmailMessage) -> bytes:
    for part in letter.walk():
        if part.get_content_type() == "text/calendar":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return content.replace(b"\r\n ", b"")
    return b""
