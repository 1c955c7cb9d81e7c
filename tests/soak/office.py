"""Who looks from outside: a coordinator with the program's commands, a stranger with a database tool."""

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

import typer
from typer.testing import CliRunner

from agent.cli.app import build
from tests.soak.clerk import Clerk
from tests.soak.ledger import Ledger
from tests.soak.stranger import looking
from tests.soak.town import COORDINATOR, HELPER

_ACTS = 0.3
"""On how many days the coordinator does something by command."""
_DROPPED = 0.7
"""How often the coordinator drops a letter in doubt that has arrived, and does not send it again."""


@dataclass
class Office:
    """See the module."""

    clerk: Clerk
    wrong: Callable[[str], None]
    acts: Counter[str] = field(default_factory=Counter)
    """What the coordinator has done by command."""
    _program: typer.Typer = field(default_factory=build)

    def view(self, *arguments: str) -> Any:  # noqa: ANN401 - whatever the command prints
        """Return what a command prints with `--json`, at the simulated time."""
        self._set_clock()
        return json.loads(self._run(*arguments, "--json"))

    def _set_clock(self) -> None:
        if (house := self.clerk.house) is not None:
            with house.unit() as work:  # the commands see the time of a rehearsal
                work.settings.set("rehearsal", house.now().astimezone(UTC).isoformat())
                work.commit()

    def work_the_queue(self, seed: int, ledger: Ledger) -> None:
        """Let good mails through, drop the others, and send again what did not leave or may not have."""
        mails = self.ask("SELECT count(*) FROM inbox WHERE state IN ('review', 'quarantined')")
        letters = self.ask("SELECT count(*) FROM outbox WHERE state IN ('unsure', 'failed')")
        if not mails[0][0] and not letters[0][0]:
            return
        chance = random.Random(f"{seed}/{self.clerk.clock.true}")  # noqa: S311 - to be played again
        queue = self.view("queue")
        for mail in queue["mails"]:
            ((digest,),) = self.ask("SELECT digest FROM inbox WHERE id = ?", mail["id"])
            known = ledger.mails.get(digest)
            wanted = known is not None and known.advances
            action = "drop" if not wanted else "retry" if mail["quarantined"] else "release"
            self._run("queue", action, str(mail["id"]), "--by", COORDINATOR)
        for letter in queue["letters"]:
            ((name,),) = self.ask("SELECT message_id FROM outbox WHERE key = ?", letter["key"])
            arrived = any(each.message_id == name for each in ledger.letters)  # they were asked by telephone
            is_dropped = arrived and chance.random() < _DROPPED
            self._run("queue", "drop" if is_dropped else "retry", letter["key"], "--by", COORDINATOR)

    def act(self, seed: int, ledger: Ledger) -> None:
        """On some days do to a case what only a coordinator may, by the command `act`."""
        chance = random.Random(f"{seed}/act/{self.clerk.clock.true}")  # noqa: S311 - likewise
        cases = self.ask("SELECT id, body FROM cases WHERE status = 'open' ORDER BY id")
        if not cases or chance.random() > _ACTS:
            return
        case, body = chance.choice(cases)
        items = [each for each in json.loads(body)["items"] if each.get("state", "open") == "open"]
        action = chance.choice(("hand-over", "hurry", "reissue", "suspend"))
        if action in {"hand-over", "reissue"} and not items:
            return
        item = chance.choice(items)["id"] if items else ""
        more = {"hand-over": (HELPER, "--item", item), "reissue": ("--item", item)}.get(action, ())
        self._set_clock()
        self._run("act", case, action, *more, "--by", COORDINATOR, "--why", "电话沟通")
        ledger.asked_again(self.clerk.clock.true)
        self.acts[action] += 1
        if action == "suspend":
            self._run("act", case, "resume", "--by", COORDINATOR, "--why", "恢复")

    def ask(self, question: str, *given: object) -> list[Any]:
        """Return the rows that answer a question to the store."""
        with looking(self.clerk.doors.database.address) as ask:
            return ask(question, *given)

    def _run(self, *arguments: str) -> str:
        done = CliRunner().invoke(self._program, [*arguments, "-c", str(self.clerk.town.settings)])
        self.clerk.doors.database.synced()  # a command waits for the disk, and with it for all before
        if done.exit_code not in {0, 1}:
            self.wrong(f"formclerk {' '.join(arguments)} ended with {done.exit_code}: {done.output[-300:]}")
        return done.stdout
