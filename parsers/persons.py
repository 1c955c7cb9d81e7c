"""People and departments, found in the directory by whatever was written: name, mail, or both."""

import re
from collections.abc import Iterable
from functools import lru_cache

from agent.domain.mail import address
from agent.domain.people import Directory, Person
from parsers.understood import Understood, half_width, plain

_SEPARATORS = re.compile(r"[、,，;；/\n|]|\s+and\s+|\s+&\s+", re.IGNORECASE)
_MAIL = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")
_BRACKETED = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】")
_TITLES = ("总经理", "副总经理", "经理", "副总", "总监", "主任", "部长", "主管", "老师", "先生", "女士", "总")
_TITLES_EN = re.compile(r"^(?:mr|mrs|ms|dr)\.?\s+", re.IGNORECASE)
_UNITS = ("部门", "部", " department", " dept.", " dept", " division", " team")
_MOST_WORDS = 8
_MOST = 200
"""How many people one field may name; beyond it the words are not a list of people."""


def read_persons(text: str, directory: Directory, *, several: bool) -> Understood:
    """Understand one person, or several joined by `、 , ; /` or line breaks."""
    whole = _one(half_width(text), directory)
    if isinstance(whole, Person):
        return Understood(value=whole.address)
    parts = _parts(text)
    if len(parts) > _MOST:
        return Understood.wrong("unknown_person")
    found: list[Person] = []
    for part in parts:
        one = _one(part, directory)
        if isinstance(one, Person):
            found.append(one)
        elif one == "unknown_person" and (neighbours := _side_by_side(part, directory)):
            found.extend(neighbours)
        else:
            return Understood.wrong(one)
    unique = dict.fromkeys(person.address for person in found)
    if not unique:
        return Understood.wrong("unknown_person")
    if len(unique) > 1 and not several:
        return Understood.wrong("several_persons")
    return Understood(value="; ".join(unique))


def read_departments(text: str, directory: Directory, *, several: bool) -> Understood:
    """Understand a department of the directory, with or without 部, or several."""
    known = directory.departments()
    whole = _department(text, known)
    if whole is not None:
        return Understood(value=whole)
    found = [_department(part, known) for part in _parts(text)]
    names = dict.fromkeys(name for name in found if name is not None)
    if not names or None in found:
        return Understood.wrong("unknown_department")
    if len(names) > 1 and not several:
        return Understood.wrong("several_departments")
    return Understood(value="; ".join(names))


def _parts(text: str) -> list[str]:
    """Split at separators, but not inside brackets: `张伟（研发/测试）` is one person."""
    guarded = re.sub(r"[(（\[【][^()（）\[\]【】]*[)）\]】]", lambda m: re.sub(_SEPARATORS, " ", m[0]), text)
    return [part for piece in _SEPARATORS.split(guarded) if (part := half_width(piece))]


def _one(text: str, directory: Directory) -> Person | str:
    """Return the one person that `text` names, else the code of what is wrong."""
    mail = _MAIL.search(text)
    if mail is not None and _MAIL.search(text, mail.end()) is not None:
        return "unknown_person"
    if mail is not None:
        rest = text.replace(mail[0], " ").replace("<", " ").replace(">", " ")
        person = directory.find(address(mail[0]))
        if person is None:
            return "unknown_person"
        name = _BRACKETED.sub(" ", rest).strip(" ()[]\"'")
        if not name or person in _named(name, directory):
            return person
        return "contradiction"
    hints = [
        next(group for group in match.groups() if group is not None) for match in _BRACKETED.finditer(text)
    ]
    name = _BRACKETED.sub(" ", text).strip()
    people = _named(name, directory)
    if not people:
        people, inline = _with_department(name, directory)
        hints.extend(inline)
    if len(people) > 1 and hints:
        people = tuple(p for p in people if _belongs(p, hints)) or people
    if len(people) == 1:
        return "contradiction" if _contradicted(people[0], hints, directory) else people[0]
    return "ambiguous_person" if people else "unknown_person"


def _named(name: str, directory: Directory) -> tuple[Person, ...]:
    bare = _TITLES_EN.sub("", name.strip())
    if people := directory.named(bare):
        return people
    words = bare.replace(",", " ").split()
    if (
        len(words) > 1
        and bare.isascii()
        and (people := directory.named(f"{words[-1]} {' '.join(words[:-1])}"))
    ):
        return people
    for title in _TITLES:
        if bare.endswith(title) and (people := directory.named(bare.removesuffix(title))):
            return people
    return ()


def _with_department(text: str, directory: Directory) -> tuple[tuple[Person, ...], list[str]]:
    """Read `研发部 张伟`, `张伟-研发部` and `研发部张伟`."""
    known = directory.departments()
    words = [word for word in re.split(r"[\s\-–—:]+", text) if word][:_MOST_WORDS]
    for at in range(1, len(words)):
        front, back = " ".join(words[:at]), " ".join(words[at:])
        for name, unit in ((back, front), (front, back)):
            if _department(unit, known) and (people := _named(name, directory)):
                return people, [unit]
    for unit in known:
        if text.startswith(unit) and (people := _named(text.removeprefix(unit), directory)):
            return people, [unit]
    return (), []


def _side_by_side(text: str, directory: Directory) -> list[Person]:
    """Read `张三 李四`: several names with nothing but a blank between them."""
    found = [_one(word, directory) for word in text.split()]
    people = [person for person in found if isinstance(person, Person)]
    return people if len(people) > 1 and len(people) == len(found) else []


def _belongs(person: Person, hints: Iterable[str]) -> bool:
    return any(_department(hint, (person.department,)) is not None for hint in hints)


def _contradicted(person: Person, hints: Iterable[str], directory: Directory) -> bool:
    """Say whether a department was named and it is not this person's; other remarks do not count."""
    units = [unit for hint in hints if (unit := _department(hint, directory.departments())) is not None]
    return bool(units) and person.department not in units


def _department(text: str, known: Iterable[str]) -> str | None:
    wanted = plain(text)
    if not wanted:
        return None
    names = tuple(known)
    exact = [name for name in names if plain(name) == wanted]
    if exact:
        return exact[0]
    stem = _stem(text)
    near = [name for name in names if _stem_of(name) == stem]
    return near[0] if len(near) == 1 else None


def _stem(text: str) -> str:
    folded = half_width(text).casefold()
    for unit in _UNITS:
        if folded.endswith(unit) and len(folded) > len(unit):
            folded = folded.removesuffix(unit)
            break
    return plain(folded)


# Departments come again in every cell of every document; what a sender wrote comes once.
_stem_of = lru_cache(maxsize=1024)(_stem)
