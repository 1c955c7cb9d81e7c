"""Put a value into one content control, keeping the look that the template gives it."""

from copy import deepcopy
from datetime import date, datetime

from lxml import etree

from agent.domain.answers import Scalar
from agent.domain.forms import Field, Kind
from agent.domain.words import Language
from agent.letters.form_filling.wording import Look, written
from agent.letters.form_filling.xml import W14, text_run, w


def put(  # noqa: PLR0913 - a control, what goes into it, and how
    control: etree._Element, value: Scalar, asked: Field, language: Language, look: Look, *, in_row: bool
) -> None:
    """Write `value` into `control`; it is no longer a placeholder then."""
    if asked.kind is Kind.CHECKBOX:
        ticked = value is True or value == "true"
        box = control.find(f"{w('sdtPr')}/{{{W14}}}checkbox/{{{W14}}}checked")
        if box is not None:
            box.set(f"{{{W14}}}val", "1" if ticked else "0")
        say(control, "☒" if ticked else "☐")
        return
    picker = control.find(f"{w('sdtPr')}/{w('date')}")
    if picker is not None and isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        picker.set(w("fullDate"), f"{day.isoformat()}T00:00:00Z")
    say(control, written(value, asked, language, look, in_row=in_row))


def say(control: etree._Element, text: str) -> None:
    """Replace the content of `control` by plain text."""
    content = control.find(w("sdtContent"))
    properties = control.find(w("sdtPr"))
    if content is None or properties is None:
        return
    for flag in properties.findall(w("showingPlcHdr")):
        properties.remove(flag)
    look = _look_of(content)
    for child in list(content):
        content.remove(child)
    content.append(text_run(text, look))


def offer(control: etree._Element, words: tuple[str, ...]) -> None:
    """Fill the list of a combo box; one may still write something else."""
    box = control.find(f"{w('sdtPr')}/{w('comboBox')}")
    if box is None or len(box):
        return
    for each in dict.fromkeys(words):
        item = etree.SubElement(box, w("listItem"))
        item.set(w("displayText"), each)
        item.set(w("value"), each)


def _look_of(content: etree._Element) -> etree._Element | None:
    """Return the run properties of the placeholder without what makes it look like one."""
    found = next(content.iter(w("rPr")), None)
    if found is None:
        return None
    kept = deepcopy(found)
    for name in ("rStyle", "color", "vanish"):
        for each in kept.findall(w(name)):
            kept.remove(each)
    return kept if len(kept) else None
