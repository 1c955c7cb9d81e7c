"""Two hundred mails and the daemon as it runs: each comes to one end, is answered once, and memory stays.

The big one is `make bench ARGS="--only burst"`: thousands, through Dovecot.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.parser import BytesParser
from pathlib import Path

from agent import config, wiring
from agent.domain.inbox import MailState
from agent.mailbox.memory import MemoryMailbox
from store.verify import verify
from tests.houses import found, mail

_ROOT = Path(__file__).parent.parent.parent
_WAVE = 50
_WAVES = 4
_PATIENCE = 240.0
"""Seconds for one wave on a machine that is busy with much else; alone it takes about two."""
_GROWTH = 12_000_000
"""Bytes by which daemon and reading child may differ between two waves, when everything is warm."""
_PEOPLE = (
    "name,email,department,role,language\n周敏,zhou.min@example.com,行政部,coordinator;head,zh\n"
    + "".join(
        f"职员{number},staff{number}@example.com,市场部,staff,{'zh' if number % 2 else 'en'}\n"
        for number in range(_WAVE * _WAVES)
    )
)
_ENDS = {
    "start": MailState.DONE,
    "help": MailState.DONE,
    "news": MailState.IGNORED,
    "away": MailState.IGNORED,
    "stranger": MailState.REVIEW,
}
_KINDS = ("start", "help", "news", "away", "stranger")
_ANSWERED = ("start", "help")


def _mail(number: int) -> bytes:
    name, own = f"<burst{number}@example.com>", f"staff{number}@example.com"
    match _KINDS[number % len(_KINDS)]:
        case "start":
            return mail(sender=own, subject="发起协同" if number % 2 else "start", name=name)
        case "help":
            return mail(sender=own, subject="?", text="帮助\n", name=name)
        case "news":
            head = b"Precedence: bulk\r\nList-Unsubscribe: <mailto:a@b.example>\r\n"
            return head + mail(sender=f"news{number}@shop.example", subject=f"-{number}%", name=name)
        case "away":
            head = b"Auto-Submitted: auto-replied\r\n"
            return head + mail(sender=own, subject="自动回复：休假", text="我在休假。\n", name=name)
        case _:
            return mail(sender=f"{number}@elsewhere.example", subject=f"合作 {number}", name=name)


def _deliver(inbox: Path, numbers: range) -> None:
    for number in numbers:
        draft = inbox / f".{number}.new"
        draft.write_bytes(_mail(number))
        draft.rename(inbox / f"{number:04}.eml")


@contextmanager
def _daemon(settings: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the clerk as a service does, and end it as an administrator would."""
    with (settings.parent / "clerk.log").open("wb") as log:
        clerk = subprocess.Popen(
            [sys.executable, "-m", "agent", "run", "-c", str(settings)],
            cwd=_ROOT,
            stdout=log,
            stderr=log,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        try:
            yield clerk
        finally:
            clerk.send_signal(signal.SIGTERM)
            code = clerk.wait(60)
    assert code == 0, (settings.parent / "clerk.log").read_text("utf-8")[-3000:]


def _until_done(folder: Path, count: int, clerk: subprocess.Popen[bytes]) -> None:
    """Wait until so many mails lie on the shelves, and the answers to those that want one are out."""
    until = time.monotonic() + _PATIENCE
    shelves = [folder / each for each in ("Handled", "Review", "Ignored", "Quarantined")]
    answers = sum(_KINDS[number % len(_KINDS)] in _ANSWERED for number in range(count))
    while _mails(*shelves) < count or _mails(folder / "Sent") < answers:
        assert clerk.poll() is None, (folder / "clerk.log").read_text("utf-8")[-3000:]
        assert time.monotonic() < until, "the burst was not drained"
        time.sleep(0.05)


def _mails(*folders: Path) -> int:
    return sum(len(list(folder.glob("*.eml"))) for folder in folders)


def _resident(process: int) -> int:
    """Return the bytes that a process and its children hold (Linux)."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
    total = 0
    for each in (str(process), *children):
        lines = Path(f"/proc/{each}/status").read_text("ascii", "replace").splitlines()
        total += next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))
    return total


def test_two_hundred_mails_come_each_to_one_end_and_are_answered_once(tmp_path: Path) -> None:
    """Starts and questions are answered, the rest is not; nothing is left, lost or done twice."""
    settings = found(tmp_path, _PEOPLE)
    inbox = tmp_path / "Inbox"
    inbox.mkdir()
    held = []
    with _daemon(settings) as clerk:
        for wave in range(_WAVES):
            _deliver(inbox, range(wave * _WAVE, (wave + 1) * _WAVE))
            _until_done(tmp_path, (wave + 1) * _WAVE, clerk)
            held.append(_resident(clerk.pid))
    assert held[-1] - held[1] < _GROWTH, held

    numbers = range(_WAVE * _WAVES)
    kinds = {f"<burst{number}@example.com>": _KINDS[number % len(_KINDS)] for number in numbers}
    with wiring.opened(config.load(settings), mailbox=MemoryMailbox()) as house:
        with house.look() as work:
            counts = work.inbox.counts()
            cases = work.cases.list()
        assert verify(house.engine, house.blobs) == ()
    assert +Counter(counts) == Counter(_ENDS[kind] for kind in kinds.values())
    assert len(cases) == sum(kind == "start" for kind in kinds.values())
    assert not list(inbox.iterdir())

    parser = BytesParser(policy=policy.default)
    letters = [parser.parsebytes(path.read_bytes()) for path in (tmp_path / "Sent").glob("*.eml")]
    answered = Counter(str(letter["In-Reply-To"]) for letter in letters if letter["In-Reply-To"])
    assert answered == Counter(name for name, kind in kinds.items() if kind in _ANSWERED)
