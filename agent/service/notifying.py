"""Telling systemd that we are ready and alive (sd_notify(3)): a datagram to the socket that it names."""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress


def notify(words: str, environment: Mapping[str, str] | None = None) -> bool:
    """Send `READY=1`, `WATCHDOG=1` or `STOPPING=1`; say whether somebody wanted to know.

    The daemon says `WATCHDOG=1` after each round, from the thread that works: a thread of its own would go
    on saying so when the work hangs.
    """
    place = (os.environ if environment is None else environment).get("NOTIFY_SOCKET", "")
    if not place.startswith(("/", "@")) or not hasattr(socket, "AF_UNIX"):
        return False
    address = "\0" + place[1:] if place.startswith("@") else place
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.settimeout(1.0)
        door.sendto(words.encode(), address)
        return True
    return False
