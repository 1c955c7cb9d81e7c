"""A file that the demo names at its end."""

from dataclasses import dataclass
from pathlib import Path

from agent.domain.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """A file that is worth opening."""

    path: Path
    what: Words
