"""The disk is full, or lets nobody write: nothing is lost, nothing leaves twice, and it is told (15)."""

import json
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.clock import now
from tests.houses import SHANGHAI, mail
from tests.journeys.outside import CONFIG, PEOPLE
from tests.needs import need
from tests.servers.ports import free_ports
from tests.servers.small_disk import SmallDisk, environment, small_disk

_ALWAYS = '\n[hours]\nquiet = ""\n\n[calendar]\nextra = "days.csv"\n\n[alarm]\ndisk_mb = 1\n'
_PATIENCE = 100.0
"""Seconds; the daemon tries again after half a minute, on a machine that is busy."""


def lay_out(
    folder: Path, *, mailbox: str = ".", store: str = "data", blobs: str = "", more: str = ""
) -> None:
    """Write a company whose every day is a workday, since the daemon's clock is ours."""
    config = CONFIG.replace('path = "."', f'path = "{mailbox}"')
    data = f'\n[store]\nurl = "sqlite:///{store}/formclerk.db"\nblobs = "{blobs or f"{store}/blobs"}"\n'
    (folder / "formclerk.toml").write_text(config + data + _ALWAYS + more, encoding="utf-8")
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    today = now().astimezone(SHANGHAI).date()
    days = [today + timedelta(days=n) for n in range(-1, 40)]
    (folder / "days.csv").write_text("date,day\n" + "".join(f"{day},work\n" for day in days), "utf-8")


def until(true: Callable[[], object], what: str) -> None:
    """Wait for something."""
    end = time.monotonic() + _PATIENCE
    while not true():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.2)


@dataclass(frozen=True, slots=True)
class Post:
    """The mailbox in a folder, seen from outside."""

    folder: Path

    def put(self, name: str, *, hidden: bool = False) -> None:
        """Let a mail lie in the inbox, or beside it until `show`."""
        inbox = self.folder / "Inbox"
        inbox.mkdir(exist_ok=True)
        content = mail(sender="zhang@example.com", name=f"<{name}@example.com>", at=now())
        (inbox / (f".{name}.tmp" if hidden else f"{name}.eml")).write_bytes(content)

    def show(self, name: str) -> None:
        """Let a mail that lies there already come in: a name costs no room."""
        (self.folder / "Inbox" / f".{name}.tmp").rename(self.folder / "Inbox" / f"{name}.eml")

    def in_(self, folder: str) -> list[str]:
        """Return the names of the mails in one of the folders."""
        return sorted(each.name for each in (self.folder / folder).glob("*.eml"))

    def answers(self) -> list[str]:
        """Return the names of the letters that answer a mail."""
        return [each for each in self.in_("Sent") if "zhang@example.com" in each]


