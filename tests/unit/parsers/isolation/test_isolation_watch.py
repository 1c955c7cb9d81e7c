"""The watch over calls to the reader: one thread, a deadline for each call."""

import threading
from collections.abc import Iterator

import pytest

from parsers.isolation.watch import Watch

SOON = 0.05
LATE = 5.0


@pytest.fixture
def struck() -> threading.Event:
    return threading.Event()


@pytest.fixture
def watch(struck: threading.Event) -> Iterator[Watch]:
    watch = Watch(struck.set)
    yield watch
    watch.close()


def test_a_call_that_takes_too_long_is_struck(watch: Watch, struck: threading.Event) -> None:
    """Whoever waits for the answer learns that it is not one."""
    watch.begin(SOON)

    assert struck.wait(LATE)
    assert watch.end()


def test_a_call_that_ends_in_time_is_not_struck_later(watch: Watch, struck: threading.Event) -> None:
    """Neither it nor the quiet after it."""
    watch.begin(SOON)
    assert not watch.end()

    assert not struck.wait(2 * SOON)


def test_a_call_has_its_own_time_whatever_the_one_before_had(watch: Watch, struck: threading.Event) -> None:
    """The thread may sleep until an earlier deadline, or until a much later one."""
    watch.begin(SOON)
    watch.end()
    watch.begin(LATE)
    assert not struck.wait(2 * SOON)
    watch.end()

    watch.begin(SOON)

    assert struck.wait(LATE)
    assert watch.end()


def test_each_call_begins_with_a_clean_slate(watch: Watch, struck: threading.Event) -> None:
    """What happened to the call before says nothing about this one."""
    watch.begin(SOON)
    struck.wait(LATE)
    watch.end()

    watch.begin(LATE)

    assert not watch.end()


def test_a_closed_watch_leaves_no_thread(struck: threading.Event) -> None:
    """A worker is replaced every so many calls; its watch goes with it."""
    before = threading.active_count()
    watch = Watch(struck.set)
    watch.begin(LATE)

    watch.close()

    for thread in threading.enumerate():
        if thread.name == "watch of a reader":
            thread.join(LATE)
    assert threading.active_count() <= before
