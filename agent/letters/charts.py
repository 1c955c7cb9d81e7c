"""The Gantt-like picture of the tracker: one bar per task, its progress, today, and lag in red."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from agent.domain.case import Task, TaskStatus
from agent.domain.words import Language
from agent.letters.dates import short_day
from agent.letters.drawing import Box, Drawing, Label, Line, Shape, fit, width_of
from agent.letters.mime import one_line
from agent.letters.values import Tongue

MOST_ROWS = 40
"""A picture in a mail ends here; the table below it goes on."""
_WIDTH = 600
_LEFT = 186
_RIGHT = 20
_TOP = 44
_ROW = 40
_BAR = 16
_TICK = 62
_WEEK = 7
_SATURDAY = 5
_GREY, _FAINT, _INK = "#6b7280", "#eceff3", "#222222"
_BLUE, _PALE_BLUE = "#1f5fa8", "#b8cfe8"
_GREEN, _RED, _PALE_RED = "#2e7d32", "#c62828", "#f2b8b5"


def gantt(tasks: tuple[Task, ...], tongue: Tongue) -> Drawing:
    """Return the picture of `tasks` as of the letter's day."""
    shown = tasks[:MOST_ROWS]
    today = tongue.today
    first = min((t.start for t in shown), default=today)
    last = max((t.end for t in shown), default=today)
    if last < today <= last + timedelta(days=60):
        last = today
    axis = _Axis(first, last)
    height = _TOP + _ROW * len(shown) + 34
    shapes: list[Shape] = [*_grid(axis, height, tongue)]
    for number, task in enumerate(shown):
        shapes += _row(task, _TOP + _ROW * number, axis, tongue)
    shapes += _today(axis, height, tongue)
    shapes += _legend(height, len(tasks) - len(shown), tongue)
    title = "任务进度图" if tongue.language is Language.ZH else "Progress of the tasks"
    return Drawing(width=_WIDTH, height=height, title=title, shapes=tuple(shapes))


