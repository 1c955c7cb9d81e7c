"""One run of the simulator: a heap of what will happen, the real clerk in the middle, the ledger beside."""

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

from agent import config, packs, wiring
from tests.soak.clerk import Clerk, Clock, heard, lay_foundations
from tests.soak.course import Course, Played
from tests.soak.databases import Keep, SqliteFile
from tests.soak.doors import Death, Doors
from tests.soak.future import course_of_mails, taken_back
from tests.soak.ledger import Ledger
from tests.soak.ledger_facts import Once
from tests.soak.ledger_hours import Hours
from tests.soak.office import Office
from tests.soak.plan import FAULTS, Fault, faults
from tests.soak.post import Bringing, Mail, Weather, transmissions
from tests.soak.staff import Staff
from tests.soak.town import BUDGET, COORDINATOR, found
from tests.soak.trouble import Trouble

_PATIENCE = 90
"""Days that a case may still take after the last fault, when everybody answers."""
_CALM = timedelta(hours=3)
"""So long after the last fault everything has come to rest."""
_RESTART = timedelta(minutes=2)
_AGAIN = timedelta(minutes=20)
"""The product that cannot begin is started again after seconds; nothing is learned from counting them."""
_LATER = timedelta(hours=5)
"""After so long a fault is tried again for which there was no mail yet."""


