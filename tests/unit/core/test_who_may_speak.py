"""Every combination of who writes, what vouches for them, with which sheet, to which item.

Nothing advances wrongly: thousands of cells against a small oracle that was written apart (`speakers.py`).
"""

from dataclasses import replace
from itertools import product

import pytest

from agent.domain.authenticity import Standing
from agent.domain.events import LetterReturned
from agent.domain.inbox import MailState
from agent.domain.keywords import WORDS
from agent.domain.mail import Nature
from tests.unit.core import speakers
from tests.unit.core.speakers import KEYWORDS, OPERATES, SENDERS, SHEETS, STATES, WORLDS

_EITHER = (False, True)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("world", WORLDS)
def test_a_form_moves_a_step_only_for_whom_it_is(world: str, state: str) -> None:
    """An authentic, entitled sender with the token of an open item's own sheet, and nobody else."""
    case, there = speakers.scene(world, state)
    moved = 0
    for standing, sender, sheet, drift, released in product(Standing, SENDERS, SHEETS, _EITHER, _EITHER):
        mail, reading = speakers.a_mail(sender, standing), speakers.a_reading(sheet, drift=drift)
        said, found, _ = speakers.judged(mail, (reading,), case, there, released=released)
        told = speakers.of_form(standing, sender, sheet, state, world, drift=drift, released=released)
        assert found == told, (standing, sender, sheet, drift, released, said.because)
        if speakers.is_doubtful(standing) and not released:
            assert not said.letters  # an answer would reach whoever is named in a forged From
            assert not said.events
        moved += found.moved
    assert (moved > 0) is (state not in {"suspended", "ended"})


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("world", WORLDS)
def test_a_keyword_is_obeyed_only_from_whom_it_may_come(world: str, state: str) -> None:
    """A coordinator's words from a coordinator, an initiator's from the initiator; all of them authentic."""
    case, there = speakers.scene(world, state)
    for standing, sender, keyword in product(Standing, SENDERS, KEYWORDS):
        line = WORDS[keyword].zh + (" 3" if keyword in OPERATES else "")
        mail = speakers.a_mail(sender, standing, line, replies=True)
        said, found, _ = speakers.judged(mail, (), case, there, replies=True)
        moves, operates = speakers.of_keyword(standing, sender, keyword, state, world)
        assert (found.moved, said.operates is not None) == (moves, operates), (standing, sender, keyword)
        if sender == "stranger" or speakers.is_doubtful(standing):
            assert (said.state, said.letters, said.begins) == (MailState.REVIEW, (), False)


@pytest.mark.parametrize("nature", [each for each in Nature if each is not Nature.PERSONAL])
def test_no_machine_moves_a_step_whatever_it_carries(nature: Nature) -> None:
    """An out-of-office reply that brings the form back, a list that forwards it, a bounce that holds it."""
    case, there = speakers.scene("present", "open")
    for standing, sender in product(Standing, SENDERS):
        mail = speakers.a_mail(sender, standing, "确认", replies=True)
        for readings in ((), (speakers.a_reading("own"),)):
            said, found, _ = speakers.judged(
                replace(mail, nature=nature), readings, case, there, replies=True
            )
            assert not found.moved
            # A bounce is written into its case, and changes nothing there.
            assert all(isinstance(event, LetterReturned) for _, event in said.events)
            assert not said.letters


@pytest.mark.parametrize("sheet", ["unknown", "absent"])
def test_a_coordinators_release_stands_for_the_token_never_for_the_entitlement(sheet: str) -> None:
    """放行 of a form without our token counts for the open item of its sender, and of nobody else."""
    case, there = speakers.scene("present", "open")
    for standing, sender in product(Standing, SENDERS):
        mail = speakers.a_mail(sender, standing, replies=True)
        reading = speakers.a_reading(sheet)
        _, found, _ = speakers.judged(mail, (reading,), case, there, replies=True, released=True)
        assert found.moved is (sender in {"li", "chen"}), (standing, sender)
