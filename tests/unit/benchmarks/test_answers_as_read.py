"""What is true of a list is told by the rows that somebody filled, as readers tell it."""

from agent.domain.forms import Kind
from tests.benchmarks.paper_answers import Answered


def _answered(rows: tuple[str | bool | None, ...]) -> Answered:
    done = Answered()
    for number, value in enumerate(rows):
        path = f"parties.{number}.department"
        done.kinds[path] = Kind.DEPARTMENT
        if value is not None:
            done.truth[path] = value
    return done


def test_an_empty_row_is_left_out_and_the_next_one_moves_up() -> None:
    """Readers close gaps (`parsers.judging.read_found`): a list has no empty rows."""
    assert _answered(("质量部", None, "采购部")).as_read() == {
        "parties.0.department": "质量部",
        "parties.1.department": "采购部",
    }


def test_a_box_that_was_not_ticked_fills_no_row() -> None:
    assert _answered((False, True)).as_read() == {"parties.0.department": True}


def test_a_row_in_which_we_had_printed_something_keeps_its_place() -> None:
    """Its task is another one than that of the row above."""
    done = _answered((None, "采购部"))
    done.given = {"parties": ({"task": "T1"}, {"task": "T2"})}
    assert done.as_read() == {"parties.1.department": "采购部"}


def test_what_is_no_list_stays_as_it_is() -> None:
    done = Answered(kinds={"ruling": Kind.TEXT}, truth={"ruling": "与客户确认"})
    assert done.as_read() == {"ruling": "与客户确认"}
