"""The picture of a process, generated from its definition, with a case's present state in it.

Stages are columns, steps are boxes in the order of the file, ladders stand below.  The same picture as
Mermaid text carries every `after`, so it is the one to read when an arrow seems missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from agent.domain.case import Case, CaseStatus
from agent.domain.process import Process
from agent.domain.steps import Collect, Cycle, Meeting, Step
from agent.domain.words import Language, Words
from agent.domain.work_items import ItemState
from agent.letters.dates import short_day
from agent.letters.drawing import Box, Drawing, Label, Line, Shape, fit, shrunk, wrap
from agent.letters.mime import one_line
from agent.letters.values import Tongue

_COLUMN = 190
_GAP = 20
_BOX = 46
_STEP = 16
_HEAD = 34
_TOP = 12
_STRIP = 42
_ARROW = "#8a94a3"

_LEGEND = {
    "done": Words(zh="已完成", en="done"),
    "open": Words(zh="办理中", en="open"),
    "overdue": Words(zh="逾期", en="overdue"),
    "waiting": Words(zh="未开始", en="not yet"),
}
_COLOURS = {
    "done": ("#e6f3e7", "#2e7d32"),
    "open": ("#e3eefb", "#1f5fa8"),
    "overdue": ("#fde7e6", "#c62828"),
    "waiting": ("#ffffff", "#c3c9d1"),
}
"""(fill, edge) of each state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """How far one step, or one ladder, is."""

    state: str
    """`done`, `open`, `overdue` or `waiting`."""
    note: str = ""
    """`2/3 · 3月5日`: answered of asked, and the next due day."""


def mermaid(process: Process, tongue: Tongue, case: Case | None = None) -> str:
    """Return the process as a Mermaid flowchart."""
    numbers = {name: f"s{n}" for n, name in enumerate((*process.steps, *process.ladders))}
    lines = ["flowchart LR"]
    for index, stage in enumerate(process.stages):
        lines.append(f"  subgraph g{index}[{_quoted(tongue.words(stage.title))}]")
        lines += [f"    {numbers[s]}[{_quoted(_title(process.steps[s].title, tongue))}]" for s in stage.steps]
        lines.append("  end")
    for name, ladder in process.ladders.items():
        lines.append(f"  {numbers[name]}{{{{{_quoted(_title(ladder.title, tongue))}}}}}")
    lines += [
        f"  {numbers[a]} --> {numbers[s.id]}" for s in process.steps.values() for a in s.after if a in numbers
    ]
    lines += [f"  g{n} --> g{n + 1}" for n in range(len(process.stages) - 1)]
    if case is not None:
        states = _states(process, tongue, case)
        lines += [
            f"  classDef {state} fill:{fill},stroke:{edge},color:#222222"
            for state, (fill, edge) in _COLOURS.items()
        ]
        lines += [f"  class {numbers[name]} {found.state}" for name, found in states.items()]
    return "\n".join(lines) + "\n"


def picture(process: Process, tongue: Tongue, case: Case | None = None) -> Drawing:
    """Return the process as a drawing; with `case`, in its present state."""
    states = _states(process, tongue, case)
    tallest = max((len(s.steps) for s in process.stages), default=0)
    body = _TOP + _HEAD + tallest * (_BOX + _STEP)
    ladders = _STRIP * len(process.ladders)
    legend = 30 if case is not None else 8
    width = _GAP + len(process.stages) * (_COLUMN + _GAP)
    shapes: list[Shape] = []
    for column, stage in enumerate(process.stages):
        x = _GAP + column * (_COLUMN + _GAP)
        here = case is not None and case.stage == stage.id and not case.has_ended
        shapes += _head(x, tongue.words(stage.title), here=here, last=column == len(process.stages) - 1)
        for row, name in enumerate(stage.steps):
            y = _TOP + _HEAD + 12 + row * (_BOX + _STEP)
            step = process.steps[name]
            follows = row > 0 and stage.steps[row - 1] in step.after
            shapes += _step(_title(step.title, tongue), (x, y), states[name], follows=follows)
    for row, (name, ladder) in enumerate(process.ladders.items()):
        rungs = " → ".join(_title(r.title, tongue) for r in ladder.rungs)
        shapes += _strip(body + 10 + row * _STRIP, width, (_title(ladder.title, tongue), rungs), states[name])
    height = body + ladders + legend
    if case is not None:
        shapes += _legend(height, tongue)
    return Drawing(width=width, height=height, title=tongue.words(process.title), shapes=tuple(shapes))


def _states(process: Process, tongue: Tongue, case: Case | None) -> dict[str, StepState]:
    names = (*process.steps, *process.ladders)
    if case is None:
        return dict.fromkeys(names, StepState(state="waiting"))
    found = {name: _state(step, process, case, tongue) for name, step in process.steps.items()}
    for name in process.ladders:
        climbing = [d for d in case.disputes if d.ladder == name and not d.settled]
        settled = [d for d in case.disputes if d.ladder == name and d.settled]
        late = any(i.due.at < tongue.now for i in case.open_items() if i.step == name)
        state = "overdue" if late else "open" if climbing else "done" if settled else "waiting"
        found[name] = StepState(
            state=state, note=f"{len(settled)}/{len(settled) + len(climbing)}" if settled or climbing else ""
        )
    return found


