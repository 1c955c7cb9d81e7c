"""The desk of triage: one mail, who sent it, and everything that bears on what it means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from agent.core.draft import Draft
from agent.core.permits import is_coordinator, is_party, permitted
from agent.domain.answers import Answer, Evidence, Trust
from agent.domain.case import Case, CaseId, FileRef
from agent.domain.confirming import Understand
from agent.domain.effects import Send, Urgency
from agent.domain.forms import Field
from agent.domain.inbox import MailState, Triage
from agent.domain.keywords import WORDS, Keyword
from agent.domain.mail import Address, InboundMail, MessageId
from agent.domain.people import Person, Role
from agent.domain.plans import World
from agent.domain.problems import Problem
from agent.domain.process import Process
from agent.domain.words import Words
from agent.domain.work_items import ItemId

_NO_FACTS: Mapping[str, Words] = {}


def not_understood(_field: Field, path: str, words: str) -> Answer:
    """Understand nothing: what is used where nobody knows how to read a value."""
    told = (Evidence(place="mail", words=words),)
    return Answer(field=path, value=None, trust=Trust.GUESS, evidence=told, problem="bad_value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Everything that bears on what a mail means."""

    at: datetime
    process: Process
    """The definition that new cases begin with."""
    world: World
    cases: Mapping[CaseId, Case]
    """Every case the mail might concern: by its sheets, its thread, or a number in its subject."""
    processes: Mapping[str, Process] = field(default_factory=dict)
    """The definitions those cases run on, by digest; `process` when one is not listed."""
    threads: Mapping[MessageId, tuple[CaseId | None, ItemId | None]] = field(default_factory=dict)
    """Our own letters among In-Reply-To and References, with what they were about."""
    numbers: tuple[CaseId, ...] = ()
    """Case numbers that stand in the subject, known or not."""
    documents: Mapping[str, FileRef] = field(default_factory=dict)
    """Every attachment of the mail among the blobs, by its digest."""
    raw: FileRef
    """The mail itself among the blobs."""
    start_aliases: frozenset[Address] = frozenset()
    """Our addresses at which any mail of a person begins a case (process.md 1.1)."""
    asking: Mapping[MessageId, str] = field(default_factory=dict)
    """Those of the answered letters that ask to confirm something, with their keys (`Listing.letters`)."""
    understand: Understand = not_understood
    """How words that somebody wrote in a mail become a value."""
    rounds: int = 0
    """Answers to this sender within 24 hours after which nothing had moved (`agent.core.echoes`)."""
    came: datetime | None = None
    """When the mail lay in the mailbox, where that was before `at`."""
    released: bool = False
    """A coordinator has looked at the mail and lets it through (放行)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One mail of a person we know."""

    mail: InboundMail
    person: Person
    around: Surroundings

    def case_of(self) -> tuple[Case | None, ItemId | None]:
        """Return the case a mail is about, and the item: by its thread, else by a number in its subject."""
        return case_of(self.mail, self.around)

    def belongs(self, case: Case) -> bool:
        """Say whether the sender has anything to do with `case`: a number in a subject lets nobody in."""
        draft, address = self.draft(case), self.person.address
        if is_party(draft, address) or is_coordinator(draft, address):
            return True
        directory = self.around.world.directory
        return any(
            draft.stand_in(item.asked_of) == address
            or directory.head_of(draft.department(item.holder)) == self.person
            for item in case.open_items()
        )

    def can(self, case: Case | None) -> Words:
        """Return what the sender can say now, as words for a letter."""
        if case is not None:
            words = [WORDS[k] for k in permitted(self.draft(case), self.person.address)]
        else:
            operates = (Keyword.RELEASE, Keyword.DROP, Keyword.RETRY)
            coordinates = Role.COORDINATOR in self.person.roles
            words = [WORDS[k] for k in (Keyword.START, *(operates if coordinates else ()), Keyword.HELP)]
        return Words(zh="、".join(w.zh for w in words), en=", ".join(w.en for w in words))

    def letter(
        self,
        name: str,
        facts: Mapping[str, Words] = _NO_FACTS,
        case: Case | None = None,
        problems: tuple[Problem, ...] = (),
    ) -> Send:
        """Return an answer to this mail that changes no case."""
        return Send(
            key=f"mail/{self.mail.message_id}/{name}/{case.id if case is not None else ''}",
            letter=name,
            to=(self.person.address,),
            language=self.person.language,
            urgency=Urgency.ANSWER,
            case=case.id if case is not None else None,
            facts=facts,
            problems=problems,
            answers=self.mail.message_id,
        )

    def answered(
        self, name: str, facts: Mapping[str, Words], because: Words, case: Case | None = None
    ) -> Triage:
        """Return the verdict that this mail is answered with one letter and done."""
        return Triage(state=MailState.DONE, because=because, letters=(self.letter(name, facts, case),))

    def process_of(self, case: Case) -> Process:
        """Return the definition that a case runs on."""
        return self.around.processes.get(case.process.digest, self.around.process)

    def draft(self, case: Case) -> Draft:
        """Return a draft to ask questions of a case; nothing that is drafted here ever happens."""
        return Draft(self.process_of(case), self.around.world, case, self.around.at, "triage")


def case_of(mail: InboundMail, around: Surroundings) -> tuple[Case | None, ItemId | None]:
    """Return the case a mail is about, and the item: by its thread, else by a number in its subject."""
    for message in thread(mail):
        number, item = around.threads.get(message, (None, None))
        if number is not None and number in around.cases:
            return around.cases[number], item
    for number in around.numbers:
        if number in around.cases:
            return around.cases[number], None
    return None, None


def thread(mail: InboundMail) -> tuple[MessageId, ...]:
    """Return the mails that this one follows, nearest first."""
    return tuple(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))))
