"""Who is asked: the seats of a role in a case, each with the person who holds it today."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from agent.core.checks.changes import new_responsible
from agent.core.checks.tasks import number_of, task_number
from agent.core.draft import Draft
from agent.domain.answers import Row, rows_of, text_of
from agent.domain.case import Filing
from agent.domain.disputes import Dispute
from agent.domain.mail import Address
from agent.domain.people import Person, Role
from agent.domain.process import RoleKind, RoleSource
from agent.domain.subjects import ADDED, seat_of
from agent.domain.work_items import WorkItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One place at the table: which one it is, and whose it is; None when the post is vacant."""

    subject: str
    """A department, a person's address, a row's number; empty when the role has one seat."""
    holder: Address | None
    row: Row | None = None
    """The row that the seat stands for, when the role is filled from rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a role may need beyond the case: the item it follows from, the dispute it belongs to."""

    origin: WorkItem | None = None
    dispute: Dispute | None = None


NOWHERE = Context()


def seats(draft: Draft, role: str, context: Context = NOWHERE) -> tuple[Seat, ...]:
    """Return the seats of `role`, each subject once, in a stable order."""
    source = draft.process.roles[role]
    found: dict[str, Seat] = {}
    for seat in _FILLED[source.kind](draft, source, context):
        found.setdefault(seat.subject, seat)
    return tuple(found.values())


def with_added(draft: Draft, step: str, found: tuple[Seat, ...]) -> tuple[Seat, ...]:
    """Return the seats of a step and those of the signers that were added to them."""
    names = {seat.subject for seat in found}
    added: dict[str, Seat] = {}
    for item in draft.case.of_step(step):
        seat, mark, signer = item.subject.partition(ADDED)
        if mark and seat_of(seat) in names:
            subject = seat_of(item.subject)
            added[subject] = Seat(subject=subject, holder=Address(signer))
    return (*found, *added.values())


def holders(draft: Draft, roles: Iterable[str], context: Context = NOWHERE) -> tuple[Address, ...]:
    """Return everybody who holds a seat of `roles`, each once."""
    people = (seat.holder for role in roles for seat in seats(draft, role, context))
    return tuple(dict.fromkeys(address for address in people if address is not None))


def one(draft: Draft, role: str, context: Context = NOWHERE) -> Address | None:
    """Return the holder of the first seat of `role`."""
    return next(iter(holders(draft, (role,), context)), None)


def _single(address: Address | None) -> Iterator[Seat]:
    yield Seat(subject="", holder=address)


def _of(person: Person | None) -> Address | None:
    return person.address if person is not None else None


def _initiator(draft: Draft, _source: RoleSource, _context: Context) -> Iterator[Seat]:
    return _single(draft.case.initiator)


def initiating_department(draft: Draft) -> str:
    """Return the department that asks: as the request says, else that of the initiator."""
    first = draft.case.filing(draft.process.begins)
    said = text_of(first.values, "department") if first is not None else ""
    return said or draft.department(draft.case.initiator)


def _initiating_head(draft: Draft, _source: RoleSource, _context: Context) -> Iterator[Seat]:
    return _single(_of(draft.world.directory.head_of(initiating_department(draft))))


def _filing(draft: Draft, source: RoleSource) -> Filing | None:
    return draft.case.form(source.form)


def _person_in(draft: Draft, source: RoleSource, _context: Context) -> Iterator[Seat]:
    filing = _filing(draft, source)
    said = text_of(filing.values, source.field) if filing is not None else ""
    if source.column and filing is not None:
        for row in rows_of(filing.values, source.field):
            yield from _people(text_of(row, source.column), row)
    else:
        yield from _single(Address(said) if said else None)


def _people(text: str, row: Row | None = None) -> Iterator[Seat]:
    for each in text.split(";"):
        if address := each.strip():
            yield Seat(subject=address, holder=Address(address), row=row)


def _each_person_in(draft: Draft, source: RoleSource, _context: Context) -> Iterator[Seat]:
    filing = _filing(draft, source)
    for row in rows_of(filing.values, source.field) if filing is not None else ():
        yield from _people(text_of(row, source.column), row)


def _person_of_each_row(draft: Draft, source: RoleSource, _context: Context) -> Iterator[Seat]:
    filing = _filing(draft, source)
    for position, row in enumerate(rows_of(filing.values, source.field) if filing else ()):
        said = text_of(row, source.column).split(";")[0].strip()
        yield Seat(subject=number_of(row, position), holder=Address(said) if said else None, row=row)


def _head_of_each(draft: Draft, source: RoleSource, _context: Context) -> Iterator[Seat]:
    filing = _filing(draft, source)
    for row in rows_of(filing.values, source.field) if filing is not None else ():
        for each in text_of(row, source.column).split(";"):
            department = each.strip()
            if department and department not in draft.case.released:
                yield _head(draft, department)


def _head(draft: Draft, department: str) -> Seat:
    return Seat(subject=department, holder=_of(draft.world.directory.head_of(department)))


def _head_of_each_person(draft: Draft, source: RoleSource, context: Context) -> Iterator[Seat]:
    for seat in _each_person_in(draft, source, context):
        if seat.holder is not None and (department := draft.department(seat.holder)):
            yield _head(draft, department)


