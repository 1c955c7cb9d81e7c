"""Readers that misbehave, for the tests of isolation; they run in the child."""

import ctypes
import os
import threading
import time


def echo(value: object) -> object:
    """Behave."""
    _seen[:] = [value]
    return value


_seen: list[object] = []


def same_object_as_before(value: object) -> bool:
    """Say whether the last call to `echo` was given this very object."""
    return bool(_seen) and _seen[-1] is value


def pid(*_: object) -> int:
    """Say which process this is."""
    return os.getpid()


def print_and_return(value: str) -> str:
    """Write to standard output, as some libraries do."""
    os.write(1, b"noise")
    return value


def sleep(seconds: float) -> None:
    """Take long without doing anything."""
    threading.Event().wait(seconds)


def burn(seconds: float) -> None:
    """Take long by computing."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def hoard(size: int) -> int:
    """Take memory."""
    return len(bytearray(size))


def crash() -> None:
    """Read where nothing is."""
    ctypes.string_at(0)


def leave() -> None:
    """End the process politely."""
    os._exit(3)


def fail(secret: str) -> None:
    """Raise with words of the sender in the error."""
    raise ValueError(secret)


def environment() -> dict[str, str]:
    """Return what the environment holds."""
    return dict(os.environ)


def foreign() -> object:
    """Return something that runs code when it is unpickled."""
    return _Trap()


class _Trap:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("true",)
