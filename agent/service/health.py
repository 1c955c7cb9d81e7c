"""The health file: what a monitor, `doctor` or a person looks at to see that the daemon is alive and well.

It is replaced as a whole after each round, so that a reader never sees half of it.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from agent.service.alarms import Alarm
from agent.service.faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The mailbox compared with the ledger after a round (reliability.md, promise 1)."""

    in_inbox: int = 0
    """Mails that lie in the Inbox."""
    unknown: int = 0
    """Of these, how many the ledger has not taken in; anything but 0 after a round is a fault."""
    waiting: int = 0
    """Of these, how many are taken in and not settled yet."""
    unfiled: int = 0
    """Of these, how many are settled and still not filed away."""

    @property
    def agrees(self) -> bool:
        """Say whether every mail in the Inbox is accounted for."""
        return self.unknown == 0 and self.unfiled == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the daemon was after its last round."""

    at: datetime
    process: int
    rounds: int
    mailbox: Reconciliation | None
    """None while the mailbox is away."""
    mails: Mapping[str, int] = field(default_factory=dict)
    """How many mails are in each state."""
    letters: Mapping[str, int] = field(default_factory=dict)
    """How many letters are in each state."""
    next_moment: datetime | None = None
    faults: tuple[Fault, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    held_back: int = 0
    """Letters that wait for the provider's sending limit."""
    canary: str = "off"
    """off, waiting (on its way), back, or absent."""
    disk_free: int | None = None
    """Bytes; None when nobody can tell."""

    @property
    def well(self) -> bool:
        """Say whether nobody needs to look."""
        return self.mailbox is not None and self.mailbox.agrees and not self.faults and not self.alarms

    def as_json(self) -> dict[str, object]:
        """Return the content of the health file."""
        return {
            "at": self.at.isoformat(),
            "well": self.well,
            "process": self.process,
            "rounds": self.rounds,
            "mailbox": asdict(self.mailbox) if self.mailbox is not None else None,
            "mails": dict(self.mails),
            "letters": dict(self.letters),
            "next_moment": self.next_moment.isoformat() if self.next_moment else None,
            "faults": [
                {"about": f.about, "why": f.why, "times": f.times, "last": f.last.isoformat()}
                for f in self.faults
            ],
            "alarms": [
                {"about": a.about, "since": a.since.isoformat(), "say": {"zh": a.say.zh, "en": a.say.en}}
                for a in self.alarms
            ],
            "held_back": self.held_back,
            "canary": self.canary,
            "disk_free": self.disk_free,
        }


def write(health: Health, path: Path) -> None:
    """Replace the health file at `path`.

    Raises:
        OSError: it cannot be written; the one that was there stays, and its `at` tells how old it is.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    try:
        fresh.write_text(json.dumps(health.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
