"""What will be written to the clerk without its asking: cases begun, steered and taken back, and nonsense."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.soak.course import Course
from tests.soak.post import Mail
from tests.soak.staff import Staff
from tests.soak.town import COORDINATOR, INITIATORS, Town

NONSENSE = ("stranger", "list mail", "loop", "small talk")
_WORDS = ("状态", "催办", "升级", "变更", "重发", "帮助", "加签 ma@example.com")
_ENDS = ("撤回", "取消")
_SLEEPS = 8
"""On the second of so many days a case is suspended."""


def course_of_mails(course: Course, town: Town, staff: Staff) -> Iterator[Mail]:
    """Yield every mail of a course that answers nothing."""
    chance = random.Random(f"{course.seed}/course")  # noqa: S311 - to be played again
    begin, cases = town.begin, course.cases + course.taken_back
    for number in range(cases):
        minutes = chance.randint(0, max(course.begin_within * 24 * 60, 1))
        at = town.at_work(begin + timedelta(minutes=minutes))
        yield staff.begins(INITIATORS[number % len(INITIATORS)], number, at)
    for day in range(course.days):
        morning = begin + timedelta(days=day)
        kind = NONSENSE[day % len(NONSENSE)]
        yield staff.nonsense(kind, day, morning + timedelta(minutes=chance.randint(0, 700)))
        if day % 2:
            case = f"XT-{begin.year}-{chance.randint(1, max(cases, 1)):04}"
            at = town.at_work(morning + timedelta(minutes=chance.randint(0, 500)))
            word, who = chance.choice(_WORDS), chance.choice(INITIATORS)
            yield staff.says(word, case, who, day, at)
            if day % _SLEEPS == 1:
                wakes = town.at_work(at + timedelta(days=chance.randint(1, 4)))
                yield staff.says("暂停", case, COORDINATOR, day, at)
                yield staff.says("恢复", case, COORDINATOR, course.days + day, wakes)


def taken_back(course: Course, town: Town) -> Iterator[tuple[datetime, str]]:
    """Yield when the youngest case is taken back by who began it, or cancelled by the coordinator."""
    chance = random.Random(f"{course.seed}/taken back")  # noqa: S311 - likewise
    for number in range(course.taken_back):
        days = chance.randint(min(3, course.days - 1), max(course.days - 2, 1))
        yield town.begin + timedelta(days=days, minutes=chance.randint(0, 500)), _ENDS[number % len(_ENDS)]
