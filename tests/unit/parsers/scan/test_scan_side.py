"""A page without a code stands the way in which its words can be read."""

import numpy as np
import pytest

from parsers.scan.side import Side
from parsers.scan.spelt import spelt
from tests.unit.parsers.scan.test_scan_compared import SCALE, SENT, page


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_page_without_a_code_is_read_the_right_way_up(quarters: int) -> None:
    """The second sheet of a stack, fed in sideways: read as it lay, its junk was taken for altered text."""
    stood = page(SENT).pixels
    side = Side(came=2, pixels=np.ascontiguousarray(np.rot90(stood, quarters)), scale=SCALE, sure=False)

    read = side.read()

    assert [spelt(text)[0] for text in read.texts] == [spelt(text)[0] for text in SENT]
    assert np.array_equal(read.pixels, stood)
