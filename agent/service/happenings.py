"""What the passes did, one value per thing: for the log, the rehearsal's lines and the demo's progress."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TypeAlias

from agent.domain.words import Words

log = logging.getLogger(__name__)


class What(Enum):
    """Which kind of thing happened; the value is its name in `--json` and in the log."""

    TAKEN_IN = "taken-in"
    """The raw bytes of a mail are durable."""
    READ = "read"
    """A mail and its documents were read."""
    CRASHED = "crashed"
    """A reader died; the mail is tried again, or quarantined after three times."""
    SETTLED = "settled"
    """A mail reached its final state."""
    FILED = "filed"
    """A settled mail left the Inbox for its shelf."""
    DECIDED = "decided"
    """An event was decided for a case."""
    STRUCK = "struck"
    """A timer or a schedule came due."""
    SENT = "sent"
    """A letter left."""
    FOLDED = "folded"
    """A notice above the budget waits for the personal digest."""
    DROPPED = "dropped"
    """A letter lost its reason before it left."""
    DELAYED = "delayed"
    """The mail server wants a letter later."""
    UNSURE = "unsure"
    """A letter may or may not have left; a person looks."""
    FAILED = "failed"
    """A letter, timer or archive cannot be dealt with; it is in the digest."""
    SEALED = "sealed"
    """The archive of a case stands."""
    OPERATED = "operated"
    """A coordinator released, dropped or retried a mail of the review list."""


_LOUD = frozenset({What.CRASHED, What.DELAYED, What.UNSURE, What.FAILED})


_NOT_LOGGED = frozenset({"subject"})
"""A subject is the sender's own words, and may be personal: the Message-ID finds the mail in the ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened; keys that do not apply are absent from `facts`."""

    at: datetime
    what: What
    facts: dict[str, str] = field(default_factory=dict)
    """Names: `case`, `mail` (Message-ID), `number` (in the ledger), `state`, `event`, `timer`, `letter`,
    `key`, `to`."""
    because: Words | None = None

    def as_json(self) -> dict[str, object]:
        """Return the line that `--json` prints."""
        line: dict[str, object] = {"at": self.at.isoformat(), "what": self.what.value, **self.facts}
        if self.because is not None:
            line["because"] = {"zh": self.because.zh, "en": self.because.en}
        return line


Listener: TypeAlias = Callable[[Happening], None]
"""Told of each thing after it has become true; must not raise."""


def to_log(happening: Happening) -> None:
    """Write `happening` to the log: the listener of the daemon."""
    said = happening.because.en if happening.because is not None else ""
    known = {name: value for name, value in happening.facts.items() if name not in _NOT_LOGGED}
    facts = " ".join(f"{name}={value}" for name, value in known.items())
    log.log(
        logging.WARNING if happening.what in _LOUD else logging.INFO,
        "%s %s %s",
        happening.what.value,
        facts,
        said,
        extra={"action": happening.what.value, **known},
    )
