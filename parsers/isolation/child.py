"""A reader runs in a child process: whatever it meets there, the house stands.

One warm worker takes call after call (about a millisecond each beside the reading itself).  It has bounds on
memory and CPU, a clock on the wall, no secrets in its environment, and it is killed and replaced when it
misbehaves.  It is started as a fresh program, never forked, so threads in the parent do no harm; where the
system knows no such bounds (Windows, partly macOS) the clock alone holds.
"""

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Self

from agent.domain.errors import FormclerkError
from parsers.isolation.watch import Watch
from parsers.isolation.wire import (
    ForeignAnswer,
    Kept,
    Outcome,
    Reply,
    read_frame,
    restricted_loads,
    write_frame,
)
from parsers.limits import STANDARD, Limits

if sys.platform == "linux":
    import fcntl

__all__ = ["Died", "Isolated", "Kept", "ReaderBroke", "TimedOut", "TooMuchMemory"]

_START_SECONDS = 120.0
"""A cold disk and a busy machine are no misbehaviour."""
_PIPE = 512 * 1024
_GRACE_SECONDS = 5.0
"""For a process that stopped talking to be gone."""
_CALLS = 1_000
_ENVIRONMENT = (
    "PATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SYSTEMROOT",
    "LD_LIBRARY_PATH",
)
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")
"""By which numeric libraries are told how many threads they may start; they would take every core."""
_MOST_THREADS = "2"
_KILLED_FOR_CPU = 24
"""SIGXCPU on Linux and macOS."""


class Died(FormclerkError):
    """The reader gave no value: its process ended, or had to be ended."""


class TimedOut(Died):
    """The reader used up its seconds, of CPU or on the wall."""


class TooMuchMemory(Died):
    """The reader wanted more memory than it may have."""


class ReaderBroke(Died):
    """The reader raised: a mistake of ours, since readers never raise; the message names error and place."""


class Isolated:
    """Calls functions in a child process; use from any thread, one call at a time."""

    def __init__(self, limits: Limits = STANDARD, *, calls: int = _CALLS) -> None:
        """Start nothing yet.

        Args:
            limits: bounds of each call and of the process.
            calls: after so many calls a worker retires, and with it whatever its libraries leaked.
        """
        self._limits = limits
        self._calls = calls
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def call(self, function: str, *args: object) -> object:
        """Return what `function` returns for `args`.

        Args:
            function: where it stands, as `package.module:name`; it must be importable.
            args: anything that can be pickled.  A large value that is the same in many calls travels once per
                worker when it is wrapped in `Kept`.

        Raises:
            TimedOut: it took longer than `limits.reader_seconds` or `limits.reader_cpu_seconds`.
            TooMuchMemory: it wanted more than `limits.reader_bytes`.
            ReaderBroke: it raised.
            Died: its process ended in any other way.
        """
        with self._lock:
            worker = self._ready()
            try:
                reply = worker.call(function, args, self._limits.reader_seconds)
            except BaseException:
                self._drop()
                raise
            if reply.outcome is not Outcome.VALUE or worker.calls >= self._calls:
                # After an error nobody knows what state the libraries are in, nor which values were kept.
                self._drop()
        match reply.outcome:
            case Outcome.VALUE:
                return reply.value
            case Outcome.MEMORY:
                raise TooMuchMemory(f"{function} wanted more than {self._limits.reader_bytes} bytes")
            case Outcome.RAISED:
                raise ReaderBroke(f"{function}: {reply.value}")

    def warm(self) -> None:
        """Start the worker now, so that the first call need not wait for it."""
        with self._lock:
            self._ready()

    def close(self) -> None:
        """End the worker; a later call would start another."""
        with self._lock:
            self._drop()

    def _ready(self) -> "_Worker":
        if self._worker is not None and not self._worker.is_alive():
            self._drop()
        if self._worker is None:
            self._worker = _Worker(self._limits)
        return self._worker

    def _drop(self) -> None:
        if self._worker is not None:
            self._worker.end()
            self._worker = None


class _Worker:
    def __init__(self, limits: Limits) -> None:
        self.calls = 0
        self._kept: dict[int, Kept] = {}
        self._process = subprocess.Popen(  # noqa: S603 our own interpreter and module
            [
                *(sys.executable, "-m", "parsers.isolation.worker"),
                *(str(limits.reader_bytes), str(limits.reader_cpu_seconds)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        for pipe in (self._in, self._out):
            _widen(pipe)
        self._watch = Watch(self._process.kill)
        try:
            with self._clock(_START_SECONDS):
                read_frame(self._out)
        except BaseException:
            self.end()
            raise

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def call(self, function: str, args: tuple[object, ...], seconds: float) -> Reply:
        self.calls += 1
        frame = pickle.dumps((function, tuple(self._once(arg) for arg in args)), protocol=5)
        with self._clock(seconds):
            write_frame(self._in, frame)
            answer = read_frame(self._out)
        try:
            return restricted_loads(answer)
        except ForeignAnswer as error:
            raise Died(str(error)) from error

    def end(self) -> None:
        self._watch.close()
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.wait()

    @property
    def _in(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101 given as PIPE
        return self._process.stdin

    @property
    def _out(self) -> IO[bytes]:
        assert self._process.stdout is not None  # noqa: S101 given as PIPE
        return self._process.stdout

    def _once(self, arg: object) -> object:
        if not isinstance(arg, Kept):
            return arg
        if self._kept.get(id(arg)) is arg:
            return arg.reference(id(arg))
        # One at a time: a newer value takes the place of an older one.
        self._kept = {id(arg): arg}
        return arg.reference(id(arg), anew=True)

    @contextlib.contextmanager
    def _clock(self, seconds: float) -> Iterator[None]:
        self._watch.begin(seconds)
        try:
            yield
        except (OSError, EOFError) as error:
            if self._watch.end():
                raise TimedOut(f"the reader was ended after {seconds:g} s") from error
            try:
                status = self._process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                status = self._process.wait()
            if status == -_KILLED_FOR_CPU:
                raise TimedOut("the reader was ended after using up its CPU time") from error
            raise Died(f"the reader's process ended by itself (status {status})") from error
        finally:
            late = self._watch.end()
        if late:
            # The answer came with the stroke; the process behind it is already dying.
            raise TimedOut(f"the reader was ended after {seconds:g} s")


def _widen(pipe: IO[bytes]) -> None:
    """Let a whole mail go through at once where the system can; else it goes in pieces of 64 kB."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)


def _environment() -> dict[str, str]:
    """Return what a child needs to find its modules; whatever else stands in ours may be a secret."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    kept |= dict.fromkeys(_THREADS, _MOST_THREADS)
    return kept | {"PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)}
