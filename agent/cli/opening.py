"""A command that looks at the store, or changes a case, opens the house without its mailbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from agent.cli.configured import configured
from agent.cli.language import tr
from agent.cli.say import Exit, stop
from agent.domain.case import Case, CaseId
from agent.domain.mail import address
from agent.domain.people import Person, Role

if TYPE_CHECKING:
    from agent.service.house import House, Turn

Config: TypeAlias = Path | None


@contextmanager
def office(config: Config) -> Iterator["House"]:
    """Open the house of the configuration for the length of the block; no mail is fetched or sent."""
    from agent import staging, wiring  # noqa: PLC0415 - help must come at once
    from agent.clock import StoppedClock  # noqa: PLC0415
    from agent.mailbox.memory import MemoryMailbox  # noqa: PLC0415
    from agent.service import rehearsal  # noqa: PLC0415

    settings = staging.as_rehearsed(configured(config))
    with wiring.opened(settings, mailbox=MemoryMailbox()) as house:
        moment = rehearsal.reached(house)
        # Whoever looks at a rehearsal wants to see it at its own time.
        yield house if moment is None else replace(house, clock=StoppedClock(moment))


def found(turn: "Turn", number: str) -> Case:
    """Return the case of that number, however it is spelled; else end the command with exit code 3."""
    from agent.service.surroundings import numbers_in  # noqa: PLC0415

    spelled = next(numbers_in(number, turn.house.pack.process.number), CaseId(number))
    case = turn.work.cases.load(spelled)
    if case is None:
        stop(Exit.NOT_FOUND, tr(f"没有编号为 {number} 的事项", f"there is no case {number}"))
    return case


def speaker(turn: "Turn", by: str | None) -> Person:
    """Return who gives an order: the person named, or the company's only coordinator."""
    directory = turn.world.directory
    if by is not None:
        person = directory.find(address(by))
        if person is None:
            stop(Exit.USAGE, tr(f"通讯录中没有 {by}", f"{by} is not in the directory"))
        return person
    coordinators = directory.with_role(Role.COORDINATOR)
    if len(coordinators) != 1:
        stop(Exit.USAGE, tr("请用 --by 说明由谁操作", "say with --by who does it"))
    return coordinators[0]
