"""The benchmark of signature slots counts what it says it counts."""

from collections import Counter

import pytest

from tests.benchmarks.slot_kinds import Stands
from tests.benchmarks.slot_pages import filled
from tests.benchmarks.slots import Case, Tally, figures, is_false, is_found, table


def tallied(*cases: Case) -> Tally:
    return Tally(said=Counter(cases), pages=1)


@pytest.mark.parametrize("what", [each for each in Stands if each.is_empty])
def test_an_empty_slot_is_false_however_it_is_called_signed(what: Stands) -> None:
    """To ask about it is a nuisance, not a fault."""
    assert all(is_false(what, said) for said in ("signed", "seal", "typed"))
    assert not any(is_false(what, said) for said in ("unclear", "unsigned"))


def test_a_seal_called_ink_is_false_and_ink_called_a_seal_is_not_found() -> None:
    """Unless the scan is grey, where the seal upon the ink is all that can be seen."""
    assert is_false(Stands.SEAL, "signed")
    assert not is_false(Stands.SEAL, "seal")
    assert is_found(Stands.SEAL, "seal", grey=False)
    assert not is_found(Stands.INK, "seal", grey=False)
    assert not is_found(Stands.ON_SEAL, "seal", grey=False)
    assert is_found(Stands.ON_SEAL, "seal", grey=True)


def test_the_figures_miss_their_targets_when_a_slot_is_called_wrongly() -> None:
    """One false signature, and one signature of two that was asked about."""
    whole = tallied(
        ("L1", True, Stands.FOLD, False, "signed"),
        ("L1", True, Stands.INK, False, "signed"),
        ("L1", True, Stands.NAME, False, "unclear"),
    )
    false, found = figures(whole)
    assert (false.value, false.ok) == (1, False)
    assert (found.value, found.ok) == (50.0, False)
    assert "a fold" in table(whole)


def test_what_a_person_would_ask_about_as_well_is_no_miss() -> None:
    """A bare tick, and ink that a neighbour's tail runs into."""
    whole = tallied(
        ("L1", True, Stands.INK, False, "signed"),
        ("L1", True, Stands.TICK, False, "unclear"),
        ("L1", True, Stands.TOUCHED, False, "unclear"),
    )
    false, found = figures(whole)
    assert (false.ok, found.value) == (True, 100.0)


def test_a_page_says_of_every_slot_what_stands_in_it() -> None:
    """The same seed is the same page, and a seal reaches into the rows beside its own."""
    page = filled(5)
    assert set(page.stands) == set(page.roll.boxes) == {slot.id for slot in page.roll.form.slots}
    assert (filled(5).page.pixels == page.page.pixels).all()
    ids = list(page.stands)
    sealed = [n for n, slot in enumerate(ids) if page.stands[slot] in {Stands.SEAL, Stands.PALE_SEAL}]
    beside = {ids[at] for n in sealed for at in (n - 1, n + 1) if 0 <= at < len(ids)}
    assert sealed
    assert all(page.stands[slot].has_red or page.stands[slot] is Stands.SEAL_NEAR for slot in beside)