class _Axis:
    """Where a day stands."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self.days = (last - first).days + 1
        self.day = (_WIDTH - _LEFT - _RIGHT) / self.days

    def x(self, day: date) -> float:
        """Return the left edge of `day`, kept inside the picture."""
        inside = max(0, min(self.days, (day - self.first).days))
        return round(_LEFT + inside * self.day, 1)


def _grid(axis: _Axis, height: int, tongue: Tongue) -> Iterator[Shape]:
    bottom = height - 34
    if axis.day >= 4:  # noqa: PLR2004 - pixels: thinner stripes would only flicker
        for n in range(axis.days):
            day = axis.first + timedelta(days=n)
            if not tongue.workdays.is_workday(day):
                yield Box(x=axis.x(day), y=_TOP, width=axis.day, height=bottom - _TOP, fill="#edf0f4")
    step = max(1, -(-_TICK // max(1, int(axis.day))))
    if step > 1:
        step = -(-step // _WEEK) * _WEEK if step > 3 else step  # noqa: PLR2004 - from half a week on: whole weeks
    day = axis.first
    if step >= _WEEK:
        day += timedelta(days=(-day.weekday()) % _WEEK)
    while day <= axis.last:
        x = axis.x(day)
        yield Line(x1=x, y1=_TOP - 6, x2=x, y2=bottom, colour="#dfe3e8")
        if x < _WIDTH - _RIGHT - 24:
            plain = f"{day.month}-{day.day:02}"
            yield Label(
                x=x + 2,
                y=_TOP - 14,
                words=short_day(day, tongue.language),
                size=12,
                colour=_GREY,
                plain=plain,
            )
        day += timedelta(days=step)
    yield Line(x1=0, y1=_TOP, x2=_WIDTH, y2=_TOP, colour="#c9cfd6")


def _row(task: Task, y: float, axis: _Axis, tongue: Tongue) -> Iterator[Shape]:
    done = task.status is TaskStatus.DONE
    late = tongue.workdays.late_by(task.end, tongue.today) if not done else 0
    lagging = not done and (late > 0 or task.status is TaskStatus.LAGGING)
    dark, pale = (_RED, _PALE_RED) if lagging else (_GREEN, _GREEN) if done else (_BLUE, _PALE_BLUE)
    words = one_line(f"{task.id} {task.title}")
    yield Label(
        x=6,
        y=y + 14,
        words=fit(words, 14, _LEFT - 18),
        size=14,
        bold=lagging,
        colour=_RED if lagging else _INK,
        plain=one_line(task.id),
    )
    owner = fit(tongue.name(task.responsible), 12, _LEFT - 18)
    yield Label(x=6, y=y + 30, words=owner, size=12, colour=_GREY)
    yield Line(x1=0, y1=y + _ROW, x2=_WIDTH, y2=y + _ROW, colour=_FAINT)
    left, right = axis.x(task.start), axis.x(task.end + timedelta(days=1))
    top = y + (_ROW - _BAR) / 2
    width = max(3.0, right - left)
    yield Box(x=left, y=top, width=width, height=_BAR, fill=pale, radius=2)
    part = 100 if done else max(0, min(100, task.percent))
    if part:
        yield Box(x=left, y=top, width=max(2.0, width * part / 100), height=_BAR, fill=dark, radius=2)
    if late:
        end = axis.x(tongue.today)
        yield Line(x1=right, y1=y + _ROW / 2, x2=end, y2=y + _ROW / 2, colour=_RED, width=2, dashed=True)
    behind = max(right, axis.x(tongue.today)) if late else right
    yield from _note(_said(late, part, tongue), (left, behind), y, room=task.start > axis.first)


def _said(late: int, part: int, tongue: Tongue) -> Label:
    """Return the percentage, or the lag in red, not yet placed."""
    if not late:
        return Label(x=0, y=0, words=f"{part}%", size=12, colour=_GREY, plain=f"{part}%")
    unit = " 工作日" if tongue.language is Language.ZH else (" workday" if late == 1 else " workdays")
    return Label(x=0, y=0, words=f"+{late}{unit}", size=12, colour=_RED, bold=True, plain=f"+{late}")


def _note(said: Label, bar: tuple[float, float], y: float, *, room: bool) -> Iterator[Shape]:
    """Put `said` beside the bar: behind it where there is space, else before it, else above."""
    left, right = bar
    wide = width_of(said.words, said.size) + 14
    middle = y + _ROW / 2
    if right + wide <= _WIDTH:
        yield replace(said, x=right + 4, y=middle)
    elif room and left - wide >= _LEFT:
        yield replace(said, x=left - 4, y=middle, anchor="end")
    else:
        yield replace(said, x=_WIDTH - 4, y=y + 5, anchor="end")


def _today(axis: _Axis, height: int, tongue: Tongue) -> Iterator[Shape]:
    if not axis.first <= tongue.today <= axis.last:
        return
    x = axis.x(tongue.today)
    words = "今天" if tongue.language is Language.ZH else "today"
    yield Line(x1=x, y1=16, x2=x, y2=height - 34, colour="#e07b00", width=1.5)
    end = x > _WIDTH - _RIGHT - 40
    yield Label(
        x=x - 3 if end else x + 3,
        y=12,
        words=words,
        size=12,
        colour="#b26a00",
        bold=True,
        anchor="end" if end else "start",
        plain="today",
    )


def _legend(height: int, hidden: int, tongue: Tongue) -> Iterator[Shape]:
    chinese = tongue.language is Language.ZH
    words = (
        ("已完成", "进行中", "滞后", "未开展部分")
        if chinese
        else ("done", "in progress", "lagging", "to be done")
    )
    x = 6.0
    for colour, word in zip((_GREEN, _BLUE, _RED, _PALE_BLUE), words, strict=True):
        yield Box(x=x, y=height - 22, width=12, height=10, fill=colour, radius=2)
        yield Label(x=x + 17, y=height - 17, words=word, size=12, colour=_GREY)
        x += 30 + width_of(word, 12)
    if hidden:
        rest = f"另有 {hidden} 项，见下表" if chinese else f"and {hidden} more in the table"
        yield Label(
            x=_WIDTH - 6, y=height - 17, words=rest, size=12, colour=_GREY, anchor="end", plain=f"+{hidden}"
        )
