"""The handle of a mail that lies on one of our shelves: `Review:` and what its mailbox calls it there."""

from agent.mailbox.port import Shelf


def on_shelf(shelf: Shelf, name: str) -> str:
    """Return the handle of a mail that its mailbox knows as `name` on `shelf`."""
    return f"{shelf.value}:{name}"


def place_of(handle: str) -> tuple[Shelf | None, str]:
    """Return on which shelf the mail of a handle lies, None for the inbox, and its name there."""
    for shelf in Shelf:
        if handle.startswith(f"{shelf.value}:"):
            return shelf, handle.removeprefix(f"{shelf.value}:")
    return None, handle
