"""The frames between parent and child carry plain values of ours and nothing else."""

import os
import pickle
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from agent.domain.mail import Nature
from agent.domain.words import Words
from parsers.isolation.wire import (
    ForeignAnswer,
    Made,
    Outcome,
    Reply,
    dumps,
    read_frame,
    restricted_loads,
    write_frame,
)


class _Calls:
    """Unpickles by calling a function."""

    def __init__(self, function: Callable[..., object], *args: object) -> None:
        self._call = (function, args)

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._call


def test_our_values_arrive() -> None:
    """Dataclasses, enums, moments and everything built in."""
    value = (
        Words(zh="一", en="one"),
        Nature.BOUNCE,
        datetime(2026, 11, 23, tzinfo=UTC),
        {"a": frozenset({1})},
    )

    assert restricted_loads(dumps(Reply(Outcome.VALUE, value))).value == value


@pytest.mark.parametrize(
    "value",
    [
        _Calls(os.system, "true"),
        _Calls(eval, "1"),
        _Calls(subprocess.Popen, "true"),
        _Calls(getattr, "", "join"),
        _Calls(Made, Path, "/etc"),
        _Calls(Made, Nature, "bounce"),
        _Calls(Made, Words, "one field of two"),
    ],
    ids=["os.system", "eval", "Popen", "getattr", "a stranger's class", "no dataclass", "a field short"],
)
def test_nothing_runs_in_the_parent(value: object) -> None:
    """A child that hostile bytes have taken over stays a child."""
    with pytest.raises(ForeignAnswer):
        restricted_loads(pickle.dumps(Reply(Outcome.VALUE, value), protocol=5))


@pytest.mark.parametrize("content", [b"", b"nonsense", pickle.dumps("no reply")])
def test_what_is_no_reply_is_foreign(content: bytes) -> None:
    """Whatever is wrong with it."""
    with pytest.raises(ForeignAnswer):
        restricted_loads(content)


@pytest.mark.parametrize("keep", range(12))
def test_a_cut_frame_is_the_end(keep: int) -> None:
    """A process may die in the middle of a word."""
    pipe = BytesIO()
    write_frame(pipe, b"word")

    with pytest.raises(EOFError):
        read_frame(BytesIO(pipe.getvalue()[:keep]))


def test_a_frame_that_claims_to_be_endless_is_not_begun() -> None:
    """The parent's memory is not the child's to take."""
    with pytest.raises(EOFError):
        read_frame(BytesIO(b"\x7f" + b"\xff" * 7 + b"x"))
