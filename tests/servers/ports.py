"""Ports on this machine: free ones, and those that somebody begins to listen on."""

import socket
import time
from contextlib import ExitStack

_PATIENCE = 20.0


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on, on any address of this machine."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def wait_for_port(port: int) -> None:
    """Return when somebody listens on `port`.

    Raises:
        TimeoutError: nobody does.
    """
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nobody listens on port {port}")
