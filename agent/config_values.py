"""How one key of `formclerk.toml` is described and read: kind of value, default and comment in one place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import Enum
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from agent.domain.mail import Address, address
from agent.domain.steps import WeeklyMoment
from agent.domain.words import Language, Words

Raw: TypeAlias = str | int | float | bool | list[str]
"""A value as TOML has it."""

Reader: TypeAlias = Callable[[object, Path], object]
"""Makes a value of what stands in the file; the folder of the file is what relative paths start from."""

E = TypeVar("E", bound=Enum)

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST = 1_000


class Wrong(ValueError):
    """A value is not what its key expects."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.words = Words(zh=zh, en=en)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRange:
    """Wall-clock hours from `start` up to `end`; past midnight when `end` is not later."""

    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What there is to know about one key."""

    read: Reader
    default: Raw | None
    """As it would stand in the file; None when the key may be left out and means nothing then."""
    say: Words
    example: Raw | None = None
    """What the commented file shows when there is no default."""
    secret: bool = False
    """Given as NAME_file, NAME_env or NAME_keyring instead of as NAME."""


def key(read: Reader, default: Raw | None, zh: str, en: str, *, example: Raw | None = None) -> Any:  # noqa: ANN401 - a dataclass field stands for its value
    """Return a dataclass field for a key of the configuration."""
    return field(metadata={"key": Key(read=read, default=default, say=Words(zh=zh, en=en), example=example)})


def secret_key(zh: str, en: str, *, example: str) -> Any:  # noqa: ANN401 - likewise
    """Return a dataclass field for a secret that is named, not written."""
    say = Words(zh=zh, en=en)
    return field(metadata={"key": Key(read=text, default=None, say=say, example=example, secret=True)})


def table(kind: type[object]) -> Any:  # noqa: ANN401 - likewise
    """Return a dataclass field for a table within a table; it is None when the file does not have it."""
    return field(metadata={"table": kind})


def text(raw: object, base: Path) -> str:
    """Read a text on one line."""
    del base
    if not isinstance(raw, str) or len(raw) > _LONGEST or any(ord(c) < ord(" ") for c in raw):
        raise Wrong("须为一行文字，加引号", "expected a text on one line, in quotes")
    return raw.strip()


def some_text(raw: object, base: Path) -> str:
    """Read a text that is not empty."""
    found = text(raw, base)
    if not found:
        raise Wrong("不能为空", "must not be empty")
    return found


def mail_address(raw: object, base: Path) -> Address:
    """Read a mail address."""
    found = address(text(raw, base))
    local, at, domain = found.rpartition("@")
    if not (local and at and domain) or any(c.isspace() or c in '<>,;"' for c in found):
        raise Wrong(
            "须为邮箱地址，如 collab@example.com", "expected a mail address, such as collab@example.com"
        )
    return found


def mail_addresses(raw: object, base: Path) -> tuple[Address, ...]:
    """Read a list of mail addresses."""
    return tuple(mail_address(each, base) for each in texts(raw, base))


def texts(raw: object, base: Path) -> tuple[str, ...]:
    """Read a list of texts."""
    if not isinstance(raw, list):
        raise Wrong('须为列表，如 ["a", "b"]', 'expected a list, such as ["a", "b"]')
    return tuple(some_text(each, base) for each in raw)


def one_of(kind: type[E]) -> Callable[[object, Path], E]:
    """Return a reader of one of the values of an enumeration."""
    known = {str(each.value): each for each in kind}

    def read(raw: object, base: Path) -> E:
        found = known.get(raw) if isinstance(raw, str) else None
        if found is None:
            del base
            raise Wrong(f"须为以下之一：{'、'.join(known)}", f"expected one of: {', '.join(known)}")
        return found

    return read


language = one_of(Language)


def zone(raw: object, base: Path) -> ZoneInfo:
    """Read the IANA name of a time zone."""
    name = text(raw, base)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Wrong(
            f"没有“{name}”这个时区，须为 IANA 名称，如 Asia/Shanghai",
            f"there is no time zone “{name}”; expected an IANA name, such as Asia/Shanghai",
        ) from None


def path(raw: object, base: Path) -> Path:
    """Read a path; a relative one starts from the folder of the file."""
    found = some_text(raw, base)
    if "\0" in found:
        raise Wrong("不是有效路径", "this is no path")
    return base / Path(found).expanduser()


def yes_or_no(raw: object, base: Path) -> bool:
    """Read true or false."""
    del base
    if not isinstance(raw, bool):
        raise Wrong("须为 true 或 false，不加引号", "expected true or false, without quotes")
    return raw


def whole(least: int, most: int) -> Callable[[object, Path], int]:
    """Return a reader of a whole number within bounds, both included."""

    def read(raw: object, base: Path) -> int:
        del base
        if isinstance(raw, bool) or not isinstance(raw, int) or not least <= raw <= most:
            raise Wrong(f"须为 {least} 到 {most} 的整数", f"expected a whole number from {least} to {most}")
        return raw

    return read


def clock_time(raw: object, base: Path) -> time:
    """Read a wall-clock time: `08:30`."""
    hours, _, minutes = text(raw, base).partition(":")
    try:
        return time(int(hours), int(minutes))
    except ValueError:
        raise Wrong('须为时刻，如 "08:30"', 'expected a time of day, such as "08:30"') from None


def time_range(raw: object, base: Path) -> TimeRange | None:
    """Read hours such as `20:00-08:00`; an empty text means that there are none."""
    given = text(raw, base)
    if not given:
        return None
    start, dash, end = given.partition("-")
    try:
        return TimeRange(start=clock_time(start, base), end=clock_time(end if dash else "", base))
    except Wrong:
        raise Wrong(
            '须为起止时刻，如 "20:00-08:00"', 'expected hours from and to, such as "20:00-08:00"'
        ) from None


def weekly(raw: object, base: Path) -> WeeklyMoment:
    """Read a moment of the week: `Mon 08:30`."""
    day, _, at = text(raw, base).partition(" ")
    name = day.casefold()[:3]
    try:
        return WeeklyMoment(weekday=_WEEKDAYS.index(name), at=clock_time(at, base))
    except ValueError:
        raise Wrong(
            '须为星期和时刻，如 "Mon 08:30"', 'expected a day of the week and a time, such as "Mon 08:30"'
        ) from None


def mapping(raw: object) -> Mapping[str, object]:
    """Return a table of the file.

    Raises:
        Wrong: it is no table.
    """
    if not isinstance(raw, dict):
        raise Wrong("须为一个表（方括号开头的一节）", "expected a table (a section in square brackets)")
    return raw
