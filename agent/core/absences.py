"""Out-of-office replies feed a person's absence and deputy, and never a step (reliability.md, promise 8).

An absence is learned only when the mail is authentic and names its last day beyond doubt; everything else is
a line in the coordinator's digest.  What the directory file says always wins.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from agent.domain.absences import Absence, Away
from agent.domain.authenticity import Standing
from agent.domain.mail import Address, InboundMail, Nature
from agent.domain.people import Directory, Person
from agent.domain.words import Words

_SHORTEST_NAME = 2
"""Characters of a name that is looked for in a sentence."""


def learned(mail: InboundMail, directory: Directory, *, today: date, at: datetime) -> Absence | None:
    """Return what an out-of-office reply of somebody in the directory tells; None when it tells nothing."""
    person = directory.find(mail.sender)
    if mail.nature is not Nature.AUTO_REPLY or mail.away is None or person is None:
        return None
    last = mail.away.last
    if mail.authenticated.standing is not Standing.AUTHENTIC or (last is not None and last < today):
        last = None
    return Absence(
        person=person.address,
        first=mail.away.first or today,
        last=last,
        deputy=_deputy(mail.away, person, directory) if last is not None else None,
        mail=mail.message_id,
        words=mail.away.words,
        learned=at,
    )


def is_back(mail: InboundMail, directory: Directory) -> Address | None:
    """Return whose absence is over, because they write themselves."""
    person = directory.find(mail.sender)
    if person is None or mail.nature is not Nature.PERSONAL or mail.authenticated.is_doubtful:
        return None
    return person.address


def with_absences(directory: Directory, absences: Iterable[Absence], today: date) -> Directory:
    """Return the directory with what was learned put where its file says nothing.

    A person whom the file has away today, or from a later day on, stays as the file has it; so does a deputy
    that the file names.
    """
    away = {each.person: each for each in absences if each.holds(today)}
    if not away:
        return directory
    people = tuple(
        _away(person, away[person.address], today) if person.address in away else person
        for person in directory.people
    )
    return directory if people == directory.people else Directory(people)


def told(absence: Absence, directory: Directory) -> Words:
    """Return what was learned, as a line for the coordinator."""
    person = directory.find(Address(absence.person))
    name = person.name if person is not None else absence.person
    if absence.last is None:
        return Words(
            zh=f"{name}的自动回复称不在岗，但未能确定期限，未据此转办：“{absence.words}”",
            en=f"an automatic reply says that {name} is away, but not for certain until when, "
            f"so nothing follows from it: “{absence.words}”",
        )
    deputy = directory.find(Address(absence.deputy)) if absence.deputy else None
    stands = person.deputy if person is not None and person.deputy else None
    listed = directory.find(stands) if stands else deputy
    zh = f"，由{listed.name}代办" if listed is not None else "，未写明代理人"
    en = f"; {listed.name} stands in" if listed is not None else "; nobody is named to stand in"
    return Words(
        zh=f"{name}不在岗至 {absence.last}{zh}（据自动回复：“{absence.words}”）",
        en=f"{name} is away until {absence.last}{en} (an automatic reply says: “{absence.words}”)",
    )


def _away(person: Person, absence: Absence, today: date) -> Person:
    says = person.absent_from is not None or person.absent_until is not None
    if says and (person.absent_until is None or today <= person.absent_until):
        return person
    deputy = person.deputy
    if deputy is None and absence.deputy is not None:
        deputy = Address(absence.deputy)
    return replace(person, absent_from=absence.first, absent_until=absence.last, deputy=deputy)


def _deputy(away: Away, person: Person, directory: Directory) -> Address | None:
    """Return the one other person of the directory whom the reply says to turn to; None of several."""
    text = "\n".join(away.contacts).casefold()
    squeezed = "".join(text.split())
    named = {
        each.address
        for each in directory.people
        if each.address != person.address
        and (
            any(address in text for address in (each.address, *each.aliases))
            or (len(each.name) >= _SHORTEST_NAME and "".join(each.name.split()).casefold() in squeezed)
        )
    }
    return next(iter(named)) if len(named) == 1 else None
