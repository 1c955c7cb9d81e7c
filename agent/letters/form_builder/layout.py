"""How a form is laid out on paper: the `[layout]` table of a form file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from agent.domain.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What the builder needs beyond the form itself."""

    landscape: bool = False
    pairs: Mapping[str, str] = field(default_factory=dict)
    """Fields that share a line: the left one's id → the right one's."""
    widths: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """For each rows field the relative widths of its columns."""
    parts: Mapping[str, Words] = field(default_factory=dict)
    """A heading that stands before a field."""


def layout_from(data: Mapping[str, object]) -> Layout:
    """Return the layout that a checked `[layout]` table describes (`agent.core.form_files` checks it)."""
    pairs = cast("list[tuple[str, str]]", data.get("pairs", []))
    widths = cast("dict[str, list[float]]", data.get("widths", {}))
    parts = cast("list[dict[str, object]]", data.get("parts", []))
    return Layout(
        landscape=bool(data.get("landscape", False)),
        pairs=dict(pairs),
        widths={name: tuple(found) for name, found in widths.items()},
        parts={str(each["before"]): _words(each["title"]) for each in parts},
    )


def _words(title: object) -> Words:
    both = cast("dict[str, str]", title)
    return Words(zh=both["zh"], en=both["en"])
