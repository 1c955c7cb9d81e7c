"""Pictures: the bars of the tasks and the process with a case in it."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from agent.domain.words import Language
from agent.letters.charts import MOST_ROWS, gantt
from agent.letters.compose import compose
from agent.letters.drawing import Box, Drawing, Label, fit, to_png, to_svg, width_of, wrap
from agent.letters.fonts import Typeface, installed
from agent.letters.process_picture import mermaid, picture
from agent.letters.values import Tongue
from tests.needs import without
from tests.unit.letters.scenes import NOW, PEOPLE, WORKDAYS, process, rich, rich_case

RED = "#c62828"


def tongue(language: Language = Language.ZH) -> Tongue:
    """Return the words of a reader on 20 March 2026."""
    return Tongue(language=language, directory=PEOPLE, workdays=WORKDAYS, now=NOW)


def words(drawing: Drawing) -> list[str]:
    """Return everything that is written in a picture."""
    return [s.words for s in drawing.shapes if isinstance(s, Label)]


def test_lag_is_drawn_in_red_with_its_days() -> None:
    """Task 2 is three workdays late, and says so; task 1 is done and is not red."""
    drawing = gantt(rich_case().tasks, tongue())
    red = [s.words for s in drawing.shapes if isinstance(s, Label) and s.colour == RED]

    assert "+3 工作日" in red
    assert any(word.startswith("2 ") for word in red)
    assert not any(word.startswith("1 ") for word in red)


@pytest.mark.parametrize("days", [1, 30, 400])
def test_every_bar_stays_inside_the_picture(days: int) -> None:
    """A plan of a day, a month or a year fits the same width."""
    task, first = rich_case().tasks[1], date(2026, 3, 9)
    last = first + timedelta(days=days)
    tasks = (replace(task, id="1", start=first, end=last), replace(task, id="2", start=last, end=last))
    drawing = gantt(tasks, tongue())

    for shape in drawing.shapes:
        if isinstance(shape, Box):
            assert -0.1 <= shape.x <= shape.x + shape.width <= drawing.width + 0.5


def test_many_tasks_are_cut_and_the_rest_is_counted() -> None:
    """A picture in a mail ends somewhere; nothing is left out silently."""
    task = rich_case().tasks[1]
    drawing = gantt(tuple(replace(task, id=str(n)) for n in range(MOST_ROWS + 7)), tongue())

    assert any("另有 7 项" in word for word in words(drawing))


def test_without_a_chinese_font_the_numbers_are_drawn() -> None:
    """The table below carries the words; the picture shows no empty squares."""
    face = installed([("/nowhere/font.ttf", "/nowhere/bold.ttf", 0)])

    assert not face.knows_chinese
    image = Image.open(BytesIO(to_png(gantt(rich_case().tasks, tongue()), face)))
    assert image.width == 1200


def test_a_letter_shows_its_picture_inline() -> None:
    """The HTML names the part by its Content-ID; nothing is fetched from anywhere."""
    for letter in ("tracker", "status"):
        written = compose(*rich(letter, Language.ZH))
        (shown,) = (a for a in written.attachments if a.cid)

        assert f'src="cid:{shown.cid}"' in written.html
        assert "http" not in written.html
        assert Image.open(BytesIO(shown.content)).format == "PNG"


def test_the_picture_shows_every_step_and_where_the_case_is() -> None:
    """An overdue step is red with its count; each step of the definition is there."""
    drawing = picture(process(), tongue(), rich_case())
    colours = {s.stroke for s in drawing.shapes if isinstance(s, Box)}

    assert RED in colours
    assert {step.title.zh for step in process().steps.values()} <= set(words(drawing))
    assert "1/2 · 3月17日" in words(drawing)


def test_svg_is_well_formed_whatever_the_titles() -> None:
    """A title is text, never markup."""
    hostile = replace(rich_case().tasks[0], title="<script>&\"'")
    root = ET.fromstring(to_svg(gantt((hostile,), tongue())))  # noqa: S314 - our own output

    assert any("<script>" in (node.text or "") for node in root.iter())


def test_mermaid_names_every_step_and_every_arrow() -> None:
    """The text form is complete: what comes after what, and the state of each."""
    text = mermaid(process(), tongue(Language.EN), rich_case())

    assert text.startswith("flowchart LR")
    assert text.count(" --> s") == sum(len(s.after) for s in process().steps.values())
    assert "class s1 overdue" in text


def test_words_are_cut_and_wrapped_to_their_width() -> None:
    """An ellipsis says that something is missing; a Latin word stays whole."""
    assert fit("协同任务分工表", 12, 50).endswith("…")
    assert width_of(fit("协同任务分工表", 12, 50), 12) <= 50
    assert wrap("Countersign the breakdown", 12, 100, 2) == ("Countersign", "the breakdown")


def test_the_machine_has_a_chinese_font_or_says_so() -> None:
    """Rendering real characters needs a font; where there is none this test has nothing to look at."""
    face = installed()
    if not face.knows_chinese:
        without("no Chinese font is installed (Debian: fonts-noto-cjk)")
    blank = to_png(picture(process(), tongue(), rich_case()), Typeface(None, None))

    assert len(to_png(picture(process(), tongue(), rich_case()), face)) > len(blank)
