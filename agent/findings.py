"""What `formclerk doctor` finds: how bad it is, and what to do about it."""

from dataclasses import dataclass
from enum import Enum

from agent.domain.words import Words

_NOTHING = Words.same("")


class Grade(Enum):
    """How a finding is to be taken."""

    GOOD = "good"
    CARE = "care"
    """Everything works, yet somebody should look."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found, and what to do about it."""

    check: str
    grade: Grade
    say: Words
    do: Words = _NOTHING


def good(check: str, say: Words, do: Words = _NOTHING) -> Finding:
    """Return a finding that all is well."""
    return Finding(check=check, grade=Grade.GOOD, say=say, do=do)


def wrong(check: str, say: Words, do: Words) -> Finding:
    """Return a finding that something does not work."""
    return Finding(check=check, grade=Grade.WRONG, say=say, do=do)
