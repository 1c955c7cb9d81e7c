"""Staff who answer on time, late, wrongly, twice, from the wrong desk, or by machine.

What somebody does about a letter follows from the seed and the letter alone, never from the order in which
letters happen to leave: the same seed gives the same people.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses
from typing import Any, TypeAlias

from agent.domain.mail import MeetingAnswer
from agent.domain.people import Directory
from agent.domain.process import Process
from agent.domain.sheets import TokenStatus
from parsers.known import Known
from parsers.reading import read_document
from tests import mails
from tests.soak.answering import Intent, filled
from tests.soak.ledger_facts import AGAIN
from tests.soak.post import Mail, Transmission
from tests.soak.town import BYSTANDERS, CLERK, HELPER, SERVER, STRANGER, Town

HABITS = (
    ("on time", 44),
    ("late", 12),
    ("very late", 3),
    ("missing fields", 6),
    ("unsigned", 4),
    ("contrary", 8),
    ("forwarded", 4),
    ("spoofed", 4),
    ("out of office", 4),
    ("bounced", 3),
    (AGAIN, 4),
    ("sent again", 4),
    ("handed over", 3),
)
"""What people do with the first copy of a sheet, and how often."""
_GOOD = Intent()
_MOST_TRIES = 6
_Answer: TypeAlias = Callable[..., "Mail"]
_LATE = re.compile("逾期|overdue")
_UID = re.compile(rb"UID:(\S+)")


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who got a form, and how long they take."""

    address: str
    now: datetime
    hours: timedelta
    chance: random.Random


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
    _shown: int = 0
    _papers: dict[tuple[str, str], tuple[EmailMessage, bytes]] = field(default_factory=dict)
    """The forms that lie on somebody's desk, by case and reader, and by name."""
    _tries: dict[str, int] = field(default_factory=dict)
    _free: dict[str, datetime] = field(default_factory=dict)
    """By sheet and reader, from when on another copy is answered anew."""
    _number: int = 0

    def receive(self, letter: Transmission, now: datetime) -> Iterator[Mail]:
        """Yield what the readers of a letter will send because of it."""
        mail = BytesParser(policy=policy.default).parsebytes(letter.content)
        assert isinstance(mail, EmailMessage)
        if mail["X-Formclerk-Canary"]:
            yield Mail(now, letter.content, "canary", machine=True)
            return
        chance = random.Random(f"{self.seed}/{letter.message_id}/{letter.recipients}")  # noqa: S311
        for part in mail.iter_attachments():
            name = part.get_filename() or ""
            content = part.get_payload(decode=True)
            if name.endswith(".docx") and isinstance(content, bytes):
                self._papers[f"{mail['X-Formclerk-Case']} {mail['To']}", name] = mail, content
                yield from self._form(mail, name, content, now, chance)
        if _LATE.search(subject := str(mail["Subject"])):
            # What was sent while the case slept was not taken: whoever is reminded sends it again.
            for (whose, name), (old, content) in tuple(self._papers.items()):
                title = name.removesuffix(".docx").partition(" ")[2]
                if _plain(title) in _plain(subject) and whose == f"{mail['X-Formclerk-Case']} {mail['To']}":
                    yield from self._form(old, name, content, now, chance)
        if found := _UID.search(_calendar(mail)):
            yield from self._invited(found[1].decode(), letter, now, chance)

    def begins(self, who: str, number: int, at: datetime) -> Mail:
        """Return the mail with which somebody begins a case."""
        name = f"<begin-{self.seed}-{number}@example.com>"
        return Mail(at, self._write(who, at, name, subject="发起协同", text="\n"), "begins a case")

    def nonsense(self, kind: str, number: int, at: datetime) -> Mail:
        """Return a mail that has nothing to do with anything."""
        name = f"<{kind.replace(' ', '-')}-{self.seed}-{number}@elsewhere.example>"
        match kind:
            case "stranger":
                text = "请问贵司是否需要办公用品？\n"
                content = self._write(STRANGER, at, name, subject="合作", text=text)
            case "list mail":
                head = {"List-Id": "<news.elsewhere.example>", "Precedence": "bulk"}
                content = self._write("news@elsewhere.example", at, name, subject="本周要闻", headers=head)
                return Mail(at, content, kind, machine=True)
            case "loop":
                head = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
                content = self._write("robot@elsewhere.example", at, name, subject="Re: 请填写", headers=head)
                return Mail(at, content, kind, machine=True)
            case _:
                content = self._write("zhang@example.com", at, name, subject="闲聊", text="中午吃什么？\n")
        return Mail(at, content, kind)

    def says(self, word: str, case: str, who: str, number: int, at: datetime) -> Mail:
        """Return the mail with which somebody steers a case by a keyword."""
        name = f"<word-{self.seed}-{number}-{who}>"
        what = AGAIN if word == "重发" else "keyword"
        return Mail(at, self._write(who, at, name, subject=f"[{case}]", text=f"{word}\n"), what)

    # ------------------------------------------------------------------ forms

    def _form(
        self, letter: EmailMessage, name: str, content: bytes, now: datetime, chance: random.Random
    ) -> Iterator[Mail]:
        today = self.town.local(now).date()
        known = Known(forms=self.process.forms, directory=self.directory, secret=self.secret, today=today)
        (reading, *_) = read_document(content, name, known)
        if reading.sheet is None or reading.token is not TokenStatus.VALID:
            return
        step = reading.sheet.item.partition("/")[0]
        if step not in self.process.steps and step not in self.process.ladders:
            return  # a copy to read
        if self.process.forms[reading.form].compiled:
            return
        ((_, who), *_) = getaddresses([str(letter["To"])])
        sheet = f"{reading.sheet}/{who}"
        if now < self._free.get(sheet, now):
            return  # the answer is on its way
        tries = self._tries[sheet] = self._tries.get(sheet, 0) + 1
        if tries > _MOST_TRIES:
            return
        habit = "on time" if tries > 1 or self.polite else self._habit(chance)

        def answer(after: timedelta, intent: Intent = _GOOD, by: str = who, **more: str) -> Mail:
            at = self.town.at_work(now + after)
            day = self.town.local(at).date()
            word, whole = filled(content, reading, self.process, day, intent, chance)
            good = by == who and whole and more.get("proof", "pass") == "pass"
            return Mail(at, self._reply(letter, by, at, ((name, word),), **more), habit, advances=good)

        hours = timedelta(minutes=chance.randint(5, 360 if self.polite else 1200))
        mails_ = tuple(self._doing(habit, answer, letter, _Reader(who, now, hours, chance)))
        self._free[sheet] = max((each.at for each in mails_), default=now)
        yield from mails_

    def _habit(self, chance: random.Random) -> str:
        names, weights = zip(*HABITS, strict=True)
        if self.in_turn:
            self._shown += 1
            return str(names[-(self._shown % len(names))])
        return str(chance.choices(names, weights)[0])

    def _doing(self, habit: str, answer: _Answer, letter: EmailMessage, to: _Reader) -> Iterator[Mail]:
        """Yield what somebody sends who answers, well or not."""
        hours, chance = to.hours, to.chance
        match habit:
            case "on time":
                yield answer(hours)
            case "late":
                yield answer(timedelta(days=chance.randint(3, 8)))
            case "very late":
                yield answer(timedelta(days=chance.randint(9, 16)))
            case "missing fields":
                yield answer(hours, Intent(flaw="gaps"))
            case "unsigned":
                yield answer(hours, Intent(flaw="unsigned"))
            case "contrary":
                yield answer(hours, Intent(contrary=True))
            case "forwarded":
                yield answer(hours, by=BYSTANDERS[chance.randrange(len(BYSTANDERS))])
                yield answer(hours + timedelta(days=1))
            case "spoofed":
                yield answer(hours, proof="fail", name=f"<spoof-{chance.randrange(10**9)}@elsewhere.example>")
                yield answer(hours, by=STRANGER)
                yield answer(hours + timedelta(hours=3))
            case "sent again":
                yield answer(hours)
                yield answer(hours + timedelta(days=2))
            case _:
                yield from self._first(habit, answer, letter, to)

    def _first(self, habit: str, answer: _Answer, letter: EmailMessage, to: _Reader) -> Iterator[Mail]:
        """Yield what comes before an answer, and the answer."""
        hours, who = to.hours, to.address
        match habit:
            case "out of office":
                at = (good := answer(timedelta(days=to.chance.randint(2, 5)))).at - timedelta(days=1)
                subject = f"自动答复: {letter['Subject']}"
                text = "我在外出差，回来后处理。\n"
                away = mails.an_out_of_office(
                    sender=who, to=CLERK, subject=subject, text=text, in_reply_to=str(letter["Message-ID"])
                )
                yield Mail(min(at, good.at), _proven(away), habit, machine=True)
                yield good
            case "bounced":
                bounce = mails.a_bounce(to=CLERK, failed=who, of=str(letter["Message-ID"]))
                good = answer(hours + timedelta(days=2))
                yield Mail(good.at - timedelta(days=2), bounce, habit, machine=True)
                yield good
            case "handed over" if who != HELPER:
                at = self.town.at_work(to.now + hours)
                yield Mail(at, self._reply(letter, who, at, (), text=f"转办 {HELPER}\n"), habit)
            case _:  # asked again
                at = (good := answer(hours + timedelta(days=1))).at - timedelta(hours=5)
                yield Mail(at, self._reply(letter, who, at, (), text="重发\n"), AGAIN)
                yield good

    def _invited(self, uid: str, sent: Transmission, now: datetime, chance: random.Random) -> Iterator[Mail]:
        for who in sent.recipients:
            says = chance.choices(
                (None, MeetingAnswer.ACCEPTED, MeetingAnswer.DECLINED, MeetingAnswer.TENTATIVE), (6, 2, 1, 1)
            )[0]
            if says is not None and not self.polite:
                at = self.town.at_work(now + timedelta(minutes=chance.randint(10, 600)))
                reply = mails.a_meeting_reply(uid=uid, sender=who, answer=says, to=CLERK)
                yield Mail(at, _proven(reply), "meeting reply")

    # ------------------------------------------------------------------ writing

    def _reply(  # noqa: PLR0913 - a mail has that many parts
        self,
        letter: EmailMessage,
        by: str,
        at: datetime,
        files: tuple[tuple[str, bytes], ...],
        *,
        text: str = "您好，表单已填好，请见附件。\n",
        proof: str = "pass",
        name: str = "",
    ) -> bytes:
        answered = str(letter["Message-ID"])
        self._number += 1
        return self._write(
            by,
            at,
            name or f"<reply-{self.seed}-{self._number}@example.com>",
            subject=f"Re: {letter['Subject']}",
            text=text,
            attachments=files,
            in_reply_to=answered,
            references=(answered,),
            proof=proof,
        )

    def _write(self, by: str, at: datetime, name: str, *, proof: str = "pass", **more: Any) -> bytes:  # noqa: ANN401
        moment = self.town.local(at)
        content = mails.a_mail(sender=by, to=(CLERK,), at=moment, message_id=name, **more)
        return _proven(content, proof, by.rpartition("@")[2])


def _plain(text: str) -> str:
    return "".join(each for each in text if each.isalnum())


def _proven(content: bytes, proof: str = "pass", domain: str = "example.com") -> bytes:
    """Return a mail with what the company's server says of its sender."""
    return f"Authentication-Results: {SERVER}; dmarc={proof} header.from={domain}\r\n".encode() + content


def _calendar(letter: EmailMessage) -> bytes:
    for part in letter.walk():
        if part.get_content_type() == "text/calendar":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return content.replace(b"\r\n ", b"")
    return b""
