"""Who writes is there again: an absence that a reply told of ends, one that is still to come does not."""

from datetime import timedelta
from pathlib import Path

import pytest

from agent.domain.absences import Absence
from agent.service import deciding, reading, receiving
from tests.houses import company, mail


@pytest.mark.parametrize(("begins", "remains"), [(-2, False), (3, True)], ids=["runs", "to come"])
def test_a_mail_ends_the_absence_that_runs(tmp_path: Path, *, begins: int, remains: bool) -> None:
    """A mail on Monday says nothing about the leave that begins on Thursday."""
    with company(tmp_path) as here:
        here.write(mail(name="<here@example.com>"))
        receiving.receive(here.house)
        reading.read(here.house)
        now = here.house.now()
        with here.house.unit() as work:
            (found,) = work.inbox.next_read()
            person = here.house.world().directory.find(found.mail.sender)
            assert person is not None
            absence = Absence(
                person=person.address,
                first=now.date() + timedelta(days=begins),
                last=now.date() + timedelta(days=9),
                deputy=None,
                mail="<away@example.com>",
                words="休假",
                learned=now - timedelta(days=3),
            )
            work.absences.learn(absence)
            work.commit()
        deciding.settle(here.house)
        with here.house.look() as work:
            (kept,) = work.absences.since(now - timedelta(days=9))
        assert (kept.ended is None) is remains
