"""The child of `test_killed`: plays the case and kills itself at the n-th step boundary, before or after it.

    python -m tests.journeys.killed_child FOLDER N

A boundary is whatever others can see: a commit, a blob, a mail that leaves or is filed.  Odd numbers kill
before the step, even ones after it.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.mailbox.folder.mailbox import FolderMailbox
from store.blobs import Blobs
from store.unit import Unit
from tests.journeys.stage import play

_STEPS: tuple[tuple[type, str], ...] = (
    (Unit, "commit"),
    (Blobs, "put"),
    (FolderMailbox, "send"),
    (FolderMailbox, "file_away"),
)


def main(folder: Path, last: int) -> None:
    """Play until the boundary `last`; to the end when there are fewer."""
    passed = 0

    def pass_boundary() -> None:
        nonlocal passed
        passed += 1
        if passed == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def guarded(step: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - stands in for any step
            pass_boundary()
            result = step(*args, **kwargs)
            pass_boundary()
            return result

        return stepped

    for kind, name in _STEPS:
        setattr(kind, name, guarded(getattr(kind, name)))
    play(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
