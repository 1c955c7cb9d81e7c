"""The service on PostgreSQL: the same passes, a real case on real Word files, up to its planning."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from agent import config, staging, wiring
from agent.clock import StoppedClock
from agent.domain.case import CaseId
from agent.service import rehearsal, replay
from agent.service.happenings import Happening, What
from store.verify import verify
from tests.houses import MONDAY
from tests.journeys.staff import Staff
from tests.journeys.stage import prepare


def test_a_case_is_opened_confirmed_and_planned_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    """Nothing fails, the journal comes out the same when decided anew, and the store has no damage."""
    folder = tmp_path / "case"
    prepare(folder)
    staged = staging.staged(config.load(folder / config.NAME))
    settings = replace(staged, store=replace(staged.store, url=postgres_url))
    clock, told = StoppedClock(MONDAY), list[Happening]()
    with wiring.opened(settings, clock=clock, tell=told.append) as house:
        staff = Staff(folder, house.pack.process, house.world().directory, house.secret)
        rehearsal.play(house, clock, MONDAY + timedelta(days=4), staff.answer)
        with house.look() as work:
            case = work.cases.load(CaseId("XT-2026-0001"))
            assert replay.replay(work).differences == ()
        assert verify(house.engine, house.blobs) == ()
    assert case is not None
    assert case.stage != "intake"
    assert [each for each in told if each.what in {What.FAILED, What.CRASHED, What.UNSURE}] == []
