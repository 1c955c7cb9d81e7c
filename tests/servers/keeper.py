"""Starts the mail servers of a test session and stops them when the last who needs them is gone.

A process of its own, so that they are stopped whatever happens to the tests: each test process holds a
connection to it, and a connection ends with its process, even one that was killed.

    python -m tests.servers.keeper FOLDER
"""

import json
import selectors
import shutil
import signal
import socket
import sys
from pathlib import Path

from tests.servers import dovecot, postfix

_FIRST_GUEST = 60.0
"""Seconds in which somebody must come."""


def main(folder: Path) -> None:
    """Keep the servers in `folder` until the last guest has left, then remove it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    mailbox, sender = _prepare(folder)
    try:
        mailbox.start()
        sender.start()
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(str(folder / "door.draft"))
            door.listen()
            (folder / "ports.json").write_text(json.dumps([mailbox.imap, mailbox.imaps, *sender.ports]))
            (folder / "door.draft").rename(folder / "door")
            last = serve(door)
            (folder / "door").unlink()
    finally:
        sender.stop()
        mailbox.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if last is not None:  # who waits for the end sees it now
        last.close()


def _prepare(folder: Path) -> tuple[dovecot.Dovecot, postfix.Postfix]:
    for name in ("dovecot", "postfix"):
        (folder / name).mkdir()
    mailbox = dovecot.prepare(folder / "dovecot")
    return mailbox, postfix.prepare(folder / "postfix", folder / "dovecot")


def serve(door: socket.socket) -> socket.socket | None:
    """Return the last guest when nobody else needs the servers: it waits to be told that they are gone.

    A guest who shuts down its sending half leaves, and is let go at once while others are here; one whose
    process ended just leaves.  None when nobody came.
    """
    present: set[socket.socket] = set()
    with selectors.DefaultSelector() as selector:
        selector.register(door, selectors.EVENT_READ)
        while True:
            ready = selector.select(timeout=None if present else _FIRST_GUEST)
            if not ready:
                return None
            # Whoever stands before the door comes in before anybody leaves as the last.
            for key, _ in sorted(ready, key=lambda each: each[0].fileobj is not door):
                if key.fileobj is door:
                    guest, _ = door.accept()
                    present.add(guest)
                    selector.register(guest, selectors.EVENT_READ)
                    continue
                leaving = next(each for each in present if each is key.fileobj)
                selector.unregister(leaving)
                present.remove(leaving)
                if not present:
                    return leaving
                leaving.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