def _named_by_each(draft: Draft, source: RoleSource, _context: Context) -> Iterator[Seat]:
    latest: dict[str, Filing] = {f.subject: f for f in draft.case.filings if f.form == source.form}
    for subject, filing in latest.items():
        if (said := text_of(filing.values, source.field)) and subject not in draft.case.released:
            yield Seat(subject=subject, holder=Address(said))


def _supervisor_of(draft: Draft, source: RoleSource, context: Context) -> Iterator[Seat]:
    taken: set[Address] = set()
    for seat in (seat for role in source.roles for seat in seats(draft, role, context)):
        below = draft.person(seat.holder) if seat.holder is not None else None
        above = draft.world.directory.supervisor_of(below) if below is not None else None
        if above is None:
            yield Seat(subject=seat.subject, holder=None)
        elif above.address not in taken:
            taken.add(above.address)
            yield Seat(subject=seat.subject, holder=above.address)


def _parties(draft: Draft, _source: RoleSource, context: Context) -> Iterator[Seat]:
    for department in context.dispute.parties if context.dispute is not None else ():
        yield _head(draft, department)


def _with_role(role: Role) -> Callable[[Draft, RoleSource, Context], Iterator[Seat]]:
    def filled(draft: Draft, _source: RoleSource, _context: Context) -> Iterator[Seat]:
        return _single(next((p.address for p in draft.world.directory.with_role(role)), None))

    return filled


def everyone(draft: Draft) -> tuple[Address, ...]:
    """Return all who are in the case: whoever holds a seat or was asked (process.md, 所有参与方)."""
    people: dict[Address, None] = {draft.case.initiator: None}
    for kind in (RoleKind.INITIATING_HEAD, RoleKind.HEAD_OF_EACH, RoleKind.NAMED_BY_EACH, RoleKind.PERSON_IN):
        for source in draft.process.roles.values():
            if source.kind is kind:
                found = _FILLED[kind](draft, source, NOWHERE)
                people |= {seat.holder: None for seat in found if seat.holder is not None}
    for task in draft.case.tasks:
        people |= {task.responsible: None, task.accountable: None}
    for item in draft.case.items:
        if item.holder not in draft.coordinators():
            people[item.holder] = None
    return tuple(people)


def _everyone(draft: Draft, _source: RoleSource, _context: Context) -> Iterator[Seat]:
    for address in everyone(draft):
        yield Seat(subject=address, holder=address)


def _asker(_draft: Draft, _source: RoleSource, context: Context) -> Iterator[Seat]:
    if context.origin is not None:
        yield Seat(subject="", holder=context.origin.holder)


def _cooperating(draft: Draft, _source: RoleSource, context: Context) -> Iterator[Seat]:
    """The heads of the other departments that a task's people belong to, or whose tasks wait for it."""
    number = context.origin.subject if context.origin is not None else ""
    task = next((t for t in draft.case.tasks if t.id == number), None)
    if task is None:
        return
    people = [task.accountable, *task.consulted]
    people += [other.responsible for other in draft.case.tasks if number in other.depends_on]
    own = draft.department(task.responsible)
    for department in dict.fromkeys(draft.department(each) for each in people):
        if department and department != own:
            yield _head(draft, department)


def _touched(draft: Draft, _source: RoleSource, context: Context) -> Iterator[Seat]:
    """The heads of the departments whose tasks the returned form names, or whose people it gives one to."""
    filing = None
    if context.origin is not None:
        filing = draft.case.filing(context.origin.step, context.origin.subject)
    rows = rows_of(filing.values, "tasks") if filing is not None else ()
    numbers = {task_number(text_of(row, "no")) for row in rows}
    people = [p for t in draft.case.tasks if t.id in numbers for p in (t.responsible, t.accountable)]
    people += [a for row in rows if (a := new_responsible(row, draft.world.directory)) is not None]
    for department in dict.fromkeys(draft.department(each) for each in people):
        if department:
            yield _head(draft, department)


def _union(draft: Draft, source: RoleSource, context: Context) -> Iterator[Seat]:
    taken: set[Address] = set()
    for role in source.roles:
        for seat in seats(draft, role, context):
            if seat.holder is None or seat.holder not in taken:
                yield Seat(subject=seat.subject or role, holder=seat.holder, row=seat.row)
            if seat.holder is not None:
                taken.add(seat.holder)


_FILLED: Mapping[RoleKind, Callable[[Draft, RoleSource, Context], Iterator[Seat]]] = {
    RoleKind.INITIATOR: _initiator,
    RoleKind.INITIATING_HEAD: _initiating_head,
    RoleKind.PERSON_IN: _person_in,
    RoleKind.EACH_PERSON_IN: _each_person_in,
    RoleKind.PERSON_OF_EACH_ROW: _person_of_each_row,
    RoleKind.HEAD_OF_EACH: _head_of_each,
    RoleKind.HEAD_OF_EACH_PERSON: _head_of_each_person,
    RoleKind.NAMED_BY_EACH: _named_by_each,
    RoleKind.SUPERVISOR_OF: _supervisor_of,
    RoleKind.PARTIES: _parties,
    RoleKind.EXECUTIVE: _with_role(Role.EXECUTIVE),
    RoleKind.COORDINATOR: _with_role(Role.COORDINATOR),
    RoleKind.EVERYONE: _everyone,
    RoleKind.ASKER: _asker,
    RoleKind.COOPERATING: _cooperating,
    RoleKind.TOUCHED: _touched,
    RoleKind.UNION: _union,
}
