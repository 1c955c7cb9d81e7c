"""Whether a letter left at an hour at which it may: quiet hours, the budget of notices, no reminder early."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.soak.ledger_facts import Out, Row, slots
from tests.soak.stranger import Ask

_QUIET = (20, 8)
"""Hours of the wall clock between which only answers and what is urgent may leave."""
_MORNING = time(9)


@dataclass
class Hours:
    """See the module."""

    zone: ZoneInfo
    is_worked: Callable[[date], bool]
    budget: int
    tell: Callable[[str], None]
    _dues: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """When each item was due as it was seen first; it may be put off later."""
    _notices: Counter[tuple[str, date]] = field(default_factory=Counter)

    def item_seen(self, case: str, item: str, due: datetime) -> None:
        """Remember when an item is due."""
        self._dues.setdefault((case, item), due)

    def judge(self, ask: Ask, out: Out, row: Row) -> None:
        """Say what is wrong with the hour of a letter that left."""
        self._hour(out, row)
        if row.letter == "reminder":
            self._reminder(ask, out, row)

    def worked_since(self, since: datetime, now: datetime) -> int:
        """Count the workdays that begin after `since`, up to the day of `now`."""
        first, last = since.astimezone(self.zone).date(), now.astimezone(self.zone).date()
        return sum(self.is_worked(first + timedelta(days=n + 1)) for n in range((last - first).days))

    def _hour(self, out: Out, row: Row) -> None:
        local = out.shown.astimezone(self.zone)
        if row.urgency in {"work", "notice"}:
            quiet = local.hour >= _QUIET[0] or local.hour < _QUIET[1]
            if quiet or not self.is_worked(local.date()):
                self.tell(f"not an hour to write: {row.key} left at {local:%a %m-%d %H:%M}")
        if row.urgency == "notice":
            for reader in out.recipients:
                self._notices[reader, local.date()] += 1
                if self._notices[reader, local.date()] > self.budget:
                    self.tell(f"too many notices to {reader} on {local.date()}")

    def _reminder(self, ask: Ask, out: Out, row: Row) -> None:
        """Check that a reminder was not early: its slot has come, and who is copied was late."""
        slot = next(iter(slots(row.key)), None)
        if slot is not None and out.shown < slot:
            self.tell(f"early: {row.key} left at {out.shown.isoformat()}")
        due, rule = self._due(ask, row.case, row.item)
        if due is None:
            return
        if out.copied and out.shown < due:
            self.tell(f"escalated early: {row.key}, due {due.isoformat()}, left {out.shown.isoformat()}")
        if not out.copied and "workday" in rule and out.shown < self._morning_before(due):
            self.tell(f"reminded early: {row.key}, due {due.isoformat()}, left {out.shown.isoformat()}")

    def _due(self, ask: Ask, case: str, item: str) -> tuple[datetime | None, str]:
        ((body,),) = ask("SELECT body FROM cases WHERE id = ?", case)
        for each in json.loads(body).get("items", []):
            if each["id"] == item:
                due = datetime.fromisoformat(each["due"]["at"])
                first = self._dues.setdefault((case, item), due)
                return min(first, due), each["due"]["rule"]
        return None, ""

    def _morning_before(self, due: datetime) -> datetime:
        day = due.astimezone(self.zone).date() - timedelta(days=1)
        while not self.is_worked(day):
            day -= timedelta(days=1)
        return datetime.combine(day, _MORNING, self.zone).astimezone(UTC)
