"""What may be true of a case: who moved it, what was read and signed, what it waits for, how it ended."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.soak.ledger_facts import OVER, In, Said, is_open
from tests.soak.ledger_hours import Hours
from tests.soak.stranger import Ask

_GOES_ON = frozenset({"open", "suspended"})
_TAKEN_BACK = frozenset({"withdrawn", "cancelled"})
_SIGNED_BY_ALL = ("breakdown", "countersign")
"""The step whose form the departments sign, and the one in which they do."""


@dataclass
class Cases:
    """See the module."""

    people: Mapping[str, str]
    """The department of each address."""
    hours: Hours
    by_id: Mapping[str, list[In]]
    """Every mail that was delivered, by its Message-ID."""
    tell: Callable[[str], None]
    _ended: dict[str, tuple[str, int]] = field(default_factory=dict)
    """How each ended case stood when its end was seen first: its status, and how many forms it had taken."""

    def judge(self, ask: Ask, case: str, status: str, body: dict[str, Any]) -> None:
        """Say what is wrong with a case as the store has it."""
        filings = body.get("filings", [])
        for filing in filings:
            self._filing(case, filing)
        if status not in _GOES_ON:
            self._end(case, status, filings)
        if status == "open":
            self._waiting(ask, case, body)

    def _filing(self, case: str, filing: dict[str, Any]) -> None:
        sent = self.by_id.get(filing["mail"], [])
        good = [each for each in sent if each.advances and each.sender == filing["by"]]
        if not good:
            what = [each.what for each in sent]
            self.tell(f"moved by who may not: {case} {filing['item']} by {filing['by']} ({what})")
        for mail in good:
            for place, wrote, kept in _misread(mail.said, filing):
                self.tell(f"misread: {case} {filing['item']} {place}: {wrote!r} was kept as {kept!r}")

    def _end(self, case: str, status: str, filings: list[dict[str, Any]]) -> None:
        first = self._ended.setdefault(case, (status, len(filings)))
        if first != (status, len(filings)):
            self.tell(f"moved after its end: {case} was {first}, is {(status, len(filings))}")
        if status in _TAKEN_BACK and not self._was_taken_back(case):
            self.tell(f"ended by nobody: {case} is {status}")
        if status == "closed":
            for department in _outdated(filings, self.people):
                self.tell(f"signed before it was changed: {case}, by {department}")

    def _was_taken_back(self, case: str) -> bool:
        return any(m.what == OVER and m.case == case for mails in self.by_id.values() for m in mails)

    def _waiting(self, ask: Ask, case: str, body: dict[str, Any]) -> None:
        clocks = {
            subject
            for (subject,) in ask('SELECT subject FROM timers WHERE "case" = ? AND fired IS NULL', case)
        }
        items = [each for each in body.get("items", []) if is_open(each)]
        for each in items:
            self.hours.item_seen(case, each["id"], datetime.fromisoformat(each["due"]["at"]))
            if each["id"] not in clocks:
                self.tell(f"no clock: {case} {each['id']}")
            if each["holder"] not in self.people:
                self.tell(f"nobody holds {case} {each['id']}")
        if not items and not clocks:
            self.tell(f"{case} waits for nothing")


def _misread(said: Said, filing: dict[str, Any]) -> Iterator[tuple[str, str, object]]:
    """Yield each place of a form that is kept otherwise than it was written, unless a person put it right."""
    corrected = {each.get("field") for each in filing.get("confirmed", [])}
    for place, wrote in said.get(filing["item"], {}).items():
        kept = _value(filing["values"], place)
        if kept != wrote and place not in corrected:
            yield place, wrote, kept


def _value(values: dict[str, Any], place: str) -> object:
    name, *rest = place.split(".")
    found = values.get(name)
    if rest:
        rows = found.get("$rows", []) if isinstance(found, dict) else []
        found = rows[int(rest[0])].get(rest[1]) if int(rest[0]) < len(rows) else None
    return found


def _outdated(filings: list[dict[str, Any]], people: Mapping[str, str]) -> Iterator[str]:
    """Yield the departments whose signature stands under tasks of theirs that were changed afterwards."""
    written, signed = _SIGNED_BY_ALL
    latest: dict[str, int] = {}
    tasks: list[tuple[int, list[dict[str, Any]]]] = []
    for number, filing in enumerate(filings):
        if filing["step"] == written:
            tasks.append((number, filing["values"].get("tasks", {}).get("$rows", [])))
        if filing["step"] == signed and filing["values"].get("conclusion") == "agree":
            latest[filing["subject"]] = number
    for department, number in latest.items():
        seen = [_tasks_of(department, rows, people) for at, rows in tasks if at < number][-1:]
        last = [_tasks_of(department, rows, people) for _, rows in tasks][-1:]
        if seen != last:
            yield department


def _tasks_of(department: str, rows: list[dict[str, Any]], people: Mapping[str, str]) -> list[str]:
    def named(row: dict[str, Any]) -> set[str]:
        return {people.get(str(row.get(each, "")), "") for each in ("responsible", "accountable")}

    return sorted(json.dumps(row, sort_keys=True) for row in rows if department in named(row))
