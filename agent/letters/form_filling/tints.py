"""The colour of a status in a compiled table: lag is red at a glance."""

from lxml import etree

from agent.domain.case import TaskStatus
from agent.domain.forms import Field, Kind
from agent.letters.form_filling.xml import shade, up, w

_COLOURS = {
    TaskStatus.LAGGING.value: ("F6C7C3", "FDEEEC"),
    TaskStatus.DONE.value: ("CDE8CF", ""),
    TaskStatus.IN_PROGRESS.value: ("D8E6F5", ""),
}
"""For each status the colour of its cell and of the rest of its row."""


def tint(control: etree._Element, value: str, asked: Field) -> None:
    """Shade the cell of a status, and the whole row when it lags."""
    cell, row = up(control, "tc"), up(control, "tr")
    if asked.kind is not Kind.CHOICE or value not in _COLOURS or cell is None or row is None:
        return
    strong, soft = _COLOURS[value]
    for each in row.findall(w("tc")) if soft else ():
        shade(each, soft)
    shade(cell, strong)
