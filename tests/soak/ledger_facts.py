"""What the ledger keeps of a mail and a letter, and how it reads what the store has of them."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

Views: TypeAlias = Callable[..., Any]
"""Runs a command of the program with `--json` and returns what it printed."""

Said: TypeAlias = Mapping[str, Mapping[str, str]]
"""By work item, what somebody wrote into the places of its form that hold plain words or one choice."""

AGAIN = "asked again"
"""What a mail is that asks for the open forms once more."""
OVER = "takes it back"
"""What a mail is that ends its case before its time."""

_CASE = re.compile(r"XT-\d{4}-\d{4,}")


@dataclass(frozen=True, slots=True)
class In:
    """One mail that was delivered, by its bytes."""

    number: int
    what: str
    message_id: str
    sender: str
    advances: bool
    machine: bool
    at: datetime
    case: str
    """The number of the case that its subject names, if any."""
    said: Said


@dataclass(frozen=True, slots=True)
class Out:
    """One letter, one time that it left."""

    message_id: str
    at: datetime
    shown: datetime
    recipients: tuple[str, ...]
    copied: bool
    """It has readers in Cc."""
    answers: str


@dataclass(frozen=True, slots=True)
class Row:
    """A letter as the store has it."""

    key: str
    letter: str
    urgency: str
    state: str
    case: str
    item: str
    added: str


class Once:
    """Tells each finding once."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._told: set[str] = set()

    def __call__(self, what: str) -> None:
        """Tell `what`, unless it was told before."""
        if what not in self._told:
            self._told.add(what)
            self._tell(what)


def case_in(subject: str) -> str:
    """Return the number of the case that a subject names; nothing when it names none."""
    found = _CASE.search(subject)
    return found[0] if found is not None else ""


def is_open(item: dict[str, Any]) -> bool:
    """Say whether a work item, as the store has it, waits for its answer."""
    return str(item.get("state", "open")) == "open"


def moment(text: str) -> datetime:
    """Return a moment as the store has it, in UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def slots(key: str) -> Iterator[datetime]:
    """Yield the moment of the timer that a reminder's key names."""
    for part in key.split("/"):
        if part.count(":") >= 2 and part[:4].isdecimal():
            yield moment(part)
