"""Whoever dies at any step, before it or after it, is followed by one who ends as if nothing had happened.

The death is an exception that nothing catches: what was not committed is gone, as with -9 (`test_killed` does
that, at fewer steps).  Mailbox and store outlive it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.mailbox import heads
from agent.mailbox.memory import MemoryMailbox
from agent.service import rehearsal
from store.blobs import Blobs
from store.unit import Unit
from tests.houses import MONDAY, company, mail

_END = MONDAY + timedelta(days=4)
"""A beginning, a digest that has nothing to tell, and the first reminder."""

_STEPS: tuple[tuple[type, str], ...] = (
    (Unit, "commit"),
    (Blobs, "put"),
    (MemoryMailbox, "send"),
    (MemoryMailbox, "file_away"),
)


class Death(BaseException):
    """The process is gone."""


class _Boundaries:
    """Counts the boundaries of steps, and kills at one of them."""

    def __init__(self, last: int) -> None:
        self.passed = 0
        self._last = last

    def pass_one(self) -> None:
        self.passed += 1
        if self.passed == self._last:
            raise Death

    def around(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - stands in for any step
            self.pass_one()
            result = step(*args, **kwargs)
            self.pass_one()
            return result

        return stepped


@contextmanager
def _mortal(last: int) -> Iterator[_Boundaries]:
    """Let whoever works inside the block die at the boundary `last`."""
    boundaries = _Boundaries(last)
    with pytest.MonkeyPatch.context() as patch:
        for kind, name in _STEPS:
            patch.setattr(kind, name, boundaries.around(getattr(kind, name)))
        yield boundaries


def _play(folder: Path, box: MemoryMailbox) -> None:
    with company(folder, mailbox=box) as here:
        rehearsal.play(here.house, here.clock, _END)


def _end_of(folder: Path, box: MemoryMailbox) -> dict[str, object]:
    with company(folder, mailbox=MemoryMailbox()) as here, here.house.look() as work:
        return {
            "journal": [(entry.cause, entry.after, entry.effects) for entry in work.journal.every()],
            "mails": work.inbox.counts(),
            "letters": work.outbox.counts(),
            "sent": [(name, heads.date_of(each.content)) for name, each in box.sent.items()],
            "inbox": list(box.inbox.values()),
            "shelves": {shelf: list(mails.values()) for shelf, mails in box.shelves.items()},
        }


def _begun() -> MemoryMailbox:
    box = MemoryMailbox()
    box.deliver(mail())
    return box


# Who dies closes nothing, and Python 3.13 notices.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_death_at_any_boundary_changes_nothing(tmp_path: Path) -> None:
    """Every pass begins and ends in the store, and every repetition is harmless."""
    whole = _begun()
    with _mortal(last=0) as boundaries:
        _play(tmp_path / "whole", whole)
    wanted = _end_of(tmp_path / "whole", whole)
    assert len(whole.sent) == 2
    assert boundaries.passed > 60

    # After a step and before the next one the world outside is the same: one death of the two is enough.
    for last in range(2, boundaries.passed + 1, 2):
        folder, box = tmp_path / f"{last}", _begun()
        with pytest.raises(Death), _mortal(last):
            _play(folder, box)
        _play(folder, box)
        assert _end_of(folder, box) == wanted, f"death at boundary {last}"
