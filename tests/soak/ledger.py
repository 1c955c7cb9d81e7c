"""The independent ledger: it knows what went in and what came out, and nothing of the program.

It is told of every mail that was delivered and of every letter that left, reads the store as a stranger with
a database tool would, and says what cannot be.  Nothing of `agent`, `parsers` or `store` is imported here.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from hashlib import sha256
from pathlib import Path

from tests.soak import ledger_views
from tests.soak.ledger_cases import Cases
from tests.soak.ledger_facts import AGAIN, In, Out, Row, Said, Views, case_in, is_open, moment
from tests.soak.ledger_hours import Hours
from tests.soak.letters import parsed
from tests.soak.stranger import Ask, looking

_SHELVES = {"done": "Handled", "review": "Review", "quarantined": "Quarantined", "ignored": "Ignored"}
_FOLDERS = ("Inbox", *_SHELVES.values())
_OPEN = frozenset({"open", "suspended"})
_NOBODYS = frozenset({"stranger", "list mail", "loop", "canary"})
_STALE = 3
"""Workdays; a letter that waits longer must be on somebody's list."""
_STORM = 25
"""Letters of one case to one reader in a day; so many nobody can want."""
_LEFT = frozenset({"sent", "unsure", "sending", "pending"})


@dataclass
class Ledger:
    """See the module."""

    folder: Path
    """Where the mailbox is."""
    store: str
    """Where the store is kept (`looking`)."""
    people: Mapping[str, str]
    """The department of each address that may be written to."""
    hours: Hours
    tell: Callable[[str], None]
    """Told of everything that is wrong, as a line."""
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
    _heap: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Letters by reader, case and day."""
    _again: list[datetime] = field(default_factory=list)
    _judged: int = 0

    def __post_init__(self) -> None:
        """Set up the part that judges cases."""
        self._cases = Cases(self.people, self.hours, self._by_id, self.tell)

    # ------------------------------------------------------------------ what happens

    def mail_in(  # noqa: PLR0913 - all that is known of a mail
        self,
        content: bytes,
        what: str,
        at: datetime,
        *,
        advances: bool,
        machine: bool,
        said: Said | None = None,
    ) -> None:
        """Note a mail that was delivered; the same bytes again are the same mail."""
        self.delivered += 1
        digest = sha256(content).hexdigest()
        self._copies[digest] += 1
        if what == AGAIN:
            self.asked_again(at)
        if digest in self.mails:
            return
        head = BytesHeaderParser(policy=policy.default).parsebytes(content)
        ((_, sender), *_) = getaddresses([str(head["From"])])
        mail = In(
            number=len(self.mails) + 1,
            what=what,
            message_id=str(head["Message-ID"]),
            sender=sender,
            advances=advances,
            machine=machine,
            at=at,
            case=case_in(str(head["Subject"])),
            said=said or {},
        )
        self.mails[digest] = mail
        self._by_id[mail.message_id].append(mail)

    def letter_out(
        self, message_id: str, at: datetime, shown: datetime, recipients: tuple[str, ...], content: bytes
    ) -> None:
        """Note that a letter left, and judge it by itself."""
        mail = parsed(content)
        if mail["X-Formclerk-Canary"]:
            return
        answers = str(mail["In-Reply-To"] or "")
        out = Out(message_id, at, shown, recipients, bool(mail["Cc"]), answers)
        self.letters.append(out)
        self._times[message_id] += 1
        if self._times[message_id] > 1 and message_id not in self.doubtful:
            self.tell(f"doubled: {message_id} to {recipients} left {self._times[message_id]} times")
        for name in ("Auto-Submitted", "X-Auto-Response-Suppress"):
            if not mail[name]:
                self.tell(f"unmarked: {message_id} has no {name}")
        if any(each.machine for each in self._by_id.get(answers, ())):
            self.tell(f"answered a machine: {message_id} answers {answers}")
        body = mail.get_body(("plain",))
        words = sha256(f"{mail['Subject']}\n{answers}\n{body.get_content() if body else ''}".encode())
        for part in mail.iter_attachments():  # another copy of a form is another letter
            words.update(str(part.get_payload()).encode())
        for reader in recipients:
            before, when = self._said.get((reader, words.hexdigest()), (message_id, at))
            self._said[reader, words.hexdigest()] = message_id, at
            if before != message_id and before not in self.doubtful and not self._asked_since(when, at):
                self.tell(f"the same words twice: {message_id} and {before} to {reader}: {mail['Subject']}")
            of_case = reader, str(mail["X-Formclerk-Case"] or ""), f"{at:%Y-%m-%d}"
            self._heap[of_case] += 1
            if self._heap[of_case] > _STORM:
                self.tell(f"a storm of letters: to {reader} of {of_case[1]} on {of_case[2]}")
            if reader not in self.people:
                self.tell(f"a stranger was written to: {message_id} to {reader}")

    def asked_again(self, at: datetime) -> None:
        """Note that somebody asked for open forms once more: the same words may come twice."""
        self._again.append(at)

    def _asked_since(self, since: datetime, until: datetime) -> bool:
        return any(since <= each <= until for each in self._again)

    def shown_unsure(self, message_ids: set[str]) -> None:
        """Note which letters a person was told to look after."""
        self.doubtful |= message_ids

    # ------------------------------------------------------------------ what stands

    def look(self, shown: datetime, *, calm: bool) -> None:
        """Look at mailbox and store; `calm` says that nothing is in the way: no fault, nothing at work."""
        with looking(self.store) as ask:
            self._mails(ask, calm=calm)
            self._letters(ask, shown, calm=calm)
            for case, status, body in ask("SELECT id, status, body FROM cases"):
                self._cases.judge(ask, case, status, json.loads(body))

    def compare(self, views: Views) -> None:
        """Compare what the program's own commands show with what is there."""
        ledger_views.compare(self.store, views, self.tell)

    def ends(self) -> Counter[str]:
        """Check that everything has come to its end; return how the cases ended."""
        with looking(self.store) as ask:
            cases = ask("SELECT id, status, stage, body FROM cases")
            states = {digest for (digest,) in ask("SELECT digest FROM inbox")}
        for case, status, stage, body in cases:
            if status in _OPEN:
                items = [each["id"] for each in json.loads(body).get("items", []) if is_open(each)]
                self.tell(f"never ended: {case} is {status} in {stage}, waiting for {items}")
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
                self.tell(f"mail {mail.what} {mail.message_id} lies in {sorted(places)}")
            if digest not in states:
                self.tell(f"mail {mail.what} {mail.message_id} is not in the ledger")
        return Counter(status for _, status, _, _ in cases)

    # ------------------------------------------------------------------ the rules

    def _mails(self, ask: Ask, *, calm: bool) -> None:
        rows = ask("SELECT digest, state, filed_at, message_id, id FROM inbox")
        for digest, state, filed, name, number in rows:
            mail = self.mails.get(digest)
            if mail is None:
                self.tell(f"a mail nobody sent: {number} {name}")
                continue
            if calm and (state not in _SHELVES or filed is None):
                self.tell(f"not ended: mail {number} ({mail.what}) is {state}, filed {filed}")
            if mail.what == "poison mail" and state == "done":
                self.tell(f"a poison mail was read: {number} is {state}")
            if mail.what in _NOBODYS and state == "done":
                self.tell(f"a mail of nobody's was done: {number} ({mail.what})")
            if mail.what == "twin" and state == "done":
                self.tell(f"a twin was done: {number} {name}")
        lying = sum(len(list((self.folder / name).glob("*.eml"))) for name in _FOLDERS)
        # The third copy of the same bytes replaces the second one on its shelf.
        if not len(self.mails) <= lying <= self.delivered:
            self.tell(f"{self.delivered} mails were delivered, {lying} lie in the folders")
        if calm and len(rows) != len(self.mails):
            self.tell(f"{len(self.mails)} mails came, {len(rows)} are in the ledger")

    def _letters(self, ask: Ask, shown: datetime, *, calm: bool) -> None:
        rows = {
            name: Row(*more)
            for name, *more in ask(
                'SELECT message_id, key, letter, urgency, state, "case", item, added_at FROM outbox'
            )
        }
        for name, row in rows.items():
            if row.state == "sent" and not self._times[name]:
                self.tell(f"said to be sent and never left: {row.key}")
            waits = row.state in {"pending", "sending"} and row.letter != "personal_digest"
            if calm and waits and self.hours.worked_since(moment(row.added), shown) > _STALE:
                self.tell(f"waits unseen since {row.added}: {row.key}")
        for number, out in enumerate(self.letters):
            found = rows.get(out.message_id)
            if found is None:
                self.tell(f"a letter nobody decided: {out.message_id}")
                continue
            doubtful = out.message_id in self.doubtful
            if found.state not in _LEFT and not doubtful:
                self.tell(f"left, and is said to be {found.state}: {found.key}")
            if number >= self._judged and not doubtful:  # else a person decides when it leaves again
                self.hours.judge(ask, out, found)
        self._judged = len(self.letters)
