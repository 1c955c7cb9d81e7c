"""Doubtful values that a person confirms by mail, and what they said about them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from agent.domain.answers import Answer, Scalar
from agent.domain.forms import Field
from agent.domain.mail import Address, MessageId
from agent.domain.words import Words
from agent.domain.work_items import ItemId

Understand: TypeAlias = Callable[[Field, str, str], Answer]
"""Understands words that somebody wrote in a mail as an answer to a field; the arguments are the field (or a
column), its path on the form, and the words.  The core is handed one, so that it need not know a reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One numbered line of a confirmation letter; its number is its position, counted from 1."""

    field: str
    """The path of the field or cell; of a signature that nobody can judge, its slot."""
    read: Scalar | None = None
    """The value as read; None when the words are no value, or a signature is asked about."""
    words: str = ""
    """The words that were read, or that a certificate says."""
    picture: str = ""
    """SHA-256 of the crop of the paper; empty when it came as text."""
    is_slot: bool = False
    why: Words | None = None
    """Of a signature, why nobody can judge it, for a reader of either language."""
    problem: str = ""
    """A code of `Answer.problem`, or `missing`; empty when the value only wants a yes."""
    differing: tuple[str, ...] = ()
    """What the places of the value, or the copies of the form, say, where they say different things."""
    label: Words | None = None
    """What its line is called when it is no place of the form, and `why` the words to look at."""

    @property
    def can_be_right(self) -> bool:
        """Say whether a plain 确认 settles it: what has no value must be written."""
        return self.is_slot or self.read is not None or self.label is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one or several letters asked to confirm, in the order of their lines."""

    fields: tuple[str, ...]
    letters: tuple[str, ...]
    """The keys of the letters (`Send.key`): an answer is understood by the lines that its writer saw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A doubtful value after a person has looked at it: what was read, what is right, who said so."""

    field: str
    """The path of the field or cell, or the slot of a signature."""
    read: Scalar | None
    value: Scalar | None
    words: str = ""
    """The words that were read."""
    by: Address
    at: datetime
    mail: MessageId
    """The mail that confirmed it."""
    picture: str = ""
    """SHA-256 of the crop of the paper that was shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtsAnswered:
    """Somebody answered a confirmation letter: 确认, right values, or both."""

    at: datetime
    mail: MessageId
    by: Address
    item: ItemId
    letter: str = ""
    """The key of the letter that was answered; empty when it was none of those that list doubtful values."""
    answers: tuple[Answer, ...] = ()
    """What was written, by field; of a signature True (it is mine) or False.  Words that are no value have
    none, as in a reading."""
    rest: bool = False
    """确认 was said: everything else in the letter is right."""
    odd: tuple[str, ...] = ()
    """Lines that were not understood; then nothing is taken and the question is put again."""
    altered: bool = False
    """A coordinator saw that printed text which could not be compared is not as it was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidAnswer:
    """An answer that came while its case was suspended."""

    said: DoubtsAnswered
    behind: int
    """How many forms had been laid by before it came: those are taken first."""