@contextmanager
def daemon(disk: SmallDisk, log: Path, *given: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the daemon inside; asked to end it ends well."""
    with (
        log.open("wb") as out,
        subprocess.Popen(disk.command("run", *given), env=environment(), stderr=out) as process,
    ):
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        finally:
            process.kill()


def health(port: int) -> tuple[int, dict[str, Any]]:
    """Return what a monitor learns."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return 200, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())
    except urllib.error.URLError:
        return 0, {}


def sound(disk: SmallDisk) -> None:
    """Nothing was lost or doubled in the store."""
    checked = disk.run("verify", "--store")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_daemon_on_a_full_disk_says_so_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    """Blobs, database, mailbox, health file and log share the disk that is full; one mail comes meanwhile."""
    (port,) = free_ports(1)
    with small_disk(tmp_path / "disk", 24) as disk:
        post = Post(disk.folder)
        lay_out(disk.folder, more=f'\n[health]\nlisten = "127.0.0.1:{port}"\n')
        post.put("before")
        post.put("meanwhile", hidden=True)
        log = disk.folder / "log"
        with daemon(disk, log):
            until(lambda: post.in_("Handled") == ["before.eml"], "the first answer")
            disk.fill()
            post.show("meanwhile")
            until(lambda: "No space left" in json.dumps(health(port)[1]), "the word of the monitor")
            status, said = health(port)
            assert (status, [each["about"] for each in said["alarms"]]) == (503, ["disk"])
            found = disk.run("doctor", "--json")
            assert found.returncode == 1
            wrong = [f["say"] for f in json.loads(found.stdout) if f["grade"] == "wrong"]
            assert any("data/blobs cannot be written: No space left" in each for each in wrong), wrong

            disk.make_room()
            until(lambda: len(post.in_("Sent")) == 2, "the second answer")
            until(lambda: len(post.in_("Handled")) == 2, "filing")
            until(lambda: health(port)[0] == 200, "the end of the alarm")
            assert json.loads((disk.folder / "data" / "health.json").read_text("utf-8"))["well"]
        assert "alarm over: disk" in log.read_text("utf-8")
        assert not list((disk.folder / "data").glob("*.new"))
        assert not any((disk.folder / "data" / "blobs" / "drafts").iterdir())
        sound(disk)


def test_a_store_that_lets_nobody_write_loses_no_mail(tmp_path: Path) -> None:
    """What came stays in the inbox of the mailbox, which is elsewhere, and is answered once."""
    with small_disk(tmp_path / "disk", 24) as disk:
        post = Post(tmp_path)
        lay_out(disk.folder, mailbox=str(tmp_path))
        assert disk.run("run", "--once").returncode == 0
        disk.read_only(yes=True)
        post.put("first")

        told = disk.run("run", "--once")
        assert (told.returncode, told.stdout) == (4, "")
        assert "Read-only file system" in told.stderr
        assert "Traceback" not in told.stderr
        found = disk.run("doctor", "--json")
        assert found.returncode == 1
        wrong = [f["say"] for f in json.loads(found.stdout) if f["grade"] == "wrong"]
        assert any("cannot be written: Read-only file system" in each for each in wrong), wrong
        assert (post.in_("Inbox"), post.in_("Sent")) == (["first.eml"], [])

        disk.read_only(yes=False)
        assert disk.run("run", "--once").returncode == 0
        assert (post.in_("Handled"), len(post.in_("Sent"))) == (["first.eml"], 1)
        sound(disk)


def test_a_daemon_notices_that_a_read_only_disk_is_writable_again(tmp_path: Path) -> None:
    """The raw mails lie there; the database, which the daemon holds open, is elsewhere."""
    (port,) = free_ports(1)
    with small_disk(tmp_path / "disk", 24) as disk:
        post = Post(tmp_path)
        watched = f'\n[health]\nlisten = "127.0.0.1:{port}"\n'
        lay_out(tmp_path, mailbox=str(tmp_path), blobs=str(disk.mounted / "blobs"), more=watched)
        with daemon(disk, tmp_path / "log", "-c", str(tmp_path / "formclerk.toml")):
            until(lambda: health(port)[0] == 200, "the first round")
            disk.read_only(yes=True)
            post.put("first")
            until(lambda: "Read-only" in json.dumps(health(port)[1]), "the word of the monitor")
            assert (post.in_("Inbox"), post.in_("Sent")) == (["first.eml"], [])
            disk.read_only(yes=False)
            until(lambda: post.in_("Handled") == ["first.eml"], "the answer")
        assert len(post.in_("Sent")) == 1


@pytest.mark.parametrize("trouble", ["full", "read-only"])
def test_a_letter_waits_for_a_mailbox_that_cannot_take_it(tmp_path: Path, trouble: str) -> None:
    """The folder of mails is on the disk in trouble, the store elsewhere: no letter counts as failed."""
    need("faketime")
    with small_disk(tmp_path / "disk", 8) as disk:
        post = Post(disk.folder)
        (tmp_path / "data").mkdir()
        lay_out(disk.folder, store=str(tmp_path / "data"))
        post.put("first")
        assert disk.run("run", "--once").returncode == 0
        post.put("second")
        if trouble == "full":
            disk.fill()
        else:
            disk.read_only(yes=True)

        told = disk.run("run", "--once")
        assert ("No space left" if trouble == "full" else "Read-only file system") in told.stderr
        assert len(post.in_("Sent")) == 1

        if trouble == "full":
            disk.make_room()
        else:
            disk.read_only(yes=False)
        assert disk.run("run", "--once", before=("faketime", "-f", "+2h")).returncode == 0
        assert (len(post.answers()), post.in_("Inbox"), len(post.in_("Handled"))) == (2, [], 2)
