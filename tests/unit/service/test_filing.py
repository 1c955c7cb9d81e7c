"""Filing many mails at once, where the mailbox can: nothing is said to lie where it does not."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from agent.domain.errors import TryLater
from agent.mailbox.imap.moving import _numbers
from agent.mailbox.memory import MemoryMailbox
from agent.mailbox.port import Shelf
from agent.service import filing, rounds
from agent.service.happenings import What
from tests.houses import company, mail


class Able(MemoryMailbox):
    """A mailbox that moves many at once, save the last of them, or breaks off after the first."""

    def __init__(self, *, breaks: bool = False) -> None:
        super().__init__()
        self.asked: list[int] = []
        self._breaks = breaks

    def file_together(self, handles: Sequence[str], shelf: Shelf) -> Mapping[str, str]:
        """See `FilesTogether`."""
        self.asked.append(len(handles))
        moved = handles[:1] if self._breaks else handles[:-1]
        lie = {handle: self.file_away(handle, shelf) for handle in moved}
        if self._breaks:
            raise TryLater("the line broke")
        return lie


@pytest.mark.parametrize("breaks", [False, True])
def test_what_was_not_moved_with_the_others_is_filed_alone(tmp_path: Path, *, breaks: bool) -> None:
    """Each mail is filed once and told once, whatever the server did of what it was asked."""
    box = Able(breaks=breaks)
    with company(tmp_path, mailbox=box) as here:
        for number in range(5):
            here.write(mail(name=f"<{number}@example.com>", text=f"{number}\n"))
        rounds.until_quiet(here.house)

        assert box.asked == [5]
        assert not box.inbox
        assert len(box.shelves[Shelf.HANDLED]) == 5
        assert len(here.happened(What.FILED)) == 5
        with here.house.look() as work:
            assert not work.inbox.unfiled()


def test_a_mailbox_that_moves_one_by_one_is_not_asked(tmp_path: Path) -> None:
    """A folder or an Exchange server has no such command."""
    with company(tmp_path) as here:
        for number in range(2):
            here.write(mail(name=f"<{number}@example.com>", text=f"{number}\n"))
        assert filing.together(here.house) == 0
        rounds.until_quiet(here.house)
        assert not here.mailbox.inbox


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("304,319:320", [304, 319, 320]),
        ("7", [7]),
        ("3:1", [1, 2, 3]),
        ("*", []),
        ("1:9999999", []),
        ("", []),
    ],
)
def test_a_set_of_numbers_is_understood_or_left(said: str, numbers: list[int]) -> None:
    """A server that makes no sense, or says too much, moves nothing that we rely on (RFC 3501, section 9)."""
    assert list(_numbers(said)) == numbers
