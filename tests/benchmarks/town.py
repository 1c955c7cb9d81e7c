"""What the measures work on: a company whose requests were sent out, and the filled forms coming back."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agent.domain.words import Words
from agent.service import delivering, rounds
from agent.service.happenings import Happening
from agent.service.house import House
from tests.company import at
from tests.houses import mail
from tests.journeys.staff import Staff
from tests.journeys.stage import prepare, stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A house on a folder mailbox, and mails that wait outside to be delivered."""

    house: House
    folder: Path
    replies: tuple[bytes, ...]
    """One filled and signed request for each open case."""
    told: list[Happening]

    def deliver(self, content: bytes, name: str) -> None:
        """Let one mail arrive, by a rename as a mail program does it."""
        draft = self.folder / "Inbox" / f".{name}.new"
        draft.write_bytes(content)
        draft.rename(self.folder / "Inbox" / f"{name}.eml")


@contextmanager
def scratch() -> Iterator[Path]:
    """Yield a folder that is gone afterwards, on the disk that temporary files are on."""
    folder = Path(tempfile.mkdtemp(prefix="formclerk-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def town(folder: Path, cases: int) -> Iterator[Town]:
    """Open `cases` cases, send their request forms out, and have them filled in and signed."""
    prepare(folder)
    (folder / "Inbox" / "start.eml").unlink()
    for number in range(cases):
        start = mail(
            sender=at("zhang"), subject="发起协同", name=f"<start{number}@example.com>", text=f"{number}\n"
        )
        (folder / "Inbox" / f"start{number:05}.eml").write_bytes(start)
    told: list[Happening] = []
    with stage(folder, told) as (house, clock):
        rounds.until_quiet(house)
        Staff(folder, house.pack.process, house.world().directory, house.secret).answer(clock.now())
        replies = sorted((folder / "Inbox").glob("*.eml"))
        contents = tuple(reply.read_bytes() for reply in replies)
        for reply in replies:
            reply.unlink()
        if len(contents) != cases:
            raise RuntimeError(f"{len(contents)} replies for {cases} cases: {_troubles(told)}")
        delivering.recover(house)
        told.clear()
        yield Town(house=house, folder=folder, replies=contents, told=told)


def confirmations(place: Town) -> tuple[bytes, ...]:
    """Take the requests in and return what the first of the asked departments answers, one for each case.

    Each is a filled and signed form, and all that follows from it is a letter that says so.
    """
    for number, reply in enumerate(place.replies):
        place.deliver(reply, f"request{number:05}")
    rounds.until_quiet(place.house)
    house = place.house
    staff = Staff(place.folder, house.pack.process, house.world().directory, house.secret)
    staff.answer(house.now())
    answers = sorted((place.folder / "Inbox").glob("*.eml"))
    contents = [answer.read_bytes() for answer in answers]
    for answer in answers:
        answer.unlink()
    first = tuple(each for each in contents if each.startswith(f"From: {at('li')}".encode()))
    if len(first) != len(place.replies):
        raise RuntimeError(f"{len(first)} answers for {len(place.replies)} cases: {_troubles(place.told)}")
    place.told.clear()
    return first


def _troubles(told: list[Happening]) -> list[Words | None]:
    return [each.because for each in told if each.what.value in {"failed", "crashed"}]
