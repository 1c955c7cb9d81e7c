"""What the ledger keeps of a mail and a letter, and how it reads a database it must not change."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

Views: TypeAlias = Callable[..., Any]
"""Runs a command of the program with `--json` and returns what it printed."""

AGAIN = "asked again"
"""What a mail is that asks for the open forms once more."""


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


class ReadOnly:
    """A look at a SQLite file that cannot change it."""

    def __init__(self, file: Path) -> None:
        self._store = sqlite3.connect(f"file:{file}?mode=ro", uri=True)

    def __enter__(self) -> sqlite3.Connection:
        return self._store

    def __exit__(self, *_: object) -> None:
        self._store.close()


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
