"""Leaving the daemon alone for a year: what a monitor sees, the canary, the second route."""

import json
import os
import re
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from agent.config_running import Listen, _loopback
from agent.config_values import Wrong
from agent.domain.errors import WillNotWork
from agent.domain.inbox import MailState
from agent.domain.words import Words
from agent.mailbox.memory import MemoryMailbox
from agent.mailbox.port import RawMail, Shelf
from agent.service import canary, daemon, digests, rounds, watchfulness
from agent.service.alarms import Alarms
from agent.service.house import House, Interval
from agent.service.listening import Board, listening
from agent.service.notifying import notify
from tests.houses import CLERK, Company, company, mail

HOUR = Interval(every=timedelta(hours=1), within=timedelta(minutes=15))
SAID = Words(zh="磁盘将满", en="the disk is nearly full")


def ask(port: int, path: str, host: str = "127.0.0.1") -> tuple[int, str]:
    """Return status and body of a GET."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def value(text: str, name: str) -> float:
    """Return the value of one sample of the metrics."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found is not None, f"{name} is not in\n{text}"
    return float(found[1])


@contextmanager
def with_canary(folder: Path, **more: object) -> Iterator[tuple[Company, House]]:
    """Open a company whose clerk writes to itself."""
    with company(folder) as here:
        yield here, replace(here.house, canary=HOUR, **more)  # type: ignore[arg-type] # fields of a House


def come_back(here: Company) -> bytes:
    """Let the letter that left last arrive."""
    content = list(here.mailbox.sent.values())[-1].content
    here.write(content)
    return content


def later(here: Company, **span: int) -> None:
    """Let time pass."""
    here.clock.advance(here.clock.now() + timedelta(**span))


def test_a_monitor_learns_counts_and_no_word_of_anybody(tmp_path: Path) -> None:
    """`/metrics` is Prometheus text with the ledger's counts, and names nobody."""
    with company(tmp_path) as here:
        here.write(mail(subject="发起协同 绝密计划", text="机密正文"))
        rounds.until_quiet(here.house)
        with listening(here.house, Board(), "127.0.0.1", 0) as port:
            status, text = ask(port, "/metrics")
    assert status == 200
    assert value(text, 'formclerk_mails{state="done"}') == 1
    assert value(text, 'formclerk_letters{state="sent"}') == 1
    assert value(text, "formclerk_oldest_waiting_mail_seconds") == 0
    assert value(text, "formclerk_mailbox_up") == 1
    assert value(text, "formclerk_store_up") == 1
    assert value(text, 'formclerk_pass_runs_total{pass="receiving"}') >= 2
    assert value(text, "formclerk_disk_free_bytes") > 0
    assert not re.search("绝密|机密|example.com|XT-", text)
    for line in text.splitlines():
        assert re.fullmatch(r'# (HELP|TYPE) .+|[a-z_]+(\{[a-z]+="[^"]*"\})? [0-9.e+-]+', line), line


def test_health_is_503_until_a_round_has_ended_and_when_something_is_wrong(tmp_path: Path) -> None:
    """A load balancer or container engine needs the status alone."""
    board = Board()
    with company(tmp_path) as here, listening(here.house, board, "127.0.0.1", 0) as port:
        assert ask(port, "/healthz")[0] == 503
        rounds.until_quiet(here.house)
        board.put(daemon.report(here.house, 1))
        status, body = ask(port, "/healthz")
        assert (status, json.loads(body)["well"]) == (200, True)
        here.house.alarms.ring("disk", SAID, at=here.house.now())
        board.put(daemon.report(here.house, 2))
        status, body = ask(port, "/healthz")
        assert (status, json.loads(body)["alarms"][0]["about"]) == (503, "disk")
        assert ask(port, "/elsewhere")[0] == 404


def test_a_web_page_elsewhere_learns_nothing_through_a_browser_here(tmp_path: Path) -> None:
    """DNS rebinding: the Host header must be of this machine."""
    with company(tmp_path) as here, listening(here.house, Board(), "127.0.0.1", 0) as port:
        assert ask(port, "/metrics", host="evil.example")[0] == 403
        assert ask(port, "/metrics", host=f"localhost:{port}")[0] == 200


@pytest.mark.parametrize(
    "given", ["0.0.0.0:9464", "192.168.1.5:9464", "example.com:80", "127.0.0.1", ":9464"]
)
def test_health_is_told_on_loopback_only(given: str, tmp_path: Path) -> None:
    """There is no login, so every other address is refused in the configuration and at the door."""
    with pytest.raises(Wrong):
        _loopback(given, tmp_path)
    assert _loopback("[::1]:9464", tmp_path) == Listen(host="::1", port=9464)
    assert _loopback("", tmp_path) is None
    with company(tmp_path) as here, pytest.raises(WillNotWork):
        listening(here.house, Board(), "0.0.0.0", 0).__enter__()  # noqa: S104


def test_the_daemon_answers_while_it_runs_and_ends_with_its_ear(tmp_path: Path) -> None:
    """A real request to a running daemon; afterwards nobody listens there."""
    found: list[tuple[int, str]] = []
    board = Board()
    with company(tmp_path) as here:
        with listening(here.house, board, "127.0.0.1", 0) as port:

            def look() -> None:
                for _ in range(100):
                    found.append(ask(port, "/healthz"))
                    if found[-1][0] == 200:
                        break
                    time.sleep(0.05)
                os.kill(os.getpid(), 15)

            thread = threading.Thread(target=look)
            thread.start()
            daemon.run(here.house, board=board)
            thread.join()
        with pytest.raises(urllib.error.URLError):
            ask(port, "/healthz")
    assert found[-1][0] == 200
    assert json.loads(found[-1][1])["well"] is True


