"""The daemon in a process of its own, on the store of a town and the mailbox of a post office.

    python -m tests.benchmarks.clerk FOLDER PORT PORT CERTIFICATE

It works as `formclerk run` does, at the hour at which the town's clock stands, and writes a line for each
thing that happened, with the seconds of the machine's steady clock.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Thread

from agent import config, logs, staging, wiring
from agent.clock import StoppedClock
from agent.mailbox.imap.mailbox import ImapMailbox
from agent.mailbox.settings import ImapSettings, Password, SmtpSettings
from agent.service import daemon, delivering
from agent.service.happenings import Happening, to_log
from tests.benchmarks.post_office import Office
from tests.houses import CLERK, MONDAY
from tests.servers.dovecot import PASSWORD

_LOOK_SECONDS = 0.2
_PATIENCE = 900.0
"""Seconds without any line after which the clerk is given up."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that the clerk said it did."""

    at: float
    """By `time.monotonic`, which is one clock for all processes of a machine."""
    what: str
    case: str
    key: str


@dataclass(slots=True)
class Clerk:
    """The running daemon as its employer sees it."""

    process: subprocess.Popen[str]
    log: Path
    events: list[Event] = field(default_factory=list)
    most: dict[str, int] = field(default_factory=dict)
    """The bytes of memory that it and its reading children held at their highest, by their numbers."""
    _news: Condition = field(default_factory=Condition)

    def follow(self) -> None:
        """Take down what it says, until it says no more."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.events.append(Event(*json.loads(line)))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def until(self, what: str, count: int) -> list[Event]:
        """Wait for `count` events of that kind since the last `forget`, and return them."""
        with self._news:
            while len(found := [each for each in self.events if each.what == what]) < count:
                if not self._news.wait(_PATIENCE) or self.process.poll() is not None:
                    raise RuntimeError(f"{len(found)} of {count} {what}: {self.log.read_text()[-3000:]}")
        return found

    def forget(self) -> None:
        """Begin to count anew."""
        with self._news:
            self.events.clear()

    def watch(self) -> None:
        """Look at its memory and that of its children now and then, until it has ended (Linux)."""
        mine = self.process.pid
        while self.process.poll() is None:
            with suppress(OSError):  # it is just ending
                children = Path(f"/proc/{mine}/task/{mine}/children").read_text("ascii").split()
                for each in (str(mine), *children):
                    self.most[each] = max(self.most.get(each, 0), _highest(each))
            time.sleep(_LOOK_SECONDS)

    def cpu(self) -> float:
        """Return the CPU seconds that it and its children have used so far (Linux)."""
        mine = self.process.pid
        children = Path(f"/proc/{mine}/task/{mine}/children").read_text("ascii").split()
        ticks = sum(_ticks(str(mine))) + sum(sum(_ticks(each)[:2]) for each in children)
        return ticks / os.sysconf("SC_CLK_TCK")

    def highest(self) -> tuple[int, int]:
        """Return the bytes of memory that it and the largest of its children held at their highest."""
        mine = str(self.process.pid)
        return self.most[mine], max(most for each, most in self.most.items() if each != mine)


@contextmanager
def at_work(folder: Path, office: Office) -> Iterator[Clerk]:
    """Start a clerk on the store in `folder`, and end it as an administrator would."""
    log = folder / "clerk.log"
    account = (str(office.dovecot.imaps), str(office.postfix.implicit), str(office.dovecot.certificate))
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.clerk", str(folder), *account],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    clerk = Clerk(process, log)
    watchers = [Thread(target=each, daemon=True) for each in (clerk.follow, clerk.watch)]
    for watcher in watchers:
        watcher.start()
    try:
        clerk.until("ready", 1)
        clerk.forget()
        yield clerk
    finally:
        process.terminate()
        process.wait(60)
        for watcher in watchers:
            watcher.join(10)


def main(folder: Path, imaps: int, submission: int, certificate: Path) -> None:
    """Be the daemon until a signal comes."""
    settings = staging.staged(config.load(folder / config.NAME))
    login = Password(user=CLERK, secret=PASSWORD)
    mailbox = ImapMailbox(
        ImapSettings(host="127.0.0.1", port=imaps, login=login, ca_file=certificate),
        SmtpSettings(host="127.0.0.1", port=submission, login=login, ca_file=certificate),
    )
    logs.start(as_json=True)
    with wiring.opened(
        settings, clock=StoppedClock(MONDAY), mailbox=mailbox, tell=_tell, together=True
    ) as house:
        delivering.recover(house)
        house.reader.warm()
        _say("ready")
        daemon.run(house)


def _tell(happening: Happening) -> None:
    _say(happening.what.value, happening.facts.get("case", ""), happening.facts.get("key", ""))
    to_log(happening)


def _say(what: str, case: str = "", key: str = "") -> None:
    sys.stdout.write(json.dumps([time.monotonic(), what, case, key]) + "\n")
    sys.stdout.flush()


def _ticks(process: str) -> tuple[int, ...]:
    """Return its time in its own code and in the kernel, and that of children that have ended (proc(5))."""
    after_name = Path(f"/proc/{process}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    return tuple(map(int, after_name[11:15]))


def _highest(process: str) -> int:
    lines = Path(f"/proc/{process}/status").read_text("ascii", "replace").splitlines()
    sizes = (int(each.split()[1]) for each in lines if each.startswith("VmHWM"))
    return next(sizes, 0) * 1024


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
