"""A clerk at the counter, mid-case: one mail is handed in, and everything that comes of it is looked at.

The case is one in which the heads of three departments are asked to confirm a request; one of them reads
English.  It is played once and copied for every test.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from agent import config, staging, wiring
from agent.clock import StoppedClock
from agent.domain.case import Case, CaseId
from agent.domain.inbox import MailState
from agent.domain.reading import Reading
from agent.domain.words import Words
from agent.service import rehearsal
from agent.service.happenings import Happening, What
from agent.service.house import House
from parsers.known import Known
from parsers.reading import read_document
from tests import mails
from tests.company import at
from tests.houses import CLERK, MONDAY, found
from tests.journeys.outside import Letter, letter_of
from tests.journeys.staff import PEOPLE_CSV
from tests.word_files import fill, signature_png, slot_paragraph, with_picture

CASE = CaseId("XT-2026-0001")
SHELVES = ("Inbox", "Handled", "Review", "Ignored", "Quarantined")
REQUEST = {
    "project_name": "新品上市",
    "profile": "重大项目推进",
    "background": "抢占夏季市场",
    "goals": "六月上市",
    "departments.0.department": "研发部",
    "departments.0.asked": "完成样机",
    "departments.1.department": "生产部",
    "departments.1.asked": "安排试产",
    "departments.2.department": "质量部",
    "departments.2.asked": "Test the prototype",
    "expected": "新品按期上市",
    "completion": "2026-04-17",
    "liaison": "张伟",
    "kickoff": "2026-03-06 14:00",
}
CONFIRMED = {
    "conclusion": "确认参与",
    "lead": "刘洋",
    "people": "两人",
    "time": "两周",
    "authority": "可定方案",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one mail."""

    number: int
    """Its number in the ledger."""
    state: MailState
    because: Words
    letters: tuple[Letter, ...]
    """Every letter that left because of it."""
    told: tuple[Happening, ...]

    @property
    def letter(self) -> Letter:
        """The only letter."""
        (letter,) = self.letters
        return letter

    def to(self, local: str) -> Letter:
        """Return the only letter to a person of the company."""
        (letter,) = [each for each in self.letters if each.to[0] == at(local)]
        return letter


@dataclass
class Counter:
    """See the module."""

    folder: Path
    house: House
    clock: StoppedClock
    told: list[Happening] = field(default_factory=list)
    _count: int = 0

    def hand_in(self, content: bytes) -> Answer:
        """Let a mail arrive and be dealt with."""
        self._count += 1
        (self.folder / "Inbox" / f"given-{self._count}.eml").write_bytes(content)
        before, told = self._sent(), len(self.told)
        self.clock.advance(self.clock.now() + timedelta(minutes=1))
        rehearsal.play(self.house, self.clock, self.clock.now())
        new = sorted(self._sent() - before, key=lambda file: file.name)
        happened = tuple(self.told[told:])
        taken = next(h for h in happened if h.what is What.TAKEN_IN)
        with self.house.look() as work:
            entry = work.inbox.load(int(taken.facts["number"]))
        assert entry is not None
        assert entry.because is not None
        return Answer(
            number=entry.id,
            state=entry.state,
            because=entry.because,
            letters=tuple(letter_of(file.read_bytes()) for file in new),
            told=happened,
        )

    def mail(self, sender: str, **more: Any) -> bytes:  # noqa: ANN401 - what a mail may have
        """Return the bytes of a mail from a person of the company to the clerk."""
        return mails.a_mail(sender=at(sender), to=(CLERK,), at=self.clock.now(), **more)

    def reply(self, letter: Letter, sender: str = "", **more: Any) -> bytes:  # noqa: ANN401 - likewise
        """Return a reply to one of the clerk's letters, by its reader unless somebody else is named."""
        name = str(letter.mail["Message-ID"])
        who = {"sender": sender or letter.to[0].partition("@")[0]}
        known: dict[str, Any] = {
            "subject": f"Re: {letter.subject}",
            "in_reply_to": name,
            "references": (name,),
        }
        return self.mail(**{**known, **who, **more})

    @cached_property
    def asked(self) -> dict[str, Letter]:
        """The letters that ask the heads to confirm, by the local part of their address."""
        letters = (letter_of(file.read_bytes()) for file in self._sent())
        asked = ("请填写《需求确认函》", "fill in “Confirmation")
        return {x.to[0].partition("@")[0]: x for x in letters if any(each in x.subject for each in asked)}

    def case(self) -> Case:
        """Return the case as it stands."""
        with self.house.look() as work:
            case = work.cases.load(CASE)
        assert case is not None
        return case

    def is_open(self, item: str) -> bool:
        """Say whether an item of the case still waits for its answer."""
        found = self.case().item(item)
        assert found is not None
        return found.is_open

    def read(self, content: bytes) -> Reading:
        """Return what a Word file says."""
        world = self.house.world()
        known = Known(
            forms=self.house.pack.process.forms,
            directory=world.directory,
            secret=self.house.secret,
            today=world.workdays.day_of(self.clock.now()),
        )
        (reading,) = read_document(content, "form.docx", known)
        return reading

    def everything(self) -> dict[str, list[str]]:
        """Return the names of all mails by folder."""
        return {
            name: [f.name for f in sorted((self.folder / name).glob("*.eml"))] for name in (*SHELVES, "Sent")
        }

    def _sent(self) -> set[Path]:
        return set((self.folder / "Sent").glob("*.eml"))


def signed(content: bytes, values: dict[str, str], slot: str = "head") -> bytes:
    """Return a form filled with `values` and signed with a picture."""
    filled = fill(content, values)
    return with_picture(filled, slot_paragraph(slot), signature_png(), name=f"Sig {slot}") if slot else filled


def begin(folder: Path) -> None:
    """Play the case to the point at which the heads are asked."""
    found(folder, PEOPLE_CSV)
    (folder / "Inbox").mkdir()
    with open_counter(folder) as counter:
        form = counter.hand_in(counter.mail("zhang", subject="发起协同", text="\n")).letter
        name, content = form.word()
        filled = signed(content, REQUEST, "initiating_head")
        counter.hand_in(counter.reply(form, attachments=((name, filled),)))
        assert sorted(counter.asked) == ["chen", "emma", "li"]


def copy(beginning: Path, folder: Path) -> Path:
    """Return a copy of the beginning, so that a test has its own."""
    shutil.copytree(beginning, folder)
    return folder


@contextmanager
def open_counter(folder: Path) -> Iterator[Counter]:
    """Open the counter; at the end every mail has ended, on the one shelf of its state, and stays there."""
    clock = StoppedClock(MONDAY)
    settings = staging.staged(config.load(folder / config.NAME))
    told: list[Happening] = []
    with wiring.opened(settings, clock=clock, tell=told.append) as house:
        clock.advance(rehearsal.reached(house) or MONDAY)
        counter = Counter(folder=folder, house=house, clock=clock, told=told)
        yield counter
        end = counter.everything()
        assert end["Inbox"] == []
        with house.look() as work:
            counts = work.inbox.counts()
        # What a coordinator has worked stays on the shelf of its first end.
        assert sum(len(end[shelf]) for shelf in SHELVES) == sum(counts.values())
        assert len(end["Review"]) >= counts[MailState.REVIEW]
        rehearsal.play(house, clock, clock.now())
        assert counter.everything() == end
