"""What triage may know: case numbers however they are spelled, and when a mail lay in the mailbox."""

from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from agent.service import reading, receiving
from agent.service.surroundings import collect, numbers_in
from tests.houses import MONDAY, company, mail

PATTERN = "XT-{year}-{serial:04}"


@pytest.mark.parametrize(
    "subject",
    ["回复：[XT-2026-0007] 新产品", "Re: xt-2026-7", "答复: ＸＴ-2026-0007确认", "(XT-2026-0007)"],
)
def test_a_number_is_found_in_any_spelling(subject: str) -> None:
    """People shorten, mail programs widen; the number is the same."""
    assert list(numbers_in(subject, PATTERN)) == ["XT-2026-0007"]


@pytest.mark.parametrize("subject", ["", "XT-26-0007", "AXT-2026-00071234567", "XT-2026", "EXT-2026-0007"])
def test_what_only_looks_like_a_number_is_none(subject: str) -> None:
    """A stranger's order number must not open somebody's case."""
    assert list(numbers_in(subject, PATTERN)) == []


def test_a_list_of_cases_is_not_read_to_its_end() -> None:
    """A subject that names hundreds of cases must not load and lock them all."""
    subject = " ".join(f"XT-2026-{n:04}" for n in range(1, 500))
    assert len(list(numbers_in(subject, PATTERN))) == 10


@pytest.mark.parametrize(
    ("handed_in", "came"),
    [
        (MONDAY - timedelta(days=3), MONDAY - timedelta(days=3)),
        (MONDAY + timedelta(minutes=5), MONDAY),
        (MONDAY - timedelta(days=400), MONDAY),
        (None, MONDAY),
    ],
)
def test_a_mail_came_when_the_server_took_it(
    tmp_path: Path, handed_in: datetime | None, came: datetime
) -> None:
    """We were stopped over the weekend, and decide an hour later; a server's wrong clock tells nothing."""
    top = f"Received: by mx.example.com; {format_datetime(handed_in)}\n" if handed_in is not None else ""
    with company(tmp_path) as here:
        here.write(top.encode() + mail())
        receiving.receive(here.house)
        reading.read(here.house)
        here.clock.advance(MONDAY + timedelta(hours=1))
        with here.house.turn(reading=True) as turn:
            (found,) = turn.work.inbox.next_read()
            assert collect(turn, found, found.mail).came == came


def test_what_is_decided_at_once_came_now(tmp_path: Path) -> None:
    """Nothing is written down that nobody needs."""
    with company(tmp_path) as here:
        here.write(mail())
        receiving.receive(here.house)
        reading.read(here.house)
        with here.house.turn(reading=True) as turn:
            (found,) = turn.work.inbox.next_read()
            assert collect(turn, found, found.mail).came is None
