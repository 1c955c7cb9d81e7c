"""What was confirmed, in words: for the reason of a decision, the record of a case, and `explain`."""

from agent.core.checks.answers import shown
from agent.domain.answers import Scalar
from agent.domain.confirming import Confirmed
from agent.domain.forms import Form, Kind
from agent.domain.mail import address
from agent.domain.people import Directory
from agent.domain.words import Words


def confirmed_words(form: Form, confirmed: Confirmed, directory: Directory) -> Words:
    """Return one confirmed value: `完成时间 2026-04-03`, or with what was read: `“2026-04-03”→2026-04-30`."""
    label = form.label_of(confirmed.field)
    now = value_words(form, confirmed.field, confirmed.value, directory)
    if form.at(confirmed.field) is None or confirmed.value == confirmed.read:
        return Words(zh=f"{label.zh} {now.zh}", en=f"{label.en} {now.en}")
    was = Words.same(confirmed.words)
    if confirmed.read is not None:
        was = value_words(form, confirmed.field, confirmed.read, directory)
    before = Words(zh=was.zh or "空", en=was.en or "nothing")
    return Words(zh=f"{label.zh} “{before.zh}”→“{now.zh}”", en=f"{label.en} “{before.en}” → “{now.en}”")


def pages_words(pages: tuple[int, ...]) -> Words:
    """Return the numbers of pages as words: `2、3`."""
    return Words(zh="、".join(map(str, pages)), en=", ".join(map(str, pages)))


def value_words(form: Form, path: str, value: Scalar | None, directory: Directory) -> Words:
    """Return a value as words, people by name; of a signature whether it is theirs."""
    field = form.at(path)
    if field is None:
        yes = value is True
        return Words(zh="属实" if yes else "不属实", en="is theirs" if yes else "is not theirs")
    if value is None:
        return Words(zh="空", en="nothing")
    if field.kind is Kind.PERSON and isinstance(value, str):
        each = (part.strip() for part in value.split(";"))
        found = ((part, directory.find(address(part))) for part in each)
        return Words.listed(person.name if person is not None else part for part, person in found)
    return shown(field, value)
