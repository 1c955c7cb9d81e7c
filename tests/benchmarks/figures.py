"""The benchmark's own arithmetic: medians, ratios, and the table that tells them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from unicodedata import east_asian_width

_HEADINGS = ("measure", "value", "floor", "ratio", "target", "ok", "")
_COLUMNS_OF_WORDS = (0, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table."""

    name: str
    value: float
    """In `unit`; the median of the sample where there was one."""
    unit: str
    floor: float | None = None
    """In `unit`: the least that the same work costs; None when there is nothing to compare with."""
    under: float | None = None
    """The target for the value, in `unit`: it shall be less."""
    over: float | None = None
    """The target for the value, in `unit`: it shall be no less."""
    under_ratio: float | None = None
    """The target for the ratio."""
    ratio_of: float | None = None
    """What is compared with the floor, in `unit`; the value itself when None."""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Return how many times the floor it is."""
        if not self.floor:
            return None
        return (self.value if self.ratio_of is None else self.ratio_of) / self.floor

    @property
    def ok(self) -> bool | None:
        """Say whether every target was met, None when there is none."""
        met = []
        if self.under is not None:
            met.append(self.value < self.under)
        if self.over is not None:
            met.append(self.value >= self.over)
        if self.under_ratio is not None:
            met.append(self.ratio is not None and self.ratio < self.under_ratio)
        return all(met) if met else None

    def as_json(self) -> dict[str, object]:
        """Return the figure with its ratio and verdict."""
        return {**asdict(self), "ratio": self.ratio, "ok": self.ok}


def middle(sample: Sequence[float]) -> float:
    """Return the median of a sample that is not empty."""
    return median(sample)


def spread(sample: Sequence[float]) -> float:
    """Return how far the largest is above the smallest, as a part of the smallest."""
    return max(sample) / min(sample) - 1


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as lines of text, columns aligned."""
    rows = [_HEADINGS, *(_row(figure) for figure in figures)]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    return "\n".join("  ".join(_padded(row, widths)).rstrip() for row in rows) + "\n"


def _row(figure: Figure) -> tuple[str, ...]:
    targets = []
    if figure.under is not None:
        targets.append(_said(figure.under, figure.unit))
    if figure.over is not None:
        targets.append(f"≥ {_said(figure.over, figure.unit)}")
    if figure.under_ratio is not None:
        targets.append(f"{figure.under_ratio:g} ×")
    return (
        figure.name,
        _said(figure.value, figure.unit),
        _said(figure.floor, figure.unit) if figure.floor is not None else "",
        f"{figure.ratio:.2f} ×" if figure.ratio is not None else "",
        ", ".join(targets),
        {True: "yes", False: "NO", None: ""}[figure.ok],
        figure.note,
    )


def _said(value: float, unit: str) -> str:
    places = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{places}f} {unit}"


def _padded(row: tuple[str, ...], widths: list[int]) -> list[str]:
    cells = []
    for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
        room = " " * (width - _width(cell))
        cells.append(cell + room if column in _COLUMNS_OF_WORDS else room + cell)
    return cells


def _width(text: str) -> int:
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in text)
