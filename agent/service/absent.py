"""The world with the absences that replies told of: what every decision takes for the directory."""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import date

from agent.core.absences import with_absences
from agent.domain.absences import Absence
from agent.domain.plans import World

_KEPT = 4


@dataclass(slots=True)
class Absent:
    """Keeps the last worlds: one that has not changed stays the same object, which is cheap to remember."""

    _known: OrderedDict[tuple[int, date, tuple[Absence, ...]], tuple[World, World]] = field(
        default_factory=OrderedDict
    )

    def over(self, world: World, absences: tuple[Absence, ...], today: date) -> World:
        """Return `world` with what was learned laid over its directory, as of `today`."""
        if not absences:
            return world
        key = (id(world), today, absences)
        found = self._known.get(key)
        if found is None or found[0] is not world:
            directory = with_absences(world.directory, absences, today)
            laid = world if directory is world.directory else replace(world, directory=directory)
            self._known[key] = found = (world, laid)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return found[1]
