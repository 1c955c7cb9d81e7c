"""What parent and child say to each other: frames of a length and that many bytes, pickled values inside."""

import importlib
import io
import pickle
import struct
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache, lru_cache
from typing import IO, Any

_LENGTH = struct.Struct(">Q")
_LONGEST = 1024 * 1024 * 1024
_SAFE_BUILTINS = frozenset({"set", "frozenset", "bytearray", "complex", "range"})
_SAFE_MODULES = frozenset({"datetime", "decimal", "fractions"})
_SAFE_ROOTS = ("agent.domain.", "parsers.")


class ForeignAnswer(Exception):
    """What came back was not made of our own values."""


class Outcome(Enum):
    """How a call ended, as far as the child could still say."""

    VALUE = "value"
    RAISED = "raised"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the child answers; `value` is the returned value, or words about the error."""

    outcome: Outcome
    value: object


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A value that is sent once and then known to the worker, as long as this very object is used."""

    value: object

    def reference(self, number: int, *, anew: bool = False) -> "Reference":
        """Return what travels instead of the value: its number, with the value itself when it is new."""
        return Reference(number, anew, self.value if anew else None)


@dataclass(frozen=True, slots=True)
class Reference:
    """A kept value by its number."""

    number: int
    anew: bool
    value: object


def write_frame(pipe: IO[bytes], content: bytes) -> None:
    """Write one frame; raises OSError when nobody reads any more."""
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> bytes:
    """Read one frame; raises EOFError when the other side has gone."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError("the other side has gone")
    (length,) = _LENGTH.unpack(head)
    if length > _LONGEST:
        raise EOFError("the other side has lost its senses")
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError("the other side has gone")
    return content


def dumps(reply: Reply) -> bytes:
    """Pickle a reply; our own frozen values travel as their class and what their fields hold."""
    content = io.BytesIO()
    _Plain(content, protocol=5).dump(reply)
    return content.getvalue()


class _Plain(pickle.Pickler):
    """Pickles frozen values with slots without the turn through `dataclasses.fields` for each of them."""

    def reducer_override(self, obj: object) -> Any:  # noqa: ANN401 - as pickle calls it
        kind = type(obj)
        if not is_dataclass(kind) or hasattr(obj, "__dict__"):
            return NotImplemented
        return Made, (kind, *(getattr(obj, name) for name in _names(kind)))


class Made:
    """Makes one of our values again, as `copyreg` would: without its `__init__`."""

    def __new__(cls, kind: type, *values: object) -> Any:  # noqa: ANN401 - a value of that kind
        """Return a value of `kind` whose fields hold `values`."""
        made: Any = object.__new__(kind)
        for name, value in zip(_names(kind), values, strict=True):
            object.__setattr__(made, name, value)
        return made


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def restricted_loads(content: bytes) -> Reply:
    """Unpickle a reply; raises ForeignAnswer when it holds anything but plain values of ours.

    A worker that hostile bytes have taken over must not be able to run anything in the parent.
    """
    try:
        reply = _Restricted(io.BytesIO(content)).load()
    except Exception as error:  # any error in unpickling means: not a reply
        raise ForeignAnswer(f"the answer was no value of ours: {type(error).__name__}") from error
    if not isinstance(reply, Reply):
        raise ForeignAnswer("the answer was no reply")
    return reply


class _Restricted(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        if module == "builtins" and name in _SAFE_BUILTINS:
            return super().find_class(module, name)
        if module == "builtins" and name == "getattr":
            return _member
        return _ours(module, name)


@lru_cache(maxsize=1024)
def _ours(module: str, name: str) -> type:
    if module in _SAFE_MODULES or module.startswith(_SAFE_ROOTS):
        found = getattr(importlib.import_module(module), name, None)
        if isinstance(found, type) and found.__module__ == module:
            return found
    raise pickle.UnpicklingError(f"{module}.{name} is no value of ours")


def _member(kind: object, name: str) -> Enum:
    """Stand in for `getattr`, by which Python 3.11.0 to 3.11.3 pickle the member of an enum."""
    if not (isinstance(kind, type) and issubclass(kind, Enum)):
        raise pickle.UnpicklingError("only an enum has members")
    return kind[name]
