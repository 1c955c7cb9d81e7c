"""What the daemon watches about itself after each round, and tells by the second route."""

import shutil
from pathlib import Path

from agent.domain.words import Words
from agent.logs import veil
from agent.service.house import House

MAILBOX = "mailbox"
DISK = "disk"
STORE = "store"

_RECEIVING = "pass receiving"
_AWAY = 60
"""Failures in a row of a mailbox that is merely away before somebody is told: about an hour."""
_STORE_AWAY = 2
_MEGABYTE = 1024**2


def look_over(house: House) -> None:
    """Ring for a mailbox that refuses us or is long away, a disk nearly full, a store that fails."""
    _mailbox(house)
    _disk(house)
    _store(house)


def free_disk(house: House) -> int:
    """Return the bytes that are free where the store or its blobs lie, whichever is less."""
    return min(shutil.disk_usage(_existing(each)).free for each in (house.folder, house.blobs.root))


def _mailbox(house: House) -> None:
    fault = next((each for each in house.faults.all() if each.about == _RECEIVING), None)
    if fault is None:
        house.alarms.clear(MAILBOX)
        return
    why = veil(fault.why)
    if not fault.temporary:
        say = Words(
            zh=f"邮箱拒绝访问，已停止频繁尝试，需要人处理：{why}",
            en=f"the mailbox refuses us and is asked only now and then; a person must act: {why}",
        )
        house.alarms.ring(MAILBOX, say, at=house.now())
    elif fault.times >= _AWAY:
        say = Words(zh=f"邮箱长时间无法访问：{why}", en=f"the mailbox has been away for long: {why}")
        house.alarms.ring(MAILBOX, say, at=house.now())


def _disk(house: House) -> None:
    if not house.least_disk:
        return
    free = free_disk(house)
    if free >= house.least_disk:
        house.alarms.clear(DISK)
        return
    say = Words(
        zh=f"磁盘只剩 {free // _MEGABYTE} MB，写满后将无法收信",
        en=f"only {free // _MEGABYTE} MB of disk are free; when it is full no mail can be taken in",
    )
    house.alarms.ring(DISK, say, at=house.now())


def _store(house: House) -> None:
    """Ring when the store failed twice in a row: once may be a lock that somebody held for a moment."""
    faults = [each for each in house.faults.all() if each.of_store]
    if not faults:
        house.alarms.clear(STORE)
        return
    worst = max(faults, key=lambda each: each.times)
    if worst.times < _STORE_AWAY:
        return
    why = veil(worst.why.partition(": ")[2])
    say = Words(
        zh=f"数据无法读写，邮件留在邮箱中，恢复后自动继续：{why}",
        en=f"the store cannot be used; mail stays in the mailbox and work goes on once it can: {why}",
    )
    house.alarms.ring(STORE, say, at=house.now())


def _existing(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.exists())
