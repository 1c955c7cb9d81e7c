"""Triage of an answer to a confirmation letter: 确认, numbered lines with values, or both (ADR 0022)."""

import re
from collections.abc import Iterator

from agent.core.checks.answers import shown
from agent.core.confirming import open_for
from agent.core.desk import Desk, thread
from agent.core.judging import look_at
from agent.core.taken_back import shown_of
from agent.domain.answers import Answer, Evidence, Trust
from agent.domain.case import Case, Held
from agent.domain.confirming import DoubtsAnswered
from agent.domain.forms import Field, Form, Kind
from agent.domain.inbox import MailState, Triage
from agent.domain.keywords import Keyword, Said
from agent.domain.words import Words
from agent.domain.work_items import ItemId
from agent.domain.written import is_denial, is_empty, is_right, says_altered, written

_MOST_ODD = 3
_LONGEST_ODD = 80
_INSTEAD = re.compile(r"(?:应该?[为是]|改[为成]|更正为|should be|→|->)\s*", re.IGNORECASE)
"""What people write before the right value; of a text it may be the text itself, and stays."""


_READ_AS = ("读作", "readas", "读不出", "notreadable")
"""How our letters go on behind a label, without what is no letter or digit."""


def confirmation(desk: Desk, said: Said | None) -> Triage | None:
    """Return what a mail settles of a returned form; None when it is about something else."""
    if said is not None and said.keyword is not Keyword.CONFIRM:
        return None
    case, item = desk.case_of()
    if case is None or not desk.belongs(case):
        return None
    letter = next((desk.around.asking[m] for m in thread(desk.mail) if m in desk.around.asking), "")
    held = _held(desk, case, item, letter)
    if held is None:
        return _late(desk, case, item, letter, said)
    fields = _fields(desk, case, held, letter)
    lines = desk.mail.top or ((desk.mail.first_line,) if said is not None else ())
    form = desk.process_of(case).forms.get(_form_of(case, held))
    if form is None:
        return None
    labels = tuple(form.label_of(path) for path in fields)
    found = written(
        lines, labels, lambda number, words: _is_our_own(form, held, fields, number, words), desk.mail.between
    )
    if found.says_nothing and (not letter or desk.mail.attachments):
        return None
    event = DoubtsAnswered(
        at=desk.around.at,
        mail=desk.mail.message_id,
        by=desk.person.address,
        item=held.item,
        letter=letter,
        answers=tuple(
            _answer(desk, form, held, fields[number - 1], words)
            for number, words in found.lines
            if 1 <= number <= len(fields)
        ),
        rest=found.rest,
        odd=found.odd if not found.says_nothing else _as_odd(lines),
    )
    return Triage(
        state=MailState.DONE,
        because=Words(zh="回复待确认的内容", en="an answer to what was asked to be confirmed"),
        events=((case.id, event),),
    )


def altered_text(desk: Desk) -> Triage | None:
    """Return what a coordinator's word that a filed form was altered means; None when a mail says none.

    It has to answer a letter about that form, and to stand at the top, alone or behind the number of a place.
    """
    case, item = desk.case_of()
    if case is None or item is None or shown_of(case, item) is None:
        return None
    if desk.person.address not in desk.draft(case).coordinators() or not says_altered(desk.mail.top):
        return None
    event = DoubtsAnswered(
        at=desk.around.at,
        mail=desk.mail.message_id,
        by=desk.person.address,
        item=item,
        altered=True,
    )
    because = Words(zh="协调员核对：固定文字有改动", en="the coordinator compared: printed text was altered")
    return Triage(state=MailState.DONE, because=because, events=((case.id, event),))


def _held(desk: Desk, case: Case, item: ItemId | None, letter: str) -> Held | None:
    """Return the form that a mail is about: by its letter, by its item, else the only one there is."""
    if letter:
        return next((h for h in case.held if _asked(h, letter) and not h.refused), None)
    asked = open_for(desk.draft(case), desk.person.address)
    if item is not None:
        return next((held for held in asked if held.item == item), None)
    return asked[0] if len(asked) == 1 else None


