"""The faults of the plan, made: each begins, is felt, and ends."""

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from agent import config
from agent.domain.errors import TryLater
from agent.service import daemon
from agent.service.single import only_one
from store.alone import alone
from tests.soak.clerk import Clerk
from tests.soak.doors import POISON, SLEEPY
from tests.soak.plan import Fault
from tests.soak.post import Mail

_ROOT = Path(__file__).parents[2]
_CUTS = {"cut before": ("before",), "letter lost": ("lost",), "partly": ("partly",)}
_LASTING = frozenset({"disk full", "disk read-only", "database locked", "database away", "serialization"})
"""What stands between the clerk and its disk for a while."""
_DAYS_AGAIN = timedelta(days=3)
_LAST = 60
"""So many mails may come again whenever they came."""


@dataclass
class Trouble:
    """See the module."""

    clerk: Clerk
    seed: int
    deliver: Callable[[Mail], None]
    wrong: Callable[[str], None]
    delivered: list[Mail] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)
    """How often each fault was felt; `disk full` once for each time that it began."""
    now: set[str] = field(default_factory=set)
    """What is going on."""
    _felt: set[str] = field(default_factory=set)

    def bring(self, mail: Mail) -> None:
        """Remember a mail that was delivered as long as a fault may bring it again."""
        lately = [each for each in self.delivered[:-_LAST] if mail.at - each.at < _DAYS_AGAIN]
        self.delivered[:-_LAST] = lately
        self.delivered.append(mail)

    def feel(self, kind: str) -> None:
        """Note that a fault was felt, once for each time that it began."""
        if kind in self.now and kind in self._felt:
            return
        self._felt.add(kind)
        self.struck[kind] += 1

    def begin(self, fault: Fault) -> bool:
        """Let a fault begin; say whether it could."""
        self._felt.discard(fault.kind)
        if fault.lasts:
            self.now.add(fault.kind)
        chance = random.Random(fault.number)  # noqa: S311 - to be played again
        begun = self._in_the_way(fault.kind) or self._at_the_server(fault.kind, chance)
        if not begun and not self._once(fault, chance):
            return False
        if fault.lasts:
            self._something(fault, chance)
        return True

    def _in_the_way(self, kind: str) -> bool:
        """Put something between the clerk and its disk; say whether that was meant."""
        doors = self.clerk.doors
        if kind not in _LASTING:
            return False
        doors.full |= kind == "disk full"
        doors.read_only |= kind == "disk read-only"
        doors.database.begin(kind)
        return True

    def _at_the_server(self, kind: str, chance: random.Random) -> bool:
        """Let the mail server fail; say whether that was meant."""
        weather = self.clerk.weather
        match kind:
            case "mailbox away":
                weather.away = True
            case "wrong password":
                weather.refuses = True
            case "shelf full":
                weather.cannot_file = True
            case "cut after":
                weather.cuts.append(chance.choice(("after", "copied")))
            case "cut before" | "letter lost" | "partly":
                weather.cuts += _CUTS[kind]
            case _:
                return False
        return True

    def _once(self, fault: Fault, chance: random.Random) -> bool:
        match fault.kind:
            case "death":
                self.clerk.doors.kill_after(chance.randint(1, 30))
            case "kill -9":
                self._killed(chance.randint(2, 30))
            case "clock forward" | "clock back":
                hours = timedelta(minutes=chance.randint(20, 7 * 60))
                self.clerk.clock.skew = hours if fault.kind == "clock forward" else -hours
                self.feel(fault.kind)
            case "second daemon":
                self._second()
            case kind if kind in self.clerk.doors.database.kinds:
                self.clerk.doors.strike_after(chance.randint(1, 30), kind)
            case _:
                return self._mails(fault, chance)
        return True

    def end(self, kind: str) -> None:
        """Let a fault end."""
        self.now.discard(kind)
        doors, weather = self.clerk.doors, self.clerk.weather
        if kind in _LASTING:
            doors.full &= kind != "disk full"
            doors.read_only &= kind != "disk read-only"
            doors.database.end(kind)
        match kind:
            case "mailbox away":
                weather.away = False
            case "wrong password":
                weather.refuses = False
            case "shelf full":
                weather.cannot_file = False
            case "clock forward" | "clock back":
                self.clerk.clock.skew = timedelta(0)
            case _:
                pass

    def cease(self) -> None:
        """Let everything end."""
        for kind in sorted(self.now):
            self.end(kind)
        # One waits for a letter to several people, which may be the last of all.
        self.clerk.weather.cuts[:] = [each for each in self.clerk.weather.cuts if each == "partly"]
        self.clerk.doors.disarm()

    # ------------------------------------------------------------------ each of them

    def _mails(self, fault: Fault, chance: random.Random) -> bool:
        at = self.clerk.clock.true
        name = f"<{fault.kind.replace(' ', '-')}-{self.seed}-{fault.number}@example.com>"
        match fault.kind:
            case "poison mail" | "reader timed out":
                mark = POISON if fault.kind == "poison mail" else SLEEPY
                content = (
                    mark + b"\r\nFrom: gao@example.com\r\nTo: collab@example.com\r\nSubject: hello\r\n"
                    b"Message-ID: " + name.encode() + b"\r\n\r\nhello\r\n"
                )
                self.deliver(Mail(at, content, fault.kind))
            case "duplicate" if self.delivered:
                self.deliver(chance.choice(self.delivered[-40:]))
                self.feel(fault.kind)
            case "twin" if good := [each for each in self.delivered[-_LAST:] if each.advances]:
                first = chance.choice(good)
                other = first.content.replace("您好，表单已填好".encode(), b"hello")
                self.deliver(Mail(at, b"X-Gateway: changed\r\n" + other, "twin"))
                self.feel(fault.kind)
            case "relisted" if self.delivered:
                again = [each for each in self.delivered if at - each.at < _DAYS_AGAIN]
                for each in again:
                    self.deliver(each)
                    self.feel(fault.kind)
                return bool(again)
            case _:
                return False
        return True

    def _something(self, fault: Fault, chance: random.Random) -> None:
        """Let a mail come while the fault lasts, so that it is felt."""
        text = f"<during-{self.seed}-{fault.number}@example.com>"
        who = chance.choice(("zhang", "he", "lin", "li", "chen"))
        word = chance.choice(("帮助", "状态", "help"))
        content = (
            f"Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\r\n"
            f"From: {who}@example.com\r\nTo: collab@example.com\r\nSubject: question\r\n"
            f"Message-ID: {text}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{word}\r\n"
        ).encode()
        self.deliver(Mail(self.clerk.clock.true, content, "question"))

    def _killed(self, boundary: int) -> None:
        clerk = self.clerk
        clerk.close()
        true, shown = clerk.clock.true.isoformat(), clerk.clock.now().isoformat()
        where, number = str(clerk.town.folder), str(self.seed)
        command = [sys.executable, "-m", "tests.soak.killed", where, number, true, shown, str(boundary)]
        done = subprocess.run(command, cwd=_ROOT, capture_output=True, check=False)
        if done.returncode != -9:
            self.wrong(f"the child ended with {done.returncode}: {done.stderr.decode()[-300:]}")
        clerk.doors.database.synced()
        self.feel("kill -9")

    def _second(self) -> None:
        if self.clerk.house is None:
            return
        house, state = self.clerk.house, config.load(self.clerk.town.settings).store.state
        locks: list[AbstractContextManager[object]] = [only_one(daemon.lock_file(state))]
        if house.engine.dialect.name == "postgresql":
            locks.append(alone(house.engine))
        for lock in locks:
            try:
                with lock:
                    self.wrong("a second daemon was let in")
            except TryLater:
                self.feel("second daemon")
