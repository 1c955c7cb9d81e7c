"""What is played, and what came of it."""

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What is played."""

    seed: int
    days: int
    """Days with faults; after them everybody answers until every case has ended."""
    cases: int
    begin_within: int
    """Days within which the cases begin."""
    taken_back: int = 0
    """So many cases more are begun, and so many are taken back or cancelled."""
    faults_a_day: int = 2
    every_habit: bool = False
    """Staff show each of their habits in turn, where it is else left to chance."""
    compared_every: int = 7
    """Days between two looks through the program's own commands."""
    until_felt: bool = False
    """There are no more faults once every kind was felt; what is not played to the end stops there."""
    to_the_end: bool = True
    """Play until every case has ended; else the run stops after its days, in the middle of everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a run."""

    findings: tuple[str, ...]
    digest: str
    """Of everything that came and left, and of every decision, in order."""
    days: int
    mails: int
    letters: int
    unsure: int
    rounds: int
    cases: Counter[str]
    struck: Counter[str]
    habits: Counter[str]
    acts: Counter[str]
    """What the coordinator did by command."""
