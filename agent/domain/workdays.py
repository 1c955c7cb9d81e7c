"""The working calendar: which days count, and in which zone a day begins."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Workdays:
    """A fixed calendar of one site or department.  It never looks at the clock.

    Inside the known years a day is a workday as the layers (national, company, department) say;
    outside them weekdays are assumed, and whatever is computed there is *provisional*.
    """

    zone: ZoneInfo
    revision: str = "weekdays"
    """Names the published tables that this was made from; stored with every deadline."""
    known_from: date = date.max
    known_until: date = date.min
    """First and last day for which a calendar has been published, inclusive."""
    days_off: frozenset[date] = frozenset()
    """Weekdays that are not worked."""
    made_up: frozenset[date] = frozenset()
    """Saturdays and Sundays that are worked (调休)."""
    _days: tuple[int, ...] = field(init=False, repr=False, compare=False, default=())
    """The workdays of the known years as ordinals: a century of them is made each time the program starts."""

    def __post_init__(self) -> None:
        if self.known_from <= self.known_until:
            first, last = self.known_from.toordinal(), self.known_until.toordinal()
            weekdays = {day for day in range(first, last + 1) if (day - 1) % 7 < _SATURDAY}  # 1 is a Monday
            weekdays -= {day.toordinal() for day in self.days_off}
            weekdays |= {day.toordinal() for day in self.made_up if self.knows(day)}
            object.__setattr__(self, "_days", tuple(sorted(weekdays)))

    def day_of(self, moment: datetime) -> date:
        """Return the local day that `moment` falls on.

        Raises:
            ValueError: `moment` has no zone.
        """
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone is not a moment")
        return moment.astimezone(self.zone).date()

    def moment(self, day: date, at: time) -> datetime:
        """Return the UTC moment of wall-clock time `at` on `day`."""
        local = datetime.combine(day, at, tzinfo=self.zone)
        return local.astimezone(ZoneInfo("UTC"))

    def knows(self, day: date) -> bool:
        """Say whether the calendar of `day` has been published."""
        return self.known_from <= day <= self.known_until

    def is_workday(self, day: date) -> bool:
        """Say whether people are expected to work on `day`."""
        return self._counts(day)

    def add(self, day: date, workdays: int) -> date:
        """Return the `workdays`-th workday after `day` (before it, when negative).

        With 0 the answer is `day` itself when it is worked, else the next workday.
        """
        if workdays == 0:
            return day if self._counts(day) else self.add(day, 1)
        if self.knows(day):
            at = day.toordinal()
            at = bisect_right(self._days, at) if workdays > 0 else bisect_left(self._days, at)
            index = at + workdays - 1 if workdays > 0 else at + workdays
            if 0 <= index < len(self._days):
                return date.fromordinal(self._days[index])
        step = 1 if workdays > 0 else -1
        left = abs(workdays)
        while left:
            day += timedelta(days=step)
            left -= self._counts(day)
        return day

    def between(self, first: date, last: date) -> int:
        """Count the workdays after `first` up to and including `last`; 0 when `last` is not later."""
        if last <= first:
            return 0
        if self.knows(first) and self.knows(last):
            upto = bisect_right(self._days, last.toordinal())
            return upto - bisect_right(self._days, first.toordinal())
        days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
        return sum(self._counts(day) for day in days)

    def late_by(self, due: date, today: date) -> int:
        """Count the workdays after `due`, up to and including `today`."""
        return self.between(due, today)

    def _counts(self, day: date) -> bool:
        if day in self.made_up:
            return True
        return day.weekday() < _SATURDAY and day not in self.days_off
