"""A mailbox and a store in which all is well, for tests of the ledger that make one thing wrong."""

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.mails import a_mail
from tests.soak.ledger import Ledger
from tests.soak.ledger_facts import Once
from tests.soak.ledger_hours import Hours

NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)
"""A Wednesday in Shanghai."""
LI, MA, CLERK = "li@example.com", "ma@example.com", "collab@example.com"
ITEM, CASE = "confirm/研发部/1", "XT-2026-0001"
_DUE = NOON + timedelta(hours=6)
_SLOT = "2026-03-03T01:00:00+00:00"
ANSWER = a_mail(sender=LI, to=(CLERK,), message_id="<answer@example.com>")
_MARKS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def letter_of(name: str, *, text: str = "请填写\n", cc: tuple[str, ...] = (), **more: str) -> bytes:
    """Return a letter of the clerk to 李娜."""
    head = {"headers": _MARKS} if "headers" not in more else {}
    return a_mail(sender=CLERK, to=(LI,), cc=cc, text=text, message_id=name, **head, **more)  # type: ignore[arg-type]


@dataclass
class Place:
    """A mailbox and a store in which all is well, and the ledger that watches them."""

    folder: Path
    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Lay out a case that waits for one answer and has filed another."""
        for name in ("Inbox", "Handled", "Review", "Quarantined", "Ignored", "data"):
            (self.folder / name).mkdir()
        self.store = sqlite3.connect(self.folder / "data" / "formclerk.db", isolation_level=None)
        self.store.executescript(
            """
            CREATE TABLE inbox (id, digest, state, filed_at, message_id, twin);
            CREATE TABLE outbox (message_id, key, letter, urgency, state, "case", item, added_at);
            CREATE TABLE cases (id, status, stage, body);
            CREATE TABLE timers ("case", subject, fired);
            """
        )
        tell = Once(self.found.append)
        self.ledger = Ledger(
            folder=self.folder,
            store=str(self.folder / "data" / "formclerk.db"),
            people={LI: "研发部", MA: "财务部"},
            hours=Hours(ZoneInfo("Asia/Shanghai"), lambda day: day.weekday() < 5, budget=1, tell=tell),
            tell=tell,
        )
        said = {"request//1": {"goals": "按期完成", "departments.0.asked": "样机"}}
        self.ledger.mail_in(ANSWER, "on time", NOON, advances=True, machine=False, said=said)
        (self.folder / "Handled" / "1.eml").write_bytes(ANSWER)
        digest = sha256(ANSWER).hexdigest()
        row = (1, digest, "done", "2026", "<answer@example.com>", 0)
        self.store.execute("INSERT INTO inbox VALUES (?, ?, ?, ?, ?, ?)", row)
        self.body: dict[str, Any] = {
            "items": [
                {"id": ITEM, "holder": LI, "due": {"at": _DUE.isoformat(), "rule": "2 workdays"}},
                {"id": "request//1", "state": "done", "holder": LI, "due": {"at": _DUE.isoformat()}},
            ],
            "filings": [
                {
                    "item": "request//1",
                    "step": "request",
                    "by": LI,
                    "mail": "<answer@example.com>",
                    "values": {"goals": "按期完成", "departments": {"$rows": [{"asked": "样机"}]}},
                }
            ],
        }
        self.store.execute("INSERT INTO cases VALUES (?, 'open', 'intake', '{}')", (CASE,))
        self.store.execute("INSERT INTO timers VALUES (?, ?, NULL)", (CASE, ITEM))
        self.keep()
        self.send(
            "<fc.1@example.com>", "reminder", "notice", f"{CASE}/reminder/{ITEM}/remind/{ITEM}/{_SLOT}/zh"
        )

    def keep(self) -> None:
        """Write the case as it is now."""
        self.store.execute("UPDATE cases SET body = ?", (json.dumps(self.body),))

    def end(self, status: str) -> None:
        """Let the case be over."""
        self.body["items"][0]["state"] = "done"
        self.keep()
        self.store.execute("UPDATE cases SET status = ?", (status,))

    def send(  # noqa: PLR0913 - a letter has that many sides
        self,
        name: str,
        letter: str = "ask",
        urgency: str = "work",
        key: str = "",
        *,
        at: datetime = NOON,
        content: bytes = b"",
    ) -> None:
        """Let a letter leave that the store knows of."""
        row = (name, key or name, letter, urgency, CASE, ITEM, at.isoformat())
        self.store.execute("INSERT INTO outbox VALUES (?, ?, ?, ?, 'sent', ?, ?, ?)", row)
        self.leave(name, at=at, content=content or letter_of(name, text=f"{name}\n"))

    def leave(
        self, name: str, *, at: datetime = NOON, content: bytes = b"", to: tuple[str, ...] = (LI,)
    ) -> None:
        """Let a letter leave, whatever the store knows."""
        self.ledger.letter_out(name, at, at, to, content or letter_of(name))

    def look(self) -> list[str]:
        """Look at everything, and return what is wrong."""
        self.ledger.look(NOON, calm=True)
        return self.found
