"""The independent ledger: it knows what went in and what came out, and nothing of the program.

It is told of every mail that was delivered and of every letter that left, reads the store as a stranger with
a database tool would, and says what cannot be.  Nothing of `agent`, `parsers` or `store` is imported here.
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email import policy
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.soak.ledger_facts import AGAIN, In, Out, ReadOnly, Row, Views, is_open, moment, slots

_SHELVES = {"done": "Handled", "review": "Review", "quarantined": "Quarantined", "ignored": "Ignored"}
_FOLDERS = ("Inbox", *_SHELVES.values())
_OPEN = frozenset({"open", "suspended"})
_QUIET = (20, 8)
"""Hours of the wall clock between which only answers and what is urgent may leave."""
_MORNING = time(9)
_STALE = 3
"""Workdays; a letter that waits longer must be on somebody's list."""
_LEFT = frozenset({"sent", "unsure", "sending", "pending"})


@dataclass
class Ledger:
    """See the module.  What it finds wrong is told once, as a line."""

    folder: Path
    zone: ZoneInfo
    is_worked: Callable[[date], bool]
    people: frozenset[str]
    budget: int
    tell: Callable[[str], None]
    mails: dict[str, In] = field(default_factory=dict)
    """By SHA-256 of their bytes."""
    letters: list[Out] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)
    """Message-IDs of letters that were shown as unsure."""
    delivered: int = 0
    _by_id: dict[str, list[In]] = field(default_factory=lambda: defaultdict(list))
    _copies: Counter[str] = field(default_factory=Counter)
    _times: Counter[str] = field(default_factory=Counter)
    _said: dict[tuple[str, str], tuple[str, datetime]] = field(default_factory=dict)
    _dues: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)
    _notices: Counter[tuple[str, date]] = field(default_factory=Counter)
    _judged: int = 0

    # ------------------------------------------------------------------ what happens

    def mail_in(self, content: bytes, what: str, at: datetime, *, advances: bool, machine: bool) -> None:
        """Note a mail that was delivered; the same bytes again are the same mail."""
        self.delivered += 1
        digest = sha256(content).hexdigest()
        self._copies[digest] += 1
        if digest in self.mails:
            return
        head = BytesHeaderParser(policy=policy.default).parsebytes(content)
        ((_, sender), *_) = getaddresses([str(head["From"])])
        mail = In(len(self.mails) + 1, what, str(head["Message-ID"]), sender, advances, machine, at)
        self.mails[digest] = mail
        self._by_id[mail.message_id].append(mail)

    def letter_out(
        self, message_id: str, at: datetime, shown: datetime, recipients: tuple[str, ...], content: bytes
    ) -> None:
        """Note that a letter left, and judge it by itself."""
        mail = BytesParser(policy=policy.default).parsebytes(content)
        if mail["X-Formclerk-Canary"]:
            return
        answers = str(mail["In-Reply-To"] or "")
        out = Out(message_id, at, shown, recipients, bool(mail["Cc"]), answers)
        self.letters.append(out)
        self._times[message_id] += 1
        if self._times[message_id] > 1 and message_id not in self.doubtful:
            self._wrong(f"doubled: {message_id} to {recipients} left {self._times[message_id]} times")
        for name in ("Auto-Submitted", "X-Auto-Response-Suppress"):
            if not mail[name]:
                self._wrong(f"unmarked: {message_id} has no {name}")
        if any(each.machine for each in self._by_id.get(answers, ())):
            self._wrong(f"answered a machine: {message_id} answers {answers}")
        body = mail.get_body(("plain",))
        words = sha256(f"{mail['Subject']}\n{answers}\n{body.get_content() if body else ''}".encode())
        for part in mail.iter_attachments():  # another copy of a form is another letter
            words.update(str(part.get_payload()).encode())
        for reader in recipients:
            before, when = self._said.get((reader, words.hexdigest()), (message_id, at))
            self._said[reader, words.hexdigest()] = message_id, at
            if before != message_id and before not in self.doubtful and not self._asked_again(when, at):
                self._wrong(f"the same words twice: {message_id} and {before} to {reader}: {mail['Subject']}")
            if reader not in self.people:
                self._wrong(f"a stranger was written to: {message_id} to {reader}")

    def _asked_again(self, since: datetime, until: datetime) -> bool:
        return any(each.what == AGAIN and since <= each.at <= until for each in self.mails.values())

    def shown_unsure(self, message_ids: set[str]) -> None:
        """Note which letters a person was told to look after."""
        self.doubtful |= message_ids

    # ------------------------------------------------------------------ what stands

    def look(self, shown: datetime, *, calm: bool) -> None:
        """Look at mailbox and store; `calm` says that nothing is in the way: no fault, nothing at work."""
        with self._database() as store:
            self._mails(store, calm=calm)
            self._letters(store, shown, calm=calm)
            for case, status, body in store.execute("SELECT id, status, body FROM cases"):
                self._case(store, case, status, json.loads(body))

    def compare(self, views: Views) -> None:
        """Compare what the program's own commands show with what is there."""
        with self._database() as store:
            waiting = {
                n for (n,) in store.execute("SELECT id FROM inbox WHERE state IN ('review', 'quarantined')")
            }
            stuck = {
                k for (k,) in store.execute("SELECT key FROM outbox WHERE state IN ('unsure', 'failed')")
            }
            cases = {c: (s, json.loads(b)) for c, s, b in store.execute("SELECT id, status, body FROM cases")}
        queue = views("queue")
        if {each["id"] for each in queue["mails"]} != waiting:
            self._wrong(f"the queue does not show the mails {sorted(waiting)}")
        if {each["key"] for each in queue["letters"]} != stuck:
            self._wrong(f"the queue does not show the letters {sorted(stuck)}")
        if {each["case"] for each in views("cases", "--all")} != set(cases):
            self._wrong("the list of cases is not whole")
        for case, (status, body) in cases.items():
            if status == "open":
                listed = {each["item"] for each in views("status", case)["items"]}
                if listed != {each["id"] for each in body.get("items", []) if is_open(each)}:
                    self._wrong(f"status {case} shows other items than are open")
        for finding in views("verify", "--store")["findings"]:
            self._wrong(f"verify: {finding['where']}: {finding['say']['en']}")
        for each in views("replay")["differences"]:
            self._wrong(f"replay: {each['seq']} {each['case']} {each['cause']}: {each['say']['en']}")

    def ends(self) -> Counter[str]:
        """Check that everything has come to its end; return how the cases ended."""
        with self._database() as store:
            cases = list(store.execute("SELECT id, status, stage, body FROM cases"))
            states = dict(store.execute("SELECT digest, state FROM inbox"))
        for case, status, stage, body in cases:
            if status in _OPEN:
                items = [each["id"] for each in json.loads(body).get("items", []) if is_open(each)]
                self._wrong(f"never ended: {case} is {status} in {stage}, waiting for {items}")
        lying = Counter(
            (sha256(file.read_bytes()).hexdigest(), name)
            for name in _FOLDERS
            for file in (self.folder / name).glob("*.eml")
        )
        for digest, mail in self.mails.items():
            places = {name for found, name in lying if found == digest}
            # What a coordinator has worked stays where it was filed first; a copy that comes later does not.
            most = min(self._copies[digest], 2)
            if not 1 <= len(places) <= most or "Inbox" in places:
                self._wrong(f"mail {mail.what} {mail.message_id} lies in {sorted(places)}")
            if digest not in states:
                self._wrong(f"mail {mail.what} {mail.message_id} is not in the ledger")
        return Counter(status for _, status, _, _ in cases)

    # ------------------------------------------------------------------ the rules

    def _mails(self, store: sqlite3.Connection, *, calm: bool) -> None:
        rows = list(store.execute("SELECT digest, state, filed_at, message_id, twin, id FROM inbox"))
        for digest, state, filed, name, _twin, number in rows:
            mail = self.mails.get(digest)
            if mail is None:
                self._wrong(f"a mail nobody sent: {number} {name}")
                continue
            if calm and (state not in _SHELVES or filed is None):
                self._wrong(f"not ended: mail {number} ({mail.what}) is {state}, filed {filed}")
            if mail.what == "poison mail" and state == "done":
                self._wrong(f"a poison mail was read: {number} is {state}")
            if mail.what in {"stranger", "list mail", "loop", "canary"} and state == "done":
                self._wrong(f"a mail of nobody's was done: {number} ({mail.what})")
            if mail.what == "twin" and state == "done":
                self._wrong(f"a twin was done: {number} {name}")
        lying = sum(len(list((self.folder / name).glob("*.eml"))) for name in _FOLDERS)
        # The third copy of the same bytes replaces the second one on its shelf.
        if not len(self.mails) <= lying <= self.delivered:
            self._wrong(f"{self.delivered} mails were delivered, {lying} lie in the folders")
        if calm and len(rows) != len(self.mails):
            self._wrong(f"{len(self.mails)} mails came, {len(rows)} are in the ledger")

    def _letters(self, store: sqlite3.Connection, shown: datetime, *, calm: bool) -> None:
        rows = {
            name: Row(*more)
            for name, *more in store.execute(
                'SELECT message_id, key, letter, urgency, state, "case", item, added_at FROM outbox'
            )
        }
        for name, row in rows.items():
            if row.state == "sent" and not self._times[name]:
                self._wrong(f"said to be sent and never left: {row.key}")
            waits = row.state in {"pending", "sending"} and row.letter != "personal_digest"
            if calm and waits and self._worked_since(moment(row.added), shown) > _STALE:
                self._wrong(f"waits unseen since {row.added}: {row.key}")
        for number, out in enumerate(self.letters):
            found = rows.get(out.message_id)
            if found is None:
                self._wrong(f"a letter nobody decided: {out.message_id}")
                continue
            if found.state not in _LEFT and out.message_id not in self.doubtful:
                self._wrong(f"left, and is said to be {found.state}: {found.key}")
            if number >= self._judged:
                self._hour(out, found)
                if found.letter == "reminder":
                    self._reminder(store, out, found)
        self._judged = len(self.letters)

    def _hour(self, out: Out, row: Row) -> None:
        """Check quiet hours and the budget of a letter that left."""
        if out.message_id in self.doubtful:
            return  # a person decides when it leaves again, and it counts once
        local = out.shown.astimezone(self.zone)
        if row.urgency in {"work", "notice"}:
            quiet = local.hour >= _QUIET[0] or local.hour < _QUIET[1]
            if quiet or not self.is_worked(local.date()):
                self._wrong(f"not an hour to write: {row.key} left at {local:%a %m-%d %H:%M}")
        if row.urgency == "notice":
            for reader in out.recipients:
                self._notices[reader, local.date()] += 1
                if self._notices[reader, local.date()] > self.budget:
                    self._wrong(f"too many notices to {reader} on {local.date()}")

    def _reminder(self, store: sqlite3.Connection, out: Out, row: Row) -> None:
        """Check that a reminder was not early: its slot has come, and who is copied was late."""
        key, case, item = row.key, row.case, row.item
        slot = next((part for part in slots(key)), None)
        if slot is not None and out.shown < slot:
            self._wrong(f"early: {key} left at {out.shown.isoformat()}")
        due, rule = self._due(store, case, item)
        if due is None:
            return
        if out.copied and out.shown < due:
            self._wrong(f"escalated early: {key}, due {due.isoformat()}, left {out.shown.isoformat()}")
        if not out.copied and "workday" in rule and out.shown < self._morning_before(due):
            self._wrong(f"reminded early: {key}, due {due.isoformat()}, left {out.shown.isoformat()}")

    def _due(self, store: sqlite3.Connection, case: str, item: str) -> tuple[datetime | None, str]:
        (body,) = store.execute("SELECT body FROM cases WHERE id = ?", (case,)).fetchone()
        for each in json.loads(body).get("items", []):
            if each["id"] == item:
                due = datetime.fromisoformat(each["due"]["at"])
                first = self._dues.setdefault((case, item), due)
                return min(first, due), each["due"]["rule"]
        return None, ""

    def _worked_since(self, since: datetime, now: datetime) -> int:
        first, last = since.astimezone(self.zone).date(), now.astimezone(self.zone).date()
        return sum(self.is_worked(first + timedelta(days=n + 1)) for n in range((last - first).days))

    def _morning_before(self, due: datetime) -> datetime:
        day = due.astimezone(self.zone).date() - timedelta(days=1)
        while not self.is_worked(day):
            day -= timedelta(days=1)
        return datetime.combine(day, _MORNING, self.zone).astimezone(UTC)

    def _case(self, store: sqlite3.Connection, case: str, status: str, body: dict[str, Any]) -> None:
        for filing in body.get("filings", []):
            sent = self._by_id.get(filing["mail"], [])
            if not any(each.advances and each.sender == filing["by"] for each in sent):
                what = [each.what for each in sent]
                self._wrong(f"moved by who may not: {case} {filing['item']} by {filing['by']} ({what})")
        if status != "open":
            return
        clocks = {
            subject
            for (subject,) in store.execute(
                'SELECT subject FROM timers WHERE "case" = ? AND fired IS NULL', (case,)
            )
        }
        items = [each for each in body.get("items", []) if is_open(each)]
        for each in items:
            self._dues.setdefault((case, each["id"]), datetime.fromisoformat(each["due"]["at"]))
            if each["id"] not in clocks:
                self._wrong(f"no clock: {case} {each['id']}")
            if each["holder"] not in self.people:
                self._wrong(f"nobody holds {case} {each['id']}")
        if not items and not clocks:
            self._wrong(f"{case} waits for nothing")

    # ------------------------------------------------------------------ tools

    def _database(self) -> ReadOnly:
        return ReadOnly(self.folder / "data" / "formclerk.db")

    def _wrong(self, what: str) -> None:
        if what not in self._told:
            self._told.add(what)
            self.tell(what)
