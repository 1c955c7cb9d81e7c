"""Whatever a reader does in its child process, the parent gets a value or a typed failure."""

import os
import threading
import time
from collections.abc import Iterator

import pytest

from agent.domain.words import Words
from parsers.isolation.child import Died, Isolated, Kept, ReaderBroke, TimedOut, TooMuchMemory
from parsers.limits import Limits

HERE = "tests.unit.parsers.isolation.misbehaviour:"
QUICK = Limits(reader_seconds=2.0, reader_cpu_seconds=30, reader_bytes=600 * 1024 * 1024)


@pytest.fixture(scope="module")
def reader() -> Iterator[Isolated]:
    with Isolated(QUICK) as isolated:
        yield isolated


def test_a_value_comes_back_as_it_is(reader: Isolated) -> None:
    """Our own frozen values travel both ways."""
    words = (Words(zh="确认", en="confirm"), b"\0" * 100_000)

    assert reader.call(HERE + "echo", words) == words


def test_the_worker_stays_warm(reader: Isolated) -> None:
    """Calls share one process, which is not ours."""
    first = reader.call(HERE + "pid")
    pids = {reader.call(HERE + "pid") for _ in range(50)}

    assert pids == {first}
    assert first != os.getpid()


def test_what_a_library_prints_does_not_come_between(reader: Isolated) -> None:
    """Standard output carries the answers, so nothing else may get there."""
    assert reader.call(HERE + "print_and_return", "value") == "value"


@pytest.mark.parametrize(
    ("function", "args", "failure"),
    [
        ("sleep", (30.0,), TimedOut),
        ("hoard", (4 * 1024**3,), TooMuchMemory),
        ("crash", (), Died),
        ("leave", (), Died),
        ("fail", ("secret",), ReaderBroke),
        ("foreign", (), Died),
        ("no_such_function", (), ReaderBroke),
    ],
)
def test_each_misbehaviour_is_a_typed_failure_and_the_next_call_works(
    reader: Isolated, function: str, args: tuple[object, ...], failure: type[Died]
) -> None:
    """Promise 12: no input exceeds its reader's limits; the service survives."""
    began = time.perf_counter()
    with pytest.raises(Died) as caught:
        reader.call(HERE + function, *args)

    assert type(caught.value) is failure
    assert time.perf_counter() - began < 10
    assert reader.call(HERE + "echo", 1) == 1


@pytest.mark.skipif(os.name != "posix", reason="this system cannot bound the CPU time of a process")
def test_computing_for_too_long_ends_the_reader() -> None:
    """CPU time is bounded for each call by itself, however long the worker has lived."""
    with Isolated(Limits(reader_seconds=30, reader_cpu_seconds=1)) as reader:
        reader.call(HERE + "burn", 0.6)
        reader.call(HERE + "burn", 0.6)
        with pytest.raises(TimedOut):
            reader.call(HERE + "burn", 20.0)


def test_the_senders_words_stay_out_of_the_failure(reader: Isolated) -> None:
    """Failures go into logs; what a sender wrote, or a token, must not (promise 16)."""
    with pytest.raises(ReaderBroke, match=r"ValueError misbehaviour\.py:\d+") as caught:
        reader.call(HERE + "fail", "token-4711")

    assert "4711" not in str(caught.value)


def test_secrets_of_our_environment_stay_with_us(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader taken over by its input finds no mailbox password."""
    monkeypatch.setenv("FORMCLERK_MAILBOX_PASSWORD", "hush")
    with Isolated(QUICK) as reader:
        found = reader.call(HERE + "environment")

    assert isinstance(found, dict)
    assert "FORMCLERK_MAILBOX_PASSWORD" not in found


def test_a_kept_value_travels_once_and_a_newer_one_takes_its_place(reader: Isolated) -> None:
    """The directory and the forms are large and the same for every mail."""
    old, new = Kept(b"old" * 1_000_000), Kept(b"new")

    assert reader.call(HERE + "echo", old) == old.value
    assert reader.call(HERE + "same_object_as_before", old) is True
    assert reader.call(HERE + "echo", new) == b"new"
    with pytest.raises(Died):
        reader.call(HERE + "leave")
    assert reader.call(HERE + "echo", new) == b"new", "a fresh worker is told again"


def test_many_threads_may_call_at_once(reader: Isolated) -> None:
    """Answers never get mixed up between the service's threads."""
    answers: dict[int, object] = {}

    def ask(number: int) -> None:
        answers[number] = reader.call(HERE + "echo", number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == {number: number for number in range(20)}


def test_closing_ends_the_process_and_twice_does_no_harm() -> None:
    """No orphan keeps running after the service."""
    reader = Isolated(QUICK)
    pid = reader.call(HERE + "pid")
    reader.close()
    reader.close()

    assert isinstance(pid, int)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_paper_has_more_room_and_bounds_all_the_same() -> None:
    """What is too much for a Word file is little for a scan; beyond its own bounds a scan's reader ends."""
    limits = Limits(paper_seconds=60.0, paper_bytes=700 * 1024**2, reader_bytes=300 * 1024**2)
    with Isolated(limits) as quick, Isolated(limits.for_paper) as roomy:
        with pytest.raises(TooMuchMemory):
            quick.call(HERE + "hoard", 400 * 1024**2)
        assert roomy.call(HERE + "hoard", 400 * 1024**2) == 400 * 1024**2
        with pytest.raises(TooMuchMemory):
            roomy.call(HERE + "hoard", 1024**3)
    with Isolated(Limits(paper_seconds=0.2).for_paper) as hurried, pytest.raises(TimedOut):
        hurried.call(HERE + "sleep", 30.0)


def test_a_worker_retires_after_its_calls() -> None:
    """What its libraries leaked goes with it."""
    with Isolated(QUICK, calls=2) as reader:
        first, second, third = (reader.call(HERE + "pid") for _ in range(3))
    assert first == second != third


def test_numeric_libraries_are_told_how_many_threads_they_may_start(reader: Isolated) -> None:
    """One that takes every core would hold up whoever else works on the machine."""
    environment = reader.call(HERE + "environment")
    assert isinstance(environment, dict)
    assert environment["OMP_NUM_THREADS"] == "2"
