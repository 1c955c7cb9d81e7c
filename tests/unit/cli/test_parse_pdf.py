"""`formclerk parse` on a PDF that somebody wrote upon: the words and the pictures that a person gets."""

from pathlib import Path

import pytest
from PIL import Image

from agent.cli import language, reading_words
from agent.cli.app import run
from agent.domain.words import Language
from parsers.pages.sent import sent_places
from tests.pdf_files import filled_in, sent
from tests.tablets import stroked, typed


@pytest.fixture
def written_upon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a form with a value, one with ink upon it, and a typed note."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    own = sent("summary").pdf
    places = sent_places(own)[1].fields
    pdf = filled_in(own, {"highlights": "Approved", "shortcomings": "None"})
    pdf = typed(stroked(pdf, places["shortcomings"]), places["improvements"], "More tests")
    (tmp_path / "form.pdf").write_bytes(pdf)
    return tmp_path


@pytest.mark.parametrize(
    ("spoken", "words"),
    [
        (Language.ZH, ("表单域 highlights", "第1页的笔迹", "第1页的文字批注")),
        (Language.EN, ("form field highlights", "pt, ink", "text note, page 1")),
    ],
)
def test_where_each_value_stood_is_told_in_both_languages(
    written_upon: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    spoken: Language,
    words: tuple[str, ...],
) -> None:
    """A form field, ink upon it, a note that was typed upon the page."""
    monkeypatch.setattr(language, "LANGUAGE", spoken)
    monkeypatch.setattr(reading_words, "LANGUAGE", spoken)

    assert run(["parse", str(written_upon / "form.pdf")]) == 0

    printed = capsys.readouterr().out
    assert [each for each in words if each not in printed] == []


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("drawing, table 2, row 5, cell 2", "表2 第5行 第2格的笔迹"),
        ("text box, table 2, row 5, cell 2", "表2 第5行 第2格的文本框"),
        ("what page 1, 41,195 to 65,213 pt shows", "第1页所显示的内容"),
        ("what form field people shows", "表单域 people 所显示的内容"),
    ],
)
def test_a_place_is_told_in_chinese(monkeypatch: pytest.MonkeyPatch, place: str, words: str) -> None:
    """Where something lies upon a place, or a place shows something else than it holds."""
    monkeypatch.setattr(language, "LANGUAGE", Language.ZH)

    assert reading_words.place_words(place) == words


def test_the_pages_of_a_pdf_are_left_to_look_at(written_upon: Path) -> None:
    """With every place drawn, and a crop of each value and slot; as of paper, and without OCR's extra."""
    folder = written_upon / "look"

    assert run(["parse", str(written_upon / "form.pdf"), "--pictures", str(folder)]) == 0

    names = {each.name for each in folder.iterdir()}
    assert names == {
        "summary-page-1.png",
        "slot-initiating_head.png",
        *(f"field-{name}.png" for name in ("highlights", "shortcomings", "improvements")),
    }
    with Image.open(folder / "summary-page-1.png") as page:
        assert page.width == 1100
