"""A plan while it is being written: the case so far, the letters so far, the reasons so far.

A draft lives for one decision and never leaves `decide`; to the outside the core stays pure.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from agent.core.deadlines import due_after
from agent.domain.answers import Values
from agent.domain.case import Case, FileRef
from agent.domain.confirming import Doubt
from agent.domain.effects import Effect, FormOrder, Seal, Send, Urgency
from agent.domain.mail import Address, MessageId
from agent.domain.people import Person, Role
from agent.domain.plans import Plan, World
from agent.domain.problems import Problem
from agent.domain.process import Process
from agent.domain.sheets import COMPILED, Sheet
from agent.domain.steps import Verb
from agent.domain.words import Language, Words
from agent.domain.work_items import Due, ItemId, ItemState, WorkItem
from agent.domain.workdays import Workdays

_NO_FACTS: Mapping[str, Words] = {}
_NO_SIGNERS: Mapping[str, Address] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """A verb that an outcome asked for, waiting to be carried out."""

    verb: Verb
    item: ItemId | None
    """The item whose outcome it was, or that a settled dispute was about."""
    why: Words = Words(zh="", en="")  # noqa: RUF009 - frozen, so shared safely


class Draft:
    """See the module.  `at` is now; `cause` names the event, once and for ever, within its case."""

    def __init__(self, process: Process, world: World, case: Case, at: datetime, cause: str) -> None:
        self.process = process
        self.world = world
        self.case = case
        self.at = at
        self.cause = cause
        self.following: deque[Following] = deque()
        self._effects: dict[str, Effect] = {}
        self._because: list[Words] = []
        self._said_before: dict[str, int] = {}

    # ------------------------------------------------------------------ reasons and result

    def say(self, zh: str, en: str) -> None:
        """Add a sentence to why."""
        self._because.append(Words(zh=zh, en=en))

    def tell_next(self, letter: str) -> None:
        """Tell the readers of `letter` what their answer led to: what was said after it was written."""
        for key, effect in self._effects.items():
            after = self._because[self._said_before.get(key, 0) :]
            if isinstance(effect, Send) and effect.letter == letter and after:
                facts = {**effect.facts, "next": _joined(after)}
                self._effects[key] = replace(effect, facts=facts)

    def plan(self) -> Plan:
        """Return the plan as drafted; it always says why."""
        because = self._because or [Words(zh="无需处理", en="nothing had to be done")]
        return Plan(
            case=self.case,
            effects=tuple(self._effects.values()),
            because=_joined(because),
        )

    def change(self, **changes: object) -> None:
        """Replace values of the case."""
        self.case = replace(self.case, **changes)  # type: ignore[arg-type]  # the case checks its own fields

    # ------------------------------------------------------------------ people and time

    @property
    def today(self) -> date:
        """The local day of the site."""
        return self.world.workdays.day_of(self.at)

    def local(self, moment: datetime) -> datetime:
        """Return the wall-clock time at the site, without a zone, as forms hold it."""
        return moment.astimezone(self.world.workdays.zone).replace(tzinfo=None, microsecond=0)

    @property
    def is_urgent(self) -> bool:
        """Say whether this case's letters do not wait for the morning."""
        return self.case.profile in self.process.urgent_profiles

    def person(self, address: Address) -> Person | None:
        """Return who has `address`."""
        return self.world.directory.find(address)

    def name(self, address: Address) -> str:
        """Return how a person is called in a sentence."""
        person = self.person(address)
        return person.name if person is not None else address

    def department(self, address: Address) -> str:
        """Return the department of a person, empty for a stranger."""
        person = self.person(address)
        return person.department if person is not None else ""

    def language(self, address: Address) -> Language:
        """Return the language a person gets letters in."""
        person = self.person(address)
        return person.language if person is not None else self.case.language

    def calendar(self, address: Address) -> Workdays:
        """Return the working calendar of a person's department."""
        return self.world.calendar(self.department(address))

    def coordinators(self) -> tuple[Address, ...]:
        """Return the coordinators of the company."""
        return tuple(p.address for p in self.world.directory.with_role(Role.COORDINATOR))

    def last_resort(self) -> Address:
        """Return who gets what nobody else can answer: the coordinator, else the initiator."""
        directory = self.world.directory
        chain = (
            *directory.with_role(Role.COORDINATOR),
            directory.find(self.case.initiator),
            *directory.with_role(Role.EXECUTIVE),
            *directory.people,
        )
        return next((p.address for p in chain if p is not None), self.case.initiator)

    def known(self, people: Iterable[Address]) -> tuple[Address, ...]:
        """Return those of `people` who are in the directory, each once: who has left is not written to."""
        return tuple(a for a in dict.fromkeys(people) if self.person(a) is not None)

    def stand_in(self, address: Address) -> Address:
        """Return who answers today for `address`: the person, or the deputy while away."""
        found = self.world.directory.stand_in(address, self.today)
        return found.address if found is not None else address

    def due(self, clock: str, holder: Address, since: datetime | None = None) -> Due:
        """Return when an item opened now is due by `clock`, on its holder's calendar."""
        span = self.process.span(clock, self.case.profile)
        return due_after(span, clock, since or self.at, self.calendar(holder))

    # ------------------------------------------------------------------ work items

    def latest(self, step: str, subject: str) -> WorkItem | None:
        """Return the latest round of one seat of a step."""
        found = (i for i in reversed(self.case.items) if i.step == step and i.subject == subject)
        return next(found, None)

    def add_item(self, item: WorkItem) -> WorkItem:
        """Put a new item into the case."""
        self.change(items=(*self.case.items, item))
        return item

    def set_item(self, item: WorkItem) -> WorkItem:
        """Put `item` in the place of the one with its id."""
        self.change(items=tuple(item if old.id == item.id else old for old in self.case.items))
        return item

    def close_item(
        self, item: WorkItem, state: ItemState, outcome: str = "", at: datetime | None = None
    ) -> WorkItem:
        """Close an item, now or as of `at`; nobody is reminded of it any more."""
        self.change(held=tuple(h for h in self.case.held if h.item != item.id))
        return self.set_item(
            replace(item, state=state, outcome=outcome or item.outcome, closed=at or self.at)
        )

    # ------------------------------------------------------------------ letters

    def send(  # noqa: PLR0913 - each keyword is one value of `Send`
        self,
        letter: str,
        to: Address | Iterable[Address],
        *,
        about: str = "",
        cc: Iterable[Address] = (),
        urgency: Urgency | None = None,
        item: WorkItem | None = None,
        only_while_open: bool = False,
        forms: tuple[FormOrder, ...] = (),
        facts: Mapping[str, Words] = _NO_FACTS,
        problems: tuple[Problem, ...] = (),
        answers: MessageId | None = None,
        files: tuple[FileRef, ...] = (),
        meeting: str = "",
        cancels: bool = False,
        doubts: tuple[Doubt, ...] = (),
    ) -> str:
        """Ask for one letter to people who share a language, that of the first of them; return its key.

        The key is made of what the letter stands for, so that the same intention is one letter; it is
        empty when nobody is left to write to.  Without an `urgency` it is WORK, or URGENT in a profile
        that does not wait.  Only an answer reaches somebody whom the directory does not know.
        """
        people = (to,) if isinstance(to, str) else tuple(dict.fromkeys(to))
        people = people if answers is not None else self.known(people)
        if not people:
            return ""
        language = self.language(people[0])
        subject = about or (item.id if item is not None else "")
        key = f"{self.case.id}/{letter}/{subject}/{self.cause}/{language.value}"
        if key in self._effects:
            key = f"{key}/{len(self._effects)}"
        self._said_before[key] = len(self._because)
        usual = Urgency.URGENT if self.is_urgent else Urgency.WORK
        self._effects[key] = Send(
            key=key,
            letter=letter,
            to=people,
            cc=tuple(a for a in self.known(cc) if a not in people),
            language=language,
            urgency=usual if urgency is None else urgency,
            case=self.case.id,
            item=item.id if item is not None else None,
            only_while_open=only_while_open,
            forms=forms,
            facts=facts,
            problems=problems,
            answers=answers,
            files=files,
            meeting=meeting,
            cancels=cancels,
            doubts=doubts,
        )
        return key

    def tell(  # noqa: PLR0913 - likewise
        self,
        letter: str,
        people: Iterable[Address],
        *,
        about: str = "",
        item: WorkItem | None = None,
        facts: Mapping[str, Words] = _NO_FACTS,
        forms: Mapping[str, Callable[[Language], Values]] | None = None,
        urgency: Urgency | None = None,
        files: tuple[FileRef, ...] = (),
        meeting: str = "",
        cancels: bool = False,
    ) -> None:
        """Tell many people the same: one letter for each language among them.

        `forms` are compiled documents to attach: by form id the values in a language.
        """
        groups: dict[Language, list[Address]] = {}
        for address in dict.fromkeys(people):
            groups.setdefault(self.language(address), []).append(address)
        for language, group in groups.items():
            orders = tuple(
                FormOrder(sheet=self.compiled_sheet(form, language), values=values(language))
                for form, values in (forms or {}).items()
            )
            self.send(
                letter,
                group,
                about=about,
                item=item,
                facts=facts,
                forms=orders,
                urgency=urgency,
                files=files,
                meeting=meeting,
                cancels=cancels,
            )

    def order(
        self,
        item: WorkItem,
        values: Values,
        *,
        marks: tuple[Problem, ...] = (),
        signers: Mapping[str, Address] = _NO_SIGNERS,
    ) -> FormOrder:
        """Return the order for the sheet of an item, in its holder's language."""
        return FormOrder(
            sheet=Sheet(
                case=self.case.id,
                item=item.id,
                form=item.form,
                version=self.process.forms[item.form].version,
                language=self.language(item.holder),
            ),
            values=values,
            marks=marks,
            signers=signers,
        )

    def compiled_sheet(self, form: str, language: Language) -> Sheet:
        """Return the identity of a compiled document, which nobody sends back."""
        return Sheet(
            case=self.case.id,
            item=f"{COMPILED}/{form}/{self.today.isoformat()}",
            form=form,
            version=self.process.forms[form].version,
            language=language,
        )

    def seal(self, retention: str, forms: tuple[FormOrder, ...] = (), *, legal_hold: str = "") -> None:
        """Ask for the archive of this case, once."""
        key = f"{self.case.id}/seal"
        self._effects[key] = Seal(
            key=key, case=self.case.id, retention=retention, forms=forms, legal_hold=legal_hold
        )

    def follow(self, verb: Verb, item: WorkItem | None, why: Words | None = None) -> None:
        """Put a verb into the queue; `agent.core.advance` carries it out."""
        said = why if why is not None else Words(zh="", en="")
        self.following.append(Following(verb=verb, item=item.id if item is not None else None, why=said))


def _joined(sentences: list[Words]) -> Words:
    return Words(zh="；".join(s.zh for s in sentences), en="; ".join(s.en for s in sentences))
