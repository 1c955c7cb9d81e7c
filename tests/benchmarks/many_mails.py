"""So many mails through receiving, reading, deciding and filing; says how much memory clerk and child held.

A tenth are filled forms that came before, two tenths keywords of people in the directory, one tenth wrong
files, the others junk and strangers: newsletters, notices of absence, mails about nothing.
"""

import gc
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from agent.service import deciding, reading, receiving
from agent.service.house import House
from tests.benchmarks.floors import children
from tests.benchmarks.town import Town, scratch, town
from tests.company import at
from tests.houses import STRANGER, mail

_AT_ONCE = 50
_CASES = 5


def main(few: int, many: int) -> None:
    """Print the resident bytes after `few` and after `many` mails, and the seconds that all took."""
    resident: list[int] = []
    with scratch() as folder, town(folder, _CASES) as place:
        start = perf_counter()
        for first in range(0, many, _AT_ONCE):
            for number in range(first, min(first + _AT_ONCE, many)):
                place.deliver(mixed(place.replies, number), f"{number:06}")
            _passes(place)
            place.told.clear()
            if first + _AT_ONCE in {few, many}:
                gc.collect()
                resident.append(_resident(os.getpid()) + sum(map(_resident, children())))
            _progress(first + _AT_ONCE, many, place.house)
        took = perf_counter() - start
    sys.stdout.write(json.dumps({"resident": resident, "seconds": took}))


def _passes(place: Town) -> None:
    for work in (receiving.receive, reading.read, deciding.settle, receiving.file_away):
        work(place.house)
    for shelf in ("Handled", "Review", "Ignored", "Quarantined"):
        for path in (place.folder / shelf).iterdir():
            path.unlink()


def mixed(replies: Sequence[bytes], number: int) -> bytes:
    """Return the mail of that number; `replies` are filled forms, one of each case in turn."""
    cases = len(replies)
    name = f"<many{number}@example.com>"
    case = f"XT-2026-{number % cases + 1:04}"
    match number % 10:
        case 0:
            reply = replies[number // 10 % cases]
            before, found, after = reply.partition(b"Message-ID: <")
            return before + found + f"{number}.".encode() + after
        case 1:
            return mail(sender=at("zhang"), subject=f"进度 {case}", name=name)
        case 2:
            return mail(sender=at("li"), subject="帮助", name=name)
        case 3:
            return mail(sender=at("chen"), subject=case, name=name, files=(("photo.docx", b"\0" * 20_000),))
        case 4 | 5 | 6:
            return b"Precedence: bulk\r\nList-Unsubscribe: <mailto:a@b.example>\r\n" + mail(
                sender=f"news{number}@shop.example",
                subject=f"50% off, {number}",
                text="Buy.\n" * 200,
                name=name,
            )
        case 7:
            return b"Auto-Submitted: auto-replied\r\n" + mail(
                sender=at("liu"), subject="自动回复：休假", text="我在休假。\n", name=name
            )
        case _:
            return mail(
                sender=f"{number}.{STRANGER}", subject=f"您好 {number}", text=f"合作 {number}\n", name=name
            )


def _resident(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text("ascii", "replace")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


def _progress(done: int, many: int, house: House) -> None:
    if done % 500 == 0:
        faults = len(house.faults.all())
        sys.stderr.write(f"\r  {done:,} of {many:,} mails, {faults} faults ")
        sys.stderr.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