def _state(step: Step, process: Process, case: Case, tongue: Tongue) -> StepState:
    items = [i for i in case.of_step(step.id) if i.state is not ItemState.VOID]
    waiting = [i for i in items if i.is_open]
    answered = len(items) - len(waiting)
    note = f"{answered}/{len(items)}" if len(items) > 1 else ""
    if waiting:
        due = min(i.due.at for i in waiting)
        day = short_day(tongue.workdays.day_of(due), tongue.language)
        state = "overdue" if due < tongue.now else "open"
        return StepState(state=state, note=f"{note} · {day}" if note else day)
    if _finished(step, process, case) or (items and not isinstance(step, Cycle)):
        return StepState(state="done", note=note)
    if isinstance(step, Meeting) and any(m.step == step.id and not m.recorded for m in case.meetings):
        return StepState(state="open")
    running = isinstance(step, Cycle) and step.stage == case.stage and not case.has_ended
    return StepState(state="open" if running else "waiting", note=note)


def _finished(step: Step, process: Process, case: Case) -> bool:
    """Say whether a step is behind the case; what nobody asked for stays waiting."""
    if step.id in case.done_steps:
        return True
    order = [s.id for s in process.stages]
    behind = case.status is CaseStatus.CLOSED or (
        case.stage in order and order.index(step.stage) < order.index(case.stage)
    )
    return behind and not (isinstance(step, Collect) and step.on_demand)


def _head(x: float, title: str, *, here: bool, last: bool) -> Iterator[Shape]:
    fill = "#1f5fa8" if here else "#e9edf2"
    size = shrunk(title, 14, _COLUMN - 8)
    yield Box(x=x, y=_TOP, width=_COLUMN, height=_HEAD, fill=fill, radius=3)
    yield Label(
        x=x + _COLUMN / 2,
        y=_TOP + _HEAD / 2,
        words=fit(title, size, _COLUMN - 8),
        size=size,
        bold=True,
        anchor="middle",
        colour="#ffffff" if here else "#33404f",
    )
    if not last:
        y = _TOP + _HEAD / 2
        yield Line(
            x1=x + _COLUMN + 2, y1=y, x2=x + _COLUMN + _GAP - 2, y2=y, colour=_ARROW, arrow=True, width=1.5
        )


def _step(title: str, corner: tuple[float, float], found: StepState, *, follows: bool) -> Iterator[Shape]:
    x, y = corner
    fill, edge = _COLOURS[found.state]
    if follows:
        middle = x + _COLUMN / 2
        yield Line(x1=middle, y1=y - _STEP, x2=middle, y2=y - 1, colour=_ARROW, arrow=True)
    yield Box(x=x, y=y, width=_COLUMN, height=_BOX, fill=fill, stroke=edge, radius=4, line=1.2)
    size = shrunk(title, 13, _COLUMN - 14 if found.note else 2 * _COLUMN - 48)
    lines = wrap(title, size, _COLUMN - 14, 1 if found.note else 2)
    tops = (y + 15,) if found.note else (y + _BOX / 2,) if len(lines) == 1 else (y + 15, y + 32)
    colour = "#222222" if found.state != "waiting" else "#6b7280"
    for line, top in zip(lines, tops, strict=True):
        yield Label(x=x + _COLUMN / 2, y=top, words=line, size=size, colour=colour, anchor="middle")
    if found.note:
        yield Label(
            x=x + _COLUMN / 2,
            y=y + 33,
            words=found.note,
            size=11,
            colour=edge,
            bold=found.state == "overdue",
            anchor="middle",
        )


def _strip(y: float, width: float, words: tuple[str, str], found: StepState) -> Iterator[Shape]:
    """Draw a ladder: it stands beside the stages, since it may open in any of them."""
    fill, edge = _COLOURS[found.state]
    title, rungs = words
    yield Box(
        x=_GAP, y=y, width=width - 2 * _GAP, height=_STRIP - 10, fill=fill, stroke=edge, radius=4, line=1.2
    )
    middle = y + (_STRIP - 10) / 2
    head = f"{title} {found.note}".strip()
    yield Label(
        x=_GAP + 10, y=middle, words=fit(head, 13, 240), size=13, bold=found.state in {"open", "overdue"}
    )
    yield Label(x=_GAP + 262, y=middle, words=fit(rungs, 12, width - 322), size=12, colour="#6b7280")


def _legend(height: int, tongue: Tongue) -> Iterator[Shape]:
    x = float(_GAP)
    for state, words in _LEGEND.items():
        fill, edge = _COLOURS[state]
        yield Box(x=x, y=height - 20, width=14, height=11, fill=fill, stroke=edge, radius=2)
        yield Label(x=x + 20, y=height - 14, words=tongue.words(words), size=11, colour="#6b7280")
        x += 96 if tongue.language is Language.EN else 84


def _title(words: Words, tongue: Tongue) -> str:
    return one_line(tongue.words(words))


def _quoted(words: str) -> str:
    """Return `words` as a Mermaid string; quotes and brackets become entities."""
    safe = words.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
    return f'"{safe}"'
