"""Out-of-office replies feed a person's absence and deputy, and never a step (reliability.md, promise 8).

An absence is learned only when the mail is authentic and names its last day beyond doubt; everything else is
a line in the coordinator's digest.  What the directory file says always wins.
"""

import re
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
_HAN = re.compile(r"[一-鿿]+")
_BETWEEN = r"\s*"
_ENDS = "(?:(?![一-鿿])|(?=[代或和及与处负接办先女经总主部科组同老本协来将会为帮跟担审批签]))"
"""What may follow a name of two Han characters: any other one may make it a longer name."""


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
            zh=f"{name}的自动回复称不在岗，但止于何日或是否本人所发未能确定，未据此转办：“{absence.words}”",
            en=f"an automatic reply says that {name} is away; its last day or its sender is not certain, "
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
    named = {
        each.address
        for each in directory.people
        if each.address != person.address
        and (any(_has(text, known) for known in (each.address, *each.aliases)) or _names(text, each.name))
    }
    return next(iter(named)) if len(named) == 1 else None


def _names(text: str, name: str) -> bool:
    """Say whether a name stands in `text` by itself: 王伟 is not named by 王伟明, nor Li by client."""
    words = name.casefold().split()
    plain = "".join(words)
    if len(plain) < _SHORTEST_NAME or plain not in "".join(text.split()):
        return False
    if _HAN.fullmatch(plain):
        written, ends = _BETWEEN.join(plain), _ENDS if len(plain) == _SHORTEST_NAME else ""
        return re.search(f"{written}{ends}", text) is not None
    written = _BETWEEN.join(map(re.escape, words))
    return re.search(rf"(?<![\w-]){written}(?![\w-])", text, re.ASCII) is not None


def _has(text: str, known: Address) -> bool:
    """Say whether an address stands in `text` by itself."""
    alone = rf"(?<![\w.%+-]){re.escape(known)}(?![\w-]|\.\w)"
    return known in text and re.search(alone, text, re.ASCII) is not None