def _asked(held: Held, letter: str) -> bool:
    return letter in held.stale or any(letter in listing.letters for listing in held.listings)


def _late(desk: Desk, case: Case, item: ItemId | None, letter: str, said: Said | None) -> Triage | None:
    """An answer to a question that is closed by now: the case says so; anything else is not for us."""
    closed = case.item(item) if item is not None else None
    if closed is None or (said is None and not letter):
        return None
    event = DoubtsAnswered(
        at=desk.around.at, mail=desk.mail.message_id, by=desk.person.address, item=closed.id, rest=True
    )
    because = Words(zh="“确认”", en="“confirm”")
    return Triage(state=MailState.DONE, because=because, events=((case.id, event),))


def _fields(desk: Desk, case: Case, held: Held, letter: str) -> tuple[str, ...]:
    """Return what the numbers of an answer count: the lines of its letter, else those of the last one."""
    of_letter = next((each.fields for each in held.listings if letter in each.letters), None)
    if of_letter is not None:
        return of_letter
    item = case.item(held.item)
    found = look_at(desk.draft(case), item, held) if item is not None else None
    return tuple(doubt.field for doubt in found.values) if found is not None else ()


def _form_of(case: Case, held: Held) -> str:
    item = case.item(held.item)
    return item.form if item is not None else ""


def _answer(desk: Desk, form: Form, held: Held, path: str, words: str) -> Answer:
    field = form.at(path)
    told = (Evidence(place="mail", words=words),)
    if field is None:  # a signature
        yes = True if is_right(words) else False if is_denial(words) else None
        return Answer(field=path, value=yes, trust=Trust.GUESS, evidence=told)
    if is_empty(words):
        return Answer(field=path, value=None, trust=Trust.ABSENT, evidence=told)
    read = held.answers.get(path)
    if is_right(words) and read is not None and read.value is not None:
        return Answer(field=path, value=read.value, trust=Trust.GUESS, evidence=told)
    return desk.around.understand(field, path, _value_in(field, form.label_of(path), words))


def _value_in(field: Field, label: Words, words: str) -> str:
    """Return the words without the label that people repeat before their value, and without 应为 or 改为."""
    for known in (label.zh, label.en, field.label.zh, field.label.en):
        rest = words[len(known) :].lstrip()
        if words.startswith(known) and rest[:1] in {":", "：", "=", "→"}:
            words = rest[1:].strip()
            break
    if field.kind is not Kind.TEXT:
        words = _INSTEAD.sub("", words, count=1) if _INSTEAD.match(words) else words
    return words


def _is_our_own(form: Form, held: Held, fields: tuple[str, ...], number: int, words: str) -> bool:
    """Say whether a line repeats what our letter said: the label alone, or with what was read."""
    if not 1 <= number <= len(fields):
        return False
    path = fields[number - 1]
    field, answer = form.at(path), held.answers.get(path)
    plain = _plain(words)
    labels = [_plain(known) for known in (form.label_of(path).zh, form.label_of(path).en)]
    label = next((each for each in labels if each and plain.startswith(each)), None)
    if label is None:
        return False
    rest = plain.removeprefix(label)
    said = (
        {_plain(each) for each in _spellings(field, answer)}
        if answer is not None and field is not None
        else ()
    )
    return not rest or rest.startswith(_READ_AS) or rest in said


def _spellings(field: Field, answer: Answer) -> Iterator[str]:
    """Yield every spelling in which our letters show what was read."""
    yield answer.words
    if answer.value is not None:
        words = shown(field, answer.value)
        yield from (words.zh, words.en)


def _as_odd(lines: tuple[str, ...]) -> tuple[str, ...]:
    shortened = (line[:_LONGEST_ODD] for line in lines if line)
    return tuple(shortened)[:_MOST_ODD] or ("…",)


def _plain(text: str) -> str:
    return "".join(each for each in text.casefold() if each.isalnum())