@dataclass
class Run:
    """See the module."""

    course: Course
    folder: Path
    tell: Callable[[str], None] = lambda _: None
    """Told of each finding, and each evening of where the run stands."""
    kept_in: Keep = SqliteFile
    again: str = ""
    """The command that plays this run again."""
    findings: list[str] = field(default_factory=list)
    habits: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Found the company, and lay out its future."""
        seed = self.course.seed
        self._heap: list[tuple[datetime, int, Callable[[], None]]] = []
        self._hash = sha256()
        self._serial = self._files = self._sent = self._evenings = self._words = 0
        database = self.kept_in(self.folder, self._felt)
        self.town = found(self.folder, seed, database.url)
        secret = lay_foundations(self.town, seed)
        settings = config.load(self.town.settings)
        process = packs.load(settings.process.pack, settings.file.parent).process
        directory = wiring.world_of(settings)().directory
        self.clock = Clock(self.town.begin)
        self._looks_at = self._troubled_at = self._offset_at = self.town.begin
        doors, weather = Doors(database, self._felt), Weather(struck=self._felt)
        self.clerk = Clerk(self.town, self.clock, doors, weather, self.wrong, lambda _: None)
        self.trouble = Trouble(self.clerk, seed, self._deliver, self.wrong)
        self.staff = Staff(self.town, seed, process, directory, secret, in_turn=self.course.every_habit)
        once = Once(self.wrong)
        self.ledger = Ledger(
            folder=self.folder,
            store=database.address,
            people={str(person.address): person.department for person in directory.people},
            hours=Hours(self.town.zone, self.town.is_worked, BUDGET, once),
            tell=once,
        )
        self.office = Office(self.clerk, self.wrong)
        self._lay_out()

    def play(self) -> Played:
        """Play to the end: until every case has ended, or patience has."""
        with heard(self.wrong), self.clerk.doors.installed():
            try:
                self._reopen()
                while not self._is_over():
                    self._step()
                if self.course.to_the_end:
                    self.ledger.look(self.clock.now(), calm=True)
                    self.ledger.compare(self.office.view)
            finally:
                self.clerk.end()
        ends = self.ledger.ends() if self.course.to_the_end else Counter[str]()
        for cause, after in self.office.ask("SELECT cause, after FROM journal ORDER BY seq"):
            self._hash.update(f"{cause} {after}\n".encode())
        return Played(
            findings=tuple(self.findings),
            digest=self._hash.hexdigest(),
            days=(self.clock.true - self.town.begin).days,
            mails=len(self.ledger.mails),
            letters=len(self.ledger.letters),
            unsure=len(self.ledger.doubtful),
            rounds=self.clerk.rounds,
            cases=ends,
            struck=self.trouble.struck,
            habits=self.habits,
            acts=self.office.acts,
        )

    def wrong(self, what: str) -> None:
        """Keep a finding, and tell it with the way to see it again."""
        line = f"seed {self.course.seed}, {self.town.local(self.clock.true):%Y-%m-%d %H:%M}: {what}"
        self.findings.append(line)
        self.tell(f"FOUND {line}\n      again: {self.again}")

    # ------------------------------------------------------------------ the future

    def _lay_out(self) -> None:
        days, database = self.course.days, self.clerk.doors.database
        for mail in course_of_mails(self.course, self.town, self.staff):
            self._send_at(mail)
        for at, word in taken_back(self.course, self.town):
            self._at(at, partial(self._take_back, word))
        self._kinds = (*FAULTS, *database.kinds, *database.lasting)
        for fault in faults(self.course.seed, self.town.begin, days, self.course.faults_a_day, self._kinds):
            self._at(fault.begins, partial(self._fault, fault))
        self._at(self.town.begin + timedelta(days=days), self._peace)
        for day in range(days + _PATIENCE):
            local = self.town.local(self.town.begin + timedelta(days=day)).date()
            self._at(datetime.combine(local, time(10), self.town.zone), self._coordinate)
            self._at(datetime.combine(local, time(23, 30), self.town.zone), self._evening)

    def _take_back(self, word: str) -> None:
        """Let whoever began a case, or the coordinator, end it; when there is none yet, later."""
        rows = self.office.ask("SELECT id, initiator FROM cases WHERE status = 'open' ORDER BY id DESC")
        if not rows:
            self._at(self.clock.true + _LATER, partial(self._take_back, word))
            return
        case, initiator = rows[0]
        self._words += 1
        who = COORDINATOR if word == "取消" else initiator
        self._send_at(self.staff.says(word, case, who, -self._words, self.town.at_work(self.clock.true)))

    def _has_enough(self) -> bool:
        return self.course.until_felt and all(self.trouble.struck[kind] for kind in self._kinds)

    def _fault(self, fault: Fault) -> None:
        if self._has_enough():
            return
        self._troubled_at = max(self._troubled_at, self.clock.true + fault.lasts)
        if fault.kind in self.trouble.now or self.staff.polite:
            return
        if fault.kind == "kill -9" and self.trouble.now:
            self._at(self.clock.true + timedelta(hours=1), partial(self._fault, fault))
            return
        if not self.trouble.begin(fault):
            self._at(self.clock.true + _LATER, partial(self._fault, fault))
            return
        if fault.lasts:
            self._at(self.clock.true + fault.lasts, partial(self.trouble.end, fault.kind))
        if fault.kind == "kill -9":
            self._reopen()
        self._looks_at = self.clock.true

    def _peace(self) -> None:
        self.trouble.cease()
        self.staff.polite = True

    def _is_over(self) -> bool:
        last = self.town.begin + timedelta(days=self.course.days)
        if not self.course.to_the_end:
            return self.clock.true >= last or (self._has_enough() and not self.trouble.now)
        if self.clock.true < last + _CALM:
            return False
        if self.clock.true > last + timedelta(days=_PATIENCE - 1):
            return True
        running = self.office.ask("SELECT count(*) FROM cases WHERE status IN ('open', 'suspended')")
        seals = self.office.ask("SELECT count(*) FROM seals WHERE state != 'done'")
        waiting = self.office.ask("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')")
        to_come = any(isinstance(event, Bringing) for _, _, event in self._heap)
        return not any(each[0][0] for each in (running, seals, waiting)) and not to_come

    # ------------------------------------------------------------------ steps

    def _step(self) -> None:
        at = min(self._heap[0][0], self._looks_at) if self.clerk.house is not None else self._heap[0][0]
        self.clock.true = max(self.clock.true, at)
        while self._heap and self._heap[0][0] <= self.clock.true:
            heapq.heappop(self._heap)[2]()
        if self.clerk.house is None:
            return
        try:
            if self._looks_at <= self.clock.true:
                self._feel_summer_time()
                self._looks_at = self.clerk.work()
        except Death:
            self.clerk.close()
            self._at(self.clock.true + _RESTART, self._reopen)
        self._collect()

    def _reopen(self) -> None:
        try:
            later = None if self.clerk.open() else _AGAIN
        except Death:
            later = _RESTART
        if later is not None:
            self._at(self.clock.true + later, self._reopen)
        self._looks_at = self.clock.true

    def _collect(self) -> None:
        """Take what left to its readers."""
        unsure = self.office.ask("SELECT message_id FROM outbox WHERE state = 'unsure'")
        self.ledger.shown_unsure({name for (name,) in unsure})
        for letter in transmissions(self.folder, self._sent):
            self._sent = letter.number
            digest = sha256(letter.content).hexdigest()
            self._hash.update(f"out {letter.at} {letter.message_id} {letter.recipients} {digest}\n".encode())
            self.ledger.letter_out(
                letter.message_id, letter.at, letter.shown, letter.recipients, letter.content
            )
            for mail in self.staff.receive(letter, letter.at):
                self._send_at(mail)

    def _deliver(self, mail: Mail) -> None:
        self._files += 1
        self._hash.update(f"in {self.clock.true} {sha256(mail.content).hexdigest()}\n".encode())
        inbox = self.folder / "Inbox"
        inbox.mkdir(exist_ok=True)
        draft = inbox / f".{self._files:06}.new"
        draft.write_bytes(mail.content)
        draft.rename(inbox / f"{self._files:06}.eml")
        known = len(self.ledger.mails)
        self.ledger.mail_in(
            mail.content,
            mail.what,
            self.clock.true,
            advances=mail.advances,
            machine=mail.machine,
            said=mail.said,
        )
        if len(self.ledger.mails) > known:
            self.trouble.bring(mail)
            self.habits[mail.what] += 1
        self._looks_at = self.clock.true

    def _coordinate(self) -> None:
        """Let the coordinator work the queue, when nothing is in the way."""
        if self.trouble.now or self.clerk.house is None or self.clerk.doors.is_armed:
            return
        self.office.work_the_queue(self.course.seed, self.ledger)
        if not self.staff.polite:
            self.office.act(self.course.seed, self.ledger)
        self._looks_at = self.clock.true

    def _evening(self) -> None:
        self._evenings += 1
        calm = self._is_calm()
        self.ledger.look(self.clock.now(), calm=calm)
        if calm and self._evenings % self.course.compared_every == 0:
            self.ledger.compare(self.office.view)
        cases = dict(self.office.ask("SELECT status, count(*) FROM cases GROUP BY status"))
        local, felt = self.town.local(self.clock.true), sum(self.trouble.struck.values())
        self.tell(
            f"seed {self.course.seed} {local:%Y-%m-%d}: cases {cases}, {len(self.ledger.mails)} mails, "
            f"{len(self.ledger.letters)} letters, {felt} faults, {len(self.findings)} findings"
        )

    # ------------------------------------------------------------------ tools

    def _is_calm(self) -> bool:
        return (
            not self.trouble.now
            and not self.clerk.doors.is_armed
            and self.clerk.house is not None
            and self.clock.true - self._troubled_at > _CALM
        )

    def _feel_summer_time(self) -> None:
        before, now = (self.town.local(each).utcoffset() for each in (self._offset_at, self.clock.now()))
        if before != now:
            self.trouble.feel("summer time")
        self._offset_at = self.clock.now()

    def _at(self, moment: datetime, event: Callable[[], None]) -> None:
        self._serial += 1
        heapq.heappush(self._heap, (moment.astimezone(UTC), self._serial, event))  # what a clock shows

    def _send_at(self, mail: Mail) -> None:
        self._at(max(mail.at, self.clock.true), Bringing(self._deliver, mail))

    def _felt(self, kind: str) -> None:
        self.trouble.feel(kind)
