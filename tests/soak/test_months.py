"""A few weeks of a company's mail with every fault, judged by the independent ledger."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.postgres import Cluster
from tests.soak import months
from tests.soak.course import Course, Played
from tests.soak.databases import SqliteFile
from tests.soak.doing import CONFIRMS, HABITS, OLD
from tests.soak.future import NONSENSE
from tests.soak.ledger_facts import OVER
from tests.soak.plan import FAULTS
from tests.soak.postgres import PostgresServer
from tests.soak.run import Run

_WEEKS = Course(
    seed=7,
    days=13,
    cases=1,
    begin_within=1,
    taken_back=1,
    every_habit=True,
    compared_every=15,
    until_felt=True,
)
"""New York in the week in which summer time ends; a server that keeps no proof of what it sent."""
_ON_POSTGRESQL = Course(
    seed=3, days=5, cases=1, begin_within=0, faults_a_day=9, until_felt=True, to_the_end=False
)
_DAY = Course(seed=13, days=1, cases=1, begin_within=0, faults_a_day=8, to_the_end=False)

_NOTHING = Played(
    findings=(),
    digest="",
    days=1,
    mails=1,
    letters=1,
    unsure=0,
    rounds=1,
    cases=Counter(),
    struck=Counter(),
    habits=Counter(),
    acts=Counter(),
)

# Who dies closes nothing, and Python 3.13 notices.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def test_weeks_with_every_fault_lose_double_and_advance_nothing(tmp_path: Path) -> None:
    """Every mail ends in one state, no letter goes twice, nobody moves what is another's, every case ends.

    A fault that nobody felt, or a habit that nobody showed, would prove nothing.
    """
    played = Run(_WEEKS, tmp_path).play()
    assert played.findings == ()
    assert played.cases == {"closed": _WEEKS.cases, "withdrawn": _WEEKS.taken_back}
    felt = (*FAULTS, *SqliteFile.kinds, "summer time")
    assert [each for each in felt if not played.struck[each]] == []
    shown = {*NONSENSE, *(habit for habit, _ in HABITS), CONFIRMS, OLD, OVER}
    assert [each for each in sorted(shown) if not played.habits[each]] == []
    assert played.acts.total() > 1


def test_days_on_postgresql_with_every_fault_are_no_worse(tmp_path: Path, server: Cluster) -> None:
    """Connections cut, answers lost, a server that restarts, is away or refuses to write: it is the same."""
    played = Run(
        _ON_POSTGRESQL, tmp_path, kept_in=lambda _, struck: PostgresServer(server, "soak", struck)
    ).play()
    assert played.findings == ()
    felt = (*FAULTS, *PostgresServer.kinds, *PostgresServer.lasting)
    assert [each for each in felt if not played.struck[each]] == []


def test_the_same_seed_plays_the_same_run(tmp_path: Path) -> None:
    """What is found once can be looked at again: by every mail, letter and decision, to the byte."""
    one, two = (Run(_DAY, tmp_path / name).play() for name in ("one", "two"))
    assert (one.digest, one.struck) == (two.digest, two.struck)
    assert one.letters > 0


@pytest.mark.parametrize(("findings", "code"), [((), 0), (("seed 1: a letter went twice",), 1)])
def test_a_finding_ends_the_soak_with_one(
    findings: tuple[str, ...], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script that runs it at night must not have to read the table."""
    monkeypatch.setattr(months, "play", lambda *_: replace(_NOTHING, findings=findings))
    assert months.main(["--seed", "7"]) == code
    assert "findings" in capsys.readouterr().out
