"""Words struck out in Word and printed to PDF: they stand there still, and nobody means them."""

from collections.abc import Callable, Mapping

import pytest
from lxml import etree

from agent.domain.answers import Trust
from agent.domain.reading import DriftKind, Reading
from agent.domain.words import Language
from parsers.pdf.form import read_pdf
from tests.libreoffice import convert
from tests.pdf_files import house, sent
from tests.unit.forms.filled import filled
from tests.word_files import W, control_of, edited, element

WORDS = {"highlights": "按期上线", "shortcomings": "测试环境不足"}


def formatted(where: Callable[[etree._Element], etree._Element], how: str) -> bytes:
    """Return the filled summary with the runs of some part of it formatted."""

    def change(root: etree._Element) -> None:
        for run in where(root).iter(f"{W}r"):
            properties = run.find(f"{W}rPr")
            if properties is None:
                properties = element("<w:rPr/>")
                run.insert(0, properties)
            properties.append(element(how))

    return edited(filled("summary", Language.ZH, WORDS), change)


def highlights(root: etree._Element) -> etree._Element:
    return control_of(root, "highlights")


def instruction(root: etree._Element) -> etree._Element:
    return next(p for p in root.iter(f"{W}p") if "签字后回复" in "".join(map(str, p.itertext())))


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Return what LibreOffice prints of them: one start for all."""
    files = {
        "struck.docx": formatted(highlights, "<w:strike/>"),
        "twice.docx": formatted(highlights, "<w:dstrike/>"),
        "underlined.docx": formatted(highlights, '<w:u w:val="single"/>'),
        "term.docx": formatted(instruction, "<w:strike/>"),
    }
    return convert(files, to="pdf", folder=tmp_path_factory.mktemp("struck"))


def read(printed: Mapping[str, bytes], name: str) -> Reading:
    (reading,) = read_pdf(printed[f"{name}.pdf"], "总结.pdf", house(sent("summary")))
    return reading


@pytest.mark.parametrize("name", ["struck", "twice"])
def test_a_value_that_was_struck_out_is_asked_about(printed: Mapping[str, bytes], name: str) -> None:
    """The others are taken as they stand."""
    reading = read(printed, name)
    struck, plain = (reading.answers.get(field) for field in WORDS)

    assert struck is not None
    assert plain is not None
    assert (struck.trust, bool(struck.picture)) == (Trust.GUESS, True)
    assert (plain.value, plain.trust) == (WORDS["shortcomings"], Trust.LIKELY)


def test_an_underlined_value_is_a_value(printed: Mapping[str, bytes]) -> None:
    """A line below words says nothing against them."""
    answer = read(printed, "underlined").answers.get("highlights")

    assert answer is not None
    assert (answer.value, answer.trust) == (WORDS["highlights"], Trust.LIKELY)


def test_a_printed_term_that_was_struck_out_is_told(printed: Mapping[str, bytes]) -> None:
    """Its words are all there; the line through them is the difference."""
    drift = read(printed, "term").drift

    assert {each.kind for each in drift} == {DriftKind.MISSING}
    assert any("签字后回复" in each.sent for each in drift)
    assert read(printed, "underlined").drift == ()
