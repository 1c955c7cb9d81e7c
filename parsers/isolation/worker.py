"""The child process of `parsers.isolation.child`: takes calls from its input until that ends."""

import contextlib
import gc
import importlib
import math
import os
import pickle
import signal
import sys
import traceback
from pathlib import Path
from typing import IO

from parsers.isolation.wire import Outcome, Reference, Reply, dumps, read_frame, write_frame

if sys.platform != "win32":
    import resource


_OBJECTS = 50_000
"""New objects after which cycles are looked for: about as many as one form makes.  Python's 700 cost a tenth
of the time, and a child may take far more memory than these can hold."""


def main(memory: int, cpu_seconds: float) -> None:
    """Serve calls; ends when the parent closes its side or is gone."""
    # Stopping is the parent's business: a terminal or systemd signals the whole group.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    # What a library prints must not get between the frames.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    _bound_memory(memory)
    gc.set_threshold(_OBJECTS, 20, 20)
    write_frame(out, b"ready")
    _serve(sys.stdin.buffer, out, cpu_seconds)


def _serve(calls: IO[bytes], out: IO[bytes], cpu_seconds: float) -> None:
    kept: dict[int, object] = {}
    while True:
        try:
            frame = read_frame(calls)
        except EOFError:
            return
        except MemoryError:
            write_frame(out, dumps(Reply(Outcome.MEMORY, "")))
            return
        _bound_cpu(cpu_seconds)
        write_frame(out, _answer(frame, kept))


def _answer(frame: bytes, kept: dict[int, object]) -> bytes:
    try:
        function, args = pickle.loads(frame)  # noqa: S301 from our parent only
        module, _, name = function.partition(":")
        reader = getattr(importlib.import_module(module), name)
        return dumps(Reply(Outcome.VALUE, reader(*(_value(a, kept) for a in args))))
    except MemoryError:
        reply = Reply(Outcome.MEMORY, "")
    except Exception as error:  # noqa: BLE001 whatever it was, the parent is told and the worker goes on
        reply = Reply(Outcome.RAISED, f"{type(error).__name__} {_place(error)}")
    return dumps(reply)


def _value(arg: object, kept: dict[int, object]) -> object:
    if not isinstance(arg, Reference):
        return arg
    if arg.anew:
        kept.clear()
        kept[arg.number] = arg.value
    return kept[arg.number]


def _place(error: Exception) -> str:
    # The words of the error may hold what a sender wrote; file and line do not.
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames[-4:]))


def _bound_memory(most: int) -> None:
    if sys.platform == "win32":
        return
    # macOS knows the limit by name only and refuses.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bound_cpu(seconds: float) -> None:
    if sys.platform == "win32":
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = math.ceil(usage.ru_utime + usage.ru_stime + seconds)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (used, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
