"""Who looks from outside: a coordinator with the program's commands, a stranger with a database tool."""

import json
import random
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
from tests.soak.town import COORDINATOR

_DROPPED = 0.7
"""How often the coordinator drops a letter in doubt that has arrived, and does not send it again."""


@dataclass
class Office:
    """See the module."""

    clerk: Clerk
    wrong: Callable[[str], None]
    _program: typer.Typer = field(default_factory=build)

    def view(self, *arguments: str) -> Any:  # noqa: ANN401 - whatever the command prints
        """Return what a command prints with `--json`, at the simulated time."""
        if (house := self.clerk.house) is not None:
            with house.unit() as work:  # the commands see the time of a rehearsal
                work.settings.set("rehearsal", house.now().astimezone(UTC).isoformat())
                work.commit()
        return json.loads(self._run(*arguments, "--json"))

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
