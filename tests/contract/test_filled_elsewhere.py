"""Faults that the benchmark of paper found (tests/benchmarks/paper.py), each with the seed that showed it."""

from agent.domain.answers import Trust
from agent.domain.words import Language
from parsers.reading import read_document
from tests.benchmarks.paper_sheets import flattened, issued, known, typed


def test_what_runs_over_the_edge_of_a_field_is_not_read_in_the_next_cell() -> None:
    """A date too long for its column is cut off by the viewer; its last character is text all the same."""
    sheet = issued("breakdown", Language.ZH, 25)
    (reading,) = read_document(flattened(typed(sheet)), "form.pdf", known(sheet))
    read = {each.field: each for each in reading.answers.all}
    for path in ("tasks.0.end", "tasks.0.support", "tasks.1.end", "tasks.1.support"):
        assert read[path].value == sheet.answers.truth[path]
        assert read[path].trust in {Trust.SURE, Trust.LIKELY}
