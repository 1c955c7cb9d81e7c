"""The ledger finds what it looks for: a check that cannot fail proves nothing."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.mails import a_mail
from tests.soak.ledger import Ledger
from tests.soak.ledger_facts import AGAIN

_NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)
"""A Wednesday in Shanghai."""
_LI, _MA, _CLERK = "li@example.com", "ma@example.com", "collab@example.com"
_ITEM, _CASE = "confirm/研发部/1", "XT-2026-0001"
_DUE = _NOON + timedelta(hours=6)
_SLOT = "2026-03-03T01:00:00+00:00"
_ANSWER = a_mail(sender=_LI, to=(_CLERK,), message_id="<answer@example.com>")
_MARKS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def _letter(name: str, *, text: str = "请填写\n", cc: tuple[str, ...] = (), **more: str) -> bytes:
    head = {"headers": _MARKS} if "headers" not in more else {}
    return a_mail(sender=_CLERK, to=(_LI,), cc=cc, text=text, message_id=name, **head, **more)  # type: ignore[arg-type]


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
        self.ledger = Ledger(
            folder=self.folder,
            zone=ZoneInfo("Asia/Shanghai"),
            is_worked=lambda day: day.weekday() < 5,
            people=frozenset({_LI, _MA}),
            budget=1,
            tell=self.found.append,
        )
        self.ledger.mail_in(_ANSWER, "on time", _NOON, advances=True, machine=False)
        (self.folder / "Handled" / "1.eml").write_bytes(_ANSWER)
        digest = sha256(_ANSWER).hexdigest()
        row = (1, digest, "done", "2026", "<answer@example.com>", 0)
        self.store.execute("INSERT INTO inbox VALUES (?, ?, ?, ?, ?, ?)", row)
        self.body: dict[str, Any] = {
            "items": [
                {"id": _ITEM, "holder": _LI, "due": {"at": _DUE.isoformat(), "rule": "2 workdays"}},
                {"id": "request//1", "state": "done", "holder": _LI, "due": {"at": _DUE.isoformat()}},
            ],
            "filings": [{"item": "request//1", "by": _LI, "mail": "<answer@example.com>"}],
        }
        self.store.execute("INSERT INTO cases VALUES (?, 'open', 'intake', '{}')", (_CASE,))
        self.store.execute("INSERT INTO timers VALUES (?, ?, NULL)", (_CASE, _ITEM))
        self.keep()
        self.send(
            "<fc.1@example.com>", "reminder", "notice", f"{_CASE}/reminder/{_ITEM}/remind/{_ITEM}/{_SLOT}/zh"
        )

    def keep(self) -> None:
        """Write the case as it is now."""
        self.store.execute("UPDATE cases SET body = ?", (json.dumps(self.body),))

    def send(  # noqa: PLR0913 - a letter has that many sides
        self,
        name: str,
        letter: str = "ask",
        urgency: str = "work",
        key: str = "",
        *,
        at: datetime = _NOON,
        content: bytes = b"",
    ) -> None:
        """Let a letter leave that the store knows of."""
        row = (name, key or name, letter, urgency, _CASE, _ITEM, at.isoformat())
        self.store.execute("INSERT INTO outbox VALUES (?, ?, ?, ?, 'sent', ?, ?, ?)", row)
        self.leave(name, at=at, content=content or _letter(name, text=f"{name}\n"))

    def leave(
        self, name: str, *, at: datetime = _NOON, content: bytes = b"", to: tuple[str, ...] = (_LI,)
    ) -> None:
        """Let a letter leave, whatever the store knows."""
        self.ledger.letter_out(name, at, at, to, content or _letter(name))

    def look(self) -> list[str]:
        """Look at everything, and return what is wrong."""
        self.ledger.look(_NOON, calm=True)
        return self.found


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a place where all is well."""
    return Place(tmp_path)


def _sent_twice(place: Place) -> None:
    place.leave("<fc.1@example.com>")


def _said_twice(place: Place) -> None:
    place.send("<fc.2@example.com>", content=_letter("<fc.2@example.com>"))
    place.send("<fc.3@example.com>", content=_letter("<fc.3@example.com>"))


def _unmarked(place: Place) -> None:
    place.send(
        "<fc.2@example.com>", content=a_mail(sender=_CLERK, to=(_LI,), message_id="<fc.2@example.com>")
    )


def _to_a_machine(place: Place) -> None:
    robot = a_mail(sender="robot@elsewhere.example", message_id="<robot@elsewhere.example>")
    place.ledger.mail_in(robot, "loop", _NOON, advances=False, machine=True)
    content = _letter("<fc.2@example.com>", in_reply_to="<robot@elsewhere.example>")
    place.send("<fc.2@example.com>", content=content)


def _to_a_stranger(place: Place) -> None:
    place.leave("<fc.1@example.com>", to=("somebody@elsewhere.example",))


def _undecided(place: Place) -> None:
    place.leave("<fc.9@example.com>", content=_letter("<fc.9@example.com>", text="?\n"))


def _by_night(place: Place) -> None:
    place.send("<fc.2@example.com>", at=_NOON + timedelta(hours=9))


def _on_sunday(place: Place) -> None:
    place.send("<fc.2@example.com>", at=_NOON + timedelta(days=4))


def _above_the_budget(place: Place) -> None:
    place.send("<fc.2@example.com>", "milestone", "notice")


def _before_its_slot(place: Place) -> None:
    key = f"{_CASE}/reminder/{_ITEM}/remind/{_ITEM}/2026-03-05T01:00:00+00:00/zh"
    place.send("<fc.2@example.com>", "reminder", "urgent", key)