def test_systemd_hears_that_we_are_ready_alive_and_ending(tmp_path: Path) -> None:
    """The watchdog is fed by the thread that works."""
    place = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(place)
        door.settimeout(2)
        assert notify("READY=1", {"NOTIFY_SOCKET": place})
        assert door.recv(64) == b"READY=1"
    assert not notify("READY=1", {})
    with company(tmp_path / "a") as here:
        told: list[str] = []
        here.house.measures.tell = lambda: told.append("WATCHDOG=1")
        rounds.once(here.house)
    assert told == ["WATCHDOG=1"]


def test_a_canary_that_comes_back_is_ignored_with_its_reason_and_answered_by_nobody(tmp_path: Path) -> None:
    """It never becomes a case, and counts against no budget."""
    with with_canary(tmp_path) as (here, house):
        rounds.until_quiet(house)
        sent = list(here.mailbox.sent.values())
        assert [each.recipients for each in sent] == [(CLERK,)]
        assert message_from_bytes(sent[0].content)["Auto-Submitted"] == "auto-generated"
        come_back(here)
        rounds.until_quiet(house)
        with house.look() as work:
            assert work.inbox.counts()[MailState.IGNORED] == 1
            assert sum(work.outbox.counts().values()) == 0
            assert work.cases.list() == ()
            entry = work.inbox.load(1)
            assert canary.standing(house, work) == "back"
        assert entry is not None
        assert entry.because == canary.BECAUSE
        assert len(here.mailbox.shelves[Shelf.IGNORED]) == 1
        later(here, minutes=59)
        rounds.until_quiet(house)
        assert len(here.mailbox.sent) == 1
        later(here, minutes=1)
        rounds.until_quiet(house)
        assert len(here.mailbox.sent) == 2


def test_a_canary_that_stays_away_is_told_everywhere_until_one_is_back(tmp_path: Path) -> None:
    """Health, digest, metrics and the second route say so, also while younger ones are still in time."""
    with with_canary(tmp_path) as (here, house):
        rounds.until_quiet(house)
        later(here, minutes=16)
        rounds.until_quiet(house)
        state = daemon.report(house, 1)
        assert (state.well, state.canary) == (False, "absent")
        assert [each.about for each in house.alarms.all()] == ["canary"]
        with house.turn() as turn:
            assert any("巡检邮件" in each.zh for each in digests.warnings(turn))
        with listening(house, Board(), "127.0.0.1", 0) as port:
            assert value(ask(port, "/metrics")[1], "formclerk_canary_up") == 0
        later(here, minutes=50)
        rounds.until_quiet(house)  # the next one has left meanwhile, and the first is still missing
        assert len(here.mailbox.sent) == 2
        assert house.alarms.all()
        come_back(here)
        later(here, minutes=2)
        rounds.until_quiet(house)
        assert not house.alarms.all()
        assert daemon.report(house, 2).canary == "back"


def test_a_forged_canary_is_mail_like_any_other(tmp_path: Path) -> None:
    """Only this store can make the code: nobody slips a mail past us, nor hides that ours is missing."""
    with with_canary(tmp_path) as (here, house):
        rounds.until_quiet(house)
        content = list(here.mailbox.sent.values())[-1].content
        token = re.search(rb"Canary: (\S+)", content)
        assert token is not None
        stamp, code = token[1].split(b".")
        assert canary.recognised(house, content) is not None
        forged = content.replace(code, code[::-1]).replace(stamp, b"20260302T010101")
        assert canary.recognised(house, forged) is None
        assert canary.recognised(house, content.replace(b"X-Formclerk-Canary", b"X-Gone")) is not None


class Refusing(MemoryMailbox):
    """A mailbox that refuses the password."""

    def arrived(self) -> Iterator[RawMail]:
        """See `Mailbox`."""
        raise WillNotWork("collab cannot log in: password=hunter2 is wrong")


def test_a_refused_password_is_told_by_the_second_route_once_and_without_the_password(tmp_path: Path) -> None:
    """The mailbox itself cannot tell anybody: a program gets the words on its standard input."""
    said = tmp_path / "said"
    program = ("/bin/sh", "-c", f"cat >> {said}")
    with company(tmp_path / "a", mailbox=Refusing()) as here:
        house = replace(here.house, alarms=Alarms(command=program))
        for _ in range(3):
            rounds.once(house)
            later(here, minutes=5)
        for _ in range(100):
            with suppress(FileNotFoundError):
                if said.read_text("utf-8").endswith("\n"):
                    break
            time.sleep(0.05)
    told = said.read_text("utf-8")
    assert told.count("formclerk: ") == 1
    assert "邮箱拒绝访问" in told
    assert "hunter2" not in told


def test_a_disk_that_is_nearly_full_is_told_and_forgotten_when_there_is_room(tmp_path: Path) -> None:
    """Before mail can no longer be taken in, not after."""
    with company(tmp_path) as here:
        watchfulness.look_over(replace(here.house, least_disk=1 << 60))
        assert [each.about for each in here.house.alarms.all()] == ["disk"]
        watchfulness.look_over(replace(here.house, least_disk=1))
        assert not here.house.alarms.all()


def test_trouble_that_goes_on_is_told_again_after_hours_only(tmp_path: Path) -> None:
    """A person is not called every minute, nor only once in a long night."""
    with company(tmp_path) as here:
        alarms, now = Alarms(again=timedelta(hours=4)), here.house.now()
        assert alarms.ring("disk", SAID, at=now)
        assert not alarms.ring("disk", SAID, at=now + timedelta(hours=3))
        assert alarms.ring("disk", SAID, at=now + timedelta(hours=4))
        assert alarms.all()[0].since == now
