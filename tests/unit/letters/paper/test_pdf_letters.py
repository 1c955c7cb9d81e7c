"""Letters and lines: nothing is lost in breaking, and what is embedded is what is drawn."""

from io import BytesIO
from pathlib import Path
from time import process_time

import pikepdf
import pytest
from fontTools.cffLib import CFFFontSet
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.domain.words import Language
from agent.letters.paper.cff import cff
from agent.letters.paper.faces import Faces
from agent.letters.paper.lines import Breaker
from agent.letters.paper.model import Look
from agent.letters.paper.outlines import Outlines, machine_outlines
from tests.needs import without
from tests.unit.letters.paper.drawn import drawn, fields, value_of

_WORDS = st.text(alphabet=st.sampled_from("甲乙丙，。（）《》“”abcdeXYZ019 .,;()-"), min_size=0, max_size=120)


@settings(max_examples=150)
@given(words=_WORDS, width=st.floats(min_value=30, max_value=400), chinese=st.booleans())
def test_breaking_loses_nothing_and_fits(words: str, width: float, *, chinese: bool) -> None:
    """All letters are there in their order, no line is too wide, and none begins with a comma."""
    faces = Faces(None, chinese=chinese)
    breaker = Breaker(faces, lambda control: control.inside)
    look = Look(size=10)
    lines = breaker.said(words, look, width)
    assert "".join("".join(lines).split()) == "".join(words.split())
    assert all(faces.width(line.rstrip(), 10, bold=False) <= width + 0.1 for line in lines)


def test_punctuation_stays_with_its_words() -> None:
    """A line of Chinese begins with no comma and ends with no opening bracket (GB/T 15834)."""
    breaker = Breaker(Faces(None, chinese=True), lambda control: control.inside)
    lines = breaker.said("完成联调，输出报告。（见附件）" * 6, Look(size=10), 71)
    assert all(line[0] not in "，。）" and line[-1] != "（" for line in lines)


def test_breaking_takes_time_in_proportion_to_the_text() -> None:
    """A sender's word of a hundred thousand letters costs little more than as many words."""
    breaker = Breaker(Faces(None, chinese=False), lambda control: control.inside)
    look = Look(size=10)

    def seconds(words: str) -> float:
        begun = process_time()
        breaker.said(words, look, 300)
        return process_time() - begun

    assert seconds("a" * 50_000) < 4 * seconds("a b c d e " * 5_000) + 0.5


def _machine() -> Outlines:
    found = machine_outlines()
    if found is None:
        without("no Chinese font that may be embedded is installed (Debian: fonts-noto-cjk)")
    return found[0]


def test_an_embedded_subset_is_a_sound_font() -> None:
    """Another reader (fontTools) finds in the table that we write the glyphs that we put there."""
    drawn_ = [_machine().missing(), *(_machine().of(each) for each in "协同办公")]
    glyphs = [each.charstring for each in drawn_ if each is not None]
    read = CFFFontSet()
    read.decompile(BytesIO(cff("ABCDEF+Test", glyphs, (-200, -300, 1200, 1100))), None)
    font = read["ABCDEF+Test"]
    assert font.ROS == ("Adobe", "Identity", 0)
    assert list(font.CharStrings.keys()) == [".notdef", "cid00001", "cid00002", "cid00003", "cid00004"]
    for name, outline in zip(font.CharStrings.keys(), drawn_, strict=True):
        assert outline is not None
        assert font.CharStrings[name].bytecode == outline.charstring


def test_letters_of_the_sheet_are_embedded_and_read_as_text() -> None:
    """A PDF looks the same where no Chinese font is, and its words can be searched."""
    _machine()
    with pikepdf.open(BytesIO(drawn("confirmation", Language.ZH))) as pdf:
        fonts = pdf.pages[0].Resources.Font
        chinese = fonts["/Chin"]
        assert "/FontFile3" in chinese.DescendantFonts[0].FontDescriptor
        assert "需".encode("utf-16-be").hex().encode() in chinese.ToUnicode.read_bytes()


def test_without_a_font_of_its_own_the_sheet_names_one() -> None:
    """A machine without Chinese fonts still sends a PDF: viewers have one for `STSong-Light`."""
    with pikepdf.open(BytesIO(drawn("confirmation", Language.ZH, embed=False))) as pdf:
        font = pdf.pages[0].Resources.Font["/Chin"]
        assert font.Encoding == "/UniGB-UTF16-H"
        assert "/FontFile3" not in font.DescendantFonts[0].FontDescriptor


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    """Whatever stands where a font should: the sheet is drawn without it."""
    path = tmp_path / "font.ttf"
    path.write_bytes(b"no font")
    with pytest.raises(ValueError, match="no font"):
        Outlines(path, 0)
    with pytest.raises(OSError, match="No such file"):
        Outlines(tmp_path / "none.ttf", 0)


def test_a_character_that_no_font_has_is_kept_in_the_value() -> None:
    """An emoji is drawn as a box; what was written is not lost."""
    found = fields(drawn("confirmation", Language.EN, {"people": "Li 😀 Na"}))
    assert value_of(found["people"]) == "Li 😀 Na"
