"""Whether the program's own commands show what is there."""

import json
from collections.abc import Callable

from tests.soak.ledger_facts import Views, is_open
from tests.soak.stranger import looking


def compare(address: str, views: Views, tell: Callable[[str], None]) -> None:
    """Compare what the commands show with what a stranger finds in the store at `address`."""
    with looking(address) as ask:
        waiting = {n for (n,) in ask("SELECT id FROM inbox WHERE state IN ('review', 'quarantined')")}
        stuck = {k for (k,) in ask("SELECT key FROM outbox WHERE state IN ('unsure', 'failed')")}
        cases = {c: (s, json.loads(b)) for c, s, b in ask("SELECT id, status, body FROM cases")}
    queue = views("queue")
    if {each["id"] for each in queue["mails"]} != waiting:
        tell(f"the queue does not show the mails {sorted(waiting)}")
    if {each["key"] for each in queue["letters"]} != stuck:
        tell(f"the queue does not show the letters {sorted(stuck)}")
    if {each["case"] for each in views("cases", "--all")} != set(cases):
        tell("the list of cases is not whole")
    for case, (status, body) in cases.items():
        if status == "open":
            listed = {each["item"] for each in views("status", case)["items"]}
            if listed != {each["id"] for each in body.get("items", []) if is_open(each)}:
                tell(f"status {case} shows other items than are open")
    for finding in views("verify", "--store")["findings"]:
        tell(f"verify: {finding['where']}: {finding['say']['en']}")
    for each in views("replay")["differences"]:
        tell(f"replay: {each['seq']} {each['case']} {each['cause']}: {each['say']['en']}")
