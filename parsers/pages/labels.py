"""Which label some printed words are when a letter or two of them may be misread.

A label is taken for another field's never: words that are about as near to two labels are none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from agent.domain.forms import Form
from agent.domain.words import Language
from parsers.per_form import PerForm
from parsers.word.labels import Labels, keys, labels_of

_SHORTEST = 4
"""Letters; a shorter label has no letter to spare."""
_SPARE = 5
"""One letter in so many may be wrong."""
_MOST_WRONG = 4


@dataclass(frozen=True, slots=True)
class Near:
    """Compared labels, exactly and nearly."""

    exact: Labels
    form: Form
    language: Language | None = None
    """Misread labels are sought in this language alone."""

    def spoken(self, language: Language | None) -> "Near":
        """Return the labels for a document in `language`."""
        return replace(self, language=language)

    def field(self, text: str, *, sharp: bool) -> str | None:
        """Return the field that `text` labels; `sharp` when no letter of it can be misread."""
        found = self.exact.field(text)
        if found is not None or sharp or self.exact.slot(text) is not None:
            return found
        name = nearest(text, self._all())
        return None if name is None or name.startswith(_SLOT) else name

    def slot(self, text: str, *, sharp: bool) -> str | None:
        """Return the signature slot that `text` labels."""
        found = self.exact.slot(text)
        if found is not None or sharp or self.exact.field(text) is not None:
            return found
        name = nearest(text, self._all())
        return name.removeprefix(_SLOT) if name is not None and name.startswith(_SLOT) else None

    def column(self, rows: str, text: str, *, sharp: bool) -> str | None:
        """Return the column of `rows` that `text` heads."""
        found = self.exact.column(rows, text)
        return found if found is not None or sharp else nearest(text, self._of(self.exact.columns[rows]))

    def may_head(self, rows: str, text: str, column: str) -> bool:
        """Say whether `text`, where `column` of `rows` is headed, may be its header with a letter wrong.

        Where its neighbours tell what stands between them, a short label has a letter to spare, too.
        """
        labels = [key for key, name in self._of(self.exact.columns[rows]).items() if name == column]
        return any(distance(said, label, 1) <= 1 for said in keys(text) for label in labels if len(label) > 1)

    def _all(self) -> dict[str, str]:
        return self._of({**self.exact.fields, **_marked(self.exact.slots)})

    def _of(self, labels: Mapping[str, str]) -> dict[str, str]:
        if self.language is None:
            return dict(labels)
        spoken = _spoken(self.form)[self.language]
        return {key: name for key, name in labels.items() if key in spoken}

    def is_label(self, text: str, *, sharp: bool) -> bool:
        """Say whether `text` labels a field or a slot."""
        return self.field(text, sharp=sharp) is not None or self.slot(text, sharp=sharp) is not None


_SLOT = "slot "


def _marked(slots: Mapping[str, str]) -> dict[str, str]:
    return {key: f"{_SLOT}{name}" for key, name in slots.items()}


@PerForm
def near_labels_of(form: Form) -> Near:
    """Return the labels of `form`, in both languages."""
    return Near(labels_of(form), form)


@PerForm
def _spoken(form: Form) -> dict[Language, frozenset[str]]:
    labels = [field.label for _, field in form.walk()] + [slot.label for slot in form.slots]
    return {
        language: frozenset(key for label in labels for key in keys(label.in_(language)))
        for language in Language
    }


def nearest(text: str, known: Mapping[str, str]) -> str | None:
    """Return what the one known label stands for that is nearly `text`; None when two are about as near."""
    found = [
        (wrong, label, name)
        for said in keys(text)
        for label, name in known.items()
        if (wrong := distance(said, label, _MOST_WRONG)) <= _MOST_WRONG
    ]
    if not found:
        return None
    wrong, label, name = min(found)
    rival = any(other <= wrong and whose != name for other, _, whose in found)
    return name if wrong <= _allowed(label) and not rival else None


def is_nearly(text: str, *wanted: str) -> bool:
    """Say whether `text` is one of the `wanted` labels, perhaps with a letter misread."""
    return any(
        distance(said, label, _allowed(label)) <= _allowed(label)
        for said in keys(text)
        for each in wanted
        for label in keys(each)
    )


def distance(one: str, other: str, most: int) -> int:
    """Return in how many letters two texts differ (Levenshtein), `most + 1` for any larger number."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, start=1):
        before, row[0] = row[0], number
        for at, against in enumerate(other, start=1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != against))
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _allowed(label: str) -> int:
    return 0 if len(label) < _SHORTEST else min(max(1, len(label) // _SPARE), _MOST_WRONG)


def shared(texts: Iterable[str], form: Form) -> float:
    """Return which part of the labels of `form` stands among `texts`, compared with `keys`."""
    said = {key for text in texts for key in keys(text)}
    labels = [field.label for _, field in form.walk()] + [slot.label for slot in form.slots]
    seen = sum(bool(said.intersection((*keys(label.zh), *keys(label.en)))) for label in labels)
    return seen / max(1, len(labels))
