"""Which days of absence the words of an out-of-office reply mean, when they can mean only one thing.

The text was written on a day that nobody knows, and it is sent for as long as somebody is away.  So every day
on which it may have been written is tried, and both orders of `3/6`; they must agree on one absence that is
not over.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product

from parsers.mail.away_days import Order, Said, last_before, next_after, readings
from parsers.mail.away_roles import Told

_LONGEST_AHEAD = timedelta(days=120)
"""A last day beyond it is told, not believed: it may be last year's text, or a slip of the year."""
_WRITTEN_BACK = 40
"""Days before the reply on which its text may have been written, where that matters."""
_LINGERS_WEEKDAY = timedelta(days=1)
_LINGERS_DAY = timedelta(days=7)
"""How long after the last day somebody may have left the reply on: within it `下周一` and `14日` may mean the
one that is over as well as the next one.  Whoever writes ends the absence anyway (agent.core.absences)."""
_MOST_DAYS = 8
"""Days in one reply, beyond which nobody can tell."""
_MOST_BETWEEN = 12
"""Days between the last one of the absence and the return, for weekends and holidays."""
_NOON = 12
_ONE = timedelta(days=1)

_Absence = tuple[date | None, date]


def meaning(told: Told, sent: datetime) -> tuple[date | None, date | None]:
    """Return the first and the last day of the absence; neither when they are not certain."""
    every = [
        *told.last,
        *told.back,
        *told.past,
        *told.first,
        *told.single,
        *(day for span in told.spans for day in span),
    ]
    if told.unclear or not every or len(every) > _MOST_DAYS:
        return None, None
    today = sent.date()
    vague = [said for said in every if not said.has_month]
    orders = tuple(Order) if any(said.slashed for said in every) else (Order.MONTH_FIRST,)
    days = _days_of_writing(sent) if vague else (today,)
    found = {
        absence
        for order in orders
        for written in days
        for absence in _absences(told, order, written, today)
        if not vague or absence[1] >= today - _lingers(vague)
    }
    if len(found) != 1:
        return None, None
    ((first, last),) = found
    return (first, last) if today <= last <= today + _LONGEST_AHEAD else (None, None)


def _days_of_writing(sent: datetime) -> tuple[date, ...]:
    ahead = 0 if sent.utcoffset() else 1  # many servers write UTC, and in China the next day has begun
    return tuple(sent.date() + (ahead - back) * _ONE for back in range(_WRITTEN_BACK + ahead))


def _lingers(vague: list[Said]) -> timedelta:
    return _LINGERS_WEEKDAY if all(said.day is None for said in vague) else _LINGERS_DAY


def _absences(told: Told, order: Order, written: date, today: date) -> Iterator[_Absence]:
    """Yield each absence that the reply can mean if it was written on that day and in that order."""
    spans = [_span(first, last, order, written, today) for first, last in told.spans]
    last = [_alone(said, order, written, today) for said in told.last]
    back = [_alone(said, order, written, today) for said in told.back]
    past = [_alone(said, order, written, today) for said in told.past]
    single = [_alone(said, order, written, today) for said in told.single]
    for chosen in product(product(*spans), product(*last), product(*back), product(*past), product(*single)):
        in_spans, ends, returns, passed, singles = chosen
        firsts = {first for first, _ in in_spans}
        lasts = {*ends, *(end for _, end in in_spans)}
        end = _end(lasts, {*(day - _ONE for day in returns), *passed})
        if end is None and not (lasts or returns or passed) and len(set(singles)) == 1:
            end = singles[0]
        if end is None:
            continue
        firsts |= set(singles)
        begins = [_begin(said, order, written, today, end) for said in told.first]
        if None in begins:
            continue
        firsts |= {day for day in begins if day is not None}
        if len(firsts) <= 1 and all(first <= end for first in firsts):
            yield next(iter(firsts), None), end


def _end(lasts: set[date], before_return: set[date]) -> date | None:
    """Return the one last day, of two that agree the earlier one.

    Away until Friday and back on Monday leaves the weekend open; away until Monday and back on Monday means
    that Monday is a day of work.
    """
    if len(lasts) > 1 or len(before_return) > 1:
        return None
    last, other = next(iter(lasts), None), next(iter(before_return), None)
    if last is None or other is None:
        return last or other
    return min(last, other) if -_ONE <= other - last <= _MOST_BETWEEN * _ONE else None


def _span(first: Said, last: Said, order: Order, written: date, today: date) -> set[tuple[date, date]]:
    one, other = first.meant(order), last.meant(order)
    if one is None or other is None:
        return set()
    years_on = one.year is not None and other.year is None and other.month is not None
    if years_on or (_is_settled(one) and not _is_settled(other)):
        found = {(begin, next_after(other, begin)) for begin in readings(one, written, today)}
        pairs = {(begin, end) for begin, end in found if end is not None}
    else:
        ends = readings(other, written, today)
        begins = {(_begin(first, order, written, today, end), end) for end in ends}
        pairs = {(begin, end) for begin, end in begins if begin is not None}
    return {(begin + _afternoon(first), end) for begin, end in pairs if begin <= end}


def _is_settled(said: Said) -> bool:
    """Say whether a day is told by more than its name within a week or a month."""
    return said.has_month or said.months_on is not None or said.week is not None or bool(said.coming)


def _alone(said: Said, order: Order, written: date, today: date) -> set[date]:
    meant = said.meant(order)
    return readings(meant, written, today) if meant is not None else set()


def _begin(said: Said, order: Order, written: date, today: date, end: date) -> date | None:
    """Return the first day of an absence whose last day is known."""
    meant = said.meant(order)
    if meant is None:
        return None
    if meant.week is not None or meant.coming or meant.months_on is not None:
        days = {day for day in readings(meant, written, today) if day <= end}
        return next(iter(days)) if len(days) == 1 else None
    return last_before(meant, end)


def _afternoon(first: Said) -> timedelta:
    """Whoever leaves at noon is there in the morning: the first whole day is the next one."""
    return _ONE if first.hour is not None and first.hour >= _NOON else timedelta()