def _before_the_day_before(place: Place) -> None:
    place.send("<fc.2@example.com>", "reminder", "urgent", "r", at=_NOON - timedelta(days=2))


def _copied_before_due(place: Place) -> None:
    content = _letter("<fc.2@example.com>", text="?\n", cc=(_MA,))
    place.send("<fc.2@example.com>", "reminder", "urgent", "r", content=content)


def _never_left(place: Place) -> None:
    place.store.execute(
        "INSERT INTO outbox VALUES ('<fc.8@x>', 'k', 'ask', 'work', 'sent', '', '', '2026-03-04')"
    )


def _said_to_be_dropped(place: Place) -> None:
    place.store.execute("UPDATE outbox SET state = 'dropped'")


def _waits_for_ever(place: Place) -> None:
    old = (_NOON - timedelta(days=9)).isoformat()
    place.store.execute(
        "INSERT INTO outbox VALUES ('<fc.8@x>', 'k', 'ask', 'work', 'pending', '', '', ?)", (old,)
    )


def _not_settled(place: Place) -> None:
    place.store.execute("UPDATE inbox SET state = 'read'")


def _not_taken_in(place: Place) -> None:
    place.store.execute("DELETE FROM inbox")


def _made_up(place: Place) -> None:
    place.store.execute("UPDATE inbox SET digest = 'another'")


def _lost(place: Place) -> None:
    (place.folder / "Handled" / "1.eml").unlink()


def _moved_by_another(place: Place) -> None:
    place.body["filings"][0]["by"] = _MA
    place.keep()


def _moved_by_a_bad_mail(place: Place) -> None:
    forged = a_mail(sender=_LI, to=(_CLERK,), message_id="<forged@elsewhere.example>")
    place.ledger.mail_in(forged, "spoofed", _NOON, advances=False, machine=False)
    place.body["filings"][0]["mail"] = "<forged@elsewhere.example>"
    place.keep()


def _no_clock(place: Place) -> None:
    place.store.execute("UPDATE timers SET fired = '2026'")


def _no_holder(place: Place) -> None:
    place.body["items"][0]["holder"] = "gone@example.com"
    place.keep()


def _stuck(place: Place) -> None:
    place.body["items"][0]["state"] = "done"
    place.keep()
    _no_clock(place)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (_sent_twice, "doubled"),
        (_said_twice, "the same words twice"),
        (_unmarked, "unmarked"),
        (_to_a_machine, "answered a machine"),
        (_to_a_stranger, "a stranger was written to"),
        (_undecided, "a letter nobody decided"),
        (_by_night, "not an hour to write"),
        (_on_sunday, "not an hour to write"),
        (_above_the_budget, "too many notices"),
        (_before_its_slot, "early"),
        (_before_the_day_before, "reminded early"),
        (_copied_before_due, "escalated early"),
        (_never_left, "never left"),
        (_said_to_be_dropped, "is said to be dropped"),
        (_waits_for_ever, "waits unseen"),
        (_not_settled, "not ended"),
        (_not_taken_in, "are in the ledger"),
        (_made_up, "a mail nobody sent"),
        (_lost, "lie in the folders"),
        (_moved_by_another, "moved by who may not"),
        (_moved_by_a_bad_mail, "moved by who may not"),
        (_no_clock, "no clock"),
        (_no_holder, "nobody holds"),
        (_stuck, "waits for nothing"),
    ],
)
def test_each_thing_that_may_not_be_is_found(place: Place, wrong: Callable[[Place], None], said: str) -> None:
    """One thing is made wrong where all was well, and the ledger says which."""
    assert place.look() == []
    wrong(place)
    assert [line for line in place.look() if said in line]


def test_a_letter_that_was_shown_as_unsure_may_leave_again(place: Place) -> None:
    """A person saw that it might have left, and decided."""
    place.ledger.shown_unsure({"<fc.1@example.com>"})
    place.leave("<fc.1@example.com>")
    assert place.look() == []


def test_a_form_may_come_again_when_somebody_asked_for_it(place: Place) -> None:
    """重发 sends the same words again, and is the only thing that does."""
    place.send("<fc.2@example.com>", content=_letter("<fc.2@example.com>"))
    again = a_mail(sender=_LI, to=(_CLERK,), text="重发\n", message_id="<again@example.com>")
    place.ledger.mail_in(again, AGAIN, _NOON, advances=False, machine=False)
    place.send("<fc.3@example.com>", content=_letter("<fc.3@example.com>"))
    assert place.found == []


def test_what_the_commands_do_not_show_is_found(place: Place) -> None:
    """A mail that waits, an item that is open, a chain that is broken: the outside must say so."""
    place.store.execute("UPDATE inbox SET state = 'review'")
    say = {"en": "the chain is broken"}

    def views(command: str, *_: str) -> object:
        shown: dict[str, object] = {
            "queue": {"mails": [], "letters": []},
            "cases": [{"case": _CASE}],
            "status": {"items": []},
            "verify": {"findings": [{"where": "journal/3", "say": say}]},
            "replay": {"differences": [{"seq": 3, "case": _CASE, "cause": "c", "say": say}]},
        }
        return shown[command]

    place.ledger.compare(views)
    starts = ("the queue does not show the mails", "status", "verify", "replay")
    assert [line.startswith(start) for line, start in zip(place.found, starts, strict=True)] == [True] * 4


def test_a_case_that_never_ends_and_a_mail_in_two_places_are_found(place: Place) -> None:
    """At the end of a run everything has come to its own."""
    (place.folder / "Review" / "1.eml").write_bytes(_ANSWER)
    place.ledger.ends()
    assert [line.partition(":")[0] for line in place.found] == [
        "never ended",
        "mail on time <answer@example.com> lies in ['Handled', 'Review']",
    ]
