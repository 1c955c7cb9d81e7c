"""The staff: they look into their mail, do what their habits tell them, and write to the clerk.

They see nothing but the mails that were sent to them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from agent.demo import handwriting
from agent.demo.cast import ACTORS, Actor, actor_at
from agent.demo.habits import Habit
from agent.demo.seen import Seen, look_at
from agent.demo.word import Paper
from agent.demo.writing import Draft, write
from agent.domain.words import Language, Words
from agent.domain.workdays import Workdays

_ASKS = ("怎么回复", "How to answer")
"""The heading in a letter whose reader is asked for a form that came along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """What somebody did, and when the clerk gets it."""

    at: datetime
    who: str
    department: Words
    what: Words | None
    """None for what everybody does without a word."""
    habits: tuple[Habit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One mail in front of one person."""

    who: Actor
    mail: Seen
    form: str
    """The form that is asked of them, empty when none is."""
    times: int
    """How often this person was asked for this form, this time included."""
    now: datetime
    staff: "Staff"

    def paper(self) -> Paper:
        """Open the form that came along."""
        return Paper(*self.mail.papers[0])

    def says(self, words: Words) -> str:
        """Return `words` in the language that this person writes."""
        return words.in_(self.who.language(self.staff.company))

    def name(self, key: str) -> str:
        """Return a colleague's name."""
        return ACTORS[key].name.in_(self.staff.company)

    def day(self, workdays: int) -> date:
        """Return the workday that many workdays from today."""
        return self.staff.calendar.add(self.staff.calendar.day_of(self.now), workdays)

    def sign(self, paper: Paper, slot: str, by: str = "", *, after: int = 0) -> None:
        """Sign with a picture, or let `by` sign; the day is `after` workdays from now."""
        paper.sign(slot, handwriting.signature(by or self.who.key), self.day(after))

    def reply(  # noqa: PLR0913 - what makes one reply unlike the next
        self,
        words: Words,
        *,
        after: int,
        at: str,
        what: Words | None = None,
        paper: Paper | None = None,
        files: tuple[tuple[str, bytes], ...] = (),
        habit: Habit | tuple[Habit, ...] | None = None,
        draft: Draft | None = None,
        is_told: bool = True,
    ) -> None:
        """Answer this mail `after` workdays from now, at a wall-clock time, with the form if given."""
        said = self.says(words)
        if draft is None:
            own = ((paper.name, paper.save()),) if paper is not None else ()
            draft = Draft(words=said, files=(*own, *files))
        if what is None:
            title = self.staff.titles[self.form]
            what = Words(zh=f"交回《{title.zh}》", en=f"returns the {title.en}")
        moment = self.staff.moment(self.now, after, at)
        self.staff.send(
            self.who, draft, moment, answers=self.mail, what=what if is_told else None, habit=habit
        )

    def say(self, line: str, *, after: int, at: str, what: Words, habit: Habit | None = None) -> None:
        """Answer with a keyword alone on the first line."""
        draft = Draft(words=line, is_greeted=False)
        self.reply(Words.same(line), after=after, at=at, what=what, habit=habit, draft=draft)


Script = Callable[[Desk], None]


@dataclass
class Staff:
    """Everybody with their habits; `look` is called whenever the clerk has done all that there was to do."""

    mail: Path
    """The folder with Inbox and Sent."""
    company: Language
    calendar: Workdays
    titles: Mapping[str, Words]
    """The forms with the titles that are printed on them."""
    script: Script
    tell: Callable[[Did, Words], None]
    seen: int = 0
    """How many of the clerk's mails have been looked at."""
    sent: int = 0
    coming: list[Did] = field(default_factory=list)
    done: set[Habit] = field(default_factory=set)
    meant: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """What somebody wrote on paper, by person: ends of labels, and the right words."""
    kept: dict[str, Paper] = field(default_factory=dict)
    """Forms that somebody keeps on the own computer."""
    noted: set[str] = field(default_factory=set)
    """What somebody wrote down to do once only."""
    _taken: set[datetime] = field(default_factory=set)
    """No two mails come in the same minute: whoever reads along sees which answer belongs to which."""
    _asked: dict[tuple[str, str], int] = field(default_factory=dict)

    def look(self, now: datetime) -> bool:
        """Read what is new and answer it; say whether a mail arrives right now."""
        self.report(now)
        before = self.sent
        for path in sorted(self.mail.joinpath("Sent").glob("*.eml"))[self.seen :]:
            self.seen += 1
            mail = look_at(path.read_bytes())
            for address in mail.to:
                actor = actor_at(address)
                if actor is not None:
                    self.script(self._desk(actor, mail, now))
        return any(did.at <= now for did in self.coming) if self.sent > before else False

    def report(self, now: datetime) -> None:
        """Tell what has arrived by now."""
        for did in sorted((d for d in self.coming if d.at <= now), key=lambda d: d.at):
            self.coming.remove(did)
            if did.what is not None:
                self.tell(did, did.what)
            self.done.update(did.habits)

    def moment(self, now: datetime, after: int, at: str) -> datetime:
        """Return the wall-clock time `at` on the workday `after` workdays from `now`, never before it."""
        day = self.calendar.add(self.calendar.day_of(now), after)
        moment = self.calendar.moment(day, time.fromisoformat(at))
        moment = max(moment, now + timedelta(minutes=7))
        while moment in self._taken:
            moment += timedelta(minutes=1)
        self._taken.add(moment)
        return moment

    def send(  # noqa: PLR0913 - a mail and what is told of it
        self,
        who: Actor,
        draft: Draft,
        at: datetime,
        *,
        answers: Seen | None = None,
        what: Words | None,
        habit: Habit | tuple[Habit, ...] | None = None,
    ) -> None:
        """Put a mail into the clerk's Inbox, dated when it arrives."""
        self.sent += 1
        local = at.astimezone(self.calendar.zone)
        raw = write(draft, by=who, company=self.company, at=local, number=self.sent, answers=answers)
        name = f"{local:%m%d-%H%M} {self.sent:03} {who.key}.eml"
        fresh = self.mail / "Inbox" / f".{name}.new"
        fresh.write_bytes(raw)
        fresh.rename(self.mail / "Inbox" / name)
        habits = habit if isinstance(habit, tuple) else (habit,) if habit is not None else ()
        did = Did(at=at, who=who.name.in_(self.company), department=who.department, what=what, habits=habits)
        self.coming.append(did)

    def _desk(self, actor: Actor, mail: Seen, now: datetime) -> Desk:
        form = self._form(mail)
        times = 0
        if form:
            times = self._asked[actor.key, form] = self._asked.get((actor.key, form), 0) + 1
        return Desk(who=actor, mail=mail, form=form, times=times, now=now, staff=self)

    def _form(self, mail: Seen) -> str:
        """Return the form that the mail asks its reader for; none when it asks about one that came back."""
        if mail.asked or not mail.papers or not any(each in mail.text for each in _ASKS):
            return ""
        printed = Paper(*mail.papers[0]).title
        named = (form for form, title in self.titles.items() if printed in {title.zh, title.en})
        return next(named, "")
