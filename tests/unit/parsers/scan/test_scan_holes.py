"""A cell whose lines are hidden by a seal is found again, and no cell is made where none was."""

from parsers.pages.page import Box
from parsers.scan.holes import with_holes_filled

LABEL, SLOT = Box(55, 509, 171, 562), Box(171.5, 509, 386.5, 562)
DAY_LABEL, DAY = Box(387, 509, 429, 562), Box(430, 509, 542, 562)
CONCLUSION = (Box(55, 427, 137, 447), Box(138, 426, 542, 446))
REMARKS = Box(55, 447, 137, 483)


def test_the_slot_between_its_label_and_its_date_is_found_under_a_seal() -> None:
    assert SLOT in with_holes_filled((LABEL, DAY_LABEL, DAY))


def test_a_row_is_as_long_as_the_rows_of_its_table() -> None:
    filled = with_holes_filled((*CONCLUSION, REMARKS))
    assert len(filled) == len(CONCLUSION) + 2
    assert Box(137.5, 447, 542.5, 483) in filled


def test_what_a_seal_encloses_within_the_slot_is_no_cell() -> None:
    star = Box(250, 520, 290, 548)
    assert star not in with_holes_filled((LABEL, star, DAY_LABEL, DAY))


def test_a_table_without_holes_stays_as_it_is() -> None:
    whole = (*CONCLUSION, REMARKS, Box(138, 447, 542, 483), LABEL, Box(172, 509, 386, 562), DAY_LABEL, DAY)
    assert set(with_holes_filled(whole)) == set(whole)


def test_a_table_of_another_width_below_makes_no_cell() -> None:
    """Two tables that do not touch are two."""
    narrow, broad = Box(55, 100, 200, 120), Box(55, 140, 542, 160)
    assert set(with_holes_filled((narrow, broad))) == {narrow, broad}


def test_a_cell_beside_two_rows_on_either_side_is_two_cells() -> None:
    """A seal on the line between two slots hid it: the seal of one signed both, and one was missing."""
    next_row = [Box(each.left, 562.5, each.right, 616) for each in (LABEL, SLOT, DAY_LABEL, DAY)]
    whole = Box(SLOT.left, SLOT.top, SLOT.right, 616)
    found = with_holes_filled((LABEL, DAY_LABEL, DAY, next_row[0], whole, *next_row[2:]))
    assert whole not in found
    assert sum(abs(each.left - SLOT.left) < 1 and 50 < each.height < 58 for each in found) == 2


def test_a_cell_that_a_table_merges_stays_whole() -> None:
    """Its neighbour on one side is as high."""
    high = Box(SLOT.left, SLOT.top, SLOT.right, 616)
    left = (LABEL, Box(LABEL.left, 562.5, LABEL.right, 616))
    right = Box(DAY_LABEL.left, 509, DAY_LABEL.right, 616)
    assert high in with_holes_filled((*left, high, right))
