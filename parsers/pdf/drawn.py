"""What form fields show, held against what they hold: a value that nobody sees is not believed.

Whoever fills a form, and whoever signs it, sees the appearance of a field (ISO 32000-2, 12.5.5), a program
reads its value (12.7.4); a file can make them differ.  A field without appearance shows its value in any
viewer that draws it (12.7.4.3, `NeedAppearances`), so that nothing speaks against it.
"""

from collections.abc import Iterable

from agent.domain.forms import Form, Kind
from parsers.pages.drift_text import visible
from parsers.pages.fields import asked_at
from parsers.pdf.pages import drawn_words
from parsers.pdf.widgets import Widget, WidgetKind
from parsers.word.found import Found, Rank

_WRITTEN = frozenset({WidgetKind.TEXT, WidgetKind.CHOICE})
_BUTTONS = frozenset({WidgetKind.RADIO, WidgetKind.CHECK})


def look_at_fields(
    content: bytes, form: Form, widgets: Iterable[Widget], found: dict[str, list[Found]]
) -> None:
    """Add to `found` what form fields with our names show where it is not what they hold.

    Args:
        content: the PDF.
        form: what is asked.
        widgets: its form fields.
        found: what was found in each place; changed.
    """
    ours = [each for each in widgets if asked_at(form, each.name) is not None and each.spot is not None]
    for widget, shown in untrue(content, ours):
        asked = asked_at(form, widget.name)
        if asked is not None and asked.kind is Kind.CHECKBOX:
            shown = "☑" if widget.shows else "☐"  # noqa: PLW2901 - a box shows a tick, not its value
        place = f"what form field {widget.name} shows"
        found.setdefault(widget.name, []).append(Found(rank=Rank.LABEL, place=place, words=shown, shaky=True))


def untrue(content: bytes, widgets: Iterable[Widget]) -> Iterable[tuple[Widget, str]]:
    """Yield the form fields that show something else than they hold, each with what it shows."""
    placed = [each for each in widgets if each.spot is not None]
    written = [each for each in placed if each.kind in _WRITTEN and each.is_drawn and not each.is_list]
    words = drawn_words(content, (each.spot for each in written if each.spot is not None))
    for each in written:
        shown = words.get(each.spot) if each.spot is not None else None
        said = visible(" ".join(each.shown or each.values))
        if shown is None or visible(shown) == said:
            continue
        # An appearance that draws no words, as of an empty place, is not one of another value.
        if visible(shown) or each.is_painted:
            yield each, " ".join(shown.split()) or "□"
    for each in placed:
        if each.kind in _BUTTONS and each.shows is not None and each.shows is not each.ticked:
            yield each, each.answer if each.shows else f"☐ {each.answer}"


__all__ = ["look_at_fields", "untrue"]
