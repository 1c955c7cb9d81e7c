"""The provider's sending limit: answers first, the rest waits, nothing is lost (issue 4, item 6)."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from agent.domain.effects import Send, Urgency
from agent.domain.mail import Address
from agent.domain.words import Language
from agent.letters.mime import message_id
from agent.service import budgets, daemon, delivering, digests
from agent.service.house import House
from store.letters import LetterState
from tests.houses import COORDINATOR, Company, company


def limited(here: Company, *, minute: int = 0, day: int = 0) -> House:
    """Return the house under a provider's limit."""
    courtesy = replace(here.house.courtesy, most_per_minute=minute, most_per_day=day, budget=1000)
    return replace(here.house, courtesy=courtesy)


def order(house: House, number: int, urgency: Urgency) -> str:
    """Enter a letter, and return its key."""
    send = Send(
        key=f"{urgency.value}/{number}",
        letter="help",
        to=(Address(COORDINATOR),),
        language=Language.ZH,
        urgency=urgency,
        case=None,
    )
    with house.unit() as work:
        work.outbox.add(send, message_id=message_id(send.key, house.sender.domain), at=house.now())
        work.commit()
    return send.key


def left(house: House) -> int:
    """Return how many letters have left."""
    with house.look() as work:
        return work.outbox.counts()[LetterState.SENT]


def test_what_is_over_the_limit_waits_and_leaves_later_with_answers_first(tmp_path: Path) -> None:
    """Nothing is lost, and somebody who has just written is not kept waiting behind notices."""
    with company(tmp_path) as here:
        house = limited(here, minute=2)
        for number in range(4):
            order(house, number, Urgency.WORK)
        delivering.deliver(house)
        assert left(house) == 2
        answer = order(house, 9, Urgency.ANSWER)
        delivering.deliver(house)
        assert left(house) == 2
        here.clock.advance(house.now() + timedelta(seconds=61))
        delivering.deliver(house)
        with house.look() as work:
            found = work.outbox.find(answer)
        assert found is not None
        assert found.state is LetterState.SENT
        assert left(house) == 4
        here.clock.advance(house.now() + timedelta(seconds=61))
        delivering.deliver(house)
        assert left(house) == 5


def test_the_limit_of_a_day_slides_and_outlives_a_restart(tmp_path: Path) -> None:
    """What left is counted in the store, so opening it anew begins no new day."""
    with company(tmp_path) as here:
        house = limited(here, day=3)
        for number in range(5):
            order(house, number, Urgency.WORK)
        delivering.deliver(house)
        assert left(house) == 3
    with company(tmp_path, at=house.now() + timedelta(hours=23)) as here:
        house = limited(here, day=3)
        delivering.deliver(house)
        assert left(house) == 3
        here.clock.advance(house.now() + timedelta(hours=1, seconds=1))
        delivering.deliver(house)
        assert left(house) == 5


def test_digest_and_health_tell_how_many_wait(tmp_path: Path) -> None:
    """Nobody wonders why letters are late."""
    with company(tmp_path) as here:
        house = limited(here, minute=1)
        for number in range(3):
            order(house, number, Urgency.WORK)
        delivering.deliver(house)
        assert daemon.report(house, 1).held_back == 2
        with house.turn() as turn:
            assert any("2 封邮件排队待发" in each.zh for each in digests.warnings(turn))
            assert budgets.warning(here.house, turn.work) is None
