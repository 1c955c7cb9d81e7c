"""Which printed words are labels of which fields: the third way to a value, after control and bookmark."""

import re
from dataclasses import dataclass
from functools import lru_cache

from agent.domain.forms import Field, Form, Kind
from agent.domain.words import Language, Words
from parsers.per_form import PerForm
from parsers.understood import plain

_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])\s*[.．、)）]\s*")
_COLON = re.compile(r"[:：]")
_LONGEST = 120
"""Characters; nothing longer is a label."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one form, as they are compared."""

    fields: dict[str, str]
    """Compared label → id, for everything but rows; a label that two fields share is left out."""
    columns: dict[str, dict[str, str]]
    """Rows field → compared header → column id."""
    slots: dict[str, str]
    """Compared label → id of the slot."""

    def field(self, text: str) -> str | None:
        """Return the id of the field that `text` is the label of."""
        return next((self.fields[key] for key in keys(text) if key in self.fields), None)

    def slot(self, text: str) -> str | None:
        """Return the id of the slot that `text` is the label of."""
        return next((self.slots[key] for key in keys(text) if key in self.slots), None)

    def column(self, rows: str, text: str) -> str | None:
        """Return the id of the column of `rows` that `text` is the header of."""
        known = self.columns[rows]
        return next((known[key] for key in keys(text) if key in known), None)

    def is_label(self, text: str) -> bool:
        """Say whether `text` is the label of a field or a slot."""
        return self.field(text) is not None or self.slot(text) is not None


def keys(text: str) -> tuple[str, ...]:
    """Return the spellings under which `text` is looked up, strictest first.

    Blanks, punctuation, width and case never count; remarks in brackets and a number in front may.
    """
    return _keys(text) if text and len(text) <= _LONGEST else ()


@lru_cache(maxsize=1024)
def _keys(text: str) -> tuple[str, ...]:
    bare = _BRACKETS.sub("", text)
    found = (plain(text), plain(bare), plain(_NUMBERED.sub("", text)), plain(_NUMBERED.sub("", bare)))
    return tuple(dict.fromkeys(key for key in found if key))


def split_label(text: str) -> tuple[str, str] | None:
    """Return label and rest of `label: rest`, None when there is no colon."""
    match = _COLON.search(text[:_LONGEST])
    return (text[: match.start()], text[match.end() :].strip()) if match is not None else None


@lru_cache(maxsize=64)
def _spellings(label: Words) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return keys(label.zh), keys(label.en)


@PerForm
def labels_of(form: Form) -> Labels:
    """Return the labels of `form`, in both languages."""
    single = tuple(field for field in form.fields if field.kind is not Kind.ROWS)
    slots = {key: slot.id for slot in form.slots for side in _spellings(slot.label) for key in side}
    return Labels(
        fields={key: name for key, name in _unique(single).items() if key not in slots},
        columns={field.id: _unique(field.columns) for field in form.fields if field.kind is Kind.ROWS},
        slots=slots,
    )


def language_of(form: Form, text: str) -> Language | None:
    """Return the language in which more of the form's labels stand in `text`, None when neither does."""
    seen = plain(text)
    counts = {Language.ZH: 0, Language.EN: 0}
    for label in (form.title, *(each.label for _, each in form.walk())):
        zh, en = plain(label.zh), plain(label.en)
        if zh != en:
            counts[Language.ZH] += bool(zh) and zh in seen
            counts[Language.EN] += bool(en) and en in seen
    if counts[Language.ZH] == counts[Language.EN]:
        return None
    return max(counts, key=lambda each: counts[each])


def _unique(fields: tuple[Field, ...]) -> dict[str, str]:
    owners: dict[str, set[str]] = {}
    for field in fields:
        for side in _spellings(field.label):
            for key in side:
                owners.setdefault(key, set()).add(field.id)
    return {key: next(iter(ids)) for key, ids in owners.items() if len(ids) == 1}
