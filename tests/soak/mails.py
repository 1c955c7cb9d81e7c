"""Mutated mails through everything that reads one, up to its verdict: nothing raises or takes long.

    python -m tests.soak.mails --count 100000 --seed 1

Each mail is made from the seed and its own number, so that one that hurts can be made again:
`--first N --count 1`.
"""

import argparse
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from agent.core.desk import Surroundings
from agent.core.triage import triage
from agent.domain.case import FileRef
from agent.domain.inbox import FINAL
from agent.domain.mail import MessageId
from agent.domain.work_items import ItemId
from parsers.documents import open_mail
from parsers.known import Known
from tests import mails, outlook_files, word_files
from tests.company import a_world, at, the_process
from tests.course import CASE, requested
from tests.soak.mutations import mutated

MOST_SECONDS = 5.0
"""CPU that one mail may take; the child that reads mail is given 15."""
MOST_BYTES = 1024 * 1024 * 1024
"""What the whole process may hold at its highest; the child that reads mail is given as much."""
OURS = MessageId("<fc.ours@example.com>")
_QUOTED = Path(__file__).parents[1] / "unit" / "parsers" / "mail" / "quoted_mails.txt"
_CMS = bytes.fromhex("3080060a2a864886f70d010702a0803080020101310030800609")


@dataclass(frozen=True)
class Hurt:
    """A mail that raised or took too long."""

    number: int
    why: str


@dataclass(frozen=True)
class Run:
    """What came of many mails."""

    count: int
    hurt: tuple[Hurt, ...]
    states: Counter[str]
    natures: Counter[str]
    slowest: float
    """Seconds of CPU."""


@cache
def seeds() -> tuple[bytes, ...]:
    """Return the mails that everything grows from: what a mailbox gets in a year."""
    form = word_files.build()
    quoted = [block.partition("\n")[2] for block in _QUOTED.read_text(encoding="utf-8").split("=== ")[1:]]
    inner = _mail(attachments=(("form.docx", form),))
    plain = "确认\n2：2026-04-30\n\n"
    uu = "begin 644 a.txt\n#0V%T\n`\nend\n"
    files = {
        "winmail.dat": outlook_files.a_winmail({"form.docx": form}),
        "saved.msg": outlook_files.a_msg({"form.docx": form}),
        "forwarded.eml": inner,
    }
    raw = (
        "From: 李娜 <li@example.com>\nTo: collab@example.com\nSubject: 答复: 协同 XT-2026-0001\n"
        "Content-Type: multipart/mixed; boundary=q\n\n"
        "--q\nContent-Type: text/plain; charset=gb2312\n\n确认\n--q\n"
        "Content-Type: application/msword; name=表格.docx\nContent-Disposition: attachment;\n"
        " filename*0*=gb18030''%B1%ED; filename*1*=%B8%F1.docx\n\nPK\n--q--\n"
    ).encode("gb18030")
    found = [
        inner,
        raw,
        _reply(text=plain + uu),
        _reply(text=plain, html="<p>确认</p><blockquote>取消</blockquote>"),
        _reply(text="\n", html="".join(quoted[5:8])),
        *(_reply(text=plain + each) for each in quoted[::7]),
        *(_mail(attachments=((name, content),)) for name, content in files.items()),
        mails.a_bounce(of=OURS, failed=at("li")),
        mails.a_mail(
            sender="PostMaster@qq.com",
            subject="系统退信",
            text=f"邮件被退回。\n收件人：{at('li')}\n退信原因：550 邮箱不存在\n",
        ),
        mails.an_out_of_office(sender=at("li"), in_reply_to=OURS),
        mails.a_meeting_reply(uid="one@example.com", sender=at("li")),
        mails.a_read_receipt(sender=at("li"), of=OURS),
        b"From: li@example.com\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\n"
        + _CMS,
        (
            b"From: li@example.com\r\n\r\n-----BEGIN PGP SIGNED MESSAGE-----\n\nok\n"
            b"-----BEGIN PGP SIGNATURE-----\n"
        ),
    ]
    return tuple(found)


def _mail(**more: Any) -> bytes:  # noqa: ANN401 - what a mail may have
    return mails.a_mail(sender=at("li"), to=(at("collab"),), **more)


def _reply(**more: Any) -> bytes:  # noqa: ANN401 - likewise
    return _mail(in_reply_to=OURS, references=(OURS,), **more)


def run(first: int, count: int, seed: int) -> Run:
    """Read and judge `count` mutated mails, the first of them number `first`."""
    hurt: list[Hurt] = []
    states: Counter[str] = Counter()
    natures: Counter[str] = Counter()
    slowest = 0.0
    known = word_files.known()
    around = _around()
    for number in range(first, first + count):
        raw = made(number, seed)
        began = time.process_time()
        try:
            state, nature = judged(raw, known, around)
        except Exception as error:  # noqa: BLE001 - any is what we look for
            hurt.append(Hurt(number, f"{type(error).__name__}: {error}"[:300]))
            continue
        took = time.process_time() - began
        slowest = max(slowest, took)
        states[state] += 1
        natures[nature] += 1
        if took > MOST_SECONDS:
            hurt.append(Hurt(number, f"{took:.1f} s"))
    return Run(count, tuple(hurt), states, natures, slowest)


def made(number: int, seed: int) -> bytes:
    """Return the mail of that number."""
    return mutated(seeds(), random.Random(f"{seed}/{number}"))  # noqa: S311 - to be made again


def judged(raw: bytes, known: Known, around: Surroundings) -> tuple[str, str]:
    """Take a mail to its verdict, as the passes do, and return its state and nature."""
    opened = open_mail(raw, frozenset({at("collab")}), len(raw), known)
    readings = tuple(reading for each in opened.readings for reading in each)
    verdict, silent = (triage(opened.mail, readings, replace(around, rounds=rounds)) for rounds in (0, 100))
    for each in (verdict, silent):
        assert each.state in FINAL
        assert each.because.zh
        assert each.because.en
    return verdict.state.value, opened.mail.nature.value


def highest() -> int:
    """Return the bytes that this process held at its highest."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _around() -> Surroundings:
    course = requested()
    return Surroundings(
        at=course.now,
        process=the_process(),
        world=a_world(),
        cases={CASE: course.case},
        threads={OURS: (CASE, ItemId("confirm/研发部/1"))},
        raw=FileRef(name="mail.eml", digest="raw"),
    )


def _told(arguments: list[str]) -> Iterator[str]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    bulk = 1_000
    hurts = 0
    states: Counter[str] = Counter()
    slowest = 0.0
    for first in range(given.first, given.first + given.count, bulk):
        done = run(first, min(bulk, given.first + given.count - first), given.seed)
        states += done.states
        slowest = max(slowest, done.slowest)
        hurts += len(done.hurt)
        yield from (f"HURT seed {given.seed} number {each.number}: {each.why}" for each in done.hurt)
        size = highest() >> 20
        yield f"{first + done.count} mails, slowest {slowest:.2f} s, highest {size} MiB, {dict(states)}"
    if hurts or highest() > MOST_BYTES:
        raise SystemExit(f"{hurts} mails hurt; {highest() >> 20} MiB at the highest")


if __name__ == "__main__":
    for line in _told(sys.argv[1:]):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
