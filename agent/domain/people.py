"""The people of the company and who stands above whom, as the directory file has it."""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from agent.domain.mail import Address
from agent.domain.words import Language


class Role(Enum):
    """What a person is in the company, whatever the case (cli.md, `people.csv`)."""

    STAFF = "staff"
    HEAD = "head"
    SUPERVISOR = "supervisor"
    EXECUTIVE = "executive"
    COORDINATOR = "coordinator"


_OFFICE = frozenset({Role.EXECUTIVE, Role.SUPERVISOR, Role.COORDINATOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One line of the directory."""

    name: str
    address: Address
    aliases: tuple[Address, ...] = ()
    department: str = ""
    roles: frozenset[Role] = frozenset({Role.STAFF})
    supervisor: Address | None = None
    deputy: Address | None = None
    absent_from: date | None = None
    absent_until: date | None = None
    """The last day of absence, inclusive."""
    language: Language = Language.ZH

    def is_absent(self, day: date) -> bool:
        """Say whether the directory has this person away on `day`."""
        if self.absent_from is None and self.absent_until is None:
            return False
        after_start = self.absent_from is None or self.absent_from <= day
        before_end = self.absent_until is None or day <= self.absent_until
        return after_start and before_end


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody we know; looking up never raises, a stranger is simply not found."""

    people: tuple[Person, ...]
    _by_address: dict[Address, Person] = field(init=False, repr=False, compare=False)
    _by_name: dict[str, tuple[Person, ...]] = field(init=False, repr=False, compare=False)
    _heads: dict[str, Person | None] = field(init=False, repr=False, compare=False)
    """The head of each department, in the order of the file; None when the post is vacant."""

    def __post_init__(self) -> None:
        by_address: dict[Address, Person] = {}
        by_name: dict[str, tuple[Person, ...]] = {}
        for person in self.people:
            for known in (person.address, *person.aliases):
                by_address.setdefault(known, person)
            key = _plain(person.name)
            by_name[key] = (*by_name.get(key, ()), person)
        object.__setattr__(self, "_by_address", by_address)
        object.__setattr__(self, "_by_name", by_name)
        heads: dict[str, Person | None] = {}
        for person in self.people:
            if person.department and heads.get(person.department) is None:
                heads[person.department] = person if Role.HEAD in person.roles else None
        object.__setattr__(self, "_heads", heads)

    def find(self, address: Address) -> Person | None:
        """Return the person who owns `address`, as main address or alias."""
        return self._by_address.get(address)

    def named(self, name: str) -> tuple[Person, ...]:
        """Return everybody with that name; spaces and case do not count."""
        return self._by_name.get(_plain(name), ())

    def departments(self) -> tuple[str, ...]:
        """Return every department once, in the order of the file."""
        return tuple(self._heads)

    def headless(self) -> tuple[str, ...]:
        """Return the departments that want a head and have none.

        A department of none but executives, supervisors and coordinators is the management: nobody asks it
        for a contribution.
        """
        asked = {p.department for p in self.people if not p.roles & _OFFICE}
        return tuple(name for name in self.departments() if name in asked and self.head_of(name) is None)

    def head_of(self, department: str) -> Person | None:
        """Return the head of `department`, None when the post is vacant."""
        return self._heads.get(department)

    def supervisor_of(self, person: Person) -> Person | None:
        """Return the person one rung above: the named supervisor, else the own head."""
        if person.supervisor is not None:
            return self.find(person.supervisor)
        head = self.head_of(person.department)
        return head if head is not None and head != person else None

    def with_role(self, role: Role) -> tuple[Person, ...]:
        """Return everybody who has `role`, in the order of the file."""
        return tuple(p for p in self.people if role in p.roles)

    def stand_in(self, address: Address, day: date) -> Person | None:
        """Return who answers for `address` on `day`: the person, or the deputy while away.

        A chain of deputies is followed; a circle, or an absence without a deputy, gives None.
        """
        seen: set[Address] = set()
        person = self.find(address)
        while person is not None and person.is_absent(day):
            if person.address in seen or person.deputy is None:
                return None
            seen.add(person.address)
            person = self.find(person.deputy)
        return person


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
