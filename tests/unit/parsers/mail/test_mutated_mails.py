"""A few hundred mutated mails through every reader to their verdict; `make soak-mails` plays 100,000."""

from tests.soak.mails import MOST_BYTES, highest, made, run, seeds


def test_no_mutated_mail_raises_or_takes_long() -> None:
    """Whatever comes, it ends in one state with a reason in both languages."""
    done = run(0, 300, seed=20261122)

    assert done.hurt == ()
    assert sum(done.states.values()) == done.count
    assert len(done.natures) >= 5
    assert highest() < 2 * MOST_BYTES  # other tests ran in this process before


def test_a_mutated_mail_can_be_made_again() -> None:
    """Its seed and its number say everything."""
    assert made(7, 1) == made(7, 1)
    assert made(7, 1) != made(8, 1)
    assert len(set(seeds())) == len(seeds())
